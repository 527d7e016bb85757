"""A review in full swing in which everything that can be hidden is marked, and all that its summaries say.

One is played per process and kept; what a summary says is read once per audience, moment and reader.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import load_workbook

from collegium.demo.scripts import Script, Turn
from collegium.summaries import FILES, Summary, render, render_file, summarise
from collegium.summaries.texts import languages
from engine.case import Case
from engine.history import replay
from engine.summary import Audience
from tests.journeys.journey import Journey

REASONS = ("Wisseling van bestuur.", "Het nieuwe bestuur is er.", "Andere baan.", "MARK-REASON")
SHORTEST = 20  # letters of an answer that cannot stand in a page by chance
MOMENTS = ("people are asked", "some have worked", "the report is written", "now")

Reached: TypeAlias = str | Callable[[Case], bool]
Text: TypeAlias = tuple[str, str, str]  # language, format, all that stands in it


def someone_is_invited(case: Case) -> bool:
    return any(each.state == "invited" for each in case.holdings.values())


def a_score_is_in(case: Case) -> bool:
    return any(task.name == "score" and not task.is_open for task in case.tasks.values())


def questions_are_in(case: Case) -> bool:
    return any(task.name == "questions" and not task.is_open for task in case.tasks.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What goes otherwise in a review, and what must have been reached at each of the moments."""

    script: Script
    moments: Mapping[str, tuple[Reached, ...]]


COURSES = {
    "assessment-review": Course(
        script=Script(
            what="everything that can be hidden",
            turns=(
                Turn(deed="pause", after="self_evaluating", days=6),
                Turn(deed="resume", after="self_evaluating", days=9),
                Turn(deed="move", after="desk", days=2),
                Turn(deed="replace", after="desk", days=4),
            ),
            weak=("organisation",),
        ),
        moments=dict(
            zip(
                MOMENTS,
                (("panel_forming", someone_is_invited), ("desk", a_score_is_in), ("drafting",), ("advising",)),
                strict=True,
            )
        ),
    ),
    "development-review": Course(
        script=Script(
            what="everything that can be hidden",
            turns=(
                Turn(deed="pause", after="preparing", days=6),
                Turn(deed="resume", after="preparing", days=9),
                Turn(deed="move", after="reading", days=2),
                Turn(deed="replace", after="preparing", days=11),
            ),
        ),
        moments=dict(
            zip(
                MOMENTS,
                (("planning", someone_is_invited), ("reading", questions_are_in), ("reaction",), ("agenda",)),
                strict=True,
            )
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A review that was played up to now, with what is hidden in it."""

    story: Journey
    moments: Mapping[str, datetime]  # what was going on -> when
    names: Mapping[str, str]  # person -> marked name
    answers: frozenset[str]
    reviewer: str  # a person on a seat
    candidate: str  # a person who was asked, and is not on the panel
    texts: dict[tuple[str, ...], list[Text]] = field(default_factory=dict)  # what was read before

    @property
    def hidden(self) -> frozenset[str]:
        """What no audience may read but the office, and the office of it only names and numbers."""
        return frozenset({*self.names.values(), *self.answers, *REASONS, "MARK-MAIL", "MARK-PHONE", "MARK-DIAGNOSTIC"})

    @property
    def has_committee(self) -> bool:
        """Whether a body advises or decides in this process."""
        with self.story.app.store.read() as work:
            roles = self.story.app.library.of(work, self.story.case).roles
        return any(role.of == "committee" for role in roles.values())

    def told(self, audience: Audience, when: str = "now", person: str | None = None) -> Summary:
        story, past = self.story, None if when == "now" else self.moments[when]
        return summarise(
            story.app, audience=audience, now=self.moments["now"], case=story.id if audience == "partnership" else None,
            person=(person or self.reviewer) if audience == "reviewer" else None, as_of=past,
        )  # fmt: skip

    def read(self, audience: Audience, when: str = "now", person: str | None = None) -> list[Text]:
        """All that stands in the files of a summary, but for the PDF."""
        key = (audience, when, person or "")
        if key not in self.texts:
            self.texts[key] = list(read(self.told(audience, when, person)))
        return self.texts[key]

    def stood(self, when: str) -> Case:
        """The case as it stood then."""
        with self.story.app.store.read() as work:
            history = work.cases.history(self.story.id)
        return replay([row for row in history if row.event.recorded_at <= self.moments[when]])


def play(process: str) -> Iterator[Played]:
    """A review of that process, with everybody's name, address, number and answers marked."""
    course, moments = COURSES[process], dict[str, datetime]()
    with Journey(process, course.script) as story:
        names = _marked_people(story)
        for when, steps in course.moments.items():
            for reached in steps:
                story.until(reached)
            moments[when] = story.now + timedelta(minutes=1)
        seated = [held for held in story.case.holdings.values() if held.state == "seated"]
        others = [held for held in story.case.holdings.values() if held.state not in ("seated", "proposed")]
        yield Played(
            story=story, moments=moments, names=names, answers=frozenset(_answers(story)),
            reviewer=story.person(seated[-1].participant) or "", candidate=story.person(others[0].participant) or "",
        )  # fmt: skip


def _marked_people(story: Journey) -> dict[str, str]:
    names: dict[str, str] = {}
    with story.app.store.write() as work:
        for number, person in enumerate(work.people.persons("office")):
            names[person.id] = f"MARK-NAME-{number:04}"
            address, phone = f"MARK-MAIL-{number}@example.org", f"MARK-PHONE-{number}"
            marked = replace(person, name=names[person.id], email=address, phone=phone)
            work.people.put_person(replace(marked, unreachable_why="MARK-DIAGNOSTIC"))
        work.commit()
    return names


def _answers(story: Journey) -> Iterator[str]:
    with story.app.store.read() as work:
        for case in story.cases():
            for submission in work.cases.submissions(case.id):
                yield from (text for text in _leaves(submission.answers) if len(text) >= SHORTEST)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)


def read(summary: Summary) -> Iterator[Text]:
    """Each file of a summary but the PDF, which needs a reader of its own."""
    for language in languages():
        for format_ in FILES:
            if format_ == "xlsx":
                book = load_workbook(BytesIO(render_file(summary, language, format_)))
                cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
                yield language, format_, "\n".join([*book.sheetnames, *(str(cell.value) for cell in cells)])
            elif format_ != "pdf":
                yield language, format_, render(summary, language, format_)


def printed(summary: Summary) -> Iterator[Text]:
    """The PDF in each language: what stands on its pages, what its title and its fields say, the words for pictures."""
    for language in languages():
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            Path(file.name).write_bytes(render_file(summary, language, "pdf"))
            said = [_said(command, file.name) for command in (("pdftotext", "-layout"), ("pdfinfo", "-struct-text"))]
        yield language, "pdf", "\n".join(said)


def _said(command: tuple[str, str], path: str) -> str:
    name, option = command
    given = [name, option, path, *(["-"] if name == "pdftotext" else [])]
    fields = subprocess.run([name, path], capture_output=True, text=True, check=True) if name == "pdfinfo" else None
    done = subprocess.run(given, capture_output=True, text=True, check=True)
    return done.stdout + (fields.stdout if fields else "")


def come_through(texts: Iterable[Text], hidden: Collection[str]) -> list[tuple[str, str, str]]:
    """Where a mark stands: language, format, mark."""
    return [(language, format_, mark) for language, format_, text in texts for mark in hidden if mark in text]
