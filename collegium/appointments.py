"""What must somebody's calendar be told of a date of a case, and in which words does it show that, or a deadline?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collegium.case_names import LONGEST
from engine import appointments
from engine.appointments import WHOLE_DAY, CalendarEntry
from engine.case import Task
from engine.definition import Definition
from engine.directory import Secretariat
from engine.draft import Draft
from engine.instance_keys import task_of
from engine.listed_days import OF_ROW, field_path, ref_of, texts_by_mark
from engine.mail import Message
from engine.ports import UnitOfWork
from engine.publishing import readable
from engine.wording import Wording
from notifications.catalogue import texts
from notifications.dates_text import moment_text, period_text
from notifications.ical import Entry
from notifications.letters import CalendarChange, CalendarText
from notifications.oversight import cancelled
from notifications.overtaken import OVERTAKEN

UNSENT = ("ready", "held")  # states of a mail that has not reached its reader yet
LOST = ("cancelled", "refused")  # states of a mail that never reached its reader
FAILURES = ("hard", "soft", "policy")  # reports that say the same of one that was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a calendar differs from what ought to stand there."""

    new: CalendarEntry | None  # what it must be told; None where it is up to date, or what it shows lies behind us
    own: CalendarEntry | None  # what its owner was told, wherever that was
    known: bool  # its owner was told the date just as it ought to stand there
    here: bool  # by a mail to the address that its owner has now, or by one that is still to leave
    under_way: bool  # a mail that tells of it has not left yet
    in_vain: datetime | None  # when the mail was made that told of it in vain; not where it was overtaken
    overtaken: Message | None  # a mail that has not left, and would tell what does not hold any more
    withheld: bool  # the office has cancelled the mail that told of the date as it stands


def change_of(work: UnitOfWork, draft: Draft, participant: str, date: str, domain: str) -> Change:
    """What a calendar must be told now, and what it shows.

    Both are read here and nowhere else: what ought to stand there from the case, what was told from the store.
    """
    case = draft.before.id
    rows = work.calendar_entries.of_case(case)
    own = next((row for row in rows if (row.participant, row.date) == (participant, date)), None)
    appointment = appointments.wanted(draft).get((participant, date))
    ought = appointment.entry(case, participant, uid_of(case, date, domain)) if appointment else None
    others = [row for row in rows if row.date == date and row.participant != participant]
    told = _tellings(work, own)
    arrived = [each for each in told if not _failed(work, each)]
    stale = [each for each in told[:1] if each.state in UNSENT and not appointments.same(ought, own)]
    overtaken = next(iter(stale), None)
    withheld = not arrived and appointments.same(ought, own) and any(cancelled(each) for each in told)
    if own is not None and (overtaken is not None or (told and not arrived)):
        own = appointments.as_it_stood(own)
    vain = [each.created_at for each in told if each.last_error != OVERTAKEN]
    email = _email(work, participant)
    return Change(
        new=appointments.next_entry(ought, own, others, draft.today),
        own=own,
        known=ought is not None and appointments.same(ought, own),
        here=any(each.state in UNSENT or each.address.casefold() == email for each in arrived),
        under_way=any(each.state in UNSENT for each in arrived),
        in_vain=None if arrived else max(vain, default=None),
        overtaken=overtaken,
        withheld=withheld,
    )


def uid_of(case: str, date: str, domain: str) -> str:
    """All who have a date of a case have it under one name (RFC 5545 section 3.8.4.7); it says nothing of anybody."""
    return f"{date}.{case}@{domain}"


def _tellings(work: UnitOfWork, entry: CalendarEntry | None) -> list[Message]:
    """The mail that told of it last, and those with which the office has sent that one again."""
    first = work.outbox.message(entry.message) if entry is not None and entry.message else None
    found = [first] if first is not None else []
    for each in found:  # which grows meanwhile
        found += work.outbox.resent(each.id)
    return found


def _failed(work: UnitOfWork, message: Message) -> bool:
    """Whether a mail never reached its reader, as far as anybody can say."""
    return message.state in LOST or any(each.kind in FAILURES for each in work.outbox.reports(message=message.id))


def _email(work: UnitOfWork, participant: str) -> str:
    known = work.people.participant(participant)
    person = work.people.person(known.person) if known is not None and known.person else None
    return person.email.casefold() if person is not None else ""


class Listed:
    """What the rows of lists say to one participant, of which days are appointments; looked up where it is asked for.

    A day is told to whom its notice addresses, and the text of its row only to who may read the answer (decision 43).
    """

    def __init__(self, work: UnitOfWork, draft: Draft, reader: str) -> None:
        self._work = work
        self._draft = draft
        self._reader = reader
        self._texts: dict[str, dict[str, str]] = {}  # task -> mark -> text

    def text(self, date: str) -> str:
        """The text of a row, as it was answered last.

        Empty where it has none, where its answer was removed, or where the reader may not see it.
        """
        ref, mark = ref_of(date), date.rpartition(OF_ROW)[2]
        if ref is None:
            return ""
        if ref.name not in self._texts:
            case, definition = self._draft.id, self._draft.definition
            given = [each for each in self._work.cases.submissions(case) if task_of(self._draft, each.task) == ref.name]
            found: dict[str, str] = {}
            for each in sorted(given, key=lambda one: one.at):
                seen = readable(self._draft, (self._reader,), each)
                found |= texts_by_mark(definition, case, ref.name, seen.answers)
            self._texts[ref.name] = found
        return self._texts[ref.name].get(mark, "")[:LONGEST]


class AppointmentWords:
    """The words of one case's appointments in one language."""

    def __init__(
        self, definition: Definition, wording: Wording, language: str, *, host: str, office: Secretariat,
        listed: Listed,
    ) -> None:  # fmt: skip
        self._definition = definition
        self._wording = wording
        self._language = language
        self._host = host
        self._office = office
        self._listed = listed
        self._process = wording.label("process", definition.name, language)

    def change(self, new: CalendarEntry, own: CalendarEntry | None) -> tuple[CalendarChange, CalendarText]:
        """The file's contents, and what the mail says about it."""
        moved = own is not None and own.state == "asked" and (own.first, own.last) != (new.first, new.last)
        text = CalendarText(
            label=self.label(new.date),
            when=self.when(new),
            old=self.when(own) if moved and own is not None else None,
            cancelled=new.state == "cancelled",
        )
        return CalendarChange(row=new, shown=self.entry(new)), text

    def entry(self, row: CalendarEntry) -> Entry:
        """What a calendar shows: the date and the host, of a row of a list its text; no name of a person."""
        says = texts(self._language)
        contact = ", ".join(part for part in (self._office.email, self._office.phone) if part)
        return Entry(
            uid=row.uid,
            sequence=row.sequence,
            begin=row.first,
            end=row.last,
            all_day=row.all_day,
            zone=self._definition.zone,
            summary=says["calendar_summary"].format(label=self.label(row.date), host=self._host),
            description=says["calendar_description"].format(
                process=self._process, host=self._host, office=self._office.name, contact=contact
            ),
            cancelled=row.state == "cancelled",
        )

    def deadline(self, task: Task, *, count: int, paused: bool, uid: str) -> Entry:
        """Until when a task is asked: it takes no time of that day, and says so where the date may still change."""
        assert task.due is not None
        says = texts(self._language)
        unsure = "paused" if paused else "provisional" if task.due.provisional else ""
        label = self._wording.label("task", task.name, self._language)
        label = label if count == 1 else f"{label}, {count}x"
        name = f"feed_deadline_{unsure}" if unsure else "feed_deadline"
        when = datetime.combine(task.due.day, task.due.clock or WHOLE_DAY)
        day = datetime.combine(task.due.day, WHOLE_DAY)
        return Entry(
            uid=uid,
            sequence=task.term - 1,
            begin=day,
            end=day,
            all_day=True,
            zone=self._definition.zone,
            summary=says[name].format(task=label, host=self._host),
            description=says["feed_description"].format(
                process=self._process, host=self._host, when=moment_text(when, self._language),
                mark=says[f"feed_{unsure}"] if unsure else "",
            ),
            tentative=bool(unsure),
            busy=False,
        )  # fmt: skip

    def label(self, date: str) -> str:
        ref = ref_of(date)
        if ref is None:
            kind = "date" if date in self._definition.dates else "deadline"
            text = self._wording.label(kind, date, self._language)
        else:
            text = self._wording.label("field", field_path(self._definition, ref), self._language)
            row = self._listed.text(date)
            text = f"{text} ({row})" if row else text
        return text[:1].upper() + text[1:]

    def when(self, row: CalendarEntry) -> str:
        if row.all_day:
            return period_text(row.first.date(), row.last.date(), self._language)
        return moment_text(row.first, self._language)
