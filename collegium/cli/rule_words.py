"""By which rule of its process does somebody get a mail? The rule's name, in words."""

from __future__ import annotations

from collegium.cli.words import Words
from collegium.speech import t
from engine.definition import TaskDef
from engine.events import Notice

SAID = ("opened", "remind", "late", "sign", "extended", "not_needed")


def rule_text(words: Words, notice: Notice) -> str:
    """A phrase for people, with the process's own words for what it is about."""
    kind, _, rest = notice.rule.partition(".")
    name, _, part = rest.partition(".")
    if kind == "tasks" and name in words.definition.tasks:
        return _of_task(words, words.label("task", name), words.definition.tasks[name], part)
    if kind == "notices" and name in words.definition.notices:
        return t("rule_told", what=words.label("notice", name)) + (t("rule_copy") if notice.copy else "")
    return t("rule_seat") if kind == "seats" else t("rule_machine")


def _of_task(words: Words, label: str, task: TaskDef, part: str) -> str:
    what, _, number = part.partition(".")
    index = int(number) if number.isdecimal() else 0
    told = task.late[index].tell if what == "late" and index < len(task.late) else None
    if told is not None:
        who = ", ".join(words.roles([told]))
        return t("rule_late_tells", task=label, who=who)
    if what == "repeat":
        return t("rule_repeat", task=label, n=number or 1)
    return t(f"rule_{what}" if what in SAID else "rule_other", task=label)
