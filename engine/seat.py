"""How is a place in the panel filled? Lists, waves of invitations, objections, reserves, substitution.

Proposed, invited, accepted, seated, left; declined, expired, refused. A seat outlives its holders: a substitution is a
new holding of the same seat.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.bars import barred
from engine.case import Case, Conflict, Holding, SeatState
from engine.definition import InvitationRule
from engine.draft import Draft
from engine.errors import Refused
from engine.qualifications import missing_qualifications
from engine.saying import said
from engine.sharing import is_shared
from engine.task import close, open_task, sync

DECISIONS = ("objection", "decide_objection", "decide_conflict")
NOT_NEEDED = (ENDED := "the case has ended", FILLED := "the place is filled")
"""Why nothing came of somebody who was named, asked or had said yes, though it is not for want of an answer."""

LIVE: tuple[SeatState, ...] = ("proposed", "invited", "accepted", "seated")


def assign(draft: Draft, seat: str, people: tuple[str, ...], places: int | None, waive: Mapping[str, str]) -> None:
    """Put a ranked list of candidates behind those who are already listed for a kind of seat.

    Raises Refused with every bar and missing qualification that is not waived with a reason.
    """
    definition = draft.definition.seats[seat]
    reasons = [reason for who in people for reason in hindrances(draft, seat, who) if who not in waive]
    if places is not None and not definition.least <= places <= definition.most:
        reasons.append(
            said(
                "there are {least} to {most} places for {seat:role}, not {n}",
                least=definition.least,
                most=definition.most,
                seat=seat,
                n=places,
            )
        )
    if not people and not any(held.seat == seat and held.state in LIVE for held in draft.holdings.values()):
        reasons.append("nobody is named, and nobody is listed")
    reserves = {held.participant: held for held in draft.holdings.values() if held.seat == seat and _in_reserve(held)}
    listed = {held.participant for held in draft.holdings.values() if held.state in LIVE} - set(reserves)
    reasons += [
        said("{who:person} is already proposed or seated in this panel", who=who) for who in people if who in listed
    ]
    if reasons:
        raise Refused(said("Can't propose for {seat:role}", seat=seat), reasons)
    wanted = places if places is not None else max(draft.places.get(seat, 0), definition.least, 1)
    draft.emit("candidates_named", seat, waived=dict(waive) or None)
    draft.put("places", seat, wanted)
    for participant in people:
        if participant in reserves:
            draft.put("holdings", reserves[participant].key, replace(reserves[participant], reserve=False))
        else:
            propose(draft, seat, participant)


def _in_reserve(held: Holding) -> bool:
    return held.state == "accepted" and held.reserve


def propose(draft: Draft, seat: str, participant: str, replaces: str | None = None) -> Holding:
    """One more candidate at the end of the list."""
    held = _listed(draft, seat, participant, "proposed", replaces, "seat_proposed")
    _tell(draft, held, "proposed")
    objection = draft.definition.invitations and draft.definition.invitations.objection
    if objection:
        open_task(draft, draft.definition.tasks["objection"], about=held.key)
    return held


def keep(draft: Draft, seat: str, people: tuple[str, ...]) -> None:
    """Who held a seat in the case that called this one comes first on its list here; a bar leaves them out.

    They are asked like everybody else, once the office has named candidates for the seat.
    """
    for who in people:
        if not hindrances(draft, seat, who):
            propose(draft, seat, who)
            draft.put("facts", f"kept:{who}", "yes")


def place(draft: Draft, seat: str, participant: str, replaces: str | None = None) -> None:
    """Somebody sits without having been asked here; `replaces`: the holding whose open work they take over."""
    move(draft, _listed(draft, seat, participant, "accepted", replaces, "seat_shared"), "seated")


def _listed(draft: Draft, seat: str, participant: str, state: SeatState, replaces: str | None, event: str) -> Holding:
    """A new holding at the end of the list of its seat."""
    number = sum(held.seat == seat for held in draft.holdings.values()) + 1
    held = Holding(
        key=f"{seat}-{number}", seat=seat, participant=participant, rank=number, state=state,
        seq=draft.step(), since=draft.at, replaces=replaces,
    )  # fmt: skip
    draft.emit(event, held.key)
    draft.put("holdings", held.key, held)
    return held


def hindrances(draft: Draft, seat: str, participant: str) -> list[str]:
    """Every bar and missing qualification that keeps somebody from a kind of seat."""
    rule = draft.definition.invitations
    found = [reason for bar in (rule.bars if rule else ()) if (reason := barred(draft, bar, participant))]
    return found + [
        said("{who:person} has no valid {training:training}", who=participant, training=kind)
        for kind in missing_qualifications(draft, seat, participant)
    ]


def move(draft: Draft, held: Holding, state: SeatState, reason: str = "", **parts: Any) -> Holding:
    """A candidate or holder comes into another state."""
    changed = replace(held, state=state, seq=draft.step(), since=draft.at, reason=reason or held.reason, **parts)
    draft.emit(f"seat_{state}", held.key, reason=reason or None)
    draft.put("holdings", held.key, changed)
    if held.seat in draft.definition.groups.get("panel", draft.definition.seats):
        draft.panel_changed = True
    _tell(draft, changed, state)
    if state in ("declined", "expired", "refused", "left"):
        _close_asks(draft, changed)
    return changed


def _tell(draft: Draft, held: Holding, state: str) -> None:
    draft.record(f"{held.seat}.{state}", holding=None)
    draft.put("moments", f"{held.seat}.{state}@{held.key}", draft.moments[f"{held.seat}.{state}"])
    draft.put("moments", f"{state}@{held.key}", draft.moments[f"{held.seat}.{state}"])
    draft.told_data.setdefault(f"{held.seat}.{state}", []).append(held.key)


def _close_asks(draft: Draft, held: Holding) -> None:
    for task in [item for item in draft.tasks.values() if item.is_open and item.about == held.key]:
        close(draft, task, "closed")


def told_as(case: Case, held: Holding) -> str:
    """The state of a place as it is told: whoever waited for nothing any more has not failed to answer.

    Who was asked and had not answered when the case ended is told apart from who had, or was never asked.
    """
    if held.state != "expired" or held.reason not in NOT_NEEDED:
        return held.state
    waited = f"invited@{held.key}" in case.moments and f"accepted@{held.key}" not in case.moments
    return "ended" if held.reason == ENDED and waited else "not_needed"


def free_places(draft: Draft, seat: str) -> int:
    """How many wanted places of this kind nobody holds."""
    taken = sum(held.seat == seat and held.state == "seated" for held in draft.holdings.values())
    return int(draft.places.get(seat, 0)) - taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """More people than places of one kind: who says yes first, and is not objected to, sits; others become reserve."""

    seat: str
    free: int  # places that nobody holds
    asked: int  # invited, without an answer
    accepted: int  # said yes, and do not sit yet


def crowded(case: Case) -> list[Crowd]:
    """The kinds of seat for which more people are asked or said yes than there are places."""
    found = []
    for seat, wanted in case.places.items():
        own = [held for held in case.holdings.values() if held.seat == seat and not held.reserve]
        number = Counter(held.state for held in own)
        crowd = Crowd(
            seat=seat, free=max(wanted - number["seated"], 0), asked=number["invited"], accepted=number["accepted"]
        )
        if crowd.asked + crowd.accepted > crowd.free:
            found.append(crowd)
    return found


def fill(draft: Draft) -> bool:
    """Seat who accepted, and ask the next on the lists; whether anything changed."""
    if draft.definition.stages[draft.stage].end:
        return _dismiss(draft)
    changed = False
    for seat in draft.definition.seats:
        if seat in draft.places:
            changed |= _seat_accepted(draft, seat)
            changed |= _invite(draft, seat)
    return changed


def _dismiss(draft: Draft) -> bool:
    """The case has ended: nobody new comes in, and nothing about a seat waits for an answer any more."""
    waiting = [held for held in draft.holdings.values() if held.state in LIVE[:3]]
    for held in waiting:
        if held.state != "proposed":
            draft.telling.append(("seat_closed", held.key))
        move(draft, held, "expired", reason=ENDED)
    for task in [item for item in draft.tasks.values() if item.is_open and item.name in DECISIONS]:
        close(draft, task, "closed")
    return bool(waiting)


def _seat_accepted(draft: Draft, seat: str) -> bool:
    changed = False
    ready = [held for held in draft.holdings.values() if held.seat == seat and held.state == "accepted"]
    for held in sorted(ready, key=lambda each: each.seq):
        if held.reserve or _objected(draft, held):
            continue
        if free_places(draft, seat) <= 0:
            draft.emit("seat_reserved", held.key)
            draft.put("holdings", held.key, replace(held, reserve=True))
            draft.telling.append(("seat_closed", held.key))
            draft.panel_changed = True
        else:
            seat_now(draft, held)
        changed = True
    return changed


def seat_now(draft: Draft, held: Holding) -> None:
    """The place is taken: the tracks that run as long as a seat is held begin."""
    move(draft, held, "seated", reserve=False)
    if free_places(draft, held.seat) <= 0:
        for other in list(draft.holdings.values()):
            if other.seat == held.seat and other.state in ("invited", "proposed"):
                _no_longer_needed(draft, other)


def _no_longer_needed(draft: Draft, held: Holding) -> None:
    if held.state == "invited":
        draft.telling.append(("seat_closed", held.key))
    move(draft, held, "expired", reason=FILLED)


def _objected(draft: Draft, held: Holding) -> bool:
    return any(
        task.is_open and task.about == held.key and task.name in ("objection", "decide_objection")
        for task in draft.tasks.values()
    )


def _invite(draft: Draft, seat: str) -> bool:
    rule = draft.definition.invitations
    if rule is None:
        return False
    places = free_places(draft, seat)
    listed = sorted((held for held in draft.holdings.values() if held.seat == seat), key=lambda held: held.rank)
    waiting = sum(held.state == "accepted" and not held.reserve for held in listed)
    asked = sum(held.state == "invited" for held in listed)
    room = _invitations(rule, places - waiting) - asked
    changed = False
    for held in listed:
        if room <= 0:
            break
        if held.state == "proposed":
            invited = move(draft, held, "invited")
            open_task(draft, draft.definition.tasks["invitation"], about=invited.key, people=(invited.participant,))
            room, changed = room - 1, True
    return changed


def _invitations(rule: InvitationRule, free: int) -> int:
    """How many invitations there may be for so many free places of one kind, rounded up."""
    return free * rule.ask_per_seat if rule.overbook is None else math.ceil(free * rule.overbook / 100)


def answered(draft: Draft, held: Holding, accepts: bool) -> None:
    """A candidate has said yes or no."""
    move(draft, held, "accepted" if accepts else "declined")


def silent(draft: Draft, held: Holding) -> None:
    """An invitation has run out: the next on the list is asked."""
    move(draft, held, "expired")
    draft.telling.append(("seat_closed", held.key))


def declare_conflict(draft: Draft, held: Holding, reason: str) -> None:
    """A bar declared after somebody was proposed: the office decides."""
    draft.emit("conflict_declared", held.key)
    draft.put("conflicts", held.key, Conflict(holding=held.key, reason=reason))
    open_task(draft, draft.definition.tasks["decide_conflict"], about=held.key)


def substitute(draft: Draft, held: Holding, successor: str | None, reason: str, waive: Mapping[str, str]) -> None:
    """The holder leaves; a successor is seated in the same step and takes the open work over, or the place is free."""
    if successor is not None:
        hindered = [] if successor in waive else hindrances(draft, held.seat, successor)
        if any(other.participant == successor for other in _in_panel(draft)):
            hindered.append(said("{who:person} sits on this panel already", who=successor))
        if hindered:
            what = said("Can't put {who:person} in the place of {held:person}", who=successor, held=held.participant)
            raise Refused(what, hindered)
    draft.told_data["successor"] = successor
    move(draft, held, "left", reason=reason)
    if successor is None:
        return
    waiting = [other for other in draft.holdings.values() if other.participant == successor and other.state in LIVE]
    known = next((other for other in waiting if other.seat == held.seat), None)
    for other in waiting:
        if other is known:
            _close_asks(draft, other)
        else:
            move(draft, other, "left", reason=f"takes the place of {held.key}")
    if known is None:
        known = _holding_of_successor(draft, held, successor)
    else:
        known = replace(known, replaces=held.key)
        draft.put("holdings", known.key, known)
    seat_now(draft, known)
    sync(draft)


def _in_panel(draft: Draft) -> list[Holding]:
    """Who sits on the panel itself; a reserve with a seat of its own waits outside."""
    seats = draft.definition.groups.get("panel", tuple(draft.definition.seats))
    return [other for other in draft.holdings.values() if other.state == "seated" and other.seat in seats]


def is_held_by(draft: Draft, participant: str) -> bool:
    """Whether somebody has a place in the panel, or may still get one."""
    return any(held.participant == participant and held.state in LIVE for held in draft.holdings.values())


def fills(draft: Draft, key: str) -> bool:
    """Whether a holder was seated on a place that somebody had left, with nobody named as the successor."""
    name = draft.holdings[key].seat
    replaced = {held.replaces for held in draft.holdings.values()}
    steps = sorted(
        (draft.moments[f"{name}.{state}@{other}"].seq, state, other)
        for other in draft.holdings
        for state in ("seated", "left")
        if f"{name}.{state}@{other}" in draft.moments
    )
    free = 0
    for _, state, other in steps:
        if state == "left":
            free += other not in replaced and f"{name}.seated@{other}" in draft.moments
        elif draft.holdings[other].replaces is None:
            if other == key:
                return free > 0
            free -= free > 0
    return False


def _holding_of_successor(draft: Draft, held: Holding, successor: str) -> Holding:
    number = sum(other.seat == held.seat for other in draft.holdings.values()) + 1
    new = Holding(
        key=f"{held.seat}-{number}", seat=held.seat, participant=successor, rank=number, state="accepted",
        seq=draft.step(), since=draft.at, replaces=held.key,
    )  # fmt: skip
    draft.put("holdings", new.key, new)
    return new


def lists_ran_out(draft: Draft) -> list[str]:
    """Seats that must be filled, with candidates named once, but nobody left to ask."""
    short: list[str] = []
    for seat, wanted in draft.places.items():
        listed = [held for held in draft.holdings.values() if held.seat == seat and held.state in LIVE]
        if any(held.state in ("proposed", "invited") for held in listed):
            continue
        live = [held for held in listed if not held.reserve]
        if len(live) < min(wanted, max(draft.definition.seats[seat].least, 1)) and draft.definition.seats[seat].least:
            short.append(seat)
    return short


def lists_complete(draft: Draft) -> bool:
    """Whether every seat that must be filled has a list of candidates that could fill it."""
    for name, definition in draft.definition.seats.items():
        if is_shared(draft, name):
            continue
        live = sum(held.seat == name and held.state in LIVE for held in draft.holdings.values())
        if live < definition.least or (definition.least and name not in draft.places):
            return False
    return True
