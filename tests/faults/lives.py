"""What is left after a cycle, driven in one life or in many? Rows, history and mails, so that two courses compare."""

from __future__ import annotations

import email
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message as Mail
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from collegium.catch_all import CatchAll
from engine.case import Case
from engine.mail import Message
from storage.unit_of_work import SqlStore
from storage.verify import problems
from tests.journeys.stage import OFFICE

ZONE = ZoneInfo("Europe/Amsterdam")
KILLED = -9
BROKEN_OFF = "whoever was sending it did not report how it ended"

MailKey = tuple[str, str, str]  # kind, recipient, local day


class Nursery:
    """Where lives begin: a process that forks one for each, and says how it ended."""

    def __init__(self, module: str = "tests.faults.driven_cycle") -> None:
        self._module = module

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", self._module]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=60)

    def live(self, folder: Path, port: int, process: str, at: int, where: str) -> int:
        """One life; its exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\t{port}\t{process}\t{at}\t{where}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Office:
    """A cycle in a folder, driven by other processes, and the mail server that survives them all."""

    def __init__(self, nursery: Nursery, folder: Path, process: str) -> None:
        self._nursery = nursery
        self._folder = folder
        self._process = process
        self.kills = 0
        self.on_their_way: list[frozenset[str]] = []  # messages that were being sent when a life ended, per kill

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        self._server = CatchAll("127.0.0.1", 0, self._folder / "mail")
        self._server.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.stop()

    def live(self, at: int = 0, where: str = "") -> bool:
        """One life; it is killed at the `at`-th point of that name. Whether it came to the last day."""
        status = self._nursery.live(self._folder, self.port, self._process, at, where)
        assert status in (0, KILLED)
        if status == KILLED:
            self.kills += 1
            self.on_their_way.append(self._sending())
        return status == 0

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def points(self) -> list[str]:
        """The points that the last whole life passed, by name."""
        return (self._folder / "points").read_text().splitlines()

    def _sending(self) -> frozenset[str]:
        connection = sqlite3.connect(self._folder / "office.db")
        try:
            return frozenset(id for (id,) in connection.execute("SELECT id FROM message WHERE state = 'sending'"))
        finally:
            connection.close()

    def course(self) -> Course:
        """All that is left."""
        store = SqlStore(f"sqlite:///{self._folder}/office.db")
        try:
            return _course(store, self._mails())
        finally:
            store.close()

    def _mails(self) -> list[Mail]:
        files = sorted((self._folder / "mail" / "new").iterdir())
        return [email.message_from_bytes(file.read_bytes()) for file in files]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is left of a driven cycle."""

    cases: list[Case]
    history: dict[str, list[tuple[int, str, str]]]
    submissions: dict[str, list[Any]]
    notices: list[Any]
    calendars: list[Any]  # what calendars were told
    issues: list[Any]  # the newest digest of each reader and kind
    returned: list[Any]  # reports on mails, and who is not reached since when
    messages: list[Message]
    received: list[str] = field(repr=False)  # message ids at the server
    mails: Counter[MailKey]  # at the server
    problems: list[str]
    without_next: list[str]

    def state(self) -> tuple[Any, ...]:
        """End state and history: equal to the last letter, keys and hashes with them."""
        kept = (self.calendars, self.issues, self.returned)
        return (self.cases, self.history, self.submissions, self.notices, *kept)

    def recorded(self, *states: str) -> Counter[MailKey]:
        """Messages in these states, as mails are counted."""
        return Counter((each.kind, each.address, each.local_day) for each in self.messages if each.state in states)

    @property
    def unknown(self) -> list[Message]:
        return [message for message in self.messages if message.state == "unknown"]


def _course(store: SqlStore, mails: list[Mail]) -> Course:
    with store.read() as work:
        ids = sorted(work.cases.all_ids(OFFICE.id))
        notices = [
            (stored.notice, stored.state, stored.reason, stored.person, stored.message is not None)
            for stored in work.outbox.notices()
        ]
        return Course(
            cases=[work.cases.load(id) for id in ids],
            history={id: [(row.seq, row.hash, row.payload) for row in work.cases.history(id)] for id in ids},
            submissions={id: sorted(work.cases.submissions(id), key=lambda each: each.id) for id in ids},
            notices=sorted(notices, key=lambda each: each[0].key),
            calendars=[
                replace(entry, message=None)
                for id in ids
                for entry in sorted(work.calendar_entries.of_case(id), key=lambda each: (each.participant, each.date))
            ],
            issues=[
                (replace(issue, message=None), issue.message is not None)
                for issue in work.digests.last_issues(OFFICE.id)
            ],
            returned=[
                *sorted(work.outbox.reports(), key=lambda report: report.id),
                *((person.id, person.unreachable_since, person.unreachable_why) for person in work.people.flagged()),
            ],
            messages=work.outbox.messages(),
            received=[_header(mail, "X-Collegium-Message") for mail in mails],
            mails=Counter((_header(mail, "X-Collegium-Kind"), _header(mail, "To"), _local_day(mail)) for mail in mails),
            problems=list(problems(work)),
            without_next=work.cases.without_next(),
        )


def _header(mail: Mail, name: str) -> str:
    return str(mail[name])


def _local_day(mail: Mail) -> str:
    sent: datetime = parsedate_to_datetime(_header(mail, "Date"))
    return sent.astimezone(ZONE).date().isoformat()
