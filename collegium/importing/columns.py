"""Which sheets and columns does the workbook have? The one table of declarations, read from `data/workbook.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from workflows.plain_yaml import load_plain
from workflows.problems import nearest

Texts: TypeAlias = Mapping[str, str]
Kind: TypeAlias = Literal[
    "text", "email", "date", "number", "yes_no", "choice", "list", "validity", "fact", "organisation", "person", "note",
    "reference", "title", "informal", "phone",
]  # fmt: skip
LANGUAGES = ("nl", "en")
OWN_NAME = re.compile(r"[a-z][a-z0-9_]*")
NO_SHEETS = {"nl": "Uitleg", "en": "Help"}  # sheets for readers, with nothing to import


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A word that a cell may hold, and the identifier that it stands for."""

    id: str
    says: Texts
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.says.values(), self.id, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the field that it fills, its headings, and what its cells may hold."""

    field: str  # `facts.students` fills one entry of a mapping
    says: Texts
    kind: Kind
    help: Texts
    also: tuple[str, ...] = ()
    required: bool = False
    instead: tuple[str, ...] = ()  # fields that make a required one unnecessary
    choices: tuple[Choice, ...] = ()
    open: bool = False  # a choice that takes further identifiers from the caller
    group: str = ""  # the name of the list of choices

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.says.values(), *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its names and columns, and the columns that an office may add."""

    key: str
    says: Texts
    help: Texts
    columns: tuple[Column, ...]
    more: Mapping[str, Column] = field(default_factory=dict)  # mapping -> the kind of column that fills an entry of it
    example: Mapping[str, Any] = field(default_factory=dict)  # field -> cell of a row that shows how
    role: str = ""  # what somebody is where a list of everything does not say it

    def column(self, heading: str) -> Column | None:
        """The column with that heading, in any language; a column of one's own where the heading announces one."""
        found = _named(heading, self.columns)
        if found is not None:
            return found
        for mapping, column in self.more.items():
            for word in column.says.values():
                name = normal(heading).removeprefix(normal(word)).lstrip(" :").replace(" ", "_")
                if normal(heading).startswith(normal(word)) and OWN_NAME.fullmatch(name):
                    return Column(
                        field=f"{mapping}.{name}",
                        says=dict.fromkeys(LANGUAGES, heading),
                        kind=column.kind,
                        help=column.help,
                    )
        return None


@cache
def sheets() -> tuple[Sheet, ...]:
    """All sheets, in the order in which they are read: what is referred to comes first."""
    table = _table()
    lists = {
        name: tuple(Choice(id=id, says=_texts(each), also=tuple(each.get("also", ()))) for id, each in words.items())
        for name, words in table["choices"].items()
    }
    return tuple(
        Sheet(
            key=key,
            says=each["says"],
            help=each["help"],
            columns=tuple(_column(name, column, lists) for name, column in each["columns"].items()),
            more={name: _column(name, column, lists) for name, column in each.get("more", {}).items()},
            example=each.get("example", {}),
        )
        for key, each in table["sheets"].items()
    )


@cache
def ring() -> Sheet:
    """Who visits whom in a round: a table of its own, no part of what is imported."""
    declared = _table()["ring"]
    columns = tuple(_column(name, column, {}) for name, column in declared["columns"].items())
    return Sheet(key="ring", says=declared["says"], help=declared["help"], columns=columns)


@cache
def contacts() -> Sheet:
    """The list of everything; the field of a column is that of its sheet: `people.email`."""
    declared = _table()["contacts"]
    own = {sheet.key: {column.field: column for column in sheet.columns} for sheet in sheets()}
    columns = []
    for name, other in declared["columns"].items():
        key, _, inner = name.partition(".")
        column = own[key][inner]
        also = (*column.also, *other.get("also", ()))
        columns.append(
            replace(column, field=name, says=other.get("says", column.says), also=also, required=False, instead=())
        )
    return Sheet(
        key="contacts", says=declared["says"], help=declared["help"], columns=tuple(columns), role=declared["role"]
    )


@cache
def not_kept() -> frozenset[str]:
    """Headings of columns that offices have and that are left out, in the form in which names are compared."""
    return frozenset(normal(str(word)) for word in _table()["not_kept"])


@cache
def explanation() -> Mapping[str, Sequence[str]]:
    """What the template tells before it is filled in, line by line."""
    return {language: tuple(_table()["explanation"][language]) for language in LANGUAGES}


@cache
def example_texts() -> Texts:
    """What marks a row that only shows how."""
    return _texts(_table()["example"])


def sheet_named(name: str) -> Sheet | None:
    """The sheet with that name in any language."""
    known = (*sheets(), contacts())
    return next((sheet for sheet in known if normal(name) in {normal(word) for word in sheet.says.values()}), None)


@cache
def problem_texts() -> Mapping[str, Texts]:
    """What can be wrong with a workbook, as a sentence in each language."""
    texts: dict[str, Texts] = load_plain(_data("workbook_problems.yaml"))
    return texts


@lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """The form in which names are compared: without case, accents of another encoding, and blanks that say nothing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def trimmed(text: str) -> str:
    """One line without blanks around it; what does not print (zero-width marks, controls) is dropped."""
    line = " ".join(text.split())
    return line if line.isprintable() else trimmed("".join(letter for letter in line if letter.isprintable()))


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, without regard to case; None where none comes near."""
    spelled = {normal(each): each for each in known}
    near = nearest(normal(word), spelled)
    return spelled[near] if near is not None else None


def nearest_address(address: str, known: Iterable[str]) -> str | None:
    """The known address that looks most like this one on both sides of the `@`; None where none comes near.

    Two colleagues share all that stands behind it: as a whole their addresses are always near.
    """
    name, _, domain = normal(address).partition("@")
    found = {}
    for each in known:
        own, _, theirs = normal(each).partition("@")
        if nearest(domain, [theirs]) is not None:
            found[own] = each
    near = nearest(name, found)
    return found[near] if near is not None else None


def _named(word: str, columns: Iterable[Column]) -> Column | None:
    return next((column for column in columns if normal(word) in {normal(each) for each in column.words}), None)


def _column(name: str, declared: Mapping[str, Any], lists: Mapping[str, tuple[Choice, ...]]) -> Column:
    return Column(
        field=name,
        says=declared["says"],
        kind=declared["kind"],
        help=declared["help"],
        also=tuple(declared.get("also", ())),
        required=declared.get("required", False),
        instead=tuple(declared.get("or", ())),
        choices=lists[declared["choices"]] if "choices" in declared else (),
        open=declared.get("open", False),
        group=declared.get("choices", ""),
    )


def _texts(declared: Mapping[str, Any]) -> Texts:
    return {language: declared[language] for language in LANGUAGES}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = load_plain(_data("workbook.yaml"))
    return table


def _data(name: str) -> str:
    return (files("collegium") / "data" / name).read_text(encoding="utf-8")
