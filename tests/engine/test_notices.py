"""Who must be told what, after a step? Asks and tells, openings, withdrawals, who hears that it is not needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.actions import Actor, Submit
from engine.events import Notice
from engine.notices import unique
from tests.builders.engine import Review, a_world, days_off, launched, local_text
from tests.engine.test_seat import PANEL

BASE = """
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: second, by: office, asks: {reason: text}}
  back: {from: second, to: busy, by: office}
  finish: {from: second, to: over, by: office}
"""


def test_an_opening_asks_everybody_who_may_do_it_once() -> None:
    review = launched(BASE + "tasks: {work: {for: office, opens: busy, form: note, due: {at: opened + 5wd}}}")
    assert [(each.template, each.rule, each.occurrence, each.recipient, each.kind, each.task)
            for each in review.last.notices] == [
        ("opened", "tasks.work.opened", "work:1#1", "olga", "ask", "work:1"),
        ("opened", "tasks.work.opened", "work:1#1", "otto", "ask", "work:1"),
    ]  # fmt: skip
    assert ("not_needed", "otto") in review.correct(task="work:1", to="done").told()


def test_a_notice_takes_the_place_of_the_opening_mails_that_it_names() -> None:
    review = launched(
        BASE
        + """
tasks:
  work: {for: contact, opens: second, form: note}
  other: {for: contact, opens: second, form: note}
notices: {begun: {when: second, to: contact, cc: signatory, asks: work}}
"""
    ).take("advance", by="olga", reason="so")
    assert [(each.template, each.recipient, each.copy, each.task) for each in review.last.notices] == [
        ("begun", "carl", False, "work:1"), ("begun", "sara", True, None), ("opened", "carl", False, "other:1"),
    ]  # fmt: skip
    assert review.last.notices[0].data["asked"] == {"reason": "so"}
    assert [each.data.get("asks_others") for each in review.last.notices] == [None, "work:1", None]


def test_whoever_is_on_leave_is_asked_on_their_return_in_the_words_of_the_process_too() -> None:
    away = a_world(absences={"carl": (days_off("2027-03-01", "2027-03-12"),), "sara": (days_off("2027-03-01"),)})
    begun = "tasks: {work: {for: contact, opens: busy, form: note}}\nnotices: {begun: {when: busy, to: PARTS}}\n"
    found = {
        parts: [
            (each.recipient, local_text(each.send_at))
            for each in launched(begun.replace("PARTS", parts), world=away).last.notices
        ]
        for parts in ("contact, cc: signatory, asks: work", "contact")
    }
    assert found == {
        "contact, cc: signatory, asks: work": [("carl", "2027-03-15 09:00"), ("sara", "2027-03-01 10:00")],
        "contact": [("carl", "2027-03-01 10:00"), ("carl", "2027-03-15 09:00")],
    }


def test_a_task_that_opens_and_closes_within_one_step_tells_nobody() -> None:
    review = launched("""
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: second, auto: true, if: [2 office seated]}
  finish: {from: second, to: over, by: office}
tasks: {work: {for: contact, opens: busy, form: note}}
""")
    assert (review.task("work").state, [template for template, who in review.told() if who == "carl"]) == ("closed", [])


def test_who_acts_is_not_asked_for_what_they_alone_have_to_do_next() -> None:
    review = launched("tasks: {work: {for: owner, opens: busy, form: note}}")
    assert review.submit("work", "owen").told() == []
    assert review.open() == {"next_step:1": ("owen",)}


def test_not_needed_is_for_those_who_had_been_asked_and_did_not_do_it() -> None:
    review = launched(
        BASE
        + """
tasks:
  work: {for: [office, contact], opens: busy, form: note}
  extra: {for: contact, opens: busy, form: note, optional: true}
"""
    )
    review.submit("work", "olga")
    assert [(each.recipient, each.only_if_asked, each.data["by"])
            for each in review.last.notices if each.template == "not_needed"] == [
        ("otto", "work:1", ["olga"]), ("carl", "work:1", ["olga"]),
    ]  # fmt: skip
    review.take("advance", by="olga", reason="so")
    assert [who for template, who in review.told() if template == "not_needed"] == []  # optional work is not missed


def test_on_behalf_of_somebody_is_their_own_doing() -> None:
    review = launched(BASE + "tasks: {work: {for: [office, contact], opens: busy, form: note}}")
    operator = Actor(kind="operator", participant=None, on_behalf_of="carl")
    review.apply(Submit(task="work:1"), operator)
    missed = [who for template, who in review.told() if template == "not_needed"]
    assert (review.task("work").done_by, missed) == ("carl", ["olga", "otto"])


def test_an_expiry_and_a_new_round_miss_nobody() -> None:
    text = BASE + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing}}"
    assert launched(text).until("2027-03-09").ever_told("not_needed") == []
    review = launched(text).correct("busy")
    assert (review.told(), review.open()) == ([("opened", "carl")], {"work:2": ("carl",)})


def test_who_is_told_with_the_open_assignees_is_not_told_again_that_nothing_is_needed() -> None:
    review = launched(
        BASE
        + """
tasks: {work: {for: contact, opens: busy, form: note}, more: {for: signatory, opens: busy, form: note}}
notices: {stopped: {when: advance, to: [owner, open_assignees]}}
"""
    ).take("advance", by="olga", reason="so")
    assert sorted(review.told()) == [
        ("opened", "owen"), ("stopped", "carl"), ("stopped", "owen"), ("stopped", "sara"),
    ]  # fmt: skip


def test_who_hears_that_the_case_has_ended_is_not_told_again_that_nothing_is_needed() -> None:
    review = launched("""
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks: {work: {for: contact, opens: busy, form: note}, more: {for: signatory, opens: busy, form: note}}
notices: {goodbye: {when: over, to: [contact, owner]}}
""").take("finish", by="olga")
    assert sorted(review.told()) == [("goodbye", "carl"), ("goodbye", "owen"), ("not_needed", "sara")]


def test_who_has_left_a_seat_is_told_that_the_work_that_went_with_it_is_over() -> None:
    review = (
        launched("""
seats: {peer: {count: 1..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}, replace: {by: office, due: {at: seated + 5wd}, tasks: move_open}}
tasks: {read: {each: peer, opens: busy, form: note, until: over}}
notices: {changed: {when: peer.left, to: contact}}
""")
        .seat("peer", "p1")
        .substitute("peer-1", "p2")
    )
    assert [each for each in review.told() if each[1] == "p1"] == [("not_needed", "p1")]


def test_whose_task_goes_to_somebody_else_is_told_and_who_signs_next_is_asked() -> None:
    review = launched(BASE + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}}")
    review.assign("contact", "p1")
    (gone,) = [each for each in review.last.notices if each.template == "not_needed"]
    assert (gone.recipient, gone.only_if_asked, gone.data["reminded"]) == ("carl", "work:1", False)
    signed = launched(
        BASE
        + """
tasks:
  work: {for: [contact, office], opens: busy, form: note, sign: {by: signatory, due: {at: submitted + 3wd}}}
"""
    ).submit("work", "carl")
    found = [(each.recipient, each.data["reminded"]) for each in signed.last.notices if each.template == "not_needed"]
    assert found == [("olga", True), ("otto", True)]


def test_when_enough_have_done_it_the_others_who_were_reminded_need_not() -> None:
    review = launched("""
seats: {peer: {count: 2..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
stages: {busy: {}, reading: {}, over: {end: true}}
transitions: {go: {from: busy, to: reading, by: office}, finish: {from: reading, to: over, by: office}}
tasks: {read: {each: peer, opens: reading, form: note, done_if: [1 peer done read]}}
""").seat("peer", "p1", "p2")
    review.take("go", by="olga").submit("read", "p1")
    missed = [(each.recipient, each.data["reminded"]) for each in review.last.notices if each.template == "not_needed"]
    assert missed == [("p2", True)]


def test_a_notice_may_have_conditions_and_skips_roles_without_an_account() -> None:
    review = launched(
        BASE
        + """
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
  board: {of: minister, account: false}
  region: {of: region, sees: summary}
groups: {all_of_them: [board, region, contact]}
notices:
  told: {when: second, to: all_of_them}
  never: {when: second, if: [3 office seated], to: contact}
""",
        roles={"board": ("b1",), "region": ("b2",)},
    ).take("advance", by="olga", reason="so")
    assert [each for each in review.told() if each[0] != "opened"] == [
        ("told", "b2"), ("told", "carl"), ("not_needed", "carl"),
    ]  # fmt: skip


def test_a_notice_speaks_of_whom_and_which_seat_it_is_about() -> None:
    review = launched(
        BASE
        + """
seats: {peer: {count: 0..3}}
invitations: {form: answer, due: {at: invited + 5wd}}
notices:
  arrived: {when: peer.seated, to: contact}
  changed: {when: peer.left, to: contact}
"""
    ).seat("peer", "p1")
    assert [(each.recipient, each.data["people"], each.data["seats"])
            for each in review.notices if each.template == "arrived"] == [("carl", ["p1"], ["peer"])]  # fmt: skip
    review.substitute("peer-1", "p2")
    changed = next(each for each in review.last.notices if each.template == "changed")
    assert (changed.data["people"], changed.data["successor"]) == (["p1"], "p2")


def test_a_moved_date_tells_where_it_was() -> None:
    review = (
        launched("""
dates: {visit: {set_by: [fix]}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
notices: {moved: {when: fix, to: contact, invite: visit}}
""")
        .take("fix", day="2027-06-01")
        .take("fix", day="2027-06-08")
    )
    assert [(each.data["asked"], each.data.get("old_date")) for each in review.notices if each.template == "moved"] == [
        ({"day": "2027-06-01"}, None), ({"day": "2027-06-08"}, "2027-06-01"),
    ]  # fmt: skip


def test_reminders_share_a_mail_and_late_steps_to_others_name_who_is_late() -> None:
    review = launched("""
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: {at: opened + 5wd}
    remind: [-1wd, on the day at 09:00]
    late: [{after: +1wd, tell: office, notice: escalation}]
""").until("2027-03-10")
    assert [(each.template, each.recipient, each.bundle) for each in review.notices] == [
        ("opened", "carl", True), ("reminder", "carl", True), ("today", "carl", True),
        ("escalation", "olga", False), ("escalation", "otto", False),
    ]  # fmt: skip
    assert review.notices[-1].data["people"] == ["carl"]


def test_asks_are_withdrawn_when_their_task_moves_or_closes() -> None:
    review = launched(
        BASE
        + """
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, extend: {by: office, at_most: +9wd}}
"""
    ).extend("work", "2027-03-11")
    assert [(each.task, each.recipient, each.reason) for each in review.last.withdrawals] == [("work:1", None, "moved")]
    review.submit("work", "carl")
    assert [(each.task, each.reason) for each in review.last.withdrawals] == [("work:1", "done")]


def test_one_rule_speaks_once_per_occurrence_and_reader() -> None:
    now = datetime(2027, 3, 1, tzinfo=UTC)
    first = Notice(case="c", template="a", rule="r", occurrence="1", recipient="carl", kind="tell", send_at=now,
                   caused_at=now)  # fmt: skip
    again, other = replace(first, template="b"), replace(first, recipient="sara")
    assert unique([first, again, other]) == (first, other)


def test_who_extends_their_own_task_is_not_told_of_it() -> None:
    review = launched("""
tasks: {work: {for: office, opens: busy, form: note, due: {at: opened + 5wd}, extend: {by: office, at_most: +9wd}}}
""").extend("work", "2027-03-11", by="olga")
    assert [(each.template, each.recipient, each.data["old_due"]) for each in review.last.notices] == [
        ("extended", "otto", "2027-03-08")
    ]


# who leaves a panel and who comes -------------------------------------------------------------------------------------

CHANGED = "notices: {changed: {when: [peer.left, peer.seated], to: [contact, panel, who_left]}}\n"


def a_full_panel() -> Review:
    """Two peers, seated on places that nobody had before."""
    text = PANEL.replace("OBJECTION", "").replace("TASKS", "move_open").replace(", until: second.left", "")
    return launched(text + CHANGED).seat("peer", "p1", "p2", places=2)


def changes(review: Review) -> dict[str, dict[str, object]]:
    """Who is told of the panel in the last step, and what."""
    names = ("people", "successor", "joined")
    return {
        each.recipient: {name: each.data[name] for name in names if name in each.data}
        for each in review.last.notices if each.template == "changed"
    }  # fmt: skip


def test_who_comes_first_to_a_place_is_no_change_of_the_panel() -> None:
    assert a_full_panel().ever_told("changed") == []


def test_who_is_replaced_is_told_by_whom_with_the_host_and_the_panel() -> None:
    review = a_full_panel()
    told = changes(review.substitute("peer-1", "p3"))
    assert told == {key: {"people": ["p1"], "successor": "p3"} for key in ("carl", "p2", "p3", "p1")}
    assert {each.recipient for each in review.last.notices if each.template == "not_needed"} == set()


def test_of_who_takes_a_place_that_fell_free_all_are_told_but_who_left_it() -> None:
    review = a_full_panel()
    assert changes(review.substitute("peer-1", None)) == {key: {"people": ["p1"]} for key in ("carl", "p2", "p1")}
    review.assign("peer", "p4", "p5").answer("peer-3")
    assert changes(review) == {key: {"joined": ["p4"]} for key in ("carl", "p2", "p4")}


def test_a_place_that_was_filled_again_tells_no_further_newcomer() -> None:
    review = a_full_panel().substitute("peer-1", "p3")
    review.assign("peer", "p4", places=3).answer("peer-4")
    assert (review.seats()["peer-4"], changes(review)) == ("seated", {})


def test_who_leaves_one_seat_for_another_has_not_left() -> None:
    review = a_full_panel().assign("reserve", "p6", places=1)
    reserve = next(key for key, held in review.case.holdings.items() if held.participant == "p6")
    review.answer(reserve).substitute("peer-1", "p6")
    assert set(changes(review)) == {"carl", "p2", "p6", "p1"}
