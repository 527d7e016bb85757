"""Does anything hidden come through to somebody for whom it is not? Every hidden thing is marked, every page searched.

A whole review of each process is played with marked names, addresses, numbers, reasons and answers; then the summary of
each audience is made in each language and format, now and as of days on which people were asked, worked, were replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from collegium.summaries import FILES
from collegium.summaries.facts import NothingToSummarise
from collegium.summaries.texts import languages
from engine.actions import Submit
from engine.case import Case, Conflict, Decision
from engine.summary import AUDIENCES, Audience, case_summary
from tests.builders.engine import a_folder
from tests.builders.storage import an_outcome
from tests.collegium.marked_review import COURSES, MOMENTS, REASONS, Played, come_through, play, printed, read
from tests.collegium.reviews import act, an_app, launch, told


@pytest.fixture(scope="module", params=list(COURSES))
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    yield from play(request.param)


def readers(played: Played) -> list[Audience]:
    """The audiences of a process: some have no body that decides."""
    return [each for each in AUDIENCES if each != "committee" or played.has_committee]


def everybody(played: Played) -> list[tuple[Audience, str | None]]:
    """Each audience, and who of it where that makes a difference."""
    return [(each, None) for each in readers(played) if each != "reviewer"] + [
        ("reviewer", played.reviewer), ("reviewer", played.candidate),
    ]  # fmt: skip


def hidden_from(played: Played, audience: Audience, person: str | None) -> frozenset[str]:
    if audience == "office":
        return played.answers | {*REASONS, "MARK-MAIL"}
    return played.hidden - {played.names.get(person or "", "")}


@pytest.mark.parametrize("when", MOMENTS)
def test_nothing_hidden_comes_through(played: Played, when: str) -> None:
    assert len(played.answers) > 20
    found = [
        (audience, *where)
        for audience, person in everybody(played)
        for where in come_through(played.read(audience, when, person), hidden_from(played, audience, person))
    ]
    assert found == []


@pytest.mark.slow
@pytest.mark.debian
@pytest.mark.parametrize("when", MOMENTS)
def test_nothing_hidden_stands_in_the_pdf(played: Played, when: str) -> None:
    found = [
        (audience, *where)
        for audience, person in everybody(played)
        for where in come_through(printed(played.told(audience, when, person)), hidden_from(played, audience, person))
    ]
    assert found == []


@pytest.mark.parametrize("when", MOMENTS)
def test_the_office_does_read_names(played: Played, when: str) -> None:
    assert {format_ for _, format_, _ in come_through(played.read("office", when), {"MARK-NAME"})} >= {"html", "xlsx"}


def test_every_moment_has_something_to_hide(played: Played) -> None:
    stages = [played.stood(when).stage for when in MOMENTS]
    assert len(set(stages)) == len(MOMENTS)
    assert any(task.is_open for task in played.stood("some have worked").tasks.values())
    assert played.reviewer != played.candidate


@pytest.mark.parametrize("when", MOMENTS)
def test_work_of_others_is_not_named(played: Played, when: str) -> None:
    of_others = {
        each: work_of_others(played, each, when) for each in readers(played) if each not in ("office", "cycle")
    }
    assert any(of_others.values())
    found = [
        (audience, *where) for audience, marks in of_others.items()
        for where in come_through(played.read(audience, when), marks)
    ]  # fmt: skip
    assert found == []


def work_of_others(played: Played, audience: Audience, when: str) -> set[str]:
    """The names of all open tasks, but for those of the reader's own."""
    story, case = played.story, played.stood(when)
    with story.app.store.read() as work:
        definition, wording = story.app.library.of(work, case), story.app.library.wording(work, case)
        mine = {each.key for each in work.people.participants(case.id) if each.person == played.reviewer}
    of = {"partnership": "host", "committee": "committee"}.get(audience, "")
    mine |= {who for name, role in definition.roles.items() if role.of == of for who in case.roles.get(name, ())}
    if audience != "reviewer":
        mine -= {each for each in mine if story.person(each) == played.reviewer}
    own = {task.name for task in case.open_tasks() if mine & set(task.assignees)}
    others = {task.name for task in case.open_tasks()} - own
    marks = {wording.label("task", name, language) for name in others for language in languages()}
    return marks - {text for kind, texts in wording.labels.items() if kind[0] != "task" for text in texts.values()}


@pytest.mark.parametrize("when", MOMENTS)
def test_the_facts_themselves_are_cut_not_only_the_page(played: Played, when: str) -> None:
    for audience in (each for each in readers(played) if each != "office"):
        summary = played.told(audience, when)
        assert summary.cases or audience == "reviewer"  # who is asked has no case yet
        assert [each.desk for each in summary.cases if each.desk is not None] == []
        assert (summary.people, summary.contacts, summary.lost, summary.unreached) == ({}, {}, (), ())
        assert [each for case in summary.cases for each in case.waits_for if each.name and each.party != "host"] == []
        assert [case.open_tasks for case in summary.cases if set(case.open_tasks) - {"host"}] == []


def test_a_committee_reads_of_processes_in_which_it_decides_and_of_no_others(played: Played) -> None:
    if played.has_committee:
        assert played.told("committee").cases
    else:
        with pytest.raises(NothingToSummarise):
            played.told("committee")


def test_the_search_finds_a_mark_in_every_format(played: Played) -> None:
    summary = played.told("partnership")
    leaking = replace(summary, cases=(replace(summary.cases[0], host="MARK-NAME-0001"),))
    found = come_through(read(leaking), {"MARK-NAME-0001"})
    assert {(language, fmt) for language, fmt, _ in found} == {
        (language, fmt) for language in languages() for fmt in FILES if fmt != "pdf"
    }


@pytest.mark.debian
def test_the_search_finds_a_mark_in_the_pdf(played: Played) -> None:
    summary = played.told("partnership")
    leaking = replace(summary, office=replace(summary.office, name="MARK-NAME-0001"))
    found = come_through(printed(leaking), {"MARK-NAME-0001", "Peerreview"})
    assert {language for language, _, mark in found if mark == "MARK-NAME-0001"} == set(languages())


# findings -------------------------------------------------------------------------------------------------------------

REPORT = """
process: report
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
launch: {by: office, subject_has: [contact]}
transitions: {finish: {from: busy, to: over, when: case.launched + 1y}}
documents: {note: {see: SEE, keep: 7y}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}ACCEPT}}
"""
POINTS = "{points: {type: rows, marks: finding, columns: {what: {type: text}}}}"
WHOSE: dict[Audience, dict[str, str]] = {
    "office": {}, "partnership": {"case": ""}, "region": {"region": "Duinrand"}, "reviewer": {"person": "pool-linde"},
    "cycle": {"cycle": "Ronde 2027"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("see", "readers"),
    [
        ("{office: true, contact: true}", {"office"}),
        ("{contact: true}", set[str]()),
        ("{office: [work is open]}", set[str]()),
    ],
    ids=["the office too", "the host alone", "not any more"],
)
def test_findings_stand_in_the_summary_of_the_office_and_only_where_it_may_see_the_form(
    see: str, readers: set[str]
) -> None:
    app = an_app()
    app.mailroom.start()
    accept = "" if "office" in see else ", accept: the office has its own list"
    files = a_folder(REPORT.replace("SEE", see).replace("ACCEPT", accept), note=POINTS)
    case = launch(app, files, ["linde"])["linde"]
    act(app, case, Submit(task="work:1", answers={"points": [{"what": "MARK-FINDING"}]}), 1, "contact-linde")
    whose = {**WHOSE, "partnership": {"case": case}}
    found = {
        audience for audience, more in whose.items()
        if come_through(read(told(app, audience, **more)), {"MARK-FINDING"})
    }  # fmt: skip
    assert found == readers


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
    case = played.stood(when)
    with app.store.read() as work:
        world, definition = app.worlds.of(work, case, moment), app.library.of(work, case)
    other = otherwise(case)
    assert len(other.holdings) > len(case.holdings)
    found = [case_summary(definition, each, world, moment, audience=audience) for each in (case, other)]
    assert found[0] == found[1]
    office = [case_summary(definition, each, world, moment, audience="office") for each in (case, other)]
    more = [other.tasks[key].name for key in other.tasks.keys() - case.tasks.keys()]
    seen = [name for name in more if not definition.tasks[name].optional]
    assert (office[0] == office[1]) is (not seen)  # the office does see more work that must be done


def test_had_the_hidden_been_otherwise_every_page_would_be_the_same(played: Played) -> None:
    store, case = played.story.app.store, played.story.case
    audiences = [each for each in readers(played) if each in ("partnership", "region", "committee")]
    before = [text for audience in audiences for text in played.read(audience)]
    with store.write() as work:
        work.cases.save(an_outcome(case, replace(otherwise(case), tasks=case.tasks)))
        after = [text for audience in audiences for text in read(played.told(audience))]
        work.rollback()
    assert after == before
