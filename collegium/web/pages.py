"""What does a page look like? A title, words, facts and at most one button; it loads nothing from anywhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse

from workflows.plain_yaml import load_plain

TEMPLATES = Path(__file__).parents[1] / "templates" / "web"
LANGUAGES = ("nl", "en")  # in which a page speaks to whom it does not know
ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058 section 3.1
AGAIN = ("again", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """The one thing that can be done on a page: a field of a form with its value, and what stands on the button."""

    name: str
    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands below it. `news`: what has just changed, said by itself to who cannot see it."""

    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: Button | None = None
    language: str = ""  # where it is not that of the page
    news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole page in one language; the title of its first part is its own."""

    language: str
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        return self.parts[0].title


def say(language: str, name: str, /, **values: object) -> str:
    """A text of the catalogue, with its values."""
    texts = _texts()[name]
    return str(texts.get(language, texts["en"])).format(**values)


def known_language(language: str) -> str:
    """A language in which pages speak."""
    return language if language in LANGUAGES else "en"


def answer(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page as an answer."""
    text = _template().render(page=page, language=page.language, style=Markup(style()))
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


def both(name: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The same words for everybody, in every language, since nobody knows who asks."""
    first, *others = LANGUAGES
    parts = [Part(title=say(first, f"{name}_title"), text=say(first, name))]
    parts += [Part(title=say(each, f"{name}_title"), text=say(each, name), language=each) for each in others]
    return answer(Page(language=first, parts=tuple(parts)), status, headers)


@cache
def style() -> str:
    """The only style sheet: it stands in the page, and the policy allows it by its hash."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def style_hash() -> str:
    """As a Content-Security-Policy names it."""
    return f"'sha256-{b64encode(sha256(style().encode()).digest()).decode()}'"


@cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    text = (files("collegium") / "data" / "web_texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Mapping[str, Mapping[str, Any]]] = load_plain(text)
    return loaded["texts"]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("page.html")
