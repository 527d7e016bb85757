"""What will a mail say? Turns a stored notice into a letter in its reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collegium import returned_words
from collegium.appointments import AppointmentWords, change_of
from collegium.library import DefinitionLibrary
from collegium.roster import Entry, Roster
from collegium.sending_hours import SendingHours
from collegium.worlds import StoredWorlds
from engine import appointments
from engine.actions import CLOCK
from engine.asking import asked_of, asks_no_more
from engine.case import Case, Task
from engine.definition import Definition
from engine.directory import PersonRecord
from engine.draft import Draft
from engine.events import Notice
from engine.expressions import Ref
from engine.mail import Message, StoredNotice
from engine.moments import Found, calendar, resolve_ref
from engine.offsets import Point, instant, local
from engine.ports import UnitOfWork
from engine.sending import earliest, is_away, kind_of_ask, leaves_until, office_window, window_of
from engine.task import participants
from engine.wording import MailTemplate, Wording
from notifications import links
from notifications.catalogue import texts
from notifications.dates_text import day_text, moment_text, period_text
from notifications.letters import DateText, Further, Hours, Later, Letter, Office, Prepared, Reader, Skip, TaskText
from notifications.preparing import TOLD

_MOVED = "old_date"  # in a notice's data: it says that a date is another one now
LEFT = "no longer concerns its reader"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")  # as a day with a time stands in a notice


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
        person = self._substitute(work, entry, notice.notice, now) if _for_substitute(notice.notice) else entry.person
        if person is None or not person.reachable or not person.email:
            return Skip(reason="no address that works")
        case = work.cases.load(notice.notice.case)
        task = case.tasks.get(notice.notice.task or "")
        if notice.notice.kind == "ask" and (task is None or not task.is_open):
            return Skip(reason="done")
        if notice.notice.kind == "tell" and notice.notice.task is not None:
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
        if task is not None and (other := _not_now(draft, notice.notice, task)) is not None:
            return other
        if not notice.notice.bundle and _until(draft, notice.notice) is None:
            return Later(at=office_window(draft).next(now))
        page = _Page(work, roster, draft, wording, language, informal=person.informal)
        prepared = self._prepared(page, notice, person, template, task)
        return self._with_calendar(page, notice, prepared)

    def _with_calendar(self, page: _Page, stored: StoredNotice, prepared: Prepared) -> Prepared | Skip:
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
        words = AppointmentWords(page.definition, page.wording, page.language, host=host, office=office)
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
        self, page: _Page, stored: StoredNotice, person: PersonRecord, template: MailTemplate, task: Task | None
    ) -> Prepared:
        office = page.roster.office(page.work, stored.secretariat)
        asked_for = task if task is not None and task.is_open else None
        letter = Letter(
            reader=reader_of(person, page.language),
            office=Office(name=office.name, email=office.email, phone=office.phone),
            process=page.label("process", page.definition.name),
            host=page.draft.world.host.name,
            stage=page.label("stage", page.case.stage),
            phase=page.label("phase", page.definition.stages[page.case.stage].phase),
            dates=_Dates(page),
            task=page.spoken_of(task, stored.notice),
            seat=page.seats(stored.notice.data, asked_for),
            person=page.people(stored.notice.data, asked_for),
            successor=page.name(stored.notice.data.get("successor")),
            asked=page.asked(stored.notice.data.get("asked", {})),
            old_date=page.iso(stored.notice.data.get("old_date")),
            by_when=page.due(asked_for) if asked_for else None,
            link=self._link(page, stored, asked_for),
            also=tuple(self._further(page, stored, asked_for)),
            reserve=bool(stored.notice.data.get("reserve")),
            why=page.why_substitute(stored.notice) or page.why(stored.notice.recipient),
            copy=stored.notice.copy,
            away_until=page.iso(stored.notice.data.get("away_until")),
            to_substitute=_for_substitute(stored.notice),
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
        )

    def _link(self, page: _Page, stored: StoredNotice, task: Task | None) -> str | None:
        if task is None or stored.notice.recipient not in task.assignees or _for_substitute(stored.notice):
            return None
        return links.placeholder(page.work.outbox.link(page.case.id, stored.notice.recipient, task.key).id)

    def _further(self, page: _Page, stored: StoredNotice, task: Task | None) -> Iterator[Further]:
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
        kind = kind_of_ask(told.template, bundle=told.bundle)
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
    if notice.kind != "ask" or _for_substitute(notice):
        return None
    kind = kind_of_ask(notice.template, bundle=notice.bundle)
    if kind == "ask" and not is_away(draft, notice.recipient, local(draft.now, draft.plan.zone).day):
        return None
    moment = earliest(draft, notice.recipient, kind, task.due.at if task.due else None)
    if moment is None:
        return Skip(reason="free until after the due date")
    return Later(at=moment) if moment > draft.now else None


def _has_ended(draft: Draft) -> bool:
    return draft.definition.stages[draft.stage].end


def _until(draft: Draft, notice: Notice) -> datetime | None:
    """When the hours close in which its mail may leave if it is written now; None: it may not leave now."""
    if notice.bundle:
        return window_of(draft, notice.recipient).end(draft.now)
    return leaves_until(notice.caused_at, draft.now, office_window(draft))


def _no_longer_theirs(draft: Draft, notice: Notice) -> bool:
    """Whether a mail that brings a date was for a role or seat that its reader has left before it could go.

    Where the calendar was told of the date before, the step in which they left has a mail of its own to take it back.
    """
    told = draft.definition.notices.get(notice.template)
    if told is None or told.invite is None or notice.kind != "tell" or notice.data.get("to_open"):
        return False
    return notice.recipient not in participants(draft, (*told.to, *told.cc))


def _for_substitute(notice: Notice) -> bool:
    """Whether a notice is for somebody who looks after the work of its recipient."""
    return bool(notice.data.get("to_substitute"))


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


class _Page:
    """One case, seen in one language."""

    def __init__(
        self, work: UnitOfWork, roster: Roster, draft: Draft, wording: Wording, language: str, *, informal: bool = False
    ) -> None:
        self.work = work
        self.roster = roster
        self._people: dict[str, str | None] | None = None
        self.draft = draft
        self.case: Case = draft.before
        self.definition: Definition = draft.definition
        self.wording = wording
        self.language = language
        self.texts = texts(language, informal=informal)

    def label(self, kind: str, name: str) -> str:
        return self.wording.label(kind, name, self.language)

    def iso(self, value: str | None) -> str | None:
        return day_text(date.fromisoformat(value), self.language) if value else None

    def date(self, name: str) -> DateText | None:
        found: Found | None = resolve_ref(self.draft, Ref(name))
        if found is None:
            return None
        end = resolve_ref(self.draft, Ref(name, "end")) if name in self.definition.dates else None
        if end is not None and found.point.clock is None and end.point.day > found.point.day:
            text = period_text(found.point.day, end.point.day, self.language)
        else:
            text = self._text(found.point)
        return DateText(text=text, provisional=found.provisional)

    def _text(self, point: Point) -> str:
        if point.clock is None:
            return day_text(point.day, self.language)
        return moment_text(datetime.combine(point.day, point.clock), self.language)

    def due(self, task: Task) -> str | None:
        return self._text(Point(task.due.day, task.due.clock)) if task.due else None

    def task(self, task: Task, notice: Notice) -> TaskText:
        return TaskText(
            label=self.task_label(task),
            name=self.label("task", task.name),
            part=self._part(task),
            about=self._about(task, notice.recipient) or returned_words.whom(self.work, task),
            told=returned_words.told(self.work, self.case, task, self.language, self.draft.plan.zone),
            due=self.due(task),
            provisional=bool(task.due and task.due.provisional),
            late=self._late(task),
            today=bool(task.due and task.due.day == self.draft.now.astimezone(self.draft.plan.zone).date()),
            who=self._who(task, notice),
            old_due=self.iso(notice.data.get("old_due")),
        )

    def _who(self, task: Task, notice: Notice) -> str:
        """Who must do a task, and until when they are away where that is why the reader hears of it."""
        names, until = self._names(task.assignees), self.iso(notice.data.get("away_until"))
        return self.texts["who_away"].format(who=names, date=until) if until else names

    def task_label(self, task: Task) -> str:
        """What is to be done; of an instance about one row of the rubric, with that row."""
        text, part = self.label("task", task.name), self._part(task)
        by_row = self.definition.tasks[task.name].by_row
        return text if not part else f"{text}: {part}" if by_row else f"{text} ({part})"

    def _part(self, task: Task) -> str:
        if task.row is not None and self.definition.tasks[task.name].by_row and self.definition.rubric:
            return self.label("criterion", f"{self.definition.rubric.name}.{task.row}")
        return self.texts["numbered"].format(row=task.row) if task.row is not None else ""

    def _about(self, task: Task, reader: str) -> str:
        """The person, and for which seat, of a task that the reader does about somebody else."""
        held = self.case.holdings.get(task.about or "")
        name = self.name(held.participant) if held and held.participant != reader else None
        return f"{name} ({self.label('seat', held.seat).lower()})" if held and name else ""

    def spoken_of(self, task: Task | None, notice: Notice) -> TaskText | None:
        """The task that is asked for, or the one that nobody need do any more."""
        if task is not None and task.is_open:
            return self.task(task, notice)
        ended = self.case.tasks.get(notice.only_if_asked or "")
        if ended is not None:
            return replace(self.task(ended, notice), late=0)
        name = notice.data.get("task")
        return TaskText(label=self.label("task", name)) if name else None

    def _late(self, task: Task) -> int:
        today = self.draft.now.astimezone(self.draft.plan.zone).date()
        if task.due is None or task.due.day >= today:
            return 0
        return max(calendar(self.draft, None).between(task.due.day, today), 0)

    def name(self, participant: str | None) -> str | None:
        """A participant's name; None where there is none or it was erased."""
        if self._people is None:
            self._people = {each.key: each.person for each in self.work.people.participants(self.case.id)}
        person = self._people.get(participant or "")
        entry = self.roster.entry(self.work, person) if person else None
        return entry.person.name if entry else None

    def _names(self, participants: tuple[str, ...] | list[str]) -> str:
        return ", ".join(name for each in participants if (name := self.name(each)))

    def people(self, data: Mapping[str, Any], task: Task | None) -> str | None:
        found = list(data.get("people", ()))
        if not found and task is not None and task.about in self.case.holdings:
            found = [self.case.holdings[task.about or ""].participant]
        return self._names(found) or None

    def seats(self, data: Mapping[str, Any], task: Task | None) -> str | None:
        found = list(data.get("seats", ()))
        if not found and task is not None and task.about in self.case.holdings:
            found = [self.case.holdings[task.about or ""].seat]
        return ", ".join(dict.fromkeys(self.label("seat", seat) for seat in found)) or None

    def asked(self, answers: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._answer(value) for name, value in answers.items()}

    def _answer(self, value: Any) -> str:
        text = str(value)
        try:
            return day_text(date.fromisoformat(text), self.language)
        except ValueError:
            return self._moment(text) if INSTANT.fullmatch(text) else text

    def _moment(self, text: str) -> str:
        return moment_text(datetime.fromisoformat(text).astimezone(self.draft.plan.zone), self.language)

    def why_substitute(self, notice: Notice) -> str:
        """For whom the reader stands in; empty where they do not."""
        name = self.name(notice.recipient) if _for_substitute(notice) else None
        return self.texts["why_substitute"].format(name=name) if name else ""

    def why(self, participant: str) -> str:
        """The roles and seats of the reader in this case, in words."""
        held = [each for each in self.case.holdings.values() if each.participant == participant]
        seats = [self.label("seat", each.seat) for each in held if each.state == "seated"]
        roles = [name for name, people in self.case.roles.items() if participant in people]
        known = self.definition.roles
        named = [name for name in roles if known[name].of != "secretariat" or known[name].owner]
        words, names = "why_role", [*seats, *(self.label("role", name) for name in named)]
        if held and not seats:
            words, names = "why_candidate", [self.label("seat", held[-1].seat)]
        elif not names:
            words = "why_office" if roles else "why_concerned"
        says = self.texts
        text = says["and"].join(dict.fromkeys(names)).lower()
        return says[words].format(host=self.draft.world.host.name, roles=text)


class _Dates(Mapping[str, DateText | None]):
    """The named dates of a case; computed when a template asks."""

    def __init__(self, page: _Page) -> None:
        self._page = page
        self._names = (*page.definition.dates, *page.definition.deadlines)

    def __getitem__(self, name: str) -> DateText | None:
        if name not in self._names:
            raise KeyError(name)
        return self._page.date(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
