"""Which way has a case gone? Stays, dates kept per task, invitations; and the figures of a round of such cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.course import Course, Invited, Kept, Stay, course, following
from engine.cycle_report import CycleReport, Lasted, cycle_report, days_of, stage_on
from engine.seat import told_as
from engine.summary import CaseSummary, case_summary, cycle_summary
from tests.builders.engine import Review, moment
from tests.engine.test_summary import begun, reading


def course_of(review: Review, on: str) -> Course:
    return course(review.definition, review.history, moment(on))


def summary(review: Review, on: str, name: str = "case") -> CaseSummary:
    found = case_summary(
        review.definition, review.case, review.world, moment(on), audience="cycle", course=course_of(review, on)
    )
    return replace(found, case=name)


# one case -------------------------------------------------------------------------------------------------------------


def test_each_stay_lasts_until_the_next_and_a_stage_that_is_entered_again_is_told_again() -> None:
    review = begun().until("2027-03-05").correct("reading").until("2027-03-09").correct("busy")
    assert course_of(review, "2027-03-10").stays == (
        Stay(stage="busy", first=date(2027, 3, 1), last=date(2027, 3, 5)),
        Stay(stage="reading", first=date(2027, 3, 5), last=date(2027, 3, 9)),
        Stay(stage="busy", first=date(2027, 3, 9)),
    )


def test_without_a_history_a_summary_tells_the_last_stay_in_each_stage() -> None:
    review = begun().until("2027-03-05").correct("reading").until("2027-03-09").correct("busy")
    bare = case_summary(review.definition, review.case, review.world, moment("2027-03-10"), audience="region")
    assert bare.stays == tuple(following(bare.reached))
    assert [stay.stage for stay in bare.stays] == ["reading", "busy"]


def test_dates_are_kept_or_missed_per_task() -> None:
    review = begun().submit("work", "carl").take("fix", "olga", day="2027-06-15").until("2027-03-20")
    assert course_of(review, "2027-03-20").kept == {"work": Kept(met=1), "quick": Kept(missed=1)}


def test_whoever_was_asked_counts_once_with_what_came_of_it() -> None:
    assert course_of(reading(), "2027-03-02").invited == Invited(asked=3, accepted=3)
    asked = begun().assign("peer", "b1", "c1", "d1", places=3).answer("peer-1", accepts=False).answer("peer-2")
    assert course_of(asked, "2027-03-02").invited == Invited(asked=3, accepted=1, declined=1, waiting=1)
    silent = asked.until("2027-05-01")
    assert course_of(silent, "2027-05-01").invited == Invited(asked=3, accepted=1, declined=1, expired=1)


def test_whoever_had_not_answered_when_the_case_ended_was_not_too_late() -> None:
    asked = begun().assign("peer", "b1", "c1", "d1", places=3).answer("peer-1", accepts=False).answer("peer-2")
    ended = asked.correct("over")
    invited, held = course_of(ended, "2027-03-02").invited, ended.case.holdings
    assert (held["peer-3"].state, invited) == ("expired", Invited(asked=3, accepted=1, declined=1, ended=1))
    assert [told_as(ended.case, each) for each in held.values()] == ["declined", "seated", "ended"]


# a round --------------------------------------------------------------------------------------------------------------


def report(cases: dict[str, Review], on: str) -> CycleReport:
    definition = begun().definition
    found = [summary(review, on, name) for name, review in cases.items()]
    courses = {name: course_of(review, on) for name, review in cases.items()}
    today = date.fromisoformat(on)
    return cycle_report(definition, cycle_summary(definition, "c", found), found, courses, date(2027, 3, 1), today)


def test_a_round_tells_phases_over_time_how_long_they_took_and_what_was_kept() -> None:
    ready = begun().submit("work", "carl").until("2027-04-10").correct("ready")
    over = begun().until("2027-03-11").take("finish", "olga")
    found = report({"ready": ready, "over": over, "fresh": begun()}, "2027-05-03")
    assert found.ended is None
    assert found.over_time == (
        (date(2027, 3, 31), (2, 0), 1),
        (date(2027, 4, 30), (1, 1), 1),
        (date(2027, 5, 3), (1, 1), 1),
    )
    assert found.lasted == (("before", Lasted(cases=2, median=25, longest=40)),)
    assert found.whole == Lasted(cases=1, median=10, longest=10)
    assert found.kept == (("work", Kept(met=1, missed=1)), ("advise", Kept(missed=1)))


def test_a_round_is_over_when_its_last_case_is() -> None:
    one, two = (begun().until(day).take("finish", "olga") for day in ("2027-03-11", "2027-04-02"))
    found = report({"one": one, "two": two}, "2027-09-01")
    assert found.ended == date(2027, 4, 2)
    assert [day for day, _, _ in found.over_time] == [date(2027, 3, 31), date(2027, 4, 2)]
    assert [done for _, _, done in found.over_time] == [1, 2]


def test_a_long_round_is_told_by_quarters_and_then_by_years() -> None:
    quarters = list(days_of(date(2027, 1, 5), date(2030, 2, 1)))
    assert (quarters[0], quarters[-1], len(quarters)) == (date(2027, 3, 31), date(2030, 2, 1), 13)
    years = list(days_of(date(2027, 1, 5), date(2040, 2, 1)))
    assert (years[0], years[-2], len(years)) == (date(2027, 12, 31), date(2039, 12, 31), 14)


def test_before_it_began_a_case_stood_nowhere() -> None:
    assert stage_on((Stay(stage="busy", first=date(2027, 3, 1)),), date(2027, 2, 28)) is None


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 6000))
def test_the_days_of_a_round_rise_and_end_on_its_last(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = list(days_of(first, last))
    assert found == sorted(set(found))
    assert found[-1] == last
    assert all(day >= first for day in found)
    assert len(found) <= 34
