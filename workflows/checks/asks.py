"""Does a notice that asks for a task reach those who have it, while it is open?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, NoticeDef, TaskDef
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.openings import comes_in, in_order, open_in
from workflows.problems import quoted

OPEN_ASSIGNEES = "open_assignees"


def asks(definition: Definition) -> Iterator[Finding]:
    """Findings about notices that take the place of the mail with which a task opens."""
    for notice in definition.notices.values():
        for name in notice.asks:
            if (task := definition.tasks.get(name)) is not None:
                yield from _of_others(definition, notice, task)
                yield from _not_open(definition, notice, task)


def _of_others(definition: Definition, notice: NoticeDef, task: TaskDef) -> Iterator[Finding]:
    who = (*notice.to, *notice.cc)
    doers = leaves(definition, (*task.performers, *task.each))
    if doers and OPEN_ASSIGNEES not in who and doers.isdisjoint(leaves(definition, who)):
        message = said(
            "The notice `{notice}` asks {who:or} for `{task}`, which is for {doers:or}: they are not asked by it. Tell "
            "them, or take it out of `asks`.",
            notice=notice.name, who=quoted(who), task=task.name, doers=quoted(sorted(doers)),
        )  # fmt: skip
        yield Finding(kind="asks_others", item=("notice", notice.name), message=message, severity="warning")


def _not_open(definition: Definition, notice: NoticeDef, task: TaskDef) -> Iterator[Finding]:
    """Whoever has the task by then has been asked before, by the mail with which it opened."""
    told = comes_in(definition, notice.when, at_once=False)
    opening = comes_in(definition, task.opens, at_once=False) if open_in(definition, task) is not None else None
    if not told or not opening:
        return
    then, later = comes_in(definition, notice.when), comes_in(definition, task.opens)
    if told.isdisjoint(later or ()) and opening.isdisjoint(then or ()):
        message = said(
            "The notice `{notice}` is told in {stages}, and `{task}`, for which it asks, opens in {opening}: tell it "
            "when that opens.",
            notice=notice.name, task=task.name, stages=quoted(in_order(definition, told)),
            opening=quoted(in_order(definition, opening)),
        )  # fmt: skip
        yield Finding(kind="asks_then", item=("notice", notice.name), message=message, severity="warning")
