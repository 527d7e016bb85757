"""Are the answers there that the engine reads, does the office see costs and findings, is each end of a child heard?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import ChildDef, Definition, FormDef, TaskDef
from engine.expressions import Count, parts_in, refs_in
from engine.findings import last_with, lists, states
from engine.forms import counts_costs
from engine.questions import FINDINGS
from engine.saying import said
from workflows.checks.children import counted_ends
from workflows.checks.findings import Finding
from workflows.checks.people import office_of


def heard(definition: Definition) -> Iterator[Finding]:
    """Warnings about answers that would not be heard: an invitation's, an objection's, a judgement's."""
    rule = definition.invitations
    if rule is not None:
        yield from _asks(definition.forms.get(rule.form), ("answer",), said("a candidate's yes or no"), "yes_no")
        if rule.objection is not None:
            form = definition.forms.get(rule.objection.form)
            yield from _asks(form, ("objects",), said("whether they object"), "yes_no")
    for task in definition.tasks.values():
        if task.decides is not None and definition.rubric is not None and task.form is not None:
            scale = next(iter(definition.rubric.scales))
            names = (scale, "motivation")
            yield from _asks(definition.forms.get(task.form), names, said("the judgement of each row"), None)
    yield from _unlisted(definition)
    own = [each for each in definition.children.values() if each.process == definition.name and each.await_ != "none"]
    if own:
        counts = tuple(parts_in(definition, Count))
        waited = {name for each in counts if each.verb.kind != "in" for name in each.members.names}
        named = [(ref.name, ref.part) for ref in refs_in(definition) if ref.part]
        for child in own:
            if child.name not in waited:
                heard_ends = {part for name, part in named if name == child.name} | {*counted_ends(counts, child)}
                yield from _ends(definition, child, heard_ends)


def _unlisted(definition: Definition) -> Iterator[Finding]:
    """Amounts and findings that would stand in no list of the office, since nobody of it sees them."""
    for task in definition.tasks.values():
        form = definition.forms.get(task.form or "")
        if form is None or _office_sees(definition, task, form):
            continue
        if counts_costs(form):
            message = said(
                "The form `{form}` asks what was claimed or paid, and nobody of the office sees what `{task}` answers: "
                "add them under `see` of a document `{form}`.",
                form=form.name, task=task.name,
            )  # fmt: skip
            yield Finding(kind="unlisted_costs", item=("task", task.name), message=message)
        if any(lists(form)) and task.name == last_with(definition, form.name):
            message = said(
                "The rows of `{form}` are findings, and nobody of the office sees what `{task}` answers, so its "
                "summary does not tell of them: add them under `see` of a document `{form}`.",
                form=form.name, task=task.name,
            )  # fmt: skip
            yield Finding(kind="unlisted_findings", item=("task", task.name), message=message, severity="warning")
        elif any(states(form)) and task.each_row_of == FINDINGS:
            message = said(
                "The form `{form}` says how findings stand, and nobody of the office sees what `{task}` answers, so "
                "its summary tells of them as not looked at: add them under `see` of a document `{form}`.",
                form=form.name, task=task.name,
            )  # fmt: skip
            yield Finding(kind="unlisted_findings", item=("task", task.name), message=message, severity="warning")


def _office_sees(definition: Definition, task: TaskDef, form: FormDef) -> bool:
    """Whether somebody of the office may ever see the answers to a task."""
    office = office_of(definition)
    document = definition.documents.get(task.name) or definition.documents.get(form.name)
    if document is None:
        return False
    return bool(office & {leaf for who, rule in document.see.items() if rule for leaf in definition.members(who)})


def _ends(definition: Definition, child: ChildDef, heard_ends: set[str]) -> Iterator[Finding]:
    """Of a child of the same process, and its ends that something waits for."""
    for stage in definition.stages.values():
        if stage.end and stage.name not in heard_ends:
            message = said(
                "The child `{child}` may end in `{stage}`, which nothing here waits for: name `{child}.{stage}` in a "
                "`when`, or write `await: none`.",
                child=child.name, stage=stage.name,
            )  # fmt: skip
            yield Finding(kind="unheard_end", item=("child", child.name), message=message, severity="warning")


def _asks(form: FormDef | None, names: tuple[str, ...], what: str, kind: str | None) -> Iterator[Finding]:
    if form is None:
        return
    fields = {field.name: field for field in form.fields}
    for name in names:
        if name in fields and kind in (None, fields[name].type):
            continue
        wanted = (
            said("a field `{name}` of the type {type}", name=name, type=kind)
            if kind
            else said("a field `{name}`", name=name)
        )
        message = said(
            "The form `{form}` has not {wanted}, in which the engine reads {what}: add it.",
            form=form.name, wanted=wanted, what=what,
        )  # fmt: skip
        yield Finding(kind="not_heard", item=("form", form.name), message=message, severity="warning")
