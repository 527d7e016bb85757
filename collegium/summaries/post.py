"""What has become of an office's mail? What did not arrive, who cannot be reached, how much of each kind went out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from collegium.ringing import ringing
from collegium.unsettled import lost
from engine.case import Case
from engine.mail import Message, MessageState
from engine.ports import UnitOfWork

DEAD = ("hard", "gone")  # reports that say that an address does not work, or not any more
NO_ADDRESS = "no address that works"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostMail:
    """A mail that did not arrive, may not have, or waits for the office."""

    kind: str
    to: str  # name
    state: MessageState
    since: datetime
    why: str
    cases: tuple[str, ...]
    legal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Somebody with work in an open case whom no mail reaches."""

    name: str
    phone: str
    email: str
    since: datetime | None
    why: str
    cases: tuple[str, ...]
    away_until: date | None = None  # on leave: nobody need ring them about it before


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The mail of a round, up to some moment."""

    sent: tuple[tuple[str, int], ...] = ()  # kind -> how many, the most frequent first
    refused: int = 0
    unaddressed: int = 0  # notices that found no address
    uncertain: int = 0
    came_back: int = 0  # reports that an address does not work


def undelivered(work: UnitOfWork, secretariat: str) -> Counter[str]:
    """Mails that were refused, are uncertain or held, and notices that found no address: how many for each case."""
    unaddressed = [each for each in work.outbox.notices("skipped") if each.reason == NO_ADDRESS]
    found = Counter(case for message in lost(work, secretariat) for case in message.cases)
    return found + Counter(each.notice.case for each in unaddressed)


def lost_mail(work: UnitOfWork, secretariat: str) -> Iterator[LostMail]:
    """One by one, the oldest first."""
    for each in sorted(lost(work, secretariat), key=lambda each: (each.created_at, each.id)):
        person = work.people.person(each.person)
        yield LostMail(
            kind=each.kind, to=person.name if person else each.address, state=each.state, since=each.created_at,
            why=each.hold or each.last_error, cases=each.cases, legal=each.legal,
        )  # fmt: skip


def unreached(work: UnitOfWork, secretariat: str, cases: Collection[Case], today: date) -> Iterator[Unreached]:
    """Whose address does not work, of the people who hold a role, a seat or a task in a case that is still open."""
    running = {case.id: _busy(case) for case in cases if not case.closed}
    for person in work.people.persons(secretariat):
        if person.reachable and person.email:
            continue
        own = [each.case for each in work.people.participations(person.id) if each.key in running.get(each.case, ())]
        if own:
            yield Unreached(
                name=person.name, phone=person.phone, email=person.email, since=person.unreachable_since,
                why=person.unreachable_why, cases=tuple(own),
                away_until=ringing(work, person, today).away_until,
            )  # fmt: skip


def _busy(case: Case) -> set[str]:
    roles = {who for people in case.roles.values() for who in people}
    tasks = {who for task in case.open_tasks() for who in task.assignees}
    seats = {held.participant for held in case.holdings.values() if held.state in ("invited", "accepted", "seated")}
    return roles | tasks | seats


def post_of(work: UnitOfWork, cases: Collection[str], moment: datetime) -> Post:
    """The mail about these cases, as far as it had gone out by a moment."""
    own = set(cases)
    mails = [each for each in work.outbox.messages() if own & set(each.cases) and each.created_at <= moment]
    sent = Counter(each.kind for each in mails if each.sent_at is not None and each.sent_at <= moment)
    unaddressed = [
        each for case in sorted(own) for each in work.outbox.notices("skipped", case)
        if each.reason == NO_ADDRESS and each.notice.send_at <= moment
    ]  # fmt: skip
    return Post(
        sent=tuple(sorted(sent.items(), key=lambda item: (-item[1], item[0]))),
        refused=_number(mails, "refused"),
        uncertain=_number(mails, "unknown"),
        unaddressed=len(unaddressed),
        came_back=_came_back(work, mails, moment),
    )


def _number(mails: Collection[Message], state: MessageState) -> int:
    return sum(each.state == state for each in mails)


def _came_back(work: UnitOfWork, messages: Collection[Message], moment: datetime) -> int:
    """Of how many of these mails it was told that they did not arrive; nothing comes back before its mail is made."""
    made = {each.id: each.created_at for each in messages}
    reports = work.outbox.reports(since=min(made.values())) if made else []
    dead = [each for each in reports if each.kind in DEAD and each.message in made]
    return len({each.message for each in dead if each.received_at <= moment})
