"""How does a person take a transition? What it asks, what keeps it from happening, who must agree, what is waived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from engine import seat, task
from engine.actions import Take, Waive
from engine.arrows import blockers, place_of, positions, too_late, used_up
from engine.authority import waiver_allowed
from engine.case import Moment, Waiver
from engine.conditions import all_lines
from engine.definition import TransitionDef
from engine.draft import Draft
from engine.errors import InvalidAnswers, Refused, UnknownName
from engine.expressions import Line, Ref
from engine.moments import resolve_ref
from engine.offsets import Point, instant
from engine.saying import said
from engine.settling import fire


def take(draft: Draft, action: Take) -> None:
    """A person takes a transition of the definition."""
    arrow = draft.definition.transitions.get(action.transition)
    if arrow is None:
        raise UnknownName(
            said("{process} has no transition {name!r}", process=draft.definition.name, name=action.transition)
        )
    answers = _asked(draft, arrow, action.answers)
    draft.chosen = answers
    place = _place(draft, arrow, draft.doer)
    state, holding = place
    reasons: list[str] = [] if not used_up(draft, arrow, holding) else [said("used {n} of {n}", n=arrow.times)]
    reasons += ["this was possible until a day that is over"] if too_late(draft, arrow) else []
    for failure in blockers(draft, arrow, state, holding):
        reason = action.waive.get(failure.line.text)
        if reason and failure.line.waive and waiver_allowed(draft, draft.actor, failure.line.waive):
            waive(draft, failure.line.text, place_of(arrow, state, holding), reason)
        else:
            reasons.append(failure.told)
    reasons += _lengths(draft, arrow)
    if reasons:
        raise Refused(
            said(
                "Can't {arrow:transition} in {state}", arrow=arrow.name, state=state, place=place_of(arrow, state, None)
            ),
            reasons,
        )
    if arrow.by_all and not _all_agree(draft, arrow):
        return
    fire(draft, arrow, holding, answers)


def _lengths(draft: Draft, arrow: TransitionDef) -> Iterator[str]:
    """What is wrong with the last day that is chosen for a date: it lasts so many days as the definition says."""
    for name, ref in arrow.ends.items():
        first, last = resolve_ref(draft, arrow.sets.get(name, Ref(name))), resolve_ref(draft, ref)
        if first is None or last is None:
            continue
        least, most = draft.definition.dates[name].days
        days = (last.point.day - first.point.day).days + 1
        if not least <= days <= most:
            yield said(
                "{date:date} lasts {allowed} days: from {first} to {last} are {n}", date=name, n=max(days, 0),
                allowed=least if least == most else said("{least} to {most}", least=least, most=most),
                first=first.point.day, last=last.point.day,
            )  # fmt: skip


def _place(draft: Draft, arrow: TransitionDef, who: str | None) -> tuple[str, str | None]:
    """Where the arrow begins: the spine, a track, or the actor's own seat of a track that each seat has."""
    found = [
        (state, holding)
        for track, state, _, holding in positions(draft)
        if track == arrow.track and state in arrow.sources
    ]
    for state, holding in found:
        held = draft.holdings.get(holding or "")
        if holding is None or (held is not None and held.participant == who):
            return state, holding
    if found and not any(held.participant == who and held.state == "seated" for held in draft.holdings.values()):
        return found[0]
    raise Refused(said("Can't {arrow:transition}", arrow=arrow.name), [_elsewhere(draft, arrow)])


def _elsewhere(draft: Draft, arrow: TransitionDef) -> str:
    """Where an arrow begins, and where the case is instead."""
    track, states = arrow.track, [draft.stage]
    if track is not None:
        states = [current.state for key, current in draft.tracks.items() if key.partition("@")[0] == track]
    where = ", ".join(states) or said("not begun")
    return said(
        "it begins in {sources:or}, the case is in {where}",
        sources=arrow.sources,
        where=where if track is None else f"{track}: {where}",
        begins=tuple(place_of(arrow, source, None) for source in arrow.sources),
        stands=tuple(place_of(arrow, state, None) for state in states) or (said("not begun"),),
    )


def _asked(draft: Draft, arrow: TransitionDef, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a transition asks for, in their types."""
    problems: list[str] = []
    clean: dict[str, Any] = {}
    for key in given:
        if key not in arrow.asks:
            problems.append(said("{key}: not asked; asked: {asks}", key=key, asks=tuple(arrow.asks) or said("nothing")))
    for key, kind in arrow.asks.items():
        value = given.get(key)
        if value in (None, ""):
            problems.append(
                said("{key}: an answer is needed ({kind:ask_kind})", key=key, kind=kind, ask=f"{arrow.name}.{key}")
            )
            continue
        try:
            clean[key] = _typed(draft, kind, value)
        except ValueError as error:
            problems.append(said("{key}: {why}", key=key, why=error.args[0], ask=f"{arrow.name}.{key}"))
    if problems:
        raise InvalidAnswers(said("Can't {arrow:transition}", arrow=arrow.name), problems)
    return clean


def _typed(draft: Draft, kind: str, value: Any) -> Any:
    if kind == "date":
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(said("a day such as 2027-04-22 is expected, not {value!r}", value=value)) from None
    if kind == "moment":
        return _local_moment(draft, value)
    if kind == "seat":
        taken = [held.key for held in draft.holdings.values() if held.state in seat.LIVE]
        if str(value) not in taken:
            raise ValueError(
                said("{value!r} is no place that somebody has; there are {taken}", value=value, taken=tuple(taken))
            )
    return str(value)


def _local_moment(draft: Draft, value: Any) -> datetime:
    """A day with a time, local to the definition's zone where no other is given; as an instant."""
    text = str(value)
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or (not isinstance(value, datetime) and len(text) <= len("2027-04-22")):
        raise ValueError(said("a day with a time such as 2027-04-22T16:00 is expected, not {value!r}", value=value))
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    return instant(Point(found.date(), found.time()), draft.plan.zone, ends=False)


def _all_agree(draft: Draft, arrow: TransitionDef) -> bool:
    """Several roles must want it: each says so once; whether the last one just did."""
    who = draft.doer
    for role in arrow.by_all:
        held = draft.definition.roles.get(role)
        ours = who is None and held is not None and held.of == "secretariat"  # an operator speaks for the office
        if ours or (who is not None and who in task.participants(draft, (role,))):
            draft.emit("consent_given", arrow.name, role=role)
            draft.put("moments", f"consent:{arrow.name}:{role}", _moment(draft))
    given = [role for role in arrow.by_all if f"consent:{arrow.name}:{role}" in draft.moments]
    if len(given) < len(arrow.by_all):
        return False
    for role in arrow.by_all:
        draft.drop("moments", f"consent:{arrow.name}:{role}")
    return True


def _moment(draft: Draft) -> Moment:
    return Moment(at=draft.at, seq=draft.step())


def waive_ahead(draft: Draft, action: Waive) -> None:
    """Set a line aside before it is asked, as an automatic transition needs it. Raises Refused where nobody may."""
    lines: dict[tuple[str, str], Line] = {}
    for track, state, _, holding in positions(draft):
        for arrow in draft.plan.arrows.get((track, state), ()):
            if action.scope in (state, place := place_of(arrow, state, holding)):
                for line in all_lines(draft.definition, arrow.condition):
                    lines.setdefault((place, line.text), line)
    found = [(place, line) for (place, text), line in lines.items() if text == action.line]
    if not found:
        raise UnknownName(
            said("No transition out of {scope:state} asks for {line!r} now", scope=action.scope, line=action.line)
        )
    for place, line in found:
        if line.waive is None or not waiver_allowed(draft, draft.actor, line.waive):
            who = said("only {role:role} may", role=line.waive) if line.waive else "nobody may"
            raise Refused(said("Can't set aside {text!r}", text=line.text, line=line), [who])
        waive(draft, line.text, place, action.reason)


def waive(draft: Draft, line: str, scope: str, reason: str) -> None:
    """Note that a line is set aside until its state is left."""
    draft.emit("waived", line, reason="given")
    who = draft.doer
    draft.put("waivers", f"{scope}: {line}", Waiver(line=line, scope=scope, by=who, reason=reason))
