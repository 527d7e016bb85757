"""Can a mail be read where it is opened? Light, dark and darkened by force, on a telephone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import pytest
from playwright.sync_api import Browser

from notifications.composing import Composed
from notifications.paragraphs import COLUMNS
from tests.wire.browser import chromium, opened, texts, wider_than_the_window
from tests.wire.shown_mails import LINK, mails

pytestmark = pytest.mark.debian

MAILS: Mapping[str, Composed] = mails()
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browsers() -> Iterator[Callable[..., Browser]]:
    with chromium() as start:
        yield start


@pytest.fixture(scope="module")
def browser(browsers: Callable[..., Browser]) -> Browser:
    return browsers()


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("width", [320, 700])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_and_none_sticks_out(browser: Browser, scheme: Scheme, width: int, name: str) -> None:
    with opened(browser, MAILS[name].html, width, scheme) as page:
        shown = texts(page)
        assert [text for text in shown if text.contrast < 4.5] == []
        assert [text for text in shown if text.size < 14] == []
        assert wider_than_the_window(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # What is said in words stands there too: nothing is hidden from one of the two.
        for word in MAILS[name].text.replace(LINK, "").split():
            assert word.strip("-:") in page.inner_text("body"), word


@pytest.mark.parametrize("name", MAILS)
def test_links_are_underlined_and_large_enough_for_a_thumb(browser: Browser, name: str) -> None:
    with opened(browser, MAILS[name].html, 320, "light") as page:
        for link in page.query_selector_all("a"):
            assert "underline" in link.evaluate("e => getComputedStyle(e).textDecorationLine")
        # WCAG 2.2, success criterion 2.5.8: 24 pixels, but for links within a sentence.
        for link in page.query_selector_all(".go a, .rows a"):
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 24


@pytest.mark.parametrize("name", MAILS)
def test_lines_of_the_text_part_are_of_72_columns_but_for_links(name: str) -> None:
    lines = MAILS[name].text.split("\n")
    assert [line for line in lines if len(line) > COLUMNS and " " in line.strip()] == []
    assert max(len(line) for line in lines if "://" not in line and "@" not in line) <= COLUMNS
