"""How does a summary become a text or a file? Markdown, HTML, a workbook or a PDF, all from the same page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from collegium.summaries.blocks import Cell, Page, Timeline
from collegium.summaries.facts import Summary
from collegium.summaries.pages import page_of
from engine.errors import CollegiumError

Format: TypeAlias = Literal["md", "html", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = ("md", "html")
"""Those that are a text."""
FILES: tuple[Format, ...] = get_args(Format)
TEMPLATES = Path(__file__).parents[1] / "templates" / "summary"
SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
SCREEN = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
PRINT = "Libertinus Serif"  # comes with the typesetter
SIGNS = {"": "", "good": "✓ ", "risk": "! ", "late": "‼ ", "still": "– "}


class UnknownFormat(CollegiumError):
    """A summary is Markdown (md), HTML (html), a workbook (xlsx) or a PDF (pdf)."""


def render(summary: Summary, language: str | None = None, format: str = "md") -> str:
    """The text of a summary; the same facts, language and format give the same text. Raises UnknownFormat."""
    if format not in FORMATS:
        raise UnknownFormat
    return _text(page_of(summary, language or summary.language), format)


def render_file(summary: Summary, language: str | None = None, format: str = "md") -> bytes:
    """A summary as the bytes of a file; the same facts, language and format give the same. Raises UnknownFormat."""
    if format not in FILES:
        raise UnknownFormat
    page = page_of(summary, language or summary.language)
    if format == "xlsx":
        from collegium.summaries.sheets import workbook_of  # noqa: PLC0415 - most summaries need no workbook

        return workbook_of(page)
    if format == "pdf":
        from collegium.summaries.paper import pdf_of  # noqa: PLC0415 - the typesetter is large

        return pdf_of(page, picture)
    return _text(page, format).encode()


def picture(block: Timeline) -> str:
    """A timeline as an SVG file that needs nothing from elsewhere."""
    return _environment("svg").get_template("timeline.svg").render(block=block, block_id="timeline", font=PRINT)


def _text(page: Page, format: str) -> str:
    return _environment(format).get_template(f"page.{format}").render(page=page, language=page.language)


@cache
def _environment(format: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=format != "md", undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["plain"] = plain
    environment.filters["short"] = short
    environment.filters["cell"] = markdown_cell
    environment.globals["signs"] = SIGNS
    environment.globals["font"] = SCREEN
    return environment


def plain(text: str) -> str:
    """A text as Markdown that shows it as it is.

    >>> plain("Region *North* | 1")
    'Region \\\\*North\\\\* \\\\| 1'
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def short(text: str, most: int) -> str:
    """A text that fits into a picture: what is cut off stands in the words beside it.

    >>> short("Opleidingsschool De IJsvogel", 18)
    'Opleidingsschool …'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + " …"


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
