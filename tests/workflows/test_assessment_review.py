"""Is the assessment-oriented review whole: its deadlines, its ways out, its forms, and its mails in both languages?"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from engine.wording import within
from notifications.address import chosen
from workflows.loader import load
from workflows.yaml_reading import read_yaml

FOLDER = Path(__file__).parents[2] / "workflows" / "assessment_review"
SOURCE = (FOLDER / "process.yaml").read_text(encoding="utf-8")
LANGUAGES = ("nl", "en")

# Row of the table of deadlines: where it stands in the definition, and what it says there.
DEADLINES: list[tuple[str, str, object]] = [
    ("U01", "launch.when", "status + 36mo"),
    ("U01", "dates.visit.provisional", "case.launched + 30w"),
    ("U02", "tasks.intro_talk.due.at", "visit - 26w"),
    ("U03", "invitations.due.at", "invited + 10wd"),
    ("U03", "invitations.ask_per_seat", 3),
    ("U04", "tasks.propose_panel.due.1.at", "visit - 18w"),
    ("U05", "tasks.panel_objection.due.at", "opened + 10wd"),
    ("U06", "tasks.appoint_panel.due.at", "visit - 14w"),
    ("U07", "tasks.self_evaluation.due.at", "visit - 10w"),
    ("U07", "tasks.draft_talk.due.at", "visit - 16w"),
    ("U08", "tasks.completeness_check.due.1.at", "opened + 5wd"),
    ("U09", "tasks.supplement.due.at", "opened + 10wd"),
    ("U09", "tasks.supplement.due.not_after", "visit - 7w"),
    ("U10", "tasks.score.due.at", "visit - 4w"),
    ("U10", "tasks.score.due.room", "10wd"),
    ("U11", "transitions.ask.if.0", "now <= visit - 5w"),
    ("U11", "tasks.ask_information.due.at", "visit - 5w"),
    ("U11", "tasks.information_answer.due.at", "opened + 7wd"),
    ("U12", "tasks.pre_meeting.due.at", "visit - 15wd"),
    ("U13", "tasks.programme.due.at", "visit - 10wd"),
    ("U14", "dates.visit.lasts", "1..2"),
    ("U14", "tasks.attendance.due.at", "visit.end + 1wd"),
    ("U15", "tasks.consensus.due.1.at", "visit + 3wd"),
    ("U16", "tasks.report.due.at", "visit + 20wd"),
    ("U17", "tasks.agreement.due.at", "opened + 5wd"),
    ("U17", "tasks.agreement.silence", "waits"),
    ("U18", "tasks.quality.due.at", "opened + 5wd"),
    ("U19", "tasks.hearing_reaction.due.0.at", "opened + 20wd"),
    ("U19", "tasks.hearing_reaction.due.1.at", "opened + 10wd"),
    ("U20", "tasks.process_reaction.due.at", "opened + 10wd"),
    ("U20", "tasks.conclude.due.at", "processing + 10wd"),
    ("U21", "tasks.advice.due.at", "next committee_day from advising + 5wd"),
    ("U21", "tasks.advice.due.warn_after", "visit + 14w"),
    ("U22", "tasks.decision.due.at", "opened + 8w"),
    ("U23", "deadlines.appeal_term.at", "sent + 6w"),
    ("U23", "tasks.consent.due.at", "opened + 1w"),
    ("U23", "tasks.publish_early.due.at", "sent + 2w"),
    ("U23", "tasks.publish.due.at", "opened + 2wd"),
    ("U24", "tasks.improvement_plan.due.at", "sent + 12w"),
    ("U25", "tasks.progress.due.at", "sent + 9mo"),
    ("U26", "deadlines.reassess_by.at", "sent + 12mo"),
    ("U26", "children.reassessment.dates.outer", "end of 2nd school year after sent - 12w"),
    ("U26", "children.full_reassessment.dates.outer", "end of 2nd school year after sent - 12w"),
]

OUTCOMES = {
    *("positief", "positieve", "negatief", "negatieve", "voldoende", "onvoldoende", "erkend", "afgewezen", "gegrond"),
    *(
        "positive",
        "negative",
        "sufficient",
        "insufficient",
        "recognised",
        "rejected",
        "upheld",
        "dismissed",
        "ongegrond",
    ),
}

# Deeds that nobody is asked to do: they are offered, and nothing waits for them.
OFFERED = {"second_day", "object", "withdraw", "break_off", "plan_meeting"}


@lru_cache
def process() -> Any:
    section, problems = read_yaml(SOURCE.encode(), "process.yaml")
    assert problems == []
    return section


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def at(path: str) -> object:
    found: Any = process()
    for part in path.split("."):
        found = found[int(part)] if part.isdigit() else found[part]
    return found


def test_loads_without_errors() -> None:
    assert [str(error) for error in load(FOLDER).errors] == []


@pytest.mark.parametrize(("row", "path", "said"), DEADLINES)
def test_deadline_is_as_in_the_table(row: str, path: str, said: object) -> None:
    assert at(path) == said


def test_every_deadline_has_its_row_beside_it() -> None:
    beside: set[tuple[str, str]] = set()
    item = ""
    for line in SOURCE.splitlines():
        if named := re.match(r"(?:  )?([a-z_]+):", line):
            item = named[1]
        if row := re.search(r"# (U\d\d)\b", line):
            beside.add((row[1], item))
    table = {
        (row, parts[0] if parts[0] in ("launch", "invitations") else parts[1])
        for row, path, _ in DEADLINES
        if (parts := path.split(".")) and (row, path) != ("U01", "dates.visit.provisional")
    }
    assert beside == table
    assert {row for row, _ in beside} == {f"U{number:02}" for number in range(1, 27)}


def test_every_outcome_can_be_reached_and_every_stage_can_end() -> None:
    ends = {name for name, stage in process()["stages"].items() if stage.get("end")}
    ways = {name: successors(name) for name in process()["stages"]}
    assert ends == {"recognised", "rejected", "withdrawn"}
    assert ends <= reachable("announced", ways)
    assert [name for name in ways if name not in ends and not ends & reachable(name, ways)] == []


def successors(stage: str) -> set[str]:
    spine = [way for way in process()["transitions"].values() if "to" in way and "." not in way["to"]]
    return {way["to"] for way in spine if {stage, "any"} & set(listed(way["from"]))}


def reachable(start: str, ways: dict[str, set[str]]) -> set[str]:
    found = {start}
    while more := {target for name in found for target in ways[name]} - found:
        found |= more
    return found


def test_every_deed_that_a_case_waits_for_is_named_by_a_task() -> None:
    definition = process()
    ways = definition["transitions"].items()
    deeds = {name for name, way in ways if {"by", "by_all"} & set(way) and "when" not in way}
    named = {deed for task in definition["tasks"].values() for deed in listed(task.get("does", []))}
    assert deeds - named == OFFERED


def test_every_form_is_used_and_every_used_form_is_there() -> None:
    definition = process()
    used = {task["form"] for task in definition["tasks"].values() if "form" in task}
    used.add(definition["invitations"]["form"])
    assert {path.stem for path in (FOLDER / "forms").glob("*.yaml")} == used


def test_every_notice_has_its_mails_and_every_mail_its_notice() -> None:
    own_wording_of_built_in = {"seat_invited"}
    assert {path.name for path in (FOLDER / "mails").iterdir()} == {*process()["notices"], *own_wording_of_built_in}


MAILS = [
    pytest.param(folder / language, id=f"{folder.name}-{language}")
    for folder in sorted((FOLDER / "mails").iterdir())
    for language in LANGUAGES
]


def day(text: str, *, provisional: bool = False) -> SimpleNamespace:
    return SimpleNamespace(text=text, provisional=provisional)


def context(*, known: bool) -> dict[str, Any]:
    """All that a mail may name: each thing known, or each thing that may be missing missing."""
    dates = ("status", "outer", "visit", "panel_meeting", "committee_meeting", "sent", "appeal_term", "reassess_by")
    return {
        "reader": SimpleNamespace(name="Sanne de Wit"),
        "office": SimpleNamespace(name="Reviewbureau", email="bureau@example.org"),
        "process": "Beoordelingsgerichte peerreview",
        "the_process": "de beoordelingsgerichte peerreview",
        "host": "Opleidingsschool Rijnmond",
        "stage": "Bezoek",
        "phase": "Bezoek",
        "dates": {name: day("donderdag 22 april 2027") if known else None for name in dates},
        "task": SimpleNamespace(label="Zelfevaluatie aanvullen") if known else None,
        "seat": "Voorzitter" if known else None,
        "person": "Tom Bakker" if known else None,
        "successor": "Noor Visser" if known else None,
        "asked": dict.fromkeys(("reason", "gaps", "day", "until"), "tekst" if known else None),
        "old_date": "maandag 19 april 2027" if known else None,
        "by_when": "maandag 3 mei 2027" if known else None,
    }


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("informal", [True, False], ids=["je", "u"])
@pytest.mark.parametrize("folder", MAILS)
def test_mail_has_a_subject_of_one_line_and_a_body(folder: Path, known: bool, informal: bool) -> None:
    templates = SandboxedEnvironment(undefined=StrictUndefined)
    templates.filters["within"] = within
    subject, body = (
        templates.from_string(chosen((folder / name).read_text(encoding="utf-8"), informal=informal))
        .render(context(known=known))
        .strip()
        for name in ("subject.txt", "body.txt")
    )
    assert subject
    assert "\n" not in subject
    assert 1 <= len(body.split("\n\n")) <= 4
    assert "None" not in subject + body
    assert "  " not in subject + body


@pytest.mark.parametrize("folder", [mail for mail in MAILS if str(mail.id).startswith(("decision", "objection"))])
def test_mail_about_a_decision_does_not_tell_the_outcome(folder: Path) -> None:
    text = " ".join((folder / name).read_text(encoding="utf-8").lower() for name in ("subject.txt", "body.txt"))
    assert set(re.findall(r"\w+", text)) & OUTCOMES == set()
