"""Instances of one task share a box; what is not asked for has none."""

import re

from notifications.composing import compose, compose_bundle
from notifications.letters import Further, Letter, Reader, TaskText
from tests.notifications.builders import letter, template

DUE = "maandag 8 maart 2027"
ENGLISH = Reader(name="Ann Jones", language="en")


def score(part: str, **changes: object) -> TaskText:
    whole = {"label": f"Waarborg beoordelen: {part}", "name": "Waarborg beoordelen", "part": part, "due": DUE}
    return TaskText(**{**whole, **changes})  # type: ignore[arg-type]


def over(label: str, **changes: object) -> Letter:
    return letter(task=TaskText(label=label, due=DUE, who="Anke de Vries"), link=None, by_when=None, **changes)


def test_what_need_not_be_done_any_more_has_no_box_and_asks_no_answer() -> None:
    mail = compose(over("Lezen"), template())
    assert "---" not in mail.text
    assert "Uiterlijk" not in mail.text
    assert "beantwoorden" not in mail.text
    assert 'class="box"' not in mail.html


def test_a_late_task_of_another_says_whose_it_is() -> None:
    task = TaskText(label="Lezen", due=DUE, late=2, who="Judith Pronk")
    mail = compose(letter(task=task, by_when=DUE, link=None), template())
    assert "Wie:        Judith Pronk\nUiterlijk:  maandag 8 maart 2027 (2 werkdagen te laat)\n" in mail.text
    assert "U kunt ook deze mail beantwoorden." in mail.text


def test_a_task_about_somebody_names_them() -> None:
    task = TaskText(label="Bezwaar maken", about="Judith Pronk (peer)")
    assert "Over wie:   Judith Pronk (peer)\n" in compose(letter(task=task), template()).text


def test_a_mail_that_asks_for_more_instances_gives_each_its_link() -> None:
    also = (Further(task=score("De organisatie"), by_when=DUE, link="%%link:L2%%"),)
    mail = compose(letter(task=score("De leeromgeving"), by_when=DUE, also=also), template())
    assert mail.text.split("-" * 72)[1] == (
        "\nWat:        Waarborg beoordelen\n"
        "Waarover:   Ontwikkelingsgerichte peerreview, Partnerschap Waterland\n"
        "Uiterlijk:  maandag 8 maart 2027\n"
        "\n- De leeromgeving\n  %%link:L1%%\n"
        "\n- De organisatie\n  %%link:L2%%\n"
    )
    assert re.findall('<a href="(%%link:L.%%)">([^<]*)</a>', mail.html) == [
        ("%%link:L1%%", "De leeromgeving"),
        ("%%link:L2%%", "De organisatie"),
    ]
    assert "Lukt het niet via een link?" in mail.text


def test_one_task_for_several_hosts_is_one_box_with_a_row_for_each() -> None:
    def propose(host: str, due: str, late: int = 0) -> Letter:
        return letter(host=host, task=TaskText(label="Panel voorstellen", due=due, late=late), by_when=due)

    mail = compose_bundle([propose("West", "vrijdag 5 maart 2027", 1), letter(), propose("Oost", DUE)])
    assert mail.text.count("Wat:") == 2
    assert "Waarover:   Ontwikkelingsgerichte peerreview\n" in mail.text
    assert "- West: uiterlijk vrijdag 5 maart 2027 (1 werkdag te laat)\n" in mail.text
    assert "- Oost: uiterlijk maandag 8 maart 2027\n" in mail.text
    assert mail.html.count('class="box"') == 2


def test_rows_are_at_most_72_columns_wide() -> None:
    name = "Opleidingsschool van het Hoge Noorden en de Waddeneilanden"
    letters = [letter(host=f"{name} {n}", by_when=f"donderdag {n} april 2027") for n in (1, 2)]
    assert max(map(len, compose_bundle(letters).text.split("\n"))) <= 72


def test_late_tasks_of_others_make_a_mail_of_their_own_kind() -> None:
    letters = [
        letter(task=score(part, who="Judith Pronk", late=2), link=None, by_when=DUE)
        for part in ("De leeromgeving", "De organisatie")
    ]
    mail = compose_bundle(letters)
    assert mail.subject == "2 taken te laat bij anderen: Partnerschap Waterland"
    assert "\n- Judith Pronk, De leeromgeving\n- Judith Pronk, De organisatie\n" in mail.text
    assert "voor u open" not in mail.text
    assert letters[0].why in mail.text


def test_own_tasks_come_before_those_of_others() -> None:
    other = letter(task=TaskText(label="Lezen", due=DUE, late=2, who="Judith Pronk"), link=None, by_when=DUE)
    mail = compose_bundle([other, letter()])
    assert mail.subject == "Een taak voor u, uiterlijk donderdag 11 maart 2027"
    assert re.findall("^Wat: +(.*)$", mail.text, re.MULTILINE) == ["Kritische reflectie indienen", "Lezen"]
    assert "Bij iemand anders is een taak te laat." in mail.text


def test_tasks_that_are_over_are_named_without_a_date() -> None:
    mail = compose_bundle([over("Lezen"), over("Lezen", host="Oost"), over("Beslissen")])
    assert mail.subject == "U hoeft 3 taken niet meer te doen"
    assert "\n- Partnerschap Waterland\n- Oost\n" in mail.text
    assert DUE not in mail.text
    assert "beantwoorden" not in mail.text


def test_a_bundle_of_late_tasks_only_says_so() -> None:
    late = letter(task=TaskText(label="Lezen", due=DUE, late=5))
    assert compose_bundle([late, late]).subject == "2 taken voor u zijn te laat"
    assert compose_bundle([letter(reader=ENGLISH)] * 2).subject.startswith("2 tasks for you: the first by ")


def test_a_subject_that_would_be_cut_names_its_dates_short() -> None:
    label = "Praktische gegevens van de gesprekspartners doorgeven"
    long = letter(task=TaskText(label=label, due="donderdag 22 april 2027 om 17:00 uur"))
    subject = "{{ task.label }}, uiterlijk {{ task.due }}"
    assert compose(long, template(subject=subject)).subject == f"{label}, uiterlijk 22 april"
    short = letter(task=TaskText(label="Lezen", due="donderdag 22 april 2027"))
    assert compose(short, template(subject=subject)).subject == "Lezen, uiterlijk donderdag 22 april 2027"
