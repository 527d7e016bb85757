"""Do running cases keep the definition with which they were launched, whatever a later checker thinks of it?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from collegium.launching import Round
from collegium.library import BadDefinition, load
from engine.errors import CollegiumError
from engine.ports import StoredDefinition
from storage.memory import MemoryStore
from tests.builders.definitions import small_review, small_review_files
from tests.journeys import stage
from tests.journeys.journey import Journey, Postbox
from workflows import loader

PROCESS = "process.yaml"
REFUSED = {  # what is changed -> what is told about it now
    (b"  done:     {phase", b"  lost: {says: {nl: Kwijt, en: Lost}}\n  done:     {phase"): "leads to the stage `lost`",
    (b"says: {nl: Bezoekdag, en: Day of the visit}", b"says: {nl: Bezoekdag}"): "missing English text (en)",
    (b"case.launched + 1y", b"case.launched + proposed.weeks w"): "`proposed.weeks` is no number",
}


def refused_files(*changes: tuple[bytes, bytes]) -> dict[str, bytes]:
    files = small_review_files()
    for old, new in changes:
        assert old in files[PROCESS]
        files[PROCESS] = files[PROCESS].replace(old, new, 1)
    return files


def stored(files: Mapping[str, bytes]) -> StoredDefinition:
    """As an older version of Collegium put it into the database."""
    return StoredDefinition(
        id="old", name="small-review", version=1, behaviour="0" * 64, wording="0" * 64, wording_number=1, files=files
    )


def test_a_case_whose_definition_is_refused_by_now_runs_to_its_end() -> None:
    files = refused_files(*list(REFUSED)[:2])
    assert loader.load_files(files).definition is None
    definition = loader.load_stored(files).definition
    assert definition is not None
    with Journey("small-review") as story:
        with story.app.store.write() as work:
            work.definitions.put(
                StoredDefinition(
                    id="old", name=definition.name, version=definition.version, behaviour=definition.behaviour,
                    wording="0" * 64, wording_number=1, files=files,
                )
            )  # fmt: skip
            record = work.definitions.get(definition.name, definition.version, definition.behaviour)
            assert record is not None
            (host,) = stage.hosts_of(story.app, "development", 2)[1:]
            round_ = Round(
                name="old", process=record.name, secretariat=stage.OFFICE.id, hosts=[host], dates={}, waive="test"
            )
            cycle = story.app.launcher.launch_cycle(work, round_, record, stage.START)
            (story.id,) = work.cases.all_ids(stage.OFFICE.id, cycle.id)
            work.commit()
        story.until(lambda case: case.closed)
        assert story.case.behaviour == definition.behaviour != small_review().behaviour


@pytest.mark.parametrize("change", list(REFUSED))
def test_what_is_refused_by_now_is_loaded_for_its_cases_and_not_for_a_launch(change: tuple[bytes, bytes]) -> None:
    files = refused_files(change)
    (problem,) = loader.load_files(files).errors
    assert REFUSED[change] in str(problem)
    assert load(stored(files))[0].stages
    app = stage.an_application(MemoryStore(), Postbox())
    with app.store.write() as work, pytest.raises(CollegiumError, match=rf"{PROCESS}:{problem.line}:"):
        app.launcher.store_definition(work, files)


def test_what_cannot_be_read_is_told_in_every_error() -> None:
    unreadable = refused_files((b"visit - 4w, calendar", b"visit minus four, calendar"), (b"roll: forward", b"rol: x"))
    with pytest.raises(BadDefinition, match=r"(?s)process\.yaml:.*rol.*process\.yaml:.*visit minus four"):
        load(stored(unreadable))
