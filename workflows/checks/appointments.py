"""Does everybody whose calendar a list fills read what it says? The days in rows, beside who may see the answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, NoticeDef
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.problems import quoted


def appointments(definition: Definition) -> Iterator[Finding]:
    """Findings about notices with `invite: TASK.COLUMN`."""
    for notice in definition.notices.values():
        task = (notice.invite or "").partition(".")[0] if "." in (notice.invite or "") else ""
        if task in definition.tasks:
            yield from _unread(definition, notice, task)


def _unread(definition: Definition, notice: NoticeDef, name: str) -> Iterator[Finding]:
    """Who gets the day of a row in their calendar, and never its text."""
    task = definition.tasks[name]
    document = definition.documents.get(name) or definition.documents.get(task.form or "")
    seen = [who for who, rule in document.see.items() if rule is not False] if document is not None else []
    may = leaves(definition, (*seen, *task.performers, *task.each))
    told = [who for who in (*notice.to, *notice.cc) if who in definition.roles or who in definition.seats]
    if unread := [who for who in dict.fromkeys(told) if who not in may]:
        message = said(
            "The notice `{notice}` puts `{invite}` into the calendar of {who}, who may not read that answer: each day "
            "stands there without the text of its row. Add them under `see` of a document `{task}`, or leave them out.",
            notice=notice.name, invite=notice.invite, who=quoted(unread), task=name,
        )  # fmt: skip
        yield Finding(kind="unread_rows", item=("notice", notice.name), message=message, severity="warning")
