"""What does the link of a task show? Which task, by when, and how to answer as long as there is no portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import HTMLResponse

from collegium.bootstrap import Application
from collegium.case_names import host_name
from collegium.linking import has_ended
from collegium.offices import office_of
from collegium.web.pages import Page, Part, answer, both, known_language, say
from engine.case import Case, Due, Task
from engine.directory import PersonRecord, Secretariat
from engine.mail import Link
from engine.outlook import is_late
from engine.ports import UnitOfWork
from engine.wording import Wording
from notifications import links
from notifications.dates_text import day_text, moment_text

GONE = 410


def show(app: Application, token: str, now: datetime) -> HTMLResponse:
    """The page of a task; it changes nothing, however often it is opened."""
    try:
        id, generation = links.read(app.service.key, token)
    except links.InvalidLink:
        return both("bad", 404)
    with app.store.read() as work:
        link = work.outbox.find_link(id)
        known = work.people.participant(link.participant) if link is not None else None
        person = work.people.person(known.person) if known is not None and known.person else None
        if link is None or person is None:
            return both("bad", 404)
        desk = _Desk.of(app, work, link, person)
        case = desk.case
        item = case.tasks.get(link.task)
        void = link.revoked or link.generation != generation or has_ended(work, case, link.task, now)
        if item is None or void or (item.is_open and link.participant not in item.assignees):
            return answer(desk.page("over"), GONE)
        if not item.is_open:
            return answer(desk.page("closed", task=desk.label(item)))
        return answer(desk.task(item, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What a page about one case needs, in the reader's language."""

    office: Secretariat
    case: Case
    wording: Wording
    zone: ZoneInfo
    host: str
    language: str

    @classmethod
    def of(cls, app: Application, work: UnitOfWork, link: Link, person: PersonRecord) -> _Desk:
        case = work.cases.load(link.case)
        return cls(
            office=office_of(work, person),
            case=case,
            wording=app.library.wording(work, case),
            zone=ZoneInfo(app.library.of(work, case).zone),
            host=host_name(work, case),
            language=known_language(person.language),
        )

    def say(self, name: str, **values: object) -> str:
        return say(self.language, name, office=self.office.name, **values)

    def label(self, item: Task) -> str:
        return self.wording.label("task", item.name, self.language)

    def page(self, name: str, **values: object) -> Page:
        """A few words, and whom to ask."""
        first = Part(title=self.say(f"{name}_title"), text=self.say(name, **values))
        return Page(language=self.language, parts=(first, self._contact()))

    def task(self, item: Task, now: datetime) -> Page:
        process = self.wording.label("process", self.case.process, self.language)
        facts = (
            (self.say("task_host"), self.host),
            (self.say("task_process"), process),
            (self.say("task_due"), self._due(item, now)),
        )
        how = Part(title=self.say("task_how_title"), text=self.say("task_how"))
        parts = (Part(title=self.label(item), facts=facts), how, self._contact())
        return Page(language=self.language, parts=parts)

    def _due(self, item: Task, now: datetime) -> str:
        if item.due is None:
            return self.say("task_no_due")
        date = self._day(item.due)
        if is_late(item, now):
            return self.say("task_late", date=date)
        return self.say("task_provisional", date=date) if item.due.provisional else date

    def _day(self, due: Due) -> str:
        if due.clock is None:
            return day_text(due.day, self.language)
        return moment_text(datetime.combine(due.day, due.clock, self.zone), self.language)

    def _contact(self) -> Part:
        rows = [(self.say("contact_mail"), self.office.email), (self.say("contact_phone"), self.office.phone)]
        facts = tuple(row for row in rows if row[1])
        return Part(title=self.office.name, facts=facts)
