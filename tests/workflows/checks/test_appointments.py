"""Whose calendar a list fills may read what the list says."""

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
