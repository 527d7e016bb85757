"""Is a moment past as soon as it is known? What counts back from something that happens lies before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import Definition, DueRule
from engine.expressions import At, DateExpr
from engine.plan import is_event
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.spans import span_of

OF_ITSELF = ("opened", "submitted", "invited", "proposed", "seated")  # of the task or seat for which it is said


def past(definition: Definition) -> Iterator[Finding]:
    """Openings, due dates, closings, arrows, notices and children that wait for a day before what they count from."""
    for item, moments in _waited_for(definition):
        for moment in dict.fromkeys(moments):
            span = span_of(moment)
            if span is not None and span.most < 0 and _happens(definition, moment):
                message = said(
                    "`{moment}` of the {kind} `{item}` is past as soon as it is known, since it counts back from what "
                    "happens: count on from it, or back from a date.",
                    moment=moment.text, kind=item[0], item=item[1],
                )  # fmt: skip
                yield Finding(kind="past", item=item, message=message, severity="warning")


def _waited_for(definition: Definition) -> Iterator[tuple[tuple[str, str], Iterable[DateExpr]]]:
    for arrow in definition.transitions.values():
        yield ("transition", arrow.name), (*arrow.when, *((arrow.until,) if arrow.until is not None else ()))
    for task in definition.tasks.values():
        rules = () if task.built_in else task.due if task.sign is None else (*task.due, task.sign.due)
        dates = [day for rule in rules for day in _of_rule(rule)]
        yield ("task", task.name), (*task.opens, *task.until, *dates)
    for name, rule in definition.deadlines.items():
        yield ("deadline", name), tuple(_of_rule(rule))
    for notice in definition.notices.values():
        yield ("notice", notice.name), notice.when
    for child in definition.children.values():
        yield ("child", child.name), child.opens


def _of_rule(rule: DueRule) -> Iterator[DateExpr]:
    yield rule.at
    yield from (day for day in (rule.not_after, rule.closes) if day is not None)


def _happens(definition: Definition, moment: DateExpr) -> bool:
    if not isinstance(moment.base, At):
        return False
    return str(moment.base.ref) in OF_ITSELF or is_event(definition, DateExpr(moment.base))
