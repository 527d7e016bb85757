"""Can a condition hold where it is asked, and can it fail there? Stages, rounds, and what tasks and tracks can say.

People, days and the order of events are not known here; what a transition or a task waits for is tried out besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from engine.counting import DEEDS, OPERATORS
from engine.definition import Definition, TaskDef
from engine.expressions import AnyOf, Compare, Constant, Count, IsState, Line, Named, RoundOf, parts_in
from engine.saying import Said, said
from workflows.checking.steps import closes
from workflows.checks.asked import Asked
from workflows.checks.ballots import leaves, needs_somebody
from workflows.checks.findings import Finding
from workflows.checks.openings import alive_in, entered_after, from_then_on, in_order, opened_in
from workflows.checks.seating import empty_in
from workflows.problems import quoted


def never(definition: Definition, conditions: Iterable[Asked]) -> Iterator[Finding]:
    """Conditions of which a line never holds where it is asked, or always does."""
    search = _Search(definition)
    for each in conditions:
        kind, name = each.item
        for line in each.lines:
            if (found := search.why_never(line, each)) is not None:
                text, why = found
                message = said(
                    "`{line}`, which the {kind} `{item}` asks, never holds there: {why}.",
                    line=text, kind=kind, item=name, why=why,
                )  # fmt: skip
                yield Finding(kind="never_holds", item=each.item, message=message, severity="warning")
            elif (found := search.why_never(_denied(line), each)) is not None:
                message = said(
                    "`{line}`, which the {kind} `{item}` asks, always holds there: {why}. Take it out, or ask what "
                    "you mean.",
                    line=line.text, kind=kind, item=name, why=found[1],
                )  # fmt: skip
                yield Finding(kind="always_holds", item=each.item, message=message, severity="warning")
            else:
                yield from _idle_words(definition, line, each.item)


def _idle_words(definition: Definition, line: Line, item: tuple[str, str]) -> Iterator[Finding]:
    """Words of a line that a task can never be, beside others that it can; also where somebody may set it aside."""
    for test in parts_in(line.test, IsState):
        task = definition.tasks.get(test.ref.name)
        if task is None or task.built_in or test.ref.part is not None:
            continue
        idle = [(word, why) for word in test.words if (why := _never_is(task, {word})) is not None]
        for word, why in idle if len(idle) < len(test.words) else ():
            message = said(
                "`{line}`, which the {kind} `{item}` asks, names `{word}` for nothing: {why}. Take the word out, or "
                "mend the task.",
                line=line.text, kind=item[0], item=item[1], word=word, why=why,
            )  # fmt: skip
            yield Finding(kind="never_holds", item=item, message=message, severity="warning")


def _never_is(task: TaskDef, words: set[str]) -> Said | None:
    """Why a task can be none of these, whatever happens; None where it can."""
    if words == {"expired"} and (not closes(task) or task.silence == "agrees"):
        return said("silence does not end `{task}`", task=task.name)
    if words == {"skipped"} and not task.skip_if:
        return said("nothing skips `{task}` (`skip_if`)", task=task.name)
    if words == {"signing"} and task.sign is None:
        return said("nobody signs `{task}` (`sign`)", task=task.name)
    return None


def never_holds(definition: Definition, asked: Asked) -> bool:
    """Whether one of these lines never holds where they are asked."""
    search = _Search(definition)
    return any(search.why_never(line, asked) is not None for line in asked.lines)


def _denied(line: Line) -> Line:
    """What holds where a line about a state does not; another line as one that nothing is known of."""
    if isinstance(line.test, IsState):
        return replace(line, test=replace(line.test, negated=not line.test.negated), waive=None)
    return replace(line, test=AnyOf(()), waive="nobody")


@dataclass
class _Search:
    definition: Definition

    @cached_property
    def _empty(self) -> set[str]:
        return empty_in(self.definition)

    def _named(self, stages: Iterable[str]) -> tuple[str, ...]:
        return quoted(in_order(self.definition, stages))

    def why_never(self, line: Line, each: Asked) -> tuple[str, Said] | None:
        """The line that never holds, and why; None where it may, or where somebody may set it aside."""
        if line.waive is not None:
            return None
        why: Said | None = None
        match line.test:
            case Named(name):
                inner = (self.why_never(one, each) for one in self.definition.conditions[name])
                return next((one for one in inner if one is not None), None)
            case AnyOf(lines):
                found = [self.why_never(one, each) for one in lines]
                return found[0] if found and None not in found else None
            case IsState() as test:
                why = self._state(test, each)
            case Compare(RoundOf(ref), _, Constant()) as test:
                why = self._rounds(str(ref), test, each)
            case Count() as test if needs_somebody(test):
                why = self._count(test, each)
        return None if why is None else (line.text, why)

    # what `is`

    def _state(self, test: IsState, each: Asked) -> Said | None:
        name, stages, words = test.ref.name, each.stages, set(test.words)
        if name == "stage":
            impossible = stages is not None and (stages <= words if test.negated else stages.isdisjoint(words))
            return said("it is asked in {stages}", stages=self._named(stages or ())) if impossible else None
        if test.negated:
            return None
        task = self.definition.tasks.get(name)
        if task is not None:
            return self._task(task, words if test.ref.part is None else set(), each)
        track = self.definition.tracks.get(name)
        if track is not None and track.each is None and stages is not None:
            alive = alive_in(self.definition, name)
            alive = from_then_on(self.definition, alive) if track.keeps else alive
            if stages.isdisjoint(alive):
                return said(
                    "it is asked in {stages}, where the track `{track}` is not alive",
                    stages=self._named(stages), track=name,
                )  # fmt: skip
        return None

    def _task(self, task: TaskDef, words: set[str], each: Asked) -> Said | None:
        why = _never_is(task, words)
        return self._too_early(task, each) if why is None else why

    def _too_early(self, task: TaskDef, each: Asked) -> Said | None:
        """Whether a task opens only after its answers, or who did it, are asked for."""
        opened = opened_in(self.definition, [task]) if each.before is not None else set()
        if not opened or each.before is None or each.before & from_then_on(self.definition, opened):
            return None
        return said(
            "it is asked in {stages}, and `{task}` opens in {opened} at the earliest, and not before that",
            stages=self._named(each.before), task=task.name, opened=self._named(opened),
        )  # fmt: skip

    # how often

    def _rounds(self, name: str, test: Compare, each: Asked) -> Said | None:
        most = self._most_rounds(name)
        assert isinstance(test.right, Constant)
        number, holds = test.right.number, OPERATORS[test.operator]
        if most is not None and not any(holds(times, number) for times in range(most + 1)):
            return said("`round of {name}` is {times} at most", name=name, times=most)
        stages = self.definition.stages
        if name in stages and each.stages is not None and not holds(0, number):
            begun = from_then_on(self.definition, {name})
            if each.stages.isdisjoint(begun):
                return said(
                    "it is asked in {stages}, and `{stage}` has not begun by then",
                    stages=self._named(each.stages), stage=name,
                )  # fmt: skip
        return None

    def _most_rounds(self, name: str) -> int | None:
        """How often a stage is entered or an arrow taken at most; None: as often as may be."""
        if name in self.definition.stages:
            return None if name in entered_after(self.definition, [name]) else 1
        arrow = self.definition.transitions.get(name)
        return arrow.times if arrow is not None else None

    # how many

    def _count(self, test: Count, each: Asked) -> Said | None:
        who, amount, verb = test.members.names, test.amount, test.verb
        spread = test.spread.number if test.spread is not None and amount.kind == "exactly" else 0
        exact = not amount.percent and amount.denominator is None
        if (
            (amount.percent and amount.number > 100) or (amount.denominator or amount.number) < amount.number
            or (exact and spread > amount.number)
        ):  # fmt: skip
            return said("more are asked for than there are")
        counted = leaves(self.definition, who)
        ref = verb.ref
        track = self.definition.tracks.get(ref.name) if verb.kind == "in" and ref is not None else None
        if track is not None and track.each is not None and counted.isdisjoint(self.definition.members(track.each)):
            return said(
                "the track `{track}` is one for each of {each}", track=track.name,
                each=quoted(self.definition.members(track.each)),
            )  # fmt: skip
        if each.before and counted <= self.definition.seats.keys() and each.before <= self._empty:
            return said("it is asked in {stages}, where nobody sits yet", stages=self._named(each.before))
        task = self.definition.tasks.get(ref.name) if verb.kind in DEEDS and ref is not None else None
        return self._too_early(task, each) if task is not None else None
