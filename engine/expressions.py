"""What may a definition say about dates and conditions? The values into which its expressions are read.

The grammar that reads them lives in ``workflows``; what they mean is in ``offsets``, ``moments`` and ``conditions``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from typing import Any, Literal, TypeAlias, TypeVar

Part = TypeVar("Part")

Unit: TypeAlias = Literal["h", "d", "wd", "sd", "w", "mo", "q", "y", "sy"]
Period: TypeAlias = Literal["month", "quarter", "year", "school year"]
Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Ref:
    """A name of the definition, with one part at most: ``visit``, ``case.launched``, ``chosen.day``."""

    name: str
    part: str | None = None

    def __str__(self) -> str:
        return self.name if self.part is None else f"{self.name}.{self.part}"


@dataclass(frozen=True, slots=True)
class Shift:
    """One step along the calendar: sign is +1 or -1; the amount is a number or a numeric value of the case."""

    sign: int
    amount: int | Ref
    unit: Unit


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of the deed; allowed only in the `if` of a transition that a person takes."""


@dataclass(frozen=True, slots=True)
class At:
    """The moment that a name stands for."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Fixed:
    """A calendar day written out."""

    day: date


@dataclass(frozen=True, slots=True)
class EndOf:
    """The end of the n-th period that contains (`of`) or that begins after (`after`) a moment."""

    ordinal: int
    period: Period
    ref: Ref
    after: bool


@dataclass(frozen=True, slots=True)
class NextGate:
    """The first listed day of a gate on or after a date."""

    gate: str
    base: Base
    shifts: tuple[Shift, ...]


Base: TypeAlias = Now | At | Fixed | EndOf | NextGate


@dataclass(frozen=True, slots=True)
class DateExpr:
    """A date: a base, shifts from left to right, and perhaps a local time; `text` is what the definition says."""

    base: Base
    shifts: tuple[Shift, ...] = ()
    clock: time | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The days from the first date up to and including the last."""

    first: DateExpr
    last: DateExpr


@dataclass(frozen=True, slots=True)
class Delta:
    """A distance from a due date; ``on the day`` is the amount 0 in days."""

    sign: int
    amount: int
    unit: Unit
    clock: time | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """How many: all, no, at least/at most/exactly `number` (`percent` of them), or `number`/`denominator` of them."""

    kind: Literal["all", "no", "at_least", "at_most", "exactly"]
    number: int = 0
    percent: bool = False
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """``with attribute op value`` behind a set; a bare attribute (op None) asks that it is true."""

    attribute: Ref
    operator: Operator | None
    value: Ref | int | None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class SetOf:
    """Holders of roles and seats, rows of the rubric, conflicts or children: names, any of them, perhaps filtered."""

    names: tuple[str, ...]
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """What members of a set must be or have done; `ref` is the task of done/answered/agreed, or what `in` names."""

    kind: Literal["seated", "present", "open", "ended", "decided", "done", "answered", "agreed", "in"]
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """From how many different organisations, regions, sectors; or outside whose."""

    kind: Literal["different", "all_different", "outside"]
    number: int = 0
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """``2 peer seated from 2 different organisation``."""

    amount: Amount
    members: SetOf
    verb: Verb
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class IsState:
    """``date is fixed``, ``own training is done or skipped``, ``decision.outcome is positive``."""

    ref: Ref
    negated: bool
    words: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class RoundOf:
    """How often a state was entered or a transition fired in the life of the case."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class NumberOf:
    """How many rows, people or things a name holds."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class ShareOf:
    """Which share, in percent, of a task's instances is done."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class OverlapOf:
    """How many of a role, seat or group sit together on one other panel of the round, where that is most."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, perhaps in percent."""

    number: int
    percent: bool = False


Term: TypeAlias = RoundOf | NumberOf | ShareOf | OverlapOf | Constant | DateExpr


@dataclass(frozen=True, slots=True)
class Compare:
    """``chosen.day >= now + 8w``; two dates compare as local days unless one has a time."""

    left: Term
    operator: Operator
    right: Term


@dataclass(frozen=True, slots=True)
class Between:
    """A term between two dates, both included."""

    term: Term
    first: DateExpr
    last: DateExpr


@dataclass(frozen=True, slots=True)
class IsWorkingDay:
    """``chosen.day is a working day in host and panel``."""

    ref: Ref
    negated: bool
    calendars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A condition by its name under `conditions`."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``{any: [...]}``: at least one of the lines holds."""

    lines: tuple[Line, ...]


Test: TypeAlias = Count | IsState | Compare | Between | IsWorkingDay | Named | AnyOf


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of conditions, which is one reason; `waive` names the role that may set it aside."""

    test: Test
    text: str
    waive: str | None = None


Lines: TypeAlias = tuple[Line, ...]


def refs_in(value: object) -> Iterator[Ref]:
    """Every reference within a value of the definition."""
    return parts_in(value, Ref)


def parts_in(value: object, kind: type[Part]) -> Iterator[Part]:
    """Every part of that kind within a value of the definition; not what stands within such a part."""
    todo: list[Any] = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, kind):
            yield each
        else:
            todo.extend([*_inside(each)][::-1])


_NAMES: dict[type, tuple[str, ...]] = {}
"""The fields of each type that was looked into: a definition holds thousands of values of a few types."""


def _inside(value: Any) -> Sequence[object]:
    kind = type(value)
    if kind in _NAMES:
        return [getattr(value, name) for name in _NAMES[kind]]
    if isinstance(value, Mapping):
        return tuple(value.values())
    if isinstance(value, tuple | list):
        return value
    _NAMES[kind] = tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
    return _inside(value)
