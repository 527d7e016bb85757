"""One language per answer, from one catalogue; moments on the clock of the office."""

from __future__ import annotations

import re
from contextvars import copy_context
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from collegium import speech
from collegium.refusals import patterns
from collegium.speech import catalogue, day_text, moment_text, of_locale, speak
from workflows.plain_yaml import load_plain

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "collegium").rglob("*.py")]
NAMED = re.compile(r'(?<![.\w])(?:t|counted|columns)\(\s*"([a-z_A-Z.]+)"')


def _holes(text: Any) -> set[str]:
    texts = text if isinstance(text, list) else [text]
    return {name for each in texts for _, name, _, _ in Formatter().parse(str(each)) if name}


def test_a_command_in_a_dutch_text_has_its_case_in_dutch() -> None:
    said = {**catalogue(), **patterns()}
    assert [name for name, text in said.items() if re.search(r"\bCASE\b", str(text.get("nl", "")))] == []


def test_every_text_is_there_in_each_language_with_the_same_values() -> None:
    assert [name for name, text in catalogue().items() if list(text) != ["nl", "en"]] == []
    assert [name for name, text in catalogue().items() if _holes(text["nl"]) != _holes(text["en"])] == []
    assert [name for name, text in catalogue().items() if not isinstance(text["nl"], type(text["en"]))] == []


def test_every_text_that_a_command_names_is_there() -> None:
    named = {name for path in SOURCES if "speech" in path.read_text() for name in NAMED.findall(path.read_text())}
    assert len(named) > 50
    assert sorted(named - set(catalogue())) == []


def test_every_kind_of_event_has_words() -> None:
    sources = [path.read_text() for path in (ROOT / "engine").glob("*.py")]
    kinds = {kind for text in sources for kind in re.findall(r'emit\(\s*"([a-z_]+)"', text)}
    assert len(kinds) > 30
    assert sorted(kind for kind in kinds if f"event.{kind}" not in catalogue()) == []


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "nl_NL.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "nl"),
        ({}, "nl"),
    ],
)
def test_the_locale_says_the_language_and_dutch_comes_first(environment: dict[str, str], language: str) -> None:
    assert of_locale(environment) == language


def test_a_moment_is_told_on_the_clock_of_the_office_in_the_language_of_the_answer() -> None:
    moment = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)

    def said(language: str) -> tuple[str, ...]:
        speak(language)
        return moment_text(moment, "Europe/Amsterdam"), day_text(date(2027, 4, 1)), day_text(None)

    assert {language: copy_context().run(said, language) for language in speech.LANGUAGES} == {
        "nl": ("do 2027-04-01 00:30", "do 2027-04-01", "-"),
        "en": ("Thu 2027-04-01 00:30", "Thu 2027-04-01", "-"),
    }


def test_each_text_that_is_read_by_itself_is_as_in_the_whole_file() -> None:
    text = (files("collegium") / "data" / "command_texts.yaml").read_text(encoding="utf-8")
    assert dict(catalogue()) == load_plain(text)


def test_no_catalogue_says_a_text_twice() -> None:
    for file in (each for each in (files("collegium") / "data").iterdir() if each.name.endswith(".yaml")):
        text = file.read_text(encoding="utf-8")
        assert len(speech.BEGINS.findall(text)) == len(load_plain(text)), file.name
