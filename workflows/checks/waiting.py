"""Does each stage end where everybody is silent, or is somebody reminded of it for ever?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, TransitionDef
from engine.expressions import At, DateExpr
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.problems import quoted

BY_DATE = ("due", "expired", "closes")  # parts of a task that come by themselves


def waiting(definition: Definition) -> Iterator[Finding]:
    """Stages in which a case stays for ever where everybody is silent, and of which nobody is reminded."""
    for stage in definition.stages.values():
        if stage.end:
            continue
        out = [
            arrow for arrow in definition.transitions.values()
            if arrow.track is None and stage.name in arrow.sources and arrow.target not in (None, stage.name)
        ]  # fmt: skip
        if out and not any(_comes_by_itself(definition, arrow) or _is_reminded(definition, arrow) for arrow in out):
            message = said(
                "The stage `{stage}` ends only when somebody acts ({arrows}), and nobody is reminded of it for ever: a "
                "case may stay in it unseen. Add a transition with `when: DATE`, or a task that `does` one.",
                stage=stage.name, arrows=quoted(arrow.name for arrow in out),
            )  # fmt: skip
            yield Finding(kind="asleep", item=("stage", stage.name), message=message, severity="warning")


def _comes_by_itself(definition: Definition, arrow: TransitionDef) -> bool:
    """Whether silence alone can make it fire: a date comes, a task expires; an automatic one may follow from either."""
    return arrow.auto or any(_is_of_the_clock(definition, moment) for moment in arrow.when)


def _is_reminded(definition: Definition, arrow: TransitionDef) -> bool:
    """Whether a task that nobody may leave undone, and that is told again and again, leads to it."""
    waited_for = {moment.base.ref.name for moment in arrow.when if isinstance(moment.base, At)}
    return any(
        (task.name in waited_for or arrow.name in task.does) and not task.optional and task.repeat is not None
        for task in definition.tasks.values()
    )


def _is_of_the_clock(definition: Definition, moment: DateExpr) -> bool:
    if not isinstance(moment.base, At) or moment.shifts:
        return True
    ref = moment.base.ref
    if ref.part in BY_DATE or ref.name in definition.dates or ref.name in definition.deadlines:
        return True
    task = definition.tasks.get(ref.name)
    if task is not None and ref.part == "done":
        return task.silence == "agrees"  # silence counts as an answer
    return ref.name in definition.children
