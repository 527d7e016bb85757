"""What does a test of the engine need? Small definitions from snippets, a world, and one case on a virtual clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from engine import machine
from engine.actions import (
    CLOCK,
    Action,
    Actor,
    Answer,
    Assign,
    Correct,
    Differ,
    Expire,
    Extend,
    MoveVersion,
    PauseCase,
    Pin,
    Recalculate,
    Receive,
    ResumeCase,
    Submit,
    Substitute,
    Take,
    Waive,
)
from engine.business_days import DaySet
from engine.case import Case, Deadline, Task, difference
from engine.definition import Definition
from engine.draft import Draft
from engine.events import Notice, Outcome, Sealed, Signal, Submission, Withdrawal
from engine.foresight import due_before
from engine.history import differences, replay
from engine.machine import Launch
from engine.world import Organisation, Person, World
from workflows.loader import load as load_folder
from workflows.loader import load_files, load_stored, shipped
from workflows.plain_yaml import load_plain

ZONE = ZoneInfo("Europe/Amsterdam")
BEGIN = "2027-03-01 10:00"  # a Monday
OPERATOR = Actor(kind="operator", participant=None)

HEAD = """
process: small
version: 1
languages: [en]
title: {en: Small}
zone: Europe/Amsterdam
calendars: {office: [weekend]}
launch: {by: office}
people:
  office: {of: secretariat}
  owner: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
  signatory: {of: host, count: 1}
stages: {busy: {}, over: {end: true}}
transitions: {finish: {from: busy, to: over, by: office}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 10wd}}}
"""
"""What a snippet leaves out: two stages, one task, four roles."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "office": ("olga", "otto"),
    "owner": ("owen",),
    "contact": ("carl",),
    "signatory": ("sara",),
}
"""Who holds which role in a launched case, where a test says nothing else."""

RUBRIC = """
rubric: small
noun: safeguard
plural: safeguards
title: {en: Small}
source: none
criteria: {one: {says: {en: One}}, two: {says: {en: Two}}}
scales:
  basis: {says: {en: Basis}, levels: {low: {en: Low}, middle: {en: Middle}, high: {en: High}}}
"""

SAID = ("stages", "tracks", "tasks", "transitions", "seats", "people", "values", "children")
TOLD = {"late", "escalation", "opened", "reminder", "today", "seat_invited", "seat_closed", "not_needed"}


def a_definition(text: str = "", **forms: str) -> Definition:
    """A process from a snippet of process.yaml; what it leaves out stands in `HEAD`, texts are made from the names.

    Each keyword is a form: its fields as YAML. A form that is named but not given asks one optional `remark`; the
    form `answer` asks yes or no. Where nothing is said of `documents`, the office reads every answer.
    """
    return _compiled(text, tuple(sorted(forms.items())))


def unchecked(text: str = "", **forms: str) -> Definition:
    """The same process, compiled but not checked: a check may find in it what it looks for."""
    definition = load_stored(a_folder(text, **forms)).definition
    assert definition is not None
    return definition


def a_folder(text: str = "", **forms: str) -> dict[str, bytes]:
    """The files of that process, as a launch stores them."""
    process = {**_yaml(HEAD), **(_yaml(text) if text.strip() else {})}
    process.setdefault("documents", {name: {"see": {"office": True}} for name in sorted(_named(process, "form"))})
    known = {name: _yaml(fields) for name, fields in forms.items()}
    files = {"process.yaml": json.dumps(_labelled(process))}
    for name in _named(process, "form") | set(known):
        usual = {"answer": {"type": "yes_no"}} if name == "answer" else {"remark": {"type": "text"}}
        fields = known.get(name, usual)
        files[f"forms/{name}.yaml"] = json.dumps({"form": name, "title": {"en": name}, "fields": _fields(fields)})
    for notice in {*process.get("notices", {}), *_named(process, "notice")} - TOLD:
        files[f"mails/{notice}/en/subject.txt"] = f"{notice}\n"
        files[f"mails/{notice}/en/body.txt"] = f"{notice}\n"
    if "rubric" in process and process["rubric"]["file"] == "small":
        files["rubrics/small.yaml"] = RUBRIC
    return {name: content.encode() for name, content in files.items()}


@cache
def _compiled(text: str, forms: tuple[tuple[str, str], ...]) -> Definition:
    return load_files(a_folder(text, **dict(forms))).known()[0]


def _yaml(text: str) -> dict[str, Any]:
    return dict(load_plain(text))


def _labelled(process: dict[str, Any]) -> dict[str, Any]:
    for part in SAID:
        for name, item in (process.get(part) or {}).items():
            item.setdefault("says", {"en": name})
            if part == "tracks" and isinstance(item["states"], list):
                item["states"] = {state: {"en": state} for state in item["states"]}
            if part == "values" and isinstance(item.get("choice"), list):
                item["choice"] = {choice: {"en": choice} for choice in item["choice"]}
    return process


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    for name, field in fields.items():
        field.setdefault("says", {"en": name})
        if "columns" in field:
            _fields(field["columns"])
        if isinstance(field.get("choices"), list):
            field["choices"] = {choice: {"en": choice} for choice in field["choices"]}
    return fields


def _named(value: Any, key: str) -> set[str]:
    """Every text that stands under a key, at any depth."""
    found: set[str] = set()
    items: Iterable[Any] = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, item in items:
        if name == key and isinstance(item, str):
            found.add(item)
        elif isinstance(item, Mapping | list):
            found |= _named(item, key)
    return found


@cache
def the_process(name: str) -> Definition:
    """A shipped process, as it is."""
    return load_folder(shipped()[name]).known()[0]


# time and the world ---------------------------------------------------------------------------------------------------


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """An instant, from local time: ``2027-03-01 10:00``; a bare day means ten in the morning."""
    on, _, clock = text.partition(" ")
    return datetime.combine(day(on), time.fromisoformat(clock or "10:00"), ZONE).astimezone(UTC)


def local_text(at: datetime) -> str:
    """An instant as local time, to the minute."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def days_off(first: str, last: str | None = None, name: str = "off") -> DaySet:
    """A set of days that do not count, from the first to the last."""
    begin, end = day(first), day(last or first)
    off = frozenset(begin + timedelta(days=n) for n in range((end - begin).days + 1))
    return DaySet(name, f"{name} {first} {last}", off)


def a_person(key: str, **more: Any) -> Person:
    """Somebody of an organisation of their own, with no tie to the host."""
    named = {"organisation": f"school of {key}", "region": f"region of {key}", "sector": "po"}
    return Person(participant=key, **{**named, **more})


def a_world(*people: Person, **more: Any) -> World:
    """Everybody in the world of a case: those given, and the usual people who hold roles."""
    usual = {key: a_person(key) for keys in ROLES.values() for key in keys}
    for name in (f"{letter}{number}" for letter in "abcdefp" for number in range(1, 9)):
        usual[name] = a_person(name)
    host = more.pop("host", Organisation(id="host", name="Host", region="middle", sector="vo"))
    general = {"public-holidays(NL)": (), "equated-days(NL)": ()}
    known = {**usual, **{person.participant: person for person in people}}
    return World(host=host, people=known, general=more.pop("general", general), **more)


def a_draft(case: Case, definition: Definition, world: World | None = None, at: str = BEGIN) -> Draft:
    """A working copy, to ask questions of the engine's rooms."""
    return Draft(definition, case, world or a_world(), CLOCK, moment(at))


def person(who: str | None) -> Actor:
    """A participant as actor; `clock` and None (an operator for the office) mean what they say."""
    if who == "clock":
        return CLOCK
    return OPERATOR if who is None else Actor(kind="person", participant=who)


# one case -------------------------------------------------------------------------------------------------------------


class Review:
    """One case on a virtual clock. Before each deed the dates that come first are applied, in the clock's order."""

    def __init__(self, definition: Definition, outcome: Outcome, world: World, now: datetime) -> None:
        self.definition = definition
        self.world = world
        self.now = now
        self.case = outcome.case
        self.history: list[Sealed] = list(outcome.history)
        self.notices: list[Notice] = list(outcome.notices)
        self.withdrawals: list[Withdrawal] = list(outcome.withdrawals)
        self.signals: list[Signal] = list(outcome.signals)
        self.submissions: list[Submission] = list(outcome.submissions)
        self.last = outcome

    # the clock

    def until(self, text: str) -> Review:
        """Let the clock run up to and including a local moment (a bare day: ten in the morning)."""
        end = moment(text)
        for _ in range(2000):
            row = due_before(self.case, end + timedelta(microseconds=1))
            if row is None:
                break
            self.now = max(self.now, row.at)
            self.apply(Expire(deadline=row.key), "clock")
        else:
            raise AssertionError("the clock does not come to rest")
        self.now = max(self.now, end)
        return self

    def wake(self, text: str) -> Review:
        """The clock was away until then: all that came due is applied at that moment, in order."""
        self.now = moment(text)
        while row := due_before(self.case, self.now):
            self.apply(Expire(deadline=row.key), "clock")
        return self

    # deeds

    def apply(self, action: Action, by: str | Actor | None = None) -> Outcome:
        """One action at this moment, through the one door."""
        actor = by if isinstance(by, Actor) else person(by)
        outcome = machine.apply(self.definition, self.case, action, actor, self.world, self.now)
        self.case = outcome.case
        self.history += outcome.history
        self.notices += outcome.notices
        self.withdrawals += outcome.withdrawals
        self.signals += outcome.signals
        self.submissions += outcome.submissions
        self.last = outcome
        return outcome

    def take(self, transition: str, by: str | None = None, *, waive: Mapping[str, str] | None = None,
             **answers: Any) -> Review:  # fmt: skip
        self.apply(Take(transition=transition, answers=answers, waive=waive or {}), by)
        return self

    def submit(self, task: str, by: str | None = None, **answers: Any) -> Review:
        """Do a task, by its name (then the one open instance of that person) or its key."""
        self.apply(Submit(task=self.key_of(task, by), answers=answers, submission=f"s{len(self.history)}"), by)
        return self

    def answer(self, holding: str, accepts: bool = True, by: str | None = None, **answers: Any) -> Review:
        who = by or self.case.holdings[holding].participant
        self.apply(Answer(holding=holding, accepts=accepts, answers=answers), who)
        return self

    def assign(self, name: str, *people: str, by: str | None = "olga", places: int | None = None,
               waive: Mapping[str, str] | None = None) -> Review:  # fmt: skip
        self.apply(Assign(name=name, participants=people, places=places, waive=waive or {}), by)
        return self

    def seat(self, name: str, *people: str, places: int | None = None) -> Review:
        """Propose people for a seat who all accept at once."""
        self.assign(name, *people, places=places or len(people))
        for held in list(self.case.holdings.values()):
            if held.participant in people and held.state == "invited":
                self.answer(held.key)
        return self

    def substitute(self, holding: str, successor: str | None, by: str | None = "olga", **more: Any) -> Review:
        self.apply(Substitute(holding=holding, successor=successor, reason="ill", **more), by)
        return self

    def extend(self, task: str, until: str, by: str | None = "olga") -> Review:
        self.apply(Extend(task=self.key_of(task, None, open_only=False), until=day(until), reason="asked"), by)
        return self

    def pause(self, until: str, by: str | None = "olga") -> Review:
        self.apply(PauseCase(reason="ill", until=day(until)), by)
        return self

    def resume(self, by: str | None = "olga", **dates: str) -> Review:
        self.apply(ResumeCase(dates={name: day(text) for name, text in dates.items()}), by)
        return self

    def waive(self, line: str, scope: str, by: str | None = "olga") -> Review:
        self.apply(Waive(line=line, scope=scope, reason="no other way"), by)
        return self

    def pin(self, task: str, on: str, by: str | None = "owen") -> Review:
        self.apply(Pin(task=self.key_of(task, None), day=day(on), reason="agreed"), by)
        return self

    def differ(self, value: str, choice: str, by: str | None = None, **answers: Any) -> Review:
        self.apply(Differ(value=value, choice=choice, answers=answers), by)
        return self

    def correct(self, state: str | None = None, by: str | None = "olga", **more: Any) -> Review:
        self.apply(Correct(reason="mistake", state=state, **more), by)
        return self

    def recalculate(self, world: World | None = None) -> Review:
        self.world = world or self.world
        self.apply(Recalculate(reason="new holidays"), "olga")
        return self

    def hear(self, name: str, **data: Any) -> Review:
        self.apply(Receive(name=name, data=data), "clock")
        return self

    def move_version(self, to: Definition, by: str | None = "olga", **more: Any) -> Review:
        """To another version of the process; from then on the case follows that."""
        answers = {each.id: each.answers for each in self.submissions}
        self.apply(MoveVersion(to=to, reason="better", given=answers, **more), by)
        self.definition = to
        return self

    # what is seen

    def key_of(self, task: str, by: str | None, open_only: bool = True) -> str:
        if task in self.case.tasks:
            return task
        found = [one for one in self.case.tasks.values() if one.name == task and (one.is_open or not open_only)]
        own = [one for one in found if by is None or by in one.assignees]
        keys = [one.key for one in own or found]
        return keys[0] if keys else task

    def task(self, name: str) -> Task:
        """The one instance of that name in its latest round, or the one with that key."""
        if name in self.case.tasks:
            return self.case.tasks[name]
        (found,) = [task for task in self.case.tasks.values() if task.name == name]
        return found

    def open(self) -> dict[str, tuple[str, ...]]:
        """Open tasks and who has them."""
        return {task.key: task.assignees for task in self.case.tasks.values() if task.is_open}

    def due(self, name: str) -> str | None:
        """The due day of a task."""
        found = self.task(name).due
        return None if found is None else str(found.day)

    def closes(self, name: str) -> str | None:
        found = self.task(name).closes
        return None if found is None else str(found.day)

    def ahead(self, *kinds: str) -> list[tuple[str, str]]:
        """The rows that lie ahead, in the clock's order: (when, key)."""
        rows = [row for row in self.case.deadlines.values() if not kinds or row.kind in kinds]
        return [(local_text(row.at), row.key) for row in sorted(rows, key=order_of)]

    def seats(self) -> dict[str, str]:
        return {held.key: held.state for held in self.case.holdings.values()}

    def tracks(self) -> dict[str, str]:
        return {key: track.state for key, track in self.case.tracks.items()}

    def happened(self, *kinds: str) -> list[tuple[str, str]]:
        """Events of these kinds: (kind, name)."""
        return [(row.event.kind, row.event.name) for row in self.history if row.event.kind in kinds]

    def told(self) -> list[tuple[str, str]]:
        """What the last step told: (template or rule, recipient)."""
        return [(notice.template, notice.recipient) for notice in self.last.notices]

    def ever_told(self, template: str) -> list[tuple[str, str]]:
        """Every notice of one template: (local moment of its cause, recipient)."""
        return [(local_text(each.caused_at), each.recipient) for each in self.notices if each.template == template]


def order_of(row: Deadline) -> tuple[Any, ...]:
    return (row.at, row.rank, row.order, row.instance, row.key)


def launched(
    definition: Definition | str = "",
    *,
    at: str = BEGIN,
    world: World | None = None,
    roles: Mapping[str, tuple[str, ...]] | None = None,
    dates: Mapping[str, str] | None = None,
    **more: Any,
) -> Review:
    """A case that has just begun; a text is a snippet for `a_definition`."""
    process = a_definition(definition) if isinstance(definition, str) else definition
    given = {**ROLES, **(roles or {})}
    start = Launch(
        case="case-1",
        cycle="cycle",
        subject="host",
        roles={name: given.get(name, ()) for name in process.roles},
        dates={name: day(text) for name, text in (dates or {}).items()},
        **more,
    )
    around = world or a_world()
    now = moment(at)
    return Review(process, machine.launch(process, start, OPERATOR, around, now), around, now)


# promises -------------------------------------------------------------------------------------------------------------


def promises_broken(review: Review) -> list[str]:
    """What every case must keep after every step; empty: it does."""
    case, found = review.case, list[str]()
    if not case.closed and not _wakes(review):
        found.append(f"{case.stage}: nobody has a task and no date will fire")
    for row in case.deadlines.values():
        task = case.tasks.get(row.subject)
        if row.rule.startswith("tasks.") and (task is None or not task.is_open):
            found.append(f"{row.key} stands, but its task is {task.state if task else 'gone'}")
    for notice in review.last.notices:
        task = case.tasks.get(notice.task or "")
        if notice.kind == "ask" and (task is None or not task.is_open):
            found.append(f"{notice.template} asks for {notice.task}, which is not open")
    found += differences(case, replay(review.history))
    found += _needless(review)
    return found


def _wakes(review: Review) -> bool:
    case, definition = review.case, review.definition
    held = any(
        task.is_open and task.assignees and not definition.tasks[task.name].optional for task in case.tasks.values()
    )
    waits = any(
        called and ended < {"all": called, "any": 1, "none": 0}[child.await_]
        for name, child in definition.children.items()
        for called in [case.counts.get(f"child:{name}", 0)]
        for ended in [sum(bool(case.facts.get(f"child:{name}:{n}")) for n in range(1, called + 1))]
    )
    return held or waits or any(row.kind not in ("remind", "notice") for row in case.deadlines.values())


def _needless(review: Review) -> list[str]:
    """What would be written though it has not changed."""
    before, after = review.last.before, review.last.case
    if before is None:
        return []
    changes = difference(before, after)
    found = [
        f"{name}.{key} is written, but it is as it was"
        for name, rows in changes.put.items()
        for key, value in rows.items()
        if getattr(before, name).get(key) == value
    ]
    if changes.state_changed and _state(before) == _state(after):
        found.append("the state is written, but it is as it was")
    return found


def _state(case: Case) -> Case:
    return replace(case, tasks={}, deadlines={}, holdings={}, version=0, head=(0, ""))


def moved_by_recalculation(review: Review) -> list[str]:
    """What a recalculation with the same world would change; it must be nothing."""
    if review.case.paused is not None or due_before(review.case, review.now + timedelta(microseconds=1)) is not None:
        return []
    again = machine.apply(
        review.definition, review.case, Recalculate(reason="check"), person(None), review.world, review.now
    ).case
    found = [f"task {key}" for key in again.tasks if again.tasks[key] != review.case.tasks.get(key)]
    rows = {*again.deadlines, *review.case.deadlines}
    found += [f"row {key}" for key in rows if again.deadlines.get(key) != review.case.deadlines.get(key)]
    return found
