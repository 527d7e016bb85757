"""How does a case begin that another one called for, and in which world does it stand?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from collegium.bootstrap import Application
from collegium.launching import participant_of
from engine.actions import Answer, Assign, Take
from engine.case import Case, Parent
from engine.directory import OrganisationRecord
from engine.errors import CollegiumError
from engine.offsets import local
from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import ZONE, a_folder
from tests.collegium.reviews import BEGIN, act, an_app, drive, launch

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
    with pytest.raises(CollegiumError, match=r"(?s)warning: .*accepted with a reason beside its item: `accept: ...`"):
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
        (a_parent("nowhere"), "The child `kid` is of the process `nowhere`, which is not known"),
        (a_parent(date_="last"), "names `last`, which is no date of `small-review`. Did you mean `latest`?"),
        (
            a_folder(PEOPLE + KEEPING.replace("process: small,", "process: small-review,")),
            "`seats` of the child `kid` names `peer`, which is no seat of `small-review`.",
        ),
        (a_parent(ending="writing"), "`kid.writing` never comes: it is no end of `small-review`."),
    ],
)
def test_a_child_that_cannot_come_is_refused_when_its_parent_is_launched(files: dict[str, bytes], words: str) -> None:
    app = an_app()
    with app.store.write() as work, pytest.raises(CollegiumError) as told:
        app.launcher.store_definition(work, files, {"small-review": SMALL_REVIEW})
    assert words in str(told.value)
    assert str(told.value).startswith("process.yaml:1:")
