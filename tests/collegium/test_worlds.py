"""What does a case see of the panels of other cases?"""

from __future__ import annotations

from datetime import timedelta

from collegium.bootstrap import Application
from collegium.launching import Round, participant_of
from engine.actions import Answer, Assign, Take
from engine.world import Person
from tests.builders.engine import a_folder
from tests.collegium.reviews import BEGIN, act, an_app_with_coordinators, drive, launch

PANEL = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
seats: {peer: {count: 0..5}, reserve: {count: 0..3, accept: {unused: it waits}}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}}
transitions: {finish: {from: busy, to: over, by: office, if: [overlap of panel <= 1]}}
"""


CALLS = """
process: NAME
transitions:
  call: {from: busy, by: office}
  finish: {from: busy, to: over, by: office, if: [overlap of panel <= 1]}
children: {below: {process: CHILD, opens: call, shares: [panel], many: true}}
"""


def calling(name: str, child: str) -> dict[str, bytes]:
    """A process whose panel is also that of the cases that it calls."""
    own = CALLS.replace("NAME", name).replace("CHILD", child)
    return a_folder(PANEL.split("transitions:")[0] + own)


def seat(app: Application, case: str, seat: str, *people: str, days: int = 1) -> None:
    """These people are proposed and say yes, in one day."""
    with app.store.write() as work:
        keys = [participant_of(work, case, who, app.keys) for who in people]
        work.commit()
    act(app, case, Assign(name=seat, participants=tuple(keys), places=len(keys)), days)
    with app.store.read() as work:
        held = {each.participant: each.key for each in work.cases.load(case).holdings.values()}
    for key in keys:
        act(app, case, Answer(holding=held[key], accepts=True), days)


def seen(app: Application, case: str, who: str, days: int = 1) -> tuple[int, int, bool]:
    """On how many other panels of the round and of the school year somebody sits, and whether they were here before."""
    with app.store.read() as work:
        key = next(each.key for each in work.people.participants(case) if each.person == who)
        world = app.worlds.of(work, work.cases.load(case), BEGIN + timedelta(days=days))
        person: Person = world.people[key]
    return len(person.beside), person.this_year, person.served_before


def a_round(text: str = PANEL) -> tuple[Application, dict[str, str]]:
    app = an_app_with_coordinators()
    return app, launch(app, a_folder(text), ["linde", "eik", "iep"])


def test_a_panel_sees_the_other_panels_of_its_round_but_no_reserves() -> None:
    app, cases = a_round()
    seat(app, cases["linde"], "peer", "Ada", "Zoe")
    seat(app, cases["eik"], "peer", "Ada", "Zoe")
    seat(app, cases["iep"], "reserve", "Zoe")
    assert (seen(app, cases["linde"], "Ada"), seen(app, cases["linde"], "Zoe")) == ((1, 1, False), (1, 1, False))
    assert seen(app, cases["iep"], "Zoe") == (2, 2, False)


def test_another_round_counts_for_the_year_and_for_who_was_here_before() -> None:
    app, cases = a_round()
    seat(app, cases["linde"], "peer", "Ada")
    for case in cases.values():
        act(app, case, Take(transition="finish"), 2)
    with app.store.write() as work:
        stored = app.launcher.store_definition(work, a_folder(PANEL))
        round_ = Round(name="Ronde 2", process=stored.name, secretariat="office", hosts=["linde", "eik"])
        cycle = app.launcher.launch_cycle(work, round_, stored, BEGIN + timedelta(days=2))
        again = {work.cases.load(id).subject: id for id in work.cases.all_ids("office", cycle.id)}
        for case in again.values():
            participant_of(work, case, "Ada", app.keys)
        work.commit()
    assert (seen(app, again["linde"], "Ada"), seen(app, again["eik"], "Ada")) == ((0, 1, True), (0, 1, False))
    assert seen(app, again["linde"], "Ada", days=400) == (0, 0, True)
    seat(app, again["linde"], "peer", "Zoe", days=3)
    with app.store.write() as work:
        participant_of(work, cases["linde"], "Zoe", app.keys)
        work.commit()
    assert seen(app, cases["linde"], "Zoe", days=3) == (0, 1, False)  # not before, but after


def test_a_process_that_does_not_ask_sees_nothing_of_it() -> None:
    asked = PANEL.replace("{count: 0..5}", "{count: 0..5, accept: {nobody_named: the office does}}")
    app, cases = a_round(asked.replace("overlap of panel <= 1", "1 panel seated"))
    seat(app, cases["linde"], "peer", "Ada")
    seat(app, cases["eik"], "peer", "Ada")
    assert seen(app, cases["linde"], "Ada") == (0, 0, False)


def test_a_panel_that_is_shared_with_children_and_theirs_is_one_panel_of_one_round() -> None:
    app, _ = a_round()
    with app.store.write() as work:
        app.launcher.store_definition(work, a_folder(f"process: part\n{PANEL}"))
        app.launcher.store_definition(work, calling("unit", "part"))
        work.commit()
    groups = launch(app, calling("group", "unit"), ["linde", "eik"])
    seat(app, groups["linde"], "peer", "Ada", "Zoe")
    seat(app, groups["eik"], "peer", "Ada")
    for day in (2, 3):
        act(app, groups["linde"], Take(transition="call"), day)
        drive(app, day + 1)
    with app.store.read() as work:
        units = [case.id for case in map(work.cases.load, work.cases.all_ids("office")) if case.process == "unit"]
    act(app, units[0], Take(transition="call"), 5)
    drive(app, 6)
    with app.store.read() as work:
        called = [case.id for case in map(work.cases.load, work.cases.all_ids("office")) if case.parent]
    assert len(called) == 3
    assert [seen(app, case, "Zoe", days=6) for case in (groups["linde"], *called)] == [(0, 0, False)] * 4
    assert [seen(app, case, "Ada", days=6)[1:] for case in called] == [(1, False)] * 3
    assert seen(app, groups["eik"], "Ada", days=6) == (1, 1, False)
