"""How did each task of a case end, and on which day? Read from its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from engine.case import has_passed
from engine.events import Sealed

Ending: TypeAlias = Literal["in_time", "late", "silence", "undone", "not_needed", "overdue", "open"]
"""`silence`: no answer, which was one; `undone`: closed too late for it; `overdue`: still open after its date."""

BAD: tuple[Ending, ...] = ("late", "silence", "undone", "overdue")

TOLD: Mapping[Ending, Ending] = {"in_time": "late", "not_needed": "undone", "open": "late"}
"""How work ended of which somebody heard that it was late, though its date moved later or others did enough of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One instance of a task."""

    key: str
    name: str
    row: str | None
    about: str | None
    assignees: tuple[str, ...]  # those who could do it at the end
    opened: datetime
    due: datetime | None
    ended: datetime | None
    ending: Ending


def work_of(history: Iterable[Sealed], now: datetime) -> list[Work]:
    """Every task of a case up to `now`, in the order in which they opened."""
    tasks: dict[str, dict[str, Any]] = {}
    ended: dict[str, datetime] = {}
    told: set[str] = set()  # tasks of which somebody has heard that they were late
    gone: list[Work] = []
    for row in history:
        for field, key, value in row.event.effects:
            if field != "tasks":
                continue
            if value is None:
                if key in tasks:
                    gone.append(_work(key, tasks.pop(key), ended.pop(key, None), now, key in told))
                continue
            tasks[key] = {**tasks.get(key, {}), **value}
            if value.get("rungs") or value.get("repeats"):
                told.add(key)
            if tasks[key].get("state", "open") not in ("open", "signing"):
                ended.setdefault(key, row.event.effective_at)
            else:
                ended.pop(key, None)  # it was opened anew
    found = [*gone, *(_work(key, task, ended.get(key), now, key in told) for key, task in tasks.items())]
    return sorted(found, key=lambda each: each.opened)


def _work(key: str, task: dict[str, Any], ended: datetime | None, now: datetime, told: bool) -> Work:
    due = datetime.fromisoformat(task["due"]["at"]) if task.get("due") else None
    ending = _ending(task, due, ended, now)
    return Work(
        key=key, name=task["name"], row=task.get("row"), about=task.get("about"),
        assignees=tuple(task.get("assignees") or ()), opened=datetime.fromisoformat(task["opened"]), due=due,
        ended=ended, ending=TOLD.get(ending, ending) if told else ending,
    )  # fmt: skip


def _ending(task: dict[str, Any], due: datetime | None, ended: datetime | None, now: datetime) -> Ending:
    still = datetime.fromisoformat(task["still_since"]) if task.get("still_since") else None
    passed = due is not None and has_passed(due, still, ended or now)
    if ended is None:
        return "overdue" if passed and not task.get("quiet") else "open"
    if task.get("tacit"):
        return "silence"
    match task["state"]:
        case "done":
            return "late" if passed else "in_time"
        case "expired":
            return "undone"
        case _:
            return "undone" if passed and not task.get("quiet") else "not_needed"
