"""What if anybody does anything at any time? Whatever they do, every promise holds after every step."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine.definition import Definition
from engine.world import Organisation, World
from tests.builders.engine import a_definition, a_person, a_world, launched, the_process
from tests.builders.walks import walk
from workflows import calendars

SMALL = """
rubric: {file: small, pinned: busy}
calendars: {office: [weekend], panel: [office, school-holidays(panel)], theirs: [office, absence(assignee)]}
dates: {visit: {set_by: [fix, move], provisional: case.launched + 12w, moves: true}}
stages: {busy: {}, held: {}, second: {}, over: {end: true}, stopped: {end: true, drops: children}}
seats: {chair: {count: 1, votes: true}, peer: {count: 1..3, votes: true}, reserve: {count: 0..1}}
groups: {panel: [chair, peer]}
invitations:
  form: answer
  due: {at: invited + 5wd, calendar: theirs, closes: due + 2wd}
  remind: [-1wd]
  ask_per_seat: 2
  bars: [same_organisation]
  objection: {by: contact, form: objection, due: {at: proposed + 3wd}, silence: agrees, decides: office}
  replace: {by: office, tasks: move_open, due: {at: due, not_before: opened + 4wd, not_after: visit - 1wd}}
tracks:
  side: {during: [busy, second], keeps: true, states: [left, right]}
  start: {each: panel, during: seated, states: [declaring, ready]}
  after: {during: [over], keeps: true, ends: [settled], states: {pending: {en: p}, settled: {en: s}}}
values:
  verdict:
    choice: [good, bad]
    first_of: [{good: [all safeguard decided]}, {bad: otherwise}]
    may_differ: {by: owner, asks: {reason: text}}
transitions:
  fix: {from: side.left, to: side.right, by: [office, contact], asks: {day: date}, sets: {visit: chosen.day}}
  move: {from: [busy, held, second], by: office, asks: {day: date, reason: text}, if: [side is right],
         sets: {visit: chosen.day}}
  declared: {from: start.declaring, to: start.ready, when: declare.done}
  advance: {from: busy, to: held, when: visit, if: [1 chair in start.ready]}
  lapse: {from: busy, to: stopped, when: case.launched + 1y}
  judged: {from: held, to: second, when: judge.done, if: [all safeguard decided]}
  again: {from: second, to: held, by: office, times: 2}
  finish: {from: second, to: over, when: [work.expired, replies.done]}
  settle: {from: after.pending, to: after.settled, when: over + 3w}
  stop: {from: any, to: stopped, by_all: [contact, office], asks: {reason: text}}
pause: {by: office, asks: {reason: text, until: date}}
defaults: {shortest: 2wd, remind: [-1wd], late: [{after: +1wd, tell: assignee, notice: late}], repeat: +3w}
tasks:
  name_them: {for: office, opens: busy, does: assign, due: {at: opened + 5wd}}
  poll: {each: [panel, contact], opens: busy, form: note, due: {at: opened + 7wd}, until: [side.right, stopped]}
  declare: {each: panel, opens: start.declaring, form: declare, due: {at: seated + 5wd, calendar: theirs}}
  score: {each: panel, by_row: rubric.safeguards, opens: held, form: note, due: {at: visit + 5wd, calendar: panel},
          done_if: [50% of panel done score], silence: agrees}
  judge:
    for: [chair, office]
    opens: held
    form: judge
    due: {at: score.due + 2wd, not_before: opened + 3wd}
    decides: {rows: rubric.safeguards, from: score, reach: consensus, else: majority, tie: chair}
  work: {for: contact, opens: second, form: ask, due: {at: opened + 5wd, closes: due + 2wd}, silence: nothing,
         sign: {by: signatory, due: {at: submitted + 2wd}}, extend: {by: office, at_most: +10wd, times: 2}}
  replies: {for: office, each: work.rows, opens: work.done, form: note, due: {at: opened + 3wd}}
  survey: {for: contact, opens: visit + 1w, form: note, due: {at: opened + 5wd}, optional: true, until: opened + 3w}
  close_down: {for: office, opens: after.pending, does: [settle], due: {at: opened + 5wd}}
notices:
  soon: {when: visit - 3d, to: panel}
  moved: {when: move, to: [contact, panel]}
  stopped_mail: {when: stop, to: [contact, open_assignees]}
"""
FORMS = {
    "declare": "{tie: {type: yes_no, marks: conflict}}",
    "objection": "{objects: {type: yes_no, required: true}}",
    "ask": "{questions: {type: rows, columns: {question: {type: text}}}}",
    "judge": """{
      how: {type: choice, per: safeguards, required: true, choices: [consensus, vote]},
      basis: {type: choice, per: safeguards, scale: basis},
      motivation: {type: text, per: safeguards},
      votes: {type: rows, columns: {safeguard: {type: text}, voter: {type: person, of: panel},
              basis: {type: choice, scale: basis}}}}""",
}


def a_real_world(definition: Definition, *, gates: bool) -> World:
    """Two dozen people of several organisations, with the real calendars."""
    people = [
        a_person(
            f"p{n}", organisation=f"school {n % 5}", region=f"region {n % 4}", sector=("po", "vo")[n % 2],
            expertise=frozenset({"teacher_education"} if n % 2 else ()),
            trainings={"chair_training": None, "training": None},
        )
        for n in range(1, 25)
    ]  # fmt: skip
    facts: dict[str, str | int | date] = {"previous_visit": date(2023, 5, 1), "aspirant_since": date(2024, 3, 1)}
    regions = ("Noord", "Midden", "Zuid")
    listed = tuple(date(year, month, 15) for year in range(2027, 2036) for month in range(1, 13))
    return a_world(
        *people,
        host=Organisation(id="host", name="Host", region="middle", sector="vo", facts=facts),
        general=calendars.general_days(definition.calendars),
        school={"host": (calendars.school_holidays("Midden"),)}
        | {f"p{n}": (calendars.school_holidays(regions[n % 3]),) for n in range(1, 25)},
        gates={"committee_day": listed} if gates else {},
    )


@given(seed=some.integers(0, 100_000))
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_run_of_a_small_process_keeps_every_promise(seed: int) -> None:
    assert walk(launched(a_definition(SMALL, **FORMS)), seed, 100) == []


ROLES = {
    "coordinator": ("owen",), "committee_chair": ("a1",), "committee": ("a1", "a2", "a3"), "second_reader": ("b1",),
    "decider": ("b2",), "region": ("b3",), "writer": ("c1", "c2"), "visitor": ("c3",), "friend": ("c4",),
}  # fmt: skip


@pytest.mark.parametrize("process", ["development-review", "assessment-review"])
@pytest.mark.parametrize("seed", range(4))
def test_any_run_of_a_shipped_process_keeps_every_promise(process: str, seed: int) -> None:
    definition = the_process(process)
    review = launched(definition, world=a_real_world(definition, gates=seed % 2 == 0), roles=ROLES)
    assert walk(review, seed, 150) == []


@pytest.mark.slow
@pytest.mark.parametrize("process", ["development-review", "assessment-review"])
@pytest.mark.parametrize("seed", range(100, 120))
def test_long_runs_of_the_shipped_processes_keep_every_promise(process: str, seed: int) -> None:
    definition = the_process(process)
    review = launched(definition, world=a_real_world(definition, gates=seed % 2 == 0), roles=ROLES)
    assert walk(review, seed, 400) == []
