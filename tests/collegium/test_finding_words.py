"""Is everything that the check of a process finds said in Dutch, and in English as the checker says it?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from collegium.finding_words import finding_text, patterns, problem_line, worded
from collegium.speech import LANGUAGES, speak
from engine.saying import PLACE, Said, said
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import Office
from tests.sentences import ROOT, sentences
from workflows.checks.findings import Finding
from workflows.loader import bundle, load, load_files, shipped
from workflows.problems import Place, did_you_mean, problem, sentence

ENGLISH_ONLY = {"calendars": "what a list of days lacks", "plain_yaml": "what is wrong with a table of ours"}
"""Modules of `workflows` that say something in English only, and what."""

SILENT = "checker form_schema schema schema_files schema_parts drawing __init__"
"""Modules and folders of `workflows` that find nothing by themselves."""

FILES = [
    path
    for path in sorted((ROOT / "workflows").rglob("*.py"))
    if path.relative_to(ROOT / "workflows").parts[0].removesuffix(".py") not in {*ENGLISH_ONLY, *SILENT.split()}
]
FILES.append(ROOT / "collegium" / "template_check.py")
JOINING = {
    "{what:text}{sure}{hoped} ({stage})",
    "{steps:all}",
    "{message:text} [{kind}]",
    "`{name}` {parts:all}.",
    "`{key}`: {wrong:text}",
    "`{text}`: {wrong:text}",
}
"""What joins sentences and has no words of its own."""

NO_FINDING = {
    "another answer": "stands for all other answers while trying out",
    "This definition has errors:": "for whoever calls the loader",
    "on the day": "a word of the expressions",
    "at most": "a word of the expressions",
    "is not": "a word of the expressions",
    "school year": "a word of the expressions",
    "share of": "a word of the expressions",
    "overlap of": "a word of the expressions",
    "before due": "a word of the schema",
    "{Wilt u|Wil je}": "an example for a Dutch mail",
    "Somebody else": "a name in a letter that is tried out",
}
RAW = {
    "said(' '.join((f'{{{name}:text}}' for name in told)), **told)": "joins sentences",
    "{} cannot be read: {}": "a fault of our own texts",
}


def found_patterns() -> set[str]:
    """Patterns of findings; lists of names that are written over several lines are none."""
    found = {text for text in sentences(FILES).patterns if not text.startswith("\n")}
    return found - JOINING - NO_FINDING.keys()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    speak("nl")
    yield
    speak("nl")


def test_every_finding_has_dutch_words() -> None:
    assert found_patterns() - patterns().keys() == set()


def test_no_finding_is_put_together_without_a_pattern() -> None:
    assert {text for texts in sentences(FILES).raw.values() for text in texts} == RAW.keys()


def test_the_catalogue_holds_nothing_that_nobody_finds() -> None:
    words = {text for text in patterns() if " " not in text}
    with_article = {f"the {word}" for word in words}
    assert patterns().keys() - sentences(FILES).patterns.keys() - words - with_article == set()


def test_every_translation_uses_all_values_that_the_code_gives_and_no_others() -> None:
    given = sentences(FILES).patterns
    wrong = {
        english
        for english, texts in patterns().items()
        for text in texts.values()
        if {place[1] for place in PLACE.finditer(str(text))} != given.get(english, set())
    }
    assert wrong == set()


def test_every_finding_has_dutch_and_no_other_languages_than_ours() -> None:
    assert [text for text, each in patterns().items() if "nl" not in each or set(each) - set(LANGUAGES)] == []


def test_parts_of_a_sentence_keep_their_patterns_and_english_is_what_it_was() -> None:
    told = sentence(said("No task uses the form `{name}`: name it in a task, or take the file out.", name="intke"),
                    did_you_mean("intke", ["intake"]), "")  # fmt: skip
    assert told == "No task uses the form `intke`: name it in a task, or take the file out. Did you mean `intake`?"
    assert isinstance(told, Said)
    assert finding_text(told) == (
        "Geen taak gebruikt het formulier `intke`: noem het bij een taak, of haal het bestand weg. Bedoelde u `intake`?"
    )
    speak("en")
    assert finding_text(told) == told


def test_a_finding_without_dutch_words_is_said_in_english() -> None:
    found = sentence("Nobody knows {this}.", did_you_mean("a", ["x", "y"]))
    assert finding_text(found) == "Nobody knows {this}. Bekend zijn: `x`, `y`."


def test_a_name_of_a_process_that_is_a_word_of_the_checker_stays_as_it_is() -> None:
    message = said(
        "Nothing uses the {kind} `{name}`: name it somewhere, or take it out.", kind="condition", name="task"
    )
    assert worded(Finding(kind="unused", item=("condition", "task"), message=message)).message == (
        "Niets gebruikt de voorwaarde `task`: noem die ergens, of haal die weg."
    )


def test_a_problem_is_told_with_its_place_and_how_bad_it_is() -> None:
    found = problem(Place("process.yaml", 5, 3), "no warning", "warning")
    assert problem_line(found) == "process.yaml:5:3: waarschuwing: geen waarschuwing"
    speak("en")
    assert problem_line(found) == str(found) == "process.yaml:5:3: warning: no warning"


DUTCH = {"COLLEGIUM_LANGUAGE": "nl"}


def stuck(tmp_path: Path) -> Path:
    """The shipped process, with a stage that only somebody's work ends."""
    folder = Path(shutil.copytree(shipped()["development-review"], tmp_path / "development_review"))
    path = folder / "process.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("when: [agenda_text.done, agenda_text.expired]", "when: agenda_text.done"))
    return folder


def test_check_says_in_dutch_where_a_case_would_stay_and_the_way_there(tmp_path: Path) -> None:
    folder = stuck(tmp_path)
    assert [each.severity for each in load(folder).errors] == ["warning"]
    lines = Office(folder=tmp_path).run("check", str(folder), code=1, env=DUTCH).stdout.splitlines()
    line = next(line for line in lines if line.startswith(f"{folder}/process.yaml:") and ": fout: " in line)
    assert ": fout: De zaak kan voor altijd in de stap `agenda` blijven: " in line
    assert " De weg erheen: de zaak begint (" in line
    assert line.endswith("niemand doet `agenda_text` op tijd (agenda).")


FAULTS = [
    ("    by: coordinator\n", "    by: coordinatr\n",
     "`by` noemt `coordinatr`, en dat is geen rol, plaats of groep. Bedoelde u `coordinator`?"),
    ("case.launched + 12w", "case.launched + 12wk",
     "`case.launched + 12wk`: `wk` is geen tijdseenheid. Bedoelde u `w`?"),
    ("says: {nl: Bezoekdag, en: Day of the visit}", "says: {nl: Bezoekdag}",
     "Bij de datum `visit` ontbreekt de tekst in het Engels (en). Voeg `en: ...` toe naast de andere."),
    ("    moves: true\n", "    mooves: true\n", "De sleutel `mooves` is hier niet bekend. Bedoelde u `moves`?"),
    ("phase: report, end: true", "phase: reprt, end: true",
     "`phase` noemt `reprt`, en dat is geen fase onder `phases`. Bedoelde u `report`?"),
    ("title: {nl: Kleine review", "title: [nl: Kleine review",
     "Dit is geen YAML: while parsing a flow sequence; did not find expected ',' or ']'."),
]  # fmt: skip
"""What stands in the small review, what somebody wrote there instead, and what is said of it."""


@pytest.mark.parametrize(("was", "becomes", "words"), FAULTS)
def test_what_is_wrong_with_a_file_is_said_in_dutch_with_its_words_as_they_are(
    was: str, becomes: str, words: str
) -> None:
    files = bundle(SMALL_REVIEW)
    text = files["process.yaml"].decode()
    assert was in text
    told = load_files({**files, "process.yaml": text.replace(was, becomes, 1).encode()}).errors
    assert words in [finding_text(each.message) for each in told]
