"""Does what a mail asks for still have to be done, and by its reader? Asked before each mail with a link leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.appointments import CARRIES
from engine.case import Task
from engine.events import Notice

CLOSED, CHANGED_HANDS = "closed", "changed hands"
OF_OTHERS = "asks_others"
"""In the data of a copy: the task instance for which the mail asks somebody else."""


def asked_of(notice: Notice, tasks: Mapping[str, Task]) -> Task | None:
    """The task instance that a notice still asks of its reader, from the tasks of its case; None where there is none.

    A tell asks for all instances that opened together with its own: it stands while one of them does.
    """
    return next((task for task in _meant(notice, tasks) if task.is_open and _has(notice, task)), None)


def asks_no_more(notice: Notice, tasks: Mapping[str, Task]) -> str | None:
    """Why a mail that holds the link of this notice's task must not leave; None: it may.

    What brings a date into the reader's calendar goes out all the same: nothing else would tell the calendar. A copy of
    what asks somebody else is news as long as that was not called off: who hears that it stopped is not invited after.
    """
    if CARRIES in notice.data:
        return None
    if notice.task is None:
        meant = [*_meant(notice, tasks)]
        return CLOSED if meant and all(task.state == "closed" for task in meant) else None
    if asked_of(notice, tasks) is not None:
        return None
    return CHANGED_HANDS if any(task.is_open for task in _meant(notice, tasks)) else CLOSED


def _meant(notice: Notice, tasks: Mapping[str, Task]) -> Iterator[Task]:
    own = tasks.get(notice.task or notice.data.get(OF_OTHERS, ""))
    if own is None:
        return
    yield own
    if notice.kind == "tell":
        for other in tasks.values():
            if (other.name, other.opened) == (own.name, own.opened) and other.key != own.key:
                yield other


def _has(notice: Notice, task: Task) -> bool:
    """Whether the reader must do it; of a word about a task of others, whether it is still a task."""
    about_others = notice.kind == "ask" and notice.data.get("people") and notice.recipient not in notice.data["people"]
    return bool(about_others) or notice.recipient in task.assignees
