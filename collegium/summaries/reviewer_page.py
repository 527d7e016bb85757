"""What does a reviewer read? Own tasks, invitations, visits ahead and served, and own trainings; nothing of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from collegium.summaries.blocks import Block, Cell, Facts, Line, Section
from collegium.summaries.facts import Reviewer
from collegium.summaries.tables import Row, enough, host, number, table_or
from collegium.summaries.texts import settings
from collegium.summaries.words import Words
from engine.part import OwnSeat, OwnTask, soonest
from engine.summary import CaseSummary


def reviewer_sections(words: Words) -> list[Section]:
    """The sections for one person."""
    texts, mine = words.texts, words.summary.reviewer
    assert mine is not None
    return [
        Section(title=texts("my_tasks"), blocks=(_tasks(words, mine),)),
        Section(title=texts("my_seats"), blocks=(_seats(words, mine),)),
        Section(title=texts("my_visits"), blocks=(_ahead(words, mine),)),
        Section(title=texts("my_served"), sheet=texts("my_served_sheet"), blocks=tuple(_served(words, mine))),
        Section(title=texts("my_trainings"), blocks=(_trainings(words, mine),)),
    ]


def _case(words: Words, id: str) -> CaseSummary:
    return next(each for each in words.summary.cases if each.case == id)


def _tasks(words: Words, mine: Reviewer) -> Block:
    found = [(task, _case(words, id)) for id, part in mine.parts for task in part.tasks]
    found.sort(key=lambda pair: (*soonest(pair[0]), pair[1].host))
    rows = [
        (
            host(words, case),
            Cell(text=words.process(case)),
            Cell(text=words.task(case, task.name, task.row)),
            words.on_cell(task.on) if task.on else Cell(text=words.texts("no_date")),
            _remark(words, case, task),
        )
        for task, case in found
    ]
    return table_or(
        words, "my_tasks_caption", ("partnership", "process", "task", "by_when", "remark"), rows, "my_tasks_none"
    )


def _remark(words: Words, case: CaseSummary, task: OwnTask) -> Cell:
    if case.paused_until is not None or (case.schedule is None and not case.ended):
        return Cell(text=words.texts("paused"), tone="still")
    if task.late is not None and not task.optional:
        return Cell(text=words.texts("late"), tone="late", more=words.days_late(task.late))
    return Cell(text=words.texts("not_needed") if task.optional else "")


def _seats(words: Words, mine: Reviewer) -> Block:
    rows = [
        (
            host(words, case),
            Cell(text=words.process(case)),
            Cell(text=words.label(case, "seat", seat.seat)),
            Cell(text=_state(words, seat)),
            words.on_cell(seat.answer_by) if seat.answer_by else Cell(text=""),
        )
        for case, seat in _held(words, mine)
    ]
    head = ("partnership", "process", "seat", "standing", "answer_by")
    return table_or(words, "my_seats_caption", head, rows, "my_seats_none")


def _held(words: Words, mine: Reviewer) -> Iterator[tuple[CaseSummary, OwnSeat]]:
    """Offered ones first."""
    found = [(_case(words, id), seat) for id, part in mine.parts for seat in part.seats]
    yield from sorted(
        (pair for pair in found if not pair[0].ended),
        key=lambda pair: (pair[1].state != "invited", pair[0].host, pair[1].seat),
    )


def _state(words: Words, seat: OwnSeat) -> str:
    return words.texts("seat_reserve" if seat.reserve and seat.state == "accepted" else f"seat_{seat.state}")


def _ahead(words: Words, mine: Reviewer) -> Block:
    parts = dict(mine.parts)
    rows: list[Row] = [
        (
            words.on_cell(case.visit[1]),
            host(words, case),
            Cell(text=words.process(case)),
            Cell(text=", ".join(words.label(case, "seat", each.seat) for each in parts[case.case].seats)),
        )
        for case in words.summary.ahead
        if case.visit is not None
    ]
    return table_or(
        words, "my_visits_caption", ("day_of_visit", "partnership", "process", "seat"), rows, "my_visits_none"
    )


def _served(words: Words, mine: Reviewer) -> Iterator[Block]:
    texts = words.texts
    years, wanted = settings()["served_years"], settings()["served"]
    rows = [(texts("my_served_own", date=words.day(mine.since)), number(len(mine.served)))]
    if mine.partnership is not None:
        name, visits = mine.partnership
        rows.append((texts("my_served_of", name=name, years=years, wanted=wanted), number(visits)))
        rows.append((texts("standing"), enough(words, visits)))
    yield Facts(rows=tuple(rows))
    served = sorted(mine.served, key=lambda pair: (pair[1], pair[0]))
    visits_ = [(words.day_cell(day), host(words, _case(words, id))) for id, day in served]
    if visits_:
        yield table_or(words, "my_served_caption", ("day_of_visit", "partnership"), visits_, "my_served_none")


def _trainings(words: Words, mine: Reviewer) -> Block:
    if not mine.trainings:
        return Line(text=words.texts("my_trainings_none"))
    rows = [
        (
            Cell(text=words.training(kind)),
            words.day_cell(until) if until is not None else Cell(text=words.texts("for_ever")),
            _valid(words, until),
        )
        for kind, until in mine.trainings
    ]
    return table_or(
        words, "my_trainings_caption", ("training_kind", "valid_until", "standing"), rows, "my_trainings_none"
    )


def _valid(words: Words, until: date | None) -> Cell:
    if until is None or until >= words.today:
        return Cell(text=words.texts("valid"), tone="good")
    return Cell(text=words.texts("expired"), tone="late")
