"""What were calendars told, and which digests were made? The same as in SQL, over dictionaries."""

from __future__ import annotations

from engine.appointments import CalendarEntry
from engine.digests import DigestIssue, Subscription
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves


class MemoryCalendarEntries:
    """Implements engine.ports.CalendarEntries."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def of_case(self, case: str) -> list[CalendarEntry]:
        return [entry for _, entry in sorted(self._shelves.calendar_entries.get(case, {}).items())]

    def put(self, entry: CalendarEntry) -> None:
        entries = self._shelves.calendar_entries.setdefault(entry.case, {})
        self._journal.put(entries, (entry.participant, entry.date), entry)


class MemoryDigests:
    """Implements engine.ports.Digests."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal

    def subscription(self, person: str, kind: str) -> Subscription | None:
        return self._shelves.subscriptions.get((person, kind))

    def subscriptions(self) -> list[Subscription]:
        return [record for _, record in sorted(self._shelves.subscriptions.items())]

    def put_subscription(self, record: Subscription) -> None:
        self._journal.put(self._shelves.subscriptions, (record.person, record.kind), record)

    def last_issue(self, person: str, kind: str) -> DigestIssue | None:
        found = [one for key, one in self._shelves.digest_issues.items() if key[:2] == (person, kind)]
        return max(found, key=lambda one: (one.at, one.period), default=None)

    def last_issues(self, secretariat: str) -> list[DigestIssue]:
        issues = [one for one in self._shelves.digest_issues.values() if one.secretariat == secretariat]
        newest: dict[tuple[str, str], DigestIssue] = {}
        for one in sorted(issues, key=lambda one: (one.at, one.period)):
            newest[one.person, one.kind] = one
        return [one for _, one in sorted(newest.items())]

    def put_issue(self, issue: DigestIssue) -> bool:
        key = (issue.person, issue.kind, issue.period)
        if key in self._shelves.digest_issues:
            return False
        self._journal.put(self._shelves.digest_issues, key, issue)
        return True

    def looked_on(self, secretariat: str) -> str | None:
        return self._shelves.digest_looks.get(secretariat)

    def put_look(self, secretariat: str, day: str) -> None:
        self._journal.put(self._shelves.digest_looks, secretariat, day)
