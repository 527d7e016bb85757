"""How does one of the cast do one thing? A deed in one case: a task, a transition, or a turn of the script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from collegium.bootstrap import Application
from collegium.demo.casting import Candidate, Pool
from collegium.demo.scripts import Script, Turn
from collegium.launching import participant_of
from collegium.rehearsal.answers import Writer
from engine import actions, conditions
from engine.actions import CLOCK, Action, Actor
from engine.case import Case, Task
from engine.definition import Definition, TransitionDef
from engine.directory import OrganisationRecord
from engine.draft import Draft
from engine.errors import CollegiumError, Refused
from engine.events import Outcome
from engine.expressions import Named, Ref
from engine.moments import Found, resolve_ref
from engine.ports import UnitOfWork
from engine.seat import LIVE
from engine.task import participants

CANDIDATES = {"chair": 2, "secretary": 2, "peer": 5, "member": 5, "student": 0, "reserve": 0, "observer": 0}
PLACES = {"member": 3}
DECLINES = 0.15
SPREAD = 32  # days over which the visits of a round are spread


class Scene:
    """One deed in one case."""

    def __init__(self, pool: Pool, app: Application, definition: Definition, case: Case, now: datetime) -> None:
        self._pool = pool
        self._app = app
        self._definition = definition
        self._case = case
        self._now = now

    def _act(self, action: Action | Callable[[UnitOfWork, Case], Action], who: str | None) -> Outcome:
        actor = Actor(kind="person", participant=who, via="link") if who else Actor(kind="operator")
        return self._app.operations.act(self._case.id, action, actor, self._now)

    def _draft(self) -> Draft:
        with self._app.store.read() as work:
            world = self._app.worlds.of(work, self._case, self._now)
        return Draft(self._definition, self._case, world, CLOCK, self._now)

    def _holder(self, *roles: str) -> str | None:
        people = participants(self._draft(), roles)
        return people[0] if people else None

    # tasks

    def task(self, script: Script, task: Task, tries: int, random: Random) -> bool:
        who = task.assignees[0]
        if task.state == "signing":
            self._act(actions.Submit(task=task.key, answers={"signed": "yes"}), who)
            return True
        definition = self._definition.tasks[task.name]
        if "assign" in definition.does:
            return self._assign_all(task)
        if task.name == "next_step":
            return self._next_step(task)
        if task.name == "resume":
            self._act(actions.ResumeCase(), who)
            return True
        if definition.form or definition.built_in:
            self._submit(script, task, who, random)
        if definition.does:
            return self._take_one(script, task, who, tries)
        return True

    def _submit(self, script: Script, task: Task, who: str, random: Random) -> None:
        form = self._definition.forms.get(self._definition.tasks[task.name].form or "")
        answers: dict[str, Any] = {}
        if form is not None:
            draft = self._draft()
            groups = {item.of for item in form.fields if item.of}
            groups |= {column.of for item in form.fields for column in item.columns if column.of}
            people = {name: participants(draft, (name,)) for name in groups}
            writer = Writer(self._definition, self._case.rows, people)
            wanted = self._wanted(script, task, random)
            answers = writer.fill(form, wanted, random, self._now.date())
        self._act(actions.Submit(task=task.key, answers=answers), who)

    def _wanted(self, script: Script, task: Task, random: Random) -> dict[str, Any]:
        """What the script says, and the ordinary answers that a form alone does not tell."""
        first = task.round == 1
        wanted: dict[str, Any] = dict(script.answers.get(task.name, {})) if first else {}
        match task.name:
            case "decision":
                wanted = {"outcome": "positive", **wanted}
            case "advice":
                wanted = {"outcome": script.answers.get("decision", {}).get("outcome", "positive")}
            case "appeal_decision":
                wanted = {"outcome": "upheld"}
            case "consensus":
                rows = self._case.rows
                wanted["basis"] = {row: "insufficient" if row in script.weak else "sufficient" for row in rows}
                wanted["how"] = dict.fromkeys(rows, "consensus")
            case "score":
                weak = task.row in script.weak and random.random() < 0.7
                wanted["basis"] = "insufficient" if weak else "sufficient"
            case "hearing_reaction" | "remarks":
                kinds = next(iter(form_rows(self._definition, task)), None)
                if kinds is not None:
                    wanted[kinds] = self._rows(task, kinds, random)
            case "invitation":
                accepts = random.random() >= DECLINES
                wanted["answer"] = "yes" if accepts else "no"
        return wanted

    def _rows(self, task: Task, field: str, random: Random) -> list[dict[str, Any]]:
        form = self._definition.forms[self._definition.tasks[task.name].form or ""]
        rows = next(item for item in form.fields if item.name == field)
        writer = Writer(self._definition, self._case.rows, {})
        return [writer.row(rows, random, self._now.date()) for _ in range(random.randint(1, 3))]

    # transitions

    def _take_one(self, script: Script, task: Task, who: str, tries: int) -> bool:
        """The transition that the task is there for; another one, or one that sets lines aside, if it does not go."""
        if self._is_closed(task):
            return True
        names = list(self._definition.tasks[task.name].does)
        chosen = script.choose.get(task.name)
        if chosen and task.round == 1:
            names = [chosen]
        elif task.name == "agreement":
            names = names[:1]
        if "submit_panel" in names and tries in (3, 6, 9):
            self._put_in_what_lacks()
        last: CollegiumError | None = None
        for name in names if tries > 1 else names[:1]:
            arrow = self._definition.transitions.get(name)
            if arrow is None or not (arrow.by or arrow.by_all):
                continue
            try:
                self._take(arrow, who, waive=tries > 2)
                return True
            except CollegiumError as error:
                last = error
        if last is None:
            raise Refused(f"Can't do {task.name}", ["it waits for something else"])
        raise last

    def _is_closed(self, task: Task) -> bool:
        with self._app.store.read() as work:
            current = work.cases.load(self._case.id).tasks.get(task.key)
        return current is None or not current.is_open

    def _take(self, arrow: TransitionDef, who: str | None, *, waive: bool = False, start: Found | None = None) -> None:
        reasons = {line.text: "Anders komt de review niet op gang." for line in self._waivable(arrow)} if waive else {}
        if "day" not in arrow.asks:
            answers = dict.fromkeys(arrow.asks, "Zo is het met elkaar besproken.")
            self._act(actions.Take(transition=arrow.name, answers=answers, waive=reasons), who)
            return
        found = start or resolve_ref(self._draft(), Ref("visit"))
        spread = 0 if start else Random(self._case.subject).randrange(SPREAD)
        first = (found.point.day if found else self._now.date() + timedelta(days=70)) + timedelta(days=spread)
        first = max(first, self._now.date() + timedelta(days=57))
        last: CollegiumError | None = None
        for days in range(90):
            answers = dict.fromkeys(arrow.asks, "Deze dag past het panel en het partnerschap.")
            try:
                day = first + timedelta(days=days)
                self._act(actions.Take(transition=arrow.name, answers={**answers, "day": day}, waive=reasons), who)
                return
            except Refused as error:
                last = error
                if not any("working day" in reason for reason in error.reasons):
                    break
        assert last is not None
        raise last

    def _waivable(self, arrow: TransitionDef) -> list[Any]:
        lines = [line for line in arrow.condition if line.waive]
        for line in arrow.condition:
            if isinstance(line.test, Named):
                lines += [inner for inner in self._definition.conditions[line.test.name] if inner.waive]
        return lines

    # people

    def _assign_all(self, task: Task) -> bool:
        for seat, definition in self._definition.seats.items():
            number = CANDIDATES.get(seat, definition.least)
            live = [held for held in self._case.holdings.values() if held.seat == seat and held.state in LIVE]
            if definition.least and number and len(live) < definition.least:
                self._nominate(seat, number, task.assignees[0])
            elif live and seat not in self._case.places:  # they come along from the case before
                self._nominate(seat, 0, task.assignees[0])
        return True

    def _nominate(self, seat: str, number: int, who: str | None, places: int | None = None) -> None:
        def nominate(work: UnitOfWork, case: Case) -> Action:
            host = work.people.organisation(case.subject)
            assert host is not None
            taken = [known.person for known in work.people.participants(case.id) if known.person]
            own_round = any(bar.kind == "own_review_this_round" for bar in self._bars())
            needs = self._definition.seats[seat].qualifications
            chosen = self._pool.choose(seat, number, host, taken, needs, own_round) if number else []
            keys = [participant_of(work, case.id, each.person.id, self._app.keys) for each in chosen]
            if number and not keys:
                raise Refused(f"Can't name anybody for {seat}", ["nobody of the pool is free"])
            wanted = places or PLACES.get(seat)
            return actions.Assign(name=seat, participants=tuple(keys), places=wanted)

        self._act(nominate, who)

    def _bars(self) -> tuple[Any, ...]:
        return self._definition.invitations.bars if self._definition.invitations else ()

    def _next_step(self, task: Task) -> bool:
        """What the engine's own task is about tells what the office does."""
        kind, _, name = (task.about or "").partition(":")
        office = self._holder("office", "coordinator")
        if kind == "seat":
            self._nominate(name, 3, office)
            return True
        if kind == "consent":
            transition, _, _ = name.partition(":")
            missing = [role for role in self._definition.transitions[transition].by_all if role != name.split(":")[1]]
            self._take(self._definition.transitions[transition], self._holder(*missing))
            return True
        raise Refused("Can't see to it", [f"{task.about}: waits for others"])

    # turns

    def turn(self, turn: Turn) -> None:
        office = self._holder("coordinator", "office")
        contact = self._holder("contact")
        match turn.deed:
            case "move":
                found = resolve_ref(self._draft(), Ref("visit"))
                arrow = self._definition.transitions["move_visit"]
                later = Found(type(found.point)(found.point.day + timedelta(days=14))) if found else None
                who = self._holder(*arrow.by)
                try:
                    self._take(arrow, who, start=later)
                except Refused:
                    self._take(arrow, who, start=later, waive=True)
            case "pause":
                until = (self._now + timedelta(days=28)).date()
                self._act(actions.PauseCase(reason="Wisseling van bestuur bij de host.", until=until), self._office())
            case "resume":
                self._act(actions.ResumeCase(reason="Het nieuwe bestuur is er."), self._office())
            case "replace":
                self._replace()
            case "correct":
                action = actions.Correct(reason="Het concept was te vroeg verstuurd.", state="drafting")
                self._act(action, self._office())
            case "withdraw":
                self._take(self._definition.transitions["withdraw"], contact)
            case "extend":
                self._extend(turn.after)
            case "decline":
                self._take(self._definition.transitions["decline"], contact)
            case "object":
                self._take(self._definition.transitions["object"], contact)
            case "break_off":
                self._take(self._definition.transitions["break_off"], office)

    def _office(self) -> str | None:
        return self._holder("office")

    def _extend(self, name: str) -> None:
        task = next((task for task in self._case.tasks.values() if task.name == name and task.is_open), None)
        if task is None or task.due is None:
            raise Refused(f"Can't extend {name}", ["it is not open"])
        for days in (4, 3, 2, 1):
            until = task.due.day + timedelta(days=days)
            try:
                self._act(
                    actions.Extend(task=task.key, until=until, reason="Ziekte van de contactpersoon."), self._office()
                )
                return
            except Refused:
                if days == 1:
                    raise

    def _put_in_what_lacks(self) -> None:
        """A panel is full and still misses a sector or an expertise: one member makes room for who brings it."""
        failing = conditions.failing(self._draft(), self._definition.transitions["submit_panel"].condition)
        text = " ".join(failure.reason for failure in failing)
        members = [held for held in self._case.holdings.values() if held.seat == "member" and held.state == "seated"]
        if not members:
            return

        def substitute(work: UnitOfWork, case: Case) -> Action:
            host = work.people.organisation(case.subject)
            assert host is not None
            taken = [known.person for known in work.people.participants(case.id) if known.person]
            fits = _brings(text, host)
            needs = self._definition.seats["member"].qualifications
            found = self._pool.who_fits("member", fits, host, taken, needs, False)
            if found is None:
                raise Refused("Can't complete the panel", ["nobody of the pool brings what it lacks"])
            key = participant_of(work, case.id, found.person.id, self._app.keys)
            return actions.Substitute(holding=members[-1].key, successor=key, reason="Het panel miste deskundigheid.")

        self._act(substitute, self._office())

    def _replace(self) -> None:
        seats = ("peer", "member")
        held = next(
            (each for each in self._case.holdings.values() if each.seat in seats and each.state == "seated"), None
        )
        if held is None:
            raise Refused("Can't replace anybody", ["nobody is seated"])

        def substitute(work: UnitOfWork, case: Case) -> Action:
            host = work.people.organisation(case.subject)
            assert host is not None
            taken = [known.person for known in work.people.participants(case.id) if known.person]
            own_round = any(bar.kind == "own_review_this_round" for bar in self._bars())
            needs = self._definition.seats[held.seat].qualifications
            stay = {each.participant for each in case.holders(held.seat) if each.key != held.key}
            beside = [known.person for known in work.people.participants(case.id) if known.key in stay and known.person]
            chosen = self._pool.choose(held.seat, 1, host, taken, needs, own_round, beside)
            if not chosen:
                raise Refused("Can't replace the peer", ["nobody of the pool is free"])
            key = participant_of(work, case.id, chosen[0].person.id, self._app.keys)
            return actions.Substitute(holding=held.key, successor=key, reason="Andere baan.")

        self._act(substitute, self._office())


def _brings(lacking: str, host: OrganisationRecord) -> Callable[[Candidate], bool]:
    """Who has what the failing lines ask for."""

    def fits(each: Candidate) -> bool:
        sector = "sector" not in lacking or each.organisation.sector == host.sector
        return sector and ("teacher_education" not in lacking or "teacher_education" in each.person.expertise)

    return fits


def form_rows(definition: Definition, task: Task) -> Iterable[str]:
    """The fields of rows of a task's form."""
    form = definition.forms.get(definition.tasks[task.name].form or "")
    return [field.name for field in form.fields if field.type == "rows"] if form else []
