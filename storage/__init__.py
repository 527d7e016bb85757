"""Where is everything kept? Tables, the unit of work over them, and its in-memory twin."""
