"""Does a mail or task of a day that asks how far the case is come where everybody works on their last day, or never?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.definition import Definition, NoticeDef
from engine.expressions import AnyOf, At, Compare, Constant, DateExpr, IsState, Line, Lines, Named, Ref, RoundOf
from engine.plan import is_event
from engine.saying import Said, said
from workflows.checks.ballots import leaves
from workflows.checks.counted import A_DAY
from workflows.checks.findings import Finding
from workflows.checks.openings import STAGE, admitted, in_order, spine_of
from workflows.checks.reach import reachable
from workflows.typical import Typical, ordinary_days, typical


def ahead(definition: Definition) -> Iterator[Finding]:
    """Notices and tasks of a day that ask for stages in which the case is not then in the ordinary case.

    Of stages that it has left by then only notices are told that go to both sides, or invite: asking for these is how
    one looks after who is late.
    """
    walk = _Walk(definition)
    for notice in definition.notices.values():
        if _is_of_days(definition, notice.when, notice.condition):
            told = walk.too_early(notice.name, notice.when, notice.condition)
            if told is None and _is_for_all(definition, notice):
                told = walk.too_late(notice.name, notice.when, notice.condition)
            yield from _finding(("notice", notice.name), told)
    for task in definition.tasks.values():
        if not task.built_in and _is_of_days(definition, task.opens, task.condition):
            yield from _finding(("task", task.name), walk.too_early(task.name, task.opens, task.condition))


def _finding(item: tuple[str, str], told: Said | None) -> Iterator[Finding]:
    if told is not None:
        yield Finding(kind="asked_early", item=item, message=told, severity="warning")


def _is_of_days(definition: Definition, moments: tuple[DateExpr, ...], lines: Lines) -> bool:
    return bool(moments and lines) and not any(is_event(definition, one) for one in moments)


def _is_for_all(definition: Definition, notice: NoticeDef) -> bool:
    """Whether a notice is more than a word to who is late."""
    told = leaves(definition, (*notice.to, *notice.cc))
    hosts = {name for name, role in definition.roles.items() if role.of == "host"}
    return notice.invite is not None or bool(told & hosts and told & definition.seats.keys())


@dataclass(frozen=True)
class _Walk:
    definition: Definition

    @cached_property
    def _typical(self) -> Typical:
        return typical(self.definition)

    @cached_property
    def _entered(self) -> dict[str, float]:
        return {stay.stage: stay.first for stay in self._typical.stays}

    def too_early(self, item: str, moments: tuple[DateExpr, ...], lines: Lines) -> Said | None:
        """What to say where what is asked on each of these days begins only later."""
        days, begins = self._days(moments), self._begins(lines)
        if not days or begins is None or not all(begins - day > A_DAY for day in days):
            return None
        return said(
            "`{item}` comes at `{moment}`, and where everybody works on their last day the case is in {stages} then, "
            "and comes only later to what `if` asks: let it come later, or ask for less.",
            item=item, moment=moments[0].text, stages=self._standing(max(days)),
        )  # fmt: skip

    def too_late(self, item: str, moments: tuple[DateExpr, ...], lines: Lines) -> Said | None:
        """The same where the stages that are asked for have been left by then."""
        days, stages = self._days(moments), admitted(self.definition, lines)
        left = {stay.stage: stay.last for stay in self._typical.stays if stay.last is not None}
        if not days or not stages <= left.keys():
            return None
        if not all(day - left[stage] > A_DAY for day in days for stage in stages):
            return None
        return said(
            "`{item}` comes at `{moment}`, and where everybody works on their last day the case is in {stages} then, "
            "and has left what `if` asks: let it come earlier, or ask for other stages.",
            item=item, moment=moments[0].text, stages=self._standing(max(days)),
        )  # fmt: skip

    def _days(self, moments: tuple[DateExpr, ...]) -> list[float]:
        """On which days these come; none where one of them cannot be told."""
        days = ordinary_days(self.definition, moments)
        known = [day for day in days if day is not None]
        return known if len(known) == len(days) else []

    def _standing(self, day: float) -> tuple[str, ...]:
        return in_order(self.definition, [stage for stage, first in self._entered.items() if first <= day][-1:])

    # from when lines may hold -----------------------------------------------------------------------------------------

    def _begins(self, lines: Lines) -> float | None:
        """The first day on which lines may hold, as far as they ask how far the case is; None: not known."""
        return max((day for line in lines if (day := self._line(line)) is not None), default=None)

    def _line(self, line: Line) -> float | None:
        match line.test:
            case Named(name):
                return self._begins(self.definition.conditions[name])
            case AnyOf(lines):
                return _soonest([self._line(each) for each in lines])
            case IsState(ref, negated, words) if ref == STAGE:
                return self._first({stage for stage in self.definition.stages if (stage in words) is not negated})
            case IsState(Ref(name, None), False, words) if name in self.definition.tracks:
                once = self.definition.tracks[name].each is None
                moments = [DateExpr(At(Ref(name, word))) for word in words]
                return _soonest(list(ordinary_days(self.definition, moments))) if once else None
            case Compare(RoundOf(Ref(name, None)), ">", Constant()) if name in self.definition.stages:
                return self._first({name})
        return None

    def _first(self, stages: set[str]) -> float | None:
        """When the ordinary case first comes to one of these; None where a way beside its own leads to one before."""
        own = stages & self._entered.keys()
        around = [arrow for arrow in spine_of(self.definition) if not own & {*arrow.sources, str(arrow.target)}]
        beside = reachable(self.definition.first_stage, around) & stages
        return min(self._entered[stage] for stage in own) if own and not beside else None


def _soonest(days: list[float | None]) -> float | None:
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None
