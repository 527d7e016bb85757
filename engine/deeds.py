"""What does each action do? One function per action; what follows from it is `settling`'s business."""

from __future__ import annotations

from engine import (
    children,
    correcting,
    doubting,
    extending,
    following,
    moving,
    naming,
    pausing,
    reaching,
    sharing,
    submitting,
    taking,
    visiting,
)
from engine.actions import (
    CLOCKWORK,
    Action,
    Answer,
    Assign,
    ChangeVisitor,
    Correct,
    Differ,
    Expire,
    Extend,
    MailDoubted,
    MailSettled,
    MoveVersion,
    PauseCase,
    Pin,
    Reached,
    Recalculate,
    Receive,
    ResumeCase,
    RuleStuck,
    Submit,
    Substitute,
    Take,
    Unreached,
    Waive,
    WroteBack,
)
from engine.draft import Draft
from engine.errors import Refused
from engine.expiry import expire, stuck
from engine.saying import Said, said

WHILE_PAUSED = (PauseCase, ResumeCase, Correct, *CLOCKWORK)


def cannot(action: Action) -> Said:
    """What cannot be done, as the beginning of a refusal."""
    match action:
        case Take():
            return said("Can't {arrow:transition}", arrow=action.transition)
        case Submit():
            return said("Can't do {task:task}", task=action.task)
        case MoveVersion():
            return said("Can't move to version {version}", version=action.to.version)
        case _:
            return said("Can't {deed:action}", deed=type(action).__name__.removesuffix("Case").lower())


def do(draft: Draft, action: Action) -> None:
    """Carry out one action on the draft. Raises Refused with all reasons where it cannot be done."""
    if draft.paused is not None and not isinstance(action, WHILE_PAUSED) and not _ends_it(draft, action):
        reason = said("the case is paused until {day}: resume it first", day=draft.paused.until)
        raise Refused(cannot(action), [reason])
    match action:
        case Take():
            taking.take(draft, action)
        case Submit():
            submitting.submit(draft, action)
        case Answer():
            naming.answer(draft, action)
        case Assign():
            naming.assign(draft, action)
        case Substitute():
            naming.substitute(draft, action)
        case Extend():
            extending.extend(draft, action)
        case PauseCase():
            pausing.pause(draft, action)
        case ResumeCase():
            pausing.resume(draft, action)
        case Waive():
            taking.waive_ahead(draft, action)
        case Pin():
            extending.pin(draft, action)
        case Differ():
            correcting.differ(draft, action)
        case ChangeVisitor():
            visiting.change(draft, action)
        case Correct():
            correcting.correct(draft, action)
        case Recalculate():
            _recalculate(draft, action)
        case MoveVersion():
            moving.move(draft, action)
        case _:
            _happened(draft, action)


def _happened(draft: Draft, action: Action) -> None:
    """What nobody does to the case: a date has come, another case says something, mail arrives or does not."""
    match action:
        case Expire():
            expire(draft, action.deadline)
        case Receive():
            _receive(draft, action)
        case RuleStuck():
            stuck(draft, action.deadline, action.error)
        case Unreached():
            reaching.unreached(draft, action)
        case Reached():
            reaching.reached(draft, action.participant)
        case WroteBack():
            reaching.wrote_back(draft, action)
        case MailDoubted():
            doubting.doubt(draft, action.message)
        case MailSettled():
            doubting.settle(draft, action.message)


def _receive(draft: Draft, action: Receive) -> None:
    draft.emit("heard_of", action.name, data=dict(action.data) or None)
    if action.name == sharing.SHARED:
        following.follow(draft, action.data)
    else:
        children.hear(draft, action)


def _recalculate(draft: Draft, action: Recalculate) -> None:
    draft.emit("recalculated", draft.stage, reason=action.reason)
    draft.recalculate = not action.reminders_only
    draft.remind_anew = action.reminders_only
    draft.told_data["recalculated"] = not action.reminders_only


def _ends_it(draft: Draft, action: Action) -> bool:
    """While a case is paused it can still be withdrawn: taken to an end that drops everything."""
    if not isinstance(action, Take):
        return False
    arrow = draft.definition.transitions.get(action.transition)
    target = draft.definition.stages.get(arrow.target or "") if arrow and arrow.track is None else None
    return target is not None and target.end
