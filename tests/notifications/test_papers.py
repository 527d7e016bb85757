"""What does the PDF say that goes along with a mail?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from engine.mail import Attachment
from notifications.composing import CannotCompose
from notifications.letters import Letter, Paper, Reader
from notifications.papers import attached
from notifications.typesetting import CannotTypeset, typeset
from tests.builders.pdf import lines_of
from tests.notifications.builders import letter, template

DAY = date(2027, 4, 23)
TEXT = """{{ office.name }} verklaart dat

{{ reader.name }}

als {{ acts_as }} {deelneemt|meedoet} aan de {{ process|lower }} van {{ host }}.
{% if dates.visit %}
Bezoek: {{ dates.visit.text }}
{% endif %}
{{ today }}
"""


def a_letter(name: str = "Anke de Vries", host: str = "Partnerschap Waterland") -> Letter:
    return replace(letter(reader=Reader(name=name), host=host), acts_as="voorzitter", today="vrijdag 23 april 2027")


def made(of: Letter, *, title: str = "Certificaat van deelname", text: str = TEXT, day: date = DAY) -> Attachment:
    return attached(Paper(template=template(subject=title, text=text), day=day), of)


def test_a_paper_says_what_its_template_says_and_has_its_title_as_name() -> None:
    file = made(a_letter())
    assert (file.name, file.media_type, file.method) == ("Certificaat van deelname.pdf", "application/pdf", "")
    assert lines_of(file.data) == [
        "Certificaat van deelname",
        "Bureau Peerreview verklaart dat",
        "Anke de Vries",
        "als voorzitter deelneemt aan de ontwikkelingsgerichte peerreview van ",
        "Partnerschap Waterland.",
        "Bezoek: donderdag 22 april 2027",
        "vrijdag 23 april 2027",
    ]


def test_a_paper_is_tagged_and_names_its_language_title_and_office() -> None:
    with pikepdf.open(BytesIO(made(a_letter()).data)) as pdf, pdf.open_metadata() as meta:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("nl", True)
        assert (meta["pdfuaid:part"], meta["dc:title"]) == ("1", "Certificaat van deelname")
        assert meta["dc:creator"] == ["Bureau Peerreview"]


def test_the_same_facts_give_the_same_bytes_and_others_give_others() -> None:
    assert made(a_letter()) == made(a_letter())
    assert made(a_letter()) != made(a_letter(name="Ben Bos"))
    assert made(a_letter()) != made(a_letter(), day=date(2027, 4, 24))


def test_what_people_wrote_is_no_command_of_the_typesetter() -> None:
    evil = '#panic("owned") $x$ *bold* \\ @ref // /* "quote" ["] #import "x"'
    assert evil in "".join(lines_of(made(a_letter(host=evil)).data))


@pytest.mark.parametrize(("name", "said"), [("Zoë 李明", "Zoë □□"), ("Jan \U0001f600", "Jan □")])
def test_a_sign_that_no_font_has_is_a_box_and_the_paper_is_made(name: str, said: str) -> None:
    file = made(a_letter(name=name))
    assert said in "".join(lines_of(file.data))
    with pikepdf.open(BytesIO(file.data)) as pdf, pdf.open_metadata() as meta:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "pdfuaid:part" not in meta  # which forbids boxes
    assert file == made(a_letter(name=name))


def test_a_layout_that_is_wrong_says_so(tmp_path: Path) -> None:
    (tmp_path / "wrong.typ").write_text("#nothing-of-that-name")
    with pytest.raises(CannotTypeset, match="unknown variable: nothing-of-that-name"):
        typeset(tmp_path / "wrong.typ", {}, datetime(2027, 4, 23, tzinfo=UTC))


def test_a_name_of_a_file_holds_no_folder() -> None:
    assert made(a_letter(), title="Deelname 2026/2027").name == "Deelname 2026-2027.pdf"


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("Certificaat", "{{ nobody }}", "'nobody' is undefined"),
        (" ", "Tekst", "without a subject"),
    ],
)
def test_a_paper_that_cannot_be_made_says_why(title: str, text: str, words: str) -> None:
    with pytest.raises(CannotCompose, match=words):
        made(a_letter(), title=title, text=text)
