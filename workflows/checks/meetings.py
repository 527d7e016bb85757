"""Is it known who was there before it is asked? Of whom no form records it, nobody was present."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.definition import Definition, FieldDef, FormDef, TaskDef
from engine.expressions import Count, Named, parts_in
from engine.saying import said
from workflows.checks.asked import Asked
from workflows.checks.ballots import leaves, needed, needs_somebody
from workflows.checks.counts import SECTIONS, counts_in
from workflows.checks.findings import Finding
from workflows.checks.openings import from_then_on, in_order, opened_in
from workflows.problems import quoted


def meetings(definition: Definition, conditions: Iterable[Asked]) -> Iterator[Finding]:
    """Counts of those present whom no form records, or only later, and tasks for them; `ballots` tells of quorums."""
    known = leaves(definition, (field.of for form in definition.forms.values() for field in _records(form) if field.of))
    rules = [task.decides for task in definition.tasks.values() if task.decides is not None]
    quorums = {each.name for rule in rules for each in parts_in(rule.quorum, Named)}
    for kind, section in SECTIONS.items():
        for name, value in getattr(definition, section).items():
            for count in dict.fromkeys(counts_in(value)):
                yield from _left_out(definition, (kind, str(name)), count, known)
            if kind == "condition" and name in quorums:
                continue
            asking = replace(value, decides=None) if kind == "task" else value
            for count in dict.fromkeys(counts_in(asking)):
                counted = leaves(definition, count.members.names)
                if count.verb.kind == "present" and counted.isdisjoint(known):
                    yield _never(kind, str(name), count)
    for task in definition.tasks.values():
        yield from _kept_away(definition, task, known)
    for each in conditions:
        yield from _too_early(definition, each)


def _records(form: FormDef) -> tuple[FieldDef, ...]:
    return tuple(field for field in form.fields if field.marks == "present")


def _recorded(definition: Definition, task: TaskDef) -> set[str]:
    form = definition.forms.get(task.form or "")
    return leaves(definition, (field.of for field in _records(form) if field.of)) if form is not None else set()


def _never(kind: str, name: str, count: Count) -> Finding:
    message = said(
        "`{item}` counts {who} who are present, and no form records which of them were: add a question `{question}`.",
        item=name, who=quoted(count.members.names),
        question=f"{{type: person, of: {count.members.names[0]}, many: true, marks: present}}",
    )  # fmt: skip
    return Finding(kind="not_recorded", item=(kind, name), message=message, severity="warning")


def _left_out(definition: Definition, item: tuple[str, str], count: Count, known: set[str]) -> Iterator[Finding]:
    """Whom a count takes for absent, since the record is of others only."""
    counted = leaves(definition, count.members.names)
    if count.verb.kind == "present" and counted & known and (left := sorted(counted - known)):
        message = said(
            "`{item}` counts {who} who are present, and no form records whether {left} were, who so count as absent: "
            "name them too under `of` of a question with `marks: present`, or count only the others.",
            item=item[1], who=quoted(count.members.names), left=quoted(left),
        )  # fmt: skip
        yield Finding(kind="not_recorded", item=item, message=message, severity="warning")


def _kept_away(definition: Definition, task: TaskDef, known: set[str]) -> Iterator[Finding]:
    """Who takes no part in a task for those who were there, since nobody records before whether they were."""
    before = {
        name for each in definition.tasks.values() if each.name != task.name for name in _recorded(definition, each)
    }
    voters = leaves(definition, task.decides.votes) if task.decides is not None else set()
    left = (leaves(definition, (*task.performers, *task.helpers)) - before) | (voters - known)
    if task.only_present and left:
        message = said(
            "`only: present` of the task `{task}` keeps {left} away from it, since no form records by then whether "
            "they were there: name them under `of` of a question with `marks: present`.",
            task=task.name, left=quoted(sorted(left)),
        )  # fmt: skip
        yield Finding(kind="not_recorded", item=("task", task.name), message=message, severity="warning")


def _too_early(definition: Definition, each: Asked) -> Iterator[Finding]:
    for count in needed(definition, each.lines):
        if count.verb.kind != "present" or not needs_somebody(count) or each.before is None:
            continue
        counted = leaves(definition, count.members.names)
        recording = [task for task in definition.tasks.values() if counted & _recorded(definition, task)]
        stages = opened_in(definition, recording)
        if stages and each.before.isdisjoint(from_then_on(definition, stages)):
            message = said(
                "`{item}` counts {who} who are present, and which of them were is recorded in {stages} at the "
                "earliest, which comes only later: ask for it there.",
                item=each.item[1], who=quoted(count.members.names), stages=quoted(in_order(definition, stages)),
            )  # fmt: skip
            yield Finding(kind="not_recorded", item=each.item, message=message, severity="warning")
