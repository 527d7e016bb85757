"""How does a case begin that another one called for, and in which world does it stand?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collegium.bootstrap import Application
from collegium.case_names import host_name
from collegium.cli.finding import case_named
from collegium.launching import participant_of
from engine.actions import Answer, Assign, Submit, Substitute, Take
from engine.case import Case, Parent, SeatState
from engine.directory import OrganisationRecord
from engine.errors import CollegiumError
from engine.offsets import local
from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import ZONE, a_folder
from tests.collegium.reviews import BEGIN, NOW, act, an_app, an_app_with_coordinators, drive, launch

PEOPLE = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
"""
CALLING = """
stages: {busy: {accept: {asleep: somebody acts in the test}}, waiting: {}, over: {end: true}}
transitions:
  call: {from: busy, to: waiting, by: office}
  stop: {from: busy, to: over, by: office, if: [case is child]}
  heard: {from: waiting, to: over, when: kid.over}
children: {kid: {process: small, opens: waiting, await: all}}
"""
OF_THE_REGION = """
calendars: {office: [weekend], region: [office, school-holidays(region)]}
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: case.launched + 8w, calendar: region}}}
"""

STILL = "\nstages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}\n"


def cases(app: Application) -> list[Case]:
    with app.store.read() as work:
        return [work.cases.load(id) for id in work.cases.all_ids("office")]


def test_a_child_without_a_scope_knows_that_it_is_one_and_its_end_moves_its_parent() -> None:
    app = an_app()
    app.mailroom.start()
    parent = launch(app, a_folder(PEOPLE + CALLING), ["linde"])["linde"]
    act(app, parent, Take(transition="call"), 2)
    drive(app, 3)
    (child,) = (case for case in cases(app) if case.id != parent)
    assert child.parent == Parent(case=parent, child="kid")
    act(app, child.id, Take(transition="stop"), 4)
    drive(app, 5)
    assert {case.stage for case in cases(app)} == {"over"}


GROUP = """
stages: {busy: {accept: {asleep: somebody acts in the test}}, judging: {}, over: {end: true}}
transitions:
  begin: {from: busy, to: judging, when: work.done, if: [case is not child]}
  stop: {from: busy, to: over, by: office}
  finish: {from: judging, to: over, auto: true, if: [all unit ended]}
tasks: {work: {for: contact, opens: busy, if: [case is not child], form: note, due: {at: opened + 10wd}}}
children: {unit: {process: small, opens: begin, each: work.units, await: all}}
"""
UNITS = "units: {type: rows, required: true, columns: {name: {type: text}, place: {type: text}}}"


def test_each_row_becomes_a_case_called_by_its_first_column_and_the_last_end_moves_their_parent() -> None:
    app = an_app()
    app.mailroom.start()
    parent = launch(app, a_folder(PEOPLE + GROUP, note=UNITS), ["linde"])["linde"]
    rows = [{"place": "here", "name": "  North \n wing"}, {"name": "South"}, {"place": "there"}]
    act(app, parent, Submit(task="work:1", answers={"units": rows}), 1)
    drive(app, 2)
    units = sorted(
        (case for case in cases(app) if case.parent), key=lambda case: case.parent.number if case.parent else 0
    )
    with app.store.read() as work:
        assert [host_name(work, case) for case in units] == [
            "De Linde (North wing)",
            "De Linde (South)",
            "De Linde (3)",
        ]
        worlds = [app.worlds.of(work, case, NOW).host.name for case in units]
        assert worlds == [host_name(work, case) for case in units]
        assert case_named(work, "office", "de linde (south)") == units[1]
    for case in units:
        assert app_stage(app, parent) == "judging"
        act(app, case.id, Take(transition="stop"), 3)
        drive(app, 4)
    assert app_stage(app, parent) == "over"


def app_stage(app: Application, case: str) -> str:
    return next(each.stage for each in cases(app) if each.id == case)


def test_the_text_of_a_row_goes_with_the_answer_in_which_it_stood() -> None:
    app = an_app()
    app.mailroom.start()
    parent = launch(app, a_folder(PEOPLE + GROUP, note=UNITS), ["linde"])["linde"]
    act(app, parent, Submit(task="work:1", answers={"units": [{"name": "North"}]}), 1)
    drive(app, 2)
    (unit,) = (case for case in cases(app) if case.parent)
    with app.store.write() as work:
        assert (unit.parent and unit.parent.row) is not None
        assert "North" not in "".join(
            row.payload for row in (*work.cases.history(parent), *work.cases.history(unit.id))
        )
        (given,) = work.cases.submissions(parent)
        work.keeping.remove_answers([given.id], NOW)
        assert host_name(work, unit) == app.worlds.of(work, unit, NOW).host.name == "De Linde (1)"


def test_a_case_that_was_called_belongs_to_the_coordinator_of_the_case_that_called_it() -> None:
    app = an_app_with_coordinators()
    parents = launch(app, a_folder(PEOPLE + GROUP, note=UNITS), ["linde", "eik", "iep"])
    for parent in parents.values():
        act(app, parent, Submit(task="work:1", answers={"units": [{"name": "North"}, {"name": "South"}]}), 1)
    drive(app, 2)
    owners = {(case.subject, coordinator(app, case)) for case in cases(app) if case.parent}
    assert owners == {(case.subject, coordinator(app, case)) for case in cases(app) if not case.parent}
    assert {owner for _, owner in owners} == {"Ada", "coordinator", "Zoe"}


def coordinator(app: Application, case: Case) -> str | None:
    with app.store.read() as work:
        known = work.people.participant(case.roles["coordinator"][0])
    return known.person if known else None


def test_school_holidays_of_the_region_are_those_of_the_education_region_of_the_host() -> None:
    spring = local(BEGIN + timedelta(weeks=8), ZONE).day
    app = an_app()
    with app.store.write() as work:
        work.people.put_organisation(
            OrganisationRecord(
                id="dunes", secretariat="office", name="Duinrand", kind="region", school_region="Midden",
                closing_days=((spring, spring + timedelta(days=1), "storm"),),
            )
        )  # fmt: skip
        work.commit()
    launch(app, a_folder(PEOPLE + OF_THE_REGION), ["linde"])
    (case,) = cases(app)
    due = case.tasks["work:1"].due
    assert spring == date(2027, 3, 8)
    assert due is not None
    assert due.day == date(2027, 3, 10)


def test_a_warning_hinders_a_launch_until_it_is_accepted_with_a_reason() -> None:
    early = (
        STILL + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 2wd}, remind: [-3wd]ACCEPT}}"
    )
    app = an_app()
    with pytest.raises(
        CollegiumError, match=r"(?s)waarschuwing: .*met een reden bij haar onderdeel aanvaard: `accept: ...`"
    ):
        launch(app, a_folder(PEOPLE + early.replace("ACCEPT", "")), ["linde"])
    assert launch(app, a_folder(PEOPLE + early.replace("ACCEPT", ", accept: so it is")), ["linde"])


KEEPING = (
    CALLING.replace("await: all}}", "await: all, seats: peer}}")
    + """
seats: {peer: {count: 1..2}}
invitations: {form: answer, due: {at: invited + 5wd, closes: due + 2wd}}
"""
)


def test_holders_of_seats_are_candidates_of_the_child_under_keys_of_their_own() -> None:
    app = an_app()
    app.mailroom.start()
    parent = launch(app, a_folder(PEOPLE + KEEPING), ["linde"])["linde"]
    with app.store.write() as work:
        key = participant_of(work, parent, "coordinator", app.keys)
        work.commit()
    act(app, parent, Assign(name="peer", participants=(key,)), 1)
    act(app, parent, Answer(holding="peer-1", accepts=True), 2)
    act(app, parent, Take(transition="call"), 3)
    drive(app, 4)
    (child,) = (case for case in cases(app) if case.id != parent)
    with app.store.read() as work:
        found = [(held.key, held.state, work.people.participant(held.participant)) for held in child.holdings.values()]
    ((seat, state, known),) = found
    assert (seat, state, known.person if known else None) == ("peer-1", "proposed", "coordinator")
    assert known is not None
    assert (known.case, known.key != key) == (child.id, True)


OTHER = """
dates: {sent: {set_by: [ask], provisional: case.launched + 1y}}
stages: {busy: {accept: {asleep: somebody acts in the test}}, waiting: {}, over: {end: true}}
transitions:
  ask: {from: busy, to: waiting, by: office, asks: {day: date}, sets: {sent: chosen.day}}
  heard: {from: waiting, to: over, when: [kid.ENDING, case.launched + 3y]}
children: {kid: {process: PROCESS, opens: waiting, await: all, dates: {DATE: sent}}}
"""


def a_parent(process: str = "small-review", date_: str = "latest", ending: str = "done") -> dict[str, bytes]:
    text = OTHER.replace("PROCESS", process).replace("DATE", date_).replace("ENDING", ending)
    return a_folder(PEOPLE + text)


def test_the_process_of_a_child_is_kept_with_its_parent_and_the_child_begins_with_its_dates() -> None:
    app = an_app()
    app.mailroom.start()
    with app.store.write() as work:
        app.launcher.store_definition(work, a_parent(), {"small-review": SMALL_REVIEW})
        work.commit()
    parent = launch(app, a_parent(), ["linde"])["linde"]
    act(app, parent, Take(transition="ask", answers={"day": date(2027, 6, 1)}), 2)
    drive(app, 3)
    (child,) = (case for case in cases(app) if case.id != parent)
    assert (child.process, child.parent, child.stage) == ("small-review", Parent(case=parent, child="kid"), "proposed")
    assert child.moments["latest"].day == date(2027, 6, 1)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (a_parent("nowhere"), "De vervolgzaak `kid` is van het proces `nowhere`, en dat is niet bekend"),
        (a_parent(date_="last"), "noemt `last`, en dat is geen datum van `small-review`. Bedoelde u `latest`?"),
        (
            a_folder(PEOPLE + KEEPING.replace("process: small,", "process: small-review,")),
            "`seats` van de vervolgzaak `kid` noemt `peer`, en dat is geen plaats van `small-review`.",
        ),
        (a_parent(ending="writing"), "`kid.writing` komt nooit: het is geen einde van `small-review`."),
    ],
)
def test_a_child_that_cannot_come_is_refused_when_its_parent_is_launched(files: dict[str, bytes], words: str) -> None:
    app = an_app()
    with app.store.write() as work, pytest.raises(CollegiumError) as told:
        app.launcher.store_definition(work, files, {"small-review": SMALL_REVIEW})
    assert words in str(told.value)
    assert str(told.value).startswith("process.yaml:1:")


SHARING = """
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
seats: {peer: {count: 0..5, accept: {nobody_named: the office does}}}
groups: {panel: [peer]}
invitations: {form: answer, due: {at: invited + 5wd}, replace: {by: office, tasks: move_open, due: {at: due}}}
tasks: {work: {each: peer, opens: busy, form: note, due: {at: opened + 8w}}}
transitions: {call: {from: busy, by: office}, finish: {from: busy, to: over, by: office}}
children: {below: {process: small, opens: call, shares: [panel], many: true}}
"""


def test_who_was_erased_keeps_a_shared_seat_until_they_are_followed_there() -> None:
    app = an_app()
    app.mailroom.start()
    parent = launch(app, a_folder(PEOPLE + SHARING), ["linde"])["linde"]
    names = [f"pool-{host}" for host in ("linde", "eik", "iep", "els")]
    with app.store.write() as work:
        keys = [participant_of(work, parent, name, app.keys) for name in names]
        work.commit()
    act(app, parent, Assign(name="peer", participants=tuple(keys[:3]), places=3), 1)
    for number in (1, 2, 3):
        act(app, parent, Answer(holding=f"peer-{number}", accepts=True), 1)
    act(app, parent, Take(transition="call"), 2)
    drive(app, 3)
    (child,) = (case.id for case in cases(app) if case.parent)
    with app.store.write() as work:
        for name in names[:2]:
            work.keeping.erase(name)
        work.commit()
    act(app, parent, Substitute(holding="peer-3", successor=keys[3], reason="ill"), 4)
    drive(app, 5)
    assert seats(app, child) == {"peer-1": "seated", "peer-2": "seated", "peer-3": "left", "peer-4": "seated"}
    act(app, parent, Substitute(holding="peer-1", successor=None, reason="gone"), 6)
    drive(app, 7)
    assert sorted(seats(app, child).values()) == ["left", "left", "seated", "seated"]


def seats(app: Application, case: str) -> dict[str, SeatState]:
    return next({held.key: held.state for held in each.holdings.values()} for each in cases(app) if each.id == case)


NEXT_ONE = """
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
children: {again: {process: small, opens: case.launched + 4w, await: none}}
"""


def test_the_next_review_of_a_process_stands_in_a_round_of_its_year_and_follows_its_newest_version() -> None:
    app = an_app()
    app.mailroom.start()
    first = launch(app, a_folder(PEOPLE + NEXT_ONE), ["linde", "eik"])
    with app.store.write() as work:
        newer = a_folder(PEOPLE + NEXT_ONE.replace("+ 4w", "+ 5y") + "version: 2\n")
        app.launcher.store_definition(work, newer)
        work.commit()
    drive(app, 29)
    later = [case for case in cases(app) if case.id not in first.values()]
    assert {(case.cycle, case.process_version, case.parent) for case in later} == {("office-small-2027", 2, None)}
    with app.store.read() as work:
        round_ = work.definitions.cycle("office-small-2027")
        assert round_ is not None
        assert sorted(round_.hosts) == ["eik", "linde"]
        assert {work.cases.load(id).cycle for id in first.values()} != {round_.id}
