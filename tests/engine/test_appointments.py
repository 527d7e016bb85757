"""Which dates belong in whose calendar, which notice tells of a change, and what a calendar is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.appointments import CARRIES, Appointment, CalendarEntry, as_it_stood, next_entry, span_of, wanted
from engine.errors import InvalidAnswers
from engine.untold import not_told_yet
from tests.builders.engine import Review, a_draft, day, launched

REVIEW = """
calendars: {office: [weekend]}
stages: {busy: {}, visiting: {}, over: {end: true}, stopped: {end: true}}
seats: {peer: {count: 1..3}, guest: {count: 0..2}}
groups: {panel: [peer]}
dates:
  visit: {set_by: [fix, move], moves: true, provisional: case.launched + 8w, says: {en: Visit}}
  dinner: {from: visit - 1d at 18:30, says: {en: Dinner}}
invitations: {form: answer, due: {at: invited + 10wd}, replace: {by: office, tasks: move_open, due: {at: due}}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  move: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  arrive: {from: busy, to: visiting, when: visit}
  finish: {from: visiting, to: over, by: office}
  stop: {from: [busy, visiting], to: stopped, by: office}
notices:
  fixed: {when: fix, to: [contact, panel], cc: signatory, invite: visit}
  moved: {when: move, to: [contact, panel], invite: visit}
  halted: {when: stop, to: [contact]}
"""
DINNER = REVIEW + "  eat: {when: fix, to: panel, invite: dinner}\n"


def begun(text: str = REVIEW) -> Review:
    return launched(text).seat("peer", "p1", "p2")


def fixed(text: str = REVIEW) -> Review:
    return begun(text).take("fix", by="olga", day=day("2027-04-22"))


def ahead(review: Review, at: str | None = None) -> Mapping[tuple[str, str], Appointment]:
    draft = a_draft(review.case, review.definition, review.world)
    return wanted(draft if at is None else a_draft(review.case, review.definition, review.world, at=at))


def whom(review: Review, at: str | None = None) -> list[str]:
    return [who for who, _ in ahead(review, at)]


def calendars(review: Review) -> list[tuple[str, str, str]]:
    """What the last step told that carries a date: (template, reader, date)."""
    return [(one.template, one.recipient, one.data[CARRIES]) for one in review.last.notices if CARRIES in one.data]


VISIT = Appointment(name="visit", first=date(2027, 4, 22), last=date(2027, 4, 22))


def test_a_date_that_is_fixed_belongs_to_those_whom_its_notice_addresses() -> None:
    assert ahead(begun()) == {}  # provisional: nobody keeps a day free for a guess
    assert ahead(fixed()) == {(who, "visit"): VISIT for who in ("carl", "p1", "p2")}  # not to those who get a copy


def test_a_date_that_follows_from_another_has_its_own_time() -> None:
    dinner = ahead(fixed(DINNER))["p1", "dinner"]
    assert dinner == Appointment(name="dinner", first=date(2027, 4, 21), last=date(2027, 4, 21), clock=time(18, 30))
    assert (dinner.begin, dinner.end - dinner.begin) == (
        datetime.combine(date(2027, 4, 21), time(18, 30)), timedelta(hours=1),
    )  # fmt: skip


def test_a_day_that_has_passed_and_a_case_that_ended_leave_nothing_ahead() -> None:
    review = fixed()
    assert whom(review, "2027-04-22 23:30") == ["carl", "p1", "p2"]
    assert whom(review, "2027-04-23 00:30") == []
    assert whom(fixed().take("stop", by="olga")) == []


def test_a_review_that_ends_on_its_day_was_held_and_is_not_called_off() -> None:
    review = fixed().until("2027-04-22 12:00").take("finish", by="olga")
    assert (review.case.closed, whom(review, "2027-04-22 12:00")) == (True, ["carl", "p1", "p2"])
    assert calendars(review) == []


def test_the_notice_of_the_date_carries_it_to_each_reader_but_those_who_get_a_copy() -> None:
    assert calendars(fixed()) == [("fixed", who, "visit") for who in ("carl", "p1", "p2")]
    moved = fixed().take("move", by="olga", day=day("2027-05-13"))
    assert calendars(moved) == [("moved", who, "visit") for who in ("carl", "p1", "p2")]


def test_who_joins_later_gets_a_mail_of_their_own() -> None:
    review = fixed().assign("peer", "p3", places=3)
    assert calendars(review) == []
    review.answer("peer-3")
    assert calendars(review) == [("calendar", "p3", "visit")]
    (told,) = [one for one in review.last.notices if one.template == "calendar"]
    assert (told.kind, told.rule, told.bundle) == ("tell", "calendar.visit", False)


def test_who_said_yes_and_does_not_sit_yet_gets_the_day_when_they_sit() -> None:
    objection = "objection: {by: contact, form: answer, due: {at: proposed + 5wd}, silence: agrees, decides: office}"
    review = launched(REVIEW.replace("replace: {", f"{objection}, replace: {{"))
    review.assign("peer", "p1").answer("peer-1").take("fix", by="olga", day=day("2027-04-22"))
    assert (review.seats(), calendars(review)) == ({"peer-1": "accepted"}, [("fixed", "carl", "visit")])
    untold = not_told_yet(review.definition, review.case, review.last.notices)
    assert [(name, held.key) for name, held in untold] == [("fixed", "peer-1")]
    review.until("2027-03-15")  # nobody objected
    assert review.seats() == {"peer-1": "seated"}
    assert calendars(review) == [("calendar", "p1", "visit")]
    review.take("move", by="olga", day=day("2027-05-13"))
    assert list(not_told_yet(review.definition, review.case, review.last.notices)) == []


def test_a_substitution_takes_the_day_from_one_and_gives_it_to_another() -> None:
    review = fixed().substitute("peer-1", "p4")
    assert calendars(review) == [("calendar", "p1", "visit"), ("calendar", "p4", "visit")]
    assert whom(review) == ["carl", "p2", "p4"]


def test_a_change_rides_on_another_mail_to_the_same_reader_where_there_is_one() -> None:
    assert calendars(fixed().take("stop", by="olga")) == [
        ("halted", "carl", "visit"), ("calendar", "p1", "visit"), ("calendar", "p2", "visit"),
    ]  # fmt: skip


def test_one_mail_carries_one_date() -> None:
    moved = fixed(DINNER).take("move", by="olga", day=day("2027-05-13"))
    assert calendars(moved) == [
        ("moved", "carl", "visit"), ("moved", "p1", "visit"), ("moved", "p2", "visit"),
        ("calendar", "p1", "dinner"), ("calendar", "p2", "dinner"),
    ]  # fmt: skip
    moved.take("move", by="olga", day=day("2027-05-13"))
    assert {date_ for _, _, date_ in calendars(moved)} == {"visit"}  # the same day again: the dinner stays as it was


def test_a_process_without_invitations_marks_nothing() -> None:
    review = launched("notices: {done: {when: finish, to: contact}}").take("finish", by="olga")
    assert calendars(review) == []


# what a calendar is told ----------------------------------------------------------------------------------------------

TODAY = date(2027, 3, 1)
MAY = "2027-05-13"


def entry(sequence: int = 0, on: str = "2027-04-22", who: str = "p1", **more: object) -> CalendarEntry:
    begin = datetime.combine(date.fromisoformat(on), time(0))
    whole = CalendarEntry(
        case="case-1", participant=who, date="visit", uid="u", sequence=sequence, first=begin, last=begin, all_day=True
    )
    return replace(whole, **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("what", "ought", "own", "others", "told"),
    [
        ("the first of all", entry(), None, [], entry(0)),
        ("as the others have it", entry(), None, [entry(3, who="p2")], entry(3)),
        ("nothing has changed", entry(), entry(4), [], None),
        ("moved, the first who hears", entry(on=MAY), entry(0), [entry(0, who="p2")], entry(1, MAY)),
        ("moved, another has heard", entry(on=MAY), entry(0), [entry(1, MAY, "p2")], entry(1, MAY)),
        ("no longer", None, entry(1), [], entry(2, state="cancelled")),
        ("never had it", None, None, [], None),
        ("no longer, and told so", None, entry(2, state="cancelled"), [], None),
        ("there again", entry(), entry(2, state="cancelled"), [entry(1, who="p2")], entry(3)),
        ("moved, somebody left", entry(on=MAY), entry(0), [entry(1, who="p2", state="cancelled")], entry(1, MAY)),
        ("it lies behind us", None, entry(0, "2027-02-01"), [], None),
        ("moved out of the past", entry(), entry(0, "2027-02-01"), [], entry(1)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_calendar_is_told(
    what: str,
    ought: CalendarEntry | None,
    own: CalendarEntry | None,
    others: list[CalendarEntry],
    told: CalendarEntry | None,
) -> None:
    found = next_entry(ought, own, others, TODAY)
    assert (what, found and replace(found, stood=None)) == (what, told)
    assert found is None or found.stood == span_of(own)


def test_what_was_told_in_a_mail_that_never_left_is_told_again() -> None:
    never = as_it_stood(entry(0))
    assert next_entry(entry(), never, [], TODAY) == entry(1)
    assert next_entry(None, never, [], TODAY) is None  # who never got it need not strike it out
    gone = next_entry(None, entry(1), [], TODAY)
    assert gone is not None
    again = next_entry(None, as_it_stood(gone), [], TODAY)
    assert again == replace(entry(3, state="cancelled"), stood=span_of(entry(1)))


def test_a_date_that_went_and_came_back_before_its_mail_left_changes_no_calendar() -> None:
    moved = next_entry(entry(on=MAY), entry(0), [], TODAY)
    assert moved is not None
    assert next_entry(entry(), as_it_stood(moved), [], TODAY) is None
    other = next_entry(entry(on="2027-06-03"), as_it_stood(moved), [], TODAY)
    assert other == replace(entry(2, "2027-06-03"), stood=span_of(entry(0)))
    assert next_entry(None, as_it_stood(moved), [], TODAY) == replace(
        entry(2, state="cancelled"), stood=span_of(entry(0))
    )  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, "2027-04-22", "2027-05-13", "2027-06-03"]))))
def test_a_calendar_that_believes_the_highest_sequence_ends_up_right(story: list[tuple[str, str | None]]) -> None:
    """Whatever happens to whom in which order, and in whatever order the files of one person arrive."""
    rows: dict[str, CalendarEntry] = {}
    files: dict[str, list[CalendarEntry]] = {}
    ought: dict[str, str | None] = {}
    for who, on in story:
        ought[who] = on
        others = [row for name, row in rows.items() if name != who]
        told = next_entry(entry(on=on, who=who) if on else None, rows.get(who), others, TODAY)
        if told is not None:
            rows[who] = told
            files.setdefault(who, []).append(told)
    for who, on in ought.items():
        got = files.get(who, [])
        assert len({file.sequence for file in got}) == len(got)
        newest = max(got, key=lambda file: file.sequence, default=None)
        shown = newest.first.date().isoformat() if newest is not None and newest.state == "asked" else None
        assert shown == on


# a deed that asks for a day with a time -------------------------------------------------------------------------------

MEETING = """
calendars: {office: [weekend]}
dates: {meeting: {set_by: plan, says: {en: Meeting}}}
transitions:
  plan: {from: busy, by: office, asks: {start: {type: moment, says: {en: Start}}}, sets: {meeting: chosen.start}}
  finish: {from: busy, to: over, by: office}
pause: {by: office, asks: {reason: text, until: date}}
notices: {planned: {when: plan, to: contact, invite: meeting}}
"""


@pytest.mark.parametrize(
    "said", ["2027-04-22T16:00", "2027-04-22 16:00", "2027-04-22T14:00:00+00:00", datetime(2027, 4, 22, 14, tzinfo=UTC)]
)
def test_a_day_with_a_time_is_local(said: object) -> None:
    review = launched(MEETING).take("plan", by="olga", start=said)
    assert ahead(review)["carl", "meeting"].begin.isoformat() == "2027-04-22T16:00:00"


@pytest.mark.parametrize("said", ["2027-04-22", "tomorrow", "2027-04-22T25:00", "16:00"])
def test_a_day_without_a_time_is_no_moment(said: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        launched(MEETING).take("plan", by="olga", start=said)
    assert refused.value.reasons == (f"start: a day with a time such as 2027-04-22T16:00 is expected, not {said!r}",)


def test_a_meeting_that_moves_to_another_day_when_the_case_goes_on_keeps_its_time() -> None:
    review = launched(MEETING).take("plan", by="olga", start="2027-04-22T16:00").pause("2027-05-10")
    review.resume(meeting="2027-05-13")
    assert ahead(review)["carl", "meeting"].begin.isoformat() == "2027-05-13T16:00:00"
    assert calendars(review) == [("calendar", "carl", "meeting")]


def test_a_recalculation_looks_at_dates_that_are_counted_from_others() -> None:
    review = fixed(DINNER).recalculate()
    assert calendars(review) == [("calendar", "p1", "dinner"), ("calendar", "p2", "dinner")]
