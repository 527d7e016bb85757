"""How do the clocks of a case stop, and run again?"""

from __future__ import annotations

from engine import task
from engine.actions import PauseCase, ResumeCase
from engine.case import Pause
from engine.deadlines import give_back
from engine.draft import Draft
from engine.errors import Refused
from engine.settling import set_date


def pause(draft: Draft, action: PauseCase) -> None:
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


def resume(draft: Draft, action: ResumeCase) -> None:
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
