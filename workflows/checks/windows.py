"""Does a day end a stage that begins only on a date whose window allows later days? And can a date be set anew wherever
the one moves from which its window counts?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import DateDef, Definition, TransitionDef
from engine.expressions import At, DateExpr, Ref
from engine.saying import said
from workflows.checks.findings import Finding
from workflows.checks.openings import (
    dates_behind,
    from_then_on,
    in_order,
    not_before,
    spine_of,
    stages_of,
    standing_after,
)
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


def left_behind(definition: Definition) -> Iterator[Finding]:
    """Arrows that move the date from which a window counts, where nothing sets the date with that window any more."""
    for date in definition.dates.values():
        behind = _counts_from(definition, date)
        for arrow in definition.transitions.values() if behind else ():
            moves = behind & arrow.sets.keys()
            stages = _too_late(definition, date, arrow) if moves and date.name not in arrow.sets else set()
            if stages:
                message = said(
                    "`{arrow}` moves {moved} in {stages}, and from then on nothing sets `{date}` anew, whose window "
                    "counts from it: let a step set that there too, for when it no longer fits.",
                    arrow=arrow.name, moved=quoted(sorted(moves)), stages=quoted(in_order(definition, stages)),
                    date=date.name,
                )  # fmt: skip
                yield Finding(kind="left_behind", item=("transition", arrow.name), message=message, severity="warning")


def _counts_from(definition: Definition, date: DateDef) -> set[str]:
    """The other dates from which the window of a date counts."""
    ends = (date.window.first, date.window.last) if date.window is not None else ()
    return {name for end in ends for name in dates_behind(definition, end)} - {date.name}


def _too_late(definition: Definition, date: DateDef, mover: TransitionDef) -> set[str]:
    """The stages in which a date may be set and ahead, and in which and behind which nothing sets it once more."""
    ways = [arrow for arrow in definition.transitions.values() if date.name in arrow.sets]
    known = set(definition.stages) if date.asked_at_launch else set()
    known |= from_then_on(definition, [stage for way in ways for stage in standing_after(definition, way)])
    ahead = reachable(
        definition.first_stage, not_before(definition, DateExpr(At(Ref(date.name))), late=False, same=True)
    )
    again = {stage for way in ways if _goes_again(definition, way, ways) for stage in stages_of(definition, way)}
    return {
        stage
        for stage in stages_of(definition, mover) & known & ahead
        if not again & from_then_on(definition, [mover.target or stage] if mover.track is None else [stage])
    }


def _goes_again(definition: Definition, way: TransitionDef, ways: list[TransitionDef]) -> bool:
    """Whether an arrow may set a date once more after one of these has; of a track by where that stands then."""
    if way.times == 1 and len(ways) == 1:
        return False
    if way.track is None:
        return True
    track = [arrow for arrow in definition.transitions.values() if arrow.track == way.track]
    stands = [state for each in ways if each.track == way.track for state in _after(each)]
    later = {state for start in stands for state in reachable(start, track)}
    return bool(later & set(way.sources)) or any(each.track != way.track for each in ways)


def _after(arrow: TransitionDef) -> tuple[str, ...]:
    return tuple(arrow.sources) if arrow.target is None else (arrow.target,)


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
