"""What is wrong with a workbook, in which cell, and what would help? In the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from collegium.importing.columns import LANGUAGES, Column, nearest_word, problem_texts

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Hint:
    """What would help with a word that is not known: the nearest one, or the list where that is short."""

    near: str | None
    known: Mapping[str, tuple[str, ...]]  # by language
    near_in: Mapping[str, str | None] | None = None  # the nearest one in each language, where it has words of its own

    def says(self, language: str) -> str:
        near = self.near if self.near_in is None else self.near_in[language]
        if near is not None:
            return problem_texts()["did_you_mean"][language].format(near=f"“{near}”")
        if self.known[language]:
            return problem_texts()["known_are"][language].format(known=", ".join(self.known[language]))
        return ""


Labels: TypeAlias = Callable[[str, str, str], str]
"""What an identifier of a list of choices is called in a language where the list itself does not say it."""


def as_it_is(group: str, id: str, language: str) -> str:
    """No label but the identifier itself."""
    return id


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A choice of a column by what its reader calls it, with what stands around it."""

    column: Column
    id: str
    labels: Labels
    before: str = ""
    after: str = ""

    def says(self, language: str) -> str:
        own = next((choice.says[language] for choice in self.column.choices if choice.id == self.id), "")
        return f"{self.before}{own or self.labels(self.column.group, self.id, language)}{self.after}"


Told: TypeAlias = str | int | Hint | Called
Values: TypeAlias = Mapping[str, Told]


def in_words(value: Told, language: str) -> str | int:
    """A value in the language of the reader."""
    return value.says(language) if isinstance(value, Hint | Called) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookProblem:
    """One thing that is wrong, or is to be known. Rows count from 1 as spreadsheets show them; 0: sheet or file."""

    key: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""  # its heading
    cell: str = ""  # such as C12
    position: int = 0  # of its column
    values: Values = field(default_factory=dict)

    def says(self, language: str = "en") -> str:
        """The sentence: what, why, and what would help."""
        values = {name: in_words(each, language) for name, each in self.values.items()}
        return " ".join(problem_texts()[self.key][language].format(**values).split())

    def place(self, language: str = "en") -> str:
        """Where to look: ``Personen, row 12, E-mailadres (B12)``."""
        row = {"nl": "rij", "en": "row"}[language]
        parts = [self.sheet, f"{row} {self.row}" if self.row else "", self.column]
        return ", ".join(part for part in parts if part) + (f" ({self.cell})" if self.cell else "")

    def __str__(self) -> str:
        return f"{self.place()}: {self.says()}" if self.sheet else self.says()


class CellRefused(Exception):
    """A cell does not hold what its column takes."""

    def __init__(self, key: str, **values: str | int | Hint) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


def hint(
    word: str, known: Iterable[str], listed: Mapping[str, Sequence[str]] | None = None,
    look: Callable[[str, Iterable[str]], str | None] = nearest_word,
) -> Hint:  # fmt: skip
    """The nearest known word; where none comes near, all of them if they are few (`listed`: how each language does)."""
    words = tuple(known)
    lists = {language: tuple(listed[language]) if listed else words for language in LANGUAGES}
    few = {language: each if len(each) <= MOST_NAMED else () for language, each in lists.items()}
    return Hint(look(word, words), few)


def in_row_order(problems: Iterable[WorkbookProblem]) -> tuple[WorkbookProblem, ...]:
    """Each once, row by row; the sheets in the order in which they are first named."""
    once = list(_once(problems))
    pages = {page: at for at, page in enumerate(dict.fromkeys((each.file, each.sheet) for each in once))}
    return tuple(sorted(once, key=lambda each: (pages[each.file, each.sheet], each.row)))


def _once(problems: Iterable[WorkbookProblem]) -> Iterator[WorkbookProblem]:
    """Each problem where it stands first; only those of one cell are compared, since a list may have thousands."""
    told: dict[tuple[object, ...], list[WorkbookProblem]] = {}
    for each in problems:
        same = told.setdefault((each.file, each.sheet, each.row, each.cell), [])
        if each not in same:
            same.append(each)
            yield each


def quoted(value: object) -> str:
    """A value of a cell as a sentence shows it: cut short, without line breaks."""
    text = " ".join(str(value).split())
    return f"“{text[:77]}…”" if len(text) > 80 else f"“{text}”"
