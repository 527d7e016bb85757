"""How does a piece of work open, get done and close? Instances of tasks, one per holder and row where they ask it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from engine import conditions, counting, recusing
from engine.bars import tied
from engine.case import Task
from engine.definition import TaskDef
from engine.draft import Draft
from engine.forms import outlives, row_count
from engine.instance_keys import dropped_up_to
from engine.instances import done_before, holders_of, is_gone, predecessor_due, rows_of, still_holds
from engine.moments import NOBODY, Scope
from engine.plan import moments
from engine.stopping import goes_on

FACT = "unreached:"
"""Facts of a case: whom mail does not reach, and why."""

UNREACHED = "unreached"
"""The engine's own task about somebody whom mail does not reach."""

TOOK_EFFECT = "took_effect:"
"""Facts of a case: which answers with amounts that count were done when another round replaced their task."""

LASTING = ("invitation", "resume")  # done by whom they were opened for, whoever holds which role


def hear_opening(draft: Draft, moment: str, holding: str | None) -> None:
    """Open what waits for a moment."""
    for definition in draft.plan.opens.get(moment, ()):
        if holding is not None and not _per_seat(draft, definition):
            continue
        open_task(draft, definition, moment=moment, holding=holding)


def open_task(
    draft: Draft,
    definition: TaskDef,
    *,
    moment: str | None = None,
    holding: str | None = None,
    about: str | None = None,
    people: Sequence[str] | None = None,
) -> None:
    """Open a new round of a task: its instances, as many as it has holders and rows.

    `moment` is what opened it (None: a date, a late step or the engine); `holding` limits it to one seat; `about` is
    what an engine's own task is about; `people` does it, where not the definition says who.
    """
    per_seat = holding if definition.each and holding is not None else None
    if definition.condition and not conditions.holds(draft, definition.condition, Scope(holding=holding)):
        return
    current = [
        task
        for task in draft.tasks.values()
        if task.name == definition.name and (per_seat is None or task.holding == per_seat) and task.about == about
    ]
    if any(task.is_open for task in current):
        return
    for old in current:
        _keep_effect(draft, old)
        draft.drop("tasks", old.key)
    counter = definition.name if per_seat is None else f"{definition.name}@{per_seat}"
    round_ = max(draft.rounds.get(counter, 0), dropped_up_to(draft, definition.name))
    draft.emit("task_opening", definition.name, about=about)
    draft.put("rounds", counter, round_ + 1)
    scope = _scope(draft, definition, moment, per_seat)
    draft.put("facts", f"scope:{definition.name}", scope)
    draft.record(f"{definition.name}.opened", at=draft.now)
    holders = [per_seat] if per_seat else holders_of(draft, definition)
    made = 0
    for holder in holders:
        inherited = predecessor_due(draft, definition.name, holder) if per_seat else None
        for row in rows_of(draft, definition, holder):
            _make(draft, definition, round_ + 1, holder, row, scope, about, people, inherited)
            made += 1
    if made == 0 and definition.each_row_of is not None:
        draft.record(f"{definition.name}.done")


def _keep_effect(draft: Draft, old: Task) -> None:
    """An instance goes; whether its amounts and findings count is known of nothing else (decisions 29 and 37)."""
    form = draft.definition.forms.get(draft.definition.tasks[old.name].form or "")
    if old.state == "done" and old.answer is not None and form is not None and outlives(form):
        draft.put("facts", f"{TOOK_EFFECT}{old.key}", old.answer)


def _scope(draft: Draft, definition: TaskDef, moment: str | None, holding: str | None) -> str:
    """The state that a task belongs to: the one named in `opens`, else the stage in force. With `until`: none."""
    if definition.until or definition.built_in:
        return ""
    if moment in draft.definition.stages:
        return moment or ""
    if moment is not None:
        track, _, state = moment.partition(".")
        if track in draft.definition.tracks and state in draft.definition.tracks[track].states:
            return f"{moment}@{holding}" if holding and draft.definition.tracks[track].each else moment
    return draft.stage


def _make(
    draft: Draft,
    definition: TaskDef,
    round_: int,
    holder: str | None,
    row: str | None,
    scope: str,
    about: str | None,
    people: Sequence[str] | None,
    inherited: Any = None,
) -> None:
    key = f"{definition.name}:{round_}" + (f"@{holder}" if holder else "") + (f"/{row}" if row else "")
    own = Scope(holding=holder)
    skipped = bool(definition.skip_if) and conditions.holds(draft, definition.skip_if, own)
    task = Task(
        key=key,
        name=definition.name,
        round=round_,
        holding=holder,
        row=row,
        state="skipped" if skipped else "open",
        scope=scope,
        opened=draft.now,
        opened_seq=draft.step(),
        about=about,
        inherited=inherited,
    )
    draft.emit("task_skipped" if skipped else "task_opened", key)
    task = update_assignees(draft, task, people)
    draft.put("tasks", key, task)
    if skipped:
        announce(draft, definition.name)


def update_assignees(draft: Draft, task: Task, people: Sequence[str] | None = None) -> Task:
    """The same instance with those who may do it now."""
    found = tuple(people) if people is not None else assignees(draft, task)
    return task if found == task.assignees else replace(task, assignees=found)


def assignees(draft: Draft, task: Task) -> tuple[str, ...]:
    """Who may do an instance now: its holder, or everybody behind the roles that the definition names."""
    definition = draft.definition.tasks[task.name]
    if task.name in LASTING and task.assignees:
        return task.assignees
    if task.state == "signing" and definition.sign is not None:
        return participants(draft, (definition.sign.by,))
    if task.holding is not None:
        held = draft.holdings.get(task.holding)
        return (held.participant,) if held is not None else (task.holding,)
    found = _able(draft, definition, definition.performers) or _who_stayed(draft, task.assignees)
    if definition.each_row_of is not None:
        out = recusing.out_of(draft, task.row, definition.each_row_of)
        found = tuple(who for who in found if who not in out)
    return _whom_mail_reaches(draft, found) if task.name == UNREACHED else found


def _who_stayed(draft: Draft, people: tuple[str, ...]) -> tuple[str, ...]:
    """Of those who had a task that nobody else could do: all but whoever left their seat, who has it no more."""
    seats = [held for held in draft.holdings.values() if held.participant in people]
    left = {held.participant for held in seats if held.state == "left"}
    still = {held.participant for held in seats if held.state in ("proposed", "invited", "accepted", "seated")}
    return tuple(who for who in people if who not in left - still)


def _whom_mail_reaches(draft: Draft, owners: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the owners who can be mailed, or else of the whole office; where nobody can, the owners."""
    names = [name for name, role in draft.definition.roles.items() if role.of == "secretariat"]
    for people in (owners, participants(draft, names)):
        reached = tuple(who for who in people if draft.facts.get(FACT + who) != "dead_address")
        if reached:
            return reached
    return owners


def _able(draft: Draft, definition: TaskDef, names: Iterable[str]) -> tuple[str, ...]:
    """Everybody behind the names; of a meeting only whom its record names, and nobody with a tie where that recuses."""
    return tuple(dict.fromkeys(
        member.participant
        for name in names
        for member in counting.holders(draft, name)
        if member.participant is not None
        and (not definition.only_present or counting.is_present(draft, member))
        and (definition.recuse_tie is None or tied(draft, definition.recuse_tie, member.participant) is None)
    ))  # fmt: skip


def participants(draft: Draft, names: Iterable[str]) -> tuple[str, ...]:
    """Everybody behind roles, seats and groups, each once."""
    found: dict[str, None] = {}
    for name in names:
        for member in counting.holders(draft, name):
            if member.participant is not None:
                found[member.participant] = None
    return tuple(found)


def hear_end(draft: Draft, moment: str, holding: str | None) -> None:
    """Close what lives until a moment."""
    for definition in draft.plan.ends.get(moment, ()):
        if holding is not None and not definition.each:
            continue
        for task in [item for item in draft.tasks.values() if item.name == definition.name and item.is_open]:
            if holding is None or task.holding in (None, holding):
                close(draft, task, "closed")


def leave(draft: Draft, scope: str) -> None:
    """A stage or track state is left: what belongs to it is not needed any more."""
    for task in [item for item in draft.tasks.values() if item.is_open and item.scope == scope]:
        close(draft, task, "closed")


def open_again(draft: Draft, scope: str) -> None:
    """A state is restored: what its leaving closed is needed after all."""
    for task in [item for item in draft.tasks.values() if item.state == "closed" and item.scope == scope]:
        if task.holding is None or still_holds(draft, task, draft.definition.tasks[task.name]):
            draft.emit("task_reopened", task.key)
            draft.update_task(task, state="open", still_since=goes_on(draft, task))


def close(draft: Draft, task: Task, state: str, *, tacit: bool = False, by: str | None = None, **parts: Any) -> None:
    """End an instance: done, expired (nobody did it in time), or closed (not needed)."""
    draft.emit(f"task_{state}", task.key, tacit=True if tacit else None)
    draft.update_task(
        task, state=state, tacit=tacit, done_by=by, done_at=draft.at if state == "done" else None, **parts
    )
    if state == "closed":
        return
    per_holder = task.holding is not None
    own = [item for item in draft.tasks.values() if item.name == task.name and item.holding == task.holding]
    if per_holder and not any(item.is_open for item in own):
        draft.record(f"{task.name}.{state}", holding=task.holding)
    announce(draft, task.name)


def announce(draft: Draft, name: str) -> None:
    """`.done` as soon as a task's completion rule holds, `.expired` when its last open instance has run out: once."""
    definition = draft.definition.tasks[name]
    if definition.built_in:
        return
    opened = draft.moments.get(f"{name}.opened")
    since = opened.seq if opened else 0
    for ending in ("done", "expired"):
        moment = draft.moments.get(f"{name}.{ending}")
        if moment is not None and moment.seq > since:
            return
    instances = [task for task in draft.tasks.values() if task.name == name and not is_gone(draft, task)]
    if any(task.state == "closed" for task in instances):
        return  # not needed any more: what it would have led to belongs to a state that was left
    if definition.done_if and conditions.holds(draft, definition.done_if, NOBODY):
        draft.record(f"{name}.done")
        for task in instances:
            if task.is_open:
                draft.update_task(task, quiet=True)
        return
    if not instances or any(task.is_open for task in instances):
        return
    states = {task.state for task in instances}
    if "expired" in states:
        draft.record(f"{name}.expired")
    elif states & {"done", "skipped"} and not definition.done_if:
        draft.record(f"{name}.done")


def settle_completions(draft: Draft) -> None:
    """Completion rules may come to hold because somebody left."""
    for name in {task.name for task in draft.tasks.values()}:
        if draft.definition.tasks[name].each and not draft.definition.tasks[name].built_in:
            announce(draft, name)


def finish_by_transition(draft: Draft, transition: str, holding: str | None) -> None:
    """A task that `does` a transition is done when that fires."""
    for definition in draft.plan.doers.get(transition, ()):
        for task in [item for item in draft.tasks.values() if item.name == definition.name and item.is_open]:
            if holding is None or task.holding in (None, holding):
                close(draft, task, "done", by=draft.doer)


def sync(draft: Draft) -> None:
    """Who takes or leaves a seat or role while tasks live: new instances, closed ones, other assignees."""
    for task in [item for item in draft.tasks.values() if item.is_open]:
        definition = draft.definition.tasks[task.name]
        if task.holding is not None and task.name not in LASTING and not still_holds(draft, task, definition):
            close(draft, task, "closed")
            continue
        fresh = update_assignees(draft, task)
        if fresh is not task:
            draft.emit("task_reassigned", task.key)
            draft.put("tasks", task.key, fresh)
    for name, definition in draft.definition.tasks.items():
        if definition.each and not definition.built_in and lives(draft, definition):
            _join(draft, name, definition)
    settle_completions(draft)


def lives(draft: Draft, definition: TaskDef) -> bool:
    """Whether an `each` task takes in who joins now: its state is in force, or its `until` has not come."""
    opened = draft.moments.get(f"{definition.name}.opened")
    if opened is None or _per_seat(draft, definition):
        return False
    if definition.until:
        ends = [draft.moments.get(name) for name in moments(draft.definition, definition.until)]
        passed = draft.moments.get(f"until:{definition.name}")
        return not any(end is not None and end.seq > opened.seq for end in [*ends, passed])
    scope = draft.facts.get(f"scope:{definition.name}", "")
    track, _, state = scope.partition(".")
    if state:
        current = draft.tracks.get(track)
        return current is not None and current.state == state and current.seq < opened.seq
    return bool(draft.stage == scope and draft.stage_seq < opened.seq)


def _per_seat(draft: Draft, definition: TaskDef) -> bool:
    """Whether a task is opened seat by seat: by the state of a track that each seat has."""
    for expr in definition.opens:
        ref = getattr(expr.base, "ref", None)
        if ref is not None and ref.name in draft.definition.tracks and draft.definition.tracks[ref.name].each:
            return True
    return False


def _join(draft: Draft, name: str, definition: TaskDef) -> None:
    have = {task.holding for task in draft.tasks.values() if task.name == name}
    missing = [holder for holder in holders_of(draft, definition) if holder not in have]
    if not missing:
        return
    round_ = draft.rounds.get(name, 1)
    scope = draft.facts.get(f"scope:{name}", "")
    for holder in missing:
        inherited = predecessor_due(draft, name, holder)
        for row in rows_of(draft, definition, holder):
            if not done_before(draft, name, round_, holder, row):
                _make(draft, definition, round_, holder, row, scope, None, None, inherited)


def count_rows(draft: Draft, task: Task, answers: Any) -> None:
    """Remember how many rows an answer has, for tasks that are done per row."""
    form = draft.definition.forms.get(draft.definition.tasks[task.name].form or "")
    if form is not None and any(field.type == "rows" for field in form.fields):
        draft.put("facts", f"{task.name}.rows", str(row_count(form, answers)))
