"""How does a mail look? Its HTML part in Debian's chromium: pictures, colours as they are painted, and widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FORCED = ("--force-dark-mode", "--enable-features=WebContentsForceDark")

# Of each text that is shown: its words, its colour, what lies behind it, its size and weight.
TEXTS = """() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!words || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    let behind = element;
    while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    seen.push({ words, tag: element.tagName, colour: style.color, size: parseFloat(style.fontSize),
                behind: behind ? getComputedStyle(behind).backgroundColor : "none" });
  }
  return seen;
}"""
WIDER = """() => [...document.querySelectorAll("body *")]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.tagName)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text as a reader sees it."""

    words: str
    tag: str
    size: float
    contrast: float  # WCAG 2.2, success criterion 1.4.3: at least 4.5


@contextmanager
def chromium() -> Iterator[Callable[..., Browser]]:
    """Starts a browser with more arguments; all end with the block. One block at a time: it keeps an event loop."""
    with sync_playwright() as playwright:
        started: list[Browser] = []

        def start(*arguments: str) -> Browser:
            started.append(playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments]))
            return started[-1]

        try:
            yield start
        finally:
            for browser in started:
                browser.close()


@contextmanager
def opened(browser: Browser, html: str, width: int, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    """The page, with no network: what it wants to load counts as a fault of its own."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    try:
        page = context.new_page()
        page.set_content(html, wait_until="load")
        yield page
    finally:
        context.close()


def texts(page: Page) -> list[Shown]:
    found: list[dict[str, Any]] = page.evaluate(TEXTS)
    return [
        Shown(
            words=each["words"], tag=each["tag"], size=each["size"], contrast=contrast(each["colour"], each["behind"])
        )
        for each in found
    ]


def wider_than_the_window(page: Page) -> list[str]:
    """Elements that stick out at the right: a reader would have to scroll sideways."""
    found: list[str] = page.evaluate(WIDER)
    return found


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two CSS colours.

    >>> round(contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)"), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")]
    if len(parts) == 4 and parts[3] != 1:
        raise ValueError(f"{colour} lets through what lies behind it: its contrast cannot be told")
    shares = [part / 255 for part in parts[:3]]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def picture(page: Page, file: Path) -> None:
    page.screenshot(path=str(file), full_page=True)
