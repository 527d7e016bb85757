"""What is kept of answers that are not handed in yet? They change nothing in the case and stand in no history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.case import Difference


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


def ended(found: Difference) -> list[str]:
    """The tasks that are not open any more after this change: nobody goes on with answers to them."""
    done = [key for key, task in found.put.get("tasks", {}).items() if task.state != "open"]
    return [*done, *found.dropped.get("tasks", ())]
