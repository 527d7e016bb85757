"""What a calendar changes in what is known: new, changed, unchanged; the same file twice changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collegium.importing.day_files import Days
from collegium.importing.days import (
    Comparison,
    absences_after,
    closing_days_after,
    compare,
    compare_absences,
    hints,
)
from engine.directory import Absence

DAY = date(2027, 3, 1)


def days(first: int, last: int | None = None, name: str = "") -> Days:
    """Counted from the first of March."""
    return Days(DAY + timedelta(days=first), DAY + timedelta(days=first if last is None else last), name)


def away(first: int, last: int, **more: str) -> Absence:
    return Absence(first=DAY + timedelta(days=first), last=DAY + timedelta(days=last), **more)


def lines(comparison: Comparison) -> list[tuple[str, Days, Days | None]]:
    return [(line.fate, line.days, line.was) for line in comparison.lines]


@pytest.mark.parametrize(
    ("known", "read", "told"),
    [
        ([], [days(1, 3, "May")], [("new", days(1, 3, "May"), None)]),
        ([days(1, 3, "May")], [days(1, 3, "May")], [("unchanged", days(1, 3, "May"), None)]),
        ([days(1, 3, "May")], [days(2, 5, "May")], [("changed", days(2, 5, "May"), days(1, 3, "May"))]),
        ([days(1, 3, "May")], [days(1, 3, "May week")], [("changed", days(1, 3, "May week"), days(1, 3, "May"))]),
        ([days(1, name="Study")], [days(9, name="Study")], [("changed", days(9, name="Study"), days(1, name="Study"))]),
        ([days(1, name="Study")], [days(40, name="Study")],
         [("kept", days(1, name="Study"), None), ("new", days(40, name="Study"), None)]),
        ([days(1, name="A"), days(8, name="A")], [days(1, name="A"), days(9, name="A")],
         [("unchanged", days(1, name="A"), None), ("changed", days(9, name="A"), days(8, name="A"))]),
        ([days(1, 9, "A")], [days(3, 4, "B")], [("kept", days(1, 9, "A"), None), ("new", days(3, 4, "B"), None)]),
    ],
    ids=["new", "unchanged", "longer", "renamed", "moved", "too far to be moved", "one of several moved", "another"],
)  # fmt: skip
def test_closing_days(known: list[Days], read: list[Days], told: list[tuple[str, Days, Days | None]]) -> None:
    assert lines(compare(known, read)) == told


def test_days_that_the_file_does_not_name_are_taken_out_in_its_period_only_and_on_request_only() -> None:
    known = [days(-30, name="before"), days(5, name="within"), days(90, name="after")]
    read = [days(0, name="A"), days(9, name="B")]
    assert [line.fate for line in compare(known, read).lines] == ["kept", "new", "kept", "new", "kept"]
    assert [line.fate for line in compare(known, read, remove=True).lines] == ["kept", "new", "removed", "new", "kept"]
    assert compare(known, [], remove=True).changes is False  # an empty file is no statement


@pytest.mark.parametrize(
    ("known", "read", "after"),
    [
        ([], [days(1, 3, "Hospital")], [away(1, 3)]),
        ([away(1, 9, why="leave", substitute="ben")], [days(2, 3)], [away(1, 9, why="leave", substitute="ben")]),
        ([away(1, 3, why="leave", substitute="ben")], [days(2, 6)], [away(2, 6, why="leave", substitute="ben")]),
        ([away(1, 3), away(5, 9, why="leave")], [days(2, 7)], [away(2, 7)]),
        ([away(1, 3)], [days(5, 6), days(7, 8)], [away(1, 3), away(5, 8)]),
    ],
    ids=["new, without its name", "within what is known", "moved, with its substitute", "two become one", "joined"],
)  # fmt: skip
def test_absences(known: list[Absence], read: list[Days], after: list[Absence]) -> None:
    assert list(absences_after(known, compare_absences(known, read))) == after


Spans: TypeAlias = list[tuple[int, int, str]]
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.sampled_from(["", "a", "b"])), max_size=8)


def _days(spans: Spans) -> list[Days]:
    return [days(first, first + length, name) for first, length, name in spans]


@given(SPANS, SPANS, st.booleans())
def test_the_same_file_twice_changes_nothing(known: Spans, read: Spans, remove: bool) -> None:
    first = compare(_days(known), _days(read), remove=remove)
    again = compare([Days(*each) for each in closing_days_after(first)], _days(read), remove=remove)
    assert not again.changes
    assert set(_days(read)) <= set(first.result)
    absences = [Absence(first=each.first, last=each.last) for each in _days(known)]
    once = absences_after(absences, compare_absences(absences, _days(read), remove=remove))
    assert not compare_absences(once, _days(read), remove=remove).changes
    covered = {each.first + timedelta(days=n) for each in once for n in range((each.last - each.first).days + 1)}
    assert {
        day.first + timedelta(days=n) for day in _days(read) for n in range((day.last - day.first).days + 1)
    } <= covered


def test_holidays_that_do_not_begin_on_a_saturday_are_worth_a_look() -> None:
    assert hints([Days(date(2027, 4, 24), date(2027, 5, 2), "Meivakantie")]) == []
    assert hints([Days(date(2027, 4, 26), date(2027, 5, 7), "Meivakantie")]) == [
        "Meivakantie 2026-2027 (2027-04-26 to 2027-05-07) does not start on a Saturday",
        "Meivakantie 2026-2027 (2027-04-26 to 2027-05-07) does not end on a Sunday",
    ]
    assert hints([Days(date(2027, 7, 10), date(2027, 8, 15), "Zomervakantie Midden")]) == [
        "Zomervakantie 2026-2027 (2027-07-10 to 2027-08-15) has 37 days instead of 44",
    ]
    assert hints([Days(date(2027, 3, 11), date(2027, 3, 12), "Studiedagen")]) == []
