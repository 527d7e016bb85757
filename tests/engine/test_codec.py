"""Do values come back from plain JSON as they were? Every value of a case, parts left out, and the one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import case as values
from engine.actions import Actor
from engine.case import (
    Case,
    Conflict,
    Deadline,
    DeadlineKind,
    Decision,
    Difference,
    Due,
    Former,
    Holding,
    Moment,
    Parent,
    Pause,
    Present,
    RowOf,
    Task,
    TaskState,
    TrackState,
    Waiver,
)
from engine.codec import canonical, plain, restore

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 4, 22, 21, 59, 59, 1, tzinfo=UTC)
DAY = date(2027, 4, 22)
HALF_NINE = time(8, 30)

DUE = Due(
    day=DAY, at=LATER, clock=HALF_NINE, text="visit - 4w", calendar="office", version="2027", provisional=True,
    squeezed=True, born_late=True, pinned="agreed", shifted=True, unknown=("office",),
)  # fmt: skip
MOMENT = Moment(at=AT, seq=3, day=DAY, clock=HALF_NINE, last_day=DAY, provisional=True)
TASK = Task(
    key="work:2", name="work", round=2, holding="peer-1", row="one", state="signing", scope="busy", opened=AT,
    opened_seq=4, assignees=("ann", "ben"), due=DUE, closes=DUE, term=2, extensions=1, rungs=(0, 1), repeats=3,
    still_since=AT, quiet=True, tacit=True, submitted=LATER, submitted_by="ann", answer="s1", done_by="ben",
    done_at=LATER, about="peer-1", inherited=DUE,
)  # fmt: skip
HOLDING = Holding(
    key="peer-3", seat="peer", participant="ann", rank=2, state="seated", seq=5, since=AT, reserve=True,
    replaces="peer-1", reason="ill",
)  # fmt: skip
DEADLINE = Deadline(
    key="due:work:2", kind="remind", subject="work:2", index=1, rule="tasks.work.remind.1", order=2,
    instance="peer-1", term=3, day=DAY, clock=HALF_NINE, at=LATER, why="visit - 4w", clock_runs=True,
    provisional=True,
)  # fmt: skip
TRACK = TrackState(state="left", since=AT, seq=2)
PAUSE = Pause(since=AT, by="olga", until=DAY, reason="a fire")
WAIVER = Waiver(line="2 peer seated", scope="busy", by="olga", reason="no other way")
CONFLICT = Conflict(holding="peer-1", reason="a tie", state="upheld")
DECISION = Decision(
    row="one", levels={"basis": "high"}, how="majority", motivated=True, minority=True, votes={"high": 2, "low": 1}
)
PRESENT = Present(of="panel", participants=("ann",), seq=7)
ROW = RowOf(submission="s-1", field="programmes", column="name")
PARENT = Parent(case="case-0", child="again", number=3, row=ROW)
FORMER = Former(version=1, behaviour="ab", until=AT)
CASE = Case(
    id="case-1", cycle="cycle", subject="host", process="small", process_version=2, behaviour="abc", stage="busy",
    stage_since=AT, stage_seq=2, version=4, seq=9, head=(12, "ff"), closed=True, outcome="over", paused=PAUSE,
    parent=PARENT, former=(FORMER,), rubric="small", rows=("one",), roles={"office": ("olga", "otto"), "nobody": ()},
    tracks={"side": TRACK}, holdings={"peer-3": HOLDING}, places={"peer": 2}, tasks={"work:2": TASK},
    deadlines={"due:work:2": DEADLINE}, moments={"visit": MOMENT}, counts={"busy": 1}, facts={"work.rows": "2"},
    rounds={"work": 2}, waivers={"line": WAIVER}, conflicts={"peer-1": CONFLICT}, decisions={"one": DECISION},
    present={"meeting": PRESENT}, differs={"outcome": "positive"},
)  # fmt: skip
ACTOR = Actor(kind="person", participant="ann", capacity="chair", on_behalf_of="ben", via="web")

FULL: tuple[Any, ...] = (
    DUE, MOMENT, TASK, HOLDING, DEADLINE, TRACK, PAUSE, WAIVER, CONFLICT, DECISION, PRESENT, ROW, PARENT, FORMER, CASE,
    ACTOR,
)  # fmt: skip
"""One of each value that is kept, with no part at its default."""


def name(value: object) -> str:
    return type(value).__name__


def through_text(value: Any) -> Any:
    """Written down as text, and read back."""
    return restore(type(value), json.loads(canonical(plain(value))))


def bare(value: Any) -> Any:
    """The same kind of value with only the parts that must be given."""
    kind = type(value)
    return kind(**{part: getattr(value, part) for part in needed(kind)})


def needed(kind: Any) -> list[str]:
    return [part.name for part in fields(kind) if part.default is MISSING and part.default_factory is MISSING]


# every value of a case ------------------------------------------------------------------------------------------------


def test_every_value_of_a_case_has_its_example_here() -> None:
    kept = {kind for kind in vars(values).values() if isinstance(kind, type) and is_dataclass(kind)} - {Difference}
    assert {type(value) for value in FULL} == kept | {Actor}


@pytest.mark.parametrize("value", FULL, ids=name)
def test_a_value_with_every_part_comes_back_as_it_was(value: Any) -> None:
    assert set(plain(value)) == {part.name for part in fields(value)}
    assert through_text(value) == value


@pytest.mark.parametrize("value", FULL, ids=name)
def test_parts_that_hold_their_default_are_left_out_and_come_back(value: Any) -> None:
    small = bare(value)
    assert sorted(plain(small)) == sorted(needed(type(value)))
    assert through_text(small) == small


def test_a_part_is_written_where_it_differs_from_its_default() -> None:
    assert plain(Moment(at=AT, seq=1, provisional=True)) == {
        "at": "2027-03-01T09:00:00.000000Z", "seq": 1, "provisional": True,
    }  # fmt: skip


def test_nothing_where_something_must_be_said_is_written_and_comes_back() -> None:
    pause = Pause(since=AT, by=None, until=None, reason="a fire")
    assert plain(pause) == {"since": "2027-03-01T09:00:00.000000Z", "by": None, "until": None, "reason": "a fire"}
    assert through_text(pause) == pause


def test_what_was_filled_and_is_emptied_again_is_left_out() -> None:
    empty = Decision(row="one", levels={}, how="chair", motivated=False, votes={})
    assert plain(empty) == {"row": "one", "levels": {}, "how": "chair", "motivated": False}
    assert through_text(empty) == empty


def test_a_part_that_is_named_as_nothing_is_read_as_nothing() -> None:
    assert restore(Task, {**plain(TASK), "due": None, "row": None}).due is None


# single values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "text", "", 3, 0, True, False, 1.5])
def test_what_json_knows_stays_as_it_is(value: Any) -> None:
    assert plain(value) is value


class Word(StrEnum):
    YES = "yes"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (DAY, "2027-04-22"),
        (HALF_NINE, "08:30:00"),
        (time(8, 30, 1, 5), "08:30:01.000005"),
        (AT, "2027-03-01T09:00:00.000000Z"),
        (datetime(2027, 3, 1, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam")), "2027-03-01T09:00:00.000000Z"),
        (datetime(2027, 3, 1, 9, 0, tzinfo=timezone(timedelta(0))), "2027-03-01T09:00:00.000000Z"),
        (("b", "a"), ["b", "a"]),
        ([DAY, None], ["2027-04-22", None]),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({1: DAY, "x": {"y": (HALF_NINE,)}}, {"1": "2027-04-22", "x": {"y": ["08:30:00"]}}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (Word.YES, "yes"),
    ],
    ids=name,
)
def test_other_values_have_one_plain_form(value: Any, written: Any) -> None:
    assert plain(value) == written
    assert json.loads(canonical(plain(value))) == written


@pytest.mark.parametrize("value", [object(), b"bytes", timedelta(days=1), 1j], ids=name)
def test_a_value_without_a_plain_form_is_an_error(value: object) -> None:
    with pytest.raises(TypeError, match=f"{type(value).__name__} has no plain form"):
        plain(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, "a", "a"),
        (int, 3, 3),
        (bool, False, False),
        (date, "2027-04-22", DAY),
        (time, "08:30:00", HALF_NINE),
        (datetime, "2027-03-01T09:00:00.000000Z", AT),
        (date | None, None, None),
        (date | None, "2027-04-22", DAY),
        (int | str | None, "x", "x"),
        (int | str | None, None, None),
        (tuple[date, ...], ["2027-04-22"], (DAY,)),
        (tuple[date, ...], [], ()),
        (tuple[int, date], [3, "2027-04-22"], (3, DAY)),
        (Mapping[str, tuple[date, ...]], {"a": ["2027-04-22"]}, {"a": (DAY,)}),
        (dict[str, Any], {"a": [1]}, {"a": [1]}),
        (Literal["a", "b"], "a", "a"),
    ],
    ids=str,
)
def test_a_plain_value_is_read_as_its_annotation_says(kind: Any, text: Any, value: Any) -> None:
    found = restore(kind, text)
    assert (found, type(found)) == (value, type(value))


def test_a_tuple_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        restore(tuple[int, str], [1])


@dataclass(frozen=True)
class Node:
    """A value that may hold another of its kind."""

    at: date
    inner: Node | None = None


def test_a_value_may_hold_another_of_its_kind() -> None:
    node = Node(DAY, Node(date(2027, 1, 1)))
    assert plain(node) == {"at": "2027-04-22", "inner": {"at": "2027-01-01"}}
    assert through_text(node) == node


# the text -------------------------------------------------------------------------------------------------------------


def test_the_text_is_one_for_all_orders_of_keys_without_blanks_in_the_letters_of_the_language() -> None:
    assert canonical({"b": [1, None], "a": {"d": "één", "c": True}}) == '{"a":{"c":true,"d":"één"},"b":[1,null]}'
    assert canonical({"a": {"c": True, "d": "één"}, "b": [1, None]}) == canonical(
        {"b": [1, None], "a": {"d": "één", "c": True}}
    )


def test_the_text_of_a_case_does_not_depend_on_the_order_of_its_entries() -> None:
    turned = Case(**{part.name: getattr(CASE, part.name) for part in reversed(fields(CASE))})
    assert canonical(plain(turned)) == canonical(plain(CASE))


# any value ------------------------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(timezones=st.just(UTC))
TEXTS = st.text(max_size=8)
SOME_TEXT = st.none() | TEXTS
NUMBERS = st.integers(min_value=0, max_value=9)
CLOCKS = st.none() | st.times()
DAYS = st.none() | st.dates()
DUES = st.builds(
    Due, day=st.dates(), at=INSTANTS, clock=CLOCKS, text=TEXTS, calendar=TEXTS, version=TEXTS,
    provisional=st.booleans(), squeezed=st.booleans(), born_late=st.booleans(), pinned=SOME_TEXT,
    shifted=st.booleans(), unknown=st.lists(TEXTS, max_size=2).map(tuple),
)  # fmt: skip
MOMENTS = st.builds(Moment, at=INSTANTS, seq=NUMBERS, day=DAYS, clock=CLOCKS, last_day=DAYS, provisional=st.booleans())
DEADLINES = st.builds(
    Deadline, key=TEXTS, kind=st.sampled_from(get_args(DeadlineKind)), subject=TEXTS, index=NUMBERS, rule=TEXTS,
    order=NUMBERS, instance=TEXTS, term=NUMBERS, day=st.dates(), clock=CLOCKS, at=INSTANTS, why=TEXTS,
    clock_runs=st.booleans(), provisional=st.booleans(),
)  # fmt: skip
TASKS = st.builds(
    Task, key=TEXTS, name=TEXTS, round=NUMBERS, holding=SOME_TEXT, row=SOME_TEXT,
    state=st.sampled_from(get_args(TaskState)), scope=TEXTS, opened=INSTANTS, opened_seq=NUMBERS,
    assignees=st.lists(TEXTS, max_size=3).map(tuple), due=st.none() | DUES, closes=st.none() | DUES, term=NUMBERS,
    extensions=NUMBERS, rungs=st.lists(NUMBERS, max_size=3).map(tuple), repeats=NUMBERS, quiet=st.booleans(),
    tacit=st.booleans(), submitted=st.none() | INSTANTS, submitted_by=SOME_TEXT, answer=SOME_TEXT,
    done_by=SOME_TEXT, done_at=st.none() | INSTANTS, about=SOME_TEXT, inherited=st.none() | DUES,
)  # fmt: skip


@settings(deadline=None)
@given(value=st.one_of(DUES, MOMENTS, DEADLINES, TASKS))
def test_any_due_date_moment_deadline_or_task_comes_back_as_it_was(value: Any) -> None:
    assert through_text(value) == value


@settings(deadline=None)
@given(value=st.one_of(DUES, MOMENTS, DEADLINES, TASKS))
def test_the_text_of_a_value_is_stable(value: Any) -> None:
    text = canonical(plain(value))
    assert canonical(json.loads(text)) == text
    assert canonical(plain(through_text(value))) == text
