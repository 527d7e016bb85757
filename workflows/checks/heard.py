"""Does each form have the answers that the engine itself reads by name?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, FormDef
from workflows.checks.findings import Finding


def heard(definition: Definition) -> Iterator[Finding]:
    """Warnings about answers that would not be heard: an invitation's, an objection's, a judgement's."""
    rule = definition.invitations
    if rule is not None:
        yield from _asks(definition.forms.get(rule.form), ("answer",), "a candidate's yes or no", "yes_no")
        if rule.objection is not None:
            yield from _asks(definition.forms.get(rule.objection.form), ("objects",), "whether they object", "yes_no")
    for task in definition.tasks.values():
        if task.decides is not None and definition.rubric is not None and task.form is not None:
            scale = next(iter(definition.rubric.scales))
            names = (scale, "motivation")
            yield from _asks(definition.forms.get(task.form), names, "the judgement of each row", None)


def _asks(form: FormDef | None, names: tuple[str, ...], what: str, kind: str | None) -> Iterator[Finding]:
    if form is None:
        return
    fields = {field.name: field for field in form.fields}
    for name in names:
        if name in fields and kind in (None, fields[name].type):
            continue
        wanted = f"a field `{name}`" + (f" of the type {kind}" if kind else "")
        message = f"The form `{form.name}` has not {wanted}, in which the engine reads {what}: add it."
        yield Finding(kind="not_heard", item=("form", form.name), message=message, severity="warning")
