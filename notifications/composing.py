"""What does a mail say? A letter and a template in, the finished subject, text and HTML out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.errors import CollegiumError
from engine.wording import MailTemplate
from notifications import links, paragraphs
from notifications.catalogue import LAYOUT, Texts, texts
from notifications.letters import DateText, Letter

RULE = "-" * paragraphs.COLUMNS
LABEL = 12  # columns for the labels of the box
# What a template can raise by what it says: unknown names, wrong types, sums that cannot be done, loops without end.
TEMPLATE_FAULTS = (TemplateError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)


class CannotCompose(CollegiumError):
    """A mail cannot be written from this template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A mail in words: subject, text and HTML, with placeholders where private links will stand."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One box: what, about whom, by when, and one link."""

    lines: tuple[tuple[str, str], ...]
    link: str | None
    link_text: str


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
    subject = _subject(_rendered("subject", template.subject, names))
    text = links.disarm(_rendered("body.txt", template.text, names), allowed)
    html = Markup(_rendered("body.html", template.html, names)) if template.html.strip() else paragraphs.as_html(text)
    t = texts(letter.reader.language)
    return _laid_out(t, letter, subject, text, html, _box(t, letter), letter.why)


def compose_bundle(letters: Sequence[Letter]) -> Composed:
    """Several asks for one reader in one mail, in the order given."""
    first = letters[0]
    t = texts(first.reader.language)
    text = t["bundle_intro"].format(n=len(letters))
    items = [item for letter in letters for item in _box(t, letter)]
    subject = _subject(_bundle_subject(t, letters))
    return _laid_out(t, first, subject, text, paragraphs.as_html(text), items, t["why_bundle"])


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
    environment.globals["field"] = _field
    return environment.from_string((LAYOUT / name).read_text(encoding="utf-8"))


def _names(letter: Letter) -> dict[str, Any]:
    """What a template may name, and nothing else: neither the link nor the reason for the mail."""
    return {
        "reader": letter.reader,
        "office": letter.office,
        "process": letter.process,
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
    }


def _rendered(part: str, source: str, names: Mapping[str, Any]) -> str:
    try:
        return compile_template(source, html=part.endswith(".html")).render(names)
    except TEMPLATE_FAULTS as error:
        raise CannotCompose(f"Can't write {part} of the mail: {error}") from error


def _subject(subject: str) -> str:
    """One line; a line break inside it would begin a header of its own."""
    line = links.disarm(subject.strip(), ())
    if not line:
        raise CannotCompose("Can't compose a mail without a subject.")
    if paragraphs.CONTROL.search(line):
        raise CannotCompose(f"Can't use this subject, it holds a line break or a control character: {line!r}")
    return line


def _box(t: Texts, letter: Letter) -> list[_Item]:
    """What is asked, about whom, by when; empty for a mail that asks nothing and leads nowhere."""
    task, lines = letter.task, []
    by_when = letter.by_when or (task.due if task else None)
    if task is None and letter.link is None:
        return []
    if task:
        lines.append((t["what"], task.label))
    lines.append((t["about"], f"{letter.process}, {letter.host}"))
    if by_when:
        marks = [t["provisional"]] if task and task.provisional else []
        marks += [t.counted("late", task.late)] if task and task.late else []
        lines.append((t["by_when"], f"{by_when} ({', '.join(marks)})" if marks else by_when))
    link_text = t["open"].format(task=task.label) if task else t["open_page"]
    return [_Item(tuple(lines), letter.link, link_text)]


def _bundle_subject(t: Texts, letters: Sequence[Letter]) -> str:
    late = sum(1 for letter in letters if letter.task and letter.task.late)
    if late:
        return t.counted("bundle_subject_late", len(letters), late=late)
    dates = [by_when for letter in letters if (by_when := letter.by_when or (letter.task and letter.task.due))]
    if not dates:
        return t["bundle_subject_undated"].format(n=len(letters))
    return t["bundle_subject"].format(n=len(letters), date=dates[0])


def _laid_out(
    t: Texts, letter: Letter, subject: str, text: str, html: Markup, items: Iterable[_Item], why: str
) -> Composed:
    """The body in its layout, once as text and once as HTML."""
    office = letter.office
    contact_lines = [(t["contact_mail"], office.email)]
    contact_lines += [(t["contact_phone"], office.phone)] if office.phone else []
    boxes = list(items)
    around: dict[str, Any] = {
        "t": t,
        "language": t.language,
        "rule": RULE,
        "subject": subject,
        "salutation": t["salutation"].format(name=letter.reader.name),
        "items": boxes,
        "after": _after(t, letter, boxes),
        "contact": t["contact"].format(office=office.name),
        "contact_lines": contact_lines,
        "office": office,
        "why": why,
    }
    own = links.named("".join(box.link or "" for box in boxes))
    plain = links.disarm(_layout("mail.txt").render(around, body=paragraphs.wrapped(text)), own)
    page = links.disarm(_layout("mail.html").render(around, body=html), own)
    return Composed(subject=subject, text=plain.rstrip() + "\n", html=page + "\n")


def _after(t: Texts, letter: Letter, boxes: Sequence[_Item]) -> list[str]:
    """How else to answer, or that nothing is asked of this reader."""
    if letter.copy:
        return [t["copy"]]
    if letter.answer_how:
        return [letter.answer_how]
    if not boxes:
        return []
    return [t["answer_how"] if any(box.link for box in boxes) else t["answer_mail"]]


def _field(label: str, text: str) -> str:
    """A line of the box in plain text: the label in its column, long texts hanging beside it."""
    head = f"{label}:".ljust(LABEL)
    width = paragraphs.COLUMNS - LABEL
    body = paragraphs.wrapped(text, width=width) if len(text) > width else text
    return head + body.replace("\n", "\n" + " " * LABEL)
