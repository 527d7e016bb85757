"""How is something of a case called? Labels of its process in a language, names of its people, days of its dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import Any

from collegium.cli.desk import Desk
from collegium.refusals import OfProcess
from collegium.ringing import Ringing, ringing
from collegium.speech import day_text, known, t
from engine.actions import CLOCK, Actor
from engine.case import Case, Due, Task
from engine.conditions import all_lines
from engine.draft import Draft
from engine.errors import CollegiumError
from engine.expressions import DateExpr, Line, Ref, parts_in
from engine.instance_keys import task_of
from engine.listed_days import field_path, ref_of
from engine.moments import Found, resolve_ref
from engine.outlook import is_late
from engine.ports import UnitOfWork
from engine.questions import OF_HOST
from engine.windows import outside

SAID_ROUTES = ("link", "api")
SECTIONS = {"transition": "transitions", "task": "tasks", "notice": "notices", "child": "children"}


class Words:
    """One case in one language: its definition, its world, and what everything in it is called."""

    def __init__(self, desk: Desk, work: UnitOfWork, case: Case, language: str) -> None:
        self.work = work
        self.case = case
        self.language = language
        self.now = desk.now
        self.library = desk.app.library
        self.definition = desk.app.library.of(work, case)
        self.wording = desk.app.library.wording(work, case)
        self.world = desk.app.worlds.of(work, case, desk.now)
        self.draft = Draft(self.definition, case, self.world, CLOCK, desk.now)
        self._people: dict[str, str] = {}

    def then(self, at: datetime) -> Words:
        """The same in the version of the process that the case followed at a moment."""
        found = copy(self)
        found.definition, found.wording = self.library.then(self.work, self.case, at)
        return found

    def label(self, kind: str, name: str) -> str:
        """The text in the chosen language, or in the first that the process has."""
        texts = self.wording.labels.get((kind, name), {})
        return texts.get(self.language) or next(iter(texts.values()), name)

    def person(self, participant: str | None) -> str:
        if participant is None:
            return t("erased_person")
        if participant not in self._people:
            known = self.work.people.participant(participant)
            record = self.work.people.person(known.person) if known and known.person else None
            self._people[participant] = record.name if record else t("erased_person")
        return self._people[participant]

    def ringing(self, participant: str) -> Ringing | None:
        """Whom to ring about somebody's work today; None of somebody who was erased."""
        known = self.work.people.participant(participant)
        record = self.work.people.person(known.person) if known and known.person else None
        return ringing(self.work, record, self.day(self.now)) if record else None

    def phone(self, participant: str) -> str:
        """Where somebody, or who looks after their work, can be rung; empty where that is not known."""
        about = self.ringing(participant)
        return about.whom.phone if about and about.whom else ""

    def leaves(self, participants: Iterable[str]) -> Iterator[str]:
        """Who of them is on leave, until when, and whom to ring instead."""
        for about in filter(None, map(self.ringing, participants)):
            if about.away_until is not None:
                until, other = day_text(about.away_until), about.substitute
                facts = {"name": about.person.name, "date": until}
                yield t("away_ring", **facts, other=other.name) if other else t("away_alone", **facts)

    @cached_property
    def speaker(self) -> OfProcess:
        """Says reasons, conditions and moments with the labels of the process and the names of its people."""
        names = {each.key: self.person(each.key) for each in self.work.people.participants(self.case.id)}
        return OfProcess(self.definition, self.wording, names=names, case=self.case, language=self.language)

    @cached_property
    def _lines(self) -> dict[str, Line]:
        arrows = self.definition.transitions.values()
        asked = [lines for arrow in arrows for lines in (arrow.condition, arrow.unless)]
        return {line.text: line for lines in asked for line in all_lines(self.definition, lines)}

    def line(self, text: str) -> str:
        """A condition in words, by its text in the definition."""
        found = self._lines.get(text)
        return self.speaker.word(found, "") if found is not None else text

    def moment(self, kind: str, name: str, text: str) -> str:
        """A moment that an item of the process names, in words, by its text in the definition."""
        owner = getattr(self.definition, SECTIONS[kind]).get(name)
        found = next((expr for expr in parts_in(owner, DateExpr) if expr.text == text), None)
        return self.speaker.happens(found) if found is not None else text

    def appointment(self, name: str) -> str:
        """A date as it is called, or the question in a list of which somebody's day is a row."""
        column = ref_of(name)
        path = field_path(self.definition, column) if column is not None else ""
        return self.label("field", path) if path else self.label("date", name)

    def people(self, participants: Iterable[str]) -> list[str]:
        return [self.person(each) for each in participants]

    @property
    def host(self) -> str:
        return self.world.host.name

    def organisation(self, id: str) -> str:
        """An organisation by its name; one that is gone by its id."""
        record = self.work.people.organisation(id)
        return record.name if record is not None else id

    @property
    def process(self) -> str:
        return self.label("process", self.definition.name)

    def stage(self, name: str | None = None) -> str:
        return self.label("stage", name or self.case.stage)

    def end_of_child(self, child: str, end: str) -> str:
        """A stage of a child; of another process as it is called there now."""
        called = self.definition.children.get(child)
        other = self.work.definitions.newest(called.process) if called and called.process != self.case.process else None
        if other is None:
            return self.stage(end)
        wording = self.library.get(self.work, other.name, other.version, other.behaviour)[1]
        texts = wording.labels.get(("stage", end), {})
        return texts.get(self.language) or next(iter(texts.values()), end)

    def phase(self) -> str:
        phase = self.definition.stages[self.case.stage].phase
        return self.label("phase", phase) if phase else ""

    def state(self, name: str) -> str:
        """A stage, or the state of a track with its track: "Bezoekdatum: Datum staat vast"."""
        track, _, state = name.partition(".")
        if not state:
            return self.stage(name)
        return f"{self.label('track', track)}: {self.label('state', name.partition('@')[0])}"

    def document(self, name: str) -> str:
        """What a document is called: by itself, or by the task or form that it is."""
        kinds = ("document", "task", "form")
        return next((self.label(kind, name) for kind in kinds if (kind, name) in self.wording.labels), name)

    def role(self, name: str) -> str:
        kind = "seat" if name in self.definition.seats else "role"
        return self.label(kind, name)

    def roles(self, names: Iterable[str]) -> list[str]:
        """What roles, seats and groups are called; a group by those that are in it."""
        leaves = [leaf for name in names for leaf in self.definition.members(name)]
        return [self.role(leaf) for leaf in dict.fromkeys(leaves)]

    def task(self, item: Task) -> str:
        """What is to be done, of one row where it is about one, and about what."""
        text = self.task_of_row(item.name, item.row)
        return f"{text} [{self.about(item.about)}]" if item.about else text

    def task_of_row(self, name: str, row: str | None) -> str:
        """A task by its name, and the row that it is about."""
        text = self.label("task", name)
        definition = self.definition.tasks.get(name)
        if definition is None:  # of a version that the case has left
            return f"{text} ({row})" if row else text
        if row and definition.by_row and self.definition.rubric is not None:
            return f"{text}: {self.label('criterion', f'{self.definition.rubric.name}.{row}')}"
        unknown = t("row_gone") if definition.each_row_of in OF_HOST else row
        return f"{text} ({self.world.called(row) or unknown})" if row else text

    def thing(self, key: str) -> str:
        """A task of this case by its key, also where it is gone."""
        item = self.case.tasks.get(key)
        return self.task(item) if item is not None else self.label("task", task_of(self.case, key))

    def about(self, about: str) -> str:
        """What a task of the engine is about, in words."""
        kind, colon, name = about.partition(":")
        if about in self.case.holdings:
            return self.person(self.case.holdings[about].participant)
        if not colon:
            if self.work.people.participant(about) is not None:
                return self.person(about)
            return t("answer_on_mail") if self.work.outbox.report(about) is not None else about
        found = {
            "transition": lambda: self.label("transition", name),
            "stage": lambda: self.stage(name),
            "seat": lambda: t("nobody_to_ask", what=self.role(name)),
            "task": lambda: self.label("task", name),
            "nobody": lambda: t("nobody_to_do", what=self.task_of_row(*name.partition("/")[::2])),
            "date": lambda: t("too_little_time", what=self.label("task", name)),
            "mail": lambda: self.mail(name),
            "provisional": lambda: self.label("date", name),
            "window": lambda: self._outside(name),
            "consent": lambda: self.label("transition", name.partition(":")[0]),
        }.get(kind)
        if found is not None:
            return found()
        return self.label("task", kind) if kind in self.definition.tasks else about

    def _outside(self, name: str) -> str:
        """A date, and as long as it lies outside its window its day and when it may be."""
        what = self.label("date", name)
        days = next(((each.day, each.first, each.last) for each in outside(self.draft) if each.name == name), None)
        if days is None:
            return what
        day, first, last = map(day_text, days)
        return t("outside_about", what=what, day=day, first=first, last=last)

    def mail(self, name: str) -> str:
        """A mail by its subject and reader; the name of a kind of mail by its label."""
        if ("notice", name) in self.wording.labels:
            return self.label("notice", name)
        message = self.work.outbox.message(name)
        if message is None:
            return t("mail_gone")
        reader = self.work.people.person(message.person) if message.person else None
        return t("mail_named", subject=message.subject, to=reader.name if reader else t("erased_person"))

    def named_date(self, name: str, part: str | None = None) -> Found | None:
        """The day of a named date or deadline, or with `end` its last day; None where it is not known."""
        try:
            return resolve_ref(self.draft, Ref(name, part))
        except CollegiumError:
            return None

    def actor(self, actor: Actor) -> str:
        """Who did something, for whom, in which role."""
        if actor.kind == "clock":
            return t("the_clock")
        who = actor.on_behalf_of or actor.participant
        role = f" ({self.role(actor.capacity)})" if actor.capacity else ""
        route = t(f"route.{actor.via}") if actor.via in SAID_ROUTES else ""
        if actor.kind == "operator":
            said = t("operator_for", who=f"{self.person(who)}{role}") if who else t("operator_for_office")
            return f"{said}{route}"
        return f"{self.person(who)}{role}{route}" if who else known("actor", actor.kind)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.draft.plan.zone)

    def day(self, moment: datetime) -> date:
        return self.local(moment).date()


def flags(due: Due | None) -> list[str]:
    """What makes a due date unsure or special."""
    return [] if due is None else list(_flags(due))


def _flags(due: Due) -> Iterator[str]:
    if due.provisional:
        yield t("provisional")
    if due.squeezed:
        yield t("squeezed")
    if due.born_late:
        yield t("born_late")
    if due.pinned is not None:
        yield t("by_hand_set_why", why=due.pinned) if due.pinned else t("by_hand_set")
    elif due.shifted:
        yield t("shifted")
    for name in due.unknown:
        yield t("unknown_dates", name=known("days", name))


def _clock(words: Words, item: Task) -> Iterator[str]:
    if item.is_open and item.still_since is not None:
        yield t("clock_stands", day=day_text(words.day(item.still_since)))


def task_facts(words: Words, item: Task) -> dict[str, Any]:
    """A task as plain values; one that nobody must do is never late."""
    optional = words.definition.tasks[item.name].optional
    return {
        "key": item.key,
        "task": item.name,
        "label": words.task(item),
        "state": item.state,
        "who": words.people(item.assignees),
        "opened": words.day(item.opened),
        "due": item.due.day if item.due else None,
        "at": item.due.clock if item.due else None,
        "rule": item.due.text if item.due else None,
        "closes": item.closes.day if item.closes else None,
        "late": is_late(item, words.now) and not optional,
        "optional": optional,
        "extensions": item.extensions,
        "flags": [*_clock(words, item), *flags(item.due), *words.leaves(item.assignees)],
    }
