"""What becomes of a notice or a message? The rules that the outbox in SQL and the one in memory share."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from engine import rules
from engine.asking import CLOSED
from engine.case import Task
from engine.events import Notice, Withdrawal
from engine.mail import Cause, Delivery, Message, MessageState, Outage, domain_of

PAUSED = "paused"
"""Why a mail that asks for something of a paused case does not leave."""

RESUME = "resume"
"""The engine's own task that ends a pause: the only one that is asked for while a case is paused."""

AGAIN = ("reminder", "today", "late", "escalation")
"""Templates of mails that ask for a task again, after its opening."""

HANDED_OVER: tuple[MessageState, ...] = ("sending", "sent", "unknown")
"""States of a message that its reader may have seen."""

UNDECIDED: tuple[MessageState, ...] = ("ready", "sending", "unknown")
"""States in which the outcome of an attempt still counts; a late word may settle an unknown."""

UNREACHABLE = Delivery(outcome="refused", answer="the address of this person does not work")
LEASE_RAN_OUT = Delivery(outcome="unknown", answer="whoever was sending it did not report how it ended")

DECIDED: tuple[MessageState, ...] = ("sent", "refused", "unknown", "cancelled")
"""States of a message that will not be sent any more."""

UNSENT: tuple[MessageState, ...] = ("ready", "held")
"""States of a message that nobody has seen yet."""

STATUS = re.compile(r"(?:\w+: )?(?:\d{3} )?([245]\.\d{1,3}\.\d{1,3})(?!\S)")
"""RFC 2034 section 4: the enhanced status stands at the beginning of a server's words."""

ERASED = "erased"
"""Stands for the reader of a mail whose row was removed."""

NOT_OUT: tuple[MessageState, ...] = ("ready", "held", "sending")
"""States of a message that no server has yet; one that is leased is looked at once more before the wire."""

TAKEN = ("sent", "unknown")
"""Outcomes of an attempt after which the recipient's server may have the mail."""

AFTER: Mapping[str, MessageState] = {"sent": "sent", "refused": "refused", "retry": "ready", "unknown": "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Why a message ends instead of leaving, and what of it is told no more; the rest of its notices wait again."""

    reason: str
    refused: bool = False  # its reader cannot be reached; otherwise it is cancelled
    closed: frozenset[tuple[str, str]] = frozenset()  # (case, task key) for which it must not ask any more
    gone: Mapping[int, str] = field(default_factory=dict)  # notices that hold no more, and why


def lapse_of(
    message: Message, *, reachable: bool | None, standing: Mapping[tuple[str, str], str], over: Mapping[int, str]
) -> Lapse | None:
    """Why a message would end instead of leaving now; None: it may leave.

    `standing`: of each task that it asks for and that is open, "open", or "paused" with its case. `over`: its notices
    whose reader need not do any more what they ask for, and why; of what is sent again, those of the first.
    """
    if reachable is False:
        return Lapse(reason=UNREACHABLE.answer, refused=True)
    stale = {ask for ask in message.asks if standing.get(ask) != "open"}
    if stale:
        closed = frozenset(ask for ask in stale if standing.get(ask) != PAUSED)
        return Lapse(reason=CLOSED if closed else PAUSED, closed=closed)
    if over:
        # What is sent again was told by the first mail: it stays told.
        return Lapse(reason=joined(over.values()), gone={} if message.resends else over)
    return None


def joined(reasons: Iterable[str]) -> str:
    """Several reasons as one, each once."""
    return "; ".join(sorted(set(reasons)))


def withdrawn_because(
    withdrawals: Iterable[Withdrawal], *, case: str, task: str | None, recipient: str, rule: str
) -> str | None:
    """Why this ask must not go out any more; None: it stands."""
    for one in withdrawals:
        if (
            one.case == case
            and one.task == task
            and one.recipient in (None, recipient)
            and (one.rules is None or rule in one.rules)
            and not (one.first_stands and rules.speaks_first(rule))
        ):
            return one.reason
    return None


def written_anew(withdrawals: Iterable[Withdrawal], *, case: str, task: str | None, rule: str) -> bool:
    """Whether this first word about a task stands, and a mail that was written of it says what holds no more."""
    return rules.speaks_first(rule) and any(
        one.first_stands and (one.case, one.task) == (case, task) for one in withdrawals
    )


def withheld(notice: Notice, tasks: Mapping[str, Task]) -> bool:
    """Whether a paused case holds this notice back."""
    task = tasks.get(notice.task) if notice.task else None
    return notice.kind == "ask" and (task is None or task.name != RESUME)


def sending(message: Message) -> Message:
    return replace(message, state="sending")


def delivered(message: Message, delivery: Delivery, now: datetime) -> Message:
    """The message after an attempt; one for which no server could be reached keeps its place in the queue."""
    again = delivery.outcome == "retry" and not delivery.unreachable
    return replace(
        message,
        state=AFTER[delivery.outcome],
        attempts=message.attempts + (not delivery.unreachable),
        next_try=(delivery.next_try or now) if again else None,
        last_error="" if delivery.outcome == "sent" else delivery.answer,
        sent_at=now if delivery.outcome == "sent" else None,
    )


def outage_of(vain: Sequence[tuple[datetime, Cause, str]]) -> Outage | None:
    """The outage that these attempts make, the first one first; each moment of several attempts is one try."""
    if not vain:
        return None
    moments = sorted({at for at, _, _ in vain})
    _, cause, answer = vain[-1]
    return Outage(since=moments[0], last=moments[-1], tries=len(moments), cause=cause, answer=answer)


def cause_of(delivery: Delivery) -> Cause | Literal[""]:
    """Why no server could be spoken to; empty where one was."""
    return (delivery.cause or "away") if delivery.unreachable else ""


class Room:
    """How many more mails may go to each domain while messages are leased."""

    def __init__(self, left: Mapping[str, int], most: int | None) -> None:
        self._left = dict(left)
        self._most = most

    def full(self) -> list[str]:
        return sorted(domain for domain, left in self._left.items() if left <= 0)

    def take(self, address: str) -> bool:
        """Whether one more may go to that address; it then has its place."""
        domain = domain_of(address)
        left = self._left.get(domain, self._most)
        if left is None:
            return True
        self._left[domain] = left - 1
        return left > 0


def reported_of(whose: str | None, address: str, person: str, addresses: Iterable[str]) -> bool:
    """Whether a mail report is about somebody: matched to them, or to nobody while it names an address of theirs."""
    if whose is not None:
        return whose == person
    return bool(address) and address.casefold() in {each.casefold() for each in addresses}


def undelivered(message: Message, delivery: Delivery) -> Mapping[str, Any]:
    """What is recorded of a refused or unknown mail: no address, no words, also none of the server's."""
    status = STATUS.match(delivery.answer)
    return {
        "message": message.id,
        "kind": message.kind,
        "cases": list(message.cases),
        "code": delivery.code,
        "status_code": status[1] if status else "",
        "legal": message.legal,
    }


def new_link_id() -> str:
    """Names the row of a private link; the token that opens it is derived from it and a key that is not stored."""
    return secrets.token_urlsafe(16)
