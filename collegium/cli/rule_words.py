"""By which rule of its process does somebody get a mail? The rule's name, in words."""

from __future__ import annotations

from typing import assert_never

from collegium.cli.words import Words
from collegium.speech import t
from engine import rules
from engine.definition import TaskDef
from engine.events import Notice
from engine.listed_days import field_path, ref_of

ASSIGNEE = "assignee"  # whoever has the task reads this mail themselves


def rule_text(words: Words, notice: Notice) -> str:
    """A phrase for people, with the process's own words for what it is about."""
    rule = rules.parsed(notice.rule)
    match rule:
        case rules.Rule(subject="tasks", what=what) if what is not None and rule.name in words.definition.tasks:
            return _of_task(words, rule.name, what, rule.number)
        case rules.Rule(subject="notices", name=name) if name in words.definition.notices:
            return t("rule_told", what=words.label("notice", name)) + (t("rule_copy") if notice.copy else "")
        case rules.Rule(subject="calendar", name=name):
            return t("rule_calendar", date=_date(words, name))
        case rules.Rule(subject="seats"):
            return t("rule_seat")
        case _:
            return t("rule_machine")


def _date(words: Words, name: str) -> str:
    """A date, or the column of days of which it is a row, by its label."""
    ref = ref_of(name)
    return words.label("date", name) if ref is None else words.label("field", field_path(words.definition, ref))


def _of_task(words: Words, name: str, what: rules.OfTask, number: int) -> str:
    label = words.label("task", name)
    match what:
        case "late":
            return _late(words, label, words.definition.tasks[name], number)
        case "repeat":
            return t("rule_repeat", task=label, n=number or 1)
        case "not_needed.away":
            return t("rule_not_needed_away", task=label)
        case "opened" | "sign" | "again" | "remind" | "extended" | "away" | "not_needed":
            return t(f"rule_{what}", task=label)
    assert_never(what)


def _late(words: Words, label: str, task: TaskDef, step: int) -> str:
    told = task.late[step].tell if step < len(task.late) else None
    if told is None or told == ASSIGNEE:
        return t("rule_late", task=label)
    return t("rule_late_tells", task=label, who=", ".join(words.roles([told])))
