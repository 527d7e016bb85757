"""How do lines read that count rows of the rubric, whatever these got? Levels of one scale as numbers of rows.

A profile says of each group of rows (those below one criterion, or all) how many have which level, the lowest first;
levels that no line tells apart are one. All rows are decided. What lines ask besides goes both ways, but for the levels
of other scales: of these only what some rows can have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import comb, prod
from typing import TypeAlias

from engine.counting import needed
from engine.definition import Definition, Rubric
from engine.expressions import AnyOf, Count, IsState, Line, Lines, Named, Ref
from workflows.checking.relevance import lines_in

Profile: TypeAlias = tuple[tuple[int, ...], ...]  # of each group of rows: how many have which level
Given: TypeAlias = Mapping[object, str | bool]
"""What is taken of lines that do not hang on the levels: a line's text -> whether it holds, a name -> its word."""

MOST = 600
"""Profiles at most: of longer rubrics fewer rows are looked at."""
GIVENS = 32
"""Ways at most in which all else may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The rows of a rubric on one scale, with the levels that are told apart, lowest first."""

    rubric: Rubric
    name: str
    levels: tuple[tuple[str, ...], ...]  # those that are one stand together
    groups: tuple[int, ...]  # how many rows each has

    def profiles(self) -> list[Profile]:
        """All profiles; whoever has lower levels comes later."""
        each = [list(_spread(rows, len(self.levels))) for rows in self.groups]
        return sorted(product(*each), key=lambda profile: -_height(profile))

    def lower(self, profile: Profile) -> Iterator[Profile]:
        """The profiles in which one row has the next lower level."""
        for at, group in enumerate(profile):
            for level in range(1, len(group)):
                if group[level]:
                    fewer = [*group]
                    fewer[level] -= 1
                    fewer[level - 1] += 1
                    yield (*profile[:at], tuple(fewer), *profile[at + 1 :])

    def holds(self, profile: Profile, count: Count) -> bool:
        """Whether a count of rows holds."""
        level = {one: at for at, same in enumerate(self.levels) for one in same}
        if count.members.names == (self.rubric.above,):
            lowest = [next(at for at, rows in enumerate(group) if rows) for group in profile[: len(self.rubric.below)]]
            had = [lowest.count(at) for at in range(len(self.levels))]
        else:
            had = [sum(group[at] for group in profile) for at in range(len(self.levels))]
        wanted = count.members.filter
        if wanted is None:
            found = sum(had)
        else:
            assert isinstance(wanted.value, Ref)
            exactly = had[level[wanted.value.name]]
            found = exactly if wanted.operator == "=" else sum(had) - exactly
        return needed(count, found, found)[1]


def scales_in(definition: Definition, lines: Lines) -> Iterator[Scale]:
    """The scales by whose levels some of these lines count rows; none where a line counts them otherwise."""
    rubric = definition.rubric
    if rubric is None:
        return
    counts = [
        one.test for one in lines_in(definition, lines) if isinstance(one.test, Count) and _of_rows(rubric, one.test)
    ]
    if not all(_is_plain(rubric, one) for one in counts):
        return
    filters = [one.members.filter for one in counts if one.members.filter is not None]
    for name, levels in rubric.scales.items():
        words = {str(one.value) for one in filters if one.attribute.name == name}
        if words:
            yield _cut(rubric, name, tuple(_together(levels, words)))


def givens(definition: Definition, scale: Scale, lines: Lines) -> list[Given]:
    """What may be so of everything that these lines ask besides the levels of a scale."""
    found: dict[object, set[str | bool]] = {}
    others: dict[str, list[Line]] = {}
    for line in lines_in(definition, lines):
        test = line.test
        if isinstance(test, IsState) and not _is_derived(definition, test):
            found.setdefault((test.ref, test.own), {""}).update(test.words)
        elif isinstance(test, Count) and _of_rows(scale.rubric, test):
            if test.members.filter is not None and test.members.filter.attribute.name != scale.name:
                others.setdefault(test.members.filter.attribute.name, []).append(line)
        elif not isinstance(test, Named | AnyOf | IsState):
            found[line.text] = {True, False}
    ways: list[list[Given]] = [[{name: word} for word in sorted(words, key=str)] for name, words in found.items()]
    for name, each in others.items():
        other = next(one for one in scales_in(definition, tuple(each)) if one.name == name)
        seen = {tuple(_counted(other, profile, line) for line in each) for profile in other.profiles()}
        ways.append([{line.text: held for line, held in zip(each, row, strict=True)} for row in sorted(seen)])
    return [dict(pair for part in parts for pair in part.items()) for parts in islice(product(*ways), GIVENS)]


def held(definition: Definition, scale: Scale, profile: Profile, given: Given) -> Callable[[Lines], bool]:
    """Tells whether lines hold of a profile."""

    def value(name: str) -> str:
        choices = definition.values[name].first_of
        return next((choice for choice, lines in choices if every(lines)), "")

    def holds(line: Line) -> bool:
        test = line.test
        match test:
            case Named():
                return every(definition.conditions[test.name])
            case AnyOf():
                return any(holds(inner) for inner in test.lines)
            case IsState():
                derived = _is_derived(definition, test)
                word = value(test.ref.name) if derived else given[test.ref, test.own]
                return (word in test.words) != test.negated
            case Count() if _of_rows(scale.rubric, test) and line.text not in given:
                return scale.holds(profile, test)
        return bool(given[line.text])

    def every(lines: Lines) -> bool:
        return all(holds(line) for line in lines)

    return every


def _is_derived(definition: Definition, test: IsState) -> bool:
    """Whether it asks for a value that follows from lines, and not from a lot."""
    value = definition.values.get(test.ref.name) if test.ref.part is None else None
    return value is not None and value.drawn is None


def _counted(scale: Scale, profile: Profile, line: Line) -> bool:
    assert isinstance(line.test, Count)
    return scale.holds(profile, line.test)


def _of_rows(rubric: Rubric, count: Count) -> bool:
    return bool({rubric.noun, rubric.above} - {""} & set(count.members.names))


def _is_plain(rubric: Rubric, count: Count) -> bool:
    """Whether it asks how many rows have, or have not, one level, and nothing else."""
    wanted = count.members.filter
    if len(count.members.names) != 1 or count.verb.kind != "decided" or count.spread is not None:
        return False
    if wanted is None:
        return True
    levels = rubric.scales.get(wanted.attribute.name, ())
    named = isinstance(wanted.value, Ref) and wanted.value.part is None and wanted.value.name in levels
    return named and wanted.operator in ("=", "!=")


def _together(levels: Iterable[str], words: set[str]) -> Iterator[tuple[str, ...]]:
    """Levels, those that no line names with their neighbours that none names either."""
    rest: tuple[str, ...] = ()
    for level in levels:
        if level in words:
            yield from (rest,) if rest else ()
            yield (level,)
            rest = ()
        else:
            rest = (*rest, level)
    yield from (rest,) if rest else ()


def _cut(rubric: Rubric, name: str, levels: tuple[tuple[str, ...], ...]) -> Scale:
    """The scale, with as many rows as leave it small enough."""
    below = [len(rows) for rows in rubric.below.values()]
    rest = len(rubric.criteria) - sum(below)
    groups = (*below, *([rest] if rest else []))
    most = max(groups)
    while prod(comb(min(rows, most) + len(levels) - 1, len(levels) - 1) for rows in groups) > MOST and most > 2:
        most -= 1
    return Scale(rubric=rubric, name=name, levels=levels, groups=tuple(min(rows, most) for rows in groups))


def _spread(rows: int, levels: int) -> Iterator[tuple[int, ...]]:
    """All ways in which so many rows may have so many levels."""
    if levels == 1:
        yield (rows,)
        return
    for first in range(rows + 1):
        for rest in _spread(rows - first, levels - 1):
            yield (first, *rest)


def _height(profile: Profile) -> int:
    return sum(level * rows for group in profile for level, rows in enumerate(group))
