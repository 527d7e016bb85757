"""How does somebody go on later with what they were answering? Kept beside the case, for who has the task only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from collegium.kept_files import gone_from, let_go
from engine.actions import CLOCK
from engine.case import Case, Task
from engine.definition import Definition
from engine.draft import Draft
from engine.errors import InvalidAnswers, Refused
from engine.forms import Problem
from engine.ports import UnitOfWork
from engine.saying import said
from engine.submitting import shortcomings
from engine.unfinished import Unfinished, parted

if TYPE_CHECKING:
    from collegium.bootstrap import Application

LARGEST = 2_000_000  # characters of all answers to one task together


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept, and what the form will say of it when it is handed in."""

    record: Unfinished
    form: str  # empty where the task asks nothing
    problems: tuple[Problem, ...]


def of_task(work: UnitOfWork, case: str, task: str) -> Unfinished | None:
    """What is kept for a task, whoever asks."""
    return next((each for each in work.unfinished.of_case(case) if each.task == task), None)


def seen_by(work: UnitOfWork, case: Case, task: Task, reader: str | None) -> Unfinished | None:
    """What a reader may see of it: all, where they have the task now; what a process lets others see is not this."""
    may = reader is not None and task.state == "open" and reader in task.assignees
    return of_task(work, case.id, task.key) if may else None


def asked_now(
    definition: Definition, case: Case, task: Task, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers to what a task asks, and those to what only an earlier version asked that the case has followed."""
    form = definition.forms.get(definition.tasks[task.name].form or "")
    return parted(form, answers) if case.former else (dict(answers), {})


def shortcomings_of(
    app: Application, work: UnitOfWork, case: Case, task: Task, answers: Mapping[str, Any], now: datetime
) -> list[Problem]:
    """What is wrong with answers, and what is still to come."""
    draft = Draft(app.library.of(work, case), case, app.worlds.of(work, case, now), CLOCK, now)
    return [*gone_from(work, case, answers), *shortcomings(draft, task, answers)]


def keep(
    app: Application, work: UnitOfWork, case: str, task: Callable[[UnitOfWork, Case], Task],
    answers: Callable[[UnitOfWork, Case, Task, Mapping[str, Any]], Mapping[str, Any]], who: str, now: datetime,
    *, version: int | None = None,
) -> Kept:  # fmt: skip
    """Keep answers in place of those that were kept for the task, after the dates that came first; the caller commits.

    `answers` is called with what is kept already (empty where nothing is). `version` is the one from which somebody
    went on; without it only they themselves, or nobody, may have kept something before. Required questions may be
    open and answers may be wrong: nothing is lost, and what is lacking is told. Raises Refused, and InvalidAnswers
    where an answer is given to what is no question; one that was kept before under another version stays, and is told.
    """
    found = app.operations.come_to(work, case, now)
    item = task(work, found)
    _may_keep(item, who)
    before = of_task(work, case, item.key)
    _not_overtaken(work, found, item, before, who, version)
    known = before.answers if before else {}
    given = _keepable(item, answers(work, found, item, known))
    form = app.library.of(work, found).tasks[item.name].form or ""
    problems = shortcomings_of(app, work, found, item, given, now)
    unasked = [each.told(form) for each in problems if not each.asked and each.field not in known]
    if unasked:
        raise InvalidAnswers(said("Can't keep answers to {task:task}", task=item.name), unasked)
    number = before.version + 1 if before else 1
    record = Unfinished(case=case, task=item.key, participant=who, answers=given, version=number, at=now)
    let_go(work, known, given)
    assert work.unfinished.put(record)  # nobody else writes while this transaction is open
    return Kept(record=record, form=form, problems=tuple(problems))


def forget(work: UnitOfWork, case: Case, task: Task, who: str) -> bool:
    """Throw away what is kept for a task, by somebody who has it; the caller commits. False where nothing was kept."""
    _may_keep(task, who)
    return work.unfinished.drop(case.id, task.key)


def _may_keep(task: Task, who: str) -> None:
    cannot = said("Can't keep answers to {task:task}", task=task.name)
    if task.state != "open":
        raise Refused(cannot, [said("it is {state:task_state}", state=task.state)])
    if who not in task.assignees:
        raise Refused(cannot, ["only who has the task keeps answers to it, and sees them"])


def _not_overtaken(
    work: UnitOfWork, case: Case, task: Task, before: Unfinished | None, who: str, version: int | None
) -> None:
    """Nobody's text is replaced by who has not seen it: a version that is not the last one is refused."""
    last = before.version if before else 0
    if version == last or (version is None and (before is None or before.participant == who)):
        return
    cannot = said("Can't keep answers to {task:task}", task=task.name)
    if before is None:
        raise Refused(cannot, ["nothing is kept of it any more: leave out --version"])
    offices = {each.id: each.zone for each in work.people.secretariats()}
    cycle = work.definitions.cycle(case.cycle)
    zone = ZoneInfo(offices.get(cycle.secretariat if cycle else "", "UTC"))
    newer = said(
        "{who:person} kept version {n} on {at:moment}: look at it with `form`, then give --version {n}",
        who=before.participant, n=last, at=before.at.astimezone(zone),
    )  # fmt: skip
    raise Refused(cannot, [newer])


def _keepable(task: Task, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers, where a database can hold them as they are."""
    cannot = said("Can't keep answers to {task:task}", task=task.name)
    try:
        text = json.dumps(answers, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):  # a UnicodeEncodeError is a ValueError
        raise Refused(cannot, ["the text has characters that cannot be kept"]) from None
    if any("\x00" in each for each in _texts(answers)):
        raise Refused(cannot, ["the text has characters that cannot be kept"])
    if len(text) > LARGEST:
        raise Refused(cannot, [said("there are {n} characters, at most {most} fit", n=len(text), most=LARGEST)])
    return answers


def _texts(answers: Mapping[str, Any]) -> Iterator[str]:
    """All texts in them, names too."""
    left: list[Any] = [answers]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            left += [*value, *value.values()]
        elif isinstance(value, list | tuple):
            left += value
