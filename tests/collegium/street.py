"""A small round with a mail server that refuses whom it is told to, and a Maildir to which mails come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.clock import Driven, Driver, VirtualClock
from collegium.settings import Settings
from engine.actions import Actor, Take
from engine.case import Case, Task
from engine.directory import PersonRecord
from engine.mail import Delivery, MailReport, Message, Wire
from engine.ports import Store
from storage.memory import MemoryStore
from tests.journeys import stage

OPERATOR = Actor(kind="operator")


class Server:
    """Implements engine.ports.Sender: takes every mail, but for the addresses that it is told to refuse."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.taken: list[Wire] = []

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {mail.message: self._one(mail) for mail in mails}

    def _one(self, mail: Wire) -> Delivery:
        words = self.refuses.get(mail.recipient)
        if words is not None:
            spoken = words[:3].isdecimal()  # otherwise it is a failure of our own
            code, answer = (int(words[:3]), f"RCPT: {words}") if spoken else (None, words)
            return Delivery(outcome="refused", code=code, answer=answer)
        self.taken.append(mail)
        return Delivery(outcome="sent", code=250, answer="content: 250 Ok")

    async def close(self) -> None:
        """Nothing is kept open."""


class Street:
    """The small review of one organisation, from its launch on; `maildir` is where the reports lie."""

    def __init__(self, folder: Path, *, store: Store | None = None) -> None:
        self.maildir = folder / "bounces"
        for part in ("tmp", "new", "cur"):
            (self.maildir / part).mkdir(parents=True, exist_ok=True)
        self.server = Server()
        settings = Settings(
            sender="collegium@review.example", key="only for tests " * 3, bounces="bounces@review.example",
            mailbox=f"maildir:{self.maildir}",
        )  # fmt: skip
        self.app: Application = bootstrap.build(
            settings, store=store or MemoryStore(), sender=self.server, keys=stage.StepKeys.of("street")
        )
        stage.import_people(self.app)
        hosts = stage.hosts_of(self.app, "development", 1)
        self.case_id = stage.launch(self.app, stage.files_of("small-review"), hosts, stage.START)[0]
        self.clock = VirtualClock(stage.START)
        self.driver = Driver(
            store=self.app.store, operations=self.app.operations, mailroom=self.app.mailroom, duties=self.app.duties
        )
        self.done = Driven()

    def __enter__(self) -> Self:
        self.app.mailroom.start()
        self.driver.step(self.clock.now, self.done)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.app.close()

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def case(self) -> Case:
        with self.app.store.read() as work:
            return work.cases.load(self.case_id)

    def begin(self) -> Street:
        """The day of the visit is chosen: the contact is asked for a reflection."""
        action = Take(transition="begin", answers={"day": date(2027, 2, 3)}, waive={"chosen.day <= latest": "test"})
        self.app.operations.act(self.case_id, action, OPERATOR, self.now)
        return self.wait(minutes=1)

    def wait(self, **span: float) -> Street:
        """Let time pass."""
        self.driver.drive(self.clock, self.now + timedelta(**span), self.done)
        return self

    def holder(self, role: str) -> tuple[str, PersonRecord]:
        """Who holds a role in the case: participant and person."""
        participant = self.case.roles[role][0]
        with self.app.store.read() as work:
            known = work.people.participant(participant)
            person = work.people.person(known.person) if known and known.person else None
        assert person is not None
        return participant, person

    def put(self, person: PersonRecord) -> None:
        with self.app.store.write() as work:
            work.people.put_person(person)
            work.commit()

    def mails_to(self, person: PersonRecord) -> list[Wire]:
        """What the server took for this person, the newest last."""
        return [mail for mail in self.server.taken if mail.recipient == person.email]

    def messages(self, person: PersonRecord) -> list[Message]:
        with self.app.store.read() as work:
            return work.outbox.messages(person=person.id)

    def reports(self) -> list[MailReport]:
        with self.app.store.read() as work:
            return work.outbox.reports()

    def open(self, name: str) -> list[Task]:
        return [task for task in self.case.open_tasks() if task.name == name]

    def come_back(
        self, mail: Wire, *, status: str = "5.1.1", words: str = "550 5.1.1 User unknown", name: str = ""
    ) -> None:
        """A report about that mail, to its return path."""
        self.deliver(report_on(mail, status, words), name or f"{len(self.reports())}.{mail.message[:6]}")

    def deliver(self, data: str, name: str) -> None:
        """Into the Maildir, as a mail server does it."""
        draft = self.maildir / "tmp" / name
        draft.write_text(data)
        draft.rename(self.maildir / "new" / name)

    def in_folder(self, name: str) -> int:
        folder = self.maildir / f".{name}" / "cur"
        return len(list(folder.iterdir())) if folder.is_dir() else 0


def report_on(mail: Wire, status: str, words: str) -> str:
    """RFC 3464, without the original."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.school.example
To: {mail.sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{status}.{mail.message}@mx.school.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail was not delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.school.example

Final-Recipient: rfc822; {mail.recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--b--
"""


def answer_to(mail: Wire, *, subject: str, text: str, headers: str = "") -> str:
    """What a person or a machine answers to the return path of that mail."""
    return f"""From: {mail.recipient}
To: {mail.sender}
Subject: {subject}
Message-ID: <answer.{abs(hash(text))}@school.example>
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

{text}
"""
