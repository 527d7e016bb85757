"""What does a review cost? The amounts that its answers declare as claimed or paid, each with who it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.access import seen_by
from engine.definition import FieldDef, FormDef
from engine.draft import Draft
from engine.events import Submission
from engine.forms import counts_costs
from engine.instance_keys import same_work
from engine.money import Money, money
from engine.task import TOOK_EFFECT

COSTS = ("claimed", "paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One amount that was claimed or paid."""

    case: str
    task: str
    field: str  # path in its form, as labels have it: "expenses.costs.amount"
    kind: Literal["claimed", "paid"]
    amount: Money
    whose: str | None  # participant whom the row names, or else who answered
    at: datetime


def costs(draft: Draft, submissions: Iterable[Submission]) -> tuple[Cost, ...]:
    """Every amount of a case, as its last answers have it and in the order in which they were given.

    Who answers again replaces what they answered before. What waits for a signature, or was given back, does not count
    yet, and what never got its signature does not count when its round is over either; and of every round only what
    somebody of the office may see does (`see`, decision 13).
    """
    last: dict[str, Submission] = {}
    for each in sorted(submissions, key=lambda one: one.at):
        form = draft.definition.forms.get(each.form)
        if form is not None and counts_costs(form) and _counts(draft, each):
            last[same_work(draft, each.task)] = each
    found = (cost for each in last.values() for cost in _of(draft.definition.forms[each.form], each))
    return tuple(sorted(found, key=lambda one: one.at))


def _counts(draft: Draft, given: Submission) -> bool:
    task = draft.tasks.get(given.task)
    done = draft.facts.get(f"{TOOK_EFFECT}{given.task}") if task is None else task.answer
    if done != given.id or (task is not None and task.state != "done"):
        return False
    return seen_by(draft, given, "secretariat")


def _of(form: FormDef, given: Submission) -> Iterator[Cost]:
    for field in form.fields:
        answer = given.answers.get(field.name)
        path = f"{form.name}.{field.name}"
        if field.type == "rows":
            for row in answer or ():
                whose = next((str(row[each.name]) for each in field.columns if _names(each, row)), given.participant)
                yield from (
                    cost for each in field.columns
                    for cost in _one(each, f"{path}.{each.name}", row.get(each.name), whose, given)
                )  # fmt: skip
        elif field.per is not None:
            for value in (answer or {}).values():
                yield from _one(field, path, value, given.participant, given)
        else:
            yield from _one(field, path, answer, given.participant, given)


def _names(column: FieldDef, row: Mapping[str, Any]) -> bool:
    return column.type == "person" and not column.many and bool(row.get(column.name))


def _one(field: FieldDef, path: str, value: Any, whose: str | None, given: Submission) -> Iterator[Cost]:
    amount = money(value, field.currency) if field.cost is not None else None
    if field.cost is not None and amount is not None:
        yield Cost(
            case=given.case, task=given.task, field=path, kind=field.cost, amount=amount, whose=whose, at=given.at
        )  # fmt: skip
