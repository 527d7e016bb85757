"""What does a mail need to know? A letter's contents as values, and the port that turns a notice into one.

The application implements `Letters`: it has the definitions, their wording, the cases and the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from engine.appointments import CalendarEntry
from engine.mail import Message, StoredNotice
from engine.ports import UnitOfWork
from engine.wording import MailTemplate

if TYPE_CHECKING:
    from notifications.ical import Entry  # no check of a process needs the library of calendars


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads it, in which language and form of address."""

    name: str
    language: str = "nl"
    given: str = ""
    infix: str = ""
    family: str = ""
    title: str = ""
    informal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Whom to ask."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateText:
    """A date of the case in the reader's language."""

    text: str
    provisional: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskText:
    """The task that is asked for, in the reader's language."""

    label: str
    due: str | None = None
    provisional: bool = False
    late: int = 0  # working days, 0 where it is not late
    who: str = ""  # names of those who must do it
    old_due: str | None = None
    today: bool = False  # the due date is today
    name: str = ""  # the label without its part: the same for all instances of one task
    part: str = ""  # which instance, such as the safeguard that it is about
    about: str = ""  # the person whom it is about, where that is not the reader
    told: tuple[tuple[str, str], ...] = ()  # what else the reader must know to do it: heading and words

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """One more task that the same mail asks for."""

    task: TaskText
    by_when: str | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarText:
    """The date that the mail puts into the reader's calendar, or takes out of it."""

    label: str
    when: str
    old: str | None = None  # when it was before, of one that has moved
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What the reader's calendar is told with the mail: the file's contents, and the row that says so."""

    row: CalendarEntry
    shown: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a template may name, and what the layout puts around it."""

    reader: Reader
    office: Office
    process: str
    the_process: str = ""  # as it is called within a sentence, with its article
    host: str
    stage: str
    phase: str
    dates: Mapping[str, DateText | None] = field(default_factory=dict)
    task: TaskText | None = None
    seat: str | None = None
    person: str | None = None
    successor: str | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    old_date: str | None = None
    by_when: str | None = None
    link: str | None = None  # a placeholder of notifications.links
    also: tuple[Further, ...] = ()
    reserve: bool = False  # the reader said yes and stands on the reserve list
    why: str  # a sentence in the reader's language: the rule in words
    answer_how: str | None = None  # a sentence; None: the layout's own
    away_until: str | None = None  # the last day on which those who must do the task are away
    to_substitute: bool = False  # the reader is named as the substitute of somebody who is away
    copy: bool = False  # the reader gets a copy of what somebody else is asked
    calendar: CalendarText | None = None
    acts_as: str = ""  # the reader's seats and roles in words; empty where there are none any more
    today: str = ""  # the office's day on which it is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A PDF that goes along: its template (the subject is its title), and the office's day that it bears."""

    template: MailTemplate
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """One thing that a digest tells: what it is about, and what there is to say of it."""

    head: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading of a digest with what stands below it: a few words, labels with their facts, items, entries."""

    title: str  # empty: the words belong to the mail as a whole
    lead: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    entries: tuple[DigestEntry, ...] = ()
    more: str = ""  # below the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a mail says that asks for nothing and can be stopped."""

    subject: str
    opening: tuple[str, ...]  # paragraphs
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A notice that can be told: its letter, its template, and where the mail goes."""

    letter: Letter
    template: MailTemplate
    address: str
    reply_to: str  # an address; the office's name stands before it in the header
    zone: str  # of the office: its day is the day for which mails are bundled
    references: str | None = None  # Message-ID of the thread of the case
    due: datetime | None = None  # of the task that is asked for; sorts a bundle
    legal: bool = False
    wording: str = ""
    calendar: CalendarChange | None = None
    paper: Paper | None = None
    until: datetime | None = None  # when the hours close in which the mail may leave; None: it leaves when it can
    person: str = ""  # who reads it, where that is not the notice's own recipient: a substitute
    overtaken: str | None = None  # a mail that has not left and would tell of the date what does not hold any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A notice that is not told, and why: "past", "erased", "no address that works", "done"."""

    reason: str
    overtaken: str | None = None  # as in `Prepared`


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A notice that its reader cannot be told now: the first moment at which they can."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A day on which a reader may be written to, and from when until when."""

    day: str  # YYYY-MM-DD in the office's zone
    opens: datetime
    closes: datetime


class Letters(Protocol):
    """Turns notices into letters, and says when a reader may be written to next."""

    def prepare(self, work: UnitOfWork, notice: StoredNotice, now: datetime) -> Prepared | Later | Skip:
        """Reads, and makes the link of the task where there is none (``work.outbox.link``).

        Need not look at `not_after` and `only_if_asked`: whoever asks for a letter has done so.
        """

    def next_moment(self, work: UnitOfWork, notice: StoredNotice, prepared: Prepared, now: datetime) -> datetime | None:
        """The reader's first sending moment on a later day of the office; None where that is too late to be of use."""

    def hours(self, work: UnitOfWork, message: Message, moment: datetime) -> Hours:
        """The first hours in which a mail may leave, from that moment on; they open no sooner than it.

        Of the reader for reminders and digests, of the office for all else. Raises CollegiumError where nobody can say.
        """
