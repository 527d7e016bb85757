"""What is sent, and what is done with how it ended? Policy; the wire itself is a sender's.

A group of messages is leased in a transaction of its own before the wire is touched, and each outcome is recorded
before the next group leaves: after a crash no mail goes out twice, and those of one group at most are `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.errors import CollegiumError
from engine.mail import Delivery, Message, Wire, domain_of
from engine.ports import Store, UnitOfWork
from notifications import links
from notifications.backoff import GAVE_UP, retry_at
from notifications.mime import Service, build, stop_address, token_address
from notifications.pacing import HOUR, Pace, asks_for_less, room, too_fast_for
from notifications.readdressing import at_present_address

GROUP = 20
LEASE = timedelta(minutes=30)
NO_LIMIT = Pace()
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
    full: frozenset[str] = frozenset()  # domains that have had their mails of this hour

    def __add__(self, other: Dispatch) -> Dispatch:
        return Dispatch(
            sent=self.sent + other.sent,
            put_off=self.put_off + other.put_off,
            troubles=self.troubles + other.troubles,
            unreachable=self.unreachable or other.unreachable,
            full=self.full | other.full,
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
    stops: Mapping[str, str | None]  # message -> where the reader of a digest stops it


class _Room:
    """How many more may go to each domain in this hour."""

    def __init__(self, store: Store, pace: Pace, now: datetime) -> None:
        with store.read() as work:
            slowed = too_fast_for(work.outbox.put_off_since(now - HOUR))
            limited = slowed or pace.most is not None or pace.special
            handed_over = work.outbox.handed_over_since(now - HOUR) if limited else {}
        self.left = room(pace, handed_over, slowed)
        self.most = pace.most

    def take(self, message: Message, delivery: Delivery) -> None:
        """A mail that a server has, or may have, takes a place; one that asks for less takes all that are left."""
        domain = domain_of(message.address)
        if delivery.outcome == "retry" and not delivery.unreachable and asks_for_less(delivery.code, delivery.answer):
            self.left[domain] = 0
            return
        left = self.left.get(domain, self.most)
        if left is not None and delivery.outcome in ("sent", "unknown"):
            self.left[domain] = max(left - 1, 0)

    @property
    def full(self) -> frozenset[str]:
        return frozenset(domain for domain, left in self.left.items() if not left)


def dispatch(
    store: Store,
    send: Send,
    now: datetime,
    service: Service,
    *,
    group: int = GROUP,
    lease: timedelta = LEASE,
    stopped: Callable[[], bool] = lambda: False,
    probe: bool = False,
    pace: Pace = NO_LIMIT,
) -> Dispatch:
    """Send all that is ready at `now`; once `stopped`, finish the group that is on its way and take no other.

    Where no server can be reached the rest stays where it is: later mails must not overtake those that were tried.
    `probe`: the server was away, so mails go one by one until it has answered. What is over the `pace` of a domain
    stays where it is too. `send` never raises for what a server or a network does.
    """
    done = Dispatch(troubles=tuple(rescue(store, now)))
    left = _Room(store, pace, now)
    deliveries: Mapping[str, Delivery] = {}
    while True:
        wanted = 0 if stopped() or done.unreachable else 1 if probe else group
        leased = _lease(store, service, now, wanted, lease, deliveries, left)
        if not leased.messages:
            return replace(done, full=left.full)
        deliveries = _attempt(leased, send, service, now)
        probe = probe and not any(_answered(delivery) for delivery in deliveries.values())
        done += _ended(leased, deliveries)
        for message in leased.messages:
            left.take(message, deliveries[message.id])


def _ended(leased: _Group, deliveries: Mapping[str, Delivery]) -> Dispatch:
    """How one group ended."""
    ends = [(message, deliveries[message.id]) for message in leased.messages]
    return Dispatch(
        sent=sum(delivery.outcome == "sent" for _, delivery in ends),
        put_off=sum(delivery.outcome == "retry" for _, delivery in ends),
        troubles=tuple(
            Trouble(message=message, delivery=delivery)
            for message, delivery in ends
            if delivery.outcome in ("refused", "unknown")
        ),
        unreachable=any(delivery.unreachable for _, delivery in ends),
    )


def _answered(delivery: Delivery) -> bool:
    """Whether a server has said something about this mail."""
    return not delivery.unreachable and delivery.code is not None


def rescue(store: Store, now: datetime) -> list[Trouble]:
    """Messages whose lease ran out: somebody died while sending them, so their outcome is unknown."""
    with store.write() as work:
        found = work.outbox.rescue(now)
        work.commit()
    delivery = Delivery(outcome="unknown", answer="sending was broken off")
    return [Trouble(message=message, delivery=delivery) for message in found]


def _lease(
    store: Store, service: Service, now: datetime, limit: int, lease: timedelta, done: Mapping[str, Delivery],
    left: _Room,
) -> _Group:  # fmt: skip
    """Record how the last group ended and take the next one, in one transaction."""
    with store.write() as work:
        for message, delivery in done.items():
            work.outbox.record(message, delivery, now)
        offices = work.people.secretariats()
        paused = [office.id for office in offices if office.paused_at is not None]
        messages = work.outbox.lease(now, limit, now + lease, left.left, left.most, paused) if limit else []
        messages = [at_present_address(work, each, now) for each in messages]
        base_urls = {office.id: office.base_url for office in offices}
        addresses = _addresses(work, messages, service, base_urls)
        stops = {each.id: _stop(work, each, service, base_urls) for each in messages if each.digest}
        work.commit()
    return _Group(messages, addresses, stops)


def _addresses(
    work: UnitOfWork, messages: Sequence[Message], service: Service, base_urls: Mapping[str, str]
) -> dict[str, str]:
    """Where each private link leads that stands in these messages; revoked and unknown ones lead nowhere."""
    found: dict[str, str] = {}
    for message in messages:
        for id in links.named(message.text + message.html):
            link = work.outbox.find_link(id)
            if link is not None and not link.revoked:
                found[id] = token_address(base_urls[message.secretariat], service.key, id, link.generation)
    return found


def _stop(work: UnitOfWork, message: Message, service: Service, base_urls: Mapping[str, str]) -> str | None:
    """Where the reader of a digest stops it."""
    person = work.people.person(message.person)
    return stop_address(base_urls[message.secretariat], service.key, message, person.generation if person else 0)


def _attempt(group: _Group, send: Send, service: Service, now: datetime) -> dict[str, Delivery]:
    """One attempt for each message of a group; one that cannot be built is refused and holds up no other."""
    deliveries: dict[str, Delivery] = {}
    wires: list[Wire] = []
    for message in group.messages:
        try:
            wires.append(build(message, service, now, group.addresses, group.stops.get(message.id)))
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
