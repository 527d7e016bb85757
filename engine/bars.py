"""Why may somebody not sit on a panel? The engine's own bars: organisation, region, ties, a review of their own."""

from __future__ import annotations

from engine.definition import BarRule
from engine.draft import Draft
from engine.expressions import Delta
from engine.moments import calendar, shift_delta
from engine.rings import VISITOR, is_of_visitor
from engine.saying import said


def barred(draft: Draft, bar: BarRule, participant: str) -> str | None:
    """Why a bar keeps somebody out; None where it does not."""
    person = draft.world.people.get(participant)
    host = draft.world.host
    if person is None:
        return said("{who:person} is not known", who=participant)
    match bar.kind:
        case "same_organisation":
            return said("{who:person} works for the host", who=participant) if person.organisation == host.id else None
        case "same_region":
            same = person.region is not None and person.region == host.region
            return said("{who:person} works in the host's region", who=participant) if same else None
        case "own_review_this_round":
            own = person.organisation in draft.world.hosts_this_round and person.organisation != host.id
            return said("{who:person}'s own organisation is reviewed in this round", who=participant) if own else None
        case "not_of_visitor":
            if VISITOR not in draft.facts:
                return said(
                    "{who:person}: no organisation visits yet, name one with `act CASE visitor`", who=participant
                )
            if is_of_visitor(draft, participant):
                return None
            return said("{who:person} does not work for the organisation that visits", who=participant)
        case "tie":
            return tied(draft, bar.window, participant)


def tied(draft: Draft, window: Delta | None, participant: str) -> str | None:
    """Which tie with the host somebody has; it bars until its own end plus the window (years may have to pass)."""
    person = draft.world.people.get(participant)
    today = draft.today
    for tie in person.ties if person is not None else ():
        if tie.organisation != draft.world.host.id:
            continue
        over = tie.until
        if over is not None and window is not None:
            over = shift_delta(draft, over, window, calendar(draft, None)).day
        if over is None or over >= today:
            return said(
                "{who:person} has a tie with the host: {tie}", who=participant, tie=tie.reason or said("declared")
            )
    return None
