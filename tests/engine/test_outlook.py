"""What can be done next, by whom, and why not? Read from a case, without changing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.actions import (
    Action,
    Answer,
    Differ,
    Extend,
    PauseCase,
    Pin,
    ResumeCase,
    Submit,
    Substitute,
    Take,
)
from engine.case import Case, Due, Holding, Moment, SeatState, Task, TrackState
from engine.expressions import AnyOf, DateExpr, Fixed, IsState, Line, Named, Ref
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
WORKFLOWS = Path(__file__).parents[2] / "workflows"
DEVELOPMENT, ASSESSMENT = WORKFLOWS / "development_review", WORKFLOWS / "assessment_review"


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


# processes with a panel, in the middle of their course ----------------------------------------------------------------


def a_moment(day: date | None = None) -> Moment:
    return Moment(at=START, seq=1, day=day, last_day=day)


def seated(seat: str, who: str, number: int = 1, state: SeatState = "seated") -> Holding:
    return Holding(key=f"{seat}-{number}", seat=seat, participant=who, rank=number, state=state, since=START)


def an_open_task(name: str, **more: Any) -> Task:
    due = Due(day=date(2027, 4, 1), at=START + timedelta(days=31))
    return Task(**{"key": f"{name}:1", "name": name, "round": 1, "opened": START, "due": due, **more})


def a_case_in(folder: Path, stage: str, **more: Any) -> Case:
    """A case of a shipped process that was put into a stage, with a visit on 15 June."""
    case = a_launched_case(process(folder)[0])
    moments = {**case.moments, "visit": a_moment(date(2027, 6, 15)), stage: a_moment()}
    return replace(case, **{"stage": stage, "tasks": {}, "moments": moments, "tracks": {}, **more})


def found_in(folder: Path, case: Case, days: int = 0) -> dict[tuple[str, str], Option]:
    definition = process(folder)[0]
    found = options(definition, case, a_world(definition), START + timedelta(days=days))
    return {(option.kind, option.key or option.name): option for option in found}


def test_a_bounded_transition_says_how_often_it_was_taken() -> None:
    case = a_case_in(DEVELOPMENT, "reaction", counts={"second_round": 1})
    assert found_in(DEVELOPMENT, case)["take", "second_round"].reasons == ("used 1 of 1",)


def test_a_transition_that_was_possible_until_a_day_says_so() -> None:
    definition = small_review()
    until = DateExpr(Fixed(date(2027, 3, 10)), text="2027-03-10")
    begin = replace(definition.transitions["begin"], until=until)
    bounded = replace(definition, behaviour="bounded", transitions={**definition.transitions, "begin": begin})
    case = a_launched_case()
    for days, reasons in ((9, ()), (10, ("this was possible until 2027-03-10",))):
        found = options(bounded, case, a_world(), START + timedelta(days=days))
        assert next(option for option in found if option.name == "begin").reasons == reasons


def test_an_exception_that_holds_is_a_reason() -> None:
    definition = small_review()
    never = Line(IsState(Ref("stage"), False, ("proposed",)), "stage is proposed")
    begin = replace(definition.transitions["begin"], unless=(never,))
    barred = replace(definition, behaviour="barred", transitions={**definition.transitions, "begin": begin})
    found = options(barred, a_launched_case(), a_world(), START)
    assert next(option for option in found if option.name == "begin").reasons == ("not while stage is proposed",)


def test_any_of_several_lines_may_speak_of_what_is_asked() -> None:
    definition = small_review()
    asked = Line(IsState(Ref("chosen", "day"), False, ("x",)), "chosen.day is x")
    told = Line(IsState(Ref("stage"), False, ("writing",)), "stage is writing")
    either = Line(AnyOf((asked, told)), "chosen.day is x or stage is writing")
    count = definition.transitions["begin"].condition[0]
    named = Line(Named("either"), "either", waive="office")
    begin = replace(definition.transitions["begin"], condition=(count, either, named, told))
    loose = replace(
        definition, behaviour="loose", conditions={"either": (either,)},
        transitions={**definition.transitions, "begin": begin},
    )  # fmt: skip
    option = next(each for each in options(loose, a_launched_case(), a_world(), START) if each.name == "begin")
    assert option.asked_lines == (count.text, either.text, "either")
    assert option.reasons == ("stage is writing: it is proposed",)


def test_something_that_takes_place_in_a_window_cannot_be_done_before_it() -> None:
    meeting = an_open_task("prep_meeting", assignees=("p-anna",))
    case = a_case_in(DEVELOPMENT, "reading", tasks={meeting.key: meeting})
    assert found_in(DEVELOPMENT, case)["submit", meeting.key].reasons == ("it takes place from 2027-05-18 on",)
    assert found_in(DEVELOPMENT, case, days=80)["submit", meeting.key].possible


def test_what_waits_for_a_signature_is_for_who_signs() -> None:
    signing = an_open_task("critical_reflection", state="signing", assignees=("p-sam",))
    case = a_case_in(DEVELOPMENT, "preparing", tasks={signing.key: signing})
    option = found_in(DEVELOPMENT, case)["submit", signing.key]
    assert (option.roles, option.participants) == (("signatory",), ("p-sam",))


def test_candidates_are_named_while_that_is_somebodys_task_and_where_a_list_has_run_out() -> None:
    proposal = an_open_task("panel_proposal", assignees=("p-olga",))
    naming = a_case_in(DEVELOPMENT, "planning", tasks={proposal.key: proposal})
    named = [name for kind, name in found_in(DEVELOPMENT, naming) if kind == "assign"]
    assert named == ["chair", "secretary", "peer", "student", "reserve", "observer"]
    chair = seated("chair", "p-sam", state="invited")
    run_out = a_case_in(DEVELOPMENT, "planning", places={"chair": 1, "peer": 2}, holdings={chair.key: chair})
    assert [name for kind, name in found_in(DEVELOPMENT, run_out) if kind == "assign"] == ["secretary", "peer"]
    assert [name for kind, name in found_in(DEVELOPMENT, a_case_in(DEVELOPMENT, "planning")) if kind == "assign"] == []


def test_nobody_is_replaced_after_the_day_until_which_that_is_possible() -> None:
    chair = seated("chair", "p-sam")
    case = a_case_in(ASSESSMENT, "deliberation", holdings={chair.key: chair})
    assert found_in(ASSESSMENT, case)["substitute", "chair-1"].possible
    assert found_in(ASSESSMENT, case, days=120)["substitute", "chair-1"].reasons == (
        "this was possible until 2027-06-15",
    )  # fmt: skip


def test_after_the_end_nobody_is_replaced() -> None:
    chair = seated("chair", "p-sam")
    case = a_case_in(DEVELOPMENT, "done", holdings={chair.key: chair})
    assert ("substitute", "chair-1") not in found_in(DEVELOPMENT, case)


def test_a_derived_value_may_be_set_by_whom_the_process_names() -> None:
    chair = seated("chair", "p-sam")
    case = a_case_in(ASSESSMENT, "deliberation", holdings={chair.key: chair})
    option = found_in(ASSESSMENT, case)["differ", "judgement"]
    assert (option.participants, option.asks) == (("p-sam",), ("reason",))
    differs = replace(case, differs={"judgement": "positive"})
    assert ("differ", "judgement") not in found_in(ASSESSMENT, differs)


@pytest.mark.parametrize(
    ("due", "reasons"),
    [
        (None, ("it has no due date",)),
        (date(2027, 5, 18), ("no day after 2027-05-18 is allowed",)),
        (date(2027, 5, 3), ()),
    ],
)
def test_no_more_time_is_given_than_the_process_allows(due: date | None, reasons: tuple[str, ...]) -> None:
    when = Due(day=due, at=START + timedelta(days=80)) if due else None
    item = an_open_task("critical_reflection", due=when)
    case = a_case_in(DEVELOPMENT, "preparing", tasks={item.key: item})
    assert found_in(DEVELOPMENT, case)["extend", item.key].reasons == reasons


def test_each_action_is_for_the_roles_that_the_process_names() -> None:
    definition = process(ASSESSMENT)[0]
    score = an_open_task("score", holding="chair-1")
    plan = an_open_task("improvement_plan")
    checklist = an_open_task("consensus")
    chair = seated("chair", "p-sam")
    case = a_case_in(
        ASSESSMENT, "deliberation", holdings={chair.key: chair},
        tasks={item.key: item for item in (score, plan, checklist)},
    )  # fmt: skip
    later = date(2027, 5, 1)
    wanted: list[tuple[Action, tuple[str, ...]]] = [
        (Submit(task=score.key), ("chair",)),
        (Answer(holding="chair-1", accepts=True), ("chair",)),
        (Extend(task=plan.key, until=later, reason="x"), ("office",)),
        (Extend(task=checklist.key, until=later, reason="x"), ("office", "coordinator")),
        (PauseCase(reason="x", until=later), ("office",)),
        (ResumeCase(), ("office",)),
        (Substitute(holding="chair-1", successor=None, reason="x"), ("office",)),
        (Differ(value="judgement", choice="positive"), ("chair",)),
        (Pin(task=plan.key, day=later, reason="x"), ("office", "coordinator")),
        (Take(transition="nowhere"), ("office", "coordinator")),
    ]
    assert [(action, roles_for(definition, case, action)) for action, _ in wanted] == wanted
