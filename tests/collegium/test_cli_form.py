"""`form`: what a task asks, and what is proposed out of earlier rounds."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest

from collegium.cli.form_words import questions
from collegium.speech import speak
from engine.questions import FieldDef, FormDef
from engine.wording import Wording
from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import the_process
from tests.collegium.command_line import HOST, a_writing_office

ANSWERS = ("--answer", "text=het gaat goed", "--answer", "grade=far")


def test_the_first_time_nothing_is_proposed(tmp_path: Path) -> None:
    facts = a_writing_office(tmp_path).json("form", HOST, "reflection")
    assert (facts["task"], facts["proposed"]) == ("reflection:1", {})
    assert facts["asks"][0].startswith("text (What goes well, and what could be better?): text")


def test_in_a_later_round_an_organisation_finds_what_it_answered_before_and_others_do_not(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "submit", "reflection", *ANSWERS, "--as", "Anna Bos")
    later = office.at("2027-04-01T09:00")
    later.run("launch", SMALL_REVIEW, "--name", "Ronde 2027 b", "--hosts", HOST)
    later.run("act", HOST, "take", "begin", "--answer", "day=2027-06-29", "--as", "cora@bureau.example")
    out = tmp_path / "answers.json"
    assert later.lines("form", HOST, "reflection", "--out", out)[-2:] == [
        "Answered before, as a proposal:",
        "text: het gaat goed",
    ]
    assert json.loads(out.read_text()) == {"text": "het gaat goed"}
    assert later.json("form", HOST, "reflection", "--as", "cora@bureau.example")["proposed"] == {}
    later.run("act", HOST, "submit", "reflection", "--answers-json", out, "--answer", "grade=early", "--as", "Anna Bos")


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, 1, "tekst van hooguit 1 woord"),
        (1, None, "tekst van minstens 1 woord"),
        (None, 2, "tekst van hooguit 2 woorden"),
        (2, None, "tekst van minstens 2 woorden"),
        (1, 2, "tekst van 1 tot 2 woorden"),
        (None, None, "tekst"),
    ],
)
def test_how_many_words_an_answer_takes(least: int | None, most: int | None, said: str) -> None:
    field = FieldDef(name="text", type="text", required=False, min_words=least, max_words=most)
    wording = Wording(revision="", labels={}, mails={})

    def in_dutch() -> list[str]:
        speak("nl")
        asked = questions(the_process("development-review"), wording, FormDef(name="note", fields=(field,)))
        return [each.line for each in asked]

    assert copy_context().run(in_dutch) == [f"text: {said}; mag leeg blijven"]


def test_a_task_without_a_form_asks_nothing(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.lines("form", HOST, "choose_day")[-1] == "This task asks for no answers."
