"""What is kept of answers that are not handed in yet? They change nothing in the case and stand in no history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.case import Difference
from engine.questions import FormDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Answers to an open task as somebody left them, complete or not, right or not: one for each task instance.

    Only who has the task sees them. They end with the task: done, expired, closed.
    """

    case: str
    task: str  # key of the instance
    participant: str  # who kept them last
    answers: Mapping[str, Any]
    version: int  # 1 for the first; one more each time, for compare-and-swap
    at: datetime


def parted(form: FormDef | None, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers to what a form asks, and those to what it does not, by question, or list, row and column: `sites.2.day`.

    What was kept under an earlier version of a process may answer what a later one does not ask. Without a form
    everything is taken as it is.
    """
    if form is None:
        return dict(answers), {}
    asked, left = dict[str, Any](), dict[str, Any]()
    columns = {field.name: [each.name for each in field.columns] for field in form.fields}
    for name, value in answers.items():
        if name not in columns:
            left[name] = value
        elif columns[name] and isinstance(value, list | tuple):
            asked[name] = [
                {key: item for key, item in row.items() if key in columns[name]} if isinstance(row, Mapping) else row
                for row in value
            ]
            left |= {
                f"{name}.{number}.{key}": item
                for number, row in enumerate(value, 1) if isinstance(row, Mapping)
                for key, item in row.items() if key not in columns[name]
            }  # fmt: skip
        else:
            asked[name] = value
    return asked, left


def ended(found: Difference) -> list[str]:
    """The tasks that are not open any more after this change: nobody goes on with answers to them."""
    done = [key for key, task in found.put.get("tasks", {}).items() if task.state != "open"]
    return [*done, *found.dropped.get("tasks", ())]
