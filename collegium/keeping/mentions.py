"""Who else still names somebody? Texts of others that an erasure leaves, for the office to look at."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.codec import plain
from engine.directory import PersonRecord
from engine.mail import Message
from engine.ports import UnitOfWork

Kind: TypeAlias = Literal[
    "mail", "mail_report", "answers", "unfinished", "file", "history", "organisation", "person", "exemption", "round",
]  # fmt: skip
SHORTEST = 5  # characters: less stands in many a text that is about somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A text that names somebody: a mail, report, submission, entry of a history, organisation, person, case, round."""

    kind: Kind
    id: str
    about: str = ""  # by what people know it: a subject, a kind of event, a name


def marks(person: PersonRecord) -> tuple[str, ...]:
    """What names somebody in a text: whole name, addresses, phone number; none that is too short to tell."""
    found = (person.name, person.email, *person.former, person.phone)
    return tuple(mark for each in found if len(mark := _folded(each)) >= SHORTEST)


def names(text: str, wanted: tuple[str, ...]) -> bool:
    """Whether a text holds one of these marks, without regard to case and accents."""
    folded = _folded(text)
    return any(mark in folded for mark in wanted)


def of(work: UnitOfWork, person: PersonRecord) -> list[Mention]:
    """Every text of others that names somebody who is being erased: asked after their own rows have gone."""
    wanted = marks(person)
    told = (*_mail(work), *_histories(work), *_cases(work, person.secretariat), *_directory(work, person))
    return [mention for mention, text in told if names(text, wanted)]


def _mail(work: UnitOfWork) -> Iterator[tuple[Mention, str]]:
    for message in work.outbox.messages():
        yield Mention(kind="mail", id=message.id, about=message.subject), _words(message)
    for report in work.outbox.reports():
        yield Mention(kind="mail_report", id=report.id), f"{report.address}\n{report.diagnostic}"


def _words(message: Message) -> str:
    files = (each.data.decode(errors="ignore").replace("\r\n ", "") for each in message.attachments)  # RFC 5545: folded
    return "\n".join((message.subject, message.text, message.html, message.last_error, message.hold, *files))


def _histories(work: UnitOfWork) -> Iterator[tuple[Mention, str]]:
    for stream in work.streams():
        for sealed in work.stream(stream):
            mention = Mention(kind="history", id=f"{stream} {sealed.seq}", about=sealed.event.kind)
            yield mention, _text([sealed.event.data, sealed.event.effects])


def _cases(work: UnitOfWork, office: str) -> Iterator[tuple[Mention, str]]:
    for case in work.cases.all_ids(office):
        for given in work.cases.submissions(case):
            yield Mention(kind="answers", id=case, about=given.form), _text(given.answers)
        for file in work.files.of_case(case):
            yield Mention(kind="file", id=case, about=file.name), file.name
        for kept in work.unfinished.of_case(case):
            yield Mention(kind="unfinished", id=case, about=kept.task), _text(kept.answers)
    for hold in work.keeping.holds():
        yield Mention(kind="exemption", id=hold.case), hold.reason
    for cycle in work.definitions.cycles(office):
        yield Mention(kind="round", id=cycle.id, about=cycle.name), cycle.name


def _directory(work: UnitOfWork, person: PersonRecord) -> Iterator[tuple[Mention, str]]:
    for organisation in work.people.organisations(person.secretariat):
        text = "\n".join([organisation.name, *map(str, organisation.facts.values())])
        yield Mention(kind="organisation", id=organisation.id, about=organisation.name), text
    for other in work.people.persons(person.secretariat):
        reasons = [each.why for each in other.absences] + [each.reason for each in work.people.ties(other.id)]
        yield Mention(kind="person", id=other.id, about=other.name), "\n".join(reasons)


def _text(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
