"""How has a whole round gone? Phases over time, how long they took, dates kept per task, what became of invitations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from engine.course import Course, Invited, Kept, Stay
from engine.definition import Definition
from engine.summary import CaseSummary, CycleSummary, phases_of

MONTHS, QUARTERS = 24, 96  # months up to which every month, and every quarter, is told; then every year


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasted:
    """How many days something took, in the cases that are through with it."""

    cases: int
    median: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """A round from its launch to its end, or to the moment of the report."""

    figures: CycleSummary
    launched: date
    ended: date | None  # the day on which its last case ended; None: the report is an interim one
    ends_by: date | None  # the day by which all of it must have ended
    phases: tuple[str, ...]
    over_time: tuple[tuple[date, tuple[int, ...], int], ...]  # day, cases in each phase, cases that have ended
    lasted: tuple[tuple[str, Lasted], ...]  # phase -> days
    whole: Lasted | None  # from launch to end
    kept: tuple[tuple[str, Kept], ...]  # task -> dates kept and missed, in the order of the definition
    invited: Invited


def cycle_report(
    definition: Definition, figures: CycleSummary, cases: Sequence[CaseSummary], courses: Mapping[str, Course],
    launched: date, today: date, ends_by: date | None = None,
) -> CycleReport:  # fmt: skip
    """The figures of a round as of `today`, of its own cases: mail, and visits to others, are known elsewhere."""
    roots = [each for each in cases if each.child is None]
    ended = max((each.since for each in cases), default=None) if all(each.ended for each in cases) else None
    phases = phases_of(definition)
    kept: dict[str, Kept] = {}
    invited = Invited()
    for course in courses.values():
        invited += course.invited
        for name, own in course.kept.items():
            kept[name] = kept.get(name, Kept()) + own
    return CycleReport(
        figures=figures,
        launched=launched,
        ended=ended,
        ends_by=ends_by,
        phases=phases,
        over_time=tuple(_over_time(definition, roots, phases, launched, min(ended or today, today))),
        lasted=tuple((phase, found) for phase in phases if (found := _phase(roots, phase)) is not None),
        whole=_lasted([(each.since - each.stays[0].first).days for each in roots if each.ended and each.stays]),
        kept=tuple((name, kept[name]) for name in definition.tasks if name in kept),
        invited=invited,
    )


def _over_time(
    definition: Definition, cases: Sequence[CaseSummary], phases: tuple[str, ...], first: date, last: date
) -> Iterator[tuple[date, tuple[int, ...], int]]:
    for day in days_of(first, last):
        found: Counter[str] = Counter()
        done = 0
        for each in cases:
            stage = stage_on(each.stays, day)
            known = definition.stages.get(stage or "")
            if stage is None:
                continue
            if known.end if known is not None else each.ended and each.stays[-1].stage == stage:
                done += 1
            else:  # a case may follow another version, in which the stages have other names
                found[known.phase if known is not None else each.phase_of.get(stage, "")] += 1
        yield day, tuple(found[phase] for phase in phases), done


def days_of(first: date, last: date) -> Iterator[date]:
    """The last days of months (in a long round: of quarters, or years) between two days, and the last day itself."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = 1 if months <= MONTHS else 3 if months <= QUARTERS else 12
    for number in range(1, months + 1):
        year, month = divmod(first.month - 1 + number, 12)
        if month % step == 0:
            yield date(first.year + year, month + 1, 1) - timedelta(days=1)
    yield last


def stage_on(stays: Sequence[Stay], day: date) -> str | None:
    """Where a case stood at the end of a day; None: it had not begun."""
    return next((stay.stage for stay in reversed(stays) if stay.first <= day), None)


def _phase(cases: Sequence[CaseSummary], phase: str) -> Lasted | None:
    """Days in a phase, of the cases that have been in it and are not any more."""
    days = []
    for each in cases:
        stays = [stay for stay in each.stays if each.phase_of.get(stay.stage) == phase]
        lasts = [stay.last for stay in stays]
        if stays and None not in lasts:
            days.append(sum((stay.last - stay.first).days for stay in stays if stay.last is not None))
    return _lasted(days)


def _lasted(days: Sequence[int]) -> Lasted | None:
    return Lasted(cases=len(days), median=round(median(days)), longest=max(days)) if days else None
