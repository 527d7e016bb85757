"""What becomes of the findings of an organisation, over its cases?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.events import Submission
from engine.findings import Finding, of_organisation
from engine.history import replay
from engine.prefilling import proposed
from engine.world import Followed
from tests.builders.engine import Review, a_definition, a_folder, a_world, launched, promises_broken
from workflows.loader import load_files

REPORT = (
    "points: {type: rows, marks: finding, columns: {mark: {type: text}, subject: {type: text}, words: {type: text}}}"
)
MISSION = """
stages: {busy: {}, over: {end: true}}
transitions:
  again: {from: busy, to: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks: {work: {for: contact, opens: busy, form: note}}
"""
OUTCOME = "status: {type: choice, marks: finding, choices: [still, partly, settled], closes: [partly, settled]}"
FOLLOW_UP = """
tasks:
  look: {for: office, each: findings, opens: busy, form: outcome}
  list: {for: owner, opens: busy, form: note, skip_if: [number of findings > 0]}
"""
R1, R2, R3 = "6a76", "d8d2", "c26b"  # marks of the texts of a mission's rows, as the case keeps them


def a_mission(*marks: str, **more: Any) -> Review:
    review = launched(a_definition(MISSION, note=REPORT), **more)
    return review.submit("work", "carl", points=[rows(mark) for mark in marks])


def rows(mark: str) -> dict[str, str]:
    return {"mark": mark, "subject": f"about {mark}", "words": "do it"}


def look(mark: str) -> str:
    """The task about the finding of a mission that has this mark."""
    return f"look:1/case-1-note-points-{mark}"


def a_follow_up(found: tuple[Finding, ...]) -> Review:
    known = {each.key: Followed(text=each.text, is_open=each.is_open) for each in found}
    review = launched(a_definition(FOLLOW_UP, note=REPORT, outcome=OUTCOME), world=a_world(findings=known))
    review.case = replace(review.case, id="case-2")
    return review


def of(*reviews: Review) -> tuple[Finding, ...]:
    return of_organisation(
        (each.definition, each.case, [in_case(each, given) for given in each.submissions]) for each in reviews
    )


def in_case(review: Review, given: Submission) -> Submission:
    return replace(given, case=review.case.id)


def standing(found: tuple[Finding, ...]) -> list[tuple[str, str, bool]]:
    return [(each.text, each.state, each.is_open) for each in found]


def test_each_row_of_a_report_is_a_finding_that_is_open_and_is_named_by_its_first_columns() -> None:
    found = of(a_mission("R1", "R2"))
    assert standing(found) == [("R1 - about R1", "", True), ("R2 - about R2", "", True)]
    assert [(each.key, each.number) for each in found] == [
        (f"case-1-note-points-{R1}", "1"),
        (f"case-1-note-points-{R2}", "2"),
    ]


def test_another_round_of_the_report_replaces_what_it_says_and_drops_the_rows_that_are_gone() -> None:
    review = a_mission("R1", "R2", "R3").take("again")
    assert len(of(review)) == 3  # the first report counts until there is another
    review.submit("work", "carl", points=[rows("R1"), rows("R9")])
    assert standing(of(review)) == [("R1 - about R1", "", True), ("R9 - about R9", "", True)]


def test_a_report_that_waits_for_its_signature_makes_no_findings() -> None:
    signed = MISSION.replace("form: note}", "form: note, sign: {by: signatory, due: {at: submitted + 5wd}}}")
    review = launched(a_definition(signed, note=REPORT)).submit("work", "carl", points=[rows("R1")])
    assert of(review) == ()
    review.submit("work:1", "sara", signed="yes")
    assert len(of(review)) == 1


def test_a_finding_is_named_by_columns_of_text_and_never_by_the_key_of_a_choice_or_a_person() -> None:
    columns = "mark: {type: text}, sort: {type: choice, choices: [urgent, minor]}, who: {type: person, of: contact}"
    form = f"points: {{type: rows, marks: finding, columns: {{{columns}, subject: {{type: text}}}}}}"
    review = launched(a_definition(MISSION, note=form))
    review.submit(
        "work",
        "carl",
        points=[
            {"mark": "A1", "sort": "urgent", "who": "carl", "subject": "about A1"},
            {"sort": "minor", "subject": "go"},
            {"sort": "minor"},
        ],
    )
    assert [each.text for each in of(review)] == ["A1 - about A1", "go", "3"]


DRAFT = """
stages: {busy: {}, over: {end: true}}
tasks:
  work: {for: contact, opens: busy, form: note}
  final: {for: contact, opens: work.done, form: note}
  other: {for: contact, opens: busy, form: aside}
"""


def test_of_a_draft_and_a_final_report_with_one_form_the_last_makes_the_findings() -> None:
    review = launched(a_definition(DRAFT, note=REPORT)).submit("work", "carl", points=[rows("R1"), rows("R2")])
    assert of(review) == ()  # a mission that is withdrawn after its draft leaves nothing open
    review.submit("final", "carl", points=[rows("R3")])
    assert standing(of(review)) == [("R3 - about R3", "", True)]


def test_lists_of_one_name_in_two_forms_are_two_lists() -> None:
    review = launched(a_definition(DRAFT, note=REPORT, aside=REPORT))
    review.submit("other", "carl", points=[rows("A1"), rows("A2")]).submit("work", "carl", points=[])
    review.submit("final", "carl", points=[rows("R1")])
    assert [(each.key, each.text) for each in of(review)] == [
        ("case-1-aside-points-2cae", "A1 - about A1"), ("case-1-aside-points-7e7a", "A2 - about A2"),
        (f"case-1-note-points-{R1}", "R1 - about R1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("process", "points", "message"),
    [
        (
            "tasks: {work: {each: contact, opens: busy, form: note}}",
            REPORT,
            "`work` is answered several times, and its findings could not be told apart. "
            "Let one task, done once, write them down.",
        ),
        (
            MISSION,
            "points: {type: rows, marks: finding, columns: {number: {type: number}, which: {type: date}}}",
            "Nothing names a finding of `points`: give it a column of the type text.",
        ),
    ],
)
def test_findings_that_nobody_can_tell_apart_are_a_fault(process: str, points: str, message: str) -> None:
    found = load_files(a_folder(process, note=points)).errors
    assert [each.message for each in found if "finding" in each.message] == [message]


def test_a_later_case_has_a_task_for_each_open_finding_and_its_answer_moves_the_finding() -> None:
    mission = a_mission("R1", "R2", "R3")
    follow_up = a_follow_up(of(mission))
    assert [key for key in follow_up.open() if key.startswith("look")] == [
        look(R1), look(R2), look(R3),
    ]  # fmt: skip
    assert follow_up.task("list").state == "skipped"
    follow_up.submit(look(R1), "olga", status="settled")
    follow_up.submit(look(R2), "olga", status="still")
    found = of(mission, follow_up)
    assert of(follow_up, mission) == found
    assert standing(found) == [
        ("R1 - about R1", "outcome.status.settled", False),
        ("R2 - about R2", "outcome.status.still", True),
        ("R3 - about R3", "", True),
    ]
    assert [each.said_in for each in found] == ["case-2", "case-2", ""]
    later = a_follow_up(found)
    assert [key for key in later.open() if key.startswith("look")] == [
        look(R2), look(R3),
    ]  # fmt: skip
    assert "about R1" not in str([each.payload for each in follow_up.history])
    later.case = replace(later.case, id="case-1")
    assert promises_broken(later) == []


def test_what_was_said_of_a_finding_stays_with_its_text_when_the_list_is_corrected() -> None:
    def corrected(*points: dict[str, str]) -> list[tuple[str, str, bool, bool]]:
        mission.correct(task="work:1", to="open").submit("work", "carl", points=list(points))
        found = of(mission, follow_up)
        return [(each.text, each.state, each.is_open, each.listed) for each in found]

    mission = a_mission("R1", "R2")
    follow_up = a_follow_up(of(mission)).submit(look(R1), "olga", status="settled")
    settled = ("R1 - about R1", "outcome.status.settled", False)
    assert corrected(rows("R2"), rows("R9")) == [
        ("R2 - about R2", "", True, True), ("R9 - about R9", "", True, True), (*settled, False),
    ]  # fmt: skip
    spelled = {**rows("R1"), "subject": "About  R1", "words": "do it soon"}
    assert corrected(rows("R2"), spelled) == [
        ("R2 - about R2", "", True, True), ("R1 - About  R1", *settled[1:], True),
    ]  # fmt: skip
    other = {**rows("R1"), "subject": "of staff"}
    assert corrected(other) == [("R1 - of staff", "", True, True), ("R1 - About  R1", *settled[1:], False)]
    mission.correct(task="work:1", to="open")
    assert [(each.text, each.listed) for each in of(mission, follow_up)] == [("R1 - About  R1", False)]


def test_a_row_of_which_a_later_case_says_that_it_remains_is_not_open_once_its_list_has_it_no_more() -> None:
    mission = a_mission("R1")
    follow_up = a_follow_up(of(mission)).submit(look(R1), "olga", status="still")
    mission.correct(task="work:1", to="open").submit("work", "carl", points=[])
    assert standing(of(mission, follow_up)) == [("R1 - about R1", "outcome.status.still", False)]


def test_an_organisation_without_open_findings_has_nothing_to_be_looked_at() -> None:
    review = a_follow_up(())
    assert [key for key in review.open() if key.startswith("look")] == []
    assert "look.done" in review.case.moments
    assert review.task("list").is_open
    assert replay(review.history) == replace(review.case, id="case-1")


def test_a_list_may_be_filled_in_with_the_open_findings_as_far_as_it_asks_for_them() -> None:
    form = "told: {type: rows, prefill: findings, columns: {mark: {type: text}, done: {type: text}}}"
    definition = a_definition("", note=form)
    given = [each.row for each in of(a_mission("R1", "R2"))]
    answers = proposed(definition, definition.forms["note"], [], (), "case-2", given)
    assert answers == {"told": [{"mark": "R1"}, {"mark": "R2"}]}
