"""What lies before the body that advises or decides? Its own open tasks in a case, and decisions taken elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.case import Task
from engine.definition import Definition
from engine.outlook import is_late, performers
from engine.standing import Day, Standing, day_of
from engine.world import World

BODY = "committee"  # the value of `of` that makes a role one of the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of work that a case waits for."""

    name: str
    since: date
    on: Day | None = None
    late: int | None = None  # working days; None: not late


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """One case, as the body sees it."""

    own: tuple[Item, ...] = ()  # what the body itself must do
    elsewhere: tuple[Item, ...] = ()  # decisions of somebody without an account, which the office records


def body_roles(definition: Definition) -> frozenset[str]:
    """The roles of a process that the body holds; none: its cases do not come before it."""
    return frozenset(name for name, role in definition.roles.items() if role.of == BODY)


def docket(view: Standing) -> Docket:
    """What of a case lies before the body now."""
    roles = body_roles(view.definition)
    return Docket(
        own=tuple(_items(view, lambda task: bool(roles & set(_leaves(view, task))))),
        elsewhere=tuple(_items(view, lambda task: _decided_elsewhere(view.definition, task))),
    )


def _items(view: Standing, belongs: Callable[[Task], bool]) -> Iterator[Item]:
    for task in view.open_tasks():
        if belongs(task):
            yield Item(
                name=task.name, since=view.day(task.opened), on=day_of(task.due) if task.due else None,
                late=view.days_late(task) if is_late(task, view.now) else None,
            )  # fmt: skip


def _leaves(view: Standing, task: Task) -> list[str]:
    names = performers(view.definition, view.case, task)
    return [leaf for name in names for leaf in view.definition.members(name)]


def _decided_elsewhere(definition: Definition, task: Task) -> bool:
    role = definition.roles.get(definition.tasks[task.name].about or "")
    return role is not None and not role.account


def days_ahead(world: World, today: date) -> tuple[tuple[str, tuple[date, ...]], ...]:
    """The listed meeting days from today on, by gate."""
    found = ((name, tuple(day for day in days if day >= today)) for name, days in world.gates.items())
    return tuple((name, days) for name, days in found if days)
