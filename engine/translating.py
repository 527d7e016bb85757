"""What is a case in the names of another version of its process? The same facts, under other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engine.case import Case, Moment, Task, TrackState, Waiver
from engine.definition import Definition, Replaces
from engine.instance_keys import CALLED, DROPPED, dropped_up_to
from engine.renaming import about, goes, here, names_of, places, renamed

LEFT = "left:"
"""Facts of a case: the answers that stood of a task which a later version does not have."""

ABOUT_NAMES = frozenset({"next_step", "missing_date", "add_dates", "outside_window"})
"""Tasks of the engine that are about something of the process, by its kind and name."""


@dataclass(frozen=True)
class Translation:
    """Two versions, and how the later one calls what the earlier one has."""

    plan: Replaces
    old: Definition
    to: Definition

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return places(self.to)

    @cached_property
    def names(self) -> Mapping[str, str]:
        return names_of(self.plan, places(self.old))

    @cached_property
    def gone(self) -> frozenset[str]:
        """What the earlier version calls what the later one does not have."""
        here = {name for name, kind in places(self.old).items() if self._of(kind, name) is None}
        return frozenset(here | {each for each in self.old.transitions if self.here(each) not in self.to.transitions})

    def forgets(self, key: str) -> bool:
        """Whether a moment, count or fact is of what is gone: if that comes back some day, it begins anew."""
        return not self.gone.isdisjoint(about(key))

    def here(self, name: str) -> str:
        return here(self.plan, name)

    def goes(self, name: str) -> bool:
        return goes(self.plan, name)

    def task(self, name: str) -> str | None:
        """What a task is called; None where it is gone. The engine's own keep their names."""
        own = self.old.tasks.get(name)
        if own is not None and own.built_in:
            return name if name in self.to.tasks else None
        return self._of("task", name)

    def role(self, name: str) -> str | None:
        return self._of("role", name)

    def track(self, name: str) -> str | None:
        return self._of("track", name)

    def seat(self, name: str) -> str | None:
        return self._of("seat", name)

    def _of(self, kind: str, name: str) -> str | None:
        new = self.here(name)
        return new if not self.goes(name) and self._kinds.get(new) == kind else None


def translated(case: Case, change: Translation) -> Case:
    """The case under the new names; open work of what is gone is left out, and so is who held a role that is gone."""
    names, numbers, called = change.names, _numbers(case, change), _called(case, change)
    case = _without_what_is_gone(case, change)
    if case.rubric is not None and change.old.rubric != change.to.rubric and change.to.rubric is not None:
        case = replace(case, rubric=change.to.rubric.name, rows=change.to.rubric.criteria)
    return replace(
        case,
        stage=change.here(case.stage),
        outcome=change.here(case.outcome) if case.outcome is not None else None,
        tracks=_tracks(case, change),
        tasks={key: made for key, each in case.tasks.items() if (made := _task(each, change, case)) is not None},
        holdings={key: replace(each, seat=change.seat(each.seat) or each.seat) for key, each in case.holdings.items()},
        places={new: _fitting(change, name, new, n) for name, n in case.places.items() if (new := change.seat(name))},
        roles={new: people for name, people in case.roles.items() if (new := change.role(name)) is not None},
        moments=_later(case.moments, names),
        counts=_summed(case.counts, names),
        facts={**_facts(case.facts, names), **_left(case, change), **called, **numbers},
        rounds={renamed(key, names): n for key, n in case.rounds.items()},
        waivers=dict(_waiver(key, each, names) for key, each in case.waivers.items()),
        present={renamed(key, names): each for key, each in case.present.items()},
    )


def _without_what_is_gone(case: Case, change: Translation) -> Case:
    """The case without what it knew of names that are gone; its history keeps that."""

    def kept(known: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in known.items() if not change.forgets(key)}

    facts = {
        key: value for key, value in case.facts.items() if not (("." in key or ":" in key) and change.forgets(key))
    }
    return replace(
        case, moments=kept(case.moments), counts=kept(case.counts), facts=facts, rounds=kept(case.rounds),
        present=kept(case.present),
    )  # fmt: skip


def _numbers(case: Case, change: Translation) -> dict[str, str]:
    """How far instances of tasks that go were counted, by each name that begins their keys: these stay theirs."""
    before = {key.removeprefix(CALLED): name for key, name in case.facts.items() if key.startswith(CALLED)}
    found: dict[str, int] = {}
    for counter, number in case.rounds.items():
        name = counter.partition("@")[0]
        if name in change.gone:
            for own in (name, *(was for was, called in before.items() if called == name)):
                found[own] = max(found.get(own, 0), number)
    return {f"{DROPPED}{name}": str(max(number, dropped_up_to(case, name))) for name, number in found.items()}


def _tracks(case: Case, change: Translation) -> dict[str, TrackState]:
    found = {}
    for key, current in case.tracks.items():
        name, _, holding = key.partition("@")
        track = change.track(name)
        if track is not None:
            state = change.here(f"{name}.{current.state}").partition(".")[2]
            found[f"{track}@{holding}" if holding else track] = replace(current, state=state)
    return found


def _task(task: Task, change: Translation, case: Case) -> Task | None:
    name = change.task(task.name)
    if name is None:
        return None
    track = task.scope.partition(".")[0]
    ended = "." in task.scope and change.track(track) is None
    scope = change.here(case.stage) if ended else renamed(task.scope, change.names)
    about = task.about
    if about is not None and name in ABOUT_NAMES:
        kind, _, rest = about.partition(":")
        about = renamed(about, change.names) if kind == "consent" else f"{kind}:{renamed(rest, change.names)}"
    same = (name, scope, about) == (task.name, task.scope, task.about)
    return task if same else replace(task, name=name, scope=scope, about=about)


def _fitting(change: Translation, old: str, new: str, wanted: int) -> int:
    """How many places are wanted, within the bounds of the new version where these are others."""
    before, definition = change.old.seats[old], change.to.seats[new]
    if (before.least, before.most) == (definition.least, definition.most):
        return wanted
    return min(max(wanted, definition.least), max(definition.most, 1))


def _later(moments: Mapping[str, Moment], names: Mapping[str, str]) -> dict[str, Moment]:
    """Where two states have become one, the later of their moments."""
    found: dict[str, Moment] = {}
    for key, moment in moments.items():
        new = renamed(key, names)
        known = found.get(new)
        found[new] = moment if known is None or known.seq < moment.seq else known
    return found


def _summed(counts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, n in counts.items():
        new = renamed(key, names)
        found[new] = found.get(new, 0) + n
    return found


def _facts(facts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Answers that are read are facts of a task and a question; what is known by one word is no name of the process."""
    facts = {key: value for key, value in facts.items() if not key.startswith(CALLED)}
    return {
        (renamed(key, names) if "." in key or ":" in key else key): renamed(value, names)
        if key.startswith("scope:")
        else value
        for key, value in facts.items()
    }


def _left(case: Case, change: Translation) -> dict[str, Any]:
    gone = (each for each in case.tasks.values() if change.task(each.name) is None)
    return {f"{LEFT}{each.key}": each.answer for each in gone if each.answer is not None}


def _called(case: Case, change: Translation) -> dict[str, str]:
    """What tasks that were opened under another name are called from now on."""
    opened = {key.partition("@")[0] for key in case.rounds}
    before = {name: name for name in change.old.tasks if name in opened}
    before |= {key.removeprefix(CALLED): name for key, name in case.facts.items() if key.startswith(CALLED)}
    now = {was: change.task(name) or name for was, name in before.items()}
    return {f"{CALLED}{was}": name for was, name in now.items() if name != was}


def _waiver(key: str, waiver: Waiver, names: Mapping[str, str]) -> tuple[str, Waiver]:
    scope = renamed(waiver.scope, names)
    return f"{scope}: {waiver.line}", replace(waiver, scope=scope)
