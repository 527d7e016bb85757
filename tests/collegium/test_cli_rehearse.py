"""`rehearse`: what a round will bring, before it begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import a_folder
from tests.collegium.command_line import HOST, SHEETS, Office, a_new_office
from tests.collegium.workbooks import save

ROUND = ("rehearse", SMALL_REVIEW, "--hosts", "De Linde", "--until", "2027-12-31")


def rehearsed(office: Office, *more: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = office.json(*ROUND, *more)
    return found


def kinds(facts: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(each["kind"], each["to"]): each["number"] for each in facts["mails"]["kinds"]}


def test_everybody_on_the_last_day_is_told_in_stages_dates_and_mails(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    facts = rehearsed(office)
    (case,) = facts["cases"]
    assert [(each["stage"], each["first"]) for each in case["stages"]] == [
        ("proposed", "2027-03-01"), ("writing", "2027-03-08"), ("done", "2027-04-23"),
    ]  # fmt: skip
    assert [(each["task"], each["who"], each["due"], each["done"], each["how"]) for each in case["tasks"]] == [
        ("choose_day", ["Cora Kok"], "2027-03-08", "2027-03-08", "in_time"),
        ("reflection", ["Anna Bos"], "2027-04-23", "2027-04-23", "in_time"),
    ]
    assert (facts["ended"], facts["amiss"], facts["office"]) == (1, [], [])
    assert kinds(facts)[("reminder", "Contact person")] == 2
    assert facts["mails"]["labels"]["opened"] == "New task"  # in the language of the command, and not of the process
    assert sum(each["number"] for each in facts["mails"]["days"]) == facts["mails"]["number"]


def test_a_rehearsal_sends_nothing_and_keeps_nothing(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    before = office.database.read_bytes()
    assert rehearsed(office)["mails"]["number"] > 0
    assert (office.json("cases"), office.json("outbox")) == ([], [])
    assert office.database.read_bytes() == before


def test_the_same_rehearsal_twice_tells_the_same(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    assert rehearsed(office) == rehearsed(office)


def test_who_answers_on_the_next_morning_is_not_reminded(tmp_path: Path) -> None:
    facts = rehearsed(a_new_office(tmp_path), "--cast", "at-once")
    assert facts["cases"][0]["ended"] == "2027-03-03"
    assert {kind for kind, _ in kinds(facts)} == {"opened", "begun"}


def test_where_nobody_answers_it_is_told_what_gets_late_and_what_the_office_is_asked(tmp_path: Path) -> None:
    facts = rehearsed(a_new_office(tmp_path), "--cast", "nobody")
    assert [(each["task"], each["due"], each["how"]) for each in facts["amiss"]] == [
        ("choose_day", "2027-03-08", "overdue"),
        ("missing_date", "2027-05-31", "overdue"),
    ]
    assert [(each["kind"], each["since"]) for each in facts["office"]] == [
        ("open", "2027-03-01"), ("question", "2027-05-24"),
    ]  # fmt: skip


def test_a_rehearsal_foretells_the_mails_that_the_launched_round_will_send(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    until = ("--until", "2027-06-30")
    told = office.json("rehearse", SMALL_REVIEW, "--hosts", "De Linde", "--cast", "nobody", *until)
    office.run("launch", SMALL_REVIEW, "--name", "Ronde", "--hosts", "De Linde")
    coming = office.json("outbox", "tomorrow", "--date", "2027-06-30")
    days = {each["day"]: each["number"] for each in told["mails"]["days"]}
    assert days == {day: sum(row["at"][:10] == day for row in coming["mails"]) for day in days}
    assert told["mails"]["number"] == coming["number"]


def test_people_of_a_workbook_take_part_although_they_were_not_imported(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    sheets = {name: list(rows) for name, rows in SHEETS.items()}
    sheets["Organisaties"].append(["De Nieuwe", "partnerschap", "Midden", "po", "2022-06-01"])
    sheets["Personen"] += [["Nel Nieuw", "nel@nieuw.example"], ["Bas Baas", "bas@nieuw.example"]]
    sheets["Functies"] += [
        ["nel@nieuw.example", "De Nieuwe", "contactpersoon"],
        ["bas@nieuw.example", "De Nieuwe", "bestuurlijk verantwoordelijke"],
    ]
    book = save(tmp_path, sheets)
    facts = office.json("rehearse", SMALL_REVIEW, "--hosts", "De Nieuwe", "--people", book)
    assert [each["who"] for each in facts["cases"][0]["tasks"]] == [["Cora Kok"], ["Nel Nieuw"]]
    assert office.refused("rehearse", SMALL_REVIEW, "--hosts", "De Nieuwe")[0].startswith("There is no organisation")


def test_what_is_answered_where_it_matters_must_be_asked_by_the_process(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    wrong = office.run(*ROUND, "--answer", "reflection.nonsense=1", code=2)
    assert "there is no 'reflection.nonsense' here." in wrong.stderr
    assert "there is no 'nothing' here." in office.run(*ROUND, "--choose", "nothing=begin", code=2).stderr
    assert "'sometimes' is none of" in office.run(*ROUND, "--cast", "sometimes", code=2).stderr


SEEN_TO = """
process: seen-to
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
stages: {busy: {}, over: {end: true}}
transitions: {full: {from: busy, to: over, auto: true, if: [number of contact > 0, LINE]}}
tasks: {complete: {for: coordinator, opens: busy, does: [full], due: {at: opened + 10wd}}}
"""


def written(tmp_path: Path, text: str, **forms: str) -> Path:
    """The folder of a small process."""
    folder = tmp_path / "process"
    for name, content in a_folder(text, **forms).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def seen_to(tmp_path: Path, line: str) -> dict[str, Any]:
    """A rehearsal of a process in which somebody sees to it that a step happens by itself."""
    folder = written(tmp_path, SEEN_TO.replace("LINE", line))
    found: dict[str, Any] = a_new_office(tmp_path).json(
        "rehearse", folder, "--hosts", "De Linde", "--until", "2027-04-30"
    )
    return found


def test_where_a_step_that_happens_by_itself_does_not_it_is_told_why(tmp_path: Path) -> None:
    facts = seen_to(tmp_path, "number of contact > 2")
    refused = [(each["since"], each["what"], each["why"]) for each in facts["office"] if each["kind"] == "refused"]
    assert refused == [("2027-03-15", "complete", "the number at ‘contact’ is more than 2 (now 1; the bound is 2)")]
    assert facts["cases"][0]["ended"] is None


def test_a_panel_that_no_task_asks_anybody_to_fill_is_told_as_not_played(tmp_path: Path) -> None:
    text = (
        SEEN_TO.replace("LINE", "2 peer seated")
        + "seats: {peer: {count: 2, accept: {nobody_named: the office does}}}\n"
    )
    folder = written(tmp_path, text + "invitations: {form: answer, due: {at: invited + 5wd}}\n")
    lines = a_new_office(tmp_path).lines("rehearse", folder, "--hosts", "De Linde", "--until", "2027-03-31")
    assert [line.split("  ")[-1].strip() for line in lines if "not played" in line] == [
        "not played, since no task asks anybody to fill it: peer"
    ]


def test_what_may_be_set_aside_for_a_step_that_happens_by_itself_is_on_the_last_day(tmp_path: Path) -> None:
    facts = seen_to(tmp_path, "{that: number of contact > 2, waive: office}")
    assert [(each["kind"], each["since"]) for each in facts["office"]] == [("waived", "2027-03-15")]
    assert (facts["cases"][0]["ended"], facts["amiss"]) == ("2027-03-15", [])


YEARLY = "transitions: {finish: {from: busy, to: over, when: case.launched + 1y}}"
ASKED = """
{
  how: {type: choice, choices: {well: {en: Well}, badly: {en: Badly}}, required: true},
  number: {type: number, least: 2},
  points: {type: rows, columns: {what: {type: text, required: true}, until: {type: date}}}
}
"""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("work.how=finely", "work.how: 'finely' is none of well, badly"),
        ("work.number=1", "work.number: the number is 1, at least 2 is needed"),
        ("work.points.1.until=2027-04-31", "work.points.1.what: an answer is needed"),
        ("work.words=much", "there is no 'work.words' here. There are: how, number, points."),
        ("wrok.how=well", "there is no 'wrok' here. Did you mean work?"),
        ("work.how=well", ""),
    ],
)
def test_an_answer_that_can_never_be_given_is_refused_with_what_there_is(
    tmp_path: Path, answer: str, told: str
) -> None:
    people = SEEN_TO[SEEN_TO.index("people:") : SEEN_TO.index("stages:")]
    folder = written(tmp_path, f"process: asked\n{people}{YEARLY}", note=ASKED)
    words = ("rehearse", folder, "--hosts", "De Linde", "--until", "2027-03-02", "--answer", answer)
    result = a_new_office(tmp_path).run(*words, code=2 if told else 0, env={"COLUMNS": "200"})
    assert told in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("cast", "line"),
    [("last-day", "Nothing was late or lapsed."), ("nobody", "2 times it did not go in time:")],
)
def test_it_is_told_in_sentences_and_tables(tmp_path: Path, cast: str, line: str) -> None:
    lines = a_new_office(tmp_path).lines(*ROUND, "--cast", cast)
    assert lines[0].startswith("Rehearsal of “Rehearsal” (small-review, version 1): 1 case")
    assert line in lines
    assert lines[-1] == "This was a rehearsal in memory: nothing was sent, and nothing is kept."


def test_one_case_is_told_day_by_day(tmp_path: Path) -> None:
    lines = a_new_office(tmp_path).lines(*ROUND, "--show", "Linde")
    assert lines[0] == f"{HOST}: Small review"
    assert lines[1] == "Mon 2027-03-01 Proposed"


LINKED = """
process: linked
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
dates:
  visit: {set_by: fix, provisional: case.launched + 4w}
  talk: {set_by: settle, window: visit + 2w .. visit + 3w}
stages: {busy: {}, known: {}, over: {end: true}}
transitions:
  fix: {from: busy, to: known, when: propose.done, sets: {visit: propose.day}}
  lapse: {from: busy, to: over, when: case.launched + 3mo}
  settle: {from: [busy, known], by: coordinator, asks: {day: date}, sets: {talk: chosen.day}}
  finish: {from: known, to: over, when: talk + 1d}
tasks:
  arrange: {for: coordinator, opens: busy, does: [settle], due: {at: opened + 5wd}}
  propose: {for: contact, opens: busy, form: proposal, due: {at: opened + 10wd}}
"""


def test_a_date_that_no_longer_fits_is_told_and_set_anew(tmp_path: Path) -> None:
    folder = written(tmp_path, LINKED, proposal="{day: {type: date}}")
    words = ("--hosts", "De Linde", "--until", "2027-08-31", "--answer", "propose.day=2027-05-31")
    facts = a_new_office(tmp_path).json("rehearse", folder, *words)
    asked = [(each["kind"], each["since"], each["until"], each["what"]) for each in facts["office"]]
    assert asked == [("question", "2027-03-15", "2027-03-22", "Agree anew on a date that no longer fits [talk]")]
    (case,) = facts["cases"]
    assert {each["date"]: each["day"] for each in case["dates"]} == {"visit": "2027-05-31", "talk": "2027-06-14"}
    assert case["ended"] == "2027-06-15"
