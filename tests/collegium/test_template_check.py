"""Are templates that cannot be rendered found before anybody waits for their mail?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from collegium.template_check import template_problems
from engine.errors import CollegiumError
from storage.memory import MemoryStore
from tests.builders.definitions import SMALL_REVIEW, small_review_files
from tests.collegium.command_line import Office
from tests.journeys import stage
from tests.journeys.journey import Postbox
from workflows import loader


def found(path: str, text: str) -> list[str]:
    loaded = loader.load_files({**small_review_files(), path: text.encode()})
    definition, wording = loaded.known()
    return [str(each) for each in template_problems(definition, wording, loaded.files)]


@pytest.mark.parametrize("process", ["development-review", "assessment-review", "small-review"])
def test_every_mail_of_the_processes_can_be_written(process: str) -> None:
    loaded = loader.load_files(stage.files_of(process))
    definition, wording = loaded.known()
    assert template_problems(definition, wording, loaded.files) == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Dag\n{{ nobody }}", 2, "with everything given: Can't write body.txt of the mail: 'nobody' is undefined."),
        ("{% if task %}\n\n{% endfi %}", 3, "with everything given: Can't read a mail template: "),
        ("{{ dates.holiday.text }}", 1, "with everything given: Can't write body.txt"),
        ("\n\n{{ dates.visit.text }}", 3, "with nothing given that may be left out: Can't write body.txt"),
        ("{{ task.label }}", 1, "with nothing given that may be left out: Can't write body.txt"),
        ("{{ asked.reason.text }}", 1, "with everything given: "),
        ("{{ seat.x }}", 1, "with everything given: "),
    ],
)
def test_a_template_that_cannot_be_rendered_is_told_with_its_place(text: str, line: int, words: str) -> None:
    (said,) = found("mails/begun/nl/body.txt", text)
    assert said.startswith(f"mails/begun/nl/body.txt:{line}:1: error: This mail cannot be written {words}")


@pytest.mark.parametrize(
    ("part", "text", "line", "words"),
    [
        ("body.txt", "Certificaat\n\n{{ nobody }}", 3, "with everything given: Can't write body.txt"),
        ("body.txt", "{{ dates.visit.text }}", 1, "with nothing given that may be left out: Can't write body.txt"),
        ("subject.txt", "{{ nobody }}", 1, "with everything given: Can't write subject"),
    ],
)
def test_a_paper_that_cannot_be_rendered_is_told_with_its_place(part: str, text: str, line: int, words: str) -> None:
    files = {**stage.files_of("development-review"), f"papers/certificate/nl/{part}": text.encode()}
    loaded = loader.load_files(files)
    (said,) = map(str, template_problems(*loaded.known(), loaded.files))
    path = f"papers/certificate/nl/{part}"
    assert said.startswith(f"{path}:{line}:1: error: This paper cannot be written {words}")


@pytest.mark.parametrize("part", ["subject.txt", "body.html"])
def test_each_part_is_told_by_its_own_name(part: str) -> None:
    (said,) = found(f"mails/begun/en/{part}", "{{ nobody }}")
    assert said.startswith(f"mails/begun/en/{part}:1:1: error: ")


def test_the_mail_of_a_task_may_name_it() -> None:
    files = {path: data for path, data in loader.default_mails().items() if path.startswith("mails/reminder/nl/")}
    loaded = loader.load_files({**small_review_files(), **files, "mails/reminder/nl/body.txt": b"{{ task.label }}"})
    definition, wording = loaded.known()
    assert template_problems(definition, wording, loaded.files) == []


@pytest.mark.parametrize(
    ("text", "word"), [("Kunt u {het|dat} doen?", "u"), ("{Wilt u|Wil je} uw taak doen?", "uw"), ("Kun je dat?", "je")]
)
def test_a_dutch_mail_that_speaks_to_everybody_in_one_form_is_warned_of(text: str, word: str) -> None:
    (said,) = found("mails/begun/nl/body.txt", text)
    assert said.startswith(f"mails/begun/nl/body.txt:1:1: warning: This mail says `{word}` to everybody")
    assert found("mails/begun/nl/body.txt", "{Wilt u|Wil je} <u>{uw|je}</u> taak doen?") == []


def test_what_does_not_hold_two_forms_cannot_be_written() -> None:
    (said,) = found("mails/begun/nl/body.txt", "{Wilt u|Wil je|Wil} dat doen?")
    assert "does not hold two forms of address" in said


def test_a_fault_in_a_default_names_the_folder_of_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = loader.load_files({**small_review_files(), "mails/opened/nl/body.txt": b"{{ nobody }}"})
    definition, wording = loaded.known()
    monkeypatch.setattr(loader, "default_mails", lambda: {"mails/opened/nl/body.txt": b"{{ nobody }}"})
    (said,) = template_problems(definition, wording, loaded.files)
    assert said.file == "workflows/defaults/mails/opened/nl/body.txt"


def test_such_a_process_is_neither_sound_nor_stored(tmp_path: Path) -> None:
    folder = tmp_path / "small_review"
    shutil.copytree(SMALL_REVIEW, folder)
    path = folder / "mails" / "begun" / "nl" / "body.txt"
    path.write_text("{{ nobody }}", encoding="utf-8")
    lines = Office(folder=tmp_path).lines("check", folder, code=1)
    assert lines[0].startswith(f"{path}:1:1: error: This mail cannot be written")
    assert f"{folder}: 1 error" in lines
    app = stage.an_application(MemoryStore(), Postbox())
    with app.store.write() as work, pytest.raises(CollegiumError, match=r"mails/begun/nl/body\.txt:1:1: fout"):
        app.launcher.store_definition(work, loader.bundle(folder))
