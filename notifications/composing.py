"""What does a mail say? A letter and a template in, the finished subject, text and HTML out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.errors import CollegiumError
from engine.wording import MailTemplate, within
from notifications import address, boxes, bundles, links, paragraphs
from notifications.boxes import Box
from notifications.catalogue import LAYOUT, Texts, texts
from notifications.dates_text import shortened
from notifications.letters import DateText, Digest, Letter
from notifications.salutation import salutation

RULE = "-" * paragraphs.COLUMNS
SUBJECT = 78  # characters of a subject that most readers see
LABEL = 12  # columns for the labels of the box
# What a template can raise by what it says: unknown names, wrong types, sums that cannot be done, loops without end.
TEMPLATE_FAULTS = (TemplateError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
FAULTS = (CollegiumError, *TEMPLATE_FAULTS)  # whatever keeps a mail from being written


class CannotCompose(CollegiumError):
    """A mail cannot be written from this template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail in words: subject, text and HTML, with placeholders where private links will stand."""

    subject: str
    text: str
    html: str


class _Dates:
    """The dates of the case by name; a name that the definition does not have is an error."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, DateText | None]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> DateText | None:
        return self._values[name]


class _Asked:
    """The answers that were given; None for what was not asked."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str | None:
        return self._values.get(name)


def compose(letter: Letter, template: MailTemplate) -> Composed:
    """One letter in its own template. Raises CannotCompose, naming what the template got wrong."""
    names = _names(letter)
    allowed = links.named(letter.link or "")
    subject = _subject(_rendered("subject", template.subject, names), letter.reader.language)
    text = links.disarm(_rendered("body.txt", template.text, names), allowed)
    html = Markup(_rendered("body.html", template.html, names)) if template.html.strip() else paragraphs.as_html(text)
    t = texts(letter.reader.language, informal=letter.reader.informal)
    return _laid_out(t, letter, subject, text, html, boxes.of_letter(t, letter), letter.why)


def compose_bundle(letters: Sequence[Letter]) -> Composed:
    """Several letters to one reader in one mail, in the order given: what the reader is asked for comes first."""
    first = letters[0]
    t = texts(first.reader.language, informal=first.reader.informal)
    heap = bundles.sort(letters)
    text = bundles.intro(t, heap)
    subject = _subject(bundles.subject(t, heap), first.reader.language)
    items = boxes.of_letters(t, heap.letters)
    return _laid_out(t, first, subject, text, paragraphs.as_html(text), items, bundles.why(t, heap))


def compose_words(letter: Letter, subject: str, text: str) -> Composed:
    """A mail in words of our own that asks for nothing. Raises CannotCompose."""
    t = texts(letter.reader.language, informal=letter.reader.informal)
    return _laid_out(t, letter, _subject(subject, t.language), text, paragraphs.as_html(text), [], letter.why)


def compose_paper(letter: Letter, template: MailTemplate) -> tuple[str, str]:
    """The title and the text of a paper, whatever the layout puts around them. Raises CannotCompose."""
    names = _names(letter)
    return _line(_rendered("subject", template.subject, names)), _rendered("body.txt", template.text, names).strip()


def compose_digest(letter: Letter, digest: Digest) -> Composed:
    """A mail that asks for nothing: headings and lists, and how to stop it. Raises CannotCompose."""
    t = texts(letter.reader.language, informal=letter.reader.informal)
    subject = _subject(digest.subject, letter.reader.language)
    text = _layout("digest.txt").render(digest=digest).strip()
    html = Markup(_layout("digest.html").render(digest=digest).strip())
    return _laid_out(t, letter, subject, text, html, [], letter.why, stop=links.placeholder(links.STOP))


def compile_template(source: str, *, html: bool = False) -> Template:
    """The compiled template; the same source is compiled once. Raises CannotCompose on a syntax error."""
    try:
        return _compiled(source, html)
    except TemplateError as error:
        raise CannotCompose(f"Can't read a mail template: {error}") from error


@cache
def _environment(html: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=html)
    environment.globals.clear()
    environment.filters["within"] = within
    return environment


@lru_cache(maxsize=4096)
def _compiled(source: str, html: bool) -> Template:
    return _environment(html).from_string(source)


@cache
def _layout(name: str) -> Template:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=name.endswith(".html"), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["wrap"] = paragraphs.wrapped
    environment.globals |= {"field": _field, "row": _row, "hanging": _hanging}
    return environment.from_string((LAYOUT / name).read_text(encoding="utf-8"))


def _names(letter: Letter) -> dict[str, Any]:
    """What a template may name, and nothing else: neither the link nor the reason for the mail."""
    return {
        "reader": letter.reader,
        "office": letter.office,
        "process": letter.process,
        "the_process": letter.the_process,
        "host": letter.host,
        "stage": letter.stage,
        "phase": letter.phase,
        "dates": _Dates(letter.dates),
        "task": letter.task,
        "seat": letter.seat,
        "person": letter.person,
        "successor": letter.successor,
        "asked": _Asked(letter.asked),
        "old_date": letter.old_date,
        "by_when": letter.by_when,
        "reserve": letter.reserve,
        "calendar": letter.calendar,
        "away_until": letter.away_until,
        "to_substitute": letter.to_substitute,
        "acts_as": letter.acts_as,
        "today": letter.today,
    }


def _rendered(part: str, source: str, names: Mapping[str, Any]) -> str:
    try:
        words = address.chosen(source, informal=names["reader"].informal)
        return compile_template(words, html=part.endswith(".html")).render(names)
    except TEMPLATE_FAULTS as error:
        raise CannotCompose(f"Can't write {part} of the mail: {error}") from error


def _subject(subject: str, language: str) -> str:
    """One line, short where it can be."""
    line = _line(subject)
    return line if len(line) <= SUBJECT else shortened(line, language)


def _line(subject: str) -> str:
    """One line; a line break inside it would begin a header of its own."""
    line = links.disarm(subject.strip(), ())
    if not line:
        raise CannotCompose("Can't compose a mail without a subject.")
    if paragraphs.CONTROL.search(line):
        raise CannotCompose(f"Can't use this subject, it holds a line break or a control character: {line!r}")
    return line


def _laid_out(
    t: Texts, letter: Letter, subject: str, text: str, html: Markup, items: Sequence[Box], why: str, stop: str = ""
) -> Composed:
    """The body in its layout, once as text and once as HTML; `stop` is where a digest can be stopped."""
    office = letter.office
    contact_lines = [(t["contact_mail"], office.email)]
    contact_lines += [(t["contact_phone"], office.phone)] if office.phone else []
    around: dict[str, Any] = {
        "t": t,
        "language": t.language,
        "rule": RULE,
        "subject": subject,
        "salutation": salutation(t, letter.reader),
        "items": items,
        "after": _after(t, letter, items),
        "contact": t["contact"].format(office=office.name),
        "contact_lines": contact_lines,
        "office": office,
        "why": why,
        "stop": stop,
    }
    own = links.named(" ".join([*(link for box in items for link in box.links), stop]))
    body = text if stop else paragraphs.wrapped(text)  # that of a digest has its lines already
    plain = links.disarm(_layout("mail.txt").render(around, body=body), own)
    page = links.disarm(_layout("mail.html").render(around, body=html), own)
    return Composed(subject=subject, text=plain.rstrip() + "\n", html=page + "\n")


def _after(t: Texts, letter: Letter, items: Sequence[Box]) -> list[str]:
    """What the mail does to the calendar; then how else to answer, or that nothing is asked of this reader."""
    return [*_calendar(t, letter), *_answer(t, letter, items)]


def _calendar(t: Texts, letter: Letter) -> list[str]:
    told = letter.calendar
    if told is None:
        return []
    name = "calendar_cancelled" if told.cancelled else "calendar_moved" if told.old else "calendar_asked"
    return [t[name].format(label=told.label, when=told.when)]


def _answer(t: Texts, letter: Letter, items: Sequence[Box]) -> list[str]:
    if letter.copy:
        return [t["copy"]]
    if letter.answer_how:
        return [letter.answer_how]
    links_in_all = sum(len(box.links) for box in items)
    if links_in_all:
        return [t["answer_how" if links_in_all == 1 else "answer_how_many"]]
    return [t["answer_mail"]] if letter.by_when and items and not letter.away_until else []


def _field(label: str, text: str) -> str:
    """A line of the box in plain text: the label in its column, long texts hanging beside it."""
    head = f"{label}:".ljust(LABEL)
    width = paragraphs.COLUMNS - LABEL
    body = paragraphs.wrapped(text, width=width) if len(text) > width else text
    return head + body.replace("\n", "\n" + " " * LABEL)


def _row(text: str) -> str:
    """A row of the box in plain text, as an item of a list."""
    return paragraphs.wrapped(paragraphs.ITEM + text)


def _hanging(text: str) -> str:
    """A further line of an item, set below its first."""
    width = paragraphs.COLUMNS - len(paragraphs.ITEM)
    body = paragraphs.wrapped(text, width=width)
    return " " * len(paragraphs.ITEM) + body.replace("\n", "\n" + " " * len(paragraphs.ITEM))
