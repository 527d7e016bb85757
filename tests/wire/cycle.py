"""How does a whole round fare outside? The 24 cases of the demo on a virtual clock, their mail through two postfix.

Of the people 5% have a dead address, 10% a server that greylists, 5% answer that they are out of office; for one day
the relay is gone. Postfix lives in our own time: what a mail says of its moment is its `Date`.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from math import ceil
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import holidays

from collegium import bootstrap, workbook
from collegium.bootstrap import Application
from collegium.clock import Driven, Driver, VirtualClock
from collegium.demo import people_workbook, show
from collegium.settings import Settings
from engine.mail import MailReport, Message
from notifications.return_path import message_of
from storage.sending import AGAIN
from tests.wire.dovecot import fetch, gathered
from tests.wire.pair import FIRST_REFUSALS, OWN_DOMAIN, PASSWORD, USER, Outside, Pair, running
from workflows import calendars

ZONE = ZoneInfo("Europe/Amsterdam")
OUTAGE = (datetime(2026, 11, 10, 8, 0, tzinfo=ZONE), datetime(2026, 11, 11, 8, 0, tzinfo=ZONE))
OPENS, CLOSES = time(8, 30), time(17, 30)  # of the office, as both processes have it
BOUNCES = f"bounces@{OWN_DOMAIN}"
ANSWERS_AGAIN = timedelta(days=7)  # an answering machine tells each sender once a week (RFC 3834 section 2)
SEED = 11
AWAY = """\
From: {who}
To: {to}
Subject: Automatisch antwoord: {subject}
Date: {date}
Message-ID: <away-{number}@mx.school.example>
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
In-Reply-To: {id}
Content-Type: text/plain; charset=utf-8

Ik ben afwezig tot en met {back}. Uw mail wordt in die tijd niet gelezen.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """Whose mail goes wrong, and how. Addresses."""

    people: int
    unknown: frozenset[str]  # refused at the door of the school
    gone: frozenset[str]  # taken, and sent back later
    slow: frozenset[str]  # greylisted
    away: frozenset[str]

    @property
    def dead(self) -> frozenset[str]:
        return self.unknown | self.gone

    @classmethod
    def drawn(cls, seed: int = SEED) -> Fates:
        """5%, 10% and 5% of the people in the workbook; nobody of the office, who must hear of it."""
        found = workbook.read(people_workbook()).workbook
        assert found is not None
        addresses = sorted({email for row in found.people if (email := row.text("email")) and OWN_DOMAIN not in email})
        dice, number = Random(seed), len(addresses)
        dead, slow, away = ceil(number * 0.05), ceil(number * 0.1), ceil(number * 0.05)
        drawn = dice.sample(addresses, dead + slow + away)
        return cls(
            people=number,
            unknown=frozenset(drawn[: dead // 2]),
            gone=frozenset(drawn[dead // 2 : dead]),
            slow=frozenset(drawn[dead : dead + slow]),
            away=frozenset(drawn[dead + slow :]),
        )

    def outside(self) -> Outside:
        """The receiving side for which this is so."""
        refused = dict.fromkeys(self.unknown, "550 5.1.1 There is nobody of that name here")
        return Outside(refused={**FIRST_REFUSALS, **refused}, gone=sorted(self.gone), greylisted=self.slow.__contains__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail at the receiver."""

    message: str  # X-Collegium-Message
    address: str
    at: datetime  # its Date, in the zone of the office

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(slots=True, kw_only=True)
class Round:
    """What both sides know when the last day is over."""

    fates: Fates
    driven: Driven
    cases: int
    messages: list[Message]
    arrivals: list[Arrival]
    came_back: Counter[str]  # message ids in the notifications that lie in the bounce mailbox
    reports: list[MailReport]
    opened: Mapping[str, datetime]  # address of somebody not reached -> when the first case made a task of it
    regions: Mapping[str, str]  # by address: where the reader's organisation has its school holidays
    put_off: int  # tries that the greylist turned away

    def outside_hours(self) -> list[Arrival]:
        """Mails dated on no working day, or before 08:30 or after 17:30."""
        free = holidays.country_holidays("NL", years=range(2026, 2032))
        return [
            each
            for each in self.arrivals
            if each.at.weekday() >= 5 or each.day in free or not OPENS <= each.at.time() <= CLOSES
        ]

    def reminders(self) -> list[Arrival]:
        """Mails that count as somebody's one reminder mail of a day."""
        known = {message.id for message in self.messages if message.reminder}
        return [each for each in self.arrivals if each.message in known]

    def in_school_holidays(self) -> list[Arrival]:
        """Mails that ask again, on a day that is free at the reader's school."""
        again = {message.id for message in self.messages if message.kind in AGAIN}
        days = {region: calendars.school_holidays(region) for region in set(self.regions.values())}
        return [
            each
            for each in self.reminders()
            if each.message in again
            and each.address in self.regions
            and each.day in days[self.regions[each.address]].days
        ]


@dataclass(slots=True)
class Play:
    """A round on stage, with the world outside."""

    pair: Pair
    app: Application
    fates: Fates
    answered: dict[str, datetime] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    relay_up: bool = True
    sent: int = 0

    def before(self, now: datetime) -> None:
        """The driver asks before each step what time it is: the relay is there, or it is not."""
        wanted = not OUTAGE[0] <= now < OUTAGE[1]
        if wanted != self.relay_up:
            (self.pair.relay.start if wanted else self.pair.relay.stop)()
            self.relay_up = wanted

    def after(self, now: datetime, done: Driven) -> None:
        """Where somebody was written to who is dead or away, wait for what comes back."""
        if done.sent == self.sent:
            return
        self.sent = done.sent
        with self.app.store.read() as work:
            fresh = [
                message
                for person in self._odd()
                for message in work.outbox.messages("sent", person=person)
                if message.id not in self.seen
            ]
        self.seen |= {message.id for message in fresh}
        wanted = [message for message in fresh if message.address in self.fates.dead or self._is_due(message, now)]
        if not wanted:
            return
        self.pair.settle_for({message.address for message in wanted})
        for message in wanted:
            if message.address in self.fates.away and self._is_due(message, now):
                self._answer(message, now)
        self.pair.settle_for(())

    def _odd(self) -> list[str]:
        with self.app.store.read() as work:
            found = work.people.persons(show.OFFICE.id)
        return [person.id for person in found if person.email in self.fates.dead | self.fates.away]

    def _is_due(self, message: Message, now: datetime) -> bool:
        """Whether that reader's machine answers again."""
        last = self.answered.get(message.address)
        return last is None or now - last >= ANSWERS_AGAIN

    def _answer(self, message: Message, now: datetime) -> None:
        self.answered[message.address] = now
        to = self.app.service.return_path(message.id)
        text = AWAY.format(
            who=message.address, to=to, subject="uw mail", date=format_datetime(now), number=len(self.answered),
            id=message.message_id, back=(now + timedelta(days=9)).strftime("%d-%m-%Y"),
        )  # fmt: skip
        with smtplib.SMTP("127.0.0.1", self.pair.door) as door:
            door.sendmail("", [to], text.encode())


def play(folder: Path, until: datetime, fates: Fates | None = None) -> Round:
    """The round, from its launch to `until`."""
    fates = fates or Fates.drawn()
    with ExitStack() as stack:
        pair = stack.enter_context(running(fates.outside()))
        settings = Settings(
            database=f"sqlite:///{folder}/collegium.db", key="only for tests " * 3, sender=f"collegium@{OWN_DOMAIN}",
            bounces=BOUNCES, mailbox=f"maildir:{pair.bounces}",
            smtp_host="localhost", smtp_port=pair.ports["starttls"], smtp_tls="starttls", smtp_user=USER,
            smtp_password=PASSWORD, smtp_ca=str(pair.authority.ca),
        )  # fmt: skip
        app = stack.enter_context(bootstrap.build(settings, keys=bootstrap.seeded_keys(SEED)))
        app.mailroom.start()
        play = Play(pair, app, fates)
        driver = Driver(
            store=app.store, operations=app.operations, mailroom=app.mailroom, cast=show.stage(app, SEED),
            duties=[duty for duty in app.duties if duty.name != show.KEEPS_EVERYTHING],
            asleep=play.before, watch=play.after,
        )  # fmt: skip
        driven = driver.drive(VirtualClock(show.START), until)
        pair.settle()
        return _counted(pair, app, fates, driven, until)


def _counted(pair: Pair, app: Application, fates: Fates, driven: Driven, until: datetime) -> Round:
    with app.store.read() as work:
        persons = work.people.persons(show.OFFICE.id)
        messages = work.outbox.messages()
        reports = work.outbox.reports()
        opened: dict[str, datetime] = {}
        cases = work.cases.all_ids(show.OFFICE.id)
        regions = {
            person.email: place.school_region
            for person in persons
            for membership in work.people.memberships(person=person.id)
            if (place := work.people.organisation(membership.organisation)) and place.school_region
        }
        email = {person.id: person.email for person in persons}
        for case in cases:
            keys = {each.key: email.get(each.person or "") for each in work.people.participants(case)}
            for task in work.cases.load(case).tasks.values():
                address = keys.get(task.about or "") if task.name == "unreached" else None
                if address:
                    opened[address] = min(task.opened, opened.get(address, task.opened))
    return Round(
        fates=fates, driven=driven, cases=len(cases), messages=messages, arrivals=_arrivals(pair),
        came_back=_came_back(pair, app.service.key), reports=reports, opened=opened, regions=regions,
        put_off=sum(1 for each in pair.relay.statuses() if each.dsn == "4.7.1"),
    )  # fmt: skip


def _arrivals(pair: Pair) -> list[Arrival]:
    """What was kept, as dovecot reads it."""
    found = fetch(pair.delivered, ["hdr.x-collegium-message", "hdr.delivered-to", "hdr.date"])
    return [
        Arrival(
            message=mail["hdr.x-collegium-message"],
            address=mail["hdr.delivered-to"],
            at=parsedate_to_datetime(mail["hdr.date"]).astimezone(ZONE),
        )
        for mail in found
    ]


def _came_back(pair: Pair, key: bytes) -> Counter[str]:
    """Notifications in the bounce mailbox, wherever they were put aside, by the message whose return path they have."""
    mails = fetch(gathered(pair.bounces, pair.folder / "gathered"), ["hdr.delivered-to", "hdr.content-type"])
    reports = [mail["hdr.delivered-to"] for mail in mails if "delivery-status" in mail["hdr.content-type"]]
    return Counter(message_of(path, BOUNCES, key) or "nobody's" for path in reports)
