"""Is everybody invited who is expected on a day, and may whose calendar a list fills read what it says?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import DateDef, Definition, NoticeDef, TaskDef
from engine.expressions import At, Ref
from engine.saying import said
from workflows.checks.ballots import leaves
from workflows.checks.findings import Finding
from workflows.checks.openings import open_in, spine_of
from workflows.checks.people import office_of
from workflows.problems import quoted

PANEL = "panel"  # the group of those who sit on the panel; without it all seats are


def appointments(definition: Definition) -> Iterator[Finding]:
    """Findings about notices with `invite`: whom none of those of a date invites, and who reads no list of days."""
    for date in definition.dates.values():
        inviting = [notice for notice in definition.notices.values() if notice.invite == date.name]
        if inviting:
            yield from _not_invited(definition, date, inviting)
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


def _not_invited(definition: Definition, date: DateDef, inviting: list[NoticeDef]) -> Iterator[Finding]:
    """Whoever is invited by one notice of a date hears of each change of it; who is invited by none does not."""
    invited = leaves(definition, (who for notice in inviting for who in (*notice.to, *notice.cc)))
    begun = {
        str(arrow.target) for arrow in spine_of(definition)
        if any(when.base == At(Ref(date.name)) and not when.shifts for when in arrow.when)
    }  # fmt: skip
    item = ("notice", inviting[0].name)
    told: set[str] = set()
    for task in definition.tasks.values():
        left = _recorded(definition, task) - invited - told if _is_of(definition, task, date, begun) else set()
        if left:
            told |= left
            message = said(
                "`{task}` records whether {who} were there on `{date}`, and no notice invites them to it: add them "
                "under `to` of `{notice}`.",
                task=task.name, who=quoted(sorted(left)), date=date.name, notice=inviting[0].name,
            )  # fmt: skip
            yield Finding(kind="not_invited", item=item, message=message, severity="warning")
    if left := (_expected(definition, invited) - told if begun else set()):
        message = said(
            "`{date}` begins {stages}, and no notice invites {who:or} to it, who are expected there: add them under "
            "`to` of `{notice}`.",
            date=date.name, stages=quoted(sorted(begun)), who=quoted(sorted(left)), notice=inviting[0].name,
        )  # fmt: skip
        yield Finding(kind="not_invited", item=item, message=message, severity="warning")


def _expected(definition: Definition, invited: set[str]) -> set[str]:
    """Who is expected, and not invited, where some of the panel are: the others, and somebody of the organisation."""
    panel = leaves(definition, [PANEL]) if PANEL in definition.groups else {*definition.seats}
    if panel.isdisjoint(invited):
        return set()
    hosts = {name for name, role in definition.roles.items() if role.of == "host" and role.account and role.most != 0}
    left = {name for name, seat in definition.seats.items() if name in panel and seat.most > 0} - invited
    return left | (hosts if hosts.isdisjoint(invited) else set())


def _recorded(definition: Definition, task: TaskDef) -> set[str]:
    """Of whom its answer records who was there; the office knows its days."""
    form = definition.forms.get(task.form or "")
    fields = form.fields if form is not None else ()
    office = office_of(definition)
    return leaves(definition, (each.of for each in fields if each.marks == "present" and each.of is not None)) - office


def _is_of(definition: Definition, task: TaskDef, date: DateDef, begun: set[str]) -> bool:
    """Whether a task is about a date: it counts from it, or is open in a stage that begins on it."""
    due = {rule.at.base.ref.name for rule in task.due if isinstance(rule.at.base, At)}
    stages = open_in(definition, task, at_once=False)
    return date.name in due or (stages is not None and bool(stages) and stages <= begun)
