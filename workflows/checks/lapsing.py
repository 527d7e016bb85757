"""Does a case lapse as it begins? The day on which one is meant to begin, beside those that end its first stage."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import ChildDef, Definition, TransitionDef
from engine.expressions import DateExpr
from engine.saying import said
from workflows.checks.beginning import handed, lies
from workflows.checks.findings import Finding
from workflows.checks.spans import never_before


def lapsing(definition: Definition) -> Iterator[Finding]:
    """Days that end the first stage, and that are there already when a launch is meant."""
    begins = definition.launch.when
    for arrow, day in _ends(definition) if begins is not None else ():
        if begins is not None and never_before(begins, day):
            message = said(
                "`launch` is meant at `{when}`, and `{arrow}` ends the case at `{day}`, which is there by then: launch "
                "earlier, or let it come later.",
                when=begins.text, arrow=arrow.name, day=day.text,
            )  # fmt: skip
            yield Finding(kind="lapses_at_once", item=("transition", arrow.name), message=message, severity="warning")


def child_lapses(definition: Definition, child: ChildDef, other: Definition) -> Iterator[Finding]:
    """The same of a child, with the days that it is given."""
    for arrow, day in _ends(other):
        counted = handed(child, other, day)
        if counted is None or not child.opens:
            continue
        if all(lies(definition, opening, counted) in ("same", "after") for opening in child.opens):
            message = said(
                "The child `{child}` begins at `{opens}`, and `{arrow}` of `{process}` ends it at `{day}`, which is "
                "there by then with the days that it is given: let it begin earlier, or hand over a later day.",
                child=child.name, opens=child.opens[0].text, arrow=arrow.name, process=other.name, day=day.text,
            )  # fmt: skip
            yield Finding(kind="lapses_at_once", item=("child", child.name), message=message, severity="warning")


def _ends(definition: Definition) -> Iterator[tuple[TransitionDef, DateExpr]]:
    """The arrows that end a case in its first stage on a day and ask nothing, with that day."""
    ends = {name for name, stage in definition.stages.items() if stage.end}
    for arrow in definition.transitions.values():
        asks = arrow.condition or arrow.unless or arrow.times or arrow.until
        if arrow.track is None and arrow.target in ends and definition.first_stage in arrow.sources and not asks:
            yield from ((arrow, day) for day in arrow.when)
