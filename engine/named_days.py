"""Would a definition's own conditions let a named date fall on a day? Asked where no transition asks them: of a
provisional day, and of the new day that a case gets when it is resumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.arrows import place_of, positions
from engine.conditions import Failure, failing
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.expressions import AnyOf, Between, Compare, IsState, IsWorkingDay, Line, Lines, Named, Ref
from engine.moments import Scope, resolve_ref
from engine.plan import refs_of_line


@dataclass(frozen=True, slots=True)
class Doubt:
    """A provisional day of a case that its process would refuse, or that lies after all days that are possible."""

    name: str  # of the date
    day: date
    rule: str  # how the day was found, as the definition writes it
    transition: str  # that would refuse it
    reasons: tuple[str, ...]


def provisional_doubts(draft: Draft) -> Iterator[Doubt]:
    """The provisional dates of a case that could not be fixed on the day that is told meanwhile."""
    for name, named in draft.definition.dates.items():
        if named.provisional is None or name in draft.moments:
            continue
        found = resolve_ref(draft, Ref(name))
        if found is None or not found.provisional:
            continue
        refused = refusals(draft, name, found.point.day)
        if refused:
            reasons = tuple(dict.fromkeys(failure.reason for _, failure in refused))
            arrow = next(iter(_ways(draft, name)))[0].name
            yield Doubt(name, found.point.day, named.provisional.text, arrow, reasons)


def refusals(draft: Draft, name: str, day: date) -> list[tuple[str, Failure]]:
    """What speaks against that day, with the state in which a waiver would hold; nothing where one way lets it.

    The ways are the transitions that set the date and can begin where the case is now; where none can, all of them.
    """
    asked = [(arrow, place, _speaking(draft, arrow.condition)) for arrow, place in _ways(draft, name)]
    found: list[list[tuple[str, Failure]]] = []
    before = draft.chosen
    for arrow, place, lines in asked:
        draft.chosen = {
            **_others(draft, arrow),
            **_last(draft, arrow, name, day),
            **before,
            arrow.sets[name].part or "": day,
        }
        found.append([(place, failure) for failure in failing(draft, lines, Scope(), place)])
    draft.chosen = before
    return min(found, key=len, default=[])


def _others(draft: Draft, arrow: TransitionDef) -> dict[str, date]:
    """The days on which other dates are now that the transition sets as well."""
    return {
        ref.part: moment.day
        for name, ref in arrow.sets.items()
        if ref.name == "chosen" and ref.part and (moment := draft.moments.get(name)) is not None and moment.day
    }


def _last(draft: Draft, arrow: TransitionDef, name: str, day: date) -> dict[str, date]:
    """The last day of a date that lasts several, where the transition asks for it: as short as it may be."""
    end = arrow.ends.get(name)
    least, _ = draft.definition.dates[name].days
    return {} if end is None or end.part is None else {end.part: day + timedelta(days=least - 1)}


def _ways(draft: Draft, name: str) -> list[tuple[TransitionDef, str]]:
    arrows = [draft.definition.transitions[each] for each in draft.definition.dates[name].set_by]
    arrows = [arrow for arrow in arrows if name in arrow.sets and arrow.sets[name].name == "chosen"]
    now = [
        (arrow, place_of(arrow, state, holding))
        for track, state, _, holding in positions(draft)
        for arrow in arrows
        if arrow.track == track and state in arrow.sources
    ]
    return now or [(arrow, place_of(arrow, next(iter(arrow.sources)), None)) for arrow in arrows]


def _speaking(draft: Draft, lines: Lines) -> Lines:
    return judged(draft, lines)[1]


def judged(draft: Draft, lines: Lines) -> tuple[Lines, Lines]:
    """Conditions that can be judged before the deed, each line of a named one for itself; and those of its answers."""
    now: list[Line] = []
    later: list[Line] = []
    for line in lines:
        if isinstance(line.test, Named) and line.waive is None:
            inner, asked = judged(draft, draft.definition.conditions[line.test.name])
            now += inner
            later += asked
        elif _speaks_of_answers(draft, line):
            later.append(line)
        else:
            now.append(line)
    return tuple(now), tuple(later)


def _speaks_of_answers(draft: Draft, line: Line) -> bool:
    test = line.test
    if isinstance(test, Named):
        return any(_speaks_of_answers(draft, each) for each in draft.definition.conditions[test.name])
    if isinstance(test, AnyOf):
        return any(_speaks_of_answers(draft, each) for each in test.lines)
    if isinstance(test, Compare | Between | IsState | IsWorkingDay):
        return any(ref.name == "chosen" for ref in refs_of_line(line))
    return False
