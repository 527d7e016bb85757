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
from engine.saying import said
from engine.sharing import is_shared
from engine.submitting import submit
from engine.task import participants


def answer(draft: Draft, action: Answer) -> None:
    held = draft.holdings.get(action.holding)
    if held is None:
        raise UnknownName(said("This case has no candidate {name!r}", name=action.holding))
    for item in draft.tasks.values():
        if item.name == "invitation" and item.about == held.key and item.is_open:
            answers = {**action.answers, "answer": "yes" if action.accepts else "no"}
            submit(draft, Submit(task=item.key, answers=answers, submission=action.submission, salt=action.salt))
            return
    raise Refused("Can't answer this invitation", [said("the candidate is {state:seat_state}", state=held.state)])


def assign(draft: Draft, action: Assign) -> None:
    if action.name in draft.definition.seats:
        _refuse_shared(draft, said("Can't propose for {seat:role}", seat=action.name), action.name)
        seat.assign(draft, action.name, action.participants, action.places, action.waive)
        return
    role = draft.definition.roles.get(action.name)
    if role is None:
        raise UnknownName(
            said("{process} has no seat or role {name!r}", process=draft.definition.name, name=action.name)
        )
    number = len(action.participants)
    if number < role.least or (role.most is not None and number > role.most):
        what = said("Can't name {n} people as {role:role}", n=number, role=action.name)
        most = said("any number") if role.most is None else role.most
        raise Refused(what, [said("{least} to {most} fit", least=role.least, most=most)])
    if not number:
        raise Refused(said("Can't name somebody as {role:role}", role=action.name), ["nobody is named"])
    reasons = [reason for who in action.participants if who not in action.waive for reason in _bars(draft, role, who)]
    if reasons:
        raise Refused(said("Can't name somebody as {role:role}", role=action.name), reasons)
    draft.emit("role_assigned", action.name, waived=dict(action.waive) or None)
    draft.put("roles", action.name, action.participants)
    draft.recalculate = True


def _bars(draft: Draft, role: RoleDef, who: str) -> list[str]:
    found = [reason for bar in role.bars if (reason := barred(draft, bar, who))]
    return found + [
        said("{who:person} is of the {group:role}", who=who, group=name)
        for name in role.not_in
        if who in participants(draft, (name,))
    ]


def substitute(draft: Draft, action: Substitute) -> None:
    held = draft.holdings.get(action.holding)
    if held is None:
        raise UnknownName(said("This case has no place {name!r}", name=action.holding))
    if held.state not in seat.LIVE:
        raise Refused(
            "Can't replace somebody who has no place",
            [said("{held:holding} is {state:seat_state}", held=held.key, state=held.state)],
        )
    _refuse_shared(draft, said("Can't replace somebody now"), held.seat)
    rule = draft.definition.invitations.replace if draft.definition.invitations else None
    if rule is not None and rule.until is not None and action.successor is not None:
        found = resolve(draft, rule.until)
        if found and not found.provisional and draft.now > instant(found.point, draft.plan.zone, ends=True):
            raise Refused("Can't replace somebody now", [said("this was possible until {day}", day=found.point.day)])
    seat.substitute(draft, held, action.successor, action.reason, action.waive)


def _refuse_shared(draft: Draft, what: str, name: str) -> None:
    """Who sits on a seat that is shared is decided in the case that called this one."""
    if is_shared(draft, name):
        why = said("{seat:role} is shared with the case that called this one: name people there", seat=name)
        raise Refused(what, [why])
