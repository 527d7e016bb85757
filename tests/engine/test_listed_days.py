"""The days of a list are appointments: each row has its own, and is known again when the list is answered anew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.appointments import CARRIES, wanted
from engine.definition import Definition
from engine.errors import Refused
from engine.listed_days import marks_of
from tests.builders.engine import Review, a_definition, a_draft, a_folder, launched
from workflows.checks.replacing import replacing
from workflows.loader import load_files

SITES = """
stages: {busy: {}, over: {end: true}}
transitions:
  again: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks: {sites: {for: contact, opens: [busy, again], form: sites, due: {at: opened + 2w}, until: over}}
notices: {sites_named: {when: sites.done, to: [contact, owner], invite: sites.day}}
"""
FORM = "{places: {type: rows, columns: {nr: {type: number}, name: {type: text}, day: {type: date}}}}"
LATER = date(2027, 6, 1)


def answered(*rows: tuple[str, str], review: Review | None = None) -> Review:
    review = launched(a_definition(SITES, sites=FORM)) if review is None else review.take("again", "olga")
    places = [{"name": name, **({"day": day} if day else {})} for name, day in rows]
    return review.submit("sites", "carl", places=places)


def days(review: Review, who: str = "carl") -> dict[str, str]:
    found = wanted(a_draft(review.case, review.definition))
    return {name: each.first.isoformat() for (reader, name), each in found.items() if reader == who}


def carried(review: Review) -> dict[tuple[str, str], str]:
    """Of the last step: reader and date -> the mail that tells of it."""
    found = {
        (each.recipient, each.data[CARRIES]): each.template for each in review.last.notices if CARRIES in each.data
    }
    assert len(found) == sum(CARRIES in each.data for each in review.last.notices)
    return found


def test_each_row_with_a_day_is_an_appointment_of_all_whom_the_notice_addresses() -> None:
    review = answered(("North", "2027-06-01"), ("South", "2027-06-08"), ("West", ""))
    north, south = days(review)
    assert days(review) == days(review, "owen") == {north: "2027-06-01", south: "2027-06-08"}
    assert days(review, "sara") == {}
    assert carried(review) == {
        ("carl", north): "sites_named", ("carl", south): "calendar", ("owen", north): "sites_named",
        ("owen", south): "calendar",
    }  # fmt: skip


def test_a_row_that_is_dropped_moves_no_other_and_each_change_is_told_once() -> None:
    review = answered(("North", "2027-06-01"), ("South", "2027-06-08"), ("West", "2027-06-15"))
    north, south, west = days(review)
    answered(("  north ", "2027-06-01"), ("West", "2027-06-16"), review=review)
    assert days(review) == {north: "2027-06-01", west: "2027-06-16"}
    assert {name for _, name in carried(review)} == {south, west}
    answered(("West", "2027-06-16"), ("North", "2027-06-01"), review=review)
    assert days(review) == {west: "2027-06-16", north: "2027-06-01"}
    assert carried(review) == {}


def test_what_is_listed_goes_with_a_case_that_ends_before_it() -> None:
    review = answered(("North", "2027-06-01")).take("finish", "olga")
    assert days(review) == {}
    assert sorted(who for who, _ in carried(review)) == ["carl", "owen"]


def other_name() -> Definition:
    text = (
        SITES.replace("{sites: {for", "{places: {for")
        .replace("sites.done", "places.done")
        .replace("sites.d", "places.d")
    )
    return a_definition(f"version: 2\nreplaces: {{version: 1, as: {{sites: places}}}}\n{text}", sites=FORM)


def test_a_list_has_another_name_as_long_as_nobody_answered_it() -> None:
    review = launched(a_definition(SITES, sites=FORM)).move_version(other_name())
    review.submit("places", "carl", places=[{"name": "North", "day": "2027-06-01"}])
    ((name, day),) = days(review).items()
    assert (name.partition("/")[0], day) == ("places.day", "2027-06-01")
    for listed in (answered(("North", "2027-06-01")), answered(("North", "2027-06-01")).take("again", "olga")):
        with pytest.raises(Refused) as refused:
            listed.move_version(other_name())
        assert list(refused.value.reasons) == ["the days of sites stand in calendars: it can neither go nor be renamed"]


def test_a_check_warns_of_another_name_for_a_list_of_days() -> None:
    (found,) = replacing(other_name(), a_definition(SITES, sites=FORM))
    assert (found.item, found.severity, str(found.message)) == (
        ("replaces", "sites"), "warning",
        "The days that `sites` lists stand in calendars under its name: a case in which it was answered cannot move "
        "to this version.",
    )  # fmt: skip


def test_the_case_keeps_a_mark_of_a_row_and_no_text() -> None:
    review = answered(("Somewhere secret", "2027-06-01"))
    assert "secret" not in repr(review.case).casefold()
    assert "secret" not in repr([each.event for each in review.history]).casefold()


@given(
    st.lists(st.text("abcdef", min_size=1), min_size=1, max_size=6),
    st.lists(st.text("abcdef", min_size=1), max_size=6),
)
def test_no_two_rows_have_one_mark_and_a_list_that_grows_keeps_those_it_had(old: list[str], more: list[str]) -> None:
    marks = marks_of("case", "sites", [*old, *more])
    assert len(set(marks)) == len(marks)
    assert marks[: len(old)] == marks_of("case", "sites", old)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=5), st.data())
def test_after_any_new_answer_just_its_days_stand_there(offsets: list[int], data: st.DataObject) -> None:
    rows = [(f"place {n}", (LATER + timedelta(days=offset)).isoformat()) for n, offset in enumerate(offsets)]
    review = answered(*rows)
    known = dict(zip([name for name, _ in rows], days(review), strict=True))
    kept = data.draw(st.lists(st.sampled_from(rows), unique=True))
    answered(*kept, review=review)
    assert days(review) == {known[name]: day for name, day in kept}


def test_only_a_date_or_a_column_of_days_of_the_first_list_can_be_an_invitation() -> None:
    found = load_files(a_folder(SITES.replace("invite: sites.day", "invite: sites.dya"), sites=FORM)).errors
    assert [each.message for each in found] == [
        "`invite` names `sites.dya`, which is no date. Did you mean `sites.day`?"
    ]
