"""What must be told, in memory? Notices come in with a change, wait, stand in a message, or are withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.asking import CLOSED, asks_no_more
from engine.case import Case, Task
from engine.events import Notice, Withdrawal
from engine.mail import NoticeState, StoredNotice
from storage import sending
from storage.memory import placing
from storage.memory.journal import Journal
from storage.memory.shelves import HeldMessage, HeldNotice, Shelves


class MemoryNotices:
    """The notices of the outbox."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    # with the change of a case ----------------------------------------------------------------------------------------

    def insert(self, notices: Sequence[Notice], secretariat: str, case: Case) -> None:
        """Add the notices of a step of that case; one with the same key stays as it is."""
        shelves, journal = self._shelves, self._journal
        for notice in notices:
            if notice.key in shelves.notice_keys:
                continue
            id = len(shelves.notices) + 1
            stored = StoredNotice(id=id, notice=notice, secretariat=secretariat, person=None, state="waiting")
            idle = case.paused is not None and sending.withheld(notice, case.tasks)
            journal.put(shelves.notice_keys, notice.key, id)
            journal.append(shelves.notices_of.setdefault(notice.case, []), id)
            cause = (secretariat, notice.template, notice.caused_at)
            journal.append(shelves.notices_caused.setdefault(cause, []), id)
            if notice.task is not None:
                journal.append(shelves.notices_about.setdefault((notice.case, notice.task), []), id)
            self._keep(HeldNotice(stored=stored, idle=idle))

    def withdraw(self, withdrawals: Sequence[Withdrawal]) -> None:
        """Take back what was not sent: waiting asks, and composed ones whose message is still ready."""
        gone: dict[int, str] = {}
        anew: set[str] = set()
        for case, task in dict.fromkeys((one.case, one.task) for one in withdrawals):
            for id in self._shelves.notices_about.get((case, task), ()):
                told = self._shelves.notices[id].stored
                reason = sending.withdrawn_because(
                    withdrawals, case=case, task=task, recipient=told.notice.recipient, rule=told.notice.rule
                )
                if told.notice.kind != "ask" or not self._unsent(told):
                    continue
                if reason is not None:
                    gone[id] = reason
                if told.message and (
                    reason or sending.written_anew(withdrawals, case=case, task=task, rule=told.notice.rule)
                ):
                    anew.add(told.message)
        self._take_back(anew, gone, sending.joined(gone.values() or [one.reason for one in withdrawals]))

    def withhold(self, case: str) -> None:
        """The case is paused: its asks wait, also those in a message that is not on its way yet."""
        asks = [held for held in self._of(case) if held.stored.notice.kind == "ask" and self._unsent(held.stored)]
        self._take_back({held.stored.message for held in asks if held.stored.message}, {}, sending.PAUSED)
        for held in asks:
            self._keep(self._shelves.notices[held.stored.id].changed(idle=True))

    def release(self, case: str) -> None:
        """The case goes on: what was withheld waits again."""
        for held in self._of(case):
            if held.idle:
                self._keep(held.changed(idle=False))

    # what waits -------------------------------------------------------------------------------------------------------

    def next_moment(self) -> datetime | None:
        return self._shelves.queue[0][0] if self._shelves.queue else None

    def waiting(self, now: datetime, limit: int) -> list[StoredNotice]:
        found: list[StoredNotice] = []
        for send_at, id in self._shelves.queue:
            if send_at > now or len(found) == limit:
                break
            found.append(self._known(self._shelves.notices[id]))
        return found

    def waiting_of(self, persons: Collection[str], now: datetime) -> list[StoredNotice]:
        return [told for told in self.waiting(now, len(self._shelves.queue)) if told.person in persons]

    def number_waiting(self, secretariat: str, now: datetime) -> int:
        return sum(told.secretariat == secretariat for told in self.waiting(now, len(self._shelves.queue)))

    def all(self, state: NoticeState | None, case: str | None) -> list[StoredNotice]:
        held = self._of(case) if case is not None else self._shelves.notices.values()
        return [self._known(one) for one in held if state in (None, one.stored.state)]

    def of_message(self, message: str) -> list[StoredNotice]:
        return [self._known(self._shelves.notices[id]) for id in sorted(self._shelves.notices_in.get(message, ()))]

    def readers(self, secretariat: str, template: str, caused_at: datetime) -> int:
        alike = self._shelves.notices_caused.get((secretariat, template, caused_at), ())
        people = {self._known(self._shelves.notices[id]).person for id in alike}
        return len(people - {None})

    def postpone(self, notices: Sequence[int], send_at: datetime, reason: str | None) -> None:
        for held in self._still_waiting(notices):
            said = held.stored.reason if reason is None else reason
            self._keep(held.changed(notice=replace(held.stored.notice, send_at=send_at), reason=said))

    def change(self, notices: Sequence[int], **values: Any) -> None:
        """Of those that still wait, set these."""
        for held in self._still_waiting(notices):
            self._keep(held.changed(**values))

    # in a message -----------------------------------------------------------------------------------------------------

    def compose(self, notices: Sequence[int], message: str) -> None:
        """They stand in that message now."""
        composed = self._still_waiting(notices)
        for held in composed:
            self._keep(held.changed(state="composed", reason="", message=message))
        self._journal.put(self._shelves.notices_in, message, tuple(held.stored.id for held in composed))

    def explain(self, message: str, reason: str) -> None:
        """Why those in that message are not told."""
        for id in self._shelves.notices_in.get(message, ()):
            self._keep(self._shelves.notices[id].changed(reason=reason))

    def take_back(self, message: str, reason: str) -> list[StoredNotice]:
        """Cancel a ready message; those of its notices that still wait after that."""
        if self._shelves.messages[message].message.state != "ready":
            return []
        held = sorted(self._shelves.notices_in.get(message, ()))
        self._take_back([message], {}, reason)
        return [self._known(self._shelves.notices[id]) for id in held if self._shelves.notices[id].waits]

    def lapse(self, message: str, lapse: sending.Lapse) -> None:
        """Cancel a message that must not leave; what holds no more of its notices is withdrawn, the rest wait again."""
        gone = dict(lapse.gone)
        for id in self._shelves.notices_in.get(message, ()):
            notice = self._shelves.notices[id].stored.notice
            if notice.kind == "ask" and notice.task is not None and (notice.case, notice.task) in lapse.closed:
                gone[id] = CLOSED
        self._take_back([message], gone, lapse.reason)

    def asking_no_more(self, message: str) -> dict[int, str]:
        """Those in a message whose reader need not do any more what they ask for, and why."""
        told = {id: self._shelves.notices[id].stored.notice for id in self._shelves.notices_in.get(message, ())}
        found = {id: asks_no_more(each, self._tasks(each.case)) for id, each in told.items()}
        return {id: reason for id, reason in found.items() if reason is not None}

    def _tasks(self, case: str) -> Mapping[str, Task]:
        found = self._shelves.cases.get(case)
        return found.tasks if found else {}

    # on the shelves ---------------------------------------------------------------------------------------------------

    def _keep(self, held: HeldNotice) -> None:
        placing.keep(self._shelves, self._journal, held)

    def _take_back(self, messages: Iterable[str], gone: Mapping[int, str], reason: str) -> None:
        """Cancel messages and let their notices wait again, but for those that are gone."""
        for id in messages:
            message = self._shelves.messages[id].message
            cancelled = replace(message, state="cancelled", last_error=reason)
            placing.put(self._shelves, self._journal, HeldMessage(message=cancelled))
            for notice in self._shelves.notices_in.get(id, ()):
                held = self._shelves.notices[notice]
                self._keep(held.changed(state="waiting", message=None, idle=self._withheld(held.stored.notice)))
            self._journal.put(self._shelves.notices_in, id, ())
        for notice, why in gone.items():
            self._keep(self._shelves.notices[notice].changed(state="withdrawn", reason=why, message=None))

    def _of(self, case: str) -> list[HeldNotice]:
        return [self._shelves.notices[id] for id in self._shelves.notices_of.get(case, ())]

    def _still_waiting(self, notices: Sequence[int]) -> list[HeldNotice]:
        found = (self._shelves.notices[id] for id in notices if id in self._shelves.notices)
        return [held for held in found if held.stored.state == "waiting"]

    def _known(self, held: HeldNotice) -> StoredNotice:
        participant = self._shelves.participants.get(held.stored.notice.recipient)
        return replace(held.stored, person=participant.person if participant else None)

    def _unsent(self, told: StoredNotice) -> bool:
        if told.state == "composed" and told.message is not None:
            return self._shelves.messages[told.message].message.state == "ready"
        return told.state == "waiting"

    def _withheld(self, notice: Notice) -> bool:
        case = self._shelves.cases.get(notice.case)
        return case is not None and case.paused is not None and sending.withheld(notice, case.tasks)
