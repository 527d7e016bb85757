"""Which date of a case comes first?"""

from __future__ import annotations

from datetime import date, timedelta

from engine.actions import PauseCase, Take
from engine.foresight import due_before
from tests.builders.definitions import START, a_launched_case, after, on_behalf_of

BEGIN = Take(transition="begin", answers={"day": "2027-06-15"})
LATER = START + timedelta(days=400)


def test_of_a_paused_case_only_dates_whose_clock_runs_come() -> None:
    case = after(a_launched_case(), BEGIN, actor=on_behalf_of("p-cora")).case
    row = due_before(after(case, PauseCase(reason="merger", until=date(2027, 4, 1))).case, LATER)
    assert row is not None
    assert row.kind == "resume"


def test_the_earliest_comes_first_and_what_failed_not_at_all() -> None:
    case = a_launched_case()
    found: list[str] = []
    while (row := due_before(case, LATER, found)) is not None:
        found.append(row.key)
    assert [case.deadlines[key].at for key in found] == sorted(
        row.at for row in case.deadlines.values() if row.at < LATER
    )
    assert due_before(case, START) is None
