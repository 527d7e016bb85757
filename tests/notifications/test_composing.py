import re
from dataclasses import replace

import pytest

from notifications import catalogue, composing
from notifications.composing import CannotCompose, compose, compose_bundle
from notifications.letters import DateText, Letter, Office, Reader, TaskText
from tests.notifications.builders import letter, template

ENGLISH = Reader(name="Ann Jones", language="en")


def test_a_mail_says_what_by_when_where_and_why() -> None:
    mail = compose(letter(), template(text="Het panel leest uw reflectie.\n\nDaarna volgt het bezoek."))
    assert mail.subject == "Herinnering: Kritische reflectie indienen"
    assert mail.text == (
        "Geachte Anke de Vries,\n"
        "\n"
        "Het panel leest uw reflectie.\n"
        "\n"
        "Daarna volgt het bezoek.\n"
        "\n"
        "------------------------------------------------------------------------\n"
        "Wat:        Kritische reflectie indienen\n"
        "Waarover:   Ontwikkelingsgerichte peerreview, Partnerschap Waterland\n"
        "Uiterlijk:  donderdag 11 maart 2027\n"
        "Open deze taak: Kritische reflectie indienen\n"
        "%%link:L1%%\n"
        "------------------------------------------------------------------------\n"
        "\n"
        "Lukt het niet via de link? Beantwoord deze mail. Het bureau vult uw\n"
        "antwoord dan voor u in.\n"
        "\n"
        "Vragen? Het bureau helpt u graag: Bureau Peerreview.\n"
        "Mail: bureau@review.example\n"
        "Telefoon: 030 123 45 67\n"
        "\n"
        "Waarom krijgt u deze mail?\n"
        "U bent contactpersoon van dit partnerschap.\n"
        "\n"
        "Met vriendelijke groet,\n"
        "Bureau Peerreview\n"
    )


def test_the_html_says_the_same() -> None:
    mail = compose(letter(), template(text="Het panel leest uw reflectie.\n\n- een\n- twee"))
    words = re.sub(r"<style>.*</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL)
    for line in mail.text.replace("- ", "").split("\n"):
        for word in line.replace("%%link:L1%%", "").replace(":", "").split():
            assert word.strip("-") in words, word
    assert "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>" in mail.html
    assert '<a href="%%link:L1%%">Open deze taak: Kritische reflectie indienen</a>' in mail.html


@pytest.mark.parametrize("reader", [Reader(name="Anke"), ENGLISH])
def test_the_page_names_its_language_and_loads_nothing(reader: Reader) -> None:
    page = compose(letter(reader=reader), template()).html
    assert f'<html lang="{reader.language}">' in page
    assert re.findall(r"<(?:img|script|link|iframe|object|form)\b|url\(|@import|\bsrc=", page) == []
    assert "prefers-color-scheme: dark" in page


def test_english_readers_read_english() -> None:
    mail = compose(letter(reader=ENGLISH, answer_how=None), template(subject="Reminder", text="Please do."))
    assert mail.text.startswith("Dear Ann Jones,\n\nPlease do.\n")
    assert "By:         donderdag 11 maart 2027" in mail.text
    assert "Why do you get this mail?" in mail.text


def test_a_provisional_and_late_date_is_marked() -> None:
    task = TaskText(label="Lezen", due="maandag 1 maart 2027", provisional=True, late=1)
    mail = compose(letter(task=task, by_when=None), template())
    marked = "maandag 1 maart 2027 (voorlopige datum, 1 werkdag te laat)"
    assert marked in " ".join(mail.text.split())
    assert marked in mail.html


def test_a_tell_without_a_task_has_no_box_and_asks_nothing() -> None:
    mail = compose(letter(task=None, link=None, by_when=None), template(subject="Bezoekdag verplaatst"))
    assert "---" not in mail.text
    assert "Beantwoord deze mail" not in mail.text
    assert 'class="box"' not in mail.html


def test_an_ask_without_a_link_can_be_answered_by_mail() -> None:
    mail = compose(letter(link=None), template())
    assert "U kunt ook deze mail beantwoorden." in mail.text
    assert "href" not in mail.html.replace('href="mailto:', "")


def test_a_copy_says_so() -> None:
    assert "U krijgt deze mail ter informatie." in compose(letter(copy=True, link=None), template()).text


def test_own_html_takes_the_place_of_the_text_and_is_escaped() -> None:
    mail = compose(letter(host="<b>Water & land"), template(text="Tekst", html="<p>Voor <em>{{ host }}</em></p>"))
    assert "<p>Voor <em>&lt;b&gt;Water &amp; land</em></p>" in mail.html
    assert "Tekst" not in mail.html


def test_text_that_people_typed_becomes_no_markup() -> None:
    asked = {"reason": '<script>alert(1)</script> <a href="https://evil.example">x</a>'}
    mail = compose(letter(asked=asked, host='"><img src=x>'), template(text="Reden: {{ asked.reason }}"))
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "<a href=&#34;" in mail.html.replace("&lt;", "<")
    assert asked["reason"].replace("> <", ">\n<") in mail.text or asked["reason"] in mail.text


def test_what_people_typed_becomes_nobodys_link() -> None:
    mail = compose(
        letter(asked={"reason": "%%link:L2%%"}, host="%%link:L3%%", why="%%link:L4%%"),
        template(subject="%%link:L5%% x", text="{{ asked.reason }}", html="<p>{{ asked.reason }}</p>"),
    )
    assert re.findall("%%link:[^%]*%%", mail.subject + mail.text) == ["%%link:L1%%"]
    assert re.findall("%%link:[^%]*%%", mail.html) == ["%%link:L1%%"]


def test_dates_of_the_case_and_answers_can_be_named() -> None:
    text = (
        "{% if dates.visit %}{{ dates.visit.text }}{% if dates.visit.provisional %} (voorlopig){% endif %}{% endif %}"
        "{% if dates.outer_date %}nooit{% endif %}{% if asked.reason %}nooit{% endif %}"
        "|{{ asked.day }}|{{ dates.items }}"
    )
    dates = {"visit": DateText(text="donderdag 22 april 2027", provisional=True), "outer_date": None, "items": None}
    mail = compose(letter(dates=dates, asked={"day": "maandag"}), template(text=text))
    assert "donderdag 22 april 2027 (voorlopig)|maandag|None" in " ".join(mail.text.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ unknown }}", "'unknown' is undefined"),
        ("{{ dates.unknown }}", "unknown"),
        ("{{ link }}", "'link' is undefined"),
        ("{{ why }}", "'why' is undefined"),
        ("{{ reader.__class__ }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ range(3) }}", "'range' is undefined"),
        ("{{ task.label.format(task) }}{{ '{0.__class__}'.format(task) }}", "unsafe"),
        ("{% include 'mail.txt' %}", "no loader"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ task.label + 1 }}", "concatenate"),
        ("{% if %}", "Can't read a mail template"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
    ],
)
def test_a_template_that_cannot_be_rendered_is_refused_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(CannotCompose, match=re.escape(words)):
        compose(letter(), template(text=text))


@pytest.mark.parametrize("host", ["a\nBcc: all@x.example", "a\rb", "a\x00b", "a\x1b[1m", "a\N{LINE SEPARATOR}b"])
def test_a_subject_that_could_begin_a_header_is_refused(host: str) -> None:
    with pytest.raises(CannotCompose, match="line break or a control character"):
        compose(letter(host=host), template(subject="Over {{ host }}"))


def test_an_empty_subject_is_refused() -> None:
    with pytest.raises(CannotCompose, match="without a subject"):
        compose(letter(), template(subject=" {% if seat %}x{% endif %} "))


def test_a_template_is_compiled_once() -> None:
    source = "Alleen hier: {{ task.label }}"
    assert composing.compile_template(source) is composing.compile_template(source)
    assert composing.compile_template(source) is not composing.compile_template(source, html=True)


def test_lines_are_at_most_72_columns_wide() -> None:
    host = "Partnerschap Samen Opleiden en Professionaliseren van het Hoge Noorden en de Waddeneilanden"
    mail = compose(letter(host=host), template(text="Een tamelijk lange zin over {{ host }}. " * 5))
    assert max(map(len, mail.text.split("\n"))) <= 72


def bundled() -> list[Letter]:
    return [
        letter(),
        letter(
            host="Partnerschap Oost",
            task=TaskText(label="Praktische gegevens", due="vrijdag 12 maart 2027"),
            by_when="vrijdag 12 maart 2027",
            link="%%link:L2%%",
        ),
        letter(host="Partnerschap West", task=TaskText(label="Lezen"), by_when=None, link="%%link:L3%%"),
    ]


def test_a_bundle_lists_each_ask_with_its_link() -> None:
    mail = compose_bundle(bundled())
    assert mail.subject == "3 taken voor u: de eerste uiterlijk donderdag 11 maart 2027"
    assert re.findall(r"^Wat: +(.*)$", mail.text, re.MULTILINE) == [
        "Kritische reflectie indienen",
        "Praktische gegevens",
        "Lezen",
    ]
    assert re.findall("%%link:[^%]*%%", mail.text) == ["%%link:L1%%", "%%link:L2%%", "%%link:L3%%"]
    assert mail.html.count('class="box"') == 3
    for host in ("Waterland", "Oost", "West"):
        assert mail.text.count(f"Partnerschap {host}") == 1


def test_a_bundle_with_late_tasks_says_how_many() -> None:
    late = letter(task=TaskText(label="Lezen", due="maandag 1 maart 2027", late=5), by_when="maandag 1 maart 2027")
    assert compose_bundle([late, letter()]).subject == "2 taken voor u, waarvan 1 te laat"
    english = [letter(reader=ENGLISH, task=TaskText(label="Read"), by_when=None)] * 2
    assert compose_bundle(english).subject == "2 tasks for you"


def test_an_office_without_a_phone_names_none() -> None:
    office = Office(name="Bureau", email="bureau@review.example")
    assert "Telefoon" not in compose(letter(office=office), template()).text


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"^([^{@\n]+) \{.*?(?<!-)\bcolor: (#[0-9a-f]{6})", css, re.MULTILINE))


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(scheme: str) -> None:
    """WCAG 2.2 success criterion 1.4.3: at least 4.5 to 1."""
    style = (catalogue.LAYOUT / "mail.html").read_text(encoding="utf-8").split("<style>")[1].split("</style>")[0]
    light, dark = style.split("@media (prefers-color-scheme: dark) {")
    css = light if scheme == "light" else dark
    grounds = re.findall(r"background: (#[0-9a-f]{6})", css)
    inks = [colour for selector, colour in _colours(css).items() if selector != ":root"]
    assert len(grounds) == 2
    assert len(inks) >= 3
    assert min(_contrast(ink, ground) for ink in inks for ground in grounds) >= 4.5


def test_the_subject_of_several_tasks_tells_the_most_urgent() -> None:
    later = letter(task=TaskText(label="Lezen", name="Lezen"), by_when="vrijdag 12 maart 2027")
    today = letter(task=TaskText(label="Intake", name="Intake", today=True), by_when="maandag 8 maart 2027")
    late = letter(task=TaskText(label="Verslag", name="Verslag", late=2), by_when="vrijdag 5 maart 2027")
    assert compose_bundle([today, later]).subject == "2 taken voor u: de eerste moet vandaag af"
    assert compose_bundle([late, today, later]).subject == "3 taken voor u, waarvan 1 te laat"
    mail = compose_bundle([late, today, later])
    for part in (mail.text, mail.html):
        assert part.index("Verslag") < part.index("Intake") < part.index("Lezen")


def test_the_tasks_of_people_who_are_away_share_a_mail_that_asks_for_none_of_them() -> None:
    away = letter(
        task=TaskText(label="Intake", name="Intake", who="Petra (afwezig tot en met vrijdag 19 maart 2027)"),
        link=None, away_until="vrijdag 19 maart 2027",
    )  # fmt: skip
    other = replace(away, task=TaskText(label="Lezen", name="Lezen", who="Tom"), by_when="vrijdag 12 maart 2027")
    mail = compose_bundle([away, other])
    assert mail.subject == "2 taken van mensen die afwezig zijn: de eerste uiterlijk 11 maart"
    assert "U kunt uitstel geven" in " ".join(mail.text.split())
    stands_in = compose_bundle([replace(away, to_substitute=True), replace(other, to_substitute=True)])
    assert "U krijgt daar met deze mail geen toegang toe." in " ".join(stands_in.text.split())
    assert "%%link:" not in mail.text + mail.html
