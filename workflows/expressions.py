"""What do the dates, windows, distances and conditions of a definition say? Texts read into ``engine.expressions``.

The grammar is ``grammar.lark`` (LALR(1) without conflicts). A text that cannot be read raises `ExpressionError`, which
knows the column within the text and what would help.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from engine.expressions import (
    Amount,
    At,
    Base,
    Between,
    Compare,
    Constant,
    Count,
    DateExpr,
    Delta,
    EndOf,
    Filter,
    Fixed,
    IsState,
    IsWorkingDay,
    Line,
    Named,
    NextGate,
    Now,
    NumberOf,
    OverlapOf,
    Ref,
    RoundOf,
    SetOf,
    ShareOf,
    Shift,
    Spread,
    Term,
    Test,
    Verb,
    Window,
)
from engine.saying import said
from workflows.expression_errors import ExpressionError as ExpressionError
from workflows.expression_errors import explained

STARTS = ("date", "window", "delta", "duration", "condition")
LONGEST = 400
BOUNDS = {"exactly": "exactly", "at most": "at_most"}


def parse_date(text: str) -> DateExpr:
    """``visit - 7w at 17:00``; raises `ExpressionError`."""
    return cast(DateExpr, _parsed(str(text), "date"))


def parse_window(text: str) -> Window:
    """``visit - 3w .. visit - 12wd``; raises `ExpressionError`."""
    return cast(Window, _parsed(str(text), "window"))


def parse_delta(text: str) -> Delta:
    """A distance from a due date, ``-4w`` or ``on the day at 09:00``; raises `ExpressionError`."""
    return cast(Delta, _parsed(str(text), "delta"))


def parse_duration(text: str) -> Delta:
    """A length without a direction, ``5y``; a leading ``+`` is allowed; raises `ExpressionError`."""
    signed = str(text).startswith("+")
    return cast(Delta, _parsed(str(text), "delta" if signed else "duration"))


def parse_condition(text: str) -> Line:
    """One line of a list of conditions, ``75% of panel done poll``; raises `ExpressionError`."""
    return Line(cast(Test, _parsed(str(text), "condition")), str(text))


def grammar(*, strict: bool = False) -> Lark:
    """A fresh parser; `strict` also proves (slowly, for the tests) that no two terminals collide."""
    source = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", start=list(STARTS), strict=strict, maybe_placeholders=False)


_parser = lru_cache(maxsize=1)(grammar)


@lru_cache(maxsize=4096)
def _parsed(text: str, start: str) -> object:
    if len(text) > LONGEST:
        raise ExpressionError(text[:40], LONGEST, said("This text is longer than {most} characters.", most=LONGEST))
    try:
        tree = _parser().parse(text, start=start)
        return _with_text(_Reading(text).transform(tree), text)
    except UnexpectedInput as error:
        raise explained(error, text, start) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise


T = TypeVar("T")


def _with_text(value: T, text: str) -> T:
    if isinstance(value, DateExpr | Delta):
        return replace(value, text=text.strip())
    return value


def _clock(token: Token, text: str) -> time:
    try:
        return time.fromisoformat(token)
    except ValueError:
        message = said("`{time}` is no time of day: use 00:00 to 23:59.", time=token)
        raise ExpressionError(text, token.column or 1, message) from None


@v_args(inline=True)
class _Reading(Transformer[Token, Any]):
    """Turns the tree of one text into values; child arguments arrive in the grammar's order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def ref(self, name: Token, part: Token | None = None) -> Ref:
        return Ref(str(name), None if part is None else str(part))

    def word(self, name: Token) -> str:
        return str(name)

    # dates
    def now(self) -> Now:
        return Now()

    def moment(self, ref: Ref) -> At:
        return At(ref)

    def fixed(self, day: Token) -> Fixed:
        try:
            return Fixed(date.fromisoformat(day))
        except ValueError:
            message = said("`{day}` is no day of the calendar.", day=day)
            raise ExpressionError(self.text, day.column or 1, message) from None

    def end_of(self, *parts: Any) -> EndOf:
        return self._end(parts, after=False)

    def end_after(self, *parts: Any) -> EndOf:
        return self._end(parts, after=True)

    def _end(self, parts: tuple[Any, ...], *, after: bool) -> EndOf:
        *ordinal, period, ref = parts
        return EndOf(int(ordinal[0][0]) if ordinal else 1, cast(Any, str(period)), ref, after)

    def shift(self, sign: Token, amount: Token | Ref, unit: Token) -> Shift:
        return Shift(1 if sign == "+" else -1, amount if isinstance(amount, Ref) else int(amount), cast(Any, str(unit)))

    def clock(self, token: Token) -> time:
        return _clock(token, self.text)

    def date(self, base: Base, *rest: Shift | time) -> DateExpr:
        shifts = tuple(one for one in rest if isinstance(one, Shift))
        clock = next((one for one in rest if isinstance(one, time)), None)
        return DateExpr(base, shifts, clock)

    def gate_date(self, gate: Token, base: Base, *rest: Shift | time) -> DateExpr:
        inner = self.date(base, *rest)
        return DateExpr(NextGate(str(gate), base, inner.shifts), (), inner.clock)

    def window(self, first: DateExpr, last: DateExpr) -> Window:
        before, after = self.text.split("..", 1)
        return Window(_with_text(first, before), _with_text(last, after))

    def delta(self, sign: Token, amount: Token, unit: Token, clock: time | None = None) -> Delta:
        return Delta(1 if sign == "+" else -1, int(amount), cast(Any, str(unit)), clock)

    def same_day(self, clock: time | None = None) -> Delta:
        return Delta(1, 0, "d", clock)

    def duration(self, amount: Token, unit: Token) -> Delta:
        return Delta(1, int(amount), cast(Any, str(unit)))

    # conditions
    def condition(self, test: Test) -> Test:
        return test

    def all_of(self, _: Token) -> Amount:
        return Amount("all")

    def none_of(self, _: Token) -> Amount:
        return Amount("no")

    def number_of(self, *tokens: Token) -> Amount:
        bound = next((BOUNDS[token] for token in tokens if token.type == "BOUND"), "at_least")
        number = next(int(token) for token in tokens if token.type == "INT")
        return Amount(cast(Any, bound), number, percent=any(token.type == "PERCENT" for token in tokens))

    def fraction_of(self, number: Token, denominator: Token) -> Amount:
        if int(denominator) == 0:
            raise ExpressionError(self.text, denominator.column or 1, "Nothing can be divided by 0.")
        return Amount("at_least", int(number), denominator=int(denominator))

    def set(self, *parts: Token | Filter) -> SetOf:
        chosen = next((part for part in parts if isinstance(part, Filter)), None)
        return SetOf(tuple(str(part) for part in parts if not isinstance(part, Filter)), chosen)

    def filter(self, attribute: Ref, *rest: Any) -> Filter:
        if not rest:
            return Filter(attribute, None, None)
        operator, value, *percent = rest
        number = value if isinstance(value, Ref) else int(value)
        return Filter(attribute, cast(Any, str(operator)), number, percent=bool(percent))

    def stands(self, state: Token) -> Verb:
        return Verb(cast(Any, str(state)))

    def did(self, deed: Token, ref: Ref) -> Verb:
        return Verb(cast(Any, str(deed)), ref)

    def is_in(self, ref: Ref) -> Verb:
        return Verb("in", ref)

    def from_different(self, number: Token, attribute: Token) -> Spread:
        return Spread("different", int(number), str(attribute))

    def all_different(self, attribute: Token) -> Spread:
        return Spread("all_different", 0, str(attribute))

    def outside(self, ref: Ref) -> Spread:
        return Spread("outside", 0, str(ref))

    def count(self, amount: Amount, members: SetOf, verb: Verb, spread: Spread | None = None) -> Count:
        return Count(amount, members, verb, spread)

    def state(self, ref: Ref, verb: Token, *words: str) -> IsState:
        return IsState(ref, verb != "is", words)

    def own_state(self, ref: Ref, verb: Token, *words: str) -> IsState:
        return IsState(ref, verb != "is", words, own=True)

    def round_of(self, ref: Ref) -> RoundOf:
        return RoundOf(ref)

    def share_of(self, ref: Ref) -> ShareOf:
        return ShareOf(ref)

    def overlap_of(self, ref: Ref) -> OverlapOf:
        return OverlapOf(ref)

    def rows_of(self, ref: Ref) -> NumberOf:
        return NumberOf(ref)

    def constant(self, number: Token, percent: Token | None = None) -> Constant:
        return Constant(int(number), percent is not None)

    def day(self, value: DateExpr) -> DateExpr:
        return value

    def compare(self, left: Term, operator: Token, right: Term) -> Compare:
        sides = re.split(r"<=|>=|!=|<|>|=", self.text, maxsplit=1)
        return Compare(_with_text(left, sides[0]), cast(Any, str(operator)), _with_text(right, sides[1]))

    def between(self, term: Term, first: DateExpr, last: DateExpr) -> Between:
        one, rest = re.split(r"\s+between\s+", self.text, maxsplit=1)
        two, three = re.split(r"\s+and\s+", rest, maxsplit=1)
        return Between(_with_text(term, one), _with_text(first, two), _with_text(last, three))

    def workday(self, ref: Ref, verb: Token, *calendars: Token) -> IsWorkingDay:
        return IsWorkingDay(ref, verb != "is", tuple(str(name) for name in calendars))

    def named(self, name: Token) -> Named:
        return Named(str(name))
