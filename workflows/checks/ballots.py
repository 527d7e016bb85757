"""Can each decision be taken by whom it names? The votes of a layer, its tie and its quorum, beside its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import DecidesRule, Definition, FieldDef, TaskDef
from engine.expressions import Count, Lines, Named
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.problems import Severity, quoted

VOTES, VOTER = "votes", "voter"  # the list of a form in which it is noted who voted, and its column of people


def ballots(definition: Definition) -> Iterator[Finding]:
    """Findings about tasks that make one judgement of several."""
    for task in definition.tasks.values():
        if task.decides is not None:
            yield from _voters(definition, task, task.decides)
            yield from _quorum(definition, task, task.decides)


def _voters(definition: Definition, task: TaskDef, rule: DecidesRule) -> Iterator[Finding]:
    voting = leaves(definition, rule.votes) or {name for name, seat in definition.seats.items() if seat.votes}
    item = ("task", task.name)
    if rule.tie is not None and voting.isdisjoint(definition.members(rule.tie)):
        message = said(
            "`tie: {who}` of the task `{task}` never breaks a tie: {who} has no vote there. Name one of {voters}.",
            who=rule.tie, task=task.name, voters=quoted(sorted(voting)),
        )  # fmt: skip
        yield Finding(kind="no_vote", item=item, message=message)
    column = _voter(definition, task)
    if column is None or column.of is None:
        return
    asked = set(definition.members(column.of))
    if voting and (left := sorted(voting - asked)):
        message = said(
            "In the task `{task}` the votes of {left} count, and its form `{form}` notes only votes of `{of}`: name "
            "those who vote under `of`, or the others under `votes`.",
            left=quoted(left), task=task.name, form=task.form, of=column.of,
        )  # fmt: skip
        severity: Severity = "error" if voting.isdisjoint(asked) else "warning"
        yield Finding(kind="no_vote", item=item, message=message, severity=severity)


def _voter(definition: Definition, task: TaskDef) -> FieldDef | None:
    form = definition.forms.get(task.form or "")
    votes = next((each for each in form.fields if each.name == VOTES), None) if form is not None else None
    return next((each for each in votes.columns if each.name == VOTER), None) if votes is not None else None


def _quorum(definition: Definition, task: TaskDef, rule: DecidesRule) -> Iterator[Finding]:
    """Who was there is told by a question that `marks: present`; of whom nothing is told, nobody was."""
    recorded = leaves(
        definition, (field.of for form in definition.forms.values() for field in form.fields
                     if field.marks == "present" and field.of is not None),
    )  # fmt: skip
    for count in needed(definition, rule.quorum):
        counted = leaves(definition, count.members.names)
        if count.verb.kind == "present" and needs_somebody(count) and counted and counted.isdisjoint(recorded):
            question = f"{{type: person, of: {count.members.names[0]}, many: true, marks: present}}"
            message = said(
                "The quorum of the task `{task}` counts {who} who are present, and no form records which of them were: "
                "add a question `{question}`.",
                task=task.name, who=quoted(count.members.names), question=question,
            )  # fmt: skip
            yield Finding(kind="never_holds", item=("task", task.name), message=message)


def needed(definition: Definition, lines: Lines) -> Iterator[Count]:
    """What lines count, which must all hold; one of several, or one that is waived, need not."""
    for line in lines:
        if line.waive is not None:
            continue
        if isinstance(line.test, Count):
            yield line.test
        elif isinstance(line.test, Named):
            yield from needed(definition, definition.conditions[line.test.name])


def needs_somebody(count: Count) -> bool:
    """Whether a count fails where nobody is counted."""
    amount = count.amount
    return amount.kind == "all" or (amount.kind in ("at_least", "exactly") and amount.number > 0)


def leaves(definition: Definition, names: Iterable[str]) -> set[str]:
    """The roles and seats behind names."""
    return {leaf for name in names for leaf in definition.members(name)}
