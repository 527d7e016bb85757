"""Is there a mail server? After a failure mail waits, and one mail goes first to see whether the server is back.

An outage is a fact that follows from the stored deliveries, so that it survives a restart: it began with the first
attempt that met no server, and it ends with the first answer. The office is told of each in one line.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from engine.mail import Outage, outbox_stream
from engine.ports import Store, UnitOfWork
from notifications.backoff import seek_after

log = logging.getLogger(__name__)

State: TypeAlias = Literal["closed", "open", "half-open"]
AT_ONCE = ("login", "tls")  # a person must act: to wait does not help
AWAY, BACK = "mail_server_away", "mail_server_back"  # kinds of events in the outbox's stream


def state(outage: Outage | None, now: datetime) -> State:
    """Closed: mail flows. Open: it waits. Half-open: one mail may go, to see whether the server is back."""
    if outage is None:
        return "closed"
    return "open" if now < seek_at(outage) else "half-open"


def seek_at(outage: Outage) -> datetime:
    """When the server is sought again."""
    return outage.last + seek_after(outage.tries)


def is_to_be_told(outage: Outage, now: datetime, patience: timedelta) -> bool:
    """Whether it has lasted long enough, or is of a kind that does not end by itself."""
    return outage.cause in AT_ONCE or now - outage.since >= patience


def last_word(work: UnitOfWork, secretariat: str) -> tuple[str, Mapping[str, Any]] | None:
    """What the office was told last about the server: AWAY or BACK, and when and why."""
    events = (sealed.event for sealed in reversed(work.stream(outbox_stream(secretariat))))
    return next(((event.kind, event.data) for event in events if event.kind in (AWAY, BACK)), None)


class Breaker:
    """The outage that there is, read once from the store and then kept; tells the offices when it begins and ends."""

    def __init__(self, store: Store, patience: timedelta) -> None:
        self._store = store
        self._patience = patience
        self._known = False
        self._sought = False  # by this process: what was mended before a restart is tried at once
        self._outage: Outage | None = None
        self._told: datetime | None = None  # since when the outage is of which the offices were told
        self._waiting = 0  # mails, when the server was sought last

    def not_before(self, work: UnitOfWork) -> datetime | None:
        """When the server is sought again; None where it is there."""
        self._recall(work)
        return seek_at(self._outage) if self._outage is not None and self._sought else None

    def state(self, now: datetime) -> State:
        """Whether mail may go now."""
        if not self._known:
            with self._store.read() as work:
                self._recall(work)
        found = state(self._outage, now)
        if found == "open" and not self._sought:
            found = "half-open"
        if found == "half-open":
            with self._store.read() as work:
                self._waiting = sum(number for (_, how), number in work.outbox.counts().items() if how == "ready")
        return found

    def heard(self, now: datetime, *, unreachable: bool) -> None:
        """A round of sending has ended."""
        self._sought = True
        if self._outage is None and not unreachable:
            return
        with self._store.read() as work:
            before, self._outage = self._outage, work.outbox.outage()
        if self._outage is None:
            self._end(before, now)
        elif self._told is None and is_to_be_told(self._outage, now, self._patience):
            self._begin(self._outage, now)

    def _recall(self, work: UnitOfWork) -> None:
        if self._known:
            return
        self._known, self._outage = True, work.outbox.outage()
        for office in work.people.secretariats() if self._outage is not None else ():
            word = last_word(work, office.id)
            if word is not None and word[0] == AWAY:
                self._told = datetime.fromisoformat(word[1]["since"])

    def _begin(self, outage: Outage, now: datetime) -> None:
        log.error("No mail goes out since %s: %s. Mail waits, nothing is lost", outage.since, outage.answer)
        self._told = outage.since
        self._tell(AWAY, {"since": outage.since.isoformat(), "cause": outage.cause, "answer": outage.answer}, now)

    def _end(self, before: Outage | None, now: datetime) -> None:
        since, self._told = self._told, None
        if since is None or before is None:
            return
        log.warning("Mail goes out again: the server was away since %s; %s mails waited", since, self._waiting)
        data = {"since": since.isoformat(), "until": now.isoformat(), "cause": before.cause, "waited": self._waiting}
        self._tell(BACK, data, now)

    def _tell(self, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        """One line in the stream of each office, since all of them send by this server."""
        with self._store.write() as work:
            for office in work.people.secretariats():
                work.record(outbox_stream(office.id), kind, data, now)
            work.commit()
