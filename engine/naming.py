"""How do people come to a case and leave it? Answers to invitations, lists for seats, holders of roles, successors."""

from __future__ import annotations

from engine import seat
from engine.actions import Answer, Assign, Submit, Substitute
from engine.bars import barred
from engine.definition import RoleDef
from engine.draft import Draft
from engine.errors import Refused, UnknownName
from engine.moments import resolve
from engine.offsets import instant
from engine.submitting import submit
from engine.task import participants


def answer(draft: Draft, action: Answer) -> None:
    held = draft.holdings.get(action.holding)
    if held is None:
        raise UnknownName(f"This case has no candidate {action.holding!r}")
    for item in draft.tasks.values():
        if item.name == "invitation" and item.about == held.key and item.is_open:
            answers = {**action.answers, "answer": "yes" if action.accepts else "no"}
            submit(draft, Submit(task=item.key, answers=answers, submission=action.submission, salt=action.salt))
            return
    raise Refused("Can't answer this invitation", [f"the candidate is {held.state}"])


def assign(draft: Draft, action: Assign) -> None:
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
    reasons = [reason for who in action.participants if who not in action.waive for reason in _bars(draft, role, who)]
    if reasons:
        raise Refused(f"Can't name somebody as {action.name}", reasons)
    draft.emit("role_assigned", action.name, waived=dict(action.waive) or None)
    draft.put("roles", action.name, action.participants)
    draft.recalculate = True


def _bars(draft: Draft, role: RoleDef, who: str) -> list[str]:
    found = [reason for bar in role.bars if (reason := barred(draft, bar, who))]
    return found + [f"{who} is of the {name}" for name in role.not_in if who in participants(draft, (name,))]


def substitute(draft: Draft, action: Substitute) -> None:
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
