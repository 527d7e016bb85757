"""What lies before the body that advises or decides? Its own open tasks in a case, and decisions taken elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.case import Task
from engine.definition import Definition
from engine.moments import days_of
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


def days_ahead(
    definition: Definition, world: World, today: date, number: int
) -> tuple[tuple[str, tuple[date, ...]], ...]:
    """The meeting days from today on, by gate: all that are listed, and the next `number` of those of every year."""
    found = (
        (name, _next_days(gate.yearly, today, number) if gate.yearly else world.gates.get(name, ()))
        for name, gate in definition.gates.items()
    )
    ahead = ((name, tuple(day for day in days if day >= today)) for name, days in found)
    return tuple((name, days) for name, days in ahead if days)


def _next_days(yearly: tuple[tuple[int, int], ...], today: date, number: int) -> list[date]:
    """As many as are wanted, today among them."""
    years = range(today.year, today.year + number + 1)
    days = sorted(day for year in years for day in days_of(year, yearly) if day >= today)
    return days[:number]
