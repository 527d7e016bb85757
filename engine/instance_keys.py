"""Which task is an instance of? What the version that the case follows calls it; its key keeps the name that it had."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from engine.case import Task

CALLED = "called:"
"""Facts of a case: what the version that it follows calls a task that had another name when instances of it opened."""


DROPPED = "dropped:"
"""Facts of a case: up to which round instances whose keys begin with a name are of a task that a version dropped."""


class Instances(Protocol):
    """A case, as it is or as it is being changed."""

    @property
    def tasks(self) -> Mapping[str, Task]: ...

    @property
    def facts(self) -> Mapping[str, str]: ...


def name_in(key: str) -> str:
    """The name with which a key begins: that of the task when the instance was opened."""
    return key.partition(":")[0]


def task_of(case: Instances, key: str) -> str:
    """The name of the task of an instance in the version that the case follows, also of a round that is over.

    A task that the version does not have goes by the name that it had last.
    """
    item = case.tasks.get(key)
    name = name_in(key)
    return item.name if item is not None else case.facts.get(f"{CALLED}{name}", name)


def key_of(case: Instances, key: str) -> str:
    """What the key of an instance would be by the name that its task has now."""
    return f"{task_of(case, key)}{key[len(name_in(key)) :]}"


def same_work(case: Instances, key: str) -> str:
    """What an instance has in common with those of other rounds: ``claim:2@peer.1`` is ``claim@peer.1``.

    With one of a task that was dropped it has nothing in common, also if a task of that name is there again.
    """
    was = DROPPED if was_dropped(case, key) else ""
    return was + task_of(case, key) + key.partition(":")[2].lstrip("0123456789")


def dropped_up_to(case: Instances, name: str) -> int:
    """The last round of a task of that name that a version dropped; 0: none was."""
    return int(case.facts.get(f"{DROPPED}{name}", 0))


def was_dropped(case: Instances, key: str) -> bool:
    """Whether an instance is of a task that a version dropped since: a task of that name now is another one."""
    number = re.match(r"\d+", key.partition(":")[2])
    return number is not None and int(number[0]) <= dropped_up_to(case, name_in(key))
