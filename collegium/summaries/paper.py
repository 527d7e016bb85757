"""How does a summary become a PDF? Typeset by `templates/summary/page.typ`, tagged for screen readers (PDF/UA-1).

What people wrote reaches the typesetter as JSON and never as its own language, so that nobody's text can be a command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from collegium.summaries.blocks import Page, Section, Timeline
from collegium.summaries.texts import Texts
from notifications.typesetting import typeset

TEMPLATE = Path(__file__).parents[1] / "templates" / "summary" / "page.typ"


def pdf_of(page: Page, picture: Callable[[Timeline], str]) -> bytes:
    """The PDF of a page, with the pictures that `picture` draws. The same page gives the same bytes."""
    return typeset(TEMPLATE, {"page": json.dumps(_plain(page, picture), ensure_ascii=False)}, page.made_at)


def _plain(page: Page, picture: Callable[[Timeline], str]) -> dict[str, Any]:
    texts = Texts(page.language)
    return {
        "language": page.language,
        "title": page.title,
        "subtitle": page.subtitle,
        "author": page.author,
        "intro": page.intro,
        "page_of": texts("page_of", number="{number}", of="{of}"),
        "made": [page.made_at.year, page.made_at.month, page.made_at.day],
        "sections": [_section(section, picture) for section in page.sections],
    }


def _section(section: Section, picture: Callable[[Timeline], str]) -> dict[str, Any]:
    blocks = [
        _drawn(block, picture(block))
        if isinstance(block, Timeline)
        else json.loads(json.dumps(asdict(block), default=_as_text))
        for block in section.blocks
    ]
    return {"title": section.title, "level": section.level, "blocks": blocks}


def _drawn(block: Timeline, svg: str) -> dict[str, Any]:
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None
    return {
        "kind": block.kind, "title": block.title, "says": block.says, "svg": svg,
        "size": [int(each) for each in size.groups()],
    }  # fmt: skip


def _as_text(value: object) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
