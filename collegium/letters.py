"""What will a mail say? Turns a stored notice into a letter in its reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collegium.appointments import AppointmentWords, Listed, change_of
from collegium.letter_page import Dates, Page, for_substitute
from collegium.library import DefinitionLibrary
from collegium.roster import Entry
from collegium.sending_hours import SendingHours
from collegium.worlds import StoredWorlds
from engine import appointments
from engine.actions import CLOCK
from engine.asking import asked_of, asks_no_more
from engine.case import Task
from engine.directory import PersonRecord
from engine.draft import Draft
from engine.events import Notice
from engine.mail import Message, StoredNotice
from engine.offsets import Point, instant, local
from engine.ports import UnitOfWork
from engine.rules import speaks_first
from engine.sending import earliest, is_away, kind_of, leaves_until, office_window, window_of
from engine.task import participants
from engine.wording import MailTemplate
from notifications import links
from notifications.dates_text import day_text
from notifications.doubt import TOO_LATE
from notifications.letters import Further, Hours, Later, Letter, Office, Paper, Prepared, Reader, Skip
from notifications.preparing import TOLD

OLD_DUE = "old_due"  # in a notice's data: it says that a due date is another one now
_MOVED = "old_date"  # in a notice's data: it says that a date is another one now
LEFT = "no longer concerns its reader"
AS_TOLD = "the due date is again what its reader was told"
FIRST_SAYS = "the first mail about the task, which has yet to leave, says the new day"


class CaseLetters:
    """Letters from stored cases, definitions and people. `domain` is that of the Message-IDs of a case's thread."""

    def __init__(self, library: DefinitionLibrary, worlds: StoredWorlds, domain: str) -> None:
        self._library = library
        self._worlds = worlds
        self._domain = domain
        self._hours = SendingHours(library, worlds)

    def prepare(self, work: UnitOfWork, notice: StoredNotice, now: datetime) -> Prepared | Later | Skip:
        """The letter of one notice, or why it is not told."""
        roster = self._worlds.roster
        roster.refresh(work)
        entry = roster.entry(work, notice.person) if notice.person else None
        if entry is None:
            return Skip(reason="erased")
        person = self._substitute(work, entry, notice.notice, now) if for_substitute(notice.notice) else entry.person
        if person is None or not person.reachable or not person.email:
            return Skip(reason="no address that works")
        case = work.cases.load(notice.notice.case)
        task = case.tasks.get(notice.notice.task or "")
        if notice.notice.kind == "ask" and (task is None or not task.is_open):
            return Skip(reason="done")
        if notice.notice.kind == "tell":
            if reason := asks_no_more(notice.notice, case.tasks):
                return Skip(reason=reason)
            task = asked_of(notice.notice, case.tasks) or task
        definition = self._library.of(work, case)
        wording = self._library.wording(work, case)
        language = person.language if person.language in definition.languages else definition.languages[0]
        template = wording.mails.get((notice.notice.template, language))
        if template is None:
            return Skip(reason=f"there is no template {notice.notice.template} in {language}")
        draft = Draft(definition, case, self._worlds.of(work, case, now), CLOCK, now)
        if _no_longer_theirs(draft, notice.notice):
            return Skip(reason=LEFT)
        lost = notice.reason == TOO_LATE  # the office reads it, whatever the hours of its reader
        if task is not None and not lost and (other := _not_now(draft, notice.notice, task)) is not None:
            return other
        if not notice.notice.bundle and _until(draft, notice.notice) is None:
            return Later(at=office_window(draft).next(now))
        if task is not None and _first_is_to_come(work, notice):
            return Skip(reason=FIRST_SAYS)
        notice = _since_told(work, notice)
        if task is not None and _where_it_was(work, notice, task):
            return Skip(reason=AS_TOLD)
        page = Page(work, roster, draft, wording, language, informal=person.informal)
        prepared = self._prepared(page, notice, person, template, task)
        return self._with_calendar(page, notice, prepared)

    def _with_calendar(self, page: Page, stored: StoredNotice, prepared: Prepared) -> Prepared | Skip:
        """The same with what the reader's calendar must be told, where the notice carries a date."""
        notice = stored.notice
        date_ = notice.data.get(appointments.CARRIES)
        if not date_:
            return prepared
        change = change_of(page.work, page.draft, notice.recipient, date_, self._domain)
        overtaken = change.overtaken.id if change.overtaken else None
        if change.new is None:
            known = notice.template == appointments.TEMPLATE or (_MOVED in notice.data and change.known)
            return Skip(reason=TOLD, overtaken=overtaken) if known else replace(prepared, overtaken=overtaken)
        if _MOVED in notice.data and change.new.state == "cancelled" and _has_ended(page.draft):
            return Skip(reason=LEFT)  # the mail of the end takes the date out of the calendar
        office = page.roster.office(page.work, stored.secretariat)
        host = page.draft.world.host.name
        words = AppointmentWords(
            page.definition, page.wording, page.language, host=host, office=office,
            listed=Listed(page.work, page.draft, notice.recipient),
        )  # fmt: skip
        told, text = words.change(change.new, change.own)
        letter = replace(prepared.letter, calendar=text)
        if _MOVED in notice.data:  # since when its reader was told last, and not only since the last deed
            letter = replace(letter, old_date=text.when if text.cancelled else text.old)
        return replace(prepared, calendar=told, letter=letter, overtaken=overtaken)

    def _substitute(self, work: UnitOfWork, entry: Entry, notice: Notice, now: datetime) -> PersonRecord | None:
        """Who looks after the work of the notice's recipient during that leave."""
        until = notice.data["to_substitute"]
        leaves = [each for each in entry.person.absences if each.last.isoformat() == until]
        found = (self._worlds.substitute(work, leave, now.date()) for leave in leaves)
        return next((person for person in found if person is not None), None)

    def _prepared(
        self, page: Page, stored: StoredNotice, person: PersonRecord, template: MailTemplate, task: Task | None
    ) -> Prepared:
        office = page.roster.office(page.work, stored.secretariat)
        asked_for = task if task is not None and task.is_open else None
        letter = Letter(
            reader=reader_of(person, page.language),
            office=Office(name=office.name, email=office.email, phone=office.phone),
            process=page.label("process", page.definition.name),
            the_process=page.the_process,
            host=page.draft.world.host.name,
            stage=page.label("stage", page.case.stage),
            phase=page.label("phase", page.definition.stages[page.case.stage].phase),
            dates=Dates(page),
            task=page.spoken_of(task, stored.notice),
            seat=page.seats(stored.notice.data, asked_for),
            person=page.people(stored.notice.data, asked_for),
            successor=page.name(stored.notice.data.get("successor")) or page.joined(stored.notice.data),
            asked=page.asked(stored.notice.data.get("asked", {})),
            old_date=page.iso(stored.notice.data.get("old_date")),
            by_when=page.due(asked_for) if asked_for else None,
            link=self._link(page, stored, asked_for),
            also=tuple(self._further(page, stored, asked_for)),
            reserve=bool(stored.notice.data.get("reserve")),
            why=page.why_substitute(stored.notice) or page.why(stored.notice.recipient),
            copy=stored.notice.copy,
            away_until=page.iso(stored.notice.data.get("away_until")),
            to_substitute=for_substitute(stored.notice),
            acts_as=page.acts_as(stored.notice.recipient),
            today=day_text(local(page.draft.now, page.draft.plan.zone).day, page.language),
        )
        return Prepared(
            letter=letter,
            template=template,
            address=person.email,
            reply_to=office.email,
            zone=page.definition.zone,
            references=f"<case.{page.case.id}@{self._domain}>",
            due=asked_for.due.at if asked_for and asked_for.due else None,
            legal=stored.notice.kind == "tell",
            wording=page.wording.revision[:12],
            person=person.id,
            until=_until(page.draft, stored.notice),
            paper=_paper(page, stored.notice),
        )

    def _link(self, page: Page, stored: StoredNotice, task: Task | None) -> str | None:
        if task is None or stored.notice.recipient not in task.assignees or for_substitute(stored.notice):
            return None
        return links.placeholder(page.work.outbox.link(page.case.id, stored.notice.recipient, task.key).id)

    def _further(self, page: Page, stored: StoredNotice, task: Task | None) -> Iterator[Further]:
        """Instances that opened together with the task: the mail that asks for it asks for them too."""
        if stored.notice.kind != "tell" or task is None:
            return
        people = stored.notice.data.get("people")
        for other in page.case.open_tasks():
            same = (other.name, other.opened) == (task.name, task.opened) and other.key != task.key
            held = page.case.holdings.get(other.about or "")
            meant = not people or (held is not None and held.participant in people)
            if same and meant and (link := self._link(page, stored, other)):
                yield Further(task=page.task(other, stored.notice), by_when=page.due(other), link=link)

    def next_moment(self, work: UnitOfWork, notice: StoredNotice, prepared: Prepared, now: datetime) -> datetime | None:
        """The reader's first sending moment on a later day; None where it would be of no use any more."""
        told = notice.notice
        case = work.cases.load(told.case)
        definition = self._library.of(work, case)
        zone = ZoneInfo(definition.zone)
        tomorrow = instant(Point(now.astimezone(zone).date() + timedelta(days=1)), zone, ends=False)
        draft = Draft(definition, case, self._worlds.of(work, case, now), CLOCK, tomorrow)
        task = case.tasks.get(told.task or "")
        due = task.due.at if task is not None and task.due is not None else None
        kind = kind_of(definition, told)
        if kind == "reminder" and due is not None and due < tomorrow:
            return None
        moment = earliest(draft, told.recipient, kind, due)
        too_late = moment is not None and told.not_after is not None and moment > told.not_after
        return None if too_late else moment

    def hours(self, work: UnitOfWork, message: Message, moment: datetime) -> Hours:
        """The first hours in which a mail may leave, from that moment on."""
        return self._hours.of(work, message, moment)


def _not_now(draft: Draft, notice: Notice, task: Task) -> Later | Skip | None:
    """Why an ask is not told at this moment: its reader's hours, free days or leave, as they are known by now."""
    kind = kind_of(draft.definition, notice)
    if kind == "tell" or for_substitute(notice):
        return None
    if kind == "ask" and not is_away(draft, notice.recipient, local(draft.now, draft.plan.zone).day):
        return None
    moment = earliest(draft, notice.recipient, kind, task.due.at if task.due else None)
    if moment is None:
        return Skip(reason="free until after the due date")
    return Later(at=moment) if moment > draft.now else None


def _first_is_to_come(work: UnitOfWork, stored: StoredNotice) -> bool:
    """Whether a new date would be told to somebody who has yet to hear of the task: their first mail says it.

    That may be a word of the process, which is a tell, and has the task only where it asks its reader for it.
    """
    notice = stored.notice
    return OLD_DUE in notice.data and any(
        (each.notice.task, each.notice.recipient) == (notice.task, notice.recipient)
        and (each.notice.kind == "tell" or speaks_first(each.notice.rule))
        for each in work.outbox.notices("waiting", case=notice.case)
    )


def _since_told(work: UnitOfWork, stored: StoredNotice) -> StoredNotice:
    """A word that a due date has moved, with the date that its reader knows: moves of which no mail went are one."""
    notice = stored.notice
    if OLD_DUE not in notice.data:
        return stored
    old = notice.data[OLD_DUE]
    same = ("ask", notice.task, notice.recipient, notice.data.get("to_substitute"))
    for each in reversed(work.outbox.notices(case=notice.case)):
        of = each.notice
        if each.id < stored.id and (of.kind, of.task, of.recipient, of.data.get("to_substitute")) == same:
            if each.state == "composed":
                break
            old = of.data.get(OLD_DUE, old)
    return replace(stored, notice=replace(notice, data={**notice.data, OLD_DUE: old}))


def _where_it_was(work: UnitOfWork, stored: StoredNotice, task: Task) -> bool:
    """Whether a due date that went to and fro stands where its reader was told that it does."""
    notice = stored.notice
    if task.due is None or notice.data.get(OLD_DUE) != task.due.day.isoformat():
        return False
    return work.outbox.asked(notice.case, task.key, stored.person or "")


def _paper(page: Page, notice: Notice) -> Paper | None:
    """What goes along with the mail of a notice; not with a copy, nor where the wording has no such paper."""
    told = page.definition.notices.get(notice.template)
    if told is None or told.attach is None or notice.copy or notice.kind != "tell":
        return None
    template = page.wording.papers.get((told.attach, page.language))
    return None if template is None else Paper(template=template, day=local(page.draft.now, page.draft.plan.zone).day)


def _has_ended(draft: Draft) -> bool:
    return draft.definition.stages[draft.stage].end


def _until(draft: Draft, notice: Notice) -> datetime | None:
    """When the hours close in which its mail may leave if it is written now; None: it may not leave now."""
    if notice.bundle:
        return window_of(draft, notice.recipient).end(draft.now)
    return leaves_until(draft.now, office_window(draft))


def _no_longer_theirs(draft: Draft, notice: Notice) -> bool:
    """Whether a mail that brings a date was for a role or seat that its reader has left before it could go.

    Where the calendar was told of the date before, the step in which they left has a mail of its own to take it back.
    """
    told = draft.definition.notices.get(notice.template)
    if told is None or told.invite is None or notice.kind != "tell" or notice.data.get("to_open"):
        return False
    return notice.recipient not in participants(draft, (*told.to, *told.cc))


def reader_of(person: PersonRecord, language: str) -> Reader:
    """How somebody is addressed in a mail."""
    return Reader(
        name=person.name,
        language=language,
        given=person.given,
        infix=person.infix,
        family=person.family,
        title=person.title,
        informal=person.informal,
    )
