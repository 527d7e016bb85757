"""May this actor do this? One function for every action; asked inside `apply`, not by the edges."""

from __future__ import annotations

from engine.actions import (
    CLOCKWORK,
    Action,
    Actor,
    Answer,
    Assign,
    ChangeVisitor,
    Correct,
    Differ,
    Extend,
    MoveVersion,
    PauseCase,
    Pin,
    Recalculate,
    ResumeCase,
    Submit,
    Substitute,
    Take,
    Waive,
)
from engine.draft import Draft
from engine.saying import said
from engine.task import participants


def may(draft: Draft, actor: Actor, action: Action) -> list[str]:
    """Why the actor may not; empty: they may.

    The clock may only let dates come, compute them anew, and tell what came from outside. An operator acts for the
    office, or on behalf of the participant that they name; then it is that participant's right that counts.
    """
    if actor.kind == "clock":
        own = isinstance(action, (*CLOCKWORK, Recalculate))
        return [] if own else ["the clock only lets dates come"]
    if isinstance(action, CLOCKWORK):
        return ["only the clock does this"]
    who = actor.on_behalf_of or actor.participant
    names = _allowed(draft, action)
    if who is None:
        if actor.kind != "operator":
            return ["nobody is signed in"]
        by_itself = isinstance(action, Take) and names == () and not _taken_by(draft, action)
        return [said("this is for {who:role or}", who=_whose(draft, action))] if by_itself else []
    if names is None:
        return []
    if who in names:
        return []
    return [said("this is for {who:role or}", who=_whose(draft, action))]


def _taken_by(draft: Draft, action: Take) -> tuple[str, ...]:
    """The roles that may take a transition; none: it happens by itself."""
    arrow = draft.definition.transitions[action.transition]
    return (*arrow.by, *arrow.by_all)


def _allowed(draft: Draft, action: Action) -> tuple[str, ...] | None:
    """The participants who may do it; None: anybody of the case (the engine refuses for other reasons)."""
    definition = draft.definition
    match action:
        case Take():
            arrow = definition.transitions.get(action.transition)
            if arrow is None:
                return None
            if not (arrow.by or arrow.by_all):
                return ()
            return participants(draft, (*arrow.by, *arrow.by_all))
        case Submit():
            task = draft.tasks.get(action.task)
            if task is None:
                return None
            return task.assignees
        case Answer():
            held = draft.holdings.get(action.holding)
            return (held.participant,) if held else None
        case Substitute():
            own = draft.holdings.get(action.holding)
            resigns = (own.participant,) if own and action.successor is None else ()
            return (*_holders(draft, action), *resigns)
        case Extend() | PauseCase() | ResumeCase():
            return _holders(draft, action)
        case Differ():
            return participants(draft, _rights(draft, action))
        case Assign():
            names = {task.name for task in draft.plan.doers.get("assign", ())}
            doers = [task for task in draft.tasks.values() if task.is_open and task.name in names]
            return (*office(draft), *(who for task in doers for who in task.assignees))
        case Waive() | Pin() | ChangeVisitor() | Correct() | Recalculate() | MoveVersion():
            return office(draft)
        case _:
            return ()


def _holders(draft: Draft, action: Action) -> tuple[str, ...]:
    rights = _rights(draft, action)
    return participants(draft, rights) if rights else office(draft)


def office(draft: Draft) -> tuple[str, ...]:
    """Everybody of the secretariat, the case's owner among them."""
    names = [name for name, role in draft.definition.roles.items() if role.of == "secretariat"]
    return participants(draft, names)


def _whose(draft: Draft, action: Action) -> tuple[str, ...]:
    match action:
        case Take():
            arrow = draft.definition.transitions[action.transition]
            if not (arrow.by or arrow.by_all):
                return (said("nobody: it happens by itself"),)
            return (*arrow.by, *arrow.by_all)
        case Submit():
            task = draft.tasks[action.task]
            definition = draft.definition.tasks[task.name]
            if task.state == "signing" and definition.sign is not None:
                return (definition.sign.by,)
            return (task.holding,) if task.holding else definition.performers or (said("somebody else"),)
        case Answer():
            return (said("the candidate"),)
        case _:
            ours = {name for name, role in draft.definition.roles.items() if role.of == "secretariat"}
            names = [said("the office") if name in ours else name for name in _rights(draft, action)]
            return tuple(dict.fromkeys(names)) or (said("the office"),)


def _rights(draft: Draft, action: Action) -> tuple[str, ...]:
    """The roles to which the definition gives an action; empty: it is the office's."""
    definition = draft.definition
    match action:
        case Extend():
            task = draft.tasks.get(action.task)
            rule = definition.tasks[task.name].extend if task else None
            return rule.by if rule else ()
        case PauseCase() | ResumeCase():
            return definition.pause.by if definition.pause else ()
        case Substitute():
            replace = definition.invitations.replace if definition.invitations else None
            return replace.by if replace else ()
        case Differ():
            value = definition.values.get(action.value)
            return (value.differ_by,) if value and value.differ_by else ()
        case _:
            return ()


def waiver_allowed(draft: Draft, actor: Actor, role: str) -> bool:
    """Whether the actor holds the role that may set a line aside."""
    who = actor.on_behalf_of or actor.participant
    if who is None:
        return actor.kind == "operator"
    return who in participants(draft, (role,))
