"""Does the definition of the development-oriented review hold every row of the published table, in both languages?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from engine.wording import within
from notifications.address import chosen
from workflows.loader import load
from workflows.plain_yaml import load_plain

FOLDER = Path(__file__).parents[2] / "workflows" / "development_review"
DEFAULT_MAILS = FOLDER.parent / "defaults" / "mails"
LANGUAGES = ("nl", "en")
PROCESS: dict[str, Any] = load_plain((FOLDER / "process.yaml").read_text(encoding="utf-8"))

# row of the table -> (task, its due date, the calendar in which it counts)
ROWS = [
    ("T01", "intake", "case.launched + 10wd", "office"),
    ("T02", "panel_proposal", "opened + 15wd", None),
    ("T04", "poll", "opened + 7wd", None),
    ("T06", "critical_reflection", "visit - 7w at 17:00", "host"),
    ("T06b", "friend_draft", "visit - 11w", "host"),
    ("T06b", "friend_answer", "opened + 10wd", None),
    ("T07", "declaration", "seated + 10wd", "theirs"),
    ("T07", "redeclare", "visit - 2w", None),
    ("T08", "training", "visit - 6w", None),
    ("T09", "programme_concept", "visit - 4w", "host"),
    ("T09", "programme_final", "visit - 8wd", "host"),
    ("T10", "practical", "visit - 10wd", None),
    ("T10", "practical_host", "visit - 10wd", None),
    ("T11", "supplement", "opened + 5wd", "host"),
    ("T12", "questions", "visit - 3w", "theirs"),
    ("T13", "prep_meeting", "visit - 12wd", None),
    ("T14", "send_questions", "visit - 10wd", None),
    ("T15", "attendance", "visit + 2wd", None),
    ("T16", "draft", "visit + 8wd", "theirs"),
    ("T16", "approve_draft", "visit + 20wd", "theirs"),
    ("T17", "comment", "opened + 5wd", None),
    ("T18", "remarks", "opened + 10wd", "host"),
    ("T19", "adoption", "remarks.done + 10wd", None),
    ("T20", "agenda_text", "opened + 12w", "host"),
    ("T21", "talk", "visit + 12mo", "host"),
    ("T22", "evaluation_day", "visit + 5wd", None),
    ("T22", "evaluation_all", "opened + 10wd", None),
]
REMINDERS = [
    ("intake", ["-5wd", "-1wd"]),
    ("panel_proposal", ["-5wd"]),
    ("poll", ["-2wd"]),
    ("critical_reflection", ["-4w", "-2w", "-5wd", "-1wd"]),
    ("declaration", ["-3wd"]),
    ("training", ["-10wd"]),
    ("programme_concept", ["-5wd"]),
    ("programme_final", ["-1wd"]),
    ("practical", ["-3wd"]),
    ("supplement", ["-1wd"]),
    ("questions", ["-5wd", "-1wd"]),
    ("prep_meeting", ["-5wd"]),
    ("send_questions", ["-2wd"]),
    ("approve_draft", ["-3wd"]),
    ("comment", ["-1wd"]),
    ("remarks", ["-5wd", "-1wd"]),
    ("adoption", ["-3wd"]),
    ("agenda_text", ["-4w", "-5wd"]),
    ("talk", ["-8w", "-2w"]),
]
MAILS = {
    "M01": ["invitation"],
    "M02": ["opened", "reminder"],
    "M03": ["today"],
    "M04": ["late"],
    "M05": ["escalation"],
    "M06": ["panel_proposed"],
    "M07": ["visit_fixed"],
    "M08": ["visit_moved"],
    "M09": ["reflection_ready"],
    "M10": ["seat_invited"],
    "M11": ["seat_closed"],
    "M12": ["practical_information"],
    "M13": ["day_after_tomorrow"],
    "M14": ["thanks"],
    "M15": ["draft_report"],
    "M16": ["returned"],
    "M17": ["adopted", "adopted_status"],
    "M18": ["substitution"],
    "M19": ["on_hold", "resumed"],
    "M22": ["stopped"],
    "M23": ["not_needed"],
    "beside the table": ["new_date", "extended", "calendar", "meeting_planned"],
}
NOTICES = sorted(notice for notices in MAILS.values() for notice in notices)
RUBRICS = ("ksoi-2021", "onderwijsregio-2026")
TEMPLATES = sorted(path for base in (FOLDER / "mails", DEFAULT_MAILS) for path in base.glob("*/*/*.txt"))


def test_the_definition_loads_without_errors() -> None:
    loaded = load(FOLDER)
    assert [str(problem) for problem in loaded.errors] == []


@pytest.mark.parametrize(("row", "task", "due", "calendar"), ROWS)
def test_each_row_of_the_table_has_its_due_date(row: str, task: str, due: str, calendar: str | None) -> None:
    found = PROCESS["tasks"][task]["due"]
    assert (found["at"], found.get("calendar")) == (due, calendar)


def test_each_row_of_the_table_is_named_in_the_file() -> None:
    comments = [line.partition("#")[2] for line in (FOLDER / "process.yaml").read_text("utf-8").splitlines()]
    rows = [f"T{number:02}" for number in range(1, 23)] + ["T06b"]
    assert [row for row in rows if not any(row in comment for comment in comments)] == []


def test_candidates_answer_and_the_host_objects_within_their_terms() -> None:
    invitations = PROCESS["invitations"]
    assert invitations["due"] == {"at": "invited + 10wd", "calendar": "theirs", "closes": "due + 2wd"}
    assert invitations["objection"]["due"] == {"at": "proposed + 5wd"}
    assert PROCESS["notices"]["panel_proposed"]["asks"] == "objection"


@pytest.mark.parametrize(("task", "reminders"), REMINDERS)
def test_reminders_are_those_of_the_table(task: str, reminders: list[str]) -> None:
    assert PROCESS["tasks"][task]["remind"] == reminders


def test_an_extension_of_the_reaction_can_come_after_its_date() -> None:
    remarks = PROCESS["tasks"]["remarks"]
    assert remarks["due"]["closes"] == "due + 5wd"
    assert remarks["extend"] == {"by": "office", "at_most": "+10wd", "times": 1}


def test_each_stage_is_left_without_anybody_who_acts() -> None:
    """By a date, by the expiry of a task, or because a date that is fixed has come."""
    silent = {stage for item in PROCESS["transitions"].values() if "when" in item for stage in _sources(item)}
    open_stages = {name for name, stage in PROCESS["stages"].items() if not stage.get("end")}
    assert open_stages - silent == set()


def _sources(item: dict[str, Any]) -> list[str]:
    moments = item["when"] if isinstance(item["when"], list) else [item["when"]]
    alone = any(moment == "visit" or moment.endswith(".expired") or "+" in moment for moment in moments)
    sources = item["from"] if isinstance(item["from"], list) else [item["from"]]
    return sources if alone else []


def test_the_rubrics_differ_in_their_texts_only() -> None:
    """So that a process can change over to the education region without a change of its rules."""
    first, second = (
        load_plain((FOLDER.parent / "rubrics" / f"{name}.yaml").read_text(encoding="utf-8")) for name in RUBRICS
    )
    assert list(first["criteria"]) == list(second["criteria"])
    assert [(name, list(scale["levels"])) for name, scale in first["scales"].items()] == [
        (name, list(scale["levels"])) for name, scale in second["scales"].items()
    ]


def test_each_form_that_is_named_exists_and_no_other() -> None:
    named = {task["form"] for task in PROCESS["tasks"].values() if "form" in task}
    named |= {PROCESS["invitations"]["form"], PROCESS["invitations"]["objection"]["form"]}
    assert {path.stem for path in (FOLDER / "forms").glob("*.yaml")} == named


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_each_mail_is_there_in_both_languages(notice: str, language: str) -> None:
    bases = [base for base in (FOLDER / "mails", DEFAULT_MAILS) if (base / notice).is_dir()]
    assert bases
    assert [part for part in ("subject.txt", "body.txt") if not (bases[0] / notice / language / part).is_file()] == []


def test_each_notice_of_the_process_is_in_the_table_of_mails() -> None:
    assert set(PROCESS["notices"]) - set(NOTICES) == set()


def _context(*, full: bool) -> dict[str, Any]:
    def day(text: str) -> SimpleNamespace | None:
        return SimpleNamespace(text=text, provisional=True) if full else None

    task = SimpleNamespace(
        label="Kritische reflectie schrijven",
        due="donderdag 4 maart 2027" if full else None,
        provisional=full,
        late=2 if full else 0,
        who=["Noor Visser"],
        old_due="maandag 1 maart 2027" if full else None,
        today=full,
    )
    return {
        "reader": SimpleNamespace(name="Noor Visser"),
        "office": SimpleNamespace(name="Reviewbureau", email="bureau@example.org"),
        "process": "Ontwikkelingsgerichte peerreview",
        "the_process": "de ontwikkelingsgerichte peerreview",
        "host": "Partnerschap De Brug",
        "stage": "Voorbereiden",
        "phase": "Voorbereiding",
        "dates": SimpleNamespace(
            visit=day("donderdag 22 april 2027"),
            latest=day("zondag 1 augustus 2027"),
            panel_meeting=day("dinsdag 6 april 2027 om 16:00 uur"),
        ),
        "task": task,
        "seat": "Peer" if full else None,
        "person": "Sem de Boer" if full else None,
        "successor": "Lena Smit" if full else None,
        "asked": {
            "reason": "Ziekte." if full else None,
            "gaps": "De bronnen." if full else None,
            "until": "maandag 3 mei 2027" if full else None,
            "day": None,
        },
        "old_date": "maandag 12 april 2027" if full else None,
        "by_when": "vrijdag 5 maart 2027" if full else None,
        "reserve": full,
        "calendar": SimpleNamespace(
            label="Bezoekdag",
            when="donderdag 22 april 2027",
            old="maandag 12 april 2027" if full else None,
            cancelled=False,
        ),
        "away_until": "vrijdag 12 maart 2027" if full else None,
        "to_substitute": full,
    }


@pytest.mark.parametrize("full", [True, False], ids=["everything known", "nothing known"])
@pytest.mark.parametrize("informal", [True, False], ids=["je", "u"])
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_each_template_can_be_filled(path: Path, full: bool, informal: bool) -> None:
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters["within"] = within
    source = chosen(path.read_text("utf-8"), informal=informal)
    text = environment.from_string(source).render(_context(full=full)).strip()
    assert text
    assert [sign for sign in ("None", "  ", " .", " ,", "{", "..") if sign in text] == []
    if path.name == "subject.txt":
        assert "\n" not in text
