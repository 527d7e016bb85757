"""How does a piece of work open, get done and close? Instances, joins and leaves, rows, signatures."""

from __future__ import annotations

import pytest

from engine.errors import Refused, UnknownName
from engine.world import Tie
from tests.builders.engine import (
    Review,
    a_definition,
    a_person,
    a_world,
    days_off,
    launched,
    promises_broken,
    unchecked,
)

STAGES = "stages: {busy: {}, second: {}, over: {end: true}}\n"
ARROWS = """
transitions:
  advance: {from: busy, to: second, by: office}
  back: {from: second, to: busy, by: office}
  finish: {from: second, to: over, by: office}
"""
BASE = STAGES + ARROWS
PEERS = """
seats: {peer: {count: 0..5}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
"""


# who ------------------------------------------------------------------------------------------------------------------


def test_one_task_may_be_for_several_and_any_of_them_does_it() -> None:
    review = launched(BASE + "tasks: {work: {for: [office, contact], opens: busy, form: note}}")
    assert review.open() == {"work:1": ("olga", "otto", "carl")}
    with pytest.raises(Refused, match="this is for office or contact"):
        review.submit("work:1", "sara")
    review.submit("work", "carl", remark="good")
    task = review.task("work")
    assert (task.state, task.done_by, task.submitted_by) == ("done", "carl", "carl")
    with pytest.raises(Refused, match="it is done"):
        review.submit("work:1", "olga")
    with pytest.raises(UnknownName, match="no task 'nothing'"):
        review.submit("nothing", "carl")


def test_who_takes_a_role_takes_its_tasks() -> None:
    review = launched(BASE + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}}")
    review.assign("contact", "p1")
    assert review.open() == {"work:1": ("p1",)}
    assert review.told() == [("opened", "p1"), ("not_needed", "carl")]
    assert [(each.recipient, each.reason) for each in review.last.withdrawals] == [("carl", "changed hands")]


def test_a_role_takes_so_many_and_nobody_whom_its_bars_keep_out() -> None:
    text = (
        BASE
        + PEERS
        + """
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
  reader: {of: pool, count: 0..1, not: [panel], bars: [tie(5y)]}
"""
    )
    review = launched(text, world=a_world(a_person("p2", ties=(Tie(organisation="host"),)))).seat("peer", "p1")
    with pytest.raises(Refused, match="1 to 1 fit"):
        review.assign("contact", "p3", "p4")
    with pytest.raises(Refused, match="p1 is of the panel"):
        review.assign("reader", "p1")
    with pytest.raises(Refused, match="p2 has a tie with the host"):
        review.assign("reader", "p2")
    assert review.assign("reader", "p2", waive={"p2": "nobody else"}).case.roles["reader"] == ("p2",)


def test_a_task_that_nobody_holds_is_the_owners_to_look_at() -> None:
    review = launched(BASE + "tasks: {work: {for: contact, opens: busy, form: note}}", roles={"contact": ()})
    assert review.open() == {"work:1": (), "next_step:1": ("owen",)}


def test_of_a_meeting_only_who_was_there_does_it_and_nobody_who_has_a_tie() -> None:
    tied = a_world(a_person("p3", ties=(Tie(organisation="host"),)))
    definition = a_definition(
        BASE
        + PEERS
        + """
tasks:
  meeting: {for: contact, opens: busy, form: meeting}
  minutes: {for: panel, only: present, recuse: [tie(5y)], opens: meeting.done, form: note}
""",
        meeting="{there: {type: person, of: panel, many: true, marks: present}}",
    )
    review = launched(definition, world=tied).seat("peer", "p1", "p2", "p3")
    review.submit("meeting", "carl", there=["p1", "p3"])
    assert review.open() == {"minutes:1": ("p1",)}


def test_without_a_record_of_the_meeting_nobody_does_it_and_the_owner_is_asked_for_the_next_step() -> None:
    text = "tasks: {minutes: {for: peer, only: present, opens: busy, form: note}}"
    definition = unchecked(BASE + PEERS + text)
    review = launched(definition).seat("peer", "p1", "p2")
    assert review.open()["minutes:1"] == ()
    asked = {task.about for task in review.case.tasks.values() if task.name == "next_step" and task.is_open}
    assert asked == {"nobody:minutes"}


# opening and leaving --------------------------------------------------------------------------------------------------


def test_a_task_opens_only_where_its_lines_hold_and_is_skipped_where_they_say_so() -> None:
    review = launched(
        BASE
        + """
tasks:
  first: {for: contact, opens: busy, form: note}
  never: {for: contact, opens: busy, form: note, if: [1 signatory done first]}
  skipped: {for: contact, opens: busy, form: note, skip_if: [1 contact seated]}
  after: {for: contact, opens: skipped.done, form: note}
"""
    )
    assert {task.key: task.state for task in review.case.tasks.values()} == {
        "first:1": "open", "skipped:1": "skipped", "after:1": "open",
    }  # fmt: skip


def test_leaving_a_state_closes_what_belongs_to_it_also_what_waits_for_a_signature() -> None:
    review = (
        launched(
            BASE
            + """
tasks:
  work: {for: contact, opens: busy, form: note, sign: {by: signatory, due: {at: submitted + 3wd}}}
  kept: {for: contact, opens: busy, form: note, until: over}
"""
        )
        .submit("work", "carl")
        .take("advance")
    )
    assert {task.key: task.state for task in review.case.tasks.values()} == {"work:1": "closed", "kept:1": "open"}
    assert [(each.task, each.reason) for each in review.last.withdrawals] == [("work:1", "closed")]
    assert review.told() == [("not_needed", "sara")]


def test_leaving_a_track_state_closes_only_what_that_state_opened() -> None:
    review = launched("""
transitions:
  move: {from: side.left, to: side.right, by: office}
  finish: {from: busy, to: over, by: office}
tracks: {side: {during: [busy], states: [left, right]}}
tasks:
  of_stage: {for: contact, opens: busy, form: note}
  of_state: {for: contact, opens: side.left, form: note}
""").take("move")
    assert review.open() == {"of_stage:1": ("carl",)}


def test_re_entering_a_stage_opens_a_new_round_with_new_dates_and_extensions_at_zero() -> None:
    review = (
        launched(
            BASE
            + """
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, extend: {by: office, at_most: +10wd}}
"""
        )
        .extend("work", "2027-03-15")
        .until("2027-03-10")
        .take("advance")
        .take("back")
    )
    task = review.task("work")
    assert (task.key, task.round, task.extensions, review.due("work")) == ("work:2", 2, 0, "2027-03-17")


def test_a_task_that_until_keeps_is_not_opened_a_second_time_while_it_is_open() -> None:
    review = launched(BASE + "tasks: {work: {for: contact, opens: busy, form: note, until: over}}")
    assert review.take("advance").take("back").open() == {"work:1": ("carl",)}
    assert review.submit("work", "carl").take("advance").take("back").open() == {"work:2": ("carl",)}
    review.take("advance").take("finish")
    assert (review.open(), review.case.closed) == ({}, True)


def test_until_a_day_ends_with_that_day_also_without_a_due_date() -> None:
    review = launched(BASE + "tasks: {work: {for: contact, opens: busy, form: note, until: opened + 3wd}}")
    assert review.ahead() == [("2027-03-04 23:59", "until:work:1:0")]
    assert review.until("2027-03-05").task("work").state == "closed"


def test_a_dated_opening_counts_once_per_term_of_its_anchor() -> None:
    review = (
        launched("""
dates: {visit: {set_by: [fix]}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks:
  work: {for: contact, opens: visit - 3wd, form: note}
  late: {for: contact, opens: work.due + 1wd, form: note}
  paper: {for: contact, opens: busy, form: note, due: {at: opened + 2wd}}
  rest: {for: office, opens: paper.due + 1wd, form: note, until: over}
""")
        .take("fix", day="2027-03-10")
        .until("2027-03-06")
    )
    assert "work:1" in review.open()
    review.submit("work", "carl").recalculate()
    assert [row for row in review.ahead("open") if "work" in row[1]] == []
    assert "rest:1" in review.open()
    review.submit("rest", "olga").pin("paper", "2027-03-20")
    assert review.ahead("open") == [("2027-03-22 00:00", "open:rest:0")]  # another term of the same anchor
    assert "work:2" in review.take("fix", day="2027-03-10").until("2027-03-06").open()


# each -----------------------------------------------------------------------------------------------------------------


def each(more: str = "") -> Review:
    text = BASE + PEERS + f"tasks: {{work: {{each: [panel, contact], opens: busy, form: note{more}}}}}"
    return launched(text)


def test_everybody_has_an_instance_and_who_joins_gets_one_at_once() -> None:
    review = each().seat("peer", "p1")
    assert review.open() == {"work:1@carl": ("carl",), "work:1@peer-1": ("p1",)}
    review.submit("work", "carl").submit("work", "p1")
    done = review.case.moments["work.done"]
    review.seat("peer", "p2", places=2)
    assert review.open() == {"work:1@peer-2": ("p2",)}
    assert review.submit("work", "p2").case.moments["work.done"] == done  # it fires once per opening


def test_who_leaves_is_not_counted_and_the_rule_may_come_to_hold() -> None:
    review = each().seat("peer", "p1", "p2").submit("work", "carl").submit("work", "p1")
    assert "work.done" not in review.case.moments
    assert "work.done" in review.substitute("peer-2", None).case.moments


def test_what_a_left_state_closed_is_not_done() -> None:
    review = each().seat("peer", "p1").submit("work", "carl").take("advance")
    assert ("work.done" in review.case.moments, review.task("work:1@peer-1").state) == (False, "closed")


def test_who_joins_after_the_state_was_left_gets_nothing() -> None:
    review = each().take("advance").seat("peer", "p1")
    assert [task.key for task in review.case.tasks.values() if task.name == "work"] == ["work:1@carl"]


def test_a_task_that_a_day_ends_takes_in_who_joins_before_it() -> None:
    review = (
        launched(
            """
dates: {visit: {set_by: [fix], moves: true}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
tasks: {work: {each: [panel, contact], opens: busy, form: note, until: [visit, over]}}
"""
            + PEERS
        )
        .take("fix", day="2027-03-10")
        .take("fix", day="2027-03-12")
        .seat("peer", "p1")
    )
    assert review.open() == {"work:1@carl": ("carl",), "work:1@peer-1": ("p1",)}
    review.until("2027-03-13").seat("peer", "p2", places=2)
    assert [key for key in review.open() if key.startswith("work")] == []


def test_an_each_task_over_nobody_yet_is_not_done() -> None:
    review = launched(BASE + PEERS + "tasks: {work: {each: panel, opens: busy, form: note}}")
    assert ("work.done" in review.case.moments, review.open()) == (False, {"next_step:1": ("owen",)})


def test_where_its_rule_holds_it_is_done_once_and_the_rest_stay_open_without_reminders() -> None:
    review = each(", due: {at: opened + 5wd}, remind: [-1wd], done_if: [50% of panel done work]").seat(
        "peer", "p1", "p2"
    )
    review.submit("work", "p1")
    assert ("work.done" in review.case.moments, review.task("work:1@peer-2").quiet) == (True, True)
    assert (sorted(review.open()), review.ahead()) == (["work:1@carl", "work:1@peer-2"], [])
    assert [(withdrawn.task, withdrawn.reason) for withdrawn in review.last.withdrawals] == [
        ("work:1@carl", "not needed"), ("work:1@peer-1", "done"), ("work:1@peer-2", "not needed"),
    ]  # fmt: skip


# rows -----------------------------------------------------------------------------------------------------------------

ROWS = """
tasks:
  ask: {for: contact, opens: busy, form: ask, due: {at: opened + 5wd}, silence: nothing}
  reply: {for: office, each: ask.rows, opens: [ask.done, ask.expired], form: note}
  thanks: {for: owner, opens: reply.done, form: note}
"""
ASK = "{questions: {type: rows, columns: {question: {type: text}}}}"


def test_a_task_over_rows_is_done_once_for_each() -> None:
    review = launched(a_definition(BASE + ROWS, ask=ASK))
    review.submit("ask", "carl", questions=[{"question": "why"}, {"question": "how"}])
    assert review.open() == {"reply:1/1": ("olga", "otto"), "reply:1/2": ("olga", "otto")}
    review.submit("reply:1/1", "olga").submit("reply:1/2", "otto")
    assert review.open() == {"thanks:1": ("owen",)}


def test_without_a_row_also_after_a_silence_it_is_done_at_once() -> None:
    definition = a_definition(BASE + ROWS, ask=ASK)
    assert launched(definition).submit("ask", "carl").open() == {"thanks:1": ("owen",)}
    assert launched(definition).until("2027-03-09").open() == {"thanks:1": ("owen",)}


def test_rows_of_the_rubric_give_one_instance_per_holder_and_row() -> None:
    review = launched(
        "rubric: {file: small, pinned: busy}\n" + BASE + PEERS
        + "tasks: {score: {each: panel, by_row: rubric.safeguards, opens: busy, form: note}}"
    ).seat("peer", "p1")  # fmt: skip
    assert sorted(review.open()) == ["score:1@peer-1/one", "score:1@peer-1/two"]
    review.submit("score:1@peer-1/one", "p1")
    assert "score.done@peer-1" not in review.case.moments
    review.submit("score:1@peer-1/two", "p1")
    assert ("score.done@peer-1" in review.case.moments, "score.done" in review.case.moments) == (True, True)


# signatures -----------------------------------------------------------------------------------------------------------

SIGNED = (
    BASE
    + """
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 10wd}
    remind: [-1wd]
    sign: {by: signatory, due: {at: submitted + 3wd}}
  beside: {for: contact, opens: work.submitted, form: note}
"""
)


def test_signing_is_work_of_a_second_person_with_a_date_and_reminders() -> None:
    review = launched(SIGNED).submit("work", "carl")
    assert review.open() == {"work:1": ("sara",), "beside:1": ("carl",)}
    assert (review.task("work").state, review.due("work")) == ("signing", "2027-03-04")
    assert review.ahead("remind") == [("2027-03-03 09:00", "remind:work:1:0")]
    assert review.told() == [("opened", "sara"), ("opened", "carl")]
    with pytest.raises(Refused, match="this is for signatory"):
        review.submit("work:1", "carl")
    assert review.submit("work", "sara", signed="yes").task("work").done_by == "sara"


def test_who_signs_may_give_it_back() -> None:
    review = launched(SIGNED).submit("work", "carl").until("2027-03-03").submit("work", "sara", signed="no")
    assert (review.task("work").state, review.open()["work:1"], review.due("work")) == (
        "open", ("carl",), "2027-03-15",
    )  # fmt: skip
    assert ("opened", "carl") in review.told()


# deeds and answers ----------------------------------------------------------------------------------------------------


def test_a_task_that_does_a_transition_is_done_when_that_fires() -> None:
    review = launched(
        BASE
        + """
tasks:
  decide: {for: office, opens: busy, does: [advance]}
  note_it: {for: office, opens: busy, does: [advance], form: note}
"""
    ).submit("note_it", "otto")
    assert review.open() == {"decide:1": ("olga", "otto"), "note_it:1": ("olga", "otto")}
    review.take("advance", by="olga")
    assert {task.key: task.state for task in review.case.tasks.values() if task.name != "next_step"} == {
        "decide:1": "done", "note_it:1": "done",
    }  # fmt: skip


def test_tracks_of_each_seat_run_as_long_as_it_is_held() -> None:
    review = launched(
        STAGES
        + PEERS
        + """
tracks: {start: {each: panel, during: seated, states: [declaring, training, ready]}}
tasks:
  declare: {each: panel, opens: start.declaring, form: note, due: {at: seated + 5wd}}
  train: {each: panel, opens: start.training, form: note, skip_if: [own training_record is valid]}
transitions:
  declared: {from: start.declaring, to: start.training, when: declare.done}
  trained: {from: start.training, to: start.ready, auto: true, if: [own train is done or skipped]}
  advance: {from: busy, to: second, by: office}
  finish: {from: second, to: over, by: office}
"""
    ).seat("peer", "p1")
    assert (review.tracks(), review.due("declare:1@peer-1")) == ({"start@peer-1": "declaring"}, "2027-03-08")
    review.until("2027-03-03").seat("peer", "p2", places=2)
    assert review.due("declare:1@peer-2") == "2027-03-10"
    review.submit("declare", "p1")
    assert (review.tracks()["start@peer-1"], review.open()["train:1@peer-1"]) == ("training", ("p1",))
    review.submit("train", "p1").substitute("peer-1", "p3")
    assert review.tracks() == {"start@peer-2": "declaring", "start@peer-3": "declaring"}
    review.take("advance").take("finish")
    assert (review.tracks(), review.open(), promises_broken(review)) == ({}, {}, [])


def test_a_transition_of_each_seat_is_its_holders_own() -> None:
    text = (
        BASE
        + PEERS
        + """
tracks: {start: {each: panel, during: seated, states: [declaring, ready]}}
tasks: {declare: {each: panel, opens: start.declaring, form: note, does: [ready_now, timed]}}
"""
    )
    text = text.replace("transitions:", """transitions:
  ready_now: {from: start.declaring, to: start.ready, by: [panel, office], times: 1}
  again: {from: start.ready, to: start.declaring, by: panel}
  timed: {from: start.declaring, to: start.ready, when: seated + 20wd}
""")  # fmt: skip
    review = launched(text).seat("peer", "p1", "p2").take("ready_now", by="p2")
    assert review.tracks() == {"start@peer-1": "declaring", "start@peer-2": "ready"}
    assert review.task("declare:1@peer-2").state == "done"
    with pytest.raises(Refused, match="it begins in declaring"):
        review.take("ready_now", by="p2")
    review.take("again", by="p2")
    with pytest.raises(Refused, match="used 1 of 1"):
        review.take("ready_now", by="p2")
    assert review.take("ready_now", by="olga").tracks()["start@peer-1"] == "ready"  # the office, for the first
    assert review.ahead("transition") == [("2027-03-29 00:00", "transition:timed@peer-2:0")]
    assert review.until("2027-03-30").tracks()["start@peer-2"] == "ready"


def test_a_day_off_of_the_holder_counts_in_their_own_term() -> None:
    world = a_world(absences={"p1": (days_off("2027-03-02", "2027-03-03"),)})
    text = BASE + PEERS + "calendars: {office: [weekend], theirs: [office, absence(assignee)]}\n"
    text += "tasks: {work: {each: panel, opens: busy, form: note, due: {at: opened + 1wd, calendar: theirs}}}"
    review = launched(text, world=world).seat("peer", "p1", "p2")
    assert (review.due("work:1@peer-1"), review.due("work:1@peer-2")) == ("2027-03-04", "2027-03-02")
