"""What is sent, and what is done with how it ended? Policy; the wire itself is a sender's.

A group of messages is leased in a transaction of its own before the wire is touched, and each outcome is recorded
before the next group leaves: after a crash no mail goes out twice, and those of one group at most are `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.errors import CollegiumError
from engine.ports import Delivery, Message, Store, UnitOfWork, Wire
from notifications import links
from notifications.backoff import GAVE_UP, retry_at
from notifications.mime import Service, build, token_address

GROUP = 20
LEASE = timedelta(minutes=30)
NO_WORD = Delivery(outcome="unknown", answer="the sender said nothing about it")

Send = Callable[[Sequence[Wire]], Mapping[str, Delivery]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A message that was not simply sent or put off: the office looks at it.

    An unknown ask needs nothing, the next reminder follows; an unknown tell with a legal effect the office decides.
    """

    message: Message
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """How a round of sending ended."""

    sent: int = 0
    put_off: int = 0
    troubles: tuple[Trouble, ...] = ()  # refused and unknown, those of expired leases among them
    unreachable: bool = False  # no server could be spoken to; what is ready keeps its order

    def __add__(self, other: Dispatch) -> Dispatch:
        return Dispatch(
            sent=self.sent + other.sent,
            put_off=self.put_off + other.put_off,
            troubles=self.troubles + other.troubles,
            unreachable=self.unreachable or other.unreachable,
        )

    @property
    def refused(self) -> int:
        return sum(1 for trouble in self.troubles if trouble.delivery.outcome == "refused")

    @property
    def unknown(self) -> int:
        return sum(1 for trouble in self.troubles if trouble.delivery.outcome == "unknown")


@dataclass(frozen=True, slots=True)
class _Group:
    """Leased messages, with the addresses of the private links that stand in them."""

    messages: Sequence[Message]
    addresses: Mapping[str, str]


def dispatch(
    store: Store,
    send: Send,
    now: datetime,
    service: Service,
    *,
    group: int = GROUP,
    lease: timedelta = LEASE,
    stopped: Callable[[], bool] = lambda: False,
) -> Dispatch:
    """Send all that is ready at `now`; once `stopped`, finish the group that is on its way and take no other.

    Where no server can be reached the rest stays where it is: later mails must not overtake those that were tried.
    `send` never raises for what a server or a network does.
    """
    sent = put_off = 0
    unreachable = False
    troubles = rescue(store, now)
    leased = _lease(store, service, now, 0 if stopped() else group, lease, {})
    while leased.messages:
        deliveries = _attempt(leased, send, service, now)
        for message in leased.messages:
            delivery = deliveries[message.id]
            sent += delivery.outcome == "sent"
            put_off += delivery.outcome == "retry"
            if delivery.outcome in ("refused", "unknown"):
                troubles.append(Trouble(message=message, delivery=delivery))
        unreachable = any(delivery.unreachable for delivery in deliveries.values())
        leased = _lease(store, service, now, 0 if stopped() or unreachable else group, lease, deliveries)
    return Dispatch(sent=sent, put_off=put_off, troubles=tuple(troubles), unreachable=unreachable)


def rescue(store: Store, now: datetime) -> list[Trouble]:
    """Messages whose lease ran out: somebody died while sending them, so their outcome is unknown."""
    with store.write() as work:
        found = work.outbox.rescue(now)
        work.commit()
    delivery = Delivery(outcome="unknown", answer="sending was broken off")
    return [Trouble(message=message, delivery=delivery) for message in found]


def _lease(
    store: Store, service: Service, now: datetime, limit: int, lease: timedelta, done: Mapping[str, Delivery]
) -> _Group:
    """Record how the last group ended and take the next one, in one transaction."""
    with store.write() as work:
        for message, delivery in done.items():
            work.outbox.record(message, delivery, now)
        messages = work.outbox.lease(now, limit, now + lease) if limit else []
        addresses = _addresses(work, messages, service)
        work.commit()
    return _Group(messages, addresses)


def _addresses(work: UnitOfWork, messages: Sequence[Message], service: Service) -> dict[str, str]:
    """Where each private link leads that stands in these messages; revoked and unknown ones lead nowhere."""
    found: dict[str, str] = {}
    if not messages:
        return found
    base_urls = {office.id: office.base_url for office in work.people.secretariats()}
    for message in messages:
        for id in links.named(message.text + message.html):
            link = work.outbox.find_link(id)
            if link is not None and not link.revoked:
                found[id] = token_address(base_urls[message.secretariat], service.key, id, link.generation)
    return found


def _attempt(group: _Group, send: Send, service: Service, now: datetime) -> dict[str, Delivery]:
    """One attempt for each message of a group; one that cannot be built is refused and holds up no other."""
    deliveries: dict[str, Delivery] = {}
    wires: list[Wire] = []
    for message in group.messages:
        try:
            wires.append(build(message, service, now, group.addresses))
        except (CollegiumError, ValueError) as error:
            deliveries[message.id] = Delivery(outcome="refused", answer=str(error))
    answers = send(wires) if wires else {}
    for message in group.messages:
        if message.id not in deliveries:
            deliveries[message.id] = _decided(message, answers.get(message.id, NO_WORD), now)
    return deliveries


def _decided(message: Message, delivery: Delivery, now: datetime) -> Delivery:
    """A retry with its moment, or the end of all patience; a server that is away uses up no mail's patience."""
    if delivery.outcome != "retry" or delivery.unreachable:
        return delivery
    moment = retry_at(message.id, message.attempts + 1, now)
    if moment is None:
        return replace(delivery, outcome="refused", answer=f"{GAVE_UP}: {delivery.answer}")
    return replace(delivery, next_try=moment)
