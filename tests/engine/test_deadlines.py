"""Which dates lie ahead of a case? Reminders, the late ladder, repeats, the order at one instant, terms."""

from __future__ import annotations

import pytest

from engine.actions import Recalculate
from engine.offsets import Point
from tests.builders.engine import Review, a_world, days_off, launched, local_text

MOVING = """
dates: {visit: {set_by: [fix], moves: true}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
"""


def ahead_of(task: str, *kinds: str, head: str = "") -> list[tuple[str, str]]:
    review = launched(f"{head}tasks: {{work: {{for: contact, opens: busy, form: note, {task}}}}}")
    return review.ahead(*kinds)


# reminders ------------------------------------------------------------------------------------------------------------


def test_reminders_are_counted_back_from_the_due_date_or_on_from_a_date() -> None:
    assert ahead_of("due: {at: opened + 15wd}, remind: [-1w, -1wd, opened + 3wd, on the day at 09:45]") == [
        ("2027-03-04 09:00", "remind:work:1:2"),
        ("2027-03-15 09:00", "remind:work:1:0"),
        ("2027-03-19 09:00", "remind:work:1:1"),
        ("2027-03-22 09:45", "remind:work:1:3"),
    ]


def test_a_reminder_at_or_before_the_opening_is_dropped_and_of_two_on_a_day_the_later_stays() -> None:
    assert ahead_of("due: {at: opened + 5wd}, remind: [-1w, -5wd, -3wd, -5d, opened + 30wd]") == [
        ("2027-03-03 09:00", "remind:work:1:3"),
        ("2027-03-08 09:00", "remind:work:1:4"),  # declared for after the due date: it comes before it
    ]


def test_a_reminder_keeps_out_of_its_readers_free_days_and_before_the_due_date() -> None:
    world = a_world(absences={"carl": (days_off("2027-03-04", "2027-03-05"), days_off("2027-03-12", "2027-03-15"))})
    review = launched(
        """
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
defaults: {sending: {calendar: theirs, roll: forward, or_earlier: before due}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, remind: [-7wd, -1wd]}}
""",
        world=world,
    )
    assert review.due("work") == "2027-03-15"
    assert review.ahead("remind") == [("2027-03-08 09:00", "remind:work:1:0"), ("2027-03-11 09:00", "remind:work:1:1")]


def test_a_reminder_counted_from_a_date_that_is_not_known_waits_for_it() -> None:
    review = launched(MOVING + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 15wd},"
                      " remind: [visit - 1wd]}}")  # fmt: skip
    assert review.ahead("remind") == []
    assert review.take("fix", day="2027-03-10").ahead("remind") == [("2027-03-09 09:00", "remind:work:1:0")]


def test_leave_that_is_told_later_moves_the_reminders_of_all_open_tasks_and_nothing_else() -> None:
    review = launched("""
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
defaults: {sending: {calendar: theirs, roll: forward, or_earlier: before due}}
transitions:
  note_it: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd, calendar: theirs}, remind: [-7wd, -1wd]}
  second: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, remind: [-7wd]}
  done: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}, remind: [-7wd]}
""").submit("done", "carl")
    before = dict(review.case.deadlines)
    review.world = a_world(absences={"carl": (days_off("2027-03-04", "2027-03-05"), days_off("2027-03-12"))})
    assert review.take("note_it").case.deadlines == before  # another deed moves none
    review.apply(Recalculate(reason="leave", reminders_only=True), "olga")
    assert review.happened("recalculated", "dates_computed")[-2:] == [
        ("recalculated", "busy"),
        ("dates_computed", "busy"),
    ]
    assert review.ahead("remind") == [  # the first of `work` would come on the day of the opening by now
        ("2027-03-08 09:00", "remind:second:1:0"), ("2027-03-11 09:00", "remind:work:1:1"),
    ]  # fmt: skip
    others = {key: row for key, row in before.items() if row.kind != "remind"}
    assert {key: row for key, row in review.case.deadlines.items() if row.kind != "remind"} == others
    assert review.due("work") == "2027-03-15"


# the ladder -----------------------------------------------------------------------------------------------------------

LADDER = """
defaults: {repeat: +2w}
dates: {visit: {set_by: [fix], provisional: case.launched + 5d}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 5wd}
    late:
      - {after: +1wd, tell: assignee, notice: late}
      - {at: visit, tell: signatory, notice: escalation}
      - {after: +3wd, task: ring}
  ring: {for: office, form: note, due: {at: opened + 2wd}, until: over}
"""


def test_late_steps_come_in_order_and_one_with_a_date_not_before_the_day_after_the_due_date() -> None:
    review = launched(LADDER)
    assert review.ahead("late", "repeat") == [
        ("2027-03-09 09:00", "late:work:1:0"),
        ("2027-03-09 09:00", "late:work:1:1"),
        ("2027-03-11 09:00", "late:work:1:2"),
        ("2027-03-25 09:00", "repeat:work:1:0"),
    ]
    review.until("2027-03-12")
    assert (review.ever_told("late"), review.ever_told("escalation")) == (
        [("2027-03-09 09:00", "carl")], [("2027-03-09 09:00", "sara")],
    )  # fmt: skip
    assert review.task("ring").about == "work:1"
    assert review.task("work").rungs == (0, 1, 2)


def test_a_late_task_tells_its_owner_again_until_it_is_closed() -> None:
    review = launched(LADDER).until("2027-04-10")
    assert [(each.rule, each.recipient) for each in review.notices if each.rule.startswith("tasks.work.repeat")] == [
        ("tasks.work.repeat.1", "owen"), ("tasks.work.repeat.2", "owen"),
    ]  # fmt: skip
    review.submit("work", "carl")
    assert [key for _, key in review.ahead() if "work" in key] == []


def test_optional_tasks_have_no_ladder() -> None:
    text = "defaults: {late: [{after: +1wd, tell: assignee, notice: late}], repeat: +2w}\n"
    assert ahead_of("due: {at: opened + 5wd}, optional: true", "late", head=text) == []
    both = [key for _, key in ahead_of("due: {at: opened + 5wd}", "late", "repeat", head=text)]
    assert both == ["late:work:1:0", "repeat:work:1:0"]
    mild = [key for _, key in ahead_of("due: {at: opened + 5wd}, late: []", "late", "repeat", head=text)]
    assert mild == ["repeat:work:1:0"]
    own = "optional: true, late: [{after: +2wd, tell: assignee, notice: late}]"
    asked = [key for _, key in ahead_of(f"due: {{at: opened + 5wd}}, {own}", "late", head=text)]
    assert asked == ["late:work:1:0"]


def test_after_an_outage_late_steps_still_come_and_a_reminder_gives_way_to_them() -> None:
    review = launched(LADDER.replace("    late:\n", "    remind: [-1wd]\n    late:\n")).wake("2027-03-12 11:00")
    assert review.happened("reminder_skipped") == [("reminder_skipped", "tasks.work.remind.0")]
    assert [(each.template, each.recipient) for each in review.notices if each.template in ("late", "reminder")] == [
        ("late", "carl")
    ]
    assert [each.template for each in review.notices].count("escalation") == 1
    assert review.task("ring").about == "work:1"


def test_after_an_outage_an_expiry_counts_from_its_moment_and_a_task_it_opens_from_now() -> None:
    review = launched("""
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  silent: {from: busy, to: second, when: work.expired}
  finish: {from: second, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing}
  letter: {for: office, opens: second, form: note, due: {at: opened + 5wd}}
  other: {for: office, opens: second, form: note, due: {at: second + 20wd}}
""").wake("2027-03-20 11:00")
    assert str(review.case.stage_since)[:10] == "2027-03-08"
    assert (review.due("letter"), review.due("other")) == ("2027-03-26", "2027-04-05")
    entered = next(row.event for row in review.history if row.event.kind == "stage_entered")
    assert (str(entered.effective_at)[:10], str(entered.recorded_at)[:10]) == ("2027-03-08", "2027-03-20")


def test_a_late_step_whose_date_is_not_known_keeps_none_behind_it_waiting() -> None:
    late = "late: [{at: visit, tell: signatory, notice: escalation}, {after: +1wd, tell: assignee, notice: late}]"
    review = launched(
        MOVING + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, " + late + "}}"
    )
    assert review.ahead("late") == [("2027-03-09 09:00", "late:work:1:1")]


def test_late_steps_and_repeats_count_in_the_days_of_who_has_the_task() -> None:
    ladder = "late: [{after: +1wd, tell: assignee, notice: late}], repeat: +1wd"
    review = launched(
        "calendars: {theirs: [weekend, absence(assignee)]}\n"
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, " + ladder + "}}",
        world=a_world(absences={"carl": (days_off("2027-03-09", "2027-03-10"), days_off("2027-03-12"))}),
    )
    assert review.ahead("late", "repeat") == [
        ("2027-03-11 09:00", "late:work:1:0"),
        ("2027-03-15 09:00", "repeat:work:1:0"),
    ]


def test_a_late_step_at_a_time_that_comes_twice_takes_the_first() -> None:
    review = launched(
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd},"
        " late: [{after: +2d at 02:30, tell: assignee, notice: late}]}}",
        at="2027-10-22 10:00",
    )
    (row,) = [row for row in review.case.deadlines.values() if row.kind == "late"]
    assert str(row.at) == "2027-10-31 00:30:00+00:00"


# order and terms ------------------------------------------------------------------------------------------------------


def test_at_one_instant_closings_come_first_then_openings_late_steps_and_reminders() -> None:
    review = launched("""
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  timed: {from: busy, to: second, when: case.launched + 7d at 09:00}
  finish: {from: second, to: over, by: office}
tasks:
  first: {for: contact, opens: busy, form: note, due: {at: opened + 9wd}, remind: [opened + 7d]}
  quiet: {for: contact, opens: busy, form: note, due: {at: case.launched + 4d at 09:00}, late: [{after: +3d, tell:
    assignee, notice: late}], until: over}
  opened_then: {for: contact, opens: case.launched + 7d at 09:00, form: note, until: over}
notices: {word: {when: case.launched + 7d, to: office}}
""")
    assert [key for at, key in review.ahead() if at == "2027-03-08 09:00"] == [
        "transition:timed:0", "open:opened_then:0", "late:quiet:1:0", "notice:word:0", "remind:first:1:0",
    ]  # fmt: skip
    review.until("2027-03-06")
    assert review.ever_told("reminder") == []  # the reminder does not overtake the closing of its task


@pytest.mark.parametrize("by", ["a person", "the clock"])
def test_a_term_rises_by_a_persons_act_only(by: str) -> None:
    review = launched(MOVING + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit - 2w}}}")
    review.take("fix", day="2027-06-01")
    assert review.task("work").term == 1  # it had no date before
    assert review.happened("date_set", "date_moved")[-1] == ("date_set", "work:1")
    review.take("fix", day="2027-06-02" if by == "a person" else "2027-06-01")
    assert review.task("work").term == (2 if by == "a person" else 1)


def test_new_holidays_move_open_dates_through_a_recalculation_only() -> None:
    text = "calendars: {office: [weekend, public-holidays(NL)]}\n"
    holidays = {"public-holidays(NL)": (days_off("2027-03-05"),), "equated-days(NL)": ()}
    review = launched(text)
    review.world = a_world(general=holidays)
    assert review.submit("work", "carl").correct(task="work:1", to="open").due("work") == "2027-03-16"
    other = launched(text)
    assert other.due("work") == "2027-03-15"
    assert other.recalculate(a_world(general=holidays)).due("work") == "2027-03-16"
    assert other.happened("recalculated", "date_moved") == [("recalculated", "busy"), ("date_moved", "work:1")]


COUNTED_IN = """
calendars: {office: [weekend, public-holidays(NL)], panel: [office, school-holidays(panel)]}
stages: {busy: {}, second: {}, over: {end: true}}
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions: {go_on: {from: busy, to: second, by: office}, finish: {from: second, to: over, by: office}}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd, calendar: office}, until: over}
  read_it: {for: contact, opens: busy, form: note, due: {at: opened + 10wd, calendar: panel}, until: over}
  sign_it: {for: signatory, opens: second, form: note, due: {at: opened + 10wd}, until: over}
"""
FREE = {"public-holidays(NL)": (days_off("2027-03-05"),), "equated-days(NL)": ()}


def test_who_comes_into_the_panel_moves_the_dates_that_are_counted_in_its_days_and_no_others() -> None:
    review = launched(COUNTED_IN)
    review.world = a_world(general=FREE, school={"p1": (days_off("2027-03-08"),)})
    review.seat("peer", "p1")
    assert (review.due("work"), review.due("read_it")) == ("2027-03-15", "2027-03-17")


def test_a_deed_that_leaves_a_task_to_nobody_moves_no_other_date() -> None:
    """The office gets a task in the same step: dates are looked at twice, and computed for what is new only."""
    review = launched(COUNTED_IN, roles={"signatory": ()}).seat("peer", "p1")
    review.world = a_world(general=FREE, school={"p1": (days_off("2027-03-08"),)})
    review.take("go_on")
    assert [task.name for task in review.case.tasks.values() if task.about == "nobody:sign_it"] == ["next_step"]
    assert (review.due("work"), review.due("read_it"), review.due("sign_it")) == (
        "2027-03-15", "2027-03-15", "2027-03-16",
    )  # fmt: skip


def test_a_term_that_a_person_moves_begins_with_no_late_step_and_no_repeat_behind_it() -> None:
    ladder = "late: [{after: +1wd, tell: assignee, notice: late}], repeat: +1w"
    review = launched(
        MOVING + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit - 1w}, " + ladder + "}}"
    )
    review.take("fix", day="2027-03-15").until("2027-03-17")
    assert (review.task("work").rungs, review.task("work").repeats) == ((0,), 1)
    review.take("fix", day="2027-04-05")
    work = review.task("work")
    assert (str(work.due and work.due.day), work.term, work.rungs, work.repeats) == ("2027-03-29", 2, (), 0)
    assert review.ahead("late", "repeat") == [
        ("2027-03-30 09:00", "late:work:1:0"),
        ("2027-04-06 09:00", "repeat:work:1:0"),
    ]
    assert [(key, term) for key, _, _, term in rows_of(review, "late")] == [("late:work:1:0", 2)]


# dated notices --------------------------------------------------------------------------------------------------------

DATED = (
    MOVING
    + """
notices:
  soon: {when: visit - 5wd, to: contact}
  thanks: {when: visit + 1wd, to: contact}
"""
)


def test_a_dated_notice_speaks_at_nine_and_again_when_its_date_moves() -> None:
    review = launched(DATED).take("fix", day="2027-03-15").until("2027-03-09")
    assert review.ever_told("soon") == [("2027-03-08 09:00", "carl")]
    review.take("fix", day="2027-03-29").until("2027-03-23")
    assert review.ever_told("soon") == [("2027-03-08 09:00", "carl"), ("2027-03-22 09:00", "carl")]
    assert len({each.occurrence for each in review.notices if each.template == "soon"}) == 2


def test_a_dated_notice_is_skipped_when_the_day_of_which_it_speaks_is_over() -> None:
    review = launched(DATED).take("fix", day="2027-03-15").wake("2027-03-17 11:00")
    assert review.happened("notice_skipped") == [("notice_skipped", "soon")]
    assert [each.template for each in review.notices if each.template in ("soon", "thanks")] == ["thanks"]
    late = launched(DATED).take("fix", day="2027-03-15").wake("2027-03-12 11:00")
    assert [str(each.not_after)[:10] for each in late.notices if each.template == "soon"] == ["2027-03-15"]


def test_entering_an_end_drops_dated_notices_but_those_counted_from_it() -> None:
    review = launched(DATED + "  last_word: {when: over + 4w, to: contact}\n").take("fix", day="2027-06-01")
    review.take("finish")
    assert review.ahead() == [("2027-03-29 09:00", "notice:last_word:0")]
    closed = launched(DATED + "  last_word: {when: case.closed + 4w, to: contact}\n").take("finish")
    assert closed.ahead() == [("2027-03-29 09:00", "notice:last_word:0")]


def test_a_late_step_moves_no_date_though_somebody_is_on_leave_by_now() -> None:
    """Leave that was told after the opening moves a date only where the office recalculates."""
    review = launched("""
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd, calendar: theirs}
    late: [{after: +1wd, tell: assignee, notice: late}]
    repeat: +2wd
""")
    due = review.due("work")
    review.world = a_world(absences={"carl": (days_off("2027-03-10", "2027-03-17"),)})
    review.until("2027-03-23")
    assert (review.task("work").rungs, review.task("work").repeats) == ((0,), 1)
    assert (review.due("work"), review.happened("date_moved")) == (due, [])
    review.recalculate()
    assert review.happened("date_moved") == [("date_moved", "work:1")]


# rows, whole ----------------------------------------------------------------------------------------------------------


def rows_of(review: Review, kind: str) -> list[tuple[str, str, str, int]]:
    """Rows of a kind: key, local moment, why, and the term they belong to."""
    found = sorted((row for row in review.case.deadlines.values() if row.kind == kind), key=lambda row: row.key)
    return [(row.key, local_text(row.at), row.why, row.term) for row in found]


def test_of_several_days_of_a_notice_those_that_are_known_and_still_to_come_have_a_row() -> None:
    review = launched(
        "dates: {visit: {set_by: [fix]}, sent: {set_by: [dispatch]}}\n"
        "transitions:\n"
        "  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
        "  dispatch: {from: busy, by: office, asks: {day: date}, sets: {sent: chosen.day}}\n"
        "  finish: {from: busy, to: over, by: office}\n"
        "notices: {soon: {when: [sent + 1d, visit - 5d, visit - 2d], to: contact}}"
    )
    review.take("fix", day="2027-03-15")
    term = review.case.moments["visit"].seq
    assert rows_of(review, "notice") == [
        ("notice:soon:1", "2027-03-10 09:00", "visit - 5d", term),
        ("notice:soon:2", "2027-03-13 09:00", "visit - 2d", term),
    ]
    assert [key for key, *_ in rows_of(review.until("2027-03-11"), "notice")] == ["notice:soon:2"]


def test_of_several_days_until_which_a_task_is_open_each_has_a_row() -> None:
    review = launched(MOVING + "tasks: {work: {each: [contact], opens: busy, form: note, until: [visit, opened + 1w]}}")
    review.take("fix", day="2027-03-15")
    assert [row[:3] for row in rows_of(review, "until")] == [
        ("until:work:1@carl:0", "2027-03-15 23:59", "visit"),
        ("until:work:1@carl:1", "2027-03-08 23:59", "opened + 1w"),
    ]


def test_a_late_step_says_what_it_does_and_counts_in_the_calendar_of_its_due_date() -> None:
    review = launched(
        """
calendars: {office: [weekend], host: [office, school-holidays(host)]}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 5wd, calendar: host}
    late: [{after: +1wd, tell: office, notice: late}, {at: opened + 2wd, task: ring}]
  ring: {for: office, form: note, due: {at: opened + 2wd}, until: over}
""",
        world=a_world(school={"host": (days_off("2027-03-09", "2027-03-10"),)}),
    )
    assert [row[:3] for row in rows_of(review, "late")] == [
        ("late:work:1:0", "2027-03-11 09:00", "+1wd: tell office"),
        ("late:work:1:1", "2027-03-09 09:00", "opened + 2wd: open ring"),
    ]


def test_a_seat_comes_to_its_own_moment_whatever_another_has_come_to() -> None:
    review = launched(
        """
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tracks: {start: {each: panel, during: seated, states: [waiting, ready]}}
transitions:
  begin: {from: start.waiting, to: start.ready, when: seated + 3d}
  finish: {from: busy, to: over, by: office}
"""
    ).seat("peer", "p1", "p2")
    assert [row[:2] for row in rows_of(review, "transition")] == [
        ("transition:begin@peer-1:0", "2027-03-04 00:00"), ("transition:begin@peer-2:0", "2027-03-04 00:00"),
    ]  # fmt: skip
    assert review.until("2027-03-04").tracks() == {"start@peer-1": "ready", "start@peer-2": "ready"}


def test_a_track_that_no_seat_has_comes_to_its_moment_as_well() -> None:
    review = launched(
        "tracks: {side: {during: busy, states: [waiting, ready]}}\n"
        "transitions:\n"
        "  begin: {from: side.waiting, to: side.ready, when: case.launched + 3d}\n"
        "  finish: {from: busy, to: over, by: office}"
    )
    assert [row[:2] for row in rows_of(review, "transition")] == [("transition:begin:0", "2027-03-04 00:00")]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("end of month of case.launched", "2027-03-31 23:59"),
        ("case.launched + 30d", "2027-03-31 00:00"),
        ("work.due", "2027-03-15 23:59"),
        ("work.due + 1d", "2027-03-16 00:00"),
        ("visit", "2027-03-20 00:00"),
        ("term", "2027-03-22 23:59"),
    ],
)
def test_a_period_a_due_date_and_a_deadline_are_over_at_the_end_of_their_day(when: str, expected: str) -> None:
    text = MOVING.replace("to: over, by: office}", f"to: over, by: office, when: {when}}}")
    review = launched("deadlines: {term: {at: case.launched + 3w}}\n" + text).take("fix", day="2027-03-20")
    assert [row[1] for row in rows_of(review, "transition")] == [expected]


def whole(review: Review) -> list[str]:
    """Every row that lies ahead, with all that it holds: its place, its own time, its moment, and why."""
    lines = []
    for row in sorted(review.case.deadlines.values(), key=lambda row: row.key):
        assert (row.key.startswith(f"{row.kind}:{row.subject}"), row.rule.endswith(f".{row.index}")) == (True, True)
        place = f"{row.key} {row.rule} {row.order} {row.instance or '-'} {row.term}"
        marks = [name for name in ("clock_runs", "provisional") if getattr(row, name)]
        lines.append(" | ".join([place, str(Point(row.day, row.clock)), local_text(row.at), row.why, *marks]))
    return lines


ALL_KINDS = """
dates: {start: {set_by: [begin]}, visit: {set_by: [fix], provisional: case.launched + 30d}}
deadlines: {appeal: {at: case.launched + 6w, clock: runs}}
pause: {by: office, asks: {reason: text, until: date}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  timed: {from: busy, to: over, when: [visit + 1d, appeal]}
  begin: {from: busy, by: office, asks: {day: date}, sets: {start: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  first: {for: contact, opens: busy, form: note, until: over}
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd at 17:00, closes: due + 2d}
    silence: nothing
    remind: [-2wd, -1wd]
    late: [{after: +1wd, tell: office, notice: late}, {after: +2wd at 12:00, tell: office, notice: late}]
    repeat: +2w
  other:
    for: office
    opens: busy
    form: note
    due: {at: visit - 1d}
    remind: [-1wd]
    late: [{at: visit + 1wd at 10:00, tell: office, notice: late}]
    repeat: +2w
    until: [opened + 60d, visit]
  then: {for: office, opens: visit + 1d at 15:00, form: note, until: over}
notices: {soon: {when: [visit - 3d, case.launched + 3d at 10:00], to: contact}}
"""


def test_every_row_says_its_rule_its_order_its_term_its_day_its_moment_and_why() -> None:
    review = launched(ALL_KINDS)
    seq = {name: review.case.moments[name].seq for name in ("case.launched",)}
    assert whole(review) == [
        "close:work:1:0 tasks.work.close.0 1 work:1 1 | 2027-03-17 17:00 | 2027-03-17 17:00 | due + 2d",
        "late:other:1:0 tasks.other.late.0 2 other:1 1 | 2027-04-01 10:00 | 2027-04-01 10:00 | "
        "visit + 1wd at 10:00: tell office | provisional",
        "late:work:1:0 tasks.work.late.0 1 work:1 1 | 2027-03-16 09:00 | 2027-03-16 09:00 | +1wd: tell office",
        "late:work:1:1 tasks.work.late.1 1 work:1 1 | 2027-03-17 12:00 | 2027-03-17 12:00 | +2wd at 12:00: tell office",
        f"notice:soon:1 notice.soon.1 0 - {seq['case.launched']} | 2027-03-04 10:00 | 2027-03-04 10:00 | "
        "case.launched + 3d at 10:00",
        "provisional:visit:0 provisional.visit.0 1 - 1 | 2027-03-31 | 2027-03-31 23:59 | case.launched + 30d",
        "remind:other:1:0 tasks.other.remind.0 2 other:1 1 | 2027-03-29 09:00 | 2027-03-29 09:00 | -1wd | provisional",
        "remind:work:1:0 tasks.work.remind.0 1 work:1 1 | 2027-03-11 09:00 | 2027-03-11 09:00 | -2wd",
        "remind:work:1:1 tasks.work.remind.1 1 work:1 1 | 2027-03-12 09:00 | 2027-03-12 09:00 | -1wd",
        "repeat:other:1:0 tasks.other.repeat.0 2 other:1 1 | 2027-04-15 09:00 | 2027-04-15 09:00 | +2w | provisional",
        "repeat:work:1:0 tasks.work.repeat.0 1 work:1 1 | 2027-03-31 09:00 | 2027-03-31 09:00 | +2w",
        f"transition:timed:1 transition.timed.1 1 - {seq['case.launched']} | 2027-04-12 | 2027-04-12 23:59 | "
        "appeal | clock_runs",
        "until:other:1:0 tasks.other.until.0 2 other:1 1 | 2027-04-30 | 2027-04-30 23:59 | opened + 60d",
    ]


def test_what_hangs_on_a_date_has_its_rows_once_the_date_is_fixed_and_a_pause_has_its_own() -> None:
    review = launched(ALL_KINDS)
    before = whole(review)
    review.take("fix", day="2027-03-31")
    visit = review.case.moments["visit"].seq
    fixed = [
        f"notice:soon:0 notice.soon.0 0 - {visit} | 2027-03-28 | 2027-03-28 09:00 | visit - 3d",
        f"open:then:0 open.then.0 3 - {visit} | 2027-04-01 15:00 | 2027-04-01 15:00 | visit + 1d at 15:00",
        f"transition:timed:0 transition.timed.0 1 - {visit} | 2027-04-01 | 2027-04-01 00:00 | visit + 1d",
        "until:other:1:1 tasks.other.until.1 2 other:1 1 | 2027-03-31 | 2027-03-31 23:59 | visit",
    ]
    kept = [line.removesuffix(" | provisional") for line in before if not line.startswith("provisional:")]
    assert whole(review) == sorted([*kept, *fixed])
    review.pause("2027-03-20")
    pause = "resume:case:0 resume.case.0 0 - 1 | 2027-03-20 | 2027-03-20 23:59 | until | clock_runs"
    assert whole(review) == sorted([*kept, *fixed, pause])


@pytest.mark.parametrize(("end", "kept"), [("{end: true}", True), ("{end: true, drops: children}", False)])
def test_the_next_case_stays_ahead_after_an_end_unless_that_drops_it(end: str, kept: bool) -> None:
    review = launched(
        f"stages: {{busy: {{}}, over: {end}}}\nchildren: {{later: {{process: small, opens: case.launched + 2y}}}}"
    )
    row = ("2029-03-01 00:00", "child:later:0")
    assert review.ahead("child") == [row]
    assert review.take("finish").ahead("child") == ([row] if kept else [])


def test_a_notice_counted_from_a_due_date_speaks_again_only_when_that_moves_to_a_later_day() -> None:
    review = launched(
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd},"
        " extend: {by: office, at_most: +9wd}}}\n"
        "notices: {soon: {when: work.due - 3d, to: contact}}"
    ).until("2027-03-13")
    assert (review.ever_told("soon"), review.ahead("notice")) == ([("2027-03-12 09:00", "carl")], [])
    review.extend("work", "2027-03-22").until("2027-03-20")
    assert review.ever_told("soon") == [("2027-03-12 09:00", "carl"), ("2027-03-19 09:00", "carl")]
    assert review.pin("work", "2027-03-21").ahead("notice") == []


def test_one_date_that_has_passed_unfixed_hides_no_other() -> None:
    review = launched(
        "dates:\n"
        "  first: {set_by: [fix], provisional: case.launched + 5d}\n"
        "  second: {set_by: [fix], provisional: case.launched + 30d}\n"
        "transitions:\n"
        "  fix: {from: busy, by: office, asks: {day: date}, sets: {first: chosen.day, second: chosen.day}}\n"
        "  finish: {from: busy, to: over, by: office}"
    )
    assert [key for _, key in review.ahead("provisional")] == ["provisional:first:0", "provisional:second:0"]
    assert [key for _, key in review.until("2027-03-08").ahead("provisional")] == ["provisional:second:0"]


def test_a_moment_that_came_while_the_way_was_barred_comes_no_second_time_and_hides_none_after_it() -> None:
    review = launched(
        "transitions: {finish: {from: busy, to: over, if: [work is done],"
        " when: [case.launched + 3d, case.launched + 30d]}}"
    )
    assert [key for _, key in review.ahead("transition")] == ["transition:finish:0", "transition:finish:1"]
    assert [key for _, key in review.until("2027-03-05").ahead("transition")] == ["transition:finish:1"]
    seated = launched(
        """
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tracks: {start: {each: panel, during: seated, states: [waiting, ready]}}
transitions:
  begin: {from: start.waiting, to: start.ready, when: seated + 3d, if: [work is done]}
  finish: {from: busy, to: over, by: office}
"""
    ).seat("peer", "p1")
    assert seated.until("2027-03-05").ahead("transition") == []


def test_a_notice_that_is_called_as_a_transition_keeps_no_case_open() -> None:
    review = launched(
        "notices: {finish: {when: over + 5d, to: office}}\ntransitions: {finish: {from: busy, to: over, by: office}}"
    )
    assert review.take("finish").case.closed
    assert [row[:2] for row in rows_of(review, "notice")] == [("notice:finish:0", "2027-03-06 09:00")]
