"""Does a condition hold, and if not, what is missing? Counting, states, dates, shares over nobody, rounding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine import counting
from engine.case import Decision, Parent, Pause, TaskState
from engine.conditions import all_lines, failing, holds, value_of
from engine.draft import Draft
from engine.expressions import Lines, SetOf
from engine.moments import Scope
from engine.world import Organisation
from tests.builders.engine import (
    Review,
    a_definition,
    a_draft,
    a_person,
    a_world,
    day,
    days_off,
    launched,
    moment,
    person,
)

TEXT = """
rubric: {file: small, pinned: busy}
calendars: {office: [weekend], host: [office, school-holidays(host)]}
dates: {visit: {set_by: [fix], provisional: case.launched + 12w, lasts: 1..2, moves: true}, sent: {set_by: [fix]}}
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
  region: {of: region}
stages: {busy: {}, second: {}, over: {end: true}}
seats:
  chair: {count: 1}
  peer: {count: 0..5, votes: true, has: [course]}
groups: {panel: [chair, peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tracks:
  side: {during: [busy], states: [left, right]}
  start: {each: panel, during: seated, states: [first, ready]}
values:
  verdict:
    choice: [good, bad]
    first_of: [{good: [all safeguard decided, no safeguard with basis = low decided]}, {bad: otherwise}]
    may_differ: {by: owner, asks: {reason: text}}
conditions:
  tested: [LINE]
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day, sent: chosen.day}}
  move_side: {from: side.left, to: side.right, by: office}
  begun: {from: start.first, to: start.ready, by: panel}
  advance: {from: busy, to: second, by: office}
  back: {from: second, to: busy, by: office}
  finish: {from: busy, to: over, by: office, asks: {day: date}, if: [tested]}
tasks:
  work: {each: panel, opens: busy, form: agree, due: {at: opened + 5wd}, silence: agrees}
  single: {for: contact, opens: busy, form: rows, due: {at: opened + 5wd}, silence: nothing, until: over}
  train: {each: panel, opens: start.first, form: note, skip_if: [own work is done]}
  meeting: {for: office, opens: busy, form: meeting, until: over}
  notes: {for: office, each: single.rows, opens: single.done, form: note, until: over}
  unread: {for: office, opens: busy, form: fact, skip_if: [verdict is good], until: over}
  declare: {each: panel, opens: start.first, form: declared}
  read_fact: {for: office, opens: second, form: note, if: [unread.colour is red or blue, number of unread.size > 0]}
"""
OWN = "own work is done"
USUAL = "1 chair seated"
FORMS = {
    "agree": "{agreed: {type: yes_no}}",
    "rows": "{things: {type: rows, columns: {thing: {type: text}}}}",
    "meeting": "{there: {type: person, of: panel, many: true, marks: present}}",
    "declared": "{tie: {type: yes_no, marks: conflict}}",
    "fact": "{colour: {type: choice, choices: [red, blue]}, size: {type: number}}",
}


def the_line(line: str) -> Lines:
    """A line as the loader reads it."""
    if line.startswith("own"):
        return a_definition(TEXT.replace("LINE", USUAL).replace(OWN, line), **FORMS).tasks["train"].skip_if
    return a_definition(TEXT.replace("LINE", line), **FORMS).conditions["tested"]


def a_review() -> Review:
    world = a_world(
        *(a_person(f"p{n}", organisation=f"school {n % 2}", sector=("po", "vo")[n % 2], region=f"r{n % 3}",
                   expertise=frozenset({"maths"} if n == 1 else ()),
                   trainings={"course": None if n % 2 else date(2027, 4, 1)}) for n in range(1, 6)),
        host=Organisation(id="host", name="Host", region="r0", sector="vo", facts={"previous_visit": date(2023, 5, 1)}),
        school={"host": (days_off("2027-06-01", name="school holidays"),)},
    )  # fmt: skip
    return launched(a_definition(TEXT.replace("LINE", USUAL), **FORMS), world=world)


def panel(number: int = 4) -> Review:
    review = a_review()
    review.assign("peer", *(f"p{n}" for n in range(1, number + 1)), places=number,
                  waive={f"p{n}": "known" for n in range(1, 6)})  # fmt: skip
    for key, held in list(review.case.holdings.items()):
        if held.state == "invited":
            review.answer(key)
    return review


def reasons(review: Review, line: str, scope: Scope | None = None, **chosen: object) -> list[str]:
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    draft.chosen = chosen
    return [failure.reason for failure in failing(draft, the_line(line), scope or Scope())]


# counting -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 peer seated", []),
        ("5 peer seated", ["5 peer seated: 4 of 5"]),
        ("exactly 4 peer seated", []),
        ("exactly 3 peer seated", ["exactly 3 peer seated: 4 of exactly 3"]),
        ("at most 3 peer seated", ["at most 3 peer seated: 4 of at most 3"]),
        ("1 chair seated", ["1 chair seated: 0 of 1"]),
        ("no chair seated", []),
        ("no peer seated", ["no peer seated: 4 now"]),
        ("all chair seated", ["all chair seated: nobody is there yet"]),
        ("4 chair or peer seated", []),
        ("2 peer with sector = po seated", []),
        ("2 peer with sector = subject.sector seated", []),
        ("3 peer with sector != subject.sector seated", ["3 peer with sector != subject.sector seated: 2 of 3"]),
        ("1 peer with expertise = maths seated", []),
        ("4 peer with expertise != maths seated", ["4 peer with expertise != maths seated: 3 of 4"]),
        ("2 peer seated from 2 different organisation", []),
        ("2 peer seated from 3 different sector", ["2 peer seated from 3 different sector: 2 different sector"]),
        ("all peer seated all different sector", ["all peer seated all different sector: 2 different sector"]),
        ("all peer seated outside host", []),
        ("all peer seated outside region", ["all peer seated outside region: 1 of 4 not outside"]),
        ("3 peer seated outside region", []),
        ("all peer seated outside contact", []),
        ("all peer seated outside peer", ["all peer seated outside peer: 4 of 4 not outside"]),
        ("4 peer seated outside region", ["4 peer seated outside region: 3 of 4"]),
        ("no conflict open", []),
        ("2 office seated", []),
        ("4 peer or region seated", []),
        ("5 contact or peer seated", []),
        ("no region seated", []),
    ],
)  # fmt: skip
def test_counting_holders(line: str, expected: list[str]) -> None:
    assert reasons(panel(), line) == expected


@pytest.mark.parametrize("line", ["all panel seated", "50% of panel done work", "2/3 of panel answered work"])
def test_shares_and_all_over_nobody_do_not_hold_and_no_does(line: str) -> None:
    why = "nobody is there yet" if line.startswith("all") else "0 of 0, since nobody holds this seat"
    assert reasons(a_review(), line) == [f"{line}: {why}"]
    assert reasons(a_review(), "no panel seated") == []


def test_shares_round_up_and_are_counted_over_the_holdings_of_now() -> None:
    review = panel(4).submit("work", "p1", agreed="yes").submit("work", "p2", agreed="no")
    assert reasons(review, "50% of panel done work") == []
    assert reasons(review, "51% of panel done work") == ["51% of panel done work: 2 of 3"]
    assert reasons(review, "2/3 of panel answered work") == ["2/3 of panel answered work: 2 of 3"]
    assert reasons(review.substitute("peer-4", None), "2/3 of panel answered work") == []


def test_done_answered_and_agreed_are_three_things() -> None:
    review = panel(4).submit("work", "p1", agreed="yes").submit("work", "p2", agreed="no")
    review.submit("work", "p3", agreed="yes").until("2027-03-09")
    assert reasons(review, "4 panel done work") == []
    assert reasons(review, "4 panel answered work") == ["4 panel answered work: 3 of 4"]
    assert reasons(review, "4 panel agreed work") == ["4 panel agreed work: 3 of 4"]
    assert reasons(review, "3 panel agreed work") == []  # silence agrees


def test_a_task_of_nobodys_own_counts_for_everybody() -> None:
    review = panel(1)
    assert reasons(review, "1 peer done single") == ["1 peer done single: 0 of 1"]
    assert reasons(review.submit("single", "carl"), "1 peer done single") == []


def test_who_was_there_and_in_which_state_of_a_track() -> None:
    review = panel(3)
    assert reasons(review, "1 peer present") == ["1 peer present: 0 of 1"]
    review.submit("meeting", "olga", there=["p1", "p3"]).take("begun", by="p2")
    assert reasons(review, "2 peer present") == []
    assert reasons(review, "all peer present") == ["all peer present: 2 of 3"]
    assert reasons(review, "1 peer in start.ready") == []
    assert reasons(review, "3 peer in side.left") == []


def test_rows_are_decided_with_a_value_and_a_motivation() -> None:
    review = a_review()
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    draft.emit("tried", "x")
    draft.put("decisions", "one", Decision(row="one", levels={"basis": "high"}, how="consensus", motivated=True))
    draft.put("decisions", "two", Decision(row="two", levels={"basis": "low"}, how="majority", motivated=False))
    assert holds(draft, the_line("1 safeguard decided"))
    assert not holds(draft, the_line("all safeguard decided"))
    assert value_of(draft, "verdict") == "bad"
    draft.put("decisions", "two", Decision(row="two", levels={"basis": "high"}, how="majority", motivated=True))
    assert value_of(draft, "verdict") == "good"
    assert holds(draft, the_line("verdict is good"))
    draft.put("differs", "verdict", "bad")
    assert holds(draft, the_line("verdict is bad"))


# states ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("side is left", []),
        ("side is right", ["side is right: it is left"]),
        ("stage is busy or second", []),
        ("stage is not busy", ["stage is not busy: it is busy"]),
        ("case is child", ["case is child: it is not begun"]),
        ("case is not paused", []),
        ("single is open", []),
        ("single is not done", []),
        ("unread.colour is red", ["unread.colour is red: it is not begun"]),
        ("round of busy = 1", []),
        ("round of second > 0", ["round of second > 0: 0 against 0"]),
        ("number of peer >= 2", ["number of peer >= 2: 0 against 2"]),
        ("share of work >= 50%", ["share of work >= 50%: 0 against 50"]),
        ("now >= visit", ["now >= visit: 2027-03-01 against 2027-05-24"]),
        ("now < visit", []),
        ("now >= sent", ["now >= sent: not known yet"]),
        ("now between case.launched and visit", []),
        ("now between visit and visit",
         ["now between visit and visit: 2027-03-01 is not between 2027-05-24 and 2027-05-24"]),
        ("sent between visit and visit", ["sent between visit and visit: not known yet"]),
        ("sent is a working day in host", ["sent is a working day in host: not known yet"]),
        ("chosen.day <= subject.previous_visit + 6y", ["chosen.day <= subject.previous_visit + 6y: not known yet"]),
    ],
)  # fmt: skip
def test_states_terms_and_dates_at_the_start(line: str, expected: list[str]) -> None:
    assert reasons(a_review(), line) == expected


def test_a_task_over_rows_without_rows_is_done() -> None:
    review = a_review().submit("single", "carl", things=[])
    assert reasons(review, "notes is done") == []
    assert reasons(a_review(), "notes is done") == ["notes is done: it is not begun"]


def test_the_states_of_a_task_that_several_have() -> None:
    review = panel(3).submit("work", "p1", agreed="yes")
    assert reasons(review, "work is open") == []
    review.submit("work", "p2", agreed="yes").submit("work", "p3", agreed="yes")
    assert (reasons(review, "work is done"), reasons(review, "work is answered")) == ([], [])
    left = panel(3).submit("work", "p1", agreed="yes").substitute("peer-2", None).submit("work", "p3", agreed="yes")
    assert reasons(left, "work is done") == []


def test_own_is_the_holders() -> None:
    review = panel(2).submit("work", "p1", agreed="yes").take("begun", by="p1")
    one, two = Scope(holding="peer-1"), Scope(holding="peer-2")
    assert (reasons(review, "own work is done", one), len(reasons(review, "own work is done", two))) == ([], 1)
    assert (reasons(review, "start is ready", one), len(reasons(review, "start is ready", two))) == ([], 1)
    assert reasons(review, "own training_record is valid", one) == []
    assert len(reasons(review, "own training_record is valid", two)) == 1  # it ends before the visit
    assert len(reasons(review, "own training_record is valid")) == 1
    assert len(reasons(review, "own training_record is valid", Scope(holding="nobody"))) == 1


def test_a_fact_of_an_answer_opens_a_task() -> None:
    red = a_review().submit("unread", "olga", colour="red", size=3).take("advance")
    assert "read_fact:1" in red.open()
    none = a_review().submit("unread", "olga", colour="red", size=0).take("advance")
    assert "read_fact:1" not in none.open()


def test_the_round_of_a_seats_own_state_is_counted_for_that_seat() -> None:
    review = panel(2)
    assert reasons(review, "round of start.first = 2") == []
    assert reasons(review, "round of start.first = 1", Scope(holding="peer-1")) == []


# dates ----------------------------------------------------------------------------------------------------------------


def test_two_dates_compare_as_local_days_unless_one_has_a_time() -> None:
    review = a_review()
    review.now = moment("2027-05-24 15:00")
    assert reasons(review, "now <= visit") == []
    assert reasons(review, "now <= visit at 14:00") == [
        "now <= visit at 14:00: 2027-05-24 13:00 against 2027-05-24 12:00"
    ]
    assert reasons(review, "now >= visit at 14:00") == []


def test_a_chosen_day_and_working_days() -> None:
    review = a_review()
    line = "chosen.day is a working day in office and host"
    assert reasons(review, line, day=day("2027-05-31")) == []
    assert reasons(review, line, day=day("2027-06-01")) == [
        f"{line}: 2027-06-01 lies in school holidays; the first working day after it is 2027-06-02"
    ]
    negated = "chosen.day is not a working day in office"
    assert reasons(review, negated, day=day("2027-06-05")) == []
    assert reasons(review, negated, day=day("2027-06-04")) == [negated]


def test_any_of_is_one_reason() -> None:
    text = TEXT.replace("tested: [LINE]", "tested: [{any: [stage is second, side is right]}]")
    lines = a_definition(text, **FORMS).conditions["tested"]
    review = a_review()
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    assert [str(failure) for failure in failing(draft, lines)] == [
        "stage is second: it is busy or side is right: it is left"
    ]
    review.take("move_side")
    assert holds(Draft(review.definition, review.case, review.world, person("olga"), review.now), lines)


def test_a_stage_that_was_entered() -> None:
    review = a_review().take("advance")
    assert reasons(review, "stage is second") == []


# what mutants showed --------------------------------------------------------------------------------------------------


def test_a_round_without_rows_does_not_end_the_next_round_of_a_task_over_rows() -> None:
    review = a_review().submit("single", "carl", things=[])
    assert reasons(review, "notes is done") == []
    review.take("advance").take("back").submit("single", "carl", things=[{"thing": "a"}, {"thing": "b"}])
    assert reasons(review, "notes is done") == ["notes is done: it is open"]
    review.submit("notes", "olga")
    assert reasons(review, "notes is done") == ["notes is done: it is open"]


def test_a_task_of_several_that_is_over_for_some_is_done_unless_silence_ended_one() -> None:
    left = panel(2).submit("work", "p1", agreed="yes").substitute("peer-2", None)
    assert reasons(left, "work is done") == []
    assert reasons(left, "work is answered") == ["work is answered: it is done"]


def test_a_share_is_what_is_done_of_what_is_not_closed_in_whole_hundredths() -> None:
    review = panel(4).submit("work", "p1", agreed="yes")
    assert reasons(review, "share of work = 25%") == []
    review.substitute("peer-4", None)
    assert reasons(review, "share of work = 33%") == []
    assert reasons(review, "share of work >= 34%") == ["share of work >= 34%: 33 against 34"]


def test_what_was_asked_and_is_not_known_is_no_answer() -> None:
    assert reasons(a_review(), "chosen.day is red") == ["chosen.day is red: it is not begun"]


def test_a_time_on_either_side_makes_two_dates_compare_as_moments() -> None:
    review = a_review()
    review.now = moment("2027-05-24 15:00")
    assert reasons(review, "visit at 14:00 <= now") == []
    assert reasons(review, "visit at 16:00 <= now") == [
        "visit at 16:00 <= now: 2027-05-24 14:00 against 2027-05-24 13:00"
    ]


@pytest.mark.parametrize("line", ["now between visit and sent", "now between sent and visit"])
def test_a_period_of_which_one_end_is_not_known_is_not_known(line: str) -> None:
    assert reasons(a_review(), line) == [f"{line}: not known yet"]


def test_an_open_conflict_is_counted_with_whatever_else_is_named() -> None:
    review = panel(1).submit("declare", "p1", tie="yes")
    assert reasons(review, "no conflict open") == ["no conflict open: 1 now"]
    assert reasons(review, "2 contact or conflict open") == []


def test_rows_are_counted_together_with_people() -> None:
    assert reasons(a_review(), "3 contact or safeguard open") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("all peer seated outside host", ["all peer seated outside host: 1 of 4 not outside"]),
        ("1 peer with expertise seated", []),
        ("2 peer with expertise seated", ["2 peer with expertise seated: 1 of 2"]),
        ("2 peer with region = subject.region seated", ["2 peer with region = subject.region seated: 1 of 2"]),
        ("1 peer with region = subject.region seated", []),
        ("1 peer with sector = po seated", []),
        ("2 peer with sector = po seated", ["2 peer with sector = po seated: 1 of 2"]),
        ("3 peer with sector != po seated", []),
    ],
)
def test_counting_a_panel_with_somebody_of_the_host_and_somebody_who_was_erased(line: str, expected: list[str]) -> None:
    review = panel(4)
    people = {key: each for key, each in review.world.people.items() if key != "p4"}
    people["p1"] = replace(people["p1"], organisation="host")
    review.world = replace(review.world, people=people)
    assert reasons(review, line) == expected


def test_every_line_that_fails_is_told_whatever_stands_before_it() -> None:
    review = launched("""
conditions: {ready: [work is done, {that: 5 office seated, waive: office}]}
transitions:
  finish:
    from: busy
    to: over
    by: office
    if: [{that: 3 office seated, waive: office}, 4 office seated, ready, 6 office seated]
""")

    def told() -> list[str]:
        draft = a_draft(review.case, review.definition)
        lines = review.definition.transitions["finish"].condition
        return [failure.line.text for failure in failing(draft, lines, state="busy")]

    every = ["3 office seated", "4 office seated", "work is done", "5 office seated", "6 office seated"]
    assert told() == every
    review.waive("3 office seated", "busy")
    assert told() == every[1:]
    review.waive("5 office seated", "busy")
    assert told() == ["4 office seated", "work is done", "6 office seated"]


def test_which_way_a_date_is_counted_is_asked_for_each_seat_by_itself() -> None:
    review = launched("""
stages: {busy: {}, second: {}, over: {end: true}}
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
tracks: {start: {each: panel, during: seated, states: [waiting, ready]}}
transitions:
  begun: {from: start.waiting, to: start.ready, by: panel}
  go_on: {from: busy, to: second, by: office}
  finish: {from: second, to: over, by: office}
tasks:
  write: {each: panel, opens: second, form: note, due: [{if: [start is ready], at: opened + 2wd}, {at: opened + 5wd}]}
""").seat("peer", "p1", "p2")
    review.take("begun", "p1").take("go_on")
    assert {key: str(task.due and task.due.day) for key, task in review.case.tasks.items() if task.name == "write"} == {
        "write:1@peer-1": "2027-03-03", "write:1@peer-2": "2027-03-08",
    }  # fmt: skip


def test_all_lines_hold_those_behind_a_named_condition_unless_it_is_set_aside_as_a_whole() -> None:
    definition = a_definition("""
conditions: {ready: [work is done, deeper], deeper: [5 office seated]}
transitions: {finish: {from: busy, to: over, by: office, if: [ready, {that: deeper, waive: office}]}}
""")
    found = all_lines(definition, definition.transitions["finish"].condition)
    assert [line.text for line in found] == ["ready", "work is done", "deeper", "5 office seated", "deeper"]


def test_a_named_condition_that_can_be_set_aside_answers_as_one_with_all_its_reasons() -> None:
    review = launched("""
conditions: {ready: [work is done, 5 office seated]}
transitions: {finish: {from: busy, to: over, by: office, if: [{that: ready, waive: office}]}}
""")
    lines = review.definition.transitions["finish"].condition
    (failure,) = failing(a_draft(review.case, review.definition), lines)
    assert failure.reason == "work is done: it is open; 5 office seated: 2 of 5"
    definition = a_definition("""
conditions: {ready: [2 office seated]}
transitions: {finish: {from: busy, to: over, by: office, if: [{that: ready, waive: office}]}}
""")
    assert holds(a_draft(launched(definition).case, definition), definition.transitions["finish"].condition)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("case is not child", []),
        ("case is paused", []),
        ("case is not paused", ["case is not paused: it is paused"]),
        ("subject.sector is vo", []),
        ("subject.sector is po", ["subject.sector is po: it is vo"]),
        ("subject.board is large", ["subject.board is large: it is not begun"]),
        ("chosen.why is good", []),
        ("chosen.why is bad", ["chosen.why is bad: it is good"]),
        ("number of subject.students >= 200", []),
        ("number of subject.students > 200", ["number of subject.students > 200: 200 against 200"]),
        ("number of subject.teachers > 0", ["number of subject.teachers > 0: not known yet"]),
        ("number of unread.size > 0", ["number of unread.size > 0: not known yet"]),
        ("number of single.things = 0", []),
        ("now between case.launched and case.launched", []),
    ],
)
def test_what_is_known_of_the_case_its_organisation_and_what_was_asked(line: str, expected: list[str]) -> None:
    review = a_review()
    facts = {**review.world.host.facts, "students": 200}
    review.world = replace(review.world, host=replace(review.world.host, facts=facts))
    if "paused" in line:
        paused = Pause(since=review.now, by=None, until=None, reason="")
        review.case = replace(review.case, paused=paused)
    assert reasons(review, line, why="good") == expected


def test_a_task_that_one_has_done_and_others_have_not_is_open_whoever_asks_unless_it_is_their_own() -> None:
    review = panel(2).submit("work", "p1", agreed="yes")
    assert reasons(review, "work is done", Scope(holding="peer-1")) == ["work is done: it is open"]
    assert reasons(review.submit("work", "p2", agreed="yes"), "share of work = 100%") == []


def test_the_latest_record_of_a_meeting_says_who_was_there() -> None:
    review = panel(3).submit("meeting", "olga", there=["p1", "p3"])
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    members = counting.members(draft, SetOf(names=("peer",)))
    assert [counting.is_present(draft, member) for member in members] == [True, False, True]
    review.take("advance").take("back").submit("meeting", "olga", there=["p2"])
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    assert [counting.is_present(draft, member) for member in members] == [False, True, False]


@pytest.mark.parametrize(
    ("states", "line", "expected"),
    [
        (("signing", "done"), "work is open", []),
        (("signing", "done"), "work is done", ["work is done: it is open"]),
        (("done", "skipped"), "work is done", []),
        (("done", "skipped", "closed"), "work is done", []),
        (("expired", "done"), "work is expired", []),
        (("expired", "skipped"), "work is done", ["work is done: it is expired"]),
        (("closed", "closed"), "work is done", ["work is done: it is closed"]),
    ],
)
def test_a_task_of_several_stands_where_what_they_did_puts_it(
    states: tuple[TaskState, ...], line: str, expected: list[str]
) -> None:
    review = panel(len(states))
    own = [key for key, task in review.case.tasks.items() if task.name == "work"]
    changed = {key: replace(review.case.tasks[key], state=state) for key, state in zip(own, states, strict=True)}
    review.case = replace(review.case, tasks={**review.case.tasks, **changed})
    assert reasons(review, line) == expected


def test_what_a_rule_has_declared_done_is_done_and_still_open_for_who_has_not() -> None:
    review = panel(2).submit("work", "p1", agreed="yes")
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    draft.emit("tried", "x")
    draft.record("work.done")
    assert holds(draft, the_line("work is done"))
    assert holds(draft, the_line("work is open"))
    own = a_definition(TEXT.replace("LINE", USUAL), **FORMS).tasks["train"].skip_if
    assert not holds(draft, own, Scope(holding="peer-2"))


def test_what_was_closed_for_somebody_is_not_begun_for_nobody() -> None:
    review = panel(2).substitute("peer-2", None)
    assert reasons(review, "own work is done", Scope(holding="peer-2")) == ["own work is done: it is closed"]


def test_a_child_knows_that_it_is_one_and_who_is_visited_what_is_known_of_the_host() -> None:
    review = a_review()
    review.case = replace(review.case, parent=Parent(case="other", child="again"), facts={"visitor": "a"})
    assert reasons(review, "case is child") == []
    assert reasons(review, "case is not child") == ["case is not child: it is child"]
    assert reasons(review, "subject.sector is vo") == []


@pytest.mark.parametrize(
    "line",
    [
        "seated >= case.launched",
        "case.launched between seated - 9w and visit",
        "case.launched between case.launched - 9w and seated",
        "seated is a working day in office",
    ],
)
def test_a_moment_of_a_seat_is_that_of_whose_turn_it_is(line: str) -> None:
    review = panel(1)
    lines = a_definition(TEXT.replace("LINE", USUAL).replace(OWN, line), **FORMS).tasks["train"].skip_if
    draft = Draft(review.definition, review.case, review.world, person("olga"), review.now)
    assert holds(draft, lines, Scope(holding="peer-1"))
    assert not holds(draft, lines, Scope(holding="nobody"))


def test_a_named_condition_that_can_be_set_aside_is_asked_for_each_seat_by_itself() -> None:
    review = (
        launched("""
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
conditions: {settled: [start is ready]}
tracks: {start: {each: panel, during: seated, states: [waiting, ready, gone]}}
transitions:
  begun: {from: start.waiting, to: start.ready, by: panel}
  go: {from: start.ready, to: start.gone, by: office, if: [{that: settled, waive: office}]}
  finish: {from: busy, to: over, by: office}
""")
        .seat("peer", "p1", "p2")
        .take("begun", "p1")
    )
    draft = a_draft(review.case, review.definition)
    lines = review.definition.transitions["go"].condition
    told = {key: [failure.reason for failure in failing(draft, lines, Scope(holding=key))] for key in review.seats()}
    assert told == {"peer-1": [], "peer-2": ["start is ready: it is waiting"]}


def test_a_working_day_of_who_has_a_task_is_one_on_which_they_are_not_away() -> None:
    text = """
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
tasks:
  work:
    for: contact
    opens: busy
    form: note
    due: [{if: [case.launched is not a working day in theirs], at: opened + 20wd}, {at: opened + 10wd}]
"""
    away = a_world(absences={"carl": (days_off("2027-03-01"),)})
    assert (launched(text).due("work"), launched(text, world=away).due("work")) == ("2027-03-15", "2027-03-29")
