"""How does time look? A picture of one case, and one of a round with a row for each case, with its words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from collegium.summaries.blocks import Bar, Lane, Point, Timeline
from collegium.summaries.words import Words, capital
from engine.course import Stay
from engine.standing import Waiting
from engine.summary import CaseSummary

WHOLE = 1000  # from the first day of a picture to the last
STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)  # months between ticks
TICKS = 6  # at most, beside the first
LANES = 40  # cases in one picture


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a picture shows."""

    first: date
    last: date

    def at(self, day: date) -> int:
        """Where a day stands; one outside stands at the edge."""
        inside = min(max(day, self.first), self.last)
        return (inside - self.first).days * WHOLE // max((self.last - self.first).days, 1)


def span_of(days: Sequence[date]) -> Span:
    """From the first to the last of these days, with a little room after it."""
    first, last = min(days), max(days)
    return Span(first, last + timedelta(days=max((last - first).days // 20, 1)))


def _ticks(words: Words, span: Span) -> tuple[tuple[int, str], ...]:
    """The first days of months, of so many as there is room for."""
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month
    step = next(step for step in STEPS if months <= step * TICKS or step == STEPS[-1])
    found = []
    for number in range(1, months + 1):
        year, month = divmod(span.first.month - 1 + number, 12)
        if (month % step == 0) if step <= 12 else (month == 0 and (span.first.year + year) % (step // 12) == 0):
            day = date(span.first.year + year, month + 1, 1)
            found.append((span.at(day), words.month(day)))
    return tuple(found)


# one case -------------------------------------------------------------------------------------------------------------


def of_case(words: Words, case: CaseSummary) -> Timeline | None:
    """Phases with their numbered steps, then a row for each date; None where there is nothing to see."""
    dates = list(_dates(words, case))
    days = [each.first for each in case.stays] + [day for _, _, day, _ in dates]
    if not case.ended:
        days.append(words.today)
    if not days or (max(days) - min(days)).days < 2 * len(case.stays):
        return None
    span = span_of(days)
    end = span.at(words.today) if not case.ended else None
    numbered = list(enumerate(case.stays, start=1))
    lanes = [
        Lane(
            text=text, bars=tuple(_bar(span, stay, number, end) for number, stay in numbered if _in(case, stay, phase))
        )
        for phase, text in _phases(words, case)
    ]
    lanes += [
        Lane(text=text, points=(Point(at=span.at(day), shape=shape, text=said),)) for text, shape, day, said in dates
    ]
    return Timeline(
        title=words.texts("timeline", first=words.day(span.first), last=words.day(max(days))),
        says=_says(words, case, dates),
        lanes=tuple(lanes),
        ticks=_ticks(words, span),
        today=end,
        today_text=words.now,
        legend=tuple(_legend(words, dates)),
    )


def _phases(words: Words, case: CaseSummary) -> Iterator[tuple[str, str]]:
    """The phases, and a row for steps that belong to none, where the case has been in one."""
    for phase in case.phases:
        yield phase, capital(words.label(case, "phase", phase))
    if any(stay.stage not in case.phase_of for stay in case.stays):
        yield "", words.texts("ended" if case.ended else "no_phase")


def _in(case: CaseSummary, stay: Stay, phase: str) -> bool:
    return case.phase_of.get(stay.stage, "") == phase


def _bar(span: Span, stay: Stay, number: int, today: int | None) -> Bar:
    first = span.at(stay.first)
    last = span.at(stay.last) if stay.last is not None else today if today is not None else first
    return Bar(first=first, last=max(last, first), text=str(number), current=stay.last is None)


Dated = tuple[str, Literal["date", "due", "late"], date, str]


def _dates(words: Words, case: CaseSummary) -> Iterator[Dated]:
    if case.visit is not None:
        name, on = case.visit
        yield capital(words.label(case, "date", name)), "date", on.day, words.on(on)
    if not case.ended and case.paused_until is None:
        for each in case.waits_for:
            if each.on is not None:
                yield _waiting(words, case, each, each.on.day)


def _waiting(words: Words, case: CaseSummary, each: Waiting, day: date) -> Dated:
    what = (
        words.label(case, each.kind, each.name) if each.name else words.texts("work_of", party=words.party(each.party))
    )
    said = words.on(each.on) if each.on else ""
    if each.late is not None:
        return what, "late", day, f"{words.texts('late')}: {said}"
    return what, "due", day, said


def _says(words: Words, case: CaseSummary, dates: Sequence[Dated]) -> str:
    texts = words.texts
    steps = [
        texts("timeline_step", number=number, stage=words.stage(case, stay.stage), date=words.day(stay.first))
        for number, stay in enumerate(case.stays, start=1)
    ]
    said = [f"{what}: {text}" for what, _, _, text in dates]
    return "; ".join([*steps, *said]) + "."


def _legend(words: Words, dates: Sequence[Dated]) -> Iterator[tuple[str, str]]:
    yield "step", words.texts("legend_step")
    for shape in ("date", "due", "late"):
        if any(each[1] == shape for each in dates):
            yield shape, words.texts(f"legend_{shape}")


# a round --------------------------------------------------------------------------------------------------------------


def of_round(words: Words, cases: Sequence[CaseSummary]) -> list[Timeline]:
    """One row for each case, the cases of one phase together; more cases than a picture takes make several."""
    shown = [each for each in cases if each.child is None and each.stays]
    if not shown:
        return []
    days = [stay.first for case in shown for stay in case.stays]
    days += [case.visit[1].day for case in shown if case.visit is not None]
    days += [words.today] if any(not case.ended for case in shown) else []
    span = span_of(days)
    lanes = [lane for heading, own in _grouped(words, shown) for lane in _group(words, heading, own, span)]
    parts = [lanes[at : at + LANES] for at in range(0, len(lanes), LANES)]
    return [_picture(words, shown, span, part, number, len(parts)) for number, part in enumerate(parts, start=1)]


def _grouped(words: Words, cases: Sequence[CaseSummary]) -> Iterator[tuple[str, list[CaseSummary]]]:
    """Cases that run, by phase; then those that have ended, by outcome."""
    groups: dict[tuple[bool, int, str], list[CaseSummary]] = {}
    for case in cases:
        name = case.outcome or case.stage if case.ended else case.phase or ""
        number = case.phases.index(name) if name in case.phases else len(case.phases)
        groups.setdefault((case.ended, number, name), []).append(case)
    for (ended, _, name), own in sorted(groups.items(), key=lambda item: item[0]):
        kind = "stage" if ended else "phase"
        yield capital(words.label(own[0], kind, name)) if name else words.texts("no_phase"), own


def _group(words: Words, heading: str, cases: Sequence[CaseSummary], span: Span) -> Iterator[Lane]:
    yield Lane(text=f"{heading} ({len(cases)})", heading=True)
    for case in sorted(cases, key=lambda each: (each.host, each.case)):
        yield Lane(text=case.host, bars=tuple(_phase_bars(words, case, span)), points=tuple(_points(words, case, span)))


def _phase_bars(words: Words, case: CaseSummary, span: Span) -> Iterator[Bar]:
    """Stays in one phase that follow each other as one bar, with the number of the phase."""
    end = span.at(words.today)
    begun: tuple[str, int] | None = None
    for stay in case.stays:
        phase = case.phase_of.get(stay.stage, "")
        if begun is not None and begun[0] != phase:
            yield from _phase_bar(case, begun, span.at(stay.first), current=False)
            begun = None
        begun = begun or (phase, span.at(stay.first))
    if begun is not None and not case.ended:
        yield from _phase_bar(case, begun, end, current=True)


def _phase_bar(case: CaseSummary, begun: tuple[str, int], last: int, *, current: bool) -> Iterator[Bar]:
    phase, first = begun
    if phase in case.phases:
        yield Bar(first=first, last=max(last, first), text=str(case.phases.index(phase) + 1), current=current)


def _points(words: Words, case: CaseSummary, span: Span) -> Iterator[Point]:
    if case.visit is not None:
        yield Point(at=span.at(case.visit[1].day), shape="date")
    if case.ended:
        yield Point(at=span.at(case.since), shape="end")
    elif case.schedule is not None and case.schedule.state == "late":
        yield Point(at=span.at(words.today), shape="late", text=words.texts("late"))


def _picture(
    words: Words, cases: Sequence[CaseSummary], span: Span, lanes: Sequence[Lane], number: int, of: int
) -> Timeline:
    texts = words.texts
    title = texts("timeline_round", first=words.day(span.first), last=words.day(span.last))
    if of > 1:
        title = texts("timeline_part", title=title, number=number, of=of)
    running = any(not case.ended for case in cases)
    return Timeline(
        title=title,
        says=_says_round(words, cases),
        lanes=tuple(lanes),
        ticks=_ticks(words, span),
        today=span.at(words.today) if running else None,
        today_text=words.now,
        legend=tuple(_legend_of_round(words, cases)),
    )


def _says_round(words: Words, cases: Sequence[CaseSummary]) -> str:
    said = [f"{heading}: {', '.join(each.host for each in own)}" for heading, own in _grouped(words, cases)]
    return f"{words.texts('timeline_round_says')} {'; '.join(said)}."


def _legend_of_round(words: Words, cases: Sequence[CaseSummary]) -> Iterator[tuple[str, str]]:
    first = cases[0]
    for number, phase in enumerate(first.phases, start=1):
        yield str(number), capital(words.label(first, "phase", phase))
    visit = next((case for case in cases if case.visit is not None), None)
    if visit is not None and visit.visit is not None:
        yield "date", capital(words.label(visit, "date", visit.visit[0]))
    if any(case.ended for case in cases):
        yield "end", words.texts("ended")
    if any(case.schedule is not None and case.schedule.state == "late" for case in cases):
        yield "late", words.texts("late")
