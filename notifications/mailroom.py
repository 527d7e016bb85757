"""How does the clock, which is synchronous, get mail out? One object that composes, sends and keeps its connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event
from types import TracebackType
from typing import Self

from engine.mail import Delivery, Wire
from engine.ports import Sender, Store, UnitOfWork
from notifications.breaker import Breaker
from notifications.dispatching import GROUP, NO_LIMIT, Dispatch, dispatch
from notifications.doubt import Doubt
from notifications.event_loop import LoopThread
from notifications.letters import Letters
from notifications.mime import Service
from notifications.pacing import Pace
from notifications.preparation import Preparation
from notifications.preparing import BATCH, compose_due
from notifications.signing import CannotSign, Signer

ROUNDS = 10
PATIENCE = timedelta(minutes=10)  # with a server that is away, before the office hears of it
LOOK_AGAIN = timedelta(minutes=5)  # whether there is room again for a domain that has had its mails


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one call led to."""

    prepared: Preparation
    dispatched: Dispatch


class SyncDispatcher:
    """Composes what is due and sends what is ready, from synchronous code.

    Between `start` and `close` the sender's connections stay open on an event loop of their own.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender,
        letters: Letters,
        service: Service,
        *,
        batch: int = BATCH,
        group: int = GROUP,
        pace: Pace = NO_LIMIT,
        bulk_from: int = 0,
        patience: timedelta = PATIENCE,
        signing: Callable[[], Signer | None] = lambda: None,
        doubt: Callable[[UnitOfWork], Doubt | None] = lambda work: None,
    ) -> None:
        self._store = store
        self._sender = sender
        self._letters = letters
        self._service = service
        self._batch = batch
        self._group = group
        self._loop: LoopThread | None = None
        self._stopped = Event()
        self._breaker = Breaker(store, patience)
        self._pace = pace
        self._bulk_from = bulk_from
        self._full: frozenset[str] = frozenset()  # domains that have had their mails of this hour
        self._look_again: datetime | None = None  # when they may have room
        self._signing = signing
        self._signer: Signer | None = None
        self._doubting = doubt
        self._doubt: Doubt | None = None
        self._asked = False  # whether the store was asked what is in doubt

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Raises BadKey where mails are to be signed and cannot be."""
        if self._loop is None:
            self._signer = self._signing()
            self._loop = LoopThread("mail")

    def stop(self) -> None:
        """Let the mails that are on their way arrive, and send no others; for a signal's handler or another thread."""
        self._stopped.set()

    def close(self) -> None:
        """Close the connections; may be called twice."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()  # a delivery that was interrupted would open its connection anew
            loop.run(self._sender.close())
            loop.close()

    def compose(self, now: datetime) -> Preparation:
        """Turn what waits into messages, and send nothing."""
        if not self._asked:
            with self._store.read() as work:
                self._doubt, self._asked = self._doubting(work), True
        return compose_due(
            self._store, now, self._letters, self._service,
            batch=self._batch, bulk_from=self._bulk_from, doubt=self._doubt,
        )  # fmt: skip

    def next_moment(self, work: UnitOfWork) -> datetime | None:
        """When there is something to compose or to send, as far as a server is to be sought then."""
        moment = work.outbox.next_moment()
        if moment is None:
            return None
        if self._look_again is not None and _any_paused(work):
            return max(moment, self._look_again)
        if self._full and self._look_again is not None:
            others = work.outbox.next_moment(self._full)
            moment = min(max(moment, self._look_again), others or self._look_again)
        not_before = self._breaker.not_before(work)
        return moment if not_before is None else max(moment, not_before)

    def dispatch(self, now: datetime) -> Dispatch:
        """Send what is ready, unless no server could be reached a moment ago."""
        state = self._breaker.state(now)
        if state == "open":
            return Dispatch()
        done = dispatch(
            self._store, self._send, now, self._service, group=self._group, stopped=self._stopped.is_set,
            probe=state == "half-open", pace=self._pace,
        )  # fmt: skip
        self._full = done.full
        with self._store.read() as work:
            waits = bool(done.full) or _any_paused(work)
        self._look_again = now + LOOK_AGAIN if waits else None
        self._breaker.heard(now, unreachable=done.unreachable)
        return done

    def run(self, now: datetime) -> Round:
        """Compose and send until nothing is due: a mail that is cancelled at the last moment may leave words behind."""
        prepared, dispatched = self.compose(now), self.dispatch(now)
        for _ in range(ROUNDS):
            again = self.compose(now)
            if again == Preparation():
                break
            prepared, dispatched = prepared + again, dispatched + self.dispatch(now)
        return Round(prepared=prepared, dispatched=dispatched)

    def _send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        if self._loop is None:
            raise RuntimeError("Can't send mail before `start` was called.")
        signed, failed = self._signed(mails)
        return {**failed, **(self._loop.run(self._sender.send(signed)) if signed else {})}

    def _signed(self, mails: Sequence[Wire]) -> tuple[Sequence[Wire], dict[str, Delivery]]:
        """The mails as they go to the wire; one that cannot be signed is refused and holds up no other."""
        if self._signer is None:
            return mails, {}
        signed: list[Wire] = []
        failed: dict[str, Delivery] = {}
        for mail in mails:
            try:
                signed.append(replace(mail, data=self._signer.sign(mail.data)))
            except CannotSign as error:
                failed[mail.message] = Delivery(outcome="refused", answer=str(error))
        return signed, failed


def _any_paused(work: UnitOfWork) -> bool:
    """Whether an office keeps its mail back: what is ready is then not looked for at each moment."""
    return any(office.paused_at is not None for office in work.people.secretariats())
