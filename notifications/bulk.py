"""Which mails are so many at once that somebody must have seen number, list and text first?

Mails of one template to more readers than a limit, caused at one moment by a person's deed: a launch, mostly. What the
clock causes was decided when the process was launched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from engine.errors import Refused
from engine.events import Notice
from engine.mail import Bulk, Message, StoredNotice, outbox_stream
from engine.ports import UnitOfWork
from engine.saying import said
from notifications.oversight import FOR_APPROVAL, Deed, let_go, local, out_of_date, words_hash

SHOWN, APPROVED = "bulk_shown", "bulk_approved"
MOST_NAMED = 8


def bulk_id(secretariat: str, template: str, caused_at: datetime) -> str:
    """The same mails have the same id, whoever finds them first."""
    return sha256(f"{secretariat}\0{template}\0{caused_at.isoformat()}".encode()).hexdigest()[:12]


class BulkWatch:
    """Finds the bulk to which notices belong, inside one transaction. `most`: readers that are not many yet."""

    def __init__(self, work: UnitOfWork, most: int) -> None:
        self._work = work
        self._most = most
        self._known: dict[tuple[str, str, datetime], Bulk | None] = {}

    def of(self, notices: Sequence[StoredNotice]) -> Bulk | None:
        """The bulk that one of them belongs to; one that still waits for approval before one that does not."""
        found = [bulk for notice in notices if (bulk := self._of(notice)) is not None]
        return next((bulk for bulk in found if bulk.approved_at is None), found[0] if found else None)

    def _of(self, stored: StoredNotice) -> Bulk | None:
        if not self._most:
            return None
        key = (stored.secretariat, stored.notice.template, stored.notice.caused_at)
        if key not in self._known:
            self._known[key] = self._found(stored, *key)
        return self._known[key]

    def _found(self, stored: StoredNotice, secretariat: str, template: str, caused_at: datetime) -> Bulk | None:
        outbox = self._work.outbox
        number = outbox.readers(secretariat, template, caused_at)
        if number <= self._most or not by_person(self._work, stored.notice):
            return None
        return bulk_of(self._work, secretariat, template, caused_at, number)


def bulk_of(work: UnitOfWork, secretariat: str, template: str, caused_at: datetime, number: int) -> Bulk:
    """The bulk of these mails; made where nobody has found it before."""
    id = bulk_id(secretariat, template, caused_at)
    bulk = work.outbox.bulk(id)
    if bulk is None:
        bulk = Bulk(id=id, secretariat=secretariat, template=template, caused_at=caused_at, number=number)
        work.outbox.put_bulk(bulk)
    return bulk


def in_bulk(message: Message, bulk: Bulk | None) -> Message:
    """A new mail as one of many, held as long as nobody has approved them; as it is where there are not many."""
    if bulk is None:
        return message
    if bulk.approved_at is not None:
        return replace(message, bulk=bulk.id)
    return replace(message, bulk=bulk.id, state="held", hold=FOR_APPROVAL)


def by_person(work: UnitOfWork, notice: Notice) -> bool:
    """Whether a person's deed caused a notice, and not a date that came."""
    events = (sealed.event for sealed in work.cases.history(notice.case))
    return any(event.effective_at == notice.caused_at and event.actor.kind != "clock" for event in events)


def held_of(work: UnitOfWork, bulk: Bulk) -> list[Message]:
    """The mails of a bulk that wait for approval; not those that somebody held out of it."""
    return [one for one in work.outbox.messages("held") if one.bulk == bulk.id and one.hold == FOR_APPROVAL]


def waiting(work: UnitOfWork, secretariat: str) -> list[Bulk]:
    """What waits for approval in an office."""
    return [bulk for bulk in work.outbox.bulks(secretariat) if bulk.approved_at is None and held_of(work, bulk)]


def show(deed: Deed, bulk: Bulk) -> list[Message]:
    """The mails of a bulk, for somebody to look at; that they were shown is kept.

    Raises Refused where they were approved already.
    """
    _refuse_approved(deed, bulk)
    held = held_of(deed.work, bulk)
    words = [words_hash(message) for message in held]
    shown = {"bulk": bulk.id, "messages": [message.id for message in held], "words": words}
    deed.record(bulk.secretariat, SHOWN, shown)
    return held


def approve(deed: Deed, bulk: Bulk, number: int) -> list[Message]:
    """Let the mails of a bulk go, and those that still come of it.

    Raises Refused where they are not that many, or not those that were shown last: nobody approves what nobody saw.
    """
    _refuse_approved(deed, bulk)
    held = held_of(deed.work, bulk)
    other = [] if len(held) == number else [said("there are {n} now", n=len(held))]
    changes = _since_shown(deed.work, bulk, held)
    if other or changes:
        raise Refused(said("Can't approve {n} mails", n=number), [*other, *changes])
    for message in held:
        let_go(deed.work, message)
    _approved(deed, bulk, number)
    return held


def _refuse_approved(deed: Deed, bulk: Bulk) -> None:
    """Raises Refused with who approved these mails and when, where somebody has."""
    if bulk.approved_at is None:
        return
    person = deed.work.people.person(bulk.approved_by)
    who = person.name if person is not None else said("an operator")
    at = local(deed.work, bulk.secretariat, bulk.approved_at)
    reason = said("they were approved by {who}, at {moment:moment}", who=who, moment=at)
    raise Refused("Can't approve these mails", [reason])


def approve_at_once(
    deed: Deed, secretariat: str, notices: Sequence[StoredNotice], most: int, mails: Mapping[str, int]
) -> None:
    """The mails of a launch whose number, list and text were shown before it: they need not wait.

    `mails`: bulk -> how many of those that were shown are its own, as `in_bulk` marks them.
    """
    watch = BulkWatch(deed.work, most)
    for bulk in {found.id: found for notice in notices if (found := watch.of([notice])) is not None}.values():
        _approved(deed, bulk, mails.get(bulk.id, 0))


def _approved(deed: Deed, bulk: Bulk, mails: int) -> None:
    """`mails`: how many were shown and let go; its readers (`Bulk.number`) may be more, or fewer."""
    deed.work.outbox.put_bulk(replace(bulk, approved_at=deed.now, approved_by=deed.person or "operator"))
    deed.record(bulk.secretariat, APPROVED, {"bulk": bulk.id, "template": bulk.template, "mails": mails})


def _since_shown(work: UnitOfWork, bulk: Bulk, held: Sequence[Message]) -> list[str]:
    """What is different from when the mails were shown last, in sentences."""
    for sealed in reversed(work.stream(outbox_stream(bulk.secretariat))):
        if sealed.event.kind == SHOWN and sealed.event.data.get("bulk") == bulk.id:
            ids = sealed.event.data["messages"]
            shown = dict(zip(ids, sealed.event.data.get("words", [""] * len(ids)), strict=True))
            now = {message.id: message for message in held}
            gone = [found for id in sorted(shown.keys() - now.keys()) if (found := work.outbox.message(id)) is not None]
            fresh = [message for id, message in now.items() if id not in shown]
            other = [message for id, message in now.items() if id in shown and shown[id] != words_hash(message)]
            over = [message for message in held if out_of_date(work, message)]
            return [
                *_named(said("no longer waits"), gone), *_named(said("came since"), fresh),
                *_named(said("changed since"), other), *_named(said("told otherwise since, cancel it"), over),
            ]  # fmt: skip
    return ["they were not shown yet: give no number to see them"]


def _how_it_stands(message: Message) -> str:
    return said("{why:mail_reason}", why=message.last_error) if message.last_error else message.state


def _named(what: str, messages: Sequence[Message]) -> list[str]:
    lines: list[str] = [
        said(
            "{what}: {subject!r} to {address} ({state:message_state})",
            what=what, subject=one.subject, address=one.address, state=_how_it_stands(one),
        )
        for one in messages
    ]  # fmt: skip
    more = len(lines) - MOST_NAMED
    return lines[:MOST_NAMED] + ([said("{what}: {n} more", what=what, n=more)] if more > 0 else [])
