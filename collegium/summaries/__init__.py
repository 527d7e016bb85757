"""Where does each review stand, told for one audience? Facts from the store; Markdown, HTML, workbook and PDF."""

from __future__ import annotations

from collegium.summaries.facts import NothingToSummarise, Summary
from collegium.summaries.files import file_name, write_all, write_reports
from collegium.summaries.rendering import FILES, FORMATS, render, render_file
from collegium.summaries.summarising import summarise

__all__ = [
    "FILES",
    "FORMATS",
    "NothingToSummarise",
    "Summary",
    "file_name",
    "render",
    "render_file",
    "summarise",
    "write_all",
    "write_reports",
]
