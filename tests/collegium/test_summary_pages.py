"""Can everybody read a summary? Its texts in both languages, its HTML, and how its colours stand out (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from collegium.bootstrap import Application
from collegium.summaries import render
from collegium.summaries.files import _pages, slug
from collegium.summaries.rendering import TEMPLATES
from collegium.summaries.texts import catalogue, languages
from collegium.summaries.timelines import of_case, of_round
from collegium.summaries.words import Words
from engine.standing import Day
from tests.collegium.reviews import case_of, the_office, told


@pytest.fixture(scope="module")
def office() -> Application:
    return the_office()


def test_no_text_for_every_process_says_what_one_of_them_is_called() -> None:
    for name in ("summary_texts", "web_texts", "digest_texts"):
        text = (files("collegium") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
        assert re.findall(r"(?i)peer ?review", text) == []


# texts and pages ------------------------------------------------------------------------------------------------------


def test_every_text_is_there_in_dutch_and_english() -> None:
    texts = catalogue()["texts"]
    assert {name for name, each in texts.items() if set(each) != {"nl", "en"}} == set()
    assert languages() == ("nl", "en")
    fields = re.compile(r"{(\w+)}")
    assert {
        name for name, each in texts.items() if len({frozenset(fields.findall(str(t))) for t in each.values()}) > 1
    } == set()


def test_an_unknown_language_is_answered_in_english(office: Application) -> None:
    assert render(told(office, "office"), "fr", "html").count('<html lang="en">') == 1


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)


def outlines(office: Application) -> list[Outline]:
    found = [told(office, "office"), told(office, "region"), told(office, "partnership", case=case_of(office, "linde"))]
    return [Outline(render(each, "nl", "html")) for each in found]


def test_a_page_is_well_formed_with_a_language_and_headings_in_order(office: Application) -> None:
    for page in outlines(office):
        assert (page.open, page.unbalanced) == ([], [])
        assert ("html", {"lang": "nl"}) in page.tags
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(office: Application) -> None:
    for page in outlines(office):
        names = [tag for tag, _ in page.tags]
        assert names.count("caption") == names.count("table") > 0
        assert {attrs.get("scope") for tag, attrs in page.tags if tag == "th"} == {"row", "col"}


def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(office: Application) -> None:
    for page in outlines(office):
        names = {tag for tag, _ in page.tags}
        assert names & {"script", "img", "link", "iframe", "object", "form", "input"} == set()
        assert [
            attrs for _, attrs in page.tags if any(name.startswith("on") or name == "style" for name in attrs)
        ] == []
        links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
        assert [link for link in links if "//" in link] == []
    assert "url(" not in (TEMPLATES / "style.css").read_text(encoding="utf-8")


def test_names_are_shown_as_they_are_in_html_and_markdown(office: Application) -> None:
    case = case_of(office, "eik")
    assert "De Eik &amp; Co &lt;West&gt;" in render(told(office, "partnership", case=case), "nl", "html")
    assert "# Stand van zaken: De Eik & Co \\<West\\>" in render(told(office, "partnership", case=case), "nl", "md")
    assert "De Iep \\| Zuid" in render(told(office, "office"), "nl", "md")


def test_a_standing_is_said_in_words_and_never_by_colour_alone(office: Application) -> None:
    page = render(told(office, "office"), "nl", "html")
    marks = re.findall(r'<span class="mark \w+">.*?</span>(.*?)</span>', page)
    assert marks
    assert all(text.strip() for text in marks)


# contrast: WCAG 2.2, 1.4.3 --------------------------------------------------------------------------------------------

PAIRS = [
    *((ink, "paper") for ink in ("ink", "soft", "link")),
    *((ink, "band") for ink in ("ink", "soft")),
    *((tone, f"{tone}-back") for tone in ("good", "risk", "late", "still")),
]


def palettes() -> list[dict[str, str]]:
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_texts_stand_out_in_light_dark_and_print() -> None:
    found = palettes()
    assert len(found) == 3
    for palette in found:
        for ink, ground in PAIRS:
            lights = sorted((luminance(palette[ink]), luminance(palette[ground])))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (ink, ground, palette[ink])


# names and places -----------------------------------------------------------------------------------------------------


def test_two_partnerships_of_one_name_get_pages_of_their_own(office: Application) -> None:
    case = told(office, "office").cases[0]
    twin = replace(case, subject="other", case="other")
    assert list(_pages([case, twin])) == ["de-eik-co-west--small-review", "de-eik-co-west--small-review-2"]
    assert slug("É!") == "e"
    assert slug("!") == "page"


# pictures -------------------------------------------------------------------------------------------------------------


def drawn(office: Application, host: str) -> str:
    page = render(told(office, "partnership", case=case_of(office, host)), "nl", "html")
    found = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert found
    return found.group()


def test_a_picture_says_in_words_what_it_shows(office: Application) -> None:
    picture = drawn(office, "linde")
    assert re.findall(r"<title[^>]*>(.*?)</title>", picture) == ["Tijdlijn van 11 januari 2027 tot 1 juli 2027"]
    assert re.findall(r"<desc[^>]*>(.*?)</desc>", picture) == [
        "stap 1, Voorgesteld, vanaf 11 januari 2027; stap 2, Schrijven, vanaf 14 januari 2027; "
        "Bezoekdag: 1 juli 2027; Korte reflectie schrijven: 10 juni 2027."
    ]
    labelled = re.search(r'aria-labelledby="(\S+) (\S+)"', picture)
    assert labelled
    assert all(f'id="{name}"' in picture for name in labelled.groups())


def test_what_is_late_has_a_shape_and_a_word_of_its_own(office: Application) -> None:
    assert 'class="late"' in drawn(office, "els")
    assert "Te laat: 18 januari 2027" in drawn(office, "els")
    assert 'class="late"' not in drawn(office, "linde")


def test_a_picture_stays_within_its_frame(office: Application) -> None:
    case = told(office, "partnership", case=case_of(office, "linde")).cases[0]
    words = Words(told(office, "office"), "nl")
    long_ago = replace(case, visit=("visit", Day(day=date(2190, 1, 1))))
    timeline = of_case(words, long_ago)
    assert timeline is not None
    places = [place for lane in timeline.lanes for bar in lane.bars for place in (bar.first, bar.last)]
    places += [point.at for lane in timeline.lanes for point in lane.points]
    assert all(0 <= place <= 1000 for place in [*places, *(at for at, _ in timeline.ticks)])
    assert len(timeline.ticks) <= 6


def test_a_round_of_many_cases_is_drawn_in_several_pictures_that_miss_nobody(office: Application) -> None:
    case = told(office, "office").cases[1]
    many = [replace(case, case=f"c{number:03}", host=f"Host {number:03}") for number in range(90)]
    pictures = of_round(Words(told(office, "office"), "nl"), many)
    assert len(pictures) == 3
    rows = [lane.text for each in pictures for lane in each.lanes if not lane.heading]
    assert rows == sorted(each.host for each in many)
