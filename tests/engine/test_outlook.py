"""What can be done next, by whom, and why not? Read from a case, without changing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from engine.actions import Extend, PauseCase, Submit, Take
from engine.case import Case, Holding, TrackState
from engine.outlook import Option, capacities, capacity, is_late, options, roles_for
from tests.builders.definitions import (
    START,
    a_launched_case,
    a_world,
    after,
    on_behalf_of,
    process,
    small_review,
)

BEGIN = Take(transition="begin", answers={"day": "2027-06-15"})
DEVELOPMENT = Path(__file__).parents[2] / "workflows" / "development_review"


def a_writing_case() -> Case:
    return after(a_launched_case(), BEGIN, actor=on_behalf_of("p-cora")).case


def outlook(case: Case, days: int = 0) -> dict[tuple[str, str], Option]:
    found = options(small_review(), case, a_world(), START + timedelta(days=days))
    return {(option.kind, option.name): option for option in found}


def test_every_way_out_of_the_stage_is_told_with_who_may_take_it() -> None:
    found = outlook(a_launched_case())
    assert list(found) == [("take", "begin"), ("take", "give_up"), ("take", "stop"), ("pause", "case")]
    begin = found["take", "begin"]
    assert (begin.roles, begin.participants, begin.target) == (("coordinator",), ("p-cora",), "writing")
    assert begin.possible


def test_lines_about_what_a_deed_asks_are_judged_when_it_is_done() -> None:
    begin = outlook(a_launched_case())["take", "begin"]
    assert begin.asks == ("day",)
    assert begin.asked_lines == (
        "chosen.day is a working day in host", "chosen.day >= now + 8w", "chosen.day <= latest",
    )  # fmt: skip


def test_a_step_that_happens_by_itself_says_when() -> None:
    give_up = outlook(a_launched_case())["take", "give_up"]
    assert give_up.automatic
    assert give_up.at == date(2028, 3, 1)
    assert give_up.waits_for == ("case.launched + 1y",)


def test_a_step_after_a_task_says_which() -> None:
    finish = outlook(a_writing_case())["take", "finish"]
    assert finish.waits_for == ("reflection.done", "reflection.expired")


def test_a_transition_that_several_must_want_names_those_who_have_not_said_so() -> None:
    case = a_launched_case()
    assert outlook(case)["take", "stop"].roles == ("contact", "office")
    half = after(case, Take(transition="stop", answers={"reason": "x"}), actor=on_behalf_of("p-anna")).case
    assert outlook(half)["take", "stop"].roles == ("office",)


def test_an_open_task_is_for_its_assignees_until_it_waits_for_nothing() -> None:
    reflection = outlook(a_writing_case())["submit", "reflection"]
    assert (reflection.roles, reflection.participants) == (("contact",), ("p-anna",))
    assert reflection.at == date(2027, 5, 18)


def test_a_task_that_is_done_by_its_transition_is_not_told_twice() -> None:
    assert ("submit", "choose_day") not in outlook(a_launched_case())


def test_an_extension_says_how_far_it_reaches_and_when_it_is_used_up() -> None:
    case = a_writing_case()
    extend = outlook(case)["extend", "reflection"]
    assert (extend.at, extend.possible) == (date(2027, 6, 1), True)
    more = Extend(task="reflection:1", until=date(2027, 5, 25), reason="ill")
    used = outlook(after(case, more).case)["extend", "reflection"]
    assert used.reasons == ("it was extended 1 of 1 times",)


def test_while_a_case_is_paused_it_can_only_be_resumed_or_ended() -> None:
    paused = after(a_writing_case(), PauseCase(reason="merger", until=date(2027, 4, 1))).case
    found = outlook(paused)
    possible = [key for key, option in found.items() if option.possible]
    assert possible == [("take", "finish"), ("take", "stop"), ("resume", "case")]
    assert found["take", "move_visit"].reasons == ("the case is paused until 2027-04-01: resume it first",)


def test_a_closed_case_has_nothing_left_to_do() -> None:
    answers = {"text": "it goes well", "grade": "far"}
    done = after(a_writing_case(), Submit(task="reflection:1", answers=answers)).case
    assert done.closed
    assert outlook(done) == {}


def test_a_failing_line_says_who_may_set_it_aside() -> None:
    definition, _ = process(DEVELOPMENT)
    case = a_launched_case(definition)
    moment = case.moments["invited"]
    planning = replace(case, stage="planning", tracks={"date": _track(case, "polling")}, moments={"planning": moment})
    found = {option.name: option for option in options(definition, planning, a_world(definition), START)}
    waivable = {each.line: each.waivable_by for each in found["fix_visit"].hindrances}
    assert waivable == {"75% of panel done poll": "office", "1 chair done poll": "office"}
    assert found["fix_visit"].asked_lines == (
        "chosen.day is a working day in host and panel", "chosen.day >= now + 8w", "chosen.day <= latest",
    )  # fmt: skip


def _track(case: Case, state: str) -> TrackState:
    return TrackState(state=state, since=case.stage_since, seq=case.seq)


def test_who_is_invited_may_answer_and_who_is_seated_may_be_replaced() -> None:
    definition, _ = process(DEVELOPMENT)
    case = a_launched_case(definition)
    holdings = {
        f"peer-{rank}": Holding(
            key=f"peer-{rank}", seat="peer", participant=who, rank=rank, state=state, since=START,  # type: ignore[arg-type]  # a SeatState
        )
        for rank, (who, state) in enumerate([("p-sam", "invited"), ("p-anna", "seated")], 1)
    }  # fmt: skip
    found = options(definition, replace(case, holdings=holdings), a_world(definition), START)
    seats = [
        (option.kind, option.key, option.participants) for option in found if option.kind in ("answer", "substitute")
    ]
    assert seats == [("answer", "peer-1", ("p-sam",)), ("substitute", "peer-2", ("p-olga", "p-cora"))]


def test_somebody_acts_under_the_role_that_fits_the_deed() -> None:
    definition, case = small_review(), a_writing_case()
    assert capacities(definition, case, "p-cora") == ("office", "coordinator")
    assert capacity(definition, case, "p-cora", roles_for(definition, case, BEGIN)) == "coordinator"
    assert capacity(definition, case, "p-cora", ()) == "office"
    assert roles_for(definition, case, Submit(task="reflection:1")) == ("contact",)
    assert capacity(definition, case, "p-nobody", ()) is None


def test_a_task_is_late_after_the_end_of_its_due_day() -> None:
    task = a_writing_case().tasks["reflection:1"]
    assert task.due is not None
    assert not is_late(task, task.due.at)
    assert is_late(task, task.due.at + timedelta(seconds=1))


def test_looking_changes_nothing() -> None:
    case = a_launched_case()
    before = repr(case)
    outlook(case)
    assert repr(case) == before
