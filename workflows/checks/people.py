"""Who does a task, and who is the office? Roles and seats, with groups taken apart."""

from __future__ import annotations

from engine.definition import Definition, TaskDef
from workflows.checks.ballots import leaves


def doers_of(definition: Definition, task: TaskDef) -> set[str]:
    """Those who are asked for a task, and those who help."""
    return leaves(definition, (*task.performers, *task.each, *task.helpers))


def office_of(definition: Definition) -> set[str]:
    """The roles of the secretariat."""
    return {name for name, role in definition.roles.items() if role.of == "secretariat"}
