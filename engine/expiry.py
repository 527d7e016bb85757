"""What happens when a date comes? Each kind of row, checked again for need."""

from __future__ import annotations

from engine import children, seat, task
from engine.arming import armed_name
from engine.case import Deadline, Moment, Task
from engine.draft import Draft
from engine.errors import Refused
from engine.expressions import Delta
from engine.saying import said


def expire(draft: Draft, key: str) -> None:
    """Apply the effect of a row whose moment has come; the row goes."""
    row = draft.deadlines.get(key)
    if row is None:
        return
    if draft.paused is not None and not row.clock_runs:
        raise Refused(said("Can't let {rule} come", rule=row.rule), ["the case is paused"])
    draft.emit("date_came", row.rule, due=row.at, why=row.why)
    draft.drop("deadlines", key)
    match row.kind:
        case "transition":
            name = armed_name(row.subject, row.instance)
            draft.put("moments", name, Moment(at=draft.at, seq=draft.step()))
        case "close":
            _close(draft, draft.tasks[row.subject])
        case "until":
            _until(draft, draft.tasks[row.subject])
        case "open":
            _mark(draft, row)
            task.open_task(draft, draft.definition.tasks[row.subject])
        case "child":
            _mark(draft, row)
            children.call(draft, row.subject)
        case "notice":
            _mark(draft, row)
            draft.telling.append(("dated", row.subject, row.index, f"{row.day}#{row.term}"))
        case "provisional":
            _mark(draft, row)
        case "resume":
            _mark(draft, row)
            paused_by = draft.paused.by if draft.paused else None
            people = (paused_by,) if paused_by else None
            task.open_task(draft, draft.definition.tasks["resume"], about="case", people=people)
        case "remind":
            _remind(draft, row)
        case "late":
            _late(draft, row)
        case "repeat":
            _repeat(draft, row)
        case "moment":
            _mark(draft, row)
            draft.record(row.subject)


def _mark(draft: Draft, row: Deadline) -> None:
    """A dated opening counts once per term of its anchor; the day tells terms apart that no moment does."""
    mark = Moment(at=draft.at, seq=draft.step(), day=row.day)
    draft.put("moments", f"fired:{row.kind}:{row.subject}:{row.index}", mark)


def _close(draft: Draft, item: Task) -> None:
    if not item.is_open:
        return
    definition = draft.definition.tasks[item.name]
    agrees = definition.silence == "agrees"
    task.close(draft, item, "done" if agrees else "expired", tacit=agrees)
    held = draft.holdings.get(item.about or "")
    if item.name == "invitation" and held is not None and held.state == "invited":
        seat.silent(draft, held)


def _until(draft: Draft, item: Task) -> None:
    draft.put("moments", f"until:{item.name}", Moment(at=draft.at, seq=draft.step()))
    if item.is_open:
        task.close(draft, item, "closed")


def _remind(draft: Draft, row: Deadline) -> None:
    """A reminder whose due date has passed gives way to the late step."""
    item = draft.tasks[row.subject]
    if not item.is_open or item.due is None or item.due.at < draft.now:
        draft.emit("reminder_skipped", row.rule, why="past")
        return
    when = draft.definition.tasks[item.name].remind[row.index]
    today = isinstance(when, Delta) and when.amount == 0
    draft.telling.append(("remind", item.key, row.index, "today" if today else "reminder"))


def _late(draft: Draft, row: Deadline) -> None:
    item = draft.tasks[row.subject]
    item = draft.update_task(item, rungs=(*item.rungs, row.index))
    if not item.is_open or item.quiet:
        return
    step = draft.definition.tasks[item.name].late[row.index]
    if step.task is not None:
        task.open_task(draft, draft.definition.tasks[step.task], about=item.key)
    if step.tell is not None:
        draft.telling.append(("late", item.key, row.index, step.tell, step.notice or "late"))


def _repeat(draft: Draft, row: Deadline) -> None:
    item = draft.tasks[row.subject]
    item = draft.update_task(item, repeats=item.repeats + 1)
    if item.is_open and not item.quiet:
        draft.telling.append(("repeat", item.key, item.repeats))


def stuck(draft: Draft, key: str, error: str) -> None:
    """A rule failed too often: the office looks at it, and the case goes on without it."""
    draft.emit("rule_stuck", key, error=error[:200])
    task.open_task(draft, draft.definition.tasks["stuck"], about=key)
