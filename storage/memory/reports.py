"""What came back on the mails that were sent, in memory?"""

from __future__ import annotations

from datetime import datetime

from engine.mail import MailReport, Message
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves


def add(shelves: Shelves, journal: Journal, report: MailReport) -> bool:
    """False where this report was recorded before."""
    if report.id in shelves.reports:
        return False
    journal.put(shelves.reports, report.id, report)
    return True


def of(shelves: Shelves, message: str | None, person: str | None, since: datetime | None) -> list[MailReport]:
    """Those about a message or a person, or recorded since a moment, the newest last."""
    found = [one for one in shelves.reports.values() if message in (None, one.message)]
    chosen = [one for one in found if person in (None, one.person) and (since is None or one.recorded_at >= since)]
    return sorted(chosen, key=lambda one: (one.received_at, one.id))


def refused_without(shelves: Shelves) -> list[Message]:
    """Messages that a server refused while we spoke to it, and of which no report was made."""
    if not shelves.refused:
        return []
    told = {report.message for report in shelves.reports.values()}
    return [shelves.messages[id].message for id in sorted(shelves.refused) if id not in told]
