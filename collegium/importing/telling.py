"""How is an office told what an import does? Lines for a terminal: numbers first, then row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from collegium.importing.columns import sheets
from collegium.importing.problems import WorkbookProblem
from collegium.importing.report import COUNTED, Entry, Question, Report
from workflows.plain_yaml import load_plain

MOST_SHOWN = 25  # rows of each kind on a terminal


@cache
def people_texts() -> Mapping[str, Mapping[str, Any]]:
    """The catalogue of these commands."""
    text = (files("collegium") / "data" / "people_texts.yaml").read_text(encoding="utf-8")
    texts: dict[str, Mapping[str, Any]] = load_plain(text)
    return texts


def say_in(language: str, key: str, /, **values: str | int) -> str:
    """A sentence of the catalogue."""
    return str(people_texts()[key][language]).format(**values)


def count_lines(report: Report, language: str) -> Iterator[str]:
    """One line per kind of sheet, and one for those who are not named."""
    counts = report.counts
    for sheet in sheets():
        if sheet.key in counts:
            numbers = {what: counts[sheet.key][what] for what in COUNTED}
            told = say_in(language, "count", sheet=sheet.says[language], **numbers)
            rest = [(what, counts[sheet.key][what]) for what in ("asked", "waiting") if counts[sheet.key][what]]
            yield ", ".join([told, *(f"{number} {say_in(language, what).lower()}" for what, number in rest)])
    if report.not_in_file:
        yield say_in(language, "not_in_file", number=len(report.not_in_file))


def detail_lines(report: Report, language: str) -> Iterator[str]:
    """What is created and changed, what is good to know, whom the office is asked about, and what is refused."""
    for what in ("created", "changed"):
        told = [f"{_place(each.place, language)}: {_said(each, language)}" for each in report.of(what)]
        yield from _block(say_in(language, what), told, language)
    remarks = [_sentence(each, language) for each in report.remarks]
    for each in report.of("created", "unchanged"):
        remarks += [
            f"{_place(each.place, language)}: {each.about(language)}. {one.says(language)}" for one in each.sentences
        ]
    yield from _block(say_in(language, "good_to_know"), remarks, language)
    asked = [line for each in report.asked for line in _question_lines(each, language)]
    yield from _block(say_in(language, "asked"), [*asked, say_in(language, "or_column")] if asked else [], language)
    waiting = [_sentence(each.sentences[0], language) for each in report.of("waiting")]
    yield from _block(say_in(language, "waiting"), waiting, language)


def refused_lines(report: Report, language: str) -> Iterator[str]:
    """Every row that is refused, and why."""
    for key, problems in (("refused", report.refused), ("dropped", report.dropped)):
        told = [_sentence(each, language) for each in problems]
        yield from _block(say_in(language, key), told, language, most=len(told))


def _block(title: str, lines: Sequence[str], language: str, most: int = MOST_SHOWN) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield f"{title}:"
    yield from (f"  {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"  {say_in(language, 'more', number=len(lines) - most)}"


def _said(entry: Entry, language: str) -> str:
    changes = "; ".join(each.says(language) + (f" ({each.cell})" if each.cell else "") for each in entry.changes)
    sentences = " ".join(each.says(language) for each in entry.sentences) if entry.what == "changed" else ""
    who = entry.about(language)
    return ". ".join(part for part in (f"{who}: {changes}" if changes else who, sentences) if part)


def _question_lines(entry: Entry, language: str) -> Iterator[str]:
    yield _sentence(entry.sentences[0], language)
    assert entry.question is not None
    yield from (f"    {line}" for line in answer_lines(entry.question, language))


def answer_lines(question: Question, language: str) -> Iterator[str]:
    """One line per possible answer, with the option that gives it."""
    for person, where in question.candidates:
        place = f", {where}" if where else ""
        yield say_in(language, "candidate", name=person.name, email=person.email, where=place, key=question.key)
    if question.new_is_possible:
        yield say_in(language, "somebody_new", key=question.key)


def _place(place: WorkbookProblem, language: str) -> str:
    return place.place(language)


def _sentence(problem: WorkbookProblem, language: str) -> str:
    return f"{problem.place(language)}: {problem.says(language)}".removeprefix(": ")
