"""When is a digest due? A table of moments, and what must hold over any course of looks, outages and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import digests
from engine.business_days import Calendar, DaySet
from engine.case import Moment, Pause
from engine.digests import (
    Cause,
    DigestIssue,
    DigestKind,
    Due,
    Facts,
    Hours,
    Reader,
    course_of,
    next_due,
    next_regular,
    period_of,
    standing_of,
)
from engine.standing import Change, Day, Milestone, Schedule
from engine.summary import CaseSummary
from engine.tally import Tally
from tests.builders.definitions import small_review
from tests.builders.storage import a_case, a_task

ZONE = ZoneInfo("Europe/Amsterdam")
EASTER = DaySet("holidays", "1", frozenset({date(2027, 3, 29), date(2027, 3, 1)}))
HOURS = Hours(zone=ZONE, opens=time(8, 30), closes=time(17, 30), calendar=Calendar("office", sets=(EASTER,)))
LONG_AGO = datetime(2026, 9, 1, tzinfo=UTC)
FACTS = Facts(course="a", standing="s")


def at(text: str) -> datetime:
    """A moment of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def a_reader(kind: DigestKind = "week", **more: object) -> Reader:
    return replace(Reader(person="ann", kind=kind, hours=HOURS, since=LONG_AGO), **more)  # type: ignore[arg-type]


def due(reader: Reader, facts: Facts, last: DigestIssue | None, now: datetime) -> Due | None:
    """What is due, and whether it is sent."""
    found = digests.due(reader, facts.course, last, now)
    return digests.settled(found, reader, facts, last, now) if found is not None else None


def an_issue(period: str, when: str, facts: Facts = FACTS, kind: DigestKind = "week") -> DigestIssue:
    return DigestIssue(
        secretariat="office", person="ann", kind=kind, period=period, facts=str(facts), message="m", at=at(when)
    )


def away(first: str, last: str) -> Hours:
    """Those of somebody who is on leave."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    own = DaySet("leave", first + last, frozenset(date.fromisoformat(first) + timedelta(days=n) for n in range(days)))
    return replace(HOURS, calendar=Calendar.union("theirs", HOURS.calendar, Calendar("leave", False, (own,))))


# the office's week ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-03-08T08:29", None),  # a Monday, before the office opens
        ("2027-03-08T08:30", "2027-W10"),
        ("2027-03-08T17:30", "2027-W10"),
        ("2027-03-08T17:31", None),
        ("2027-03-07T10:00", None),  # a Sunday
        ("2027-03-01T10:00", None),  # a Monday that is a holiday
        ("2027-03-02T08:30", "2027-W09"),
        ("2027-03-30T08:30", "2027-W13"),  # after Easter Monday
        ("2027-03-12T16:00", "2027-W10"),  # the machine was down until Friday
        ("2027-03-13T16:00", None),
        ("2027-01-01T10:00", "2026-W53"),  # the year of the week, not of the day
    ],
)
def test_the_week_is_told_on_its_first_working_day_or_as_soon_after_as_there_is_a_sign_of_life(
    now: str, expected: str | None
) -> None:
    last = an_issue("2026-W50", "2026-12-07T08:30")
    found = due(a_reader(), FACTS, last, at(now))
    assert found == (Due(period=expected, cause="week") if expected else None)


def test_a_week_is_told_once() -> None:
    last = an_issue("2027-W10", "2027-03-08T08:30")
    assert due(a_reader(), FACTS, last, at("2027-03-09T08:30")) is None


def test_after_weeks_of_outage_only_the_newest_is_told() -> None:
    last = an_issue("2027-W06", "2027-02-08T08:30")
    assert due(a_reader(), FACTS, last, at("2027-03-10T11:00")) == Due(period="2027-W10", cause="week")


def test_a_round_that_was_launched_this_week_is_told_next_week() -> None:
    new = a_reader(since=at("2027-03-10T14:00"))
    assert due(new, FACTS, None, at("2027-03-11T09:00")) is None
    assert due(new, FACTS, None, at("2027-03-15T09:00")) == Due(period="2027-W11", cause="week")


def test_nothing_is_told_where_no_case_runs_or_nobody_wants_it() -> None:
    monday = at("2027-03-08T09:00")
    assert due(a_reader(since=None), FACTS, None, monday) is None
    assert due(a_reader(wanted=False), FACTS, None, monday) is None


def test_who_is_on_leave_gets_it_when_back_in_the_same_week_and_else_not_at_all() -> None:
    back = a_reader(hours=away("2027-03-08", "2027-03-10"))
    assert due(back, FACTS, None, at("2027-03-10T09:00")) is None
    assert due(back, FACTS, None, at("2027-03-11T09:00")) == Due(period="2027-W10", cause="week")
    longer = a_reader(hours=away("2027-03-08", "2027-03-17"))
    assert due(longer, FACTS, None, at("2027-03-18T09:00")) == Due(period="2027-W11", cause="week")


# how reviews stand ----------------------------------------------------------------------------------------------------

CHANGED = Facts(course="b", standing="s")
LATER = Facts(course="a", standing="t")


@pytest.mark.parametrize(
    ("last", "facts", "now", "expected"),
    [
        (None, FACTS, "2027-04-01T08:30", ("2027-04", "month")),
        (None, FACTS, "2027-03-02T09:00", ("2027-03", "month")),  # the first of March is a holiday here
        (None, FACTS, "2027-05-01T09:00", None),  # a Saturday
        (("2027-03", "2027-03-02T08:30"), FACTS, "2027-04-01T09:00", ("2027-04", "month")),
        (("2027-03", "2027-03-02T08:30"), FACTS, "2027-03-31T09:00", None),
        (("2027-03", "2027-03-02T08:30"), CHANGED, "2027-03-03T09:00", ("2027-03-03", "change")),
        (("2027-03", "2027-03-02T08:30"), LATER, "2027-03-03T09:00", None),  # waits for the month
        (("2027-03", "2027-03-02T08:30"), CHANGED, "2027-03-02T15:00", None),  # at most one a day
        (("2027-03", "2027-03-02T08:30"), CHANGED, "2027-03-02T20:00", None),
        (("2027-03-11", "2027-03-11T08:30"), FACTS, "2027-04-01T09:00", ("2027-04", "replaced")),
        (("2027-03-11", "2027-03-11T08:30"), LATER, "2027-04-01T09:00", ("2027-04", "month")),
        (("2027-03-11", "2027-03-11T08:30"), CHANGED, "2027-04-01T09:00", ("2027-04", "month")),
        (
            ("2027-02-11", "2027-02-11T08:30"),
            FACTS,
            "2027-04-01T09:00",
            ("2027-04", "month"),
        ),  # another quarter, no month before
        (("2027-04", "2027-04-01T08:30"), FACTS, "2027-05-03T09:00", ("2027-05", "replaced")),  # nothing new
        (("2027-05", "2027-05-03T08:30"), FACTS, "2027-06-01T09:00", ("2027-06", "replaced")),
        (("2027-06", "2027-06-01T08:30"), FACTS, "2027-07-01T09:00", ("2027-07", "month")),  # each quarter
        (("2027-04", "2027-04-01T08:30"), LATER, "2027-05-03T09:00", ("2027-05", "month")),
        (("2026-04", "2026-04-01T08:30"), FACTS, "2027-05-03T09:00", ("2027-05", "month")),  # another year
        (("2027-02", "2027-02-01T08:30"), CHANGED, "2027-04-14T09:00", ("2027-04", "month")),  # after an outage: one
    ],
)
def test_how_reviews_stand_is_told_monthly_or_when_it_changes(
    last: tuple[str, str] | None, facts: Facts, now: str, expected: tuple[str, Cause] | None
) -> None:
    before = an_issue(*last, kind="partnership") if last else None
    found = due(a_reader("partnership"), facts, before, at(now))
    assert found == (Due(period=expected[0], cause=expected[1]) if expected else None)


def test_the_end_of_the_last_case_is_told_once_and_then_nothing_more() -> None:
    over = a_reader("region", since=None)
    last = an_issue("2027-03", "2027-03-02T08:30", kind="region")
    told = an_issue("2027-03-10", "2027-03-10T08:30", CHANGED, kind="region")
    assert due(over, CHANGED, last, at("2027-03-10T08:30")) == Due(period="2027-03-10", cause="change")
    assert due(over, CHANGED, told, at("2027-04-01T08:30")) is None


def test_the_next_regular_digest_is_known_beforehand() -> None:
    now = at("2027-03-26T12:00")  # a Friday before Easter
    assert next_regular(a_reader(), now) == at("2027-03-30T08:30")
    assert next_regular(a_reader("partnership"), now) == at("2027-04-01T08:30")
    assert next_regular(a_reader(since=None), now) is None


def test_a_digest_that_was_missed_or_of_a_change_comes_at_the_next_look() -> None:
    wednesday = at("2027-03-10T11:00")
    told = an_issue("2027-W10", "2027-03-08T08:30")
    week = [
        next_due(a_reader(), FACTS, last, wednesday, looked=looked) for last in (None, told) for looked in (False, True)
    ]
    assert week == [wednesday, at("2027-03-11T08:30"), at("2027-03-15T08:30"), at("2027-03-15T08:30")]
    month = an_issue("2027-03", "2027-03-02T08:30", kind="partnership")
    found = [
        next_due(a_reader("partnership"), replace(FACTS, course=course), month, wednesday, looked=True)
        for course in ("a", "b")
    ]
    assert found == [at("2027-04-01T08:30"), at("2027-03-11T08:30")]
    assert next_due(a_reader(wanted=False), FACTS, None, wednesday, looked=False) is None


def test_a_month_that_has_nothing_new_to_say_is_not_the_next_to_come() -> None:
    reader, later = a_reader("partnership"), replace(FACTS, standing="t")
    april = an_issue("2027-04", "2027-04-01T08:30", kind="partnership")
    changed = an_issue("2027-06-10", "2027-06-10T08:30", kind="partnership")
    asked = [(april, FACTS), (april, later), (changed, FACTS)]
    assert [next_due(reader, facts, last, at("2027-06-14T12:00"), looked=True) for last, facts in asked] == [
        at("2027-07-01T08:30"),  # the quarter's first month comes whatever it says; that of the missed month is past
        at("2027-06-15T08:30"),  # the look of tomorrow makes up for June
        at(
            "2027-10-01T08:30"
        ),  # July would say what was told as a change in June, August and September what July would
    ]


# what counts as a change ----------------------------------------------------------------------------------------------


def a_summary(**more: object) -> CaseSummary:
    whole = CaseSummary(
        case="c1", cycle="y", subject="linde", host="De Linde", process="p", behaviour="b", child=None, stage="writing",
        since=date(2027, 1, 11), phase="preparation", phases=("preparation", "report"), reached=(), ended=False,
        closed=False, outcome=None, paused_until=None, schedule=Schedule(state="on_schedule"),
        milestone=Milestone(kind="task", name="reflection", on=Day(day=date(2027, 4, 1))),
        visit=("visit", Day(day=date(2027, 4, 22))), changed=Change(kind="stage", name="writing", on=date(2027, 1, 11)),
        open_tasks={}, waits_for=(), tally=Tally(), stays=(), phase_of={},
    )  # fmt: skip
    return replace(whole, **more)  # type: ignore[arg-type]


def a_course(**more: Any) -> str:
    """Of a review that is being written for a visit on 22 April."""
    visit = Moment(at=LONG_AGO, seq=1, day=date(2027, 4, 22))
    case = a_case(**{"stage": "writing", "moments": {"visit": visit}, **more})
    return course_of([(small_review(), case)])


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "done"},
        {"moments": {"visit": Moment(at=LONG_AGO, seq=1, day=date(2027, 4, 23))}},
        {"moments": {}},
        {"paused": Pause(since=LONG_AGO, by=None, until=date(2027, 5, 1), reason="illness")},
    ],
    ids=["phase and end", "another visit", "no visit", "a pause"],
)
def test_phase_visit_pause_and_end_are_told_at_once(change: dict[str, Any]) -> None:
    assert a_course(**change) != a_course()


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "proposed"},  # of the same phase
        {"tasks": [a_task("reflection:1")]},
        {"moments": {"visit": Moment(at=datetime(2027, 2, 1, tzinfo=UTC), seq=9, day=date(2027, 4, 22))}},
    ],
    ids=["a step", "a task", "the same visit, said again"],
)
def test_a_step_within_a_phase_is_no_change_of_course(change: dict[str, Any]) -> None:
    assert a_course(**change) == a_course()


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "reading"},
        {"schedule": Schedule(state="late", days=3, party="host", cause="overdue")},
        {"milestone": None},
    ],
    ids=str,
)
def test_steps_lateness_and_next_dates_wait_for_the_month(change: dict[str, object]) -> None:
    assert standing_of([a_summary(**change)]) != standing_of([a_summary()])


def test_another_day_late_is_no_change() -> None:
    three, four = (a_summary(schedule=Schedule(state="late", days=n, party="host", cause="overdue")) for n in (3, 4))
    assert standing_of([three]) == standing_of([four])


def test_the_order_of_cases_is_no_fact_and_facts_can_be_stored() -> None:
    first, second = a_summary(), a_summary(case="c2", host="De Eik")
    assert standing_of([first, second]) == standing_of([second, first])
    pairs = [(small_review(), a_case("c1", stage="writing")), (small_review(), a_case("c2", stage="done"))]
    assert course_of(pairs) == course_of(reversed(pairs))
    facts = Facts(course=course_of(pairs), standing=standing_of([first]))
    assert Facts.read(str(facts)) == facts


# over any course ------------------------------------------------------------------------------------------------------

LOOKS = st.lists(
    st.tuples(st.integers(min_value=10, max_value=60 * 24 * 9), st.sampled_from("aaab"), st.sampled_from("sst")),
    min_size=5, max_size=80,
)  # fmt: skip


def issues(reader: Reader, looks: list[tuple[int, str, str]]) -> list[tuple[DigestIssue, Due]]:
    """What goes out if somebody looks at these moments (minutes after one another) and finds these facts."""
    now, last, made = at("2027-01-15T08:00"), None, []
    for minutes, course, standing in looks:
        now += timedelta(minutes=minutes)
        facts = Facts(course=course, standing=standing)
        found = due(reader, facts, last, now)
        if found is not None:
            last = DigestIssue(
                secretariat="office", person="ann", kind=reader.kind, period=found.period, facts=str(facts),
                message="m" if found.is_sent else None, at=now,
            )  # fmt: skip
            made.append((last, found))
            assert due(reader, facts, last, now) is None, "it is due again at once"
    return made


@given(LOOKS, st.sampled_from(["week", "partnership", "region"]))
def test_whatever_happens_nobody_gets_two_on_a_day_or_for_a_period_or_outside_working_hours(
    looks: list[tuple[int, str, str]], kind: DigestKind
) -> None:
    made = issues(a_reader(kind), looks)
    assert len({issue.period for issue, _ in made}) == len(made)
    sent = [issue for issue, item in made if item.is_sent]
    assert len({HOURS.day_of(issue.at) for issue in sent}) == len(sent)
    assert all(HOURS.are_open(issue.at) for issue, _ in made)


@given(LOOKS)
def test_a_month_is_left_out_only_where_its_facts_were_told_within_four_months(
    looks: list[tuple[int, str, str]],
) -> None:
    told: DigestIssue | None = None
    for issue, item in issues(a_reader("partnership"), looks):
        if item.is_sent:
            told = issue
            continue
        assert told is not None
        assert told.facts == issue.facts
        assert issue.at - told.at < timedelta(days=4 * 31)


@given(st.lists(st.integers(min_value=1, max_value=60 * 8), min_size=50, max_size=200))
def test_who_looks_several_times_a_day_tells_every_week(gaps: list[int]) -> None:
    reader = a_reader()
    made = issues(reader, [(minutes, "a", "s") for minutes in gaps])
    moments = [at("2027-01-15T08:00") + timedelta(minutes=sum(gaps[: n + 1])) for n in range(len(gaps))]
    weeks = {
        period_of("week", HOURS.day_of(moment))[0]
        for moment in moments
        if HOURS.are_open(moment)
    }  # fmt: skip
    assert [issue.period for issue, _ in made] == sorted(weeks)
