"""What falls in somebody's leave: the tasks that are due meanwhile, and the days of their own calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from collegium.cli.desk import Desk
from collegium.cli.words import Words
from collegium.concerned import Concern, concerns
from collegium.speech import day_text, spoken, t
from engine.appointments import wanted
from engine.directory import Absence, PersonRecord
from engine.outlook import is_late
from engine.ports import UnitOfWork


def falls_in_leave(
    desk: Desk, work: UnitOfWork, record: PersonRecord, absence: Absence
) -> tuple[list[str], list[str]]:  # fmt: skip
    """By case what is late already or due meanwhile and which days fall in it; and the other open cases."""
    told: list[str] = []
    others: list[str] = []
    for concern in sorted(concerns(work, desk.app.library, [record.id], desk.now), key=lambda each: each.host):
        words = Words(desk, work, concern.case, spoken())
        said = [*_tasks(words, concern, absence), *_days(words, concern, absence)]
        if said:
            told.append(t("away_due", host=concern.host, case=concern.case.id[:8], tasks="; ".join(said)))
        else:
            others.append(f"{concern.host} ({concern.case.id[:8]})")
    return told, others


def _tasks(words: Words, concern: Concern, absence: Absence) -> Iterator[str]:
    tasks = [(task.due.day, is_late(task, words.now), words.task(task)) for task in concern.tasks if task.due]
    due = Counter(each for each in tasks if each[1] or absence.first <= each[0] <= absence.last)
    for (day, late, task), number in sorted(due.items()):
        text = t("away_task" if number == 1 else "away_task_times", task=task, day=day_text(day), n=number)
        yield text + (t("late_mark") if late else "")


def _days(words: Words, concern: Concern, absence: Absence) -> Iterator[str]:
    """What stands in the person's own calendar meanwhile."""
    found: set[tuple[date, str]] = {
        (each.first, words.appointment(name))
        for (who, name), each in wanted(words.draft).items()
        if who == concern.participant and each.first <= absence.last and each.last >= absence.first
    }
    for first, what in sorted(found):
        yield t("away_day", what=what, day=day_text(first))
