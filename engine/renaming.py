"""What is something of an earlier version of a process called in a later one? The names in which a case can stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import get_args

from engine.case import SeatState
from engine.definition import Definition, Replaces


def places(definition: Definition) -> Mapping[str, str]:
    """What a case can stand in, and what somebody can hold or do: its name -> its kind, as `check` calls it."""
    found = dict.fromkeys(definition.stages, "stage")
    for name, track in definition.tracks.items():
        found[name] = "track"
        found |= {f"{name}.{state}": "state" for state in track.states}
    found |= {name: "task" for name, task in definition.tasks.items() if not task.built_in}
    found |= dict.fromkeys(definition.dates, "date")
    found |= dict.fromkeys(definition.roles, "role")
    return found | dict.fromkeys(definition.seats, "seat")


def here(plan: Replaces, name: str) -> str:
    """What something of the old version is called in the new one; a state follows its track."""
    track, _, state = name.partition(".")
    return plan.renamed.get(name) or (f"{plan.renamed.get(track, track)}.{state}" if state else name)


def goes(plan: Replaces, name: str) -> bool:
    """Whether the plan says that something of the old version is gone; the states of a track go with it."""
    return name in plan.drops or (name not in plan.renamed and name.partition(".")[0] in plan.drops)


# keys of a case -------------------------------------------------------------------------------------------------------

_BEFORE = re.compile(r"(?:scope:|listed:|outside:|until:|when:|consent:|fired:\w+:)?")
"""What may stand before a name; other keys with a colon belong to a task instance, a child or a person."""
OF_PLACES = frozenset(get_args(SeatState))
"""What may stand before the key of a place: ``left@peer-1`` is when that place was left."""
_NAME = re.compile(r"(\w+)(?:\.(\w+))?")


def _named(key: str) -> re.Match[str] | None:
    """The name in a key of a moment, count or fact; None where that belongs to a task instance, a child or somebody."""
    found = _BEFORE.match(key)
    start = found.end() if found is not None else 0
    name = _NAME.match(key, start)
    if name is None or start > 0:
        return name
    after = key[name.end() : name.end() + 1]
    return None if after == ":" or (after == "@" and name[0] in OF_PLACES) else name


def about(key: str) -> tuple[str, ...]:
    """The names that a key of a moment, count or fact is about: ``side.left`` and ``side``."""
    name = _named(key)
    return (name[0], name[1]) if name is not None else ()


def renamed(key: str, names: Mapping[str, str]) -> str:
    """A key of a moment, count or fact with the names of the new version: ``letter.done``, ``when:finish@peer-1``."""
    name = _named(key)
    if name is None:
        return key
    new = names.get(name[0])
    if new is None and (head := names.get(name[1])) is not None:
        new = head + name[0][len(name[1]) :]
    rest = key[name.end() :]
    if key.startswith("consent:"):
        rest = f":{names.get(rest[1:], rest[1:])}"
    return key if new is None and rest == key[name.end() :] else f"{key[: name.start()]}{new or name[0]}{rest}"


def in_text(text: str, names: Mapping[str, str]) -> str:
    """An expression with the names of the new version, to compare it with one of that."""
    return re.sub(r"\w+(?:\.\w+)?", lambda found: renamed(found[0], names), text)


def names_of(plan: Replaces, old: Collection[str]) -> Mapping[str, str]:
    """The names of the old version that are others in the new one."""
    found = {name: here(plan, name) for name in old if not goes(plan, name)}
    found |= dict(plan.renamed)
    return {name: new for name, new in found.items() if name != new}
