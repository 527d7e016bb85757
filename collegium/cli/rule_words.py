"""By which rule of its process does somebody get a mail? The rule's name, in words."""

from __future__ import annotations

from collegium.cli.words import Words
from engine.definition import TaskDef
from engine.events import Notice


def rule_text(words: Words, notice: Notice) -> str:
    """A phrase for people, with the process's own words for what it is about."""
    kind, _, rest = notice.rule.partition(".")
    name, _, part = rest.partition(".")
    if kind == "tasks" and name in words.definition.tasks:
        return _of_task(words.label("task", name), words.definition.tasks[name], part)
    if kind == "notices" and name in words.definition.notices:
        when = ", or ".join(expr.text for expr in words.definition.notices[name].when)
        return f"told when {when}" + (", as a copy" if notice.copy else "")
    if kind == "seats":
        return "a place in the panel was filled or closed"
    return notice.rule


def _of_task(label: str, task: TaskDef, part: str) -> str:
    what, _, number = part.partition(".")
    index = int(number) if number.isdecimal() else 0
    if what == "remind" and index < len(task.remind):
        return f"reminder of {label!r}, at {task.remind[index].text}"
    if what == "late" and index < len(task.late):
        step = task.late[index]
        return f"{label!r} is late, at {step.at.text}" + (f": tells {step.tell}" if step.tell else "")
    return {
        "opened": f"{label!r} was opened",
        "sign": f"{label!r} waits for a signature",
        "repeat": f"{label!r} is still late, time {number or 1}",
        "extended": f"{label!r} got more time",
        "not_needed": f"{label!r} need not be done any more",
    }.get(what, f"{label!r}: {part}")
