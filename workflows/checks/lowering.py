"""Does what follows from judgements stay away once a lower level has taken it away?

The choices of a value are in no order, so a better one is not known from a worse one. But as levels go down, a choice
that was left for another does not come back; nor does a condition that holds of the highest levels come to hold again.
`no row with level = poor` does, where the row becomes `bad`, which it does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from engine.definition import Definition
from engine.expressions import IsState, Line, Lines
from engine.saying import said
from workflows.checks.asked import Asked
from workflows.checks.findings import Finding
from workflows.checks.levels import Profile, Scale, givens, held, scales_in

Outcome = TypeVar("Outcome", bound=Hashable)
Holds = Callable[[Lines], bool]


class Story(NamedTuple):
    """Three profiles, each lower than the one before; the first and the last lead to the same."""

    was: tuple[str, ...]
    low: tuple[str, ...]
    lower: tuple[str, ...]
    first: object
    between: object


def lowering(definition: Definition, conditions: Iterable[Asked]) -> Iterator[Finding]:
    """Values and conditions that come back where a row has a lower level than when they were gone."""
    if definition.rubric is None:
        return
    for value in definition.values.values():
        every = tuple(line for _, lines in value.first_of for line in lines)
        story = _story(definition, every, _choice(value.first_of))
        if story is not None:
            message = said(
                "Lower levels bring back what `{value}` was: `{first}` with {was}; `{between}` with {low}; `{first}` "
                "again with {lower}. Count each level that is too low, as `!=` does.",
                value=value.name, first=story.first, between=story.between,
                was=story.was, low=story.low, lower=story.lower,
            )  # fmt: skip
            yield Finding(kind="lower_is_better", item=("value", value.name), message=message, severity="warning")
    for item, lines, unless in _conditions(definition, conditions):
        story = _story(definition, (*lines, *unless), _all(lines, unless))
        if story is not None:
            message = said(
                "Lower levels bring back what `{item}` asks of judgements: it holds with {was}; not with {low}; again "
                "with {lower}. Count each level that is too low, as `!=` does.",
                item=item[1], was=story.was, low=story.low, lower=story.lower,
            )  # fmt: skip
            yield Finding(kind="lower_is_better", item=item, message=message, severity="warning")


def _conditions(definition: Definition, conditions: Iterable[Asked]) -> Iterator[tuple[tuple[str, str], Lines, Lines]]:
    """What is asked of rows, but for what is asked of values, of which it is told by itself."""
    for arrow in definition.transitions.values():
        yield ("transition", arrow.name), _direct(definition, arrow.condition), _direct(definition, arrow.unless)
    for one in conditions:
        if one.item[0] not in ("transition", "document"):
            yield one.item, _direct(definition, one.lines), ()


def _direct(definition: Definition, lines: Lines) -> Lines:
    return tuple(line for line in lines if not _asks_a_value(definition, line))


def _asks_a_value(definition: Definition, line: Line) -> bool:
    return isinstance(line.test, IsState) and line.test.ref.name in definition.values


def _choice(choices: tuple[tuple[str, Lines], ...]) -> Callable[[Holds], str]:
    return lambda holds: next((choice for choice, lines in choices if holds(lines)), "")


def _all(lines: Lines, unless: Lines) -> Callable[[Holds], bool]:
    return lambda holds: holds(lines) and not (unless and holds(unless))


def _story(definition: Definition, lines: Lines, outcome: Callable[[Holds], Outcome]) -> Story | None:
    """The first three profiles by which an outcome is left, and comes back; a condition holds of the highest levels."""
    for scale in scales_in(definition, lines):
        profiles = scale.profiles()
        for given in givens(definition, scale, lines):
            found = {one: outcome(held(definition, scale, one, given)) for one in profiles}
            way = _comes_back(scale, found) if found[profiles[0]] else None
            if way is not None:
                was, low, lower = (_told(scale, one) for one in way)
                return Story(was, low, lower, found[way[0]], found[way[1]])
    return None


def _comes_back(scale: Scale, found: dict[Profile, Outcome]) -> tuple[Profile, Profile, Profile] | None:
    """Where an outcome comes back, the highest first; that no choice is made, or nothing holds, is none."""
    had: dict[Profile, dict[Outcome, Profile]] = {}  # of each profile: what it or a higher one led to, and which
    for profile, outcome in found.items():
        mine = had.setdefault(profile, {})
        for lower in scale.lower(profile):
            before = mine.get(found[lower])
            if outcome != found[lower] and before is not None and found[lower]:
                return before, profile, lower
            had.setdefault(lower, {}).update({**mine, outcome: profile})
    return None


def _told(scale: Scale, profile: Profile) -> tuple[str, ...]:
    """How many rows have which level, the lowest first."""
    numbers = [sum(group[at] for group in profile) for at in range(len(scale.levels))]
    return tuple(f"{n} `{same[-1]}`" for n, same in zip(numbers, scale.levels, strict=True) if n)
