"""What does each action do? One function per action; what follows from it is `settling`'s business."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine import conditions, decisions, forms, seat, task
from engine.actions import (
    Action,
    Answer,
    Assign,
    Correct,
    Differ,
    Expire,
    Extend,
    PauseCase,
    Pin,
    Recalculate,
    Receive,
    ResumeCase,
    RuleStuck,
    Submit,
    Substitute,
    Take,
    Waive,
)
from engine.arrows import blockers, positions, too_late, used_up
from engine.authority import waiver_allowed
from engine.case import Due, Moment, Pause, Present, Task, Waiver
from engine.codec import canonical, plain
from engine.deadlines import give_back
from engine.definition import FormDef, TransitionDef
from engine.draft import Draft
from engine.errors import InvalidAnswers, Refused, UnknownName
from engine.events import Submission
from engine.expiry import expire, stuck
from engine.moments import Scope, calendar, resolve, shift_delta
from engine.offsets import Point, instant
from engine.settling import fire, force_state, set_date

WHILE_PAUSED = (ResumeCase, Correct, Expire, Receive, RuleStuck)


def name(action: Action) -> str:
    """The verb of an action, for sentences."""
    match action:
        case Take():
            return action.transition
        case Submit():
            return f"do {action.task}"
        case _:
            return type(action).__name__.removesuffix("Case").lower()


def do(draft: Draft, action: Action) -> None:
    """Carry out one action on the draft. Raises Refused with all reasons where it cannot be done."""
    if draft.paused is not None and not isinstance(action, WHILE_PAUSED) and not _ends_it(draft, action):
        until = draft.paused.until
        raise Refused(f"Can't {name(action)}", [f"the case is paused until {until}: resume it first"])
    match action:
        case Take():
            take(draft, action)
        case Submit():
            submit(draft, action)
        case Answer():
            _answer(draft, action)
        case Assign():
            _assign(draft, action)
        case Substitute():
            _substitute(draft, action)
        case Extend():
            _extend(draft, action)
        case PauseCase():
            _pause(draft, action)
        case ResumeCase():
            _resume(draft, action)
        case Waive():
            _waive(draft, action.line, action.scope, action.reason)
        case Pin():
            _pin(draft, action)
        case Differ():
            _differ(draft, action)
        case Correct():
            _correct(draft, action)
        case Recalculate():
            draft.emit("recalculated", draft.stage, reason=action.reason)
            draft.recalculate = True
        case Expire():
            expire(draft, action.deadline)
        case Receive():
            draft.emit("heard_of", action.name, data=dict(action.data) or None)
            draft.record(action.name)
        case RuleStuck():
            stuck(draft, action.deadline, action.error)


def _ends_it(draft: Draft, action: Action) -> bool:
    """While a case is paused it can still be withdrawn: taken to an end that drops everything."""
    if not isinstance(action, Take):
        return False
    arrow = draft.definition.transitions.get(action.transition)
    target = draft.definition.stages.get(arrow.target or "") if arrow and arrow.track is None else None
    return target is not None and target.end


# transitions ----------------------------------------------------------------------------------------------------------


def take(draft: Draft, action: Take) -> None:
    """A person takes a transition of the definition."""
    arrow = draft.definition.transitions.get(action.transition)
    if arrow is None:
        raise UnknownName(f"{draft.definition.name} has no transition {action.transition!r}")
    answers = _asked(draft, arrow, action.answers)
    draft.chosen = answers
    place = _place(draft, arrow, draft.actor.on_behalf_of or draft.actor.participant)
    state, holding = place
    reasons = [] if not used_up(draft, arrow, holding) else [f"used {arrow.times} of {arrow.times}"]
    reasons += ["this was possible until a day that is over"] if too_late(draft, arrow) else []
    for failure in blockers(draft, arrow, state, holding):
        reason = action.waive.get(failure.line.text)
        if reason and failure.line.waive and waiver_allowed(draft, draft.actor, failure.line.waive):
            _waive(draft, failure.line.text, state, reason)
        else:
            hint = f" (can be waived by {failure.line.waive})" if failure.line.waive else ""
            reasons.append(f"{failure.reason}{hint}")
    if reasons:
        raise Refused(f"Can't {arrow.name} in {state}", reasons)
    if arrow.by_all and not _all_agree(draft, arrow):
        return
    fire(draft, arrow, holding, answers)


def _place(draft: Draft, arrow: TransitionDef, who: str | None) -> tuple[str, str | None]:
    """Where the arrow begins: the spine, a track, or the actor's own seat of a track that each seat has."""
    found = [
        (state, holding)
        for track, state, _, holding in positions(draft)
        if track == arrow.track and state in arrow.sources
    ]
    for state, holding in found:
        held = draft.holdings.get(holding or "")
        if holding is None or (held is not None and held.participant == who):
            return state, holding
    if found:
        return found[0]
    where = draft.stage if arrow.track is None else _track_text(draft, arrow.track)
    raise Refused(f"Can't {arrow.name}", [f"it begins in {' or '.join(arrow.sources)}, the case is in {where}"])


def _track_text(draft: Draft, track: str) -> str:
    states = [current.state for key, current in draft.tracks.items() if key.partition("@")[0] == track]
    return f"{track}: {', '.join(states) or 'not begun'}"


def _asked(draft: Draft, arrow: TransitionDef, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a transition asks for, in their types."""
    problems: list[str] = []
    clean: dict[str, Any] = {}
    for key in given:
        if key not in arrow.asks:
            problems.append(f"{key}: not asked; asked: {', '.join(arrow.asks) or 'nothing'}")
    for key, kind in arrow.asks.items():
        value = given.get(key)
        if value in (None, ""):
            problems.append(f"{key}: an answer is needed ({kind})")
            continue
        try:
            clean[key] = _typed(draft, kind, value)
        except ValueError as error:
            problems.append(f"{key}: {error}")
    if problems:
        raise InvalidAnswers(f"Can't {arrow.name}", problems)
    return clean


def _typed(draft: Draft, kind: str, value: Any) -> Any:
    if kind == "date":
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(f"a day such as 2027-04-22 is expected, not {value!r}") from None
    if kind == "seat" and str(value) not in draft.holdings:
        raise ValueError(f"{value!r} is no place in this panel; there are {', '.join(draft.holdings)}")
    return str(value)


def _all_agree(draft: Draft, arrow: TransitionDef) -> bool:
    """Several roles must want it: each says so once; whether the last one just did."""
    who = draft.actor.on_behalf_of or draft.actor.participant
    for role in arrow.by_all:
        if (who is None and role == arrow.by_all[-1]) or (who is not None and who in task.participants(draft, (role,))):
            draft.emit("consent_given", arrow.name, role=role)
            draft.put("moments", f"consent:{arrow.name}:{role}", _moment(draft))
    given = [role for role in arrow.by_all if f"consent:{arrow.name}:{role}" in draft.moments]
    if len(given) < len(arrow.by_all):
        return False
    for role in arrow.by_all:
        draft.drop("moments", f"consent:{arrow.name}:{role}")
    return True


def _moment(draft: Draft) -> Moment:
    return Moment(at=draft.at, seq=draft.step())


def _waive(draft: Draft, line: str, scope: str, reason: str) -> None:
    draft.emit("waived", line, reason="given")
    who = draft.actor.on_behalf_of or draft.actor.participant
    draft.put("waivers", f"{scope}: {line}", Waiver(line=line, scope=scope, by=who, reason=reason))


# tasks ----------------------------------------------------------------------------------------------------------------


def submit(draft: Draft, action: Submit) -> None:
    """Somebody does a task, or signs what another has done."""
    item = draft.tasks.get(action.task)
    if item is None:
        raise UnknownName(f"This case has no task {action.task!r}")
    if not item.is_open:
        raise Refused(f"Can't do {item.name}", [f"it is {item.state}"])
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
        draft.fresh.add(item.key)
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
    first = resolve(draft, window.first, Scope(holding=item.holding, task=item))
    if first is not None and not first.provisional and draft.now < instant(first.point, draft.plan.zone, ends=False):
        raise Refused(f"Can't do {item.name} yet", [f"it takes place from {first.point.day} on"])


def _checked(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    if form is None:
        return dict(answers)
    reach = forms.Reach(rows=draft.rows, people=_people(draft, form))
    clean, problems = forms.validate(draft.definition, form, answers, reach)
    if problems:
        raise InvalidAnswers(f"Can't do {item.name}", [str(problem) for problem in problems])
    return clean


def _people(draft: Draft, form: FormDef) -> dict[str, tuple[str, ...]]:
    groups = {field.of for field in form.fields if field.of}
    groups |= {column.of for field in form.fields for column in field.columns if column.of}
    return {name: task.participants(draft, (name,)) for name in groups}


def _kept(draft: Draft, item: Task, form: FormDef | None, answers: Mapping[str, Any], action: Submit) -> Task:
    """The answers go into a row of their own; history knows its id and the salted hash of them."""
    who = draft.actor.on_behalf_of or draft.actor.participant
    digest = hashlib.sha256(f"{action.salt}\n{canonical(plain(answers))}".encode()).hexdigest()
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
            draft.put("facts", f"{item.name}.{key}", str(value))
    task.count_rows(draft, item, answers)
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
    if definition.decides is not None:
        _decide(draft, item, answers)


def _decide(draft: Draft, item: Task, answers: Mapping[str, Any]) -> None:
    rule = draft.definition.tasks[item.name].decides
    rubric = draft.definition.rubric
    assert rule is not None
    assert rubric is not None
    reasons = [failure.reason for failure in conditions.failing(draft, rule.quorum)]
    voting = [name_ for name_, place in draft.definition.seats.items() if place.votes]
    there = {who for mark in draft.present.values() for who in mark.participants}
    voters = [who for who in task.participants(draft, voting) if not there or who in there]
    tie = task.participants(draft, (rule.tie,)) if rule.tie else ()
    found, problems = decisions.decide(
        answers, rows=draft.rows, noun=rubric.noun, scales=tuple(rubric.scales), voters=voters,
        tie=tie[0] if tie else None,
    )  # fmt: skip
    if reasons or problems:
        raise Refused(f"Can't record the judgement of {item.name}", [*reasons, *problems])
    for row, decision in found.items():
        draft.put("decisions", row, decision)


def _sign(draft: Draft, item: Task, action: Submit) -> None:
    """The second person signs, or gives it back with a reason."""
    if forms_no(action.answers.get("signed")):
        draft.emit("signature_refused", item.key)
        back = replace(item, state="open", due=None, closes=None, term=item.term + 1, rungs=(), repeats=0)
        draft.put("tasks", item.key, replace(back, assignees=task.assignees(draft, back)))
        draft.fresh.add(item.key)
        return
    finish(draft, item, {})


def forms_no(value: Any) -> bool:
    """Whether an answer is a no."""
    return value is False or str(value).lower() == "no"


def finish(draft: Draft, item: Task, answers: Mapping[str, Any]) -> None:
    """A task is done; the engine's own tasks have consequences for seats."""
    who = draft.actor.on_behalf_of or draft.actor.participant
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


def _answer(draft: Draft, action: Answer) -> None:
    held = draft.holdings.get(action.holding)
    if held is None:
        raise UnknownName(f"This case has no candidate {action.holding!r}")
    for item in draft.tasks.values():
        if item.name == "invitation" and item.about == held.key and item.is_open:
            answers = {**action.answers, "answer": "yes" if action.accepts else "no"}
            submit(draft, Submit(task=item.key, answers=answers, submission=action.submission, salt=action.salt))
            return
    raise Refused("Can't answer this invitation", [f"the candidate is {held.state}"])


# people ---------------------------------------------------------------------------------------------------------------


def _assign(draft: Draft, action: Assign) -> None:
    if action.name in draft.definition.seats:
        seat.assign(draft, action.name, action.participants, action.places, action.waive)
        return
    role = draft.definition.roles.get(action.name)
    if role is None:
        raise UnknownName(f"{draft.definition.name} has no seat or role {action.name!r}")
    number = len(action.participants)
    if number < role.least or (role.most is not None and number > role.most):
        most = "any number" if role.most is None else str(role.most)
        raise Refused(f"Can't name {number} people as {action.name}", [f"{role.least} to {most} fit"])
    draft.emit("role_assigned", action.name)
    draft.put("roles", action.name, action.participants)
    draft.recalculate = True


def _substitute(draft: Draft, action: Substitute) -> None:
    held = draft.holdings.get(action.holding)
    if held is None:
        raise UnknownName(f"This case has no place {action.holding!r}")
    if held.state not in seat.LIVE:
        raise Refused("Can't replace somebody who has no place", [f"{held.key} is {held.state}"])
    rule = draft.definition.invitations.replace if draft.definition.invitations else None
    if rule is not None and rule.until is not None and action.successor is not None:
        found = resolve(draft, rule.until)
        if found and not found.provisional and draft.now > instant(found.point, draft.plan.zone, ends=True):
            raise Refused("Can't replace somebody now", [f"this was possible until {found.point.day}"])
    seat.substitute(draft, held, action.successor, action.reason, action.waive)


# dates ----------------------------------------------------------------------------------------------------------------


def _extend(draft: Draft, action: Extend) -> None:
    item = draft.tasks.get(action.task)
    if item is None:
        raise UnknownName(f"This case has no task {action.task!r}")
    if item.state == "expired":
        item = _reopen(draft, item)
    reasons = _extension_problems(draft, item, action.until)
    if reasons:
        raise Refused(f"Can't extend {item.name}", reasons)
    draft.emit("extended", item.key, until=action.until)
    _set_by_hand(draft, item, action.until, f"extended: {action.reason}", pinned=None, extensions=item.extensions + 1)


def _extension_problems(draft: Draft, item: Task, until: date) -> list[str]:
    rule = draft.definition.tasks[item.name].extend
    if not item.is_open or item.due is None:
        return [f"it is {item.state}"]
    if rule is None:
        return ["the process allows no extension of it; the office may set its date by hand (pin)"]
    reasons: list[str] = []
    if item.extensions >= rule.times:
        reasons.append(f"it was extended {item.extensions} of {rule.times} times")
    cal = calendar(draft, _calendar_of(draft, item), Scope(holding=item.holding, task=item))
    furthest = shift_delta(draft, item.due.day, rule.at_most, cal).day
    if until > furthest:
        reasons.append(f"at most {rule.at_most.text}, that is until {furthest}")
    if rule.not_after is not None:
        bound = resolve(draft, rule.not_after, Scope(holding=item.holding, task=item))
        if bound is not None and until > bound.point.day:
            reasons.append(f"not after {bound.point.day} ({rule.not_after.text})")
    if until <= item.due.day:
        reasons.append(f"it is due on {item.due.day} already")
    return reasons


def _calendar_of(draft: Draft, item: Task) -> str | None:
    known = item.due is not None and item.due.calendar in draft.definition.calendars
    return item.due.calendar if known and item.due is not None else None


def _reopen(draft: Draft, item: Task) -> Task:
    """After the date: possible while the case is where the expiry brought it and nothing else has come of it."""
    expired = draft.moments.get(f"{item.name}.expired")
    reasons: list[str] = []
    if expired is None:
        reasons.append("it did not expire")
    elif draft.stage_seq > expired.seq:
        reasons.append(f"the case has gone on to {draft.stage}")
    followers = [
        other.key for other in draft.tasks.values()
        if expired and other.opened_seq > expired.seq and other.state in ("done", "signing")
    ]  # fmt: skip
    reasons += [f"{key}, which it opened, is done" for key in followers]
    if reasons:
        raise Refused(f"Can't extend {item.name} after its date", [*reasons, "a correction by hand remains possible"])
    draft.emit("task_reopened", item.key)
    draft.drop("moments", f"{item.name}.expired")
    for other in list(draft.tasks.values()):
        if expired and other.is_open and other.opened_seq > expired.seq:
            task.close(draft, other, "closed")
    return draft.update_task(item, state="open", done_at=None, done_by=None)


def _set_by_hand(draft: Draft, item: Task, day: date, text: str, *, pinned: str | None, **parts: Any) -> None:
    at = instant(Point(day), draft.plan.zone, ends=True)
    old = item.due
    due = Due(
        day=day, at=at, text=text, calendar=old.calendar if old else "", version=old.version if old else "",
        pinned=pinned, shifted=pinned is None,
    )  # fmt: skip
    draft.told_data["extended"] = item.key
    draft.telling.append(("moved", item.key, old or due))
    draft.update_task(item, due=due, term=item.term + 1, rungs=(), repeats=0, **parts)
    draft.fresh.add(item.key)
    draft.touched.add(f"{item.name}.due")


def _pin(draft: Draft, action: Pin) -> None:
    item = draft.tasks.get(action.task)
    if item is None or not item.is_open:
        raise Refused("Can't set the date by hand", [f"{action.task} is not open"])
    draft.emit("pinned", item.key, until=action.day)
    _set_by_hand(draft, item, action.day, f"set by hand: {action.reason}", pinned=action.reason)


# the case as a whole --------------------------------------------------------------------------------------------------


def _pause(draft: Draft, action: PauseCase) -> None:
    if draft.paused is not None:
        raise Refused("Can't pause the case", [f"it is paused since {draft.paused.since:%Y-%m-%d}"])
    if draft.definition.pause is None:
        raise Refused("Can't pause the case", ["its process knows no pause"])
    if action.until <= draft.now.astimezone(draft.plan.zone).date():
        raise Refused("Can't pause the case", [f"{action.until} is not ahead"])
    draft.emit("paused", draft.stage, until=action.until)
    draft.chosen = {"reason": action.reason, "until": action.until}
    who = draft.actor.on_behalf_of or draft.actor.participant
    draft.set("paused", Pause(since=draft.now, by=who, until=action.until, reason=action.reason))
    draft.record("case.paused")


def _resume(draft: Draft, action: ResumeCase) -> None:
    if draft.paused is None:
        raise Refused("Can't resume the case", ["it is not paused"])
    today = draft.now.astimezone(draft.plan.zone).date()
    missing = [
        key for key, moment in draft.moments.items()
        if key in draft.definition.dates and draft.definition.dates[key].moves and moment.day is not None
        and draft.paused.since.date() <= moment.day < today and key not in action.dates
    ]  # fmt: skip
    if missing:
        raise Refused("Can't resume the case", [f"{key} has passed: give it a new day" for key in missing])
    since = draft.paused.since
    draft.emit("resumed", draft.stage)
    draft.set("paused", None)
    for key, day in action.dates.items():
        draft.told_data["old_date"] = draft.moments[key].day if key in draft.moments else None
        set_date(draft, key, day)
    give_back(draft, since)
    draft.recalculate = True
    draft.record("case.resumed")
    for item in [each for each in draft.tasks.values() if each.is_open and each.name == "resume"]:
        task.close(draft, item, "done", by=draft.actor.participant)


def _differ(draft: Draft, action: Differ) -> None:
    value = draft.definition.values.get(action.value)
    if value is None or action.choice not in value.choices:
        raise UnknownName(f"{action.value} has no choice {action.choice!r}")
    missing = [key for key in value.differ_asks if not action.answers.get(key)]
    if missing:
        raise InvalidAnswers(f"Can't set {action.value}", [f"{key}: an answer is needed" for key in missing])
    draft.emit("differed", action.value, choice=action.choice)
    draft.put("differs", action.value, action.choice)


def _correct(draft: Draft, action: Correct) -> None:
    """A manual override, with a reason that is always shown."""
    if not action.reason.strip():
        raise InvalidAnswers("Can't correct by hand", ["reason: an answer is needed"])
    draft.emit("corrected", action.state or action.task or draft.stage, reason=action.reason, to=action.to)
    if action.state is not None:
        _check_state(draft, action.state)
        force_state(draft, action.state)
    if action.task is not None:
        item = draft.tasks.get(action.task)
        if item is None:
            raise UnknownName(f"This case has no task {action.task!r}")
        _force_task(draft, item, action.to or "done")


def _check_state(draft: Draft, state: str) -> None:
    ref = state.partition("@")[0]
    name_, _, wanted = ref.partition(".")
    track = draft.definition.tracks.get(name_)
    if state in draft.definition.stages:
        return
    key = f"{name_}@{state.partition('@')[2]}" if "@" in state else name_
    if track is None or wanted not in track.states or key not in draft.tracks:
        raise UnknownName(f"{state!r} is no stage, and no state of a track that is alive")


def _force_task(draft: Draft, item: Task, to: str) -> None:
    if to == "open":
        draft.update_task(item, state="open", done_at=None, done_by=None, quiet=False, term=item.term + 1, rungs=())
        draft.fresh.add(item.key)
    elif item.is_open:
        task.close(draft, item, to, by=draft.actor.on_behalf_of or draft.actor.participant)
    else:
        raise Refused(f"Can't correct {item.key}", [f"it is {item.state} already"])
