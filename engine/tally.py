"""How has a case gone so far? Dates kept and missed, more time, moves, pauses, corrections, read from its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from engine.case import has_passed
from engine.definition import Definition
from engine.events import MOVED, Sealed

BY_HAND = frozenset({"corrected", "pinned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each thing has happened, in one case or in many together."""

    met: int = 0  # tasks that were done by their due date
    missed: int = 0  # done after it, never done, or still open after it
    extensions: int = 0
    substitutions: int = 0  # seats that one holder took over from another
    moves: int = 0  # of a fixed date that may move
    pauses: int = 0
    corrections: int = 0  # by hand: of a state, a task or a due date

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


def tally(definition: Definition, history: Sequence[Sealed], now: datetime) -> Tally:
    """Counts over a history, or the part of it up to some moment (then `now`)."""
    counts = dict.fromkeys((each.name for each in fields(Tally)), 0)
    days: dict[str, str] = {}
    taken_over: set[str] = set()
    for row in history:
        event = row.event
        counts["extensions"] += event.kind == "extended"
        counts["pauses"] += event.kind == "paused"
        counts["corrections"] += event.kind in BY_HAND
        for field, key, value in event.effects:
            if field == "moments" and key in definition.dates and definition.dates[key].moves:
                counts["moves"] += _moved(days, key, value)
            elif field == "holdings" and value and value.get("replaces"):
                taken_over.add(key)
    counts["substitutions"] = len(taken_over)
    for _, met in verdicts(definition, history, now):
        counts["met" if met else "missed"] += 1
    return Tally(**counts)


def verdicts(definition: Definition, history: Iterable[Sealed], now: datetime) -> Iterator[tuple[str, bool]]:
    """For each task instance whose date came: the task, and whether the date was kept.

    Optional tasks and those of the engine count neither as met nor as missed, nor do those for which silence is an
    answer and nobody gave one.
    """
    tasks: dict[str, dict[str, Any]] = {}
    rows = list(history)
    moves = [(row.seq, row.event.data.get("names") or {}) for row in rows if row.event.kind == MOVED]
    for row in rows:
        for field, key, value in row.event.effects:
            if field == "tasks":
                before = tasks.get(key, {})
                tasks[key] = {**before, **value} if value is not None else {}
                after = _as_it_is_called(tasks[key], row.seq, moves)
                met = _judged(definition, before, after, row.event.effective_at)
                if met is not None:
                    yield after["name"], met
    for task in tasks.values():
        if _is_late(definition, task, now):
            yield task["name"], False


def _as_it_is_called(
    task: Mapping[str, Any], seq: int, moves: Iterable[tuple[int, Mapping[str, str]]]
) -> Mapping[str, Any]:
    """A task under the name that it has in the version of the process to which the case moved later."""
    name = str(task.get("name", ""))
    for at, names in moves:
        name = names.get(name, name) if seq < at else name
    return task if not task or name == task["name"] else {**task, "name": name}


def _judged(definition: Definition, before: Mapping[str, Any], after: Mapping[str, Any], at: datetime) -> bool | None:
    """Where a task instance ends now: whether its date was kept; None where it does not end, or does not count."""
    if not _is_open(before) or not after or _is_open(after) or not _counts(definition, after) or after.get("tacit"):
        return None
    due = _instant(after)
    if due is None:
        return None
    late = has_passed(due, _stopped(after), at)
    if after["state"] == "done":
        return not late
    own = definition.tasks.get(after["name"])
    return False if late and own is not None and own.silence == "waits" else None


def _counts(definition: Definition, task: Mapping[str, Any]) -> bool:
    own = definition.tasks.get(task["name"])
    return own is not None and not own.optional and not own.built_in and not task.get("quiet")


def _is_open(task: Mapping[str, Any]) -> bool:
    return bool(task) and task.get("state", "open") in ("open", "signing")


def _instant(task: Mapping[str, Any]) -> datetime | None:
    due = task.get("due")
    return datetime.fromisoformat(due["at"]) if due else None


def _stopped(task: Mapping[str, Any]) -> datetime | None:
    """Since when the clock of a task stands still."""
    return datetime.fromisoformat(task["still_since"]) if task.get("still_since") else None


def _is_late(definition: Definition, task: Mapping[str, Any], now: datetime) -> bool:
    due = _instant(task)
    return _is_open(task) and _counts(definition, task) and due is not None and has_passed(due, _stopped(task), now)


def _moved(days: dict[str, str], name: str, value: Mapping[str, Any] | None) -> bool:
    """Whether a date that had its day gets another."""
    day = (value or {}).get("day")
    before = days.get(name)
    if day:
        days[name] = day
    return bool(day and before and day != before)
