"""What is somebody called according to a row, whose name stands in one cell, in parts, or in both?

What is read from a row that an export wrote is what the export was made of: a part is only guessed where its cell is
empty, and from nothing but the cells that an export writes too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from collegium.importing.columns import normal
from collegium.importing.names import PersonName, is_infix, name_of, without_infix
from collegium.importing.rules import Row
from engine.directory import PersonRecord


@dataclass(frozen=True, slots=True)
class RowName:
    """The name as others read it, and its parts; the two may differ where a list says so."""

    full: str
    parts: PersonName


def name_in(row: Row) -> RowName:
    """The name that a row gives. Parts that stand in cells go before what the whole would be taken for."""
    cell = row.text("name") or ""
    whole, parts = name_of(cell), _parts(row)
    if not parts.family:
        guessed = whole.family or cell
        parts = replace(parts, given=parts.given or whole.given, infix=parts.infix or whole.infix, family=guessed)
    if not parts.infix:
        infix, family = without_infix(parts.family)
        parts = replace(parts, infix=infix, family=family)
    full, made = whole.full or cell, name_of(parts.full)
    if cell and normal(parts.family) not in normal(full) and full != (made.full or parts.full):
        parts = replace(parts, given=parts.given or full)  # a first name beside a family name
        full, made = "", name_of(parts.full)
    full = full or made.full or parts.full
    parts = replace(parts, title=parts.title or whole.title or made.title)
    return RowName(full, _completed(full, parts))


def named(record: PersonRecord, before: PersonRecord | None, row: Row) -> PersonRecord:
    """With the name of the row. Parts that no column gives stay as they are where the whole name has not changed."""
    found, cells = name_in(row), _parts(row)
    name, title = found.parts, found.parts.title or record.title
    if before is None or row.text("name") != before.name:
        return replace(record, name=found.full, given=name.given, infix=name.infix, family=name.family, title=title)
    given = cells.given or before.given
    if cells.family in ("", before.family):
        return replace(record, given=given, infix=cells.infix or before.infix, title=title)
    infix = cells.infix or (before.infix if name.family == before.family else name.infix)
    return replace(record, given=given, infix=infix, family=name.family, title=title)


def _parts(row: Row) -> PersonName:
    return PersonName(
        given=row.text("given") or row.text("initials") or "",
        infix=row.text("infix") or "",
        family=row.text("family") or "",
        title=row.text("title") or "",
    )


def _completed(full: str, parts: PersonName) -> PersonName:
    """With what stands before the family name in the full name, where the cells of these parts are empty."""
    words, length = full.split(), len(parts.family.split())
    if normal(" ".join(words[-length:])) != normal(parts.family) or (parts.given and parts.infix):
        return parts
    lead = words[:-length]
    if parts.given:
        length = len(parts.given.split())
        between = " ".join(lead[length:])
        same = normal(" ".join(lead[:length])) == normal(parts.given)
        return replace(parts, infix=between) if same and is_infix(between) else parts
    if parts.infix:
        length = len(parts.infix.split())
        same = normal(" ".join(lead[-length:])) == normal(parts.infix)
        return replace(parts, given=" ".join(lead[:-length])) if same else parts
    at = len(lead)
    while at and is_infix(lead[at - 1]):
        at -= 1
    return replace(parts, given=" ".join(lead[:at]), infix=" ".join(lead[at:]))
