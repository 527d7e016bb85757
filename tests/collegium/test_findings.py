"""Which findings does a case know of, at which moment?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.recording import Tape, recording
from collegium.bootstrap import Application
from collegium.findings import findings_of
from collegium.launching import Round
from collegium.library import DefinitionLibrary
from engine.actions import Correct, Submit
from storage.unit_of_work import SqlStore
from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, an_office_with_a_case
from tests.collegium.reviews import BEGIN, act, an_app
from tests.collegium.test_cli_findings import FIRST, LATER, OUTCOME, POINTS


def launched(app: Application, files: Mapping[str, bytes], name: str, days: int) -> str:
    """The case of one partnership in a round that begins then."""
    with app.store.write() as work:
        stored = app.launcher.store_definition(work, files)
        round_ = Round(name=name, process=stored.name, secretariat="office", hosts=("linde",))
        cycle = app.launcher.launch_cycle(work, round_, stored, BEGIN + timedelta(days=days))
        (case,) = work.cases.all_ids("office", cycle.id)
        work.commit()
    return case


@pytest.fixture
def app() -> Application:
    """A report on day 2 with two findings, of which a later review closes the first on day 10."""
    app = an_app()
    app.mailroom.start()
    first = launched(app, a_folder(FIRST, note=POINTS), "Ronde 2027", 0)
    points = [{"mark": "R1", "subject": "Staff"}, {"mark": "R2", "subject": "Rooms"}]
    act(app, first, Submit(task="work:1", answers={"points": points}), 2, "contact-linde")
    later = launched(app, a_folder(LATER, outcome=OUTCOME), "Ronde 2030", 6)
    with app.store.read() as work:
        look = next(key for key in work.cases.load(later).tasks if key.startswith("look"))
    act(app, later, Submit(task=look, answers={"status": "settled"}), 10, "contact-linde")
    return app


def known(app: Application, days: int) -> list[tuple[str, bool]]:
    """What the later review knows, seen at a moment."""
    with app.store.read() as work:
        case = next(case for case in map(work.cases.load, work.cases.all_ids("office")) if case.process == "later")
        found = app.worlds.of(work, case, BEGIN + timedelta(days=days)).findings.values()
    return [(each.text, each.is_open) for each in found]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (1, []),
        (3, [("R1 - Staff", True), ("R2 - Rooms", True)]),
        (9, [("R1 - Staff", True), ("R2 - Rooms", True)]),
        (11, [("R1 - Staff", False), ("R2 - Rooms", True)]),
    ],
)
def test_a_past_moment_knows_the_findings_as_they_stood_then(
    app: Application, days: int, found: list[tuple[str, bool]]
) -> None:
    assert known(app, days) == found


def test_an_answer_that_another_has_replaced_since_still_counts_at_its_own_moment(app: Application) -> None:
    with app.store.read() as work:
        first = next(case for case in map(work.cases.load, work.cases.all_ids("office")) if case.process != "later")
    act(app, first.id, Correct(task="work:1", to="open", reason="another list"), 12)
    act(app, first.id, Submit(task="work:1", answers={"points": [{"mark": "R7"}]}), 13, "contact-linde")
    assert [text for text, _ in known(app, 11)] == ["R1 - Staff", "R2 - Rooms"]
    assert known(app, 14) == [("R7", True), ("R1 - Staff", False)]


def test_nothing_is_read_of_cases_whose_process_has_no_findings(tmp_path: Path) -> None:
    database = f"sqlite:///{an_office_with_a_case(tmp_path).database}"
    library, tape = DefinitionLibrary(), Tape()
    for on in (False, True):  # the first time reads the definition as well
        tape.on = on
        with SqlStore(database, factory=recording(tape)).read() as work:
            (office,) = (each.id for each in work.people.secretariats())
            host = next(each.id for each in work.people.organisations(office) if each.name == HOST)
            before = tape.statements
            assert findings_of(work, library, host, BEGIN) == ()
    assert tape.statements - before == 2  # the organisation, and which cases it has
