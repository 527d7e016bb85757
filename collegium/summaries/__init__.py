"""Where does each review stand, told for one audience? Facts from the store, pages in Markdown and HTML."""

from __future__ import annotations

from collegium.summaries.facts import Summary, summarise
from collegium.summaries.files import write_all
from collegium.summaries.rendering import FORMATS, render

__all__ = ["FORMATS", "Summary", "render", "summarise", "write_all"]
