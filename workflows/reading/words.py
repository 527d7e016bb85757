"""How is a line of the sheet put together? Names and expressions as the definition writes them, groups for members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from engine.definition import Definition, DueRule, TaskDef
from engine.saying import said
from workflows.problems import quoted

Item: TypeAlias = tuple[str, str]
Fact: TypeAlias = tuple[Item, str]


def own_tasks(definition: Definition) -> list[TaskDef]:
    """The tasks of the process; the engine's own are not in its files."""
    return [task for task in definition.tasks.values() if not task.built_in]


def facts(item: Item, parts: Iterable[str]) -> Iterator[Fact]:
    """What is said of one item, in one line; nothing where nothing is said."""
    told = tuple(parts)
    if told:
        yield item, said("`{name}` {parts:all}.", name=item[1], parts=told)


def texts(parts: Iterable[object]) -> tuple[str, ...]:
    """Days and lines as the definition writes them."""
    return quoted(str(getattr(each, "text", each)) for each in parts)


def rule_text(rule: DueRule) -> str:
    """A due date as the definition writes it, with the days between which it must fall."""
    more = (("not_before", rule.not_before), ("not_after", rule.not_after), ("closes", rule.closes))
    return ", ".join([rule.at.text, *(f"{key}: {day.text}" for key, day in more if day is not None)])


def folded(definition: Definition, names: Iterable[str]) -> tuple[str, ...]:
    """Names, with the largest groups of which all are among them in place of these."""
    left = dict.fromkeys(names)
    found: list[str] = []
    for group, members in sorted(definition.groups.items(), key=lambda each: -len(each[1])):
        if len(members) > 1 and left.keys() >= set(members):
            found.append(group)
            left = {name: None for name in left if name not in members}
    return quoted([*found, *left])


def members(definition: Definition, names: Iterable[str]) -> set[str]:
    """The roles and seats behind names."""
    return {member for name in names for member in definition.members(name)}


def without(definition: Definition, reached: set[str]) -> tuple[str, ...]:
    """Roles and seats that are none of these."""
    return folded(definition, (each for each in (*definition.roles, *definition.seats) if each not in reached))
