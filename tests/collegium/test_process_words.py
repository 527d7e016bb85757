"""Does a workbook understand the roles and gates of all processes, by name and by label?"""

from __future__ import annotations

import shutil
from pathlib import Path

from collegium.process_words import ProcessWords
from tests.builders.definitions import SMALL_REVIEW


def test_roles_seats_and_gates_of_shipped_processes_are_known_by_their_labels() -> None:
    words = ProcessWords("")
    assert words["roles"]["facilitator"] == {"Peer review facilitator", "Begeleider van de peerreview"}
    assert words["roles"]["evaluator"] == {"Evaluation expert", "Evaluatiedeskundige"}
    assert words["gates"]["committee_day"] == {"vergadering van de commissie", "meeting of the committee"}
    assert list(words) == ["roles", "gates"]


def test_what_a_process_calls_a_role_is_said_in_the_language_of_the_reader() -> None:
    words = ProcessWords("")
    called = [words.called("roles", id, language) for id in ("iaea_coordinator", "dean") for language in ("nl", "en")]
    assert called == ["IAEA-coördinator", "IAEA coordinator", "decaan", "dean"]
    assert words.called("roles", "nobody", "nl") == "nobody"
    assert words.called("gates", "committee_day", "nl") == "vergadering van de commissie"


def test_a_role_is_meant_by_its_key_or_by_any_label() -> None:
    words = ProcessWords("")
    meant = [words.meant("roles", word) for word in ("liaison_officer", "VERBINDINGSFUNCTIONARIS", "Panellid", "cook")]
    assert meant == [{"liaison_officer"}, {"liaison_officer"}, {"expert", "member"}, set()]


def test_those_of_the_office_itself_come_beside_them(tmp_path: Path) -> None:
    shutil.copytree(SMALL_REVIEW, tmp_path / "own")
    path = tmp_path / "own" / "process.yaml"
    text = path.read_text(encoding="utf-8").replace("small-review", "own-review")
    path.write_text(
        text.replace(
            "\ndates:", "\ngates: {spring_day: {dates: ['05-01'], says: {nl: lentedag, en: spring day}}}\ndates:"
        ),
        encoding="utf-8",
    )
    words = ProcessWords(str(tmp_path))
    assert (words.own_gates, words["gates"]["spring_day"]) == (["spring_day"], {"lentedag", "spring day"})
