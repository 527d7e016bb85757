"""Who does what is asked, and when? Everything follows from what is stored: a cast that goes on after any crash.

Each deed is one transaction at a moment of its own, so that who comes back at that moment does the same or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from collegium.bootstrap import Application
from collegium.demo.cast import working_hour
from collegium.demo.casting import Pool
from collegium.demo.scripts import ORDINARY, Script, Turn
from collegium.launching import participant_of
from collegium.rehearsal.answers import Writer
from engine import actions, seat
from engine.actions import CLOCK, Action, Actor
from engine.case import Case, Task
from engine.definition import Definition, TransitionDef
from engine.draft import Draft
from engine.errors import CollegiumError, Refused
from engine.events import Outcome
from engine.expressions import Ref
from engine.moments import calendar, resolve_ref
from engine.ports import UnitOfWork
from engine.task import participants
from tests.journeys.stage import OFFICE, StepKeys

AGAIN = timedelta(days=1)  # after a refusal
LEFT_ALONE = frozenset({"missing_date", "outside_window", "stuck", "decide_mail", "objection", "add_dates"})
ASKED = {"chair": 2, "secretary": 2, "peer": 4, "member": 5}
DONE = {  # what the history says of a turn that was taken
    "move": ("transition_taken", "move_visit"), "extend": ("extended", None), "correct": ("corrected", None),
    "pause": ("paused", None), "resume": ("resumed", None), "replace": ("seat_left", None),
    "withdraw": ("transition_taken", "withdraw"), "object": ("transition_taken", "object"),
    "decline": ("transition_taken", "decline"), "break_off": ("transition_taken", "break_off"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody will do in a case: an open task, by its key, or a turn of the script."""

    first: datetime  # tried then, and at the same time of each later day until it is done
    case: str
    what: str | Turn

    def slot(self, tried: datetime | None, now: datetime) -> datetime:
        """The first moment that was not tried before; who has just come sees to that of `now` and later ones."""
        if tried is None:
            return self.first + max(-((self.first - now) // AGAIN), 0) * AGAIN
        return self.first if self.first > tried else self.first + ((tried - self.first) // AGAIN + 1) * AGAIN


class Players:
    """Implements collegium.clock.Cast. `script` gives the part of each case."""

    def __init__(
        self, app: Application, keys: StepKeys, script: Callable[[Case], Script] = lambda case: ORDINARY
    ) -> None:
        self._app = app
        self._keys = keys
        self._script = script
        self._tried: datetime | None = None  # all that lies before has been tried, by this cast or an earlier one
        self.refusals: list[str] = []

    def next_moment(self) -> datetime | None:
        slots = [deed.slot(self._tried, deed.first) for deed in self._deeds()]
        return min(slots, default=None)

    def act(self, now: datetime) -> int:
        due = [deed for deed in self._deeds() if deed.slot(self._tried, now) <= now]
        if self._tried is None:
            due = [deed for deed in due if not self._was_done(deed, now)]
        self._tried = now
        return sum(self._try(deed, now) for deed in due)

    def _was_done(self, deed: Deed, now: datetime) -> bool:
        """Whether somebody acted at this very moment before a crash: each deed has a moment of its own."""
        with self._app.store.read() as work:
            events = [sealed.event for sealed in work.cases.history(deed.case)]
        return any(event.actor.kind == "person" and event.recorded_at == now for event in events)

    def _try(self, deed: Deed, now: datetime) -> bool:
        scene = self.scene(deed.case, now)
        try:
            if isinstance(deed.what, Turn):
                scene.turn(deed.what)
            else:
                scene.do(deed.what)
        except CollegiumError as error:
            self.refusals.append(f"{now:%Y-%m-%d %H:%M} {scene.case.stage}: {error}")
            return False
        return True

    def scene(self, case: str, now: datetime) -> Scene:
        """A case as it is now, to do something in it."""
        with self._app.store.read() as work:
            loaded = work.cases.load(case)
            definition = self._app.library.of(work, loaded)
        return Scene(self._app, self._keys, definition, loaded, now, self._script(loaded))

    def _deeds(self) -> list[Deed]:
        with self._app.store.read() as work:
            cases = [work.cases.load(id) for id in work.cases.all_ids(OFFICE.id)]
            return [deed for case in cases if not case.closed for deed in self._of(work, case)]

    def _of(self, work: UnitOfWork, case: Case) -> Iterator[Deed]:
        script = self._script(case)
        for task in case.open_tasks():
            here = case.paused is None or task.name == "resume"
            if here and task.assignees and task.name not in LEFT_ALONE and task.name not in script.silent:
                yield Deed(_planned(script, case, task), case.id, task.key)
        for turn in script.turns:
            start = _start(case, turn)
            if start is not None and not _was_taken(work, case, turn):
                first = working_hour(start + timedelta(days=turn.days)) + _own_seconds(case, turn.deed)
                yield Deed(first, case.id, turn)


def _was_taken(work: UnitOfWork, case: Case, turn: Turn) -> bool:
    kind, name = DONE[turn.deed]
    events = [sealed.event for sealed in work.cases.history(case.id)]
    return any(event.kind == kind and name in (None, event.name) for event in events)


def _planned(script: Script, case: Case, task: Task) -> datetime:
    """On time, unless the script says late; at a second of its own."""
    start = task.submitted or task.opened
    random = Random(f"{case.subject}:{task.key}:{task.state}:{task.answer is not None}")
    due = task.due.at if task.due is not None else start + timedelta(days=7)
    if task.name in script.late and task.state == "open":
        found = due + timedelta(days=random.uniform(2, 5))
    else:
        found = start + max(due - start, timedelta(hours=12)) * random.uniform(0.2, 0.7)
    return working_hour(found).replace(second=0, microsecond=0) + _own_seconds(case, f"{task.key}:{task.state}")


def _own_seconds(case: Case, deed: str) -> timedelta:
    return timedelta(microseconds=Random(f"{case.subject}:{deed}").randrange(1, 59_000_000))


def _start(case: Case, turn: Turn) -> datetime | None:
    if case.stage == turn.after:
        return case.stage_since
    for task in case.open_tasks():
        if task.name == turn.after and task.due is not None:
            return task.due.at
    return None


class Scene:
    """What somebody can do in one case at one moment; each deed is one transaction."""

    def __init__(
        self, app: Application, keys: StepKeys, definition: Definition, case: Case, now: datetime,
        script: Script = ORDINARY,
    ) -> None:  # fmt: skip
        self.app = app
        self.keys = keys
        self.definition = definition
        self.case = case
        self.now = now
        self.script = script

    def act(self, action: Action | Callable[[UnitOfWork, Case], Action], who: str | None) -> Outcome:
        """One deed of a participant; of an operator where it is nobody's."""
        self.keys.begin(f"{self.case.id}:{self.case.version}:{self.now.isoformat()}")
        actor = Actor(kind="person", participant=who, via="link") if who else Actor(kind="operator")
        return self.app.operations.act(self.case.id, action, actor, self.now)

    def draft(self) -> Draft:
        with self.app.store.read() as work:
            world = self.app.worlds.of(work, self.case, self.now)
        return Draft(self.definition, self.case, world, CLOCK, self.now)

    def holder(self, *roles: str) -> str | None:
        """The first of those who hold one of these roles, seats or groups."""
        people = participants(self.draft(), roles)
        return people[0] if people else None

    def do(self, key: str) -> None:
        """The next thing that an open task asks for: its answers, then the transition that it is there for."""
        task = self.case.tasks.get(key)
        if task is None or not task.is_open or not task.assignees:
            return
        definition = self.definition.tasks[task.name]
        who = task.assignees[0]
        if task.state == "signing":
            self.act(actions.Submit(task=key, answers={"signed": "yes"}), who)
        elif "assign" in definition.does:
            self._name_somebody(task)
        elif task.name == "next_step":
            self._next_step(task)
        elif task.name == "resume":
            self.act(actions.ResumeCase(), who)
        elif definition.does and (task.answer is not None or not definition.form):
            self._take_one(task, who)
        else:
            self.submit(task, who)

    def submit(self, task: Task, who: str, **wanted: Any) -> None:
        """Fill in the form of a task."""
        form = self.definition.forms.get(self.definition.tasks[task.name].form or "")
        answers: dict[str, Any] = {}
        if form is not None:
            draft = self.draft()
            groups = {item.of for item in form.fields if item.of}
            groups |= {column.of for item in form.fields for column in item.columns if column.of}
            writer = Writer(self.definition, self.case.rows, {name: participants(draft, (name,)) for name in groups})
            random = Random(f"{self.case.subject}:{task.key}")
            wanted = {**self._usual(task), **self.script.answers.get(task.name, {}), **wanted}
            answers = writer.fill(form, wanted, random, self.now.date())
        self.act(actions.Submit(task=task.key, answers=answers), who)

    def _usual(self, task: Task) -> Mapping[str, Any]:
        """Answers that a form alone does not tell."""
        weak = self.script.weak
        match task.name:
            case "decision":
                return {"outcome": "positive"}
            case "advice":
                return {"outcome": self.script.answers.get("decision", {}).get("outcome", "positive")}
            case "appeal_decision":
                return {"outcome": "upheld"}
            case "panel_objection":
                return {"objection": "no"}
            case "consensus":
                basis = {row: "insufficient" if row in weak else "sufficient" for row in self.case.rows}
                return {"basis": basis, "how": dict.fromkeys(self.case.rows, "consensus")}
            case "score":
                return {"basis": "insufficient" if task.row in weak else "sufficient"}
            case "invitation":
                return {"answer": "yes"}
        return {}

    # transitions

    def _take_one(self, task: Task, who: str) -> None:
        names = self.definition.tasks[task.name].does
        chosen = self.script.choose.get(task.name) if task.round == 1 else None
        arrow = self.definition.transitions.get(chosen or names[0])
        if arrow is not None and (arrow.by or arrow.by_all):
            self.take(arrow.name, who)

    def take(self, name: str, who: str | None, waive: Mapping[str, str] | None = None, **answers: Any) -> Outcome:
        """Take a transition; a day that it asks for is the first one that is allowed."""
        arrow = self.definition.transitions[name]
        answers = {**dict.fromkeys(arrow.asks, "Zo is het met elkaar besproken."), **answers}
        days = [answers["day"]] if isinstance(answers.get("day"), date) else [None]
        if "day" in arrow.asks and days == [None]:
            days = list(self._days())
        for day in days:
            given = {**answers, "day": day} if "day" in arrow.asks else answers
            try:
                return self.act(actions.Take(transition=name, answers=given, waive=waive or {}), who)
            except Refused as error:
                if day is days[-1] or not any("working day" in reason for reason in error.reasons):
                    raise
        raise AssertionError("there is always a day")

    def _days(self) -> Iterator[date]:
        found = resolve_ref(self.draft(), Ref("visit"))
        first = max(found.point.day if found else date.min, self.now.date() + timedelta(days=57))
        return (first + timedelta(days=number) for number in range(90))

    def arrow(self, name: str) -> TransitionDef:
        return self.definition.transitions[name]

    # people

    def _name_somebody(self, task: Task) -> None:
        for name, definition in self.definition.seats.items():
            live = [held for held in self.case.holdings.values() if held.seat == name and held.state in seat.LIVE]
            if len(live) < definition.least:
                return self.nominate(name, ASKED.get(name, definition.least), task.assignees[0])
            if live and name not in self.case.places:  # they come along from the case before
                return self.nominate(name, 0, task.assignees[0])
        return None

    def nominate(self, name: str, number: int, who: str | None) -> None:
        """Name as many people for a seat, those who were asked least first."""

        def assign(work: UnitOfWork, case: Case) -> Action:
            places = max(self.definition.seats[name].least, 3 if name == "member" else 0)
            return actions.Assign(name=name, participants=self.candidates(work, case, name, number), places=places)

        self.act(assign, who)

    def candidates(
        self, work: UnitOfWork, case: Case, name: str, number: int, stay: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Participants who may sit there, beside those who stay."""
        host = work.people.organisation(case.subject)
        assert host is not None
        known = [work.people.participants(id) for id in work.cases.all_ids(OFFICE.id)]
        pool = Pool(work, OFFICE.id, [cycle_host for cycle in work.definitions.cycles(OFFICE.id)
                                      for cycle_host in cycle.hosts], self.now.date())  # fmt: skip
        pool.asked.update(each.person for people in known for each in people if each.person)
        taken = [each.person for each in work.people.participants(case.id) if each.person]
        bars = self.definition.invitations.bars if self.definition.invitations else ()
        own_round = any(bar.kind == "own_review_this_round" for bar in bars)
        beside = [each.person for each in work.people.participants(case.id) if each.key in stay and each.person]
        needs = self.definition.seats[name].qualifications
        found = pool.choose(name, number, host, taken, needs, own_round, beside) if number else []
        if number and not found:
            raise Refused(f"Can't name anybody for {name}", ["nobody of the pool is free"])
        return tuple(participant_of(work, case.id, each.person.id, self.keys) for each in found)

    def _next_step(self, task: Task) -> None:
        """What the engine's own task is about tells what is done."""
        kind, _, about = (task.about or "").partition(":")
        if kind == "seat":
            return self.nominate(about, 3, self.holder("office", "coordinator"))
        if kind == "consent":
            transition, _, given = about.partition(":")
            missing = [role for role in self.arrow(transition).by_all if role != given]
            self.take(transition, self.holder(*missing))
        return None

    def replace(self, name: str, reason: str = "Andere baan.") -> None:
        """Somebody else for the first who sits there."""
        seated = self.case.holders(name)
        if not seated:
            raise Refused("Can't replace anybody", [f"no {name} is seated"])

        def substitute(work: UnitOfWork, case: Case) -> Action:
            stay = [each.participant for each in seated[1:]]
            successor = self.candidates(work, case, name, 1, stay)[0]
            return actions.Substitute(holding=seated[0].key, successor=successor, reason=reason)

        self.act(substitute, self.holder("office"))

    def turn(self, turn: Turn) -> None:
        """What the script wants besides."""
        office, contact = self.holder("office"), self.holder("contact")
        match turn.deed:
            case "move":
                found = resolve_ref(self.draft(), Ref("visit"))
                assert found is not None
                self._move(found.point.day + timedelta(days=14), office)
            case "pause":
                until = self.now.date() + timedelta(days=28)
                self.act(actions.PauseCase(reason="Wisseling van bestuur.", until=until), office)
            case "resume":
                self.act(actions.ResumeCase(reason="Het nieuwe bestuur is er."), office)
            case "replace":
                self.replace("peer" if "peer" in self.definition.seats else "member")
            case "correct":
                self.act(actions.Correct(reason="Te vroeg verstuurd.", state="drafting"), office)
            case "extend":
                task = next(task for task in self.case.open_tasks() if task.name == turn.after)
                assert task.due is not None
                until = task.due.day + timedelta(days=4)
                self.act(actions.Extend(task=task.key, until=until, reason="Ziekte."), office)
            case _:
                self.take(turn.deed, office if turn.deed == "break_off" else contact)

    def _move(self, first: date, who: str | None) -> None:
        self.take("move_visit", who, day=self.next_day(first))

    def next_day(self, first: date, *calendars: str) -> date:
        """The first day from then on that counts for the host and the panel, or in these calendars."""
        draft = self.draft()
        for days in range(90):
            day = first + timedelta(days=days)
            if all(calendar(draft, name).counts(day) for name in calendars or ("host", "panel")):
                return day
        raise AssertionError(f"there is no such day after {first}")
