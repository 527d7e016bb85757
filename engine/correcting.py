"""How is something set right by hand? Corrections, and derived values from which somebody differs."""

from __future__ import annotations

from engine import task
from engine.actions import Correct, Differ
from engine.case import Task
from engine.draft import Draft
from engine.errors import InvalidAnswers, Refused, UnknownName
from engine.saying import said
from engine.settling import force_state
from engine.stopping import goes_on


def differ(draft: Draft, action: Differ) -> None:
    value = draft.definition.values.get(action.value)
    if value is None or action.choice not in value.choices:
        raise UnknownName(said("{value:value} has no choice {name!r}", value=action.value, name=action.choice))
    missing = [key for key in value.differ_asks if not action.answers.get(key)]
    if missing:
        what = said("Can't set {value:value}", value=action.value)
        raise InvalidAnswers(what, [said("{key}: an answer is needed", key=key) for key in missing])
    draft.emit("differed", action.value, choice=action.choice)
    draft.put("differs", action.value, action.choice)


def correct(draft: Draft, action: Correct) -> None:
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
            raise UnknownName(said("This case has no task {name!r}", name=action.task))
        _force_task(draft, item, action.to or "done")


def _check_state(draft: Draft, state: str) -> None:
    ref = state.partition("@")[0]
    name_, _, wanted = ref.partition(".")
    track = draft.definition.tracks.get(name_)
    if state in draft.definition.stages:
        return
    key = f"{name_}@{state.partition('@')[2]}" if "@" in state else name_
    if track is None or wanted not in track.states or key not in draft.tracks:
        raise UnknownName(said("{state!r} is no stage, and no state of a track that is alive", state=state))


def _force_task(draft: Draft, item: Task, to: str) -> None:
    if to == "open":
        for ending in ("done", "expired"):
            draft.drop("moments", f"{item.name}.{ending}")
        draft.update_task(
            item, state="open", done_at=None, done_by=None, quiet=False, term=item.term + 1, rungs=(),
            still_since=goes_on(draft, item),
        )  # fmt: skip
    elif item.is_open:
        task.close(draft, item, to, by=draft.doer)
    else:
        raise Refused(
            said("Can't correct {task:task}", task=item.key),
            [said("it is {state:task_state} already", state=item.state)],
        )
