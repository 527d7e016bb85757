"""What must an adapter offer for mail? The port of notices, messages and deliveries; `engine.ports` has the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.case import Case
from engine.events import Notice
from engine.mail import (
    Attachment,
    Attempt,
    Bulk,
    Delivery,
    Link,
    MailReport,
    Message,
    MessageState,
    NoticeState,
    Outage,
    StoredNotice,
)


class Outbox(Protocol):
    """Notices, messages and deliveries."""

    def next_moment(self, full: Collection[str] = ()) -> datetime | None:
        """The earliest send_at of a waiting notice or next_try of a message; those to domains in `full` left out."""

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        """Notices to be composed, in the order (send_at, id)."""

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        """All notices of these people that are to be composed, in the same order: nobody's mail is cut by a limit."""

    def pending(self, secretariat: str, now: datetime) -> tuple[int, int]:
        """How many mails of an office are ready, and how many of its notices are to be composed."""

    def tell(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        """Add notices that no step of the case has led to; one with the same key stays as it is."""

    def postpone(self, notices: Sequence[int], send_at: datetime, reason: str | None = None) -> None:
        """Of those that still wait, the moment; and a word about them, where one is given."""

    def close_notices(self, notices: Sequence[int], state: NoticeState, reason: str) -> None: ...

    def reminder_mail_on(self, person: str, local_day: str) -> bool:
        """Whether a reminder mail for that person and day was composed and not cancelled."""

    def reminder_mail_elsewhere(self, persons: Collection[str], local_day: str) -> bool:
        """Whether one of these rows of the same reader has a reminder mail of that day, or will get it.

        What waits because its office has paused its mail does not count: it stands in no other office's way.
        """

    def asked(self, case: str, task: str, person: str, *, reminded: bool = False) -> bool:
        """Whether a mail that asks this person for this task instance (`reminded`: again) was handed to the wire."""

    def missed(self, now: datetime) -> list[Message]:
        """Ready messages that have not left and may not any more: their `until` has passed, or comes before the next
        attempt."""

    def move(self, message: str, at: datetime, until: datetime, local_day: str) -> bool:
        """Another day and its hours for a ready message; whether it was one."""

    def take_back(self, message: str, reason: str) -> list[StoredNotice]:
        """Cancel a ready message; those of its notices that still wait after that."""

    def add(self, message: Message, notices: Sequence[int]) -> None: ...

    def lease(
        self, now: datetime, limit: int, until: datetime, room: Mapping[str, int] | None = None,
        most: int | None = None, paused: Collection[str] = (),
    ) -> list[Message]:  # fmt: skip
        """Turn ready messages into `sending`; those that ask for a task that is no longer open are cancelled, and what
        is left of their notices waits again. What may not leave any more stays. `room`: how many may go to a domain
        (`most`: to one that is not named; None: all); what is over that stays as it is, and so
        does all of the offices that have `paused` their mail.
        An empty answer means that nothing is ready any more that may go."""

    def lapsing(self, messages: Collection[Message]) -> Mapping[str, str]:
        """Of these messages, those that are ready or held and would end instead of leaving, by the rule of `lease`:
        message -> why. A pause of the office, hours and room of a domain end nothing, and do not count."""

    def record(self, message: str, delivery: Delivery, now: datetime) -> None: ...

    def settle(self, message: str) -> bool:
        """Let a message whose outcome is unknown count as sent, at the attempt of which nobody knew how it ended; no
        attempt is added. False where it is not unknown."""

    def rescue(self, now: datetime) -> list[Message]:
        """Messages whose lease ran out while `sending`, the oldest lease first: their outcome is `unknown`."""

    def messages(
        self, state: MessageState | None = None, person: str | None = None, made_after: datetime | None = None
    ) -> list[Message]:
        """In the order in which they were made; `made_after`: only those that were made after that moment."""

    def newest(
        self, secretariat: str, limit: int | None, *, state: MessageState | None = None, person: str | None = None,
        case: str | None = None,
    ) -> tuple[list[Message], int]:  # fmt: skip
        """The newest mails of an office, the newest first, and how many there are in all; no limit: all of them."""

    def notices(self, state: NoticeState | None = None, case: str | None = None) -> list[StoredNotice]: ...

    def message(self, id: str) -> Message | None: ...

    def messages_named(self, prefix: str, limit: int) -> list[Message]:
        """Those whose id begins so, in the order of their ids."""

    def notices_in(self, message: str) -> list[StoredNotice]:
        """What a message tells or told."""

    def resent(self, message: str) -> list[Message]:
        """The messages that send this one again."""

    def kept(self, why: str) -> list[Message]:
        """Messages that are held for just this reason."""

    def hold(self, message: str, why: str) -> bool:
        """Keep a message back that is ready, or held for another reason; False where it is neither."""

    def release(self, message: str) -> bool:
        """Make a held message ready again; False where it was not held."""

    def cancel(self, message: str, why: str) -> bool:
        """Let a message that is ready or held never go, nor what it tells; False where it is neither."""

    def readdress(self, message: str, address: str, files: Sequence[Attachment]) -> bool:
        """Another address, and as many files as before in their order, for a message that nobody has; whether it is
        one: ready, held, or leased and not yet recorded."""

    def edit(self, message: str, *, subject: str, text: str, html: str) -> bool:
        """Change the words of a message that is ready or held; False where it is not."""

    def deliveries(self, message: str) -> list[Attempt]:
        """All attempts to send it, the first one first."""

    def handed_over_since(self, moment: datetime) -> Mapping[str, int]:
        """Domain of the recipient -> mails that a server took, or may have taken, at or after that moment."""

    def put_off_since(self, moment: datetime) -> list[tuple[str, int, str]]:
        """(domain of the recipient, reply code, answer) of the mails that a server put off, each once."""

    def outage(self) -> Outage | None:
        """Since when no mail server could be spoken to; None where the last one that was sought answered."""

    def doubted(self) -> list[Message]:
        """Messages with legal effect of which nobody knows whether they arrived, in the order of their ids."""

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        """How many people have a notice of that template that was caused at that moment."""

    def bulk(self, id: str) -> Bulk | None: ...

    def bulks(self, secretariat: str) -> list[Bulk]:
        """The oldest first."""

    def put_bulk(self, bulk: Bulk) -> None: ...

    def add_report(self, report: MailReport) -> bool:
        """False where this report was recorded before."""

    def reports(
        self, *, message: str | None = None, person: str | None = None, since: datetime | None = None
    ) -> list[MailReport]:
        """The newest last; `since`: only those that were recorded at that moment or later."""

    def report(self, id: str) -> MailReport | None: ...

    def refused_without_report(self) -> list[Message]:
        """Messages that a server refused while we spoke to it, as long as nobody has made a report of that."""

    def counts(self) -> Mapping[tuple[str, str], int]:
        """(kind, state) -> number of messages."""

    def link(self, case: str, participant: str, task: str) -> Link:
        """The link of that task instance for that participant; made where there is none."""

    def find_link(self, id: str) -> Link | None: ...

    def revoke_link(self, id: str) -> None: ...
