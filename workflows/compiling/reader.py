"""How are the texts of one file turned into values, with every mistake noted at its place? The desk of the compiler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from engine.expressions import AnyOf, DateExpr, Delta, Fixed, Line, Lines, Named, Ref, Window
from engine.saying import said
from workflows.compiling.names import Names
from workflows.compiling.references import faults
from workflows.compiling.scope import NAMED, Scope
from workflows.expressions import (
    ExpressionError,
    parse_condition,
    parse_date,
    parse_delta,
    parse_duration,
    parse_window,
)
from workflows.problems import Place, Problem, did_you_mean, problem, sentence
from workflows.schema_parts import Condition
from workflows.yaml_reading import Text

T = TypeVar("T")

UNREADABLE = DateExpr(Fixed(date.min))


@dataclass(kw_only=True)
class Reader:
    """Reads expressions and names of one file; problems gather in a list that all readers share."""

    file: str
    names: Names
    problems: list[Problem] = field(default_factory=list)
    conditions: dict[str, Lines] = field(default_factory=dict)  # the named ones, as far as they are read

    def place(self, text: str) -> Place:
        """Where a text stands; the top of the file for texts that the compiler made itself."""
        return Place(self.file, getattr(text, "line", 1), getattr(text, "column", 1))

    def error(self, text: str, *message: str, within: str | None = None) -> None:
        """Note an error at a text, or at a word within it."""
        place = self.place(text)
        if within and (found := re.search(rf"(?<![\w.]){re.escape(within)}(?!\w)", text)):
            place = place._replace(column=place.column + found.start())
        self.problems.append(problem(place, sentence(*message)))

    def warn(self, text: str, *message: str) -> None:
        """Note a warning at a text."""
        self.problems.append(problem(self.place(text), sentence(*message), "warning"))

    # expressions

    def date(self, text: Text, scope: Scope) -> DateExpr:
        """A date; a stand-in where it cannot be read."""
        read = self._read(text, parse_date)
        if read is None:
            return UNREADABLE
        self._check(text, read, scope)
        return read

    def maybe_date(self, text: Text | None, scope: Scope) -> DateExpr | None:
        return None if text is None else self.date(text, scope)

    def dates(self, texts: Iterable[Text], scope: Scope) -> tuple[DateExpr, ...]:
        return tuple(self.date(text, scope) for text in texts)

    def window(self, text: Text | None, scope: Scope) -> Window | None:
        if text is None or (read := self._read(text, parse_window)) is None:
            return None
        self._check(text, read.first, scope)
        self._check(text, read.last, scope)
        return read

    def delta(self, text: Text) -> Delta:
        """A distance with its direction; a stand-in where it cannot be read."""
        return self._read(text, parse_delta) or Delta(1, 0, "d")

    def duration(self, text: Text) -> Delta:
        """A length; a stand-in where it cannot be read."""
        return self._read(text, parse_duration) or Delta(1, 0, "d")

    def maybe_duration(self, text: Text | None) -> Delta | None:
        return None if text is None else self.duration(text)

    def delta_or_date(self, text: Text, scope: Scope) -> Delta | DateExpr:
        """A distance where the text begins with a sign or says ``on the day``, else a date."""
        if text[:1] in ("+", "-") or text[:1].isdigit() or text.startswith("on "):
            return self.delta(text)
        return self.date(text, scope)

    def lines(self, conditions: Iterable[Condition], scope: Scope) -> Lines:
        """A list of conditions; lines that cannot be read are left out."""
        found = (self._line(condition, scope) for condition in conditions)
        return tuple(line for line in found if line is not None)

    def _line(self, condition: Condition, scope: Scope) -> Line | None:
        waive = None if condition.waive is None else self.who(condition.waive, "waive")
        if condition.any_ is not None:
            lines = self.lines(condition.any_, scope)
            return Line(AnyOf(lines), " or ".join(line.text for line in lines), waive)
        if condition.that is None:
            self.error(condition.waive or "", "A condition needs `that: ...` or `any: [...]`.")
            return None
        read = self._read(condition.that, parse_condition)
        if read is None:
            return None
        self._check(condition.that, read.test, scope)
        return Line(read.test, read.text, waive)

    def _check(self, text: Text, value: object, scope: Scope) -> None:
        for fault in faults(value, self.names, scope):
            self.error(text, fault.message, within=fault.word)
        for named in self._named(value):
            usual = set(faults(named, self.names, NAMED))
            for fault in faults(named, self.names, scope):
                if fault not in usual:
                    self.error(text, said("This cannot be asked here: {fault:text}", fault=fault.message))

    def _named(self, value: object, seen: frozenset[str] = frozenset()) -> Iterator[object]:
        """The tests behind the names of conditions, however deep."""
        if isinstance(value, AnyOf):
            for line in value.lines:
                yield from self._named(line.test, seen)
        elif isinstance(value, Named) and value.name not in seen:
            for line in self.conditions.get(value.name, ()):
                yield line.test
                yield from self._named(line.test, seen | {value.name})

    def _read(self, text: Text, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(str(text))
        except ExpressionError as error:
            place = self.place(text)
            column = place.column + error.column - 1
            at = place._replace(column=column)
            message = said("`{text}`: {wrong:text}", text=text, wrong=error.message)
            self.problems.append(problem(at, message, unreadable=True))
            return None

    # names

    def who(self, name: Text, key: str, *, also: Iterable[str] = ()) -> str:
        """A role, seat or group (or one of the words in `also`)."""
        known = [*self.names.people, *also]
        if name not in known and name not in self.names.broken:
            message = said("`{key}` names `{name}`, which is no role, seat or group.", key=key, name=name)
            self.error(name, message, did_you_mean(name, known))
        return str(name)

    def whom(self, names: Iterable[Text], key: str, *, also: Iterable[str] = ()) -> tuple[str, ...]:
        return tuple(self.who(name, key, also=also) for name in names)

    def one_of(self, name: Text, known: Iterable[str], key: str, what: str) -> str:
        """A name of a list: calendars, forms, transitions; `what` says of what, with its article."""
        names = list(known)
        if name not in names and name not in self.names.broken:
            message = said("`{key}` names `{name}`, which is no {what:text}.", key=key, name=name, what=what)
            self.error(name, message, did_you_mean(name, names))
        return str(name)

    def maybe_one_of(self, name: Text | None, known: Iterable[str], key: str, what: str) -> str | None:
        return None if name is None else self.one_of(name, known, key, what)

    def ref(self, text: Text, scope: Scope) -> Ref:
        """A bare name with one part at most, as in `sets: {visit: chosen.day}`."""
        read = self.date(text, scope)
        base = getattr(read.base, "ref", None)
        if read is not UNREADABLE and (not isinstance(base, Ref) or read.shifts or read.clock):
            self.error(text, said("`{text}` must be a name here, without shifts or a time.", text=text))
        return base if isinstance(base, Ref) else Ref(str(text))
