"""Which overviews go out by themselves, to whom, and what do they say? The office's week, and where reviews stand."""
