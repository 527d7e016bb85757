"""Which words may follow `is`? The states of what stands before it, or the answers that may be given."""

from __future__ import annotations

from collections.abc import Iterable

from engine.expressions import IsState, Ref
from engine.saying import said
from workflows.compiling.names import CASE_STATES, OWN_RECORD, RECORD_STATES, TASK_STATES, Names
from workflows.compiling.scope import Fault, Scope
from workflows.problems import did_you_mean, sentence


def words_after_is(value: IsState, names: Names, scope: Scope) -> Iterable[str] | Fault | None:
    """The words that may follow `is`; None where anything may; a fault where what stands before it has no states."""
    ref, name = value.ref, value.ref.name
    answers = dict(scope.answers)
    if ref.part is None and name in answers:
        return names.words_of(answers[name])
    if name == "stage" and ref.part is None:
        return names.stages
    if name == "case" and ref.part is None:
        return CASE_STATES
    if name in ("subject", "chosen") and ref.part is not None:
        return None
    if value.own and name == OWN_RECORD and ref.part is None:
        return RECORD_STATES
    return _of_named(ref, names, scope)


def _of_named(ref: Ref, names: Names, scope: Scope) -> Iterable[str] | Fault | None:
    kind = names.kind(ref.name)
    if kind == "track" and ref.part is None:
        return names.states[ref.name]
    if kind == "value" and ref.part is None:
        return names.choices[ref.name]
    if kind == "task":
        return _of_task(ref, names)
    known = ["stage", "case", *names.of("track", "task", "value"), *dict(scope.answers)]
    message = said(
        "`{ref}` has no states: `is` asks for a track, task, value or answer, or for `stage` and `case`.", ref=str(ref)
    )
    return Fault(str(ref), sentence(message, did_you_mean(ref.name, known, most=0)))


def _of_task(ref: Ref, names: Names) -> Iterable[str] | Fault | None:
    if ref.part is None:
        return TASK_STATES
    fields = names.form_of(ref.name)
    if fields is None:
        if names.task_forms.get(ref.name):
            return None
        message = said("The task `{task}` has no form, so nothing is answered.", task=ref.name)
        return Fault(str(ref), message)
    if ref.part not in fields:
        message = said("The form of `{task}` has no field `{field}`.", task=ref.name, field=ref.part)
        return Fault(str(ref), sentence(message, did_you_mean(ref.part, fields)))
    return names.words_of(fields[ref.part])
