"""By which day must a round have ended, and who hears of it?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from collegium.bootstrap import Application
from collegium.digests.issuing import composed, facts_of
from collegium.round_ends import RoundEnd, is_told, round_ends
from collegium.summaries.facts import gather
from engine.actions import Submit, Take
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.builders.engine import a_folder
from tests.builders.storage import a_cycle
from tests.collegium import reviews
from tests.collegium.command_line import HOST, a_new_office, a_writing_office, an_office_with_a_case
from tests.collegium.digests.office import at, launched, pass_time, subscriber
from tests.collegium.reviews import BEGIN, OPERATOR, act, an_app, drive

BY = date(2027, 6, 30)


def the_week(by: str, now: str) -> str:
    """The weekly overview of an office with a round of four, of which one has its visit in July."""
    app, cases = launched()
    visit = Take(transition="begin", answers={"day": date(2027, 7, 8)})
    app.operations.act(cases["linde"], visit, OPERATOR, at("2027-01-13T10:00"))
    with app.store.write() as work:
        (cycle,) = work.definitions.cycles("office")
        work.definitions.put_cycle(replace(cycle, ends_by=date.fromisoformat(by)))
        work.commit()
    pass_time(app, at("2027-01-14T10:00"), at("2027-01-13T10:00"))
    to = subscriber(app, "coordinator", "week", at(now))
    with app.store.read() as work:
        gathered = facts_of(app, work, work.people.secretariats()[0], at(now), [to])
        return " ".join(composed(work, gathered, to, "week").text.split())


def test_the_week_tells_of_a_round_from_eight_weeks_before_its_day_with_what_is_planned_later() -> None:
    told = "Ronde 2027 moet uiterlijk op woensdag 30 juni 2027 klaar zijn; er lopen nog 4 zaken."
    text = the_week("2027-06-30", "2027-05-10T09:00")
    assert told in text
    assert "Daarna staat al iets gepland bij De Linde." in text
    assert "klaar zijn" not in the_week("2027-06-30", "2027-03-01T09:00")


def test_the_week_goes_on_telling_of_a_round_whose_day_has_passed() -> None:
    text = the_week("2027-06-30", "2027-07-05T09:00")
    assert "Ronde 2027 had op woensdag 30 juni 2027 klaar moeten zijn; er lopen nog 4 zaken." in text


def test_a_round_that_has_ended_is_told_of_no_more() -> None:
    over = RoundEnd(cycle=a_cycle(ends_by=BY), by=BY, running=(), later=())
    assert not is_told(over, date(2027, 7, 1))


def test_a_launch_and_rounds_set_the_day_and_it_can_be_taken_back(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", HOST, "--end-by", "2027-12-17")
    (row,) = office.json("rounds")
    assert {name: row[name] for name in ("name", "cases", "running", "end_by", "later")} == {
        "name": "Ronde 2027", "cases": 1, "running": 1, "end_by": "2027-12-17", "later": [],
    }  # fmt: skip
    assert office.json("rounds", "ronde", "--end-by", "2027-11-30")[0]["end_by"] == "2027-11-30"
    assert office.json("rounds", "Ronde 2027", "--end-by", "none")[0]["end_by"] is None
    with closing(SqlStore(f"sqlite:///{office.database}")) as store, store.read() as work:
        history = [(each.event.kind, each.event.data.get("by")) for each in work.stream(f"cycle:{row['round']}")]
    assert history == [
        ("cycle_launched", None), ("round_ends", "2027-12-17"), ("round_ends", "2027-11-30"), ("round_ends", None),
    ]  # fmt: skip


def test_rounds_say_whose_days_lie_later(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    (row,) = office.json("rounds", "Ronde 2027", "--end-by", "2027-06-01")
    assert row["later"] == [HOST]


PEOPLE = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
"""
GROUP = """
process: group
stages: {busy: {accept: {asleep: somebody acts in the test}}, waiting: {}, over: {end: true}}
transitions:
  call: {from: busy, to: waiting, by: office}
  leave: {from: waiting, to: over, by: office}
  finish: {from: waiting, to: over, auto: true, if: [all unit ended]}
children: {unit: {process: unit, opens: waiting, await: all}}
"""
UNIT = """
process: unit
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
transitions: {stop: {from: busy, to: over, by: office}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: case.launched + 40w}}}
"""


TERMS = """
process: terms
stages: {busy: {accept: {asleep: somebody acts in the test}}, over: {end: true}}
transitions: {stop: {from: busy, to: over, by: office}}
tasks:
  decide: {for: office, opens: busy, form: decide}
  show: {for: contact, each: decide.rows, opens: decide.done, form: note, due: {at: decide.until}, until: over}
"""
DECIDE = "{terms: {type: rows, columns: {what: {type: text}, until: {type: date, required: true}}}}"


def ends(app: Application, days: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each round with a day: what runs, and what has a day after it."""
    with app.store.read() as work:
        office = work.people.secretariats()[0]
        ids = work.cases.all_ids(office.id)
        found = gather(app, work, office, ids, BEGIN + timedelta(days=days), past=False).cases
        cycles = {each.id: each for each in work.definitions.cycles(office.id)}
        return [(each.running, each.later) for each in round_ends(cycles, found)]


def test_a_round_has_ended_when_what_its_cases_called_for_and_wait_for_has_ended() -> None:
    app = an_app()
    app.mailroom.start()
    with app.store.write() as work:
        app.launcher.store_definition(work, a_folder(PEOPLE + UNIT))
        work.commit()
    group = reviews.launch(app, a_folder(PEOPLE + GROUP), ["linde"])["linde"]
    with app.store.write() as work:
        (cycle,) = work.definitions.cycles("office")
        work.definitions.put_cycle(replace(cycle, ends_by=BY))
        work.commit()
    assert ends(app, 1) == [(("De Linde",), ())]
    act(app, group, Take(transition="call"), 1)
    drive(app, 2)
    assert ends(app, 2) == [(("De Linde", "De Linde"), ("De Linde",))]
    act(app, group, Take(transition="leave"), 3)
    assert ends(app, 3) == [((), ())]  # nothing of it is waited for any more


def test_what_one_row_of_a_task_plans_later_is_seen_though_others_come_before_it() -> None:
    app = an_app()
    app.mailroom.start()
    case = reviews.launch(app, a_folder(PEOPLE + TERMS, decide=DECIDE), ["linde"])["linde"]
    with app.store.write() as work:
        (cycle,) = work.definitions.cycles("office")
        work.definitions.put_cycle(replace(cycle, ends_by=BY))
        work.commit()
    days = [date(2027, 4, 1), date(2027, 7, 1), date(2027, 5, 3)]
    rows = [{"what": f"nr {number}", "until": day} for number, day in enumerate(days, 1)]
    act(app, case, Submit(task="decide:1", answers={"terms": rows}), 1)
    assert ends(app, 2) == [(("De Linde",), ("De Linde",))]


def test_a_day_that_is_none_or_not_ahead_or_of_no_round_is_refused(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    for words in (("--end-by", "2027-06-31"), ("--end-by", "2020-01-01")):
        office.run("rounds", "Ronde 2027", *words, code=2)
    office.run("rounds", "--end-by", "2027-12-17", code=2)
    office.run("rounds", "Ronde 1999", code=1)


def test_the_report_on_a_round_says_by_when_it_must_have_ended(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    office.run("rounds", "Ronde 2027", "--end-by", "2027-12-17")
    text = office.run("summary", "--for", "cycle", "--cycle", "Ronde 2027").stdout
    assert "To have ended by" in text
    assert "17 December 2027" in text
