"""Which mails must the office decide about? A duty of the clock: a task for each, in the case that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.actions import MailDoubted, MailSettled
from engine.mail import Message, outbox_stream
from engine.operations import Operations
from engine.ports import Store, UnitOfWork
from notifications.oversight import DECIDED

DOUBTED = "mail_doubted"


class Doubts:
    """Implements collegium.clock.Duty: an unknown mail with legal effect becomes a task of the office, once."""

    name = "doubts"
    foreseen = True  # writes to the store alone, so a forecast plays it too

    def __init__(self, store: Store, operations: Operations) -> None:
        self._store = store
        self._operations = operations

    def next_moment(self, work: UnitOfWork, now: datetime) -> datetime | None:
        """At once, where there is one of which the office was not told."""
        return now if any(_untold(work)) else None

    def run(self, now: datetime) -> None:
        with self._store.read() as work:
            if not any(_untold(work)):
                return
        with self._store.write() as work:
            for message in list(_untold(work)):
                told = [
                    self._operations.tell(work, case, MailDoubted(message=message.id), now) for case in message.cases
                ]
                stream = outbox_stream(message.secretariat)
                work.record(stream, DOUBTED, {"message": message.id, "told": all(told)}, now)
            work.commit()


def settle(work: UnitOfWork, operations: Operations, message: Message, now: datetime) -> None:
    """The office has decided: its task about that mail is done."""
    for case in message.cases:
        operations.tell(work, case, MailSettled(message=message.id), now)


def _untold(work: UnitOfWork) -> Iterator[Message]:
    told: dict[str, set[str]] = {}  # office -> messages
    for message in work.outbox.doubted():
        if message.secretariat not in told:
            events = (sealed.event for sealed in work.stream(outbox_stream(message.secretariat)))
            settled = (DOUBTED, DECIDED)
            told[message.secretariat] = {event.data["message"] for event in events if event.kind in settled}
        if message.id not in told[message.secretariat]:
            yield message
