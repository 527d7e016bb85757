"""What does a case ask of one person, and what of the body that decides? Their own, and nothing else."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Definition
from engine.docket import Docket, Item, body_roles, days_ahead, docket
from engine.part import OwnSeat, Part, part_of, soonest
from engine.standing import Day, Standing
from engine.world import World
from tests.builders.engine import Review, a_definition, a_world, launched, moment
from tests.engine.test_summary import begun, reading

BOARD = """
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
  board: {of: committee, count: 1}
  decider: {of: minister, account: false}
gates: {board_day: {dates: listed_by_office}}
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks:
  advise: {for: board, opens: busy, form: note, due: {at: next board_day from opened}}
  decide: {for: office, about: decider, opens: busy, form: note, due: {at: opened + 8w}}
  note: {for: contact, opens: busy, form: note, due: {at: opened + 1w}}
"""
DAYS = (date(2027, 3, 18), date(2027, 4, 15))


def before_the_board(**more: Any) -> Review:
    definition = a_definition(BOARD, note="{remark: {type: text}}")
    return launched(definition, roles={"board": ("b9",)}, world=a_world(gates={"board_day": DAYS}), **more)


@cache
def every_year(days: str) -> tuple[Definition, World]:
    """A process whose council meets on these days of each year."""
    definition = a_definition(BOARD.replace("board_day: {dates: listed_by_office}", f"council: {{dates: {days}}}")
                              .replace(", due: {at: next board_day from opened}", ""),
                              note="{remark: {type: text}}")  # fmt: skip
    return definition, a_world()


def view(review: Review, on: str) -> Standing:
    return Standing(review.definition, review.case, review.world, moment(on))


# one person -----------------------------------------------------------------------------------------------------------


def key_of(review: Review, seat: str) -> str:
    return review.case.holdings[seat].participant


def test_a_person_has_the_own_tasks_the_soonest_first_and_the_own_seats() -> None:
    review = reading()
    found = part_of(view(review, "2027-03-02"), key_of(review, "peer-1"))
    assert [(task.name, task.on) for task in found.tasks] == [("read", Day(day=date(2027, 3, 22)))]
    assert found.seats == (OwnSeat(seat="peer", state="seated"),)
    assert found.goes_along


def test_optional_and_late_work_is_told_as_such() -> None:
    review = begun().until("2027-03-18")
    found = part_of(view(review, "2027-03-18"), review.case.roles["contact"][0])
    tasks = sorted(found.tasks, key=soonest)
    assert [(task.name, task.optional, task.late) for task in tasks] == [("extra", True, 12), ("work", False, 3)]


def test_nobody_learns_that_they_were_proposed_or_of_tasks_that_are_not_theirs() -> None:
    review = reading()
    assert part_of(view(review, "2027-03-02"), "somebody") == Part()
    assert not Part().goes_along


# the body -------------------------------------------------------------------------------------------------------------


def test_the_body_reads_its_own_tasks_and_decisions_that_are_taken_elsewhere() -> None:
    found = docket(view(before_the_board(), "2027-03-22"))
    assert found == Docket(
        own=(Item(name="advise", since=date(2027, 3, 1), on=Day(day=date(2027, 3, 18)), late=2),),
        elsewhere=(Item(name="decide", since=date(2027, 3, 1), on=Day(day=date(2027, 4, 26))),),
    )


def test_a_process_without_a_body_has_none() -> None:
    assert body_roles(begun().definition) == frozenset()
    assert body_roles(before_the_board().definition) == {"board"}


def test_only_meeting_days_from_today_on_are_told() -> None:
    case = before_the_board()
    of = (case.definition, case.world)
    assert days_ahead(*of, date(2027, 3, 18), 1) == (("board_day", DAYS),)
    assert days_ahead(*of, date(2027, 3, 19), 1) == (("board_day", DAYS[1:]),)
    assert days_ahead(*of, date(2027, 4, 16), 1) == ()


def test_of_days_that_come_every_year_the_next_ones_are_told() -> None:
    of = every_year("[04-24, 10-24]")
    assert days_ahead(*of, date(2027, 4, 24), 3) == (
        ("council", (date(2027, 4, 24), date(2027, 10, 24), date(2028, 4, 24))),
    )
    assert days_ahead(*of, date(2027, 4, 25), 1) == (("council", (date(2027, 10, 24),)),)


@given(today=st.dates(date(2020, 1, 1), date(2099, 1, 1)), number=st.integers(1, 6))
def test_as_many_as_are_asked_for_are_told_in_order_and_none_of_before(today: date, number: int) -> None:
    ((_, days),) = days_ahead(*every_year("[04-24, 10-24]"), today, number)
    assert len(days) == number
    assert days[0] >= today
    assert all(first < second and (second - first).days < 184 for first, second in pairwise(days))
