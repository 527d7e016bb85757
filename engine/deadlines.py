"""Which dates lie ahead of a case, and what must change about them after a step?

Rows exist for open tasks and set timers only; a step writes the difference to what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine import stopping
from engine.arming import has_come, when_instant
from engine.case import Deadline, DeadlineKind, Due, Task
from engine.definition import LateStep
from engine.draft import Draft
from engine.due_dates import calendar_name, dates_ahead, dates_of
from engine.expressions import At, DateExpr, Delta
from engine.moments import NOBODY, Found, Scope, calendar, due_instant, resolve, scope_of, shift_delta, start_instant
from engine.offsets import Point, instant, local
from engine.paused_time import counted
from engine.plan import days, refs_of_date
from engine.reminders import planned
from engine.sending import SPEAKS


def refresh(draft: Draft) -> None:
    """Compute what depends on something that changed, and put the rows right."""
    stopping.follow(draft)
    wanted: dict[str, Deadline] = {}
    subjects: set[str] = set()
    for key in _computed(draft) | (dict.fromkeys(draft.tasks) if draft.former is not None else {}):
        subjects.add(key)
        task = draft.tasks[key]
        if task.is_open:
            for row in _task_rows(draft, task):
                wanted[row.key] = row
    reminded = {task.key for task in draft.tasks.values() if draft.remind_anew and task.key not in subjects}
    for key in sorted(reminded):
        for row in _reminders(draft, draft.tasks[key]):
            wanted[row.key] = row
    for row in [*_case_rows(draft), *_due_now(draft)]:
        wanted[row.key] = row
    _write(draft, wanted, subjects, reminded)
    draft.touched.clear()
    draft.panel_changed = False
    draft.recalculate = draft.remind_anew = False


def _due_now(draft: Draft) -> Iterator[Deadline]:
    """Reminders whose moment is that of a move to another version, which still has them: they come after it."""
    for row in draft.deadlines.values() if draft.former is not None else ():
        task = draft.tasks.get(row.subject)
        if row.kind == "remind" and row.at <= draft.now and task is not None and task.is_open and not task.quiet:
            texts = [each.text for each in draft.definition.tasks[task.name].remind]
            before = draft.before.tasks[task.key].due
            same_day = task.due is not None and before is not None and task.due.day == before.day
            if same_day and texts[row.index : row.index + 1] == [row.why]:
                yield replace(row, term=task.term, rule=f"tasks.{task.name}.remind.{row.index}")


def _computed(draft: Draft) -> dict[str, None]:
    """The tasks whose dates were computed anew; a due date that moved moves those that are counted from it."""
    found: dict[str, None] = {}
    while True:
        known = frozenset(draft.touched)  # it only grows: there are so many names
        for task in list(draft.tasks.values()):
            if _is_stale(draft, task):
                found[task.key] = None
                if task.is_open and not _only_told(draft, task):
                    _with_dates(draft, task)
        if draft.touched == known:
            return found


def _only_told(draft: Draft, task: Task) -> bool:
    """Whether nothing but a late step or a repeat came: that moves no date, whatever has become free meanwhile."""
    before = draft.before.tasks.get(task.key)
    if before is None or _date_follows(draft, task):
        return False
    return replace(before, rungs=task.rungs, repeats=task.repeats) == task


def _is_stale(draft: Draft, task: Task) -> bool:
    """Whether a task was changed in this step, or something on which its date hangs."""
    return draft.before.tasks.get(task.key) is not task or (task.is_open and _date_follows(draft, task))


def _date_follows(draft: Draft, task: Task) -> bool:
    """Whether something changed on which the due date of an open task hangs."""
    if draft.recalculate or task.key in draft.by_version or not draft.plan.anchors[task.name].isdisjoint(draft.touched):
        return True
    if any(rule.condition for rule in draft.definition.tasks[task.name].due):
        return True  # which way is taken may be another one now
    return draft.panel_changed and _counts_panel(draft, task)


def _counts_panel(draft: Draft, task: Task) -> bool:
    names = {name for rule in draft.definition.tasks[task.name].due for name in (rule.calendar, rule.stops_in)}
    return any(part.argument == "panel" for name in names if name for part in draft.definition.calendars.get(name, ()))


def _with_dates(draft: Draft, task: Task) -> None:
    """The instance with its dates as they follow now; a person's act that changes the day begins a new term."""
    due, closes = dates_of(draft, task) if draft.former is None else dates_ahead(draft, task)
    if due == task.due and closes == task.closes:
        return
    changes: dict[str, Any] = {"due": due, "closes": closes}
    moved = task.due is not None and due is not None and due.day != task.due.day
    if moved and draft.former is not None:
        draft.telling.append(("extended", task.key, task.due))
    if moved and draft.by_person:
        changes |= {"term": task.term + 1, "rungs": (), "repeats": 0}
    draft.emit("date_set" if task.due is None else "date_moved", task.key)
    draft.touched.add(f"{task.name}.due")
    draft.update_task(task, **changes)


def _write(draft: Draft, wanted: Mapping[str, Deadline], subjects: set[str], reminded: set[str]) -> None:
    # Sorted: rows come back from a store in another order than they were made, and history must be the same.
    gone = sorted(
        row.key
        for row in draft.deadlines.values()
        if row.key not in wanted
        and (
            row.subject in subjects
            or (row.kind == "remind" and row.subject in reminded)
            or row.subject not in draft.tasks  # a row of the case, or of a task that is not there any more
        )
    )
    fresh = [row for row in wanted.values() if draft.deadlines.get(row.key) != row]
    if not gone and not fresh:
        return
    draft.emit("dates_computed", draft.stage)
    for key in gone:
        draft.drop("deadlines", key)
    for row in fresh:
        draft.put("deadlines", row.key, row)


# rows of one task -----------------------------------------------------------------------------------------------------


def _row(
    draft: Draft, kind: DeadlineKind, task: Task, point: Point, at: datetime, why: str, *, index: int = 0,
    provisional: bool = False,
) -> Deadline:  # fmt: skip
    definition = draft.definition.tasks[task.name]
    runs = any(rule.clock_runs for rule in definition.due)
    return Deadline(
        key=f"{kind}:{task.key}:{index}",
        kind=kind,
        subject=task.key,
        index=index,
        rule=f"tasks.{task.name}.{kind}.{index}",
        order=definition.order,
        instance=task.key,
        term=task.term,
        day=point.day,
        clock=point.clock,
        at=at,
        why=why,
        clock_runs=runs,
        provisional=provisional,
    )


def _task_rows(draft: Draft, task: Task) -> Iterator[Deadline]:
    definition = draft.definition.tasks[task.name]
    for index, expr in enumerate(definition.until):
        yield from _until_rows(draft, task, index, expr)
    if task.due is None or task.still_since is not None:
        return
    if task.closes is not None and not task.closes.provisional:
        closes = task.closes
        yield _row(draft, "close", task, Point(closes.day, closes.clock), closes.at, closes.text)
    if task.quiet:
        return
    yield from _reminders(draft, task)
    if not (definition.optional and not definition.late):
        yield from _late_rows(draft, task, task.due)


def _until_rows(draft: Draft, task: Task, index: int, expr: DateExpr) -> Iterator[Deadline]:
    if expr not in days(draft.definition, (expr,)):
        return
    found = resolve(draft, expr, scope_of(task))
    if found is not None and not found.provisional:
        yield _row(draft, "until", task, found.point, due_instant(draft, found), expr.text, index=index)


def _reminders(draft: Draft, task: Task) -> Iterator[Deadline]:
    if not task.is_open or task.due is None or task.quiet or task.still_since is not None:
        return
    for one in planned(draft, task, task.due):
        point = local(one.at, draft.plan.zone)
        yield _row(draft, "remind", task, point, one.at, one.text, index=one.index, provisional=task.due.provisional)


def _late_rows(draft: Draft, task: Task, due: Due) -> Iterator[Deadline]:
    """The rungs that have not come yet in this term, then the repeats that follow the last one."""
    ladder = draft.definition.tasks[task.name].late
    scope = scope_of(task)
    last = due.day
    for index, step in enumerate(ladder):
        point = rung(draft, step, due, scope, calendar_name(draft, task))
        if point is None:
            continue
        last = max(last, point.day)
        if index not in task.rungs:
            at = instant(point, draft.plan.zone, ends=False)
            yield _row(draft, "late", task, point, at, _text(step), index=index, provisional=due.provisional)
    repeat = draft.definition.tasks[task.name].repeat
    if repeat is not None:
        cal = calendar(draft, None, scope)
        point = Point(last)
        for _ in range(task.repeats + 1):
            point = shift_delta(draft, point.day, repeat, cal)
        point = Point(cal.roll(point.day, "forward"), SPEAKS)
        at = instant(point, draft.plan.zone, ends=False)
        yield _row(draft, "repeat", task, point, at, repeat.text, provisional=due.provisional)


def rung(draft: Draft, step: LateStep, due: Due, scope: Scope, name: str | None) -> Point | None:
    """A rung with a date of its own never speaks before the day after the due date."""
    if isinstance(step.at, Delta):
        return Point(shift_delta(draft, due.day, step.at, calendar(draft, name, scope)).day, step.at.clock or SPEAKS)
    found = resolve(draft, step.at, scope)
    if found is None:
        return None
    return Point(max(found.point.day, due.day + timedelta(days=1)), found.point.clock or SPEAKS)


def _text(step: LateStep) -> str:
    what = f"tell {step.tell}" if step.tell else f"open {step.task}"
    return f"{step.at.text}: {what}"


# rows of the case -----------------------------------------------------------------------------------------------------


def _case_rows(draft: Draft) -> Iterator[Deadline]:
    definition = draft.definition
    yield from _arrow_rows(draft, None, draft.stage, draft.stage_seq, "")
    for key, track in draft.tracks.items():
        name, _, holding = key.partition("@")
        yield from _arrow_rows(draft, name, track.state, track.seq, holding)
    ended = definition.stages[draft.stage].end
    for task in draft.plan.dated_opens:
        if not ended:
            yield from _dated(draft, "open", task.name, task.order, days(definition, task.opens), start_instant)
    for notice in draft.plan.dated_notices:
        dated = days(definition, notice.when)
        yield from _dated(draft, "notice", notice.name, notice.order, _still(draft, dated, ended), _spoken)
    for order, (name, rule) in enumerate(draft.plan.dated_publications):
        yield from _dated(draft, "moment", f"publish:{name}", order, days(definition, rule.when), start_instant)
    if not (ended and definition.stages[draft.stage].drops_children):
        for child in draft.plan.dated_children:
            yield from _dated(draft, "child", child.name, child.order, days(definition, child.opens), start_instant)
    yield from _provisional(draft, ended)
    yield from _resume_row(draft)


def _resume_row(draft: Draft) -> Iterator[Deadline]:
    """The day until which a case is paused; once."""
    if draft.paused is None or draft.paused.until is None:
        return
    until = draft.paused.until
    mark = draft.moments.get("fired:resume:case:0")
    if mark is None or mark.day != until or mark.at < draft.paused.since:
        at = instant(Point(until), draft.plan.zone, ends=True)
        yield _case_row("resume", "case", 0, Point(until), at, "until", runs=True)


def _still(draft: Draft, exprs: list[DateExpr], ended: bool) -> list[DateExpr]:
    """After an end stage only what is counted from that end is still told."""
    if not ended:
        return exprs
    return [expr for expr in exprs if any(str(ref) in (draft.stage, "case.closed") for ref in refs_of_date(expr))]


def _case_row(
    kind: DeadlineKind, subject: str, order: int, point: Point, at: datetime, why: str, *, index: int = 0,
    instance: str = "", runs: bool = False, term: int = 1,
) -> Deadline:  # fmt: skip
    suffix = f"@{instance}" if instance else ""
    return Deadline(
        key=f"{kind}:{subject}{suffix}:{index}", kind=kind, subject=subject, index=index, order=order,
        rule=f"{kind}.{subject}.{index}", instance=instance, day=point.day, clock=point.clock, at=at, why=why,
        clock_runs=runs, term=term,
    )  # fmt: skip


def _arrow_rows(draft: Draft, track: str | None, state: str, entered: int, holding: str) -> Iterator[Deadline]:
    """Timed ways out of a state that is in force, unless their moment has come since it was entered."""
    scope = Scope(holding=holding or None)
    for arrow in draft.plan.arrows.get((track, state), ()):
        for index, expr in enumerate(days(draft.definition, arrow.when)):
            found = counted(draft, expr, scope)
            if found is None or found.provisional:
                continue
            at = when_instant(draft, expr, found)
            if has_come(draft, arrow.name, holding, entered, at):
                continue
            runs = _clock_runs(draft, expr)
            yield _case_row(
                "transition", arrow.name, arrow.order, found.point, at, expr.text, index=index, instance=holding,
                runs=runs, term=_anchor_seq(draft, expr),
            )  # fmt: skip


def waits_for_deadline(draft: Draft) -> bool:
    """Whether an item of `deadlines` is still to come that leads out of a state in force."""
    arrows, named = draft.definition.transitions, draft.definition.deadlines
    for row in draft.deadlines.values():
        if row.kind == "transition" and row.subject in arrows:
            expr = days(draft.definition, arrows[row.subject].when)[row.index]
            if any(ref.name in named for ref in refs_of_date(expr)):
                return True
    return False


def _clock_runs(draft: Draft, expr: DateExpr) -> bool:
    if isinstance(expr.base, At) and expr.base.ref.name in draft.definition.deadlines:
        return draft.definition.deadlines[expr.base.ref.name].clock_runs
    return False


def _anchor_seq(draft: Draft, expr: DateExpr) -> int:
    """When the anchor of a date was last set: a dated opening counts once per term of its anchor."""
    names = draft.plan.names_of(draft.definition, expr)
    seqs = [moment.seq for name in names if (moment := draft.moments.get(name))]
    return max(seqs, default=0)


def _spoken_of(draft: Draft, row: str, expr: DateExpr, found: Found) -> bool:
    """Whether a dated row has come in this term of its anchor; of a due date, a later day is another term."""
    mark = draft.moments.get(f"fired:{row}")
    if mark is None or mark.seq <= _anchor_seq(draft, expr):
        return False
    of_due = any(ref.part == "due" for ref in refs_of_date(expr))
    return not of_due or mark.day is None or found.point.day <= mark.day


def _dated(
    draft: Draft,
    kind: DeadlineKind,
    name: str,
    order: int,
    exprs: Iterable[DateExpr],
    when: Callable[[Draft, Found], datetime],
) -> Iterator[Deadline]:
    for index, expr in enumerate(exprs):
        found = counted(draft, expr, NOBODY)
        if found is None or found.provisional:
            continue
        if _spoken_of(draft, f"{kind}:{name}:{index}", expr, found):
            continue
        at, anchor = when(draft, found), _anchor_seq(draft, expr)
        yield _case_row(kind, name, order, found.point, at, expr.text, index=index, term=anchor)


def _spoken(draft: Draft, found: Found) -> datetime:
    point = Point(found.point.day, found.point.clock or SPEAKS)
    return instant(point, draft.plan.zone, ends=False)


def _provisional(draft: Draft, ended: bool) -> Iterator[Deadline]:
    """A provisional date that passes unfixed becomes a task of the owner."""
    if ended:
        return
    for index, (name, definition) in enumerate(draft.definition.dates.items()):
        if not definition.set_by or name in draft.moments or definition.provisional is None:
            continue
        if f"fired:provisional:{name}:0" in draft.moments:
            continue
        found = resolve(draft, definition.provisional)
        if found is not None:
            at = due_instant(draft, found)
            yield _case_row("provisional", name, index, found.point, at, definition.provisional.text)
