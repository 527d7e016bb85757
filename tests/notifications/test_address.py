"""Is everybody addressed as they wish? Salutations, and both forms in every Dutch text of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications import address
from notifications.catalogue import texts
from notifications.composing import CannotCompose, compose
from notifications.letters import Reader
from notifications.salutation import salutation
from tests.notifications.builders import letter, template

FOLDERS = sorted(Path("workflows").glob("*/mails/*/*/*"))
PETRA = {"name": "Petra van der Berg", "given": "Petra", "infix": "van der", "family": "Berg"}


@pytest.mark.parametrize(
    ("parts", "dutch", "english"),
    [
        ({"title": "mevrouw"}, "Geachte mevrouw Van der Berg,", "Dear Ms Van der Berg,"),
        ({"title": "mevr."}, "Geachte mevrouw Van der Berg,", "Dear Ms Van der Berg,"),
        ({"title": "de heer"}, "Geachte heer Van der Berg,", "Dear Mr Van der Berg,"),
        ({"title": "Dhr."}, "Geachte heer Van der Berg,", "Dear Mr Van der Berg,"),
        ({"title": "Mrs"}, "Geachte mevrouw Van der Berg,", "Dear Ms Van der Berg,"),
        ({"title": "mevrouw dr."}, "Geachte mevrouw dr. Van der Berg,", "Dear Ms dr. Van der Berg,"),
        ({"title": "mr."}, "Geachte mr. Van der Berg,", "Dear mr. Van der Berg,"),  # a lawyer's, not a man's
        ({}, "Geachte Petra van der Berg,", "Dear Petra van der Berg,"),
        ({"informal": True, "title": "mevrouw"}, "Beste Petra,", "Dear Petra,"),
    ],
)
def test_a_reader_is_greeted_in_the_own_form_and_language(parts: dict[str, object], dutch: str, english: str) -> None:
    reader = Reader(**{**PETRA, **parts})  # type: ignore[arg-type]  # each is a part of a name, or whether
    assert (salutation(texts("nl"), reader), salutation(texts("en"), reader)) == (dutch, english)


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (Reader(name="P. van der Berg"), "Geachte P. van der Berg,"),
        (Reader(name="P. van der Berg", informal=True), "Beste P. van der Berg,"),
        (Reader(name="Jan 't Hart", infix="'t", family="Hart", title="heer"), "Geachte heer 't Hart,"),
        (Reader(name="Ann d'Ancona", infix="d'", family="Ancona", title="mw."), "Geachte mevrouw D'Ancona,"),
        (Reader(name="Ann Smit", family="Smit", title="mevrouw"), "Geachte mevrouw Smit,"),
        (Reader(name="Het bestuur", title="mevrouw"), "Geachte Het bestuur,"),
    ],
)
def test_a_name_whose_parts_are_not_known_is_greeted_decently(reader: Reader, expected: str) -> None:
    assert salutation(texts("nl"), reader) == expected


def test_a_text_speaks_to_its_reader_in_one_form() -> None:
    both = template(
        "{Wilt u|Wil je} {{ task.label }}?", "{U|Je} hoeft {% if host %}{uw|je}{% endif %} taak niet te doen."
    )
    formal = compose(letter(), both)
    informal = compose(letter(reader=Reader(name="Anke de Vries", given="Anke", informal=True)), both)
    assert (formal.subject, informal.subject) == (
        "Wilt u Kritische reflectie indienen?", "Wil je Kritische reflectie indienen?",
    )  # fmt: skip
    assert formal.text.startswith("Geachte Anke de Vries,\n\nU hoeft uw taak niet te doen.\n")
    assert informal.text.startswith("Beste Anke,\n\nJe hoeft je taak niet te doen.\n")
    assert "Het bureau vult je\nantwoord dan voor je in." in informal.text
    assert "Waarom krijg je deze mail?" in informal.html


def test_the_html_of_a_process_speaks_in_that_form_too() -> None:
    both = template("s", "t", "<p>{Wilt u|Wil je} dit {{ host|lower }}?</p>")
    assert (
        "<p>Wil je dit partnerschap waterland?</p>"
        in compose(letter(reader=Reader(name="A", informal=True)), both).html
    )


@pytest.mark.parametrize("source", ["{a|b|c}", "{a|}", "{|b}", "{a|b\nc}"])
def test_what_does_not_hold_two_forms_is_refused(source: str) -> None:
    with pytest.raises(CannotCompose, match="does not hold two forms of address"):
        compose(letter(), template(text=source))


def test_names_and_answers_are_not_read_as_forms() -> None:
    mail = compose(letter(host="{A|B}"), template(text="Over {{ host }}."))
    assert "Over {A|B}." in mail.text


@pytest.mark.parametrize("path", [each for each in FOLDERS if each.parent.name == "nl"], ids=str)
def test_no_dutch_mail_of_ours_mixes_the_forms(path: Path) -> None:
    source, t = path.read_text(encoding="utf-8"), texts("nl")
    assert address.misplaced(source, t.series("formal_words"), informal=True) is None
    assert address.misplaced(source, t.series("informal_words"), informal=False) is None


def test_no_text_of_the_layout_mixes_the_forms() -> None:
    lists = ("formal_words", "informal_words", "titles")
    for informal, wrong in ((True, "formal_words"), (False, "informal_words")):
        t = texts("nl", informal=informal)
        several = {name for name in t.names() if name.startswith("bundle")} | {
            "calendar_missed_subject",
            "calendar_missed_files",
        }
        said = [str(t.series(name) if name in several else t[name])
                for name in t.names() - {*lists, "weekdays", "months", "working_days", "late"}]  # fmt: skip
        words = {word.lower() for text in said for word in re.findall(r"\w+", text)}
        assert words.isdisjoint(t.series(wrong))


def test_no_english_mail_has_forms_to_choose_from() -> None:
    english = [each for each in FOLDERS if each.parent.name == "en"]
    assert english
    assert [str(each) for each in english if address.BOTH.search(each.read_text(encoding="utf-8"))] == []
