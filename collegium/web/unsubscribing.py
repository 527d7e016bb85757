"""What happens at the address of a digest? Opening it changes nothing; its form or one click in a mail does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from starlette.responses import HTMLResponse

from collegium.bootstrap import Application
from collegium.digests.words import list_name
from collegium.offices import office_of
from collegium.web.pages import AGAIN, ONE_CLICK, Button, Page, Part, answer, both, known_language, say
from engine.digests import DigestKind, Subscription
from engine.directory import PersonRecord, Secretariat
from engine.offsets import local
from engine.ports import UnitOfWork
from notifications import links
from notifications.dates_text import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digest:
    """Whose digest a token names."""

    person: PersonRecord
    kind: DigestKind
    office: Secretariat

    @property
    def language(self) -> str:
        return known_language(self.person.language)

    def say(self, name: str, **values: object) -> str:
        digest = list_name(self.kind, self.language)
        return say(self.language, name, digest=digest, office=self.office.name, **values)


def show(app: Application, token: str) -> HTMLResponse:
    """The page of a digest: whether it comes, and a button."""
    with app.store.read() as work:
        found = _found(app, work, token)
        if found is None:
            return both("bad", 404)
        subscription = work.digests.subscription(found.person.id, found.kind)
    return answer(_page(found, subscription))


def change(app: Application, token: str, fields: Mapping[str, str], now: datetime) -> HTMLResponse:
    """Switch it off, or on again, as the fields say; anything else changes nothing."""
    pair = next(((name, value) for name, value in fields.items() if (name, value) in (ONE_CLICK, AGAIN)), None)
    with app.store.write() as work:
        found = _found(app, work, token)
        if found is None:
            return both("bad", 404)
        if pair is None:
            return both("asked", 400)
        before = work.digests.subscription(found.person.id, found.kind)
        after = before or Subscription(person=found.person.id, kind=found.kind)
        if pair == AGAIN:
            after = replace(after, off_since=None)
        elif after.off_since is None:
            after = replace(after, off_since=now)
        if after != before:
            work.digests.put_subscription(after)
            work.commit()
    return answer(_page(found, after, changed=True))


def _found(app: Application, work: UnitOfWork, token: str) -> _Digest | None:
    """None for every token that does not open, whatever is wrong with it."""
    try:
        named, generation = links.read(app.service.key, token, links.DIGEST)
        id, kind = links.digest_of(named)
    except links.InvalidLink:
        return None
    person = work.people.person(id)
    if person is None or person.generation != generation or kind not in get_args(DigestKind):
        return None
    office = office_of(work, person)
    return _Digest(person=person, kind=kind, office=office)  # type: ignore[arg-type]  # one of them, as asked above


def _page(found: _Digest, subscription: Subscription | None, *, changed: bool = False) -> Page:
    off_since = subscription.off_since if subscription is not None else None
    if off_since is not None:
        date = day_text(local(off_since, found.office.zone).day, found.language)
        button = Button(name=AGAIN[0], value=AGAIN[1], text=found.say("again_button"))
        title, text = found.say("off_title"), found.say("off", date=date)
    else:
        button = Button(name=ONE_CLICK[0], value=ONE_CLICK[1], text=found.say("stop_button"))
        name = "again" if changed else "stop"
        title, text = found.say(f"{name}_title"), found.say(name)
    return Page(language=found.language, parts=(Part(title=title, text=text, button=button, news=changed),))
