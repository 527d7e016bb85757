"""What keeps a case from following another version of its process? Every reason, in the words of its own.

What the plan of the new version names as gone goes; what it does not name and does not have keeps the case.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Any

from engine.actions import Kin, MoveVersion
from engine.case import Task
from engine.counting import open_children
from engine.definition import Definition, FieldDef, Replaces, TaskDef
from engine.draft import Draft
from engine.forms import outlives
from engine.instance_keys import CALLED, name_in, task_of
from engine.listed_days import ref_of
from engine.plan import plan_of
from engine.questions import FormDef
from engine.renaming import goes, here, places
from engine.saying import said
from engine.seat import LIVE
from engine.task import TOOK_EFFECT


def plan_for(draft: Draft, to: Definition) -> Replaces:
    """How the new version calls what the case has; without a plan everything keeps its name."""
    return to.replaces or Replaces(version=draft.definition.version)


def reasons(draft: Draft, action: MoveVersion) -> list[str]:
    """Why the case cannot move now; empty: it can."""
    if wrong := list(_wrong_version(draft, action.to)):
        return wrong
    found = Reasons(draft, action)
    return [
        *found.of_states(), *found.of_tasks(), *found.of_keys(), *found.of_people(), *found.of_dates(),
        *found.of_answers(), *found.of_rubric(), *found.of_values(), *found.of_children(),
        *(each for kin in action.kin for each in found.of_kin(kin)),
    ]  # fmt: skip


def _wrong_version(draft: Draft, to: Definition) -> Iterator[str]:
    own, plan = draft.definition, plan_for(draft, to)
    if to.name != own.name:
        yield said("it follows {process:process}, which is another process", process=own.name)
    elif to.version == own.version and to.behaviour != own.behaviour:
        yield said(
            "it follows a version {version} that says something else: let `version` in process.yaml count up, and "
            "let it replace version {version}", version=own.version,
        )  # fmt: skip
    elif to.version <= own.version:
        yield said("it follows version {version}", version=own.version)
    elif plan.version != own.version:
        yield said(
            "version {new} takes the place of version {old}, and it follows version {own}: move it there first",
            new=to.version, old=plan.version, own=own.version,
        )  # fmt: skip
    elif draft.closed:
        yield "the case has ended"


class Reasons:
    """The reasons of one case, part by part."""

    def __init__(self, draft: Draft, action: MoveVersion) -> None:
        self.draft, self.old, self.to = draft, draft.definition, action.to
        self.plan, self.given = plan_for(draft, action.to), action.given
        self._here = places(action.to)

    def _new(self, name: str, kind: str) -> str | None:
        """What something is called in the new version; None where it is not there."""
        new = here(self.plan, name)
        return new if not goes(self.plan, name) and self._here.get(new) == kind else None

    def _missing(self, name: str, kind: str) -> bool:
        """Whether something is not there any more, and the plan does not say so."""
        return self._new(name, kind) is None and not goes(self.plan, name)

    def of_states(self) -> Iterator[str]:
        draft, version = self.draft, self.to.version
        stage = self._new(draft.stage, "stage")
        if stage is None:
            yield said(
                "it stands in {state:state}, which is not in version {version}", state=draft.stage, version=version
            )
        elif self.to.stages[stage].end is not self.old.stages[draft.stage].end:
            yield said("{state:state} is an end in one of the two versions only", state=draft.stage)
        for key, current in draft.tracks.items():
            name = key.partition("@")[0]
            if goes(self.plan, name):
                continue
            track, state = self._new(name, "track"), self._new(f"{name}.{current.state}", "state")
            if track is None or state is None or state.partition(".")[0] != track:
                place = f"{name}.{current.state}"
                yield said(
                    "it stands in {state:state}, which is not in version {version}", state=place, version=version
                )
            elif (self.to.tracks[track].each is None) is not (self.old.tracks[name].each is None):
                yield said("{track:track} is one for each seat in one of the two versions only", track=name)

    def of_tasks(self) -> Iterator[str]:
        for name in dict.fromkeys(task.name for task in self.draft.tasks.values()):
            before, own = self.old.tasks[name], [each for each in self.draft.tasks.values() if each.name == name]
            if before.built_in:
                if name not in self.to.tasks and any(each.is_open for each in own):
                    yield said("{task:task} is open, and version {version} knows no such task", task=name,
                               version=self.to.version)  # fmt: skip
                continue
            yield from self._of_task(name, before, own)

    def _of_task(self, name: str, before: TaskDef, own: Collection[Task]) -> Iterator[str]:
        new, version = self._new(name, "task"), self.to.version
        if new is None and not goes(self.plan, name) and any(each.is_open for each in own):
            yield said("{task:task} is open, and version {version} knows no such task", task=name, version=version)
        form = self.old.forms.get(before.form or "")
        counts_on = form is not None and hangs_on_name(form) and self._was_answered(name, own)
        if new != name and counts_on:
            yield said(
                "the answers to {task:task} count on under its name: it can neither go nor be renamed", task=name
            )
        elif new != name and lists_days(self.old, name) and (self._was_answered(name, own) or self._stand(name)):
            yield said("the days of {task:task} stand in calendars: it can neither go nor be renamed", task=name)
        if new is None:
            return
        after = self.to.tasks[new]
        if counts_on and after.form != before.form:
            yield said("the answers to {task:task} count on under the name of their form: it cannot be renamed",
                       task=name)  # fmt: skip
        if shape(before) != shape(after):
            yield said("{task:task} has instances in one of the two versions for somebody or something else", task=name)
        if after.sign is None and any(each.state == "signing" for each in own):
            yield said("{task:task} waits for a signature, which version {version} does not ask", task=name,
                       version=version)  # fmt: skip

    def _was_answered(self, name: str, own: Collection[Task]) -> bool:
        """Whether a task has answers, of this round or of one that is over and counts on."""
        over = (key.removeprefix(TOOK_EFFECT) for key in self.draft.facts if key.startswith(TOOK_EFFECT))
        return any(each.answer for each in own) or any(task_of(self.draft, key) == name for key in over)

    def _stand(self, name: str) -> bool:
        """Whether days of a list stand in the case, also those of an answer whose round is over."""
        return any(ref_of(key) is not None and key.startswith(f"{name}.") for key in self.draft.moments)

    def of_keys(self) -> Iterator[str]:
        """Work and places keep the key of the name that they once had: nothing else may be counted under it."""
        kept = {name_in(task.key) for task in self.draft.tasks.values()}
        for task in self.draft.tasks.values():
            name = name_in(task.key)
            own = self.old.tasks[task.name].built_in
            if not own and name in self.to.tasks and name != self._new(task.name, "task"):
                yield said("{task:task} has the key {key} here, and version {version} has another task of that name",
                           task=task.name, key=task.key, version=self.to.version)  # fmt: skip
        for key, called in self.draft.facts.items():
            name = key.removeprefix(CALLED)
            if not key.startswith(CALLED) or name in kept or name not in self.to.tasks:
                continue
            if name != self._new(called, "task"):
                yield said("{task:task} was called {name} once, and version {version} has another task of that name",
                           task=called, name=name, version=self.to.version)  # fmt: skip
        for held in self.draft.holdings.values():
            name = held.key.rpartition("-")[0]
            if name in self.to.seats and name != self._new(held.seat, "seat"):
                yield said("{role:role} has the key {key} here, and version {version} has another seat of that name",
                           role=held.seat, key=held.key, version=self.to.version)  # fmt: skip

    def of_people(self) -> Iterator[str]:
        for name, people in self.draft.roles.items():
            if people and self._missing(name, "role"):
                yield said("somebody is {role:role}, which version {version} does not know", role=name,
                           version=self.to.version)  # fmt: skip
        held = [each for each in self.draft.holdings.values() if each.state in LIVE]
        for name in dict.fromkeys(each.seat for each in held):
            new = self._new(name, "seat")
            sitting = sum(each.seat == name and each.state == "seated" for each in held)
            if new is None:
                yield said("somebody has a place as {role:role}, which version {version} does not know", role=name,
                           version=self.to.version)  # fmt: skip
            elif self.to.seats[new].most < min(sitting, self.old.seats[name].most):
                yield said("{n} people sit as {role:role}, and version {version} has {most} places", n=sitting,
                           role=name, version=self.to.version, most=self.to.seats[new].most)  # fmt: skip

    def of_dates(self) -> Iterator[str]:
        invited = plan_of(self.old).invites
        for name in self.old.dates:
            if name in self.draft.moments and self._missing(name, "date"):
                yield said("{date:date} is set, and version {version} does not know it", date=name,
                           version=self.to.version)  # fmt: skip
            elif name in self.draft.moments and name in invited and self._new(name, "date") != name:
                yield said("{date:date} stands in calendars: it can neither go nor be renamed", date=name)

    def of_answers(self) -> Iterator[str]:
        """Answers that stand must be answers to the same questions of the new version, where it has them."""
        for task in self.draft.tasks.values():
            new = self._new(task.name, "task")
            answers = self.given.get(task.answer or "")
            if new is None or not answers:
                continue
            before = self.old.forms.get(self.old.tasks[task.name].form or "")
            after = self.to.forms.get(self.to.tasks[new].form or "")
            if before is not None and after is not None:
                for field in unfit(before, after, answers):
                    yield said("the answer to {field:field} does not fit the question of version {version}",
                               field=f"{before.name}.{field}", version=self.to.version)  # fmt: skip

    def of_rubric(self) -> Iterator[str]:
        before, after = self.old.rubric, self.to.rubric
        if before != after and not rubric_is_free(self.draft):
            yield "it is judged by the rubric that it has, and the new version has another"

    def of_values(self) -> Iterator[str]:
        for name, choice in self.draft.differs.items():
            value = self.to.values.get(name)
            if value is None or choice not in value.choices:
                yield said("{value:value} was set by hand to what version {version} does not know", value=name,
                           version=self.to.version)  # fmt: skip

    def of_children(self) -> Iterator[str]:
        for name in self.old.children:
            if name not in self.to.children and open_children(self.draft, name):
                yield said("it has called {child}, which version {version} does not know", child=name,
                           version=self.to.version)  # fmt: skip

    def of_kin(self, kin: Kin) -> Iterator[str]:
        """Seats and dates that are shared must be there, under the same names, in both cases."""
        caller, called = (kin.definition, self.to) if kin.called_us else (self.to, kin.definition)
        child = caller.children.get(kin.child)
        if child is None:
            return  # said of its children
        shared = (*child.shared_seats, *child.shared_dates)
        own = (self.old if not kin.called_us else kin.definition).children.get(kin.child)
        was = (*own.shared_seats, *own.shared_dates) if own is not None else ()
        if set(shared) != set(was) or any(name not in {**called.seats, **called.dates} for name in shared):
            yield said("it shares seats or dates with the case {case}, which would not be there in both", case=kin.case)


def rubric_is_free(draft: Draft) -> bool:
    """Whether the rubric of a case may still become another: it is not pinned yet, and nothing was judged."""
    pinned = draft.definition.rubric_pinned
    whole = draft.definition.rubric is None or draft.rows == draft.definition.rubric.criteria
    return pinned is not None and str(pinned) not in draft.moments and not draft.decisions and whole


def shape(task: TaskDef) -> tuple[bool, str | None, str | None]:
    """Of whom and of what a task has instances, each its own."""
    return bool(task.each), task.by_row, task.each_row_of


def lists_days(definition: Definition, task: str) -> bool:
    """Whether days in the answers of a task are appointments: a calendar knows each by a mark of the task's name."""
    return any(day.startswith(f"{task}.") for day in plan_of(definition).invites)


def hangs_on_name(form: FormDef) -> bool:
    """Whether answers to a form count on after their task, and are found by its name."""
    fields = [*form.fields, *(column for field in form.fields for column in field.columns)]
    return outlives(form) or any(each.marks == "recusal" for each in fields)


def unfit(before: FormDef, after: FormDef, answers: Container[str]) -> Iterator[str]:
    """Of the questions that were answered, those of which an answer may be none to the new form."""
    asked = {field.name: field for field in after.fields}
    for field in before.fields:
        new = asked.get(field.name)
        if field.name in answers and new is not None and not _same_kind(field, new):
            yield field.name


def _same_kind(before: FieldDef, after: FieldDef) -> bool:
    """Whether every answer to the one may be an answer to the other; a question in rows may go, or come."""
    if _kind(before) != _kind(after) or not set(before.choices) <= set(after.choices):
        return False
    columns = {column.name: column for column in after.columns}
    return all(_same_kind(column, columns[column.name]) for column in before.columns if column.name in columns)


def _kind(field: FieldDef) -> tuple[Any, ...]:
    return field.type, field.many, field.per, field.scale, field.currency


def unasked(
    old: Definition, plan: Replaces, to: Definition, given: Iterable[tuple[str, str, Mapping[str, Any]]]
) -> Iterator[str]:
    """Questions that were answered and are not asked any more, as ``form.question``; `given`: task, form, answers."""
    for task, form, answers in given:
        known = to.tasks.get(here(plan, task)) if not goes(plan, task) else None
        after = to.forms.get(known.form or "") if known is not None else None
        fields = {field.name for field in after.fields} if after is not None else set()
        before = old.forms.get(form)
        yield from (
            f"{form}.{each.name}"
            for each in (before.fields if before else ())
            if each.name in answers and each.name not in fields
        )
