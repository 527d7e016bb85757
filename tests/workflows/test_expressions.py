"""Are the examples of the language read into the expected values, and are mistakes found at their column?"""

from __future__ import annotations

from datetime import date, time

import pytest

from engine.expressions import (
    Amount,
    At,
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
    Test,
    Unit,
    Verb,
    Window,
)
from workflows.expressions import (
    ExpressionError,
    grammar,
    parse_condition,
    parse_date,
    parse_delta,
    parse_duration,
    parse_window,
)


def at(name: str, *shifts: Shift, text: str, clock: time | None = None) -> DateExpr:
    head, _, part = name.partition(".")
    return DateExpr(At(Ref(head, part or None)), shifts, clock, text)


def plus(amount: int, unit: Unit) -> Shift:
    return Shift(1, amount, unit)


def minus(amount: int, unit: Unit) -> Shift:
    return Shift(-1, amount, unit)


DATES = [
    at("case.launched", plus(10, "wd"), text="case.launched + 10wd"),
    at("latest", minus(24, "w"), text="latest - 24w"),
    at("invited", plus(10, "wd"), text="invited + 10wd"),
    at("visit", minus(7, "w"), text="visit - 7w at 17:00", clock=time(17)),
    at("opened", plus(10, "wd"), text="opened + 10wd"),
    at("visit", text="visit at 18:00", clock=time(18)),
    at("visit", minus(12, "wd"), text="visit - 12wd"),
    at("subject.previous_visit", plus(6, "y"), text="subject.previous_visit + 6y"),
    at("status", plus(36, "mo"), text="status + 36mo"),
    at("visit", minus(7, "w"), text="visit - 7w"),
    DateExpr(
        NextGate("committee_day", At(Ref("process_reaction", "done")), (plus(5, "wd"),)),
        text="next committee_day from process_reaction.done + 5wd",
    ),
    at("sent", plus(6, "w"), text="sent + 6w"),
    at("sent", plus(9, "mo"), text="sent + 9mo"),
    DateExpr(
        EndOf(2, "school year", Ref("sent"), after=True),
        (minus(12, "w"),),
        text="end of 2nd school year after sent - 12w",
    ),
    DateExpr(EndOf(1, "month", Ref("visit"), after=False), text="end of month of visit"),
    DateExpr(Fixed(date(2027, 4, 22)), text="2027-04-22"),
    at("sent", Shift(1, Ref("intake", "weeks"), "w"), minus(1, "d"), text="sent + intake.weeks w - 1d"),
]
WINDOWS = [
    Window(at("visit", minus(3, "w"), text="visit - 3w"), at("visit", minus(12, "wd"), text="visit - 12wd")),
    Window(at("visit", plus(10, "mo"), text="visit + 10mo"), at("visit", plus(14, "mo"), text="visit + 14mo")),
]
DELTAS = [
    Delta(-1, 4, "w", None, "-4w"),
    Delta(1, 3, "wd", None, "+3wd"),
    Delta(1, 0, "d", time(9), "on the day at 09:00"),
    Delta(1, 0, "d", None, "on the day"),
    Delta(-1, 1, "wd", time(12, 30), "-1wd at 12:30"),
]


def seated(amount: Amount, *names: str, spread: Spread | None = None, chosen: Filter | None = None) -> Count:
    return Count(amount, SetOf(names, chosen), Verb("seated"), spread)


def least(number: int) -> Amount:
    return Amount("at_least", number)


ALL = Amount("all")
CONDITIONS: list[tuple[str, Test]] = [
    ("composition is complete", IsState(Ref("composition"), False, ("complete",))),
    ("date is fixed", IsState(Ref("date"), False, ("fixed",))),
    ("1 chair seated", seated(least(1), "chair")),
    (
        "2 peer seated from 2 different organisation",
        seated(least(2), "peer", spread=Spread("different", 2, "organisation")),
    ),
    ("all panel seated outside host", seated(ALL, "panel", spread=Spread("outside", 0, "host"))),
    ("no conflict open", Count(Amount("no"), SetOf(("conflict",)), Verb("open"))),
    (
        "chosen.day is a working day in host and panel",
        IsWorkingDay(Ref("chosen", "day"), False, ("host", "panel")),
    ),
    (
        "chosen.day >= now + 8w",
        Compare(at("chosen.day", text="chosen.day"), ">=", DateExpr(Now(), (plus(8, "w"),), text="now + 8w")),
    ),
    (
        "75% of panel done poll",
        Count(Amount("at_least", 75, percent=True), SetOf(("panel",)), Verb("done", Ref("poll"))),
    ),
    (
        "round of reflection.submitted > 1",
        Compare(RoundOf(Ref("reflection", "submitted")), ">", Constant(1)),
    ),
    ("2 peer in onboarding.ready", Count(least(2), SetOf(("peer",)), Verb("in", Ref("onboarding", "ready")))),
    (
        "75% of panel done questions",
        Count(Amount("at_least", 75, percent=True), SetOf(("panel",)), Verb("done", Ref("questions"))),
    ),
    (
        "1 member with sector = subject.sector seated",
        seated(least(1), "member", chosen=Filter(Ref("sector"), "=", Ref("subject", "sector"))),
    ),
    (
        "1 member with region != subject.region seated",
        seated(least(1), "member", chosen=Filter(Ref("region"), "!=", Ref("subject", "region"))),
    ),
    (
        "2/3 of voting answered score",
        Count(Amount("at_least", 2, denominator=3), SetOf(("voting",)), Verb("answered", Ref("score"))),
    ),
    (
        "now <= visit - 5w",
        Compare(DateExpr(Now(), text="now"), "<=", at("visit", minus(5, "w"), text="visit - 5w")),
    ),
    ("all safeguard decided", Count(ALL, SetOf(("safeguard",)), Verb("decided"))),
    (
        "all voting answered agreement",
        Count(ALL, SetOf(("voting",)), Verb("answered", Ref("agreement"))),
    ),
    ("own score is answered", IsState(Ref("score"), False, ("answered",), own=True)),
    ("stage is not ready", IsState(Ref("stage"), True, ("ready",))),
    ("stage is preparing or reading", IsState(Ref("stage"), False, ("preparing", "reading"))),
    ("exactly 2 peer or chair seated", seated(Amount("exactly", 2), "peer", "chair")),
    (
        "at most 50% of panel done poll",
        Count(Amount("at_most", 50, percent=True), SetOf(("panel",)), Verb("done", Ref("poll"))),
    ),
    ("1 member with trained seated", seated(least(1), "member", chosen=Filter(Ref("trained"), None, None))),
    ("all panel seated all different sector", seated(ALL, "panel", spread=Spread("all_different", 0, "sector"))),
    ("number of remarks.rows = 0", Compare(NumberOf(Ref("remarks", "rows")), "=", Constant(0))),
    ("overlap of panel <= 2", Compare(OverlapOf(Ref("panel")), "<=", Constant(2))),
    ("share of poll >= 75%", Compare(ShareOf(Ref("poll")), ">=", Constant(75, percent=True))),
    (
        "visit between 2027-01-01 and latest - 1d",
        Between(
            at("visit", text="visit"),
            DateExpr(Fixed(date(2027, 1, 1)), text="2027-01-01"),
            at("latest", minus(1, "d"), text="latest - 1d"),
        ),
    ),
    ("visit is not a working day in office", IsWorkingDay(Ref("visit"), True, ("office",))),
    ("possible_day", Named("possible_day")),
]


@pytest.mark.parametrize("expected", DATES, ids=lambda one: one.text)
def test_date_is_read(expected: DateExpr) -> None:
    assert parse_date(expected.text) == expected


@pytest.mark.parametrize("expected", WINDOWS, ids=lambda one: one.first.text)
def test_window_is_read(expected: Window) -> None:
    assert parse_window(f"{expected.first.text} .. {expected.last.text}") == expected


@pytest.mark.parametrize("expected", DELTAS, ids=lambda one: one.text)
def test_delta_is_read(expected: Delta) -> None:
    assert parse_delta(expected.text) == expected


def test_duration_has_no_direction() -> None:
    assert parse_duration("12mo") == Delta(1, 12, "mo", None, "12mo")
    assert parse_duration("+10wd") == Delta(1, 10, "wd", None, "+10wd")


@pytest.mark.parametrize(("text", "expected"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_condition_is_read(text: str, expected: Test) -> None:
    assert parse_condition(text) == Line(expected, text)


def test_the_grammar_has_no_conflicts_and_no_terminals_that_collide() -> None:
    grammar(strict=True)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("visit - 7 weeks", 11, "`weeks` is no unit of time. Did you mean `w`?"),
        ("visit - 7wk", 10, "`wk` is no unit of time. Did you mean `w`?"),
        ("visit - 7x", 10, "`x` is no unit of time. Units are h, d, wd, sd, w, mo, q, y, sy."),
        ("visit +", 8, "The text ends too early; here may stand a name or a number."),
        ("visit - 7w at 25:00", 15, "`25:00` is no time of day: use 00:00 to 23:59."),
        ("2027-02-30", 1, "`2027-02-30` is no day of the calendar."),
        ("Visit - 2w", 1, "Words are written in small letters: did you mean `visit`?"),
        (
            "visit - 2w, 3d",
            11,
            "`,` may not stand in an expression: all of several is a YAML list, any of them `any:`.",
        ),
    ],
)
def test_mistake_in_a_date_is_found_at_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_date(text)
    assert (caught.value.column, caught.value.message) == (column, words)


def test_mistake_in_a_condition_names_the_nearest_word() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_condition("2 peer seatd")
    assert (caught.value.column, caught.value.message) == (8, "`seatd` cannot stand here. Did you mean `seated`?")


def test_distance_without_direction_is_refused() -> None:
    with pytest.raises(ExpressionError, match="write `-5wd` for before or `\\+5wd` for after"):
        parse_delta("5wd")


def test_a_verb_may_name_a_state() -> None:
    assert parse_condition("information is none or answered").test == IsState(
        Ref("information"), False, ("none", "answered")
    )


def test_division_by_nothing_is_refused() -> None:
    with pytest.raises(ExpressionError, match="divided by 0"):
        parse_condition("1/0 of panel seated")


def test_very_long_text_is_refused() -> None:
    with pytest.raises(ExpressionError, match="longer than 400"):
        parse_date("visit" + " + 1d" * 200)


def test_a_name_may_begin_with_a_word_of_the_language() -> None:
    test = parse_condition("status is not_accredited or no_answer").test
    assert test == IsState(ref=Ref("status"), negated=False, words=("not_accredited", "no_answer"), own=False)
