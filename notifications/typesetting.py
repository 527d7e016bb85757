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


NO_SIGN = "could not be displayed"  # how the typesetter says that its fonts lack a sign


class CannotTypeset(CollegiumError):
    """A text cannot be set."""


def typeset(template: Path, inputs: Mapping[str, str], at: datetime) -> bytes:
    """The PDF of a template with these inputs; the same ones at the same moment give the same bytes.

    A sign that no font here has is a box, and then the PDF is tagged but does not call itself PDF/UA, which forbids
    boxes. Raises CannotTypeset.
    """
    try:
        found = _set(template, inputs, at, [STANDARD])
    except RuntimeError as error:
        if NO_SIGN not in str(error):
            raise CannotTypeset(str(error)) from error
        found = _set(template, inputs, at, [])
    assert isinstance(found, bytes)
    return found


def _set(template: Path, inputs: Mapping[str, str], at: datetime, claims: list[typst.PDFStandard]) -> object:
    return _compiler().compile(
        input=template.read_bytes(),
        sys_inputs=dict(inputs),
        format="pdf",
        pdf_standards=claims,
        timestamp=int(at.timestamp()),
    )


@cache
def _compiler() -> typst.Compiler:
    """With its own fonts only: the same pages on every machine."""
    import typst  # noqa: PLC0415 - the typesetter is large

    return typst.Compiler(ignore_system_fonts=True)
