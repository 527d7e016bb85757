"""Does the engine hear an answer wherever it is asked? A question that `marks` in one form and not in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.definition import Definition, FieldDef, FormDef, TaskDef
from engine.expressions import Count
from engine.findings import follows
from engine.saying import said
from workflows.checks.asked import Asked
from workflows.checks.ballots import leaves, needed
from workflows.checks.counts import SECTIONS, counts_in
from workflows.checks.findings import Finding
from workflows.checks.openings import from_then_on, in_order, opened_in
from workflows.problems import quoted

CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A question of a form that somebody is asked; of a column also that of its list."""

    form: str
    field: FieldDef
    within: FieldDef | None = None

    @property
    def top(self) -> str:
        """The question at which an acceptance stands."""
        return (self.within or self.field).name


def marked(definition: Definition, conditions: Iterable[Asked]) -> Iterator[Finding]:
    """Questions whose twin is marked and who are not, and conflicts that nobody can have declared by then."""
    questions = [
        each for form in definition.forms.values() if _asking(definition, form.name) for each in _questions(form)
    ]
    told: set[tuple[str, str]] = set()
    for mine in questions:
        for twin in questions:
            place = mine.form, mine.field.name
            if place not in told and _twins(mine, twin) and (found := _apart(definition, mine, twin)):
                told.add(place)
                yield found
    yield from _undeclared(definition, conditions)


def _questions(form: FormDef) -> Iterator[_Question]:
    for field in form.fields:
        yield _Question(form=form.name, field=field)
        yield from (_Question(form=form.name, field=column, within=field) for column in field.columns)


def _asking(definition: Definition, form: str) -> list[TaskDef]:
    return [task for task in definition.tasks.values() if task.form == form]


# a question that is marked in one form only ---------------------------------------------------------------------------


def _twins(mine: _Question, twin: _Question) -> bool:
    """Whether two forms ask one thing."""
    one, two = mine.field, twin.field
    return (
        mine.form != twin.form
        and (mine.within and mine.within.name) == (twin.within and twin.within.name)
        and (one.name, one.type, one.many, one.choices, one.scale, one.per)
        == (two.name, two.type, two.many, two.choices, two.scale, two.per)
        and [(each.name, each.type) for each in one.columns] == [(each.name, each.type) for each in two.columns]
    )


def _apart(definition: Definition, mine: _Question, twin: _Question) -> Finding | None:
    one, two = mine.field, twin.field
    if one.marks is None and two.marks is not None and _would_count(definition, mine, twin):
        message = said(
            "`{form}` asks `{field}` as `{twin}` does, but only there it has `marks: {marks}`: what is answered here "
            "is not heard. Add it, or give the question another name.",
            form=mine.form, field=one.name, twin=twin.form, marks=two.marks,
        )  # fmt: skip
    elif one.marks and one.marks == two.marks and (left := [each for each in two.closes if each not in one.closes]):
        message = said(
            "`{field}` of `{twin}` closes a finding by {left}, and that of `{form}`, with the same choices, does not: "
            "name the same ones under `closes`.",
            form=mine.form, field=one.name, twin=twin.form, left=quoted(left),
        )  # fmt: skip
    else:
        return None
    return Finding(kind="unmarked", item=("form", mine.form), field=mine.top, message=message, severity="warning")


def _would_count(definition: Definition, mine: _Question, twin: _Question) -> bool:
    """Whether a mark would do something; a list or a record that another form takes over is that of the other one."""
    marks = twin.field.marks
    if marks == CONFLICT:
        return any(_is_of_holders(definition, task) for task in _asking(definition, mine.form))
    if marks == "finding" and mine.field.type == "choice":
        return follows(definition)
    if marks in ("finding", "present"):
        return not (_takes_over(definition, mine, twin) or _takes_over(definition, twin, mine))
    return True


def _takes_over(definition: Definition, one: _Question, two: _Question) -> bool:
    """Whether answers to one question are proposed in the other, so that there is one answer in two steps."""
    source = (one.within or one.field).prefill
    return source is not None and source.name in {two.form, *(task.name for task in _asking(definition, two.form))}


def _is_of_holders(definition: Definition, task: TaskDef) -> bool:
    """Whether who answers does so for their own seat."""
    return not leaves(definition, task.each).isdisjoint(definition.seats)


# conflicts of which nobody can know yet -------------------------------------------------------------------------------


def _undeclared(definition: Definition, conditions: Iterable[Asked]) -> Iterator[Finding]:
    declaring = [
        task for task in definition.tasks.values()
        if _is_of_holders(definition, task) and task.form is not None and _declares(definition.forms.get(task.form))
    ]  # fmt: skip
    if not declaring:
        for kind, section in SECTIONS.items():
            for name, value in getattr(definition, section).items():
                if any(_asks(count) for count in counts_in(value)):
                    yield _never(kind, str(name))
        return
    stages = opened_in(definition, declaring)
    for each in conditions:
        if not stages or each.before is None or not each.before.isdisjoint(from_then_on(definition, stages)):
            continue
        if any(_asks(count) for count in needed(definition, each.lines)):
            message = said(
                "`{item}` asks for conflicts, and a holder can declare one in {stages} at the earliest, which comes "
                "only later: ask for it there.",
                item=each.item[1], stages=quoted(in_order(definition, stages)),
            )  # fmt: skip
            yield Finding(kind="undeclared", item=each.item, message=message, severity="warning")


def _never(kind: str, name: str) -> Finding:
    message = said(
        "`{item}` asks for conflicts, and no form in which holders of a seat answer for themselves has a question with "
        "`marks: conflict`: nobody declares one. Add it, or take the line out.",
        item=name,
    )
    return Finding(kind="undeclared", item=(kind, name), message=message, severity="warning")


def _declares(form: FormDef | None) -> bool:
    return form is not None and any(field.marks == CONFLICT for field in form.fields)


def _asks(count: Count) -> bool:
    return CONFLICT in count.members.names
