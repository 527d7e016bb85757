"""How is a step carried out on stored cases? Dates first, each in a savepoint; words between cases; what is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from engine import machine
from engine.actions import Assign, ChangeVisitor, PauseCase, Submit, Take
from engine.case import Case
from engine.definition import Definition
from engine.errors import CollegiumError, Refused
from engine.events import Signal
from engine.machine import Launch
from engine.operations import Applied, Operations
from engine.ports import UnitOfWork
from engine.world import World
from storage.memory import MemoryStore
from storage.verify import problems
from tests.builders.engine import OPERATOR, ROLES, a_definition, a_world, day, moment, person
from tests.builders.storage import an_organisation, furnish

SILENT = """
stages: {busy: {}, second: {}, over: {end: true}}
transitions:
  silent: {from: busy, to: second, when: work.expired}
  finish: {from: [busy, second], to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}, silence: nothing, remind: [-1wd]}
  letter: {for: office, opens: second, form: note}
pause: {by: office, asks: {reason: text, until: date}}
"""


class Office:
    """Operations over a store in memory, with one definition and one world; some cases may be broken."""

    def __init__(self, text: str, cases: int = 1) -> None:
        self.definition = a_definition(text)
        self.store = MemoryStore()
        self.broken: set[str] = set()
        self.called: list[Signal] = []
        keys = count(1)
        self.operations = Operations(self.store, self, self, self, lambda: f"key-{next(keys)}")  # type: ignore[arg-type]
        furnish(self.store)
        for number in range(1, cases + 1):
            with self.store.write() as work:
                start = Launch(case=f"case-{number}", cycle="cycle", subject="north", roles=ROLES)
                self.operations.launch(work, self.definition, start, a_world(), moment("2027-03-01"), OPERATOR)
                work.commit()

    def of(self, work: UnitOfWork, case: Case, now: datetime | None = None) -> Definition | World:
        """The definition of a case, and (asked with a moment) its world."""
        if now is not None:
            return a_world()
        if case.id in self.broken:
            raise ZeroDivisionError("broken")
        return self.definition

    def heard(self, work: UnitOfWork, signal: Signal) -> Mapping[str, Any]:
        return signal.data

    def launch(self, work: UnitOfWork, signal: Signal, now: datetime) -> str | None:
        self.called.append(signal)
        if signal.name == "wrong":
            raise CollegiumError("There is no such process")
        if signal.name == "nobody":
            return None
        start = Launch(case="child", cycle="cycle", subject="north", roles=ROLES)
        outcome = machine.launch(self.definition, start, OPERATOR, a_world(), now)
        work.cases.save(outcome)
        return "child"

    def case(self, id: str = "case-1") -> Case:
        with self.store.read() as work:
            return work.cases.load(id)


def test_a_deed_is_one_transaction_and_keeps_its_answers() -> None:
    office = Office(SILENT)
    seen: list[str] = []
    office.operations.saved.append(lambda case: seen.append(case.stage))
    outcome = office.operations.act("case-1", Submit(task="work:1", answers={"remark": "so"}), person("carl"),
                                    moment("2027-03-02"))  # fmt: skip
    assert (outcome.case.version, seen, outcome.submissions[0].id) == (2, ["busy"], "key-1")
    assert office.case().tasks["work:1"].state == "done"
    with pytest.raises(Refused):
        office.operations.act("case-1", Take(transition="finish"), person("carl"), moment("2027-03-02"))
    assert office.case().version == 2


def test_a_late_deed_meets_the_state_that_the_expiry_left() -> None:
    office = Office(SILENT)
    with pytest.raises(Refused, match="it is expired"):
        office.operations.act("case-1", Submit(task="work:1"), person("carl"), moment("2027-03-20"))
    assert office.case().stage == "busy"  # refused: the whole transaction, the clock will bring the dates
    outcome = office.operations.act("case-1", lambda work, case: Take(transition="finish"), person("olga"),
                                    moment("2027-03-20"))  # fmt: skip
    assert (outcome.before.stage if outcome.before else None, outcome.case.stage) == ("second", "over")


def test_trying_a_deed_out_tells_the_dates_before_it_and_leaves_nothing_behind() -> None:
    office = Office(SILENT)
    seen: list[str] = []

    def finish(work: UnitOfWork, case: Case) -> Take:
        seen.append(case.stage)
        return Take(transition="finish")

    with office.store.write() as work:
        outcomes = office.operations.try_out(work, "case-1", finish, person("olga"), moment("2027-03-20"))
    assert (seen, outcomes[-1].case.stage, len(outcomes) > 1) == (["second"], "over", True)
    assert (office.case().stage, office.case().version) == ("busy", 1)
    with office.store.write() as work, pytest.raises(Refused, match="it is expired"):
        office.operations.try_out(work, "case-1", Submit(task="work:1"), person("carl"), moment("2027-03-20"))


def test_dates_that_came_are_applied_until_none_is_left() -> None:
    office = Office(SILENT, cases=3)
    assert office.operations.claim_due(moment("2027-03-20")) == Applied(applied=6, failed=0)
    assert [office.case(f"case-{n}").stage for n in (1, 2, 3)] == ["second"] * 3
    assert office.operations.claim_due(moment("2027-03-20")) == Applied()
    assert Office(SILENT, cases=3).operations.claim_due(moment("2027-03-20"), limit=1).applied == 6  # one batch


def test_a_rule_that_fails_holds_nobody_up_and_after_five_times_is_stuck() -> None:
    office = Office(SILENT, cases=2)
    office.broken.add("case-1")
    now = moment("2027-03-06")
    assert office.operations.claim_due(now) == Applied(applied=1, failed=1)
    for _ in range(5):
        now += timedelta(hours=1)
        office.operations.claim_due(now)
    with office.store.read() as work:
        assert [row.case for row in work.cases.stuck()] == ["case-1"]
        assert "stuck:case-1" in work.streams()  # not even its task could be opened
    assert office.operations.claim_due(now + timedelta(days=3)).applied == 1


def test_a_stuck_rule_is_the_offices_task(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(SILENT)
    now = moment("2027-03-06")
    for _ in range(5):
        with monkeypatch.context() as patched:
            patched.setattr("engine.deeds.expire", lambda *_: 1 / 0)
            office.operations.claim_due(now)
        now += timedelta(hours=1)
    assert office.case().tasks["stuck:1"].about == "remind:work:1:0"


def test_a_deed_leaves_a_failing_rule_to_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(SILENT)
    monkeypatch.setattr("engine.deeds.expire", lambda *_: 1 / 0)
    office.operations.act("case-1", Submit(task="work:1"), person("carl"), moment("2027-03-06"))
    assert office.case().tasks["work:1"].state == "done"


def test_nothing_comes_due_while_a_case_is_paused() -> None:
    office = Office(SILENT)
    office.operations.act(
        "case-1", PauseCase(reason="ill", until=day("2027-04-20")), person("olga"), moment("2027-03-02")
    )
    assert office.operations.claim_due(moment("2027-03-20")) == Applied()
    office.operations.act("case-1", Take(transition="finish"), person("olga"), moment("2027-03-20"))
    assert office.case().closed


CHILDREN = """
stages: {busy: {}, waiting: {}, over: {end: true}}
transitions:
  advance: {from: busy, to: waiting, by: office}
  heard: {from: waiting, to: over, when: NAME.over}
children: {NAME: {process: small, opens: waiting, await: all}}
"""


def test_a_word_for_a_child_is_heard_once() -> None:
    office = Office(CHILDREN.replace("NAME", "again"))
    office.operations.act("case-1", Take(transition="advance"), person("olga"), moment("2027-03-02"))
    assert office.operations.claim_due(moment("2027-03-02")) == Applied(applied=1)
    assert ([each.name for each in office.called], office.case("child").stage) == (["again"], "busy")
    assert office.operations.claim_due(moment("2027-03-03")) == Applied()


@pytest.mark.parametrize("name", ["wrong", "nobody"])
def test_a_word_that_nobody_understands_is_recorded_and_the_case_stays_whole(name: str) -> None:
    office = Office(CHILDREN.replace("NAME", name))
    office.operations.act("case-1", Take(transition="advance"), person("olga"), moment("2027-03-02"))
    assert office.operations.claim_due(moment("2027-03-02")) == Applied(applied=1)
    with office.store.read() as work:
        assert [stream for stream in work.streams() if stream.startswith("signal:")] == (
            ["signal:case-1"] if name == "wrong" else []
        )
    office.operations.act("case-1", Assign(name="contact", participants=("p1",)), person("olga"), moment("2027-03-03"))
    with office.store.read() as work:
        broken = [each for each in problems(work) if "nobody has a task" not in each]
    assert (broken, "stuck:1" in office.case().tasks) == ([], name == "wrong")


def test_a_word_from_a_child_moves_its_parent() -> None:
    office = Office(CHILDREN.replace("NAME", "again"))
    office.operations.act("case-1", Take(transition="advance"), person("olga"), moment("2027-03-02"))
    word = Signal(key="k", source="child", target="case-1", name="again.over", effective_at=moment("2027-03-02"))
    with office.store.write() as work:
        office.operations._signal(work, word, moment("2027-03-02"))
        work.commit()
    assert office.case().outcome == "over"


@pytest.mark.parametrize("pairs", [False, True])
def test_whoever_lets_another_organisation_visit_hears_that_the_two_would_visit_one_another(pairs: bool) -> None:
    office = Office(f"launch: {{by: office, ring: {{pairs: {str(pairs).lower()}}}}}" + SILENT)
    with office.store.write() as work:
        work.people.put_organisation(an_organisation("south", name="De Wilg"))
        start = Launch(case="case-2", cycle="cycle", subject="south", roles=ROLES, visitor="north")
        office.operations.launch(work, office.definition, start, a_world(), moment("2027-03-01"), OPERATOR)
        work.commit()
    deed = ("case-1", ChangeVisitor(visitor="south", reason="it dropped out"), OPERATOR, moment("2027-03-02"))
    if pairs:
        assert office.operations.act(*deed).case.facts["visitor"] == "south"
        return
    with pytest.raises(Refused, match=r"De Wilg and .+ visit one another"):
        office.operations.act(*deed)
