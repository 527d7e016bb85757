"""How does one case read in one language? Its labels, people, days and tasks, as a mail names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from collegium import returned_words
from collegium.roster import Roster
from engine.case import Case, Task
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Notice
from engine.expressions import Ref
from engine.moments import Found, calendar, resolve_ref
from engine.offsets import Point
from engine.ports import UnitOfWork
from engine.questions import OF_HOST
from engine.wording import Wording, within
from notifications.catalogue import texts
from notifications.dates_text import day_text, moment_text, period_text
from notifications.letters import DateText, TaskText

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")  # as a day with a time stands in a notice


def for_substitute(notice: Notice) -> bool:
    """Whether a notice is for somebody who looks after the work of its recipient."""
    return bool(notice.data.get("to_substitute"))


class Page:
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
        if (called := self.draft.world.called(task.row)) is not None:
            return called
        if self.definition.tasks[task.name].each_row_of in OF_HOST:
            return self.texts["unknown_row"]
        if (misfit := self._misfit(task)) is not None:
            return misfit
        return self.texts["numbered"].format(row=task.row) if task.row is not None else ""

    def _misfit(self, task: Task) -> str | None:
        """The date that no longer fits, and its day; None of another task."""
        kind, _, name = (task.about or "").partition(":")
        moment = self.draft.moments.get(name) if kind == "window" else None
        return f"{self.label('date', name)}, {self._text(Point(moment.day))}" if moment and moment.day else None

    def _about(self, task: Task, reader: str) -> str:
        """The person, and for which seat, of a task that the reader does about somebody else."""
        held = self.case.holdings.get(task.about or "")
        name = self.name(held.participant) if held and held.participant != reader else None
        return f"{name} ({within(self.label('seat', held.seat))})" if held and name else ""

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

    def joined(self, data: Mapping[str, Any]) -> str | None:
        """Who has taken a place that fell free."""
        return self._names(list(data.get("joined", ()))) or None

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

    @property
    def the_process(self) -> str:
        """What the process is called within a sentence, with its article: as it says, else its title made small."""
        name = self.definition.name
        own = self.wording.labels.get(("in_sentences", name), {}).get(self.language)
        return own or self.texts["the"].format(name=within(self.label("process", name)))

    def why_substitute(self, notice: Notice) -> str:
        """For whom the reader stands in; empty where they do not."""
        name = self.name(notice.recipient) if for_substitute(notice) else None
        return self.texts["why_substitute"].format(name=name) if name else ""

    def acts_as(self, participant: str) -> str:
        """The seats that somebody holds, else their roles, in words; empty where there are none."""
        held = [each for each in self.case.holdings.values() if each.participant == participant]
        seats = [self.label("seat", each.seat) for each in held if each.state == "seated"]
        roles = [self.label("role", name) for name, people in self.case.roles.items() if participant in people]
        return self.texts["and"].join(map(within, dict.fromkeys(seats or roles)))

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
        text = says["and"].join(map(within, dict.fromkeys(names)))
        return says[words].format(host=self.draft.world.host.name, roles=text, process=self.the_process)


class Dates(Mapping[str, DateText | None]):
    """The named dates of a case; computed when a template asks."""

    def __init__(self, page: Page) -> None:
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
