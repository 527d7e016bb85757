"""Which tasks does the engine open by itself? Its own tasks, made from the settings of a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.definition import DueRule, InvitationRule, SeatDef, TaskDef
from engine.expressions import At, DateExpr, Delta, Ref, Shift

ON_THE_DAY = Delta(1, 0, "d", None, "on the day")
# for the owner of the case: working days until each is due
OWNERS = {
    "next_step": 5, "resume": 2, "missing_date": 5, "add_dates": 10, "stuck": 1, "unreached": 1, "wrote_back": 2,
    "decide_mail": 1, "outside_window": 5,
}  # fmt: skip


def built_in_tasks(
    *, owner: str, seats: Iterable[SeatDef], invitations: InvitationRule | None, repeat: Delta | None, order: int
) -> dict[str, TaskDef]:
    """The engine's own tasks; `order` is the first free place behind the declared ones."""
    names = tuple(seat.name for seat in seats)
    made: list[TaskDef] = []
    if invitations is not None:
        made.append(_invitation(invitations, names))
        made.extend(_objections(invitations, repeat))
    if names:
        made.append(_owned("decide_conflict", owner, 3, repeat))
    made.extend(_owned(name, owner, days, repeat) for name, days in OWNERS.items())
    return {task.name: replace(task, order=order + index) for index, task in enumerate(made)}


def _invitation(rule: InvitationRule, seats: tuple[str, ...]) -> TaskDef:
    return TaskDef(
        name="invitation",
        order=0,
        each=seats,
        form=rule.form,
        due=(rule.due,),
        remind=rule.remind,
        silence="nothing",
        built_in=True,
    )


def _objections(rule: InvitationRule, repeat: Delta | None) -> list[TaskDef]:
    objection = rule.objection
    if objection is None:
        return []
    asked = TaskDef(
        name="objection",
        order=0,
        performers=(objection.by,),
        form=objection.form,
        due=(objection.due,),
        remind=objection.remind,
        silence=objection.silence,
        built_in=True,
    )
    return [asked, _owned("decide_objection", objection.decides, 3, repeat)]


def _owned(name: str, performer: str, days: int, repeat: Delta | None) -> TaskDef:
    due = DateExpr(At(Ref("opened")), (Shift(1, days, "wd"),), None, f"opened + {days}wd")
    return TaskDef(
        name=name,
        order=0,
        performers=(performer,),
        due=(DueRule(at=due),),
        remind=(ON_THE_DAY,),
        repeat=repeat,
        built_in=True,
    )
