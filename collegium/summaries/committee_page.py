"""What does the body that advises or decides read? What waits for it, when it meets, what comes, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from collegium.summaries.blocks import Block, Cell, Section
from collegium.summaries.tables import Row, cases, host, public, round_name, short_round, table_or, visits, where
from collegium.summaries.texts import settings
from collegium.summaries.words import Words, capital
from engine.docket import Docket, Item
from engine.summary import CaseSummary


def committee_sections(words: Words) -> list[Section]:
    """No names, no judgement: cases, dates, and outcomes of those that have ended."""
    texts = words.texts
    figures = [
        Section(title=round_name(words, cycle), sheet=short_round(words, cycle), blocks=(where(words, cycle),), level=3)
        for cycle in words.summary.cycles
    ]  # fmt: skip
    per_phase = [Section(title=texts("per_phase"), blocks=()), *figures] if figures else []
    return [
        Section(title=texts("body_own"), blocks=(_own(words),)),
        Section(title=texts("body_elsewhere"), blocks=(_elsewhere(words),)),
        Section(title=texts("body_meetings"), sheet=texts("body_meetings_sheet"), blocks=(_meetings(words),)),
        visits(words),
        *cases(words),
        *public(words),
        *per_phase,
    ]


def _items(words: Words, own: bool) -> list[tuple[CaseSummary, Item]]:
    found = []
    for case in words.summary.cases:
        docket = words.summary.dockets.get(case.case, Docket())
        found += [(case, item) for item in (docket.own if own else docket.elsewhere)]
    return sorted(found, key=lambda pair: (pair[1].on.day if pair[1].on else date.max, pair[0].host, pair[1].name))


def _own(words: Words) -> Block:
    rows = [_row(words, case, item) for case, item in _items(words, own=True)]
    return table_or(
        words, "body_own_caption", ("partnership", "process", "what", "by_when", "remark"), rows, "body_own_none"
    )


def _elsewhere(words: Words) -> Block:
    rows = [
        (host(words, case), Cell(text=words.process(case)), words.day_cell(item.since), *_when(words, item))
        for case, item in _items(words, own=False)
    ]
    head = ("partnership", "process", "since", "by_when", "remark")
    return table_or(words, "body_elsewhere_caption", head, rows, "body_elsewhere_none")


def _row(words: Words, case: CaseSummary, item: Item) -> Row:
    return (
        host(words, case), Cell(text=words.process(case)), Cell(text=words.label(case, "task", item.name)),
        *_when(words, item),
    )  # fmt: skip


def _when(words: Words, item: Item) -> Row:
    late = Cell(text="")
    if item.late is not None:
        late = Cell(text=words.texts("late"), tone="late", more=words.days_late(item.late))
    return words.on_cell(item.on) if item.on else Cell(text=words.texts("no_date")), late


def _meetings(words: Words) -> Block:
    return table_or(
        words, "body_meetings_caption", ("day", "what", "cases_then"), list(_days(words)), "body_meetings_none"
    )


def _days(words: Words) -> Iterator[Row]:
    """The next listed days, and those on which work for the body is due, with the cases that it is about."""
    due: dict[date, list[str]] = {}
    for case, item in _items(words, own=True):
        if item.on is not None and case.host not in due.setdefault(item.on.day, []):
            due[item.on.day].append(case.host)
    days = sorted({(day, behaviour, gate) for behaviour, gate, days in words.summary.meetings for day in days})
    last = max([*due, *(day for day, _, _ in days[: settings()["meetings_ahead"]])], default=date.min)
    for day, behaviour, gate in [each for each in days if each[0] <= last]:
        name = capital(words.of_process(behaviour, "gate", gate) or words.texts("sitting"))
        yield (
            words.day_cell(day),
            Cell(text=name),
            Cell(text=", ".join(sorted(due.get(day, []))) or words.texts("cases_then_none")),
        )
