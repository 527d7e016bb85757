"""How does a summary become a text? Through the templates in `templates/summary/`, as Markdown or as one HTML page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from collegium.summaries.blocks import Cell
from collegium.summaries.facts import Summary
from collegium.summaries.pages import page_of
from engine.errors import CollegiumError

Format: TypeAlias = Literal["md", "html"]
FORMATS: tuple[Format, ...] = ("md", "html")
TEMPLATES = Path(__file__).parents[1] / "templates" / "summary"
SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
SIGNS = {"": "", "good": "✓ ", "risk": "! ", "late": "‼ ", "still": "– "}


class UnknownFormat(CollegiumError):
    """A summary is Markdown (md) or HTML (html)."""


def render(summary: Summary, language: str | None = None, format: str = "md") -> str:
    """The text of a summary; the same facts, language and format give the same text. Raises UnknownFormat."""
    if format not in FORMATS:
        raise UnknownFormat
    language = language or summary.language
    page = page_of(summary, language)
    return _environment(format).get_template(f"page.{format}").render(page=page, language=page.language)


@cache
def _environment(format: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=format == "html", undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["plain"] = plain
    environment.filters["cell"] = markdown_cell
    environment.globals["signs"] = SIGNS
    return environment


def plain(text: str) -> str:
    """A text as Markdown that shows it as it is.

    >>> plain("Region *North* | 1")
    'Region \\\\*North\\\\* \\\\| 1'
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown_cell(cell: Cell, language: str) -> str:
    """A cell as Markdown: marked words bold, then what is said after them; a page beside this one as a link."""
    text = plain(cell.text)
    if cell.page:
        return f"[{text}]({cell.page}.{language}.md)"
    if cell.mail:
        return f"<{cell.mail}>"
    if not cell.tone:
        return text
    return f"**{text}**: {plain(cell.more)}" if cell.more else f"**{text}**"
