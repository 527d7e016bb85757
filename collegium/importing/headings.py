"""Where do the headings of a table stand, and whose are they? Titles above and notes beneath are told from rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from collegium.importing.columns import Column, Sheet, contacts, normal, not_kept, sheets
from collegium.importing.pages import Cells, Lines

ROWS_TO_LOOK_AT = 30
NUMBERED = re.compile(r"(.*?)[ _.-]*\(?(\d{1,2})\)?")
NOTE = re.compile(r"[*(#]|.*[:\d]|(?:\S+ ){4}\S+")
SURELY_A_NOTE = re.compile(r"[*(#]|.*:|tota+l", re.IGNORECASE)
ASKS = re.compile(r"(?:is )?(.*?) ?(?:\?|\((?:ja|yes) ?/ ?(?:nee|no)\)\??)?")
LINKS = (" van de ", " van het ", " van ", " of the ", " of ", " - ", " ")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading means: a column, and for several people in one row whose it is."""

    column: Column
    role: str = ""  # the word of a role
    number: int = 0  # 0: it has none
    ticks: bool = False  # its cells say of each row whether somebody has that role


def heading_of(sheet: Sheet, text: str) -> Heading | None:
    """What a heading of that sheet means; None where it is not known. Only a list of everything has groups."""
    column = sheet.column(text)
    if sheet.key != "contacts":
        return Heading(column) if column is not None else None
    found = _grouped(sheet, normal(text))
    if found is not None or column is not None:
        return found or (Heading(column) if column is not None else None)
    numbered = NUMBERED.fullmatch(normal(text))
    if numbered is None:
        return None
    column = sheet.column(numbered[1])
    found = Heading(column) if column is not None else _grouped(sheet, numbered[1])
    if found is None or not found.column.field.startswith(("people.", "memberships.")):
        return None
    return Heading(found.column, found.role, int(numbered[2]))


def ticked(sheet: Sheet, text: str) -> Heading | None:
    """What a heading means above nothing but ja and nee: whether somebody has a role; None where it names no role."""
    asked = ASKS.fullmatch(normal(text))
    role = next((column for column in sheet.columns if column.field == "memberships.role"), None)
    for choice in role.choices if role is not None and asked is not None else ():
        if role is not None and asked is not None and asked[1] in map(normal, choice.words):
            return Heading(role, choice.says["nl"], ticks=True)
    return None


def _grouped(sheet: Sheet, text: str) -> Heading | None:
    """`penvoerder` is the name of who has that role, `e-mail penvoerder` the address."""
    columns = {column.field: column for column in sheet.columns}
    for choice in columns["memberships.role"].choices:
        for word in map(normal, choice.words):
            if text == word and sheet.column(text) is None:
                return Heading(columns["people.name"], choice.says["nl"])
            for link in LINKS:
                rest = text.removesuffix(f"{link}{word}") if text.endswith(f"{link}{word}") else ""
                column = sheet.column(rest) if rest else None
                if column is not None and column.field.startswith("people."):
                    return Heading(column, choice.says["nl"])
    return None


def known_headings(cells: Cells) -> int:
    """How many cells of a row are headings of the kind of sheet that has the most of them."""
    words = [" ".join(str(cell).split()) for cell in cells.values()]
    return max(len(_matching(sheet, words)) for sheet in (*sheets(), contacts()))


def heading_row(lines: Lines, sheet: Sheet | None) -> int:
    """The index of the row with the headings: titles above it are skipped. The first row where none has any."""
    counts = []
    for _, cells in lines[:ROWS_TO_LOOK_AT]:
        words = [" ".join(str(cell).split()) for cell in cells.values()]
        counts.append(len(_matching(sheet, words)) if sheet is not None else known_headings(cells))
    best = max(counts, default=0)
    return counts.index(best) if best else 0


def kind_of(cells: Cells) -> Sheet | None:
    """Which kind of sheet has these headings: the one that has all it needs and knows most of them."""
    words = [" ".join(str(cell).split()) for cell in cells.values()]
    scores = {}
    for sheet in (*sheets(), contacts()):
        matching = _matching(sheet, words)
        fields = {field for field, _, _ in matching}
        if len(fields) > 1 and not missing(sheet, fields) and _tells_all(sheet, fields):
            scores[sheet.key] = (len(matching), sheet.key == "contacts")
    best = max(scores, key=lambda key: scores[key], default=None)
    return next((sheet for sheet in (*sheets(), contacts()) if sheet.key == best), None)


def missing(sheet: Sheet, fields: Collection[str]) -> list[Column]:
    """The columns that a sheet with these fields lacks."""
    return [
        column
        for column in sheet.columns
        if column.required and column.field not in fields and not set(column.instead) & set(fields)
    ]


def is_note(cells: Cells, *, could_be_a_row: bool) -> bool:
    """Whether a row beneath a table, of which it is one cell, is written for readers."""
    texts = [" ".join(str(cell).split()) for cell in cells.values()]
    return len(texts) == 1 and (SURELY_A_NOTE if could_be_a_row else NOTE).match(texts[0]) is not None


def is_known_but_not_kept(heading: str) -> bool:
    """Whether offices have such a column and Collegium does not."""
    found = NUMBERED.fullmatch(normal(heading))
    return normal(heading) in not_kept() or (found is not None and found[1] in not_kept())


def _matching(sheet: Sheet, words: Sequence[str]) -> set[tuple[str, str, int]]:
    found = [heading_of(sheet, word) for word in words if len(word) <= 60]
    return {(each.column.field, each.role, each.number) for each in found if each is not None}


def _tells_all(sheet: Sheet, fields: set[str]) -> bool:
    """A list of everything names an organisation and a person; what names only one is a sheet of its own."""
    named = bool({"people.name", "people.family"} & fields)
    return sheet.key != "contacts" or ({"organisations.name", "people.email"} <= fields and named)
