"""Does anything hidden come through to somebody for whom it is not? Every hidden thing is marked, every page searched.

A whole review is played with marked names, addresses, numbers, reasons and answers; then each audience's summary is
made in each language and format, now and as of days on which people were being asked, scored, and replaced.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from collegium.demo.scripts import Script, Turn
from collegium.summaries import FILES, Summary, render, render_file, summarise
from collegium.summaries.texts import languages
from engine.case import Case, Conflict, Decision
from engine.history import replay
from engine.summary import AUDIENCES, Audience, case_summary
from tests.builders.storage import an_outcome
from tests.journeys.journey import Journey

SCRIPT = Script(
    what="everything that can be hidden",
    turns=(
        Turn(deed="pause", after="self_evaluating", days=6),
        Turn(deed="resume", after="self_evaluating", days=9),
        Turn(deed="move", after="desk", days=2),
        Turn(deed="replace", after="desk", days=4),
    ),
    weak=("organisation",),
)
REASONS = ("Wisseling van bestuur.", "Het nieuwe bestuur is er.", "Andere baan.", "MARK-REASON")
SHORTEST = 20  # letters of an answer that cannot stand in a page by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A review in full swing, with what is hidden in it."""

    story: Journey
    moments: Mapping[str, datetime]  # what was going on -> when
    names: Mapping[str, str]  # person -> marked name
    answers: frozenset[str]
    reviewer: str  # a person on a seat
    candidate: str  # a person who was asked, and is not on the panel

    @property
    def hidden(self) -> frozenset[str]:
        """What no audience may read but the office, and the office of it only names and numbers."""
        return frozenset({*self.names.values(), *self.answers, *REASONS, "MARK-MAIL", "MARK-PHONE", "MARK-DIAGNOSTIC"})


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    moments: dict[str, datetime] = {}
    with Journey("assessment-review", SCRIPT) as story:
        names = marked_people(story)
        story.until("panel_forming").until(lambda case: any(each.state == "invited" for each in case.holdings.values()))
        moments["people are asked"] = story.now
        story.until("desk").until(lambda case: any(t.name == "score" and not t.is_open for t in case.tasks.values()))
        moments["some have scored"] = story.now + timedelta(minutes=1)
        story.until("drafting")
        moments["the report is written"] = story.now
        story.until("advising")
        moments["now"] = story.now + timedelta(hours=1)
        seated = [held for held in story.case.holdings.values() if held.state == "seated"]
        others = [held for held in story.case.holdings.values() if held.state in ("declined", "expired")]
        yield Played(
            story=story, moments=moments, names=names, answers=frozenset(answers(story)),
            reviewer=story.person(seated[-1].participant) or "", candidate=story.person(others[0].participant) or "",
        )  # fmt: skip


def marked_people(story: Journey) -> dict[str, str]:
    names: dict[str, str] = {}
    with story.app.store.write() as work:
        for number, person in enumerate(work.people.persons("office")):
            names[person.id] = f"MARK-NAME-{number:04}"
            address, phone = f"MARK-MAIL-{number}@example.org", f"MARK-PHONE-{number}"
            marked = replace(person, name=names[person.id], email=address, phone=phone)
            work.people.put_person(replace(marked, unreachable_why="MARK-DIAGNOSTIC"))
        work.commit()
    return names


def answers(story: Journey) -> Iterator[str]:
    with story.app.store.read() as work:
        for case in story.cases():
            for submission in work.cases.submissions(case.id):
                yield from (text for text in leaves(submission.answers) if len(text) >= SHORTEST)


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)


def told(played: Played, audience: Audience, when: str = "now", person: str | None = None) -> Summary:
    story = played.story
    past = None if when == "now" else played.moments[when]
    return summarise(
        story.app, audience=audience, now=played.moments["now"], case=story.id if audience == "partnership" else None,
        person=(person or played.reviewer) if audience == "reviewer" else None, as_of=past,
    )  # fmt: skip


def read(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """(language, format, all that stands in it) of each file of a summary; a PDF is made of the same page."""
    for language in languages():
        for format_ in FILES:
            if format_ == "xlsx":
                book = load_workbook(BytesIO(render_file(summary, language, format_)))
                cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
                yield language, format_, "\n".join([*book.sheetnames, *(str(cell.value) for cell in cells)])
            elif format_ != "pdf":
                yield language, format_, render(summary, language, format_)


def come_through(summary: Summary, hidden: Iterable[str]) -> list[tuple[str, str, str]]:
    return [(language, fmt, mark) for language, fmt, text in read(summary) for mark in hidden if mark in text]


MOMENTS = ("people are asked", "some have scored", "the report is written", "now")


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("audience", ["partnership", "region", "committee", "cycle"])
def test_nothing_hidden_comes_through(played: Played, audience: Audience, when: str) -> None:
    assert len(played.answers) > 20
    summary = told(played, audience, when)
    assert summary.cases
    assert come_through(summary, played.hidden) == []


@pytest.mark.parametrize("when", MOMENTS)
def test_the_office_reads_names_and_numbers_but_no_reason_and_no_answer(played: Played, when: str) -> None:
    summary = told(played, "office", when)
    assert come_through(summary, {*played.answers, *REASONS, "MARK-MAIL"}) == []
    assert come_through(summary, {"MARK-NAME"})


@pytest.mark.parametrize("when", MOMENTS)
def test_a_reviewer_reads_no_name_but_the_own(played: Played, when: str) -> None:
    for person in (played.reviewer, played.candidate):
        own = played.names[person]
        assert come_through(told(played, "reviewer", when, person), played.hidden - {own}) == []


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("audience", ["partnership", "region", "committee", "reviewer"])
def test_work_of_others_is_not_named(played: Played, audience: Audience, when: str) -> None:
    """The names of all open tasks are marks, but for those of the reader's own."""
    story = played.story
    case = stood(played, when)
    with story.app.store.read() as work:
        definition, wording = story.app.library.of(work, case), story.app.library.wording(work, case)
        mine = {each.key for each in work.people.participants(case.id) if each.person == played.reviewer}
    of = {"partnership": "host", "committee": "committee"}.get(audience, "")
    mine |= {who for name, role in definition.roles.items() if role.of == of for who in case.roles.get(name, ())}
    if audience != "reviewer":
        mine -= {each for each in mine if story.person(each) == played.reviewer}
    own = {task.name for task in case.open_tasks() if mine & set(task.assignees)}
    others = {task.name for task in case.open_tasks()} - own
    assert others or audience == "committee"  # in the end only the committee has work
    marks = {wording.label("task", name, language) for name in others for language in languages()}
    marks -= {text for kind, texts in wording.labels.items() if kind[0] != "task" for text in texts.values()}
    assert come_through(told(played, audience, when), marks) == []


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("audience", ["partnership", "region", "committee", "reviewer", "cycle"])
def test_the_facts_themselves_are_cut_not_only_the_page(played: Played, audience: Audience, when: str) -> None:
    summary = told(played, audience, when)
    assert [each.desk for each in summary.cases if each.desk is not None] == []
    assert (summary.people, summary.contacts, summary.lost, summary.unreached) == ({}, {}, (), ())
    assert [each for case in summary.cases for each in case.waits_for if each.name and each.party != "host"] == []
    assert [case.open_tasks for case in summary.cases if set(case.open_tasks) - {"host"}] == []


def stood(played: Played, when: str) -> Case:
    """The case as it stood then."""
    with played.story.app.store.read() as work:
        history = work.cases.history(played.story.id)
    return replay([row for row in history if row.event.recorded_at <= played.moments[when]])


def test_every_audience_is_looked_at(played: Played) -> None:
    assert set(AUDIENCES) == {"partnership", "region", "committee", "cycle", "office", "reviewer"}


def test_the_search_finds_a_mark_in_every_format(played: Played) -> None:
    summary = told(played, "partnership")
    leaking = replace(summary, cases=(replace(summary.cases[0], host="MARK-NAME-0001"),))
    found = come_through(leaking, {"MARK-NAME-0001"})
    assert {(language, fmt) for language, fmt, _ in found} == {
        (language, fmt) for language in languages() for fmt in FILES if fmt != "pdf"
    }


@pytest.mark.debian
@pytest.mark.parametrize("audience", ["partnership", "region", "committee", "cycle", "reviewer"])
def test_nothing_hidden_stands_in_the_pdf(played: Played, audience: Audience, tmp_path: Path) -> None:
    summary = told(played, audience)
    own = {played.names[played.reviewer]} if audience == "reviewer" else set()
    text = printed(summary, tmp_path)
    assert [mark for mark in played.hidden - own if mark in text] == []
    assert "Bureau Peerreview" in text
    leaking = replace(summary, office=replace(summary.office, name="MARK-NAME-0001"))
    assert "MARK-NAME-0001" in printed(leaking, tmp_path)


def printed(summary: Summary, folder: Path) -> str:
    path = folder / "summary.pdf"
    path.write_bytes(render_file(summary, "nl", "pdf"))
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


# by the side door: numbers, and the order of lists --------------------------------------------------------------------


def otherwise(case: Case) -> Case:
    """The same case, had all that is hidden been otherwise: judgements, votes, who was asked, how many have work."""
    flipped = {"sufficient": "insufficient", "insufficient": "sufficient"}
    decisions = {
        row: Decision(
            row=row, levels={scale: flipped.get(level, level) for scale, level in own.levels.items()}, how="chair",
            motivated=True, minority=not own.minority, votes={"sufficient": 1, "insufficient": 9},
        )
        for row, own in case.decisions.items()
    }  # fmt: skip
    first = next(iter(case.holdings.values()))
    more = {
        f"{key}9": replace(held, key=f"{key}9", state="invited", reason="MARK-REASON")
        for key, held in case.holdings.items()
    }
    seats = {held.participant for held in case.holdings.values()}
    busy = {
        f"{key}-again": replace(task, key=f"{key}-again")
        for key, task in case.tasks.items()
        if task.is_open and set(task.assignees) & seats
    }
    return replace(
        case, decisions=decisions, facts={**case.facts, "judgement": "negative"},
        holdings={**dict(reversed(list(case.holdings.items()))), **more},
        conflicts={first.key: Conflict(holding=first.key, reason="MARK-REASON")},
        tasks={**dict(reversed(list(case.tasks.items()))), **busy},
    )  # fmt: skip


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("audience", ["partnership", "region", "committee", "cycle"])
def test_had_the_hidden_been_otherwise_the_facts_would_be_the_same(
    played: Played, audience: Audience, when: str
) -> None:
    app, moment = played.story.app, played.moments[when]
    case = stood(played, when)
    with app.store.read() as work:
        world, definition = app.worlds.of(work, case, moment), app.library.of(work, case)
    other = otherwise(case)
    assert len(other.holdings) > len(case.holdings)
    found = [case_summary(definition, each, world, moment, audience=audience) for each in (case, other)]
    assert found[0] == found[1]
    office = [case_summary(definition, each, world, moment, audience="office") for each in (case, other)]
    assert (office[0] == office[1]) is (len(other.tasks) == len(case.tasks))  # the office does see more work


@pytest.mark.parametrize("audience", ["partnership", "region", "committee"])
def test_had_the_hidden_been_otherwise_every_page_would_be_the_same(played: Played, audience: Audience) -> None:
    store, case = played.story.app.store, played.story.case
    before = [text for _, _, text in read(told(played, audience))]
    with store.write() as work:
        work.cases.save(an_outcome(case, replace(otherwise(case), tasks=case.tasks)))
        after = [text for _, _, text in read(told(played, audience))]
        work.rollback()
    assert after == before
