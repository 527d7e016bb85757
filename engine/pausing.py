"""How do the clocks of a case stop, and run again?"""

from __future__ import annotations

from dataclasses import replace

from engine import task
from engine.actions import PauseCase, ResumeCase
from engine.authority import waiver_allowed
from engine.case import Moment, Pause
from engine.draft import Draft
from engine.errors import Refused, UnknownName
from engine.moments import calendar, shift_delta
from engine.named_days import refusals
from engine.offsets import local
from engine.paused_time import give_back, note_pause
from engine.saying import said
from engine.settling import set_date
from engine.taking import waive


def pause(draft: Draft, action: PauseCase) -> None:
    """Stop the clocks until a day; while they stand, set another day."""
    rule = draft.definition.pause
    if rule is None:
        raise Refused("Can't pause the case", ["its process knows no pause"])
    if draft.closed:
        raise Refused("Can't pause the case", ["the case has ended"])
    today = draft.today
    if action.until <= today:
        raise Refused("Can't pause the case", [said("{day} is not ahead", day=action.until)])
    since = local(draft.paused.since, draft.plan.zone).day if draft.paused else today
    if rule.at_most is not None:
        furthest = shift_delta(draft, since, rule.at_most, calendar(draft, None)).day
        if action.until > furthest:
            most = said("at most {most}, that is until {day}", most=rule.at_most, day=furthest)
            raise Refused("Can't pause the case", [most])
    draft.emit("paused", draft.stage, until=action.until)
    if draft.paused is not None:
        draft.set("paused", replace(draft.paused, until=action.until, reason=action.reason))
        _asked_no_more(draft)
        return
    draft.chosen = {"reason": action.reason, "until": action.until}
    who = draft.doer
    draft.set("paused", Pause(since=draft.now, by=who, until=action.until, reason=action.reason))
    draft.record("case.paused")


def resume(draft: Draft, action: ResumeCase) -> None:
    """Let the clocks run again. Raises Refused where a named date has passed in the meantime and gets no new day.

    A new day must be one that the transition which moves that date would take.
    """
    if draft.paused is None:
        raise Refused("Can't resume the case", ["the case is not paused"])
    today = draft.today
    missing = [
        key for key, moment in draft.moments.items()
        if key in draft.definition.dates and draft.definition.dates[key].moves and moment.day is not None
        and local(draft.paused.since, draft.plan.zone).day <= moment.day < today and key not in action.dates
    ]  # fmt: skip
    if missing:
        passed = [said("{date:date} has passed: give it a new day", date=key) for key in missing]
        raise Refused("Can't resume the case", passed)
    for key in action.dates:
        if key not in draft.definition.dates:
            raise UnknownName(said("{process} has no date {name!r}", process=draft.definition.name, name=key))
    _ask_conditions(draft, action)
    since = draft.paused.since
    draft.emit("resumed", draft.stage)
    draft.set("paused", None)
    for key, day in action.dates.items():
        old = draft.moments.get(key)
        draft.told_data["old_date"] = old.day if old else None
        set_date(draft, key, day, old.clock if old else None)
    note_pause(draft, since)
    give_back(draft, since)
    draft.recalculate = True
    draft.record("case.resumed")
    _asked_no_more(draft)


def _ask_conditions(draft: Draft, action: ResumeCase) -> None:
    reasons: list[str] = []
    for key, day in action.dates.items():
        for place, failure in refusals(_with_others(draft, action, key), key, day):
            why, role = action.waive.get(failure.line.text), failure.line.waive
            if why and role and waiver_allowed(draft, draft.actor, role):
                waive(draft, failure.line.text, place, why)
            else:
                reasons.append(said("{date:date} on {day}: {why}", date=key, day=day, why=failure.told))
    if reasons:
        raise Refused("Can't resume the case", reasons)


def _with_others(draft: Draft, action: ResumeCase, key: str) -> Draft:
    """The case as it is asked about one of the new days: with the others, from which its window may count."""
    moments = dict(draft.moments)
    for name, day in action.dates.items():
        if name != key:
            moments[name] = replace(moments.get(name) or Moment(at=draft.at, seq=draft.seq), day=day)
    case = replace(draft.before, moments=moments)
    return Draft(draft.definition, case, draft.world, draft.actor, draft.now, draft.at)


def _asked_no_more(draft: Draft) -> None:
    for item in [each for each in draft.tasks.values() if each.is_open and each.name == "resume"]:
        task.close(draft, item, "done", by=draft.doer)
