"""Does a day end a stage that begins only on a date whose window allows later days?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import DateDef, Definition, TransitionDef
from engine.expressions import At, DateExpr, Ref
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import in_order, not_before, spine_of
from workflows.checks.reach import reachable
from workflows.checks.spans import certainly_after
from workflows.problems import quoted


def windows(definition: Definition) -> Iterator[Finding]:
    """Arrows that ask nothing and wait for a day which may be past as their stage begins."""
    for date in definition.dates.values():
        late = _begin_on(definition, date) if date.window is not None else set()
        for arrow in spine_of(definition) if late else ():
            stages = late & set(arrow.sources)
            day = next(_too_early(date, arrow), None) if stages else None
            if day is not None and date.window is not None:
                message = said(
                    "`{arrow}` ends {stages} at `{day}`; no case comes there before `{date}`, and its window "
                    "`{first} .. {last}` allows later days, with which that is past by then: let it come later.",
                    arrow=arrow.name, stages=quoted(in_order(definition, stages)), day=day.text, date=date.name,
                    first=date.window.first.text, last=date.window.last.text,
                )  # fmt: skip
                item = ("transition", arrow.name)
                yield Finding(kind="ends_at_once", item=item, message=message, severity="warning")


def _begin_on(definition: Definition, date: DateDef) -> set[str]:
    """The stages that never begin before a date."""
    day = DateExpr(At(Ref(date.name)))
    early = reachable(definition.first_stage, not_before(definition, day, late=False, same=True))
    return reachable(definition.first_stage, spine_of(definition)) - early


def _too_early(date: DateDef, arrow: TransitionDef) -> Iterator[DateExpr]:
    """The days of an arrow that come before the last one that a window allows."""
    asks = arrow.condition or arrow.unless or arrow.times or arrow.until
    if date.window is not None and not asks:
        yield from (day for day in arrow.when if certainly_after(date.window.last, day, 0))
