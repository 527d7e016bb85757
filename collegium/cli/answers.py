"""What was answered on the command line? Pairs and files become the answers of a form or of a deed.

`name=value`, `name=@path` for a file, `name.row=value` for a question asked per row, `name.1.column=value` for a list
of rows; a name that comes twice has several values. `name=` is no answer, and takes out what was kept of that name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import typer

from engine.definition import FieldDef, FormDef
from engine.files import is_kept
from engine.saying import said

Resolve = Callable[[str], str]
TakeFile = Callable[[str, Any], Any]  # of a question by its place, and `@path` or what answers hold for a kept file


class Typed(str):
    """What was typed as an answer. Only there `@path` names a file: what somebody sends names none of ours."""

    __slots__ = ()


def paths_in(pairs: Sequence[str]) -> list[Path]:
    """The files of this machine that these pairs may hand in."""
    values = (pair.partition("=")[2] for pair in pairs)
    return [path_of(value) for value in values if value.startswith("@")]


def path_of(value: str) -> Path:
    """The file that `@path` names."""
    return Path(value.removeprefix("@"))


class Cleared(Typed):
    """Nothing, typed in place of an answer that was there: what has no question goes with it, and so does a row."""

    __slots__ = ()


DEEPEST = 20  # values within values; a form needs four


def gathered(pairs: Sequence[str], file: Path | None, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What was kept before, in its place the answers of a file, and over these those of the command line.

    Wrong ones are a wrong use of the command.
    """
    found: dict[str, Any] = deepcopy(dict(kept or {}))
    if file is not None:
        found = _read(file)
    seen: set[str] = set()
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise typer.BadParameter(said("{value!r} is not NAME=VALUE", value=pair), param_hint="--answer")
        _put(found, path.split("."), Typed(value), again=path in seen)
        seen.add(path)
    return found


def _read(file: Path) -> dict[str, Any]:
    loaded: Any = None
    deep = False
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
        deep = _is_deep(loaded)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(_unreadable(file, error), param_hint="--answers-json") from None
    except RecursionError:
        deep = True
    if deep:
        raise typer.BadParameter(
            said("{file} holds values within values, more than {n} deep", file=file, n=DEEPEST),
            param_hint="--answers-json",
        )
    if not isinstance(loaded, dict):
        raise typer.BadParameter(
            said("{file} must hold an object of names and values", file=file), param_hint="--answers-json"
        )
    return loaded


def _unreadable(file: Path, error: ValueError | OSError) -> str:
    """Where a file of answers goes wrong, and what helps; the words of the library at the end."""
    if isinstance(error, json.JSONDecodeError):
        return said(
            "{file} holds no JSON: it goes wrong at line {line}, column {column} ({error})",
            file=file, line=error.lineno, column=error.colno, error=error.msg,
        )  # fmt: skip
    if isinstance(error, UnicodeDecodeError):
        return said("{file} cannot be read as UTF-8: save it as such ({error})", file=file, error=error.reason)
    return said("{file} cannot be read ({error})", file=file, error=error)


def _is_deep(value: Any) -> bool:
    here = [value]
    for _ in range(DEEPEST):
        inner = (each.values() if isinstance(each, dict) else each for each in here if isinstance(each, dict | list))
        here = [item for each in inner for item in each]
    return any(isinstance(each, dict | list) for each in here)


WORDS = {"ja": "yes", "nee": "no", "yes": "yes", "no": "no"}


def _put(found: dict[str, Any], path: Sequence[str], value: str, *, again: bool) -> None:
    place: Any = found
    for part in path[:-1]:
        below = place.get(part)
        if isinstance(below, list):
            below = {str(number): item for number, item in enumerate(below, 1)}
        if not isinstance(below, dict):
            below = {}
        place[part] = below
        place = below
    last = path[-1]
    if not again:
        place[last] = Cleared(value) if last in place and _is_blank(value) else value
    else:
        before = place[last] if isinstance(place[last], list) else [place[last]]
        place[last] = [*before, value]


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def without_cleared(answers: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Answers without those that were taken out and that nothing asks for."""
    return {name: value for name, value in answers.items() if name in known or not isinstance(value, Cleared)}


def shaped(form: FormDef, answers: Mapping[str, Any], person: Resolve, file: TakeFile) -> dict[str, Any]:
    """Answers in the shapes that a form expects: lists of rows and choices, people by their keys, files by theirs."""
    shape = _Shape(person, file)
    fields = {field.name: field for field in form.fields}
    return {
        name: shape.of(fields[name], value, name) if name in fields else value
        for name, value in without_cleared(answers, fields).items()
    }


class _Shape:
    """What becomes of one answer, with who is meant by a name and what is kept of a file."""

    def __init__(self, person: Resolve, file: TakeFile) -> None:
        self._person = person
        self._file = file

    def of(self, field: FieldDef, value: Any, place: str) -> Any:
        """`place`: the question, such as ``plan``, or ``evidence.2.document`` in a row."""
        if _is_blank(value):
            return value
        if field.type == "rows":
            return [self._row(field.columns, row, f"{place}.{number}") for number, row in enumerate(_rows(value), 1)]
        if field.per is not None and isinstance(value, Mapping):
            given = without_cleared(value, ())
            return {row: self._single(field, item, f"{place}.{row}") for row, item in given.items()}
        if field.many:
            values = value if isinstance(value, list | tuple) else [value]
            return [self._single(field, item, place) for item in values]
        return self._single(field, value, place)

    def _row(self, columns: Iterable[FieldDef], row: Any, place: str) -> Any:
        if not isinstance(row, Mapping):
            return row
        known = {column.name: column for column in columns}
        return {
            name: self.of(known[name], item, f"{place}.{name}") if name in known else item
            for name, item in without_cleared(row, known).items()
        }

    def _single(self, field: FieldDef, value: Any, place: str) -> Any:
        """People by their keys; yes and no also in Dutch, and a choice with or without capitals."""
        if _is_blank(value):
            return value
        if field.type == "person":
            return self._person(str(value))
        if field.type == "file" and (is_kept(value) or (isinstance(value, Typed) and value.startswith("@"))):
            return self._file(place, value)
        if not isinstance(value, str):
            return value
        word = value.casefold().strip()
        if field.type == "yes_no":
            return WORDS.get(word, value)
        return next((choice for choice in field.choices if choice.casefold() == word), value)


def _rows(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        numbers = sorted(value, key=lambda key: int(key) if key.isdigit() else 0)
        return [value[number] for number in numbers if not isinstance(value[number], Cleared)]
    return value if isinstance(value, list | tuple) else [value]


def day(text: str, option: str) -> date:
    """A day given as an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            said("{value!r} is no day such as 2027-04-22", value=text), param_hint=option
        ) from None


def yes(text: str) -> bool:
    """Yes or no, in Dutch or English."""
    word = text.casefold()
    if word in ("yes", "y", "ja", "j", "true"):
        return True
    if word in ("no", "n", "nee", "false"):
        return False
    raise typer.BadParameter(said("{value!r} is neither yes nor no", value=text), param_hint="ANSWER")
