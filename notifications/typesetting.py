"""How does a text become a PDF? Typeset by a template, tagged for screen readers (PDF/UA-1).

What people wrote reaches the typesetter as values and never as its own language: nobody's text can be a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import CollegiumError

if TYPE_CHECKING:
    import typst

    STANDARD: typst.PDFStandard

STANDARD = "ua-1"  # ISO 14289-1


class CannotTypeset(CollegiumError):
    """A text cannot be set: most often it holds a sign that no font here has."""


def typeset(template: Path, inputs: Mapping[str, str], at: datetime) -> bytes:
    """The PDF of a template with these inputs; the same ones at the same moment give the same bytes.

    Raises CannotTypeset.
    """
    try:
        found = _compiler().compile(
            input=template.read_bytes(),
            sys_inputs=dict(inputs),
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=int(at.timestamp()),
        )
    except RuntimeError as error:
        raise CannotTypeset(str(error)) from error
    assert isinstance(found, bytes)
    return found


@cache
def _compiler() -> typst.Compiler:
    """With its own fonts only: the same pages on every machine."""
    import typst  # noqa: PLC0415 - the typesetter is large

    return typst.Compiler(ignore_system_fonts=True)
