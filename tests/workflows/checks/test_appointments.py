"""Whose calendar a list fills may read what the list says, and who is expected on a day is invited."""

from __future__ import annotations

import pytest

from tests.builders.engine import a_folder, unchecked
from tests.engine.test_listed_days import FORM, SITES
from workflows.checks.appointments import appointments
from workflows.loader import load_files


def told(documents: str) -> list[str]:
    definition = unchecked(SITES + documents, sites=FORM)
    return [each.message for each in appointments(definition)]


@pytest.mark.parametrize("documents", ["", "documents: {sites: {see: {contact: true, owner: false}}}"])
def test_a_reader_who_may_not_read_the_answer_is_told_with_what_would_help(documents: str) -> None:
    assert told(documents) == [
        "The notice `sites_named` puts `sites.day` into the calendar of `owner`, who may not read that answer: each "
        "day stands there without the text of its row. Add them under `see` of a document `sites`, or leave them out."
    ]


@pytest.mark.parametrize("seen", ["true", "[stage is over]"])
def test_who_may_read_it_at_any_time_is_not_told(seen: str) -> None:
    assert told(f"documents: {{sites: {{see: {{owner: {seen}}}}}}}") == []


def test_a_single_day_of_an_answer_is_said_to_need_a_name_and_with_one_it_is_sound() -> None:
    form = FORM.replace("{places:", "{first: {type: date}, places:")
    wrong = SITES.replace("invite: sites.day", "invite: sites.first")
    assert [(each.message, each.line > 0) for each in load_files(a_folder(wrong, sites=form)).errors] == [(
        "`invite: sites.first` is one answer, and only days in the rows of a list are appointments by themselves. Give "
        "it a name under `dates`, such as `first_day: {from: sites.first}`, and invite that.", True,
    )]  # fmt: skip
    named = wrong.replace("invite: sites.first", "invite: first_day") + "dates: {first_day: {from: sites.first}}\n"
    assert [each for each in load_files(a_folder(named, sites=form)).errors if each.severity == "error"] == []


VISIT = """
seats: {chair: {count: 1}, peer: {count: 1..3}, reserve: {count: 0..1}}
invitations: {form: answer, due: {at: invited + 5wd}}
groups: {panel: [chair, peer], table: [chair, peer, reserve]}
dates: {visit: {set_by: [fix]}}
stages: {busy: {}, visiting: {}, over: {end: true}}
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  arrive: {from: busy, to: visiting, when: BEGINS}
  finish: {from: visiting, to: over, when: record.done}
tasks: {record: {for: chair, opens: visiting, form: record, due: {at: opened + 5wd}}}
notices: {fixed: {when: fix, to: [TOLD], invite: visit}}
"""
PRESENT = "{there: {type: person, of: %s, many: true, marks: present}}"


def left_out(whom: str, present: str = "panel", begins: str = "visit", more: str = "") -> list[str]:
    """What is told of a visit to which these are invited, where a form records who of whom were there."""
    text = VISIT.replace("TOLD", whom).replace("BEGINS", begins).replace("invite: visit}}", f"invite: visit}}{more}}}")
    return [each.message for each in appointments(unchecked(text, record=PRESENT % present))]


def test_of_whom_is_recorded_that_they_were_there_is_invited_by_some_notice_of_the_day() -> None:
    assert left_out("contact, panel") == []
    assert left_out("contact, peer") == [
        "`record` records whether `chair` were there on `visit`, and no notice invites them to it: add them under `to` "
        "of `fixed`."
    ]
    assert left_out("contact, peer", more=", led: {when: fix, to: chair, invite: visit}") == []
    assert left_out("contact, panel", "table") == [
        "`record` records whether `reserve` were there on `visit`, and no notice invites them to it: add them under "
        "`to` of `fixed`."
    ]


@pytest.mark.parametrize(
    ("whom", "left"),
    [("contact, peer", "`chair`"), ("panel", "`contact` or `signatory`"), ("signatory, panel", ""), ("contact", "")],
)
def test_where_a_day_begins_a_stage_the_whole_panel_is_invited_and_somebody_of_the_organisation(
    whom: str, left: str
) -> None:
    expected = f"`visit` begins `visiting`, and no notice invites {left} to it, who are expected there: add them under "
    assert left_out(whom, "office") == ([expected + "`to` of `fixed`."] if left else [])


def test_a_day_that_begins_nothing_may_be_for_some_of_the_panel() -> None:
    assert left_out("chair, signatory", "peer", begins="case.launched + 9w") == []
