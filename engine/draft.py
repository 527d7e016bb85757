"""How is a change put together? The working copy of a case while one action runs, which writes down all it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any

from engine.actions import Actor
from engine.case import MAPPINGS, ROWS, SCALARS, Case, Deadline, Holding, Moment, Task, TrackState
from engine.codec import plain
from engine.definition import Definition
from engine.events import Event, Notice, Signal, Submission, Withdrawal
from engine.history import seal
from engine.plan import Plan, plan_of
from engine.world import World


class Draft:
    """One action on one case, in the making.

    `now` is when it is recorded, `at` when it is effective. Reading goes through `case`-like attributes; every change
    goes through `put`, `drop` or `set`, which note the effect with the event that was announced last by `emit`.
    """

    def __init__(
        self, definition: Definition, case: Case, world: World, actor: Actor, now: datetime, at: datetime | None = None
    ) -> None:
        self.definition = definition
        self.plan: Plan = plan_of(definition)
        self.world = world
        self.actor = actor
        self.now = now
        self.at = at or now
        self.before = case
        self._scalars: dict[str, Any] = {}
        self._own: dict[str, dict[str, Any]] = {}
        self._events: list[Event] = []
        self._announced: tuple[str, str, dict[str, Any]] | None = None  # kind, name and data of the event in the making
        self._effects: list[tuple[str, str, Any]] = []
        self.seq = case.seq
        self.chosen: Mapping[str, Any] = {}
        self.happened: list[tuple[str, str | None]] = []  # moments to be heard: (name, holding)
        self.heard: list[tuple[str, str | None]] = []  # those that were, for notices
        self.touched: set[str] = set()  # names whose dates must be computed anew
        self.panel_changed = False
        self.recalculate = False  # compute every open date anew
        self.remind_anew = False  # compute the days of all reminders anew
        self.former: Draft | None = None  # of a case that moves to another version: as it was under its own
        self.by_version: set[str] = set()  # tasks whose date the other version says otherwise
        self.by_person = actor.kind != "clock"
        self.notices: list[Notice] = []
        self.withdrawals: list[Withdrawal] = []
        self.signals: list[Signal] = []
        self.submissions: list[Submission] = []
        self.telling: list[Any] = []  # what late steps and reminders of this action say
        self.told_data: dict[str, Any] = {}  # what notices of this action may speak of
        self.asked_before = {task.key: task for task in case.tasks.values() if task.is_open}

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__["_own"]
        if name in own:
            return own[name]
        scalars = self.__dict__["_scalars"]
        if name in scalars:
            return scalars[name]
        return getattr(self.__dict__["before"], name)

    @property
    def doer(self) -> str | None:
        """The participant who acts, or on whose behalf somebody does."""
        return self.actor.on_behalf_of or self.actor.participant

    @property
    def today(self) -> date:
        """The local day of the deed."""
        return self.now.astimezone(self.plan.zone).date()

    # typed views of what the machine reads most
    @property
    def tasks(self) -> Mapping[str, Task]:
        return self._own.get("tasks", self.before.tasks)

    @property
    def holdings(self) -> Mapping[str, Holding]:
        return self._own.get("holdings", self.before.holdings)

    @property
    def deadlines(self) -> Mapping[str, Deadline]:
        return self._own.get("deadlines", self.before.deadlines)

    @property
    def moments(self) -> Mapping[str, Moment]:
        return self._own.get("moments", self.before.moments)

    @property
    def tracks(self) -> Mapping[str, TrackState]:
        return self._own.get("tracks", self.before.tracks)

    @property
    def counts(self) -> Mapping[str, int]:
        return self._own.get("counts", self.before.counts)

    @property
    def facts(self) -> Mapping[str, str]:
        return self._own.get("facts", self.before.facts)

    @property
    def stage(self) -> str:
        return str(self._scalars.get("stage", self.before.stage))

    def put(self, name: str, key: str, value: Any) -> None:
        """Set one entry of a mapping of the case."""
        old = getattr(self, name).get(key)
        if old is not None and old == value:
            return
        original = getattr(self.before, name).get(key)
        self._writable(name)[key] = original if original is not None and original == value else value
        self._effects.append((name, key, _changed(old, value) if name in ROWS and old is not None else plain(value)))

    def drop(self, name: str, key: str) -> None:
        """Remove one entry of a mapping of the case."""
        if key in getattr(self, name):
            del self._writable(name)[key]
            self._effects.append((name, key, None))

    def set(self, name: str, value: Any) -> None:
        """Set a whole field of the case."""
        if getattr(self, name) == value:
            return
        self._scalars[name] = value
        self._effects.append((name, "", plain(value)))

    def adopt(self, case: Case) -> None:
        """Make the case like another value of it, noting each difference."""
        for name in SCALARS:
            self.set(name, getattr(case, name))
        for name in MAPPINGS:
            new: Mapping[str, Any] = getattr(case, name)
            for key in [key for key in getattr(self, name) if key not in new]:
                self.drop(name, key)
            for key, value in new.items():
                self.put(name, key, value)

    def _writable(self, name: str) -> dict[str, Any]:
        own = self._own.get(name)
        if own is None:
            own = self._own[name] = dict(getattr(self.before, name))
        return own

    def emit(self, kind: str, name: str, **data: Any) -> None:
        """Announce an event; the effects that follow are its."""
        self._close_event()
        self._announced = (kind, name, {key: plain(value) for key, value in data.items() if value is not None})

    def _close_event(self) -> None:
        if self._announced is None:
            return
        kind, name, data = self._announced
        self._events.append(
            Event(
                kind=kind,
                name=name,
                actor=self.actor,
                effective_at=self.at,
                recorded_at=self.now,
                data=data,
                effects=tuple(self._effects),
            )
        )
        self._announced, self._effects = None, []

    def put_initial(self, stage: str, now: datetime) -> None:
        """The first stage of a new case, written down whole so that replay begins with it."""
        self.step()
        for name, value in (("stage", stage), ("stage_since", now), ("stage_seq", self.seq)):
            self._scalars[name] = value
            self._effects.append((name, "", plain(value)))

    def word(self, key: str, name: str, data: Mapping[str, Any], *, target: str | None) -> None:
        """A word for another case, or the call for a new one (`target` None), claimed once by its key."""
        self.signals.append(
            Signal(
                key=f"{self.id}:{key}", source=self.id, target=target, name=name, effective_at=self.at,
                seq=self.step(), data=data,
            )
        )  # fmt: skip

    def step(self) -> int:
        """The next number of the case's steps: orders moments and entries that fall at one instant."""
        self.seq += 1
        return self.seq

    def record(
        self,
        name: str,
        *,
        holding: str | None = None,
        day: date | None = None,
        clock: time | None = None,
        at: datetime | None = None,
        last_day: date | None = None,
    ) -> None:
        """A moment has come: note it, and let it be heard by who waits for it."""
        moment = Moment(at=at or self.at, seq=self.step(), day=day, clock=clock, last_day=last_day)
        self.put("moments", name if holding is None else f"{name}@{holding}", moment)
        self.touched.add(name)
        self.happened.append((name, holding))

    def count(self, name: str) -> int:
        """One more entry or firing; returns how many there are now."""
        number = self.counts.get(name, 0) + 1
        self.put("counts", name, number)
        return number

    def update_task(self, task: Task, **parts: Any) -> Task:
        """Change parts of a task instance."""
        changed = replace(task, **parts)
        self.put("tasks", task.key, changed)
        return changed

    @property
    def changed(self) -> bool:
        return bool(self._events) or self._announced is not None

    def finish(self) -> tuple[Case, tuple[Any, ...]]:
        """The new case and its sealed history."""
        if self.seq != self.before.seq:
            self._scalars["seq"] = self.seq
            self._effects.append(("seq", "", self.seq))
        self._close_event()
        if self._effects:
            raise AssertionError(f"effects without an event: {self._effects[:3]}")
        sealed = seal(self.before.head, self._events)
        head = (sealed[-1].seq, sealed[-1].hash) if sealed else self.before.head
        changed: dict[str, Any] = {**self._scalars, **self._own, "head": head}
        case = replace(self.before, **changed)
        return case, sealed


def _changed(old: Any, new: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in fields(new):
        value = getattr(new, part.name)
        before = getattr(old, part.name)
        if value is not before and value != before:
            found[part.name] = plain(value)
    return found


assert set(SCALARS).isdisjoint(MAPPINGS)
