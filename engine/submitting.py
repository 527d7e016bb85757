"""What does doing a task lead to? Answers checked and kept, what the engine reads in them, signatures, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine import conditions, counting, decisions, forms, listed_days, recusing, seat, task
from engine.actions import Submit
from engine.answers import day, field_of, kept, row_day
from engine.bars import tied
from engine.case import Moment, Present, Task
from engine.definition import DecidesRule, FormDef, TaskDef
from engine.draft import Draft
from engine.errors import InvalidAnswers, Refused, UnknownName
from engine.events import Submission
from engine.expressions import Ref
from engine.history import answers_hash
from engine.moments import resolve, scope_of
from engine.offsets import instant
from engine.plan import TASK_MOMENTS
from engine.saying import said


def submit(draft: Draft, action: Submit) -> None:
    """Somebody does a task, or signs what another has done."""
    item = draft.tasks.get(action.task)
    if item is None:
        raise UnknownName(said("This case has no task {name!r}", name=action.task))
    if not item.is_open:
        raise Refused(
            said("Can't do {task:task}", task=item.name), [said("it is {state:task_state}", state=item.state)]
        )
    if item.state == "signing":
        return _sign(draft, item, action)
    _in_window(draft, item)
    definition = draft.definition.tasks[item.name]
    form = draft.definition.forms.get(definition.form or "")
    answers = _checked(draft, item, form, action.answers)
    item = _kept(draft, item, form, answers, action)
    read(draft, item, form, answers)
    if definition.sign is not None:
        draft.emit("task_submitted", item.key)
        signing = replace(item, state="signing", due=None, closes=None, term=item.term + 1, rungs=(), repeats=0)
        draft.put("tasks", item.key, replace(signing, assignees=task.assignees(draft, signing)))
        draft.record(f"{item.name}.submitted", holding=item.holding)
    elif definition.does and not definition.built_in:
        draft.emit("task_answered", item.key)
    else:
        finish(draft, item, answers)
    return None


def _in_window(draft: Draft, item: Task) -> None:
    window = draft.definition.tasks[item.name].window
    if window is None:
        return
    first = resolve(draft, window.first, scope_of(item))
    if first is not None and not first.provisional and draft.now < instant(first.point, draft.plan.zone, ends=False):
        yet = said("it takes place from {day} on", day=first.point.day)
        raise Refused(said("Can't do {task:task} yet", task=item.name), [yet])


def _checked(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    if form is None:
        return dict(answers)
    clean, problems = forms.validate(draft.definition, form, answers, _reach(draft, item, form))
    if problems:
        what = said("Can't do {task:task}", task=item.name)
        raise InvalidAnswers(what, [problem.told(form.name) for problem in problems])
    return clean


def shortcomings(draft: Draft, item: Task, answers: Mapping[str, Any]) -> list[forms.Problem]:
    """What is wrong with answers to a task that are not handed in, and what is still to come (`lacking`)."""
    form = draft.definition.forms.get(draft.definition.tasks[item.name].form or "")
    return forms.validate(draft.definition, form, answers, _reach(draft, item, form))[1] if form is not None else []


def _reach(draft: Draft, item: Task, form: FormDef) -> forms.Reach:
    scope = scope_of(item)
    return forms.Reach(
        rows=draft.rows,
        people=_people(draft, form),
        holds=lambda line: conditions.holds(draft, (line,), scope),
        value=lambda term: conditions.value(draft, term, scope),
    )


def _people(draft: Draft, form: FormDef) -> dict[str, tuple[str, ...]]:
    groups = {field.of for field in form.fields if field.of}
    groups |= {column.of for field in form.fields for column in field.columns if column.of}
    return {name: task.participants(draft, (name,)) for name in groups}


def _kept(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any], action: Submit) -> Task:
    """The answers go into a row of their own; history knows its id and the salted hash of them."""
    who = draft.doer
    digest = answers_hash(action.salt, answers)
    if action.submission:
        draft.submissions.append(
            Submission(
                id=action.submission, case=draft.id, task=item.key, form=form.name if form else "", participant=who,
                answers=answers, salt=action.salt, hash=digest, at=draft.now,
            )
        )  # fmt: skip
    draft.emit("answers_given", item.key, submission=action.submission or None, hash=digest)
    return draft.update_task(item, submitted=draft.at, submitted_by=who, answer=action.submission or None)


def read(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any]) -> None:
    """What the engine itself reads out of answers: facts of conditions, rows, presence, conflicts, judgements."""
    definition = draft.definition.tasks[item.name]
    for key, value in answers.items():
        if f"{item.name}.{key}" in draft.plan.facts:
            remember(draft, Ref(item.name, key), value)
    task.count_rows(draft, item, answers)
    _remember_days(draft, item, form, answers)
    word = forms.agreed_word(form, answers)
    if word is not None:
        draft.put("facts", f"agreed:{item.key}", word)
    for field in form.fields if form else ():
        if field.marks == "present":
            people = tuple(answers.get(field.name) or ())
            mark = Present(of=field.of or "", participants=people, seq=draft.step())
            draft.put("present", item.name, mark)
        if field.marks == "conflict" and answers.get(field.name) == "yes" and item.holding in draft.holdings:
            seat.declare_conflict(draft, draft.holdings[item.holding or ""], field.name)
    recusing.note(draft, item, form, answers)
    if definition.decides is not None:
        _decide(draft, item, answers)


def remember(draft: Draft, ref: Ref, value: Any) -> None:
    """An answer that the definition reads; one that is a day is a named day from which others count."""
    field = field_of(draft.definition, ref)
    draft.put("facts", str(ref), kept(field, value))
    draft.touched.add(str(ref))
    if field is not None and field.type == "date" and field.per is None and ref.part not in TASK_MOMENTS:
        draft.record(str(ref), day=day(value))


def _remember_days(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any]) -> None:
    """The days in the rows of the first list, from which a task that is done per row counts."""
    rows = next(forms.fields_of_type(form, "rows"), None) if form is not None else None
    if rows is None:
        return
    for column in rows.columns:
        ref = Ref(item.name, column.name)
        if str(ref) not in draft.plan.facts or row_day(draft.definition, ref) is None:
            continue
        given = {f"{ref}/{number}": row.get(column.name) for number, row in enumerate(answers.get(rows.name) or (), 1)}
        for key in [key for key in draft.moments if key.startswith(f"{ref}/") and key not in given]:
            draft.drop("moments", key)
        for key, value in given.items():
            draft.put("moments", key, Moment(at=draft.at, seq=draft.step(), day=day(value)))
        draft.touched.add(str(ref))
        listed_days.remember(draft, ref, answers.get(rows.name) or ())


def _decide(draft: Draft, item: Task, answers: Mapping[str, Any]) -> None:
    definition = draft.definition.tasks[item.name]
    rule = definition.decides
    rubric = draft.definition.rubric
    assert rule is not None
    assert rubric is not None
    reasons = [failure.reason for failure in conditions.failing(draft, rule.quorum)]
    voters = _voters(draft, definition, rule)
    tie = task.participants(draft, (rule.tie,)) if rule.tie else ()
    found, problems = decisions.decide(
        answers, rows=draft.rows, noun=rubric.noun, scales=tuple(rubric.scales), voters=voters,
        tie=tie[0] if tie else None, out={row: recusing.out_of(draft, row) for row in draft.rows},
    )  # fmt: skip
    if reasons or problems:
        raise Refused(said("Can't record the judgement of {task:task}", task=item.name), [*reasons, *problems])
    for row, decision in found.items():
        draft.put("decisions", row, decision)


def _voters(draft: Draft, definition: TaskDef, rule: DecidesRule) -> list[str]:
    """Whose votes count: the body that decides, but for who was away, or whom no record names where only who was there
    takes part; and but for who is out of the task by a tie."""
    voting = rule.votes or tuple(name for name, place in draft.definition.seats.items() if place.votes)
    members = [member for name in voting for member in counting.holders(draft, name)]
    there = dict.fromkeys(
        str(each.participant)
        for each in members
        if (counting.is_present(draft, each) if definition.only_present else not counting.was_away(draft, each))
    )
    window = definition.recuse_tie
    return [who for who in there if window is None or tied(draft, window, who) is None]


def _sign(draft: Draft, item: Task, action: Submit) -> None:
    """The second person signs, or gives it back with a reason."""
    if forms_no(action.answers.get("signed")):
        draft.emit("signature_refused", item.key)
        back = replace(item, state="open", due=None, closes=None, term=item.term + 1, rungs=(), repeats=0)
        draft.put("tasks", item.key, replace(back, assignees=task.assignees(draft, back)))
        return
    finish(draft, item, {})


def forms_no(value: Any) -> bool:
    """Whether an answer is a no."""
    return value is False or str(value).lower() == "no"


def finish(draft: Draft, item: Task, answers: Mapping[str, Any]) -> None:
    """A task is done; the engine's own tasks have consequences for seats."""
    who = draft.doer
    task.close(draft, item, "done", by=who)
    held = draft.holdings.get(item.about or "")
    if held is None:
        return
    if item.name == "invitation":
        word = answers.get("answer", answers.get("accepts", "yes"))
        seat.answered(draft, held, not forms_no(word))
    elif item.name == "objection" and not forms_no(answers.get("objects", "no")):
        task.open_task(draft, draft.definition.tasks["decide_objection"], about=held.key)
    elif item.name == "decide_objection" and not forms_no(answers.get("upheld", "no")):
        seat.move(draft, held, "left" if held.state == "seated" else "refused", reason="objection upheld")
    elif item.name == "decide_conflict":
        _conflict_decided(draft, held.key, not forms_no(answers.get("upheld", "no")))


def _conflict_decided(draft: Draft, holding: str, upheld: bool) -> None:
    conflict = draft.conflicts[holding]
    draft.put("conflicts", holding, replace(conflict, state="upheld" if upheld else "waived"))
    if upheld:
        seat.move(draft, draft.holdings[holding], "left", reason="conflict of interest")
