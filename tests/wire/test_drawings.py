"""Does a drawing look in a browser as it was laid out? Widths of words, and a page for each sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.wire.browser import chromium, opened
from workflows.drawing.shapes import HEIGHT, WIDTH, Text
from workflows.drawing.sheets import drawing, sheets_of, timeline, timeline_sheets
from workflows.drawing.words import Words
from workflows.loader import load, shipped

pytestmark = pytest.mark.debian

ROOMS = """() => [...document.querySelectorAll("text")].map(text => {
  const box = text.getBBox();
  return [text.textContent.replace(/\\s+/g, " "), box.width, box.height];
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as start:
        yield start()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["development-review", "assessment-review"])
@pytest.mark.parametrize(("pen", "sheets"), [(drawing, sheets_of), (timeline, timeline_sheets)])
def test_no_text_is_wider_than_it_was_reckoned(
    browser: Browser, name: str, language: str, pen: object, sheets: object
) -> None:
    assert callable(pen)
    assert callable(sheets)
    known = load(shipped()[name]).known()
    reckoned = [shape for sheet in sheets(Words(*known, language)) for shape in sheet.shapes if isinstance(shape, Text)]
    with opened(browser, pen(*known, language), WIDTH, "light") as page:
        shown = page.evaluate(ROOMS)
        assert len(shown) == len(reckoned) > 40
        for text, (words, wide, _) in zip(reckoned, shown, strict=True):
            left, top, right, bottom = text.room
            room = bottom - top if text.turned else right - left
            assert wide <= room + 0.5, words


def test_each_sheet_is_printed_on_a_page_of_its_own(browser: Browser) -> None:
    known = load(shipped()["development-review"]).known()
    picture = drawing(*known, "nl")
    count = len(sheets_of(Words(*known, "nl")))
    with opened(browser, "", WIDTH, "light") as page:
        page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{picture}")
        printed = page.pdf(prefer_css_page_size=True)
        assert page.evaluate("document.querySelector('svg').getBoundingClientRect().height") == count * HEIGHT
    assert printed.count(b"/Type /Page\n") == count
