"""By which rule somebody gets a mail, in the words of the office: each rule has words of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from collegium.speech import catalogue
from engine.rules import OfTask, of_calendar, of_task
from storage.unit_of_work import SqlStore
from tests.collegium.command_line import an_office_with_a_case


@pytest.mark.parametrize("what", get_args(OfTask))
def test_each_rule_about_a_task_has_words(what: OfTask) -> None:
    assert set(catalogue()[f"rule_{what.replace('.', '_')}"]) == {"nl", "en"}


def test_the_list_of_what_waits_says_each_rule_in_its_own_words(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    task = "choose_day"
    rules = [of_task(task, "again", 1), of_task(task, "away"), of_task(task, "not_needed.away"), of_calendar("visit"),
             of_task(task, "late", 0)]  # fmt: skip
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        (waits,) = work.outbox.notices("waiting")
        case = work.cases.load(waits.notice.case)
        work.outbox.tell([replace(waits.notice, rule=rule) for rule in rules], waits.secretariat, case)
        work.commit()
    store.close()
    said = {row["rule"]: row["in_words"] for row in office.json("outbox", "--waiting")}
    label = "“Choose the day of the visit”"
    assert [said[rule] for rule in rules] == [
        f"asked anew for {label}: mail arrives again",
        f"who does {label} is away",
        f"{label} need not be done any more: tells the substitute",
        "“Day of the visit” in the calendar is new, has moved or is off",
        f"{label} is late",  # to whoever must do it: nobody else is told
    ]
