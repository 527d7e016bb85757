"""What is removed when its time has come, in memory? The same as in SQL (storage/keeping.py), over dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.digests import DigestIssue
from engine.errors import UnknownName
from engine.mail import Link, Message, MessageState
from engine.retention import RetentionHold
from storage import sending
from storage.memory import files
from storage.memory.journal import Journal
from storage.memory.shelves import HeldMessage, Shelves


class MemoryKeeping:
    """Implements engine.ports.Keeping."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def holds(self) -> list[RetentionHold]:
        return [hold for _, hold in sorted(self._shelves.retention_holds.items())]

    def put_hold(self, hold: RetentionHold) -> None:
        self._journal.put(self._shelves.retention_holds, hold.case, hold)

    def drop_hold(self, case: str) -> bool:
        known = case in self._shelves.retention_holds
        if known:
            self._journal.drop(self._shelves.retention_holds, case)
        return known

    def remove_answers(self, submissions: Sequence[str], now: datetime) -> int:
        found = [self._shelves.submissions[id] for id in submissions if id in self._shelves.submissions]
        kept = [one for one in found if one.removed_at is None]
        for one in kept:
            self._journal.put(self._shelves.submissions, one.id, replace(one, answers={}, removed_at=now))
        files.drop_of(self._shelves, self._journal, submissions)
        return len(kept)

    def mail_made_before(self, moment: datetime, *, with_words: bool) -> list[Message]:
        found = (held.message for held in self._shelves.messages.values())
        old = (one for one in found if one.created_at < moment and one.state in sending.DECIDED)
        return sorted((one for one in old if one.text or not with_words), key=lambda one: (one.created_at, one.id))

    def forget_words(self, messages: Sequence[str]) -> None:
        for message in self._known(messages):
            self._keep(replace(message, subject="", text="", html="", attachments=()))

    def forget_mail(self, messages: Sequence[str]) -> None:
        gone = {message.id for message in self._known(messages)}
        for held in list(self._shelves.notices.values()):
            if held.stored.message in gone:
                self._journal.put(self._shelves.notices, held.stored.id, held.changed(message=None))
        for key, issue in list(self._shelves.digest_issues.items()):
            if issue.message in gone:
                self._journal.put(self._shelves.digest_issues, key, replace(issue, message=None))
        for id, report in list(self._shelves.reports.items()):
            if report.message in gone:
                self._journal.drop(self._shelves.reports, id)
        for message in self._known(gone):
            self._journal.drop(self._shelves.messages, message.id)
            self._journal.drop(self._shelves.notices_in, message.id)
            day = (message.person, message.local_day)
            left = [id for id in self._shelves.mails_on.get(day, []) if id != message.id]
            self._journal.put(self._shelves.mails_on, day, left)
        kept = [each for each in self._shelves.deliveries if each.message not in gone]
        self._journal.refill(self._shelves.deliveries, kept)

    def unname(self, case: str, participants: Sequence[str]) -> int:
        named = [each for key, each in self._shelves.participants_of.get(case, {}).items() if key in participants]
        return self._forget([each.key for each in named if each.person is not None])

    def links(self, participants: Sequence[str]) -> list[Link]:
        found = [link for link in self._shelves.links.values() if link.participant in participants]
        return sorted(found, key=lambda link: (link.participant, link.task))

    def issues(self, person: str) -> list[DigestIssue]:
        return [issue for key, issue in sorted(self._shelves.digest_issues.items()) if key[0] == person]

    def erase(self, person: str) -> Mapping[str, int]:
        if person not in self._shelves.persons:
            raise UnknownName(f"There is no person {person}")
        keys = [each.key for each in self._shelves.participants.values() if each.person == person]
        sent = [held.message for held in self._shelves.messages.values() if held.message.person == person]
        mails = [message.id for message in sent]
        known = self._shelves.persons[person]
        addresses = {known.email, *known.former, *(message.address for message in sent)}
        self.forget_words(mails)
        for message in self._known(mails):
            state: MessageState = "cancelled" if message.state in sending.UNSENT else message.state
            self._keep(replace(message, address="", person=sending.ERASED, last_error="", hold="", state=state))
        blank = [each.without_answer() if each.message in mails else each for each in self._shelves.deliveries]
        self._journal.refill(self._shelves.deliveries, blank)
        for id, link in list(self._shelves.links.items()):
            if link.participant in keys:
                self._journal.put(self._shelves.links, id, replace(link, revoked=True))
        for entries in self._shelves.calendar_entries.values():
            for place in [place for place in entries if place[0] in keys]:
                self._journal.drop(entries, place)
        rows = self._drop_rows(person, keys, addresses)
        counted = {"participants": self._forget(keys), "mails": len(mails), **rows}
        self._journal.drop(self._shelves.persons, person)
        if person in self._shelves.unsure:
            self._journal.drop(self._shelves.unsure, person)
        self._journal.put(self._shelves.revisions, "people", self._shelves.revisions.get("people", 0) + 1)
        return counted

    def forget_reports(self, before: datetime) -> int:
        reports = self._shelves.reports
        old = [id for id, one in reports.items() if one.message is None and one.received_at < before]
        for id in old:
            self._journal.drop(reports, id)
        return len(old)

    def _drop_rows(self, person: str, keys: Sequence[str], addresses: set[str]) -> dict[str, int]:
        shelves, drop = self._shelves, self._journal.drop
        reports = [
            id for id, one in shelves.reports.items() if sending.reported_of(one.person, one.address, person, addresses)
        ]
        for id in reports:
            drop(shelves.reports, id)
        unfinished = [place for place, one in shelves.unfinished.items() if one.participant in keys]
        files_gone = 0
        for case, task in unfinished:
            files_gone += files.end(shelves, self._journal, case, [task])
            drop(shelves.unfinished, (case, task))
        issues = [key for key in shelves.digest_issues if key[0] == person]
        for issue in issues:
            drop(shelves.digest_issues, issue)
        subscriptions = [key for key in shelves.subscriptions if key[0] == person]
        for subscription in subscriptions:
            drop(shelves.subscriptions, subscription)
        memberships = [key for key in shelves.memberships if key[0] == person]
        for membership in memberships:
            drop(shelves.memberships, membership)
        ties = [key for key in shelves.ties if key[0] == person]
        for tie in ties:
            drop(shelves.ties, tie)
        return {
            "reports": len(reports),
            "unfinished": len(unfinished),
            "files": files_gone + files.forget(shelves, self._journal, keys),
            "digests": len(issues),
            "subscriptions": len(subscriptions),
            "memberships": len(memberships),
            "ties": len(ties),
        }

    def _forget(self, keys: Sequence[str]) -> int:
        for key in keys:
            unknown = replace(self._shelves.participants[key], person=None)
            self._journal.put(self._shelves.participants, key, unknown)
            self._journal.put(self._shelves.participants_of[unknown.case], key, unknown)
        return len(keys)

    def _known(self, messages: Sequence[str] | set[str]) -> list[Message]:
        return [self._shelves.messages[id].message for id in messages if id in self._shelves.messages]

    def _keep(self, message: Message) -> None:
        held = self._shelves.messages[message.id]
        if held.message.state == "ready":
            self._journal.discard(self._shelves.ready, held.place)
        self._journal.put(
            self._shelves.messages, message.id, HeldMessage(message=message, lease_until=held.lease_until)
        )
