"""What if the organisation that was to visit drops out? Another one visits, and the panel is completed anew."""

from __future__ import annotations

from engine import seat
from engine.actions import ChangeVisitor
from engine.case import Case
from engine.draft import Draft
from engine.errors import Refused
from engine.ports import UnitOfWork
from engine.rings import NOT_OF_VISITOR, VISITOR, is_of_visitor
from engine.saying import said


def visited(work: UnitOfWork, case: Case) -> dict[str, str]:
    """Which organisations the host of a case visits in the other running cases of its round -> what they are called."""
    cycle = work.definitions.cycle(case.cycle)
    ids = work.cases.all_ids(cycle.secretariat, cycle.id) if cycle is not None else []
    others = [work.cases.load(id) for id in ids if id != case.id]
    hosts = [each.subject for each in others if not each.closed and each.facts.get(VISITOR) == case.subject]
    records = {id: work.people.organisation(id) for id in hosts}
    return {id: record.name if record is not None else id for id, record in records.items()}


def change(draft: Draft, action: ChangeVisitor) -> None:
    """Another organisation visits. Where only its people may sit in the panel, those of the former one leave it.

    Whoever sits there by a waiver stays. Raises Refused with all reasons.
    """
    definition, former = draft.definition, draft.facts.get(VISITOR)
    reasons = []
    if definition.launch.ring is None:
        reasons.append(said("in this process no organisation visits another"))
    if definition.stages[draft.stage].end:
        reasons.append(said("the case has ended"))
    if action.visitor == draft.world.host.id:
        reasons.append(said("{host} can't visit itself", host=draft.world.host.name))
    if action.visitor == former:
        reasons.append(said("it is the one that visits already"))
    back = draft.world.host_visits.get(action.visitor)
    if back is not None and definition.launch.ring is not None and not definition.launch.ring.pairs:
        reasons.append(said("{visitor} and {host} visit one another", visitor=back, host=draft.world.host.name))
    if not action.reason.strip():
        reasons.append(said("reason: an answer is needed"))
    if reasons:
        raise Refused(said("Can't let another organisation visit"), reasons)
    rule = definition.invitations
    bound = rule is not None and any(bar.kind == NOT_OF_VISITOR for bar in rule.bars)
    leaving = [
        held
        for held in draft.holdings.values()
        if bound and held.state in seat.LIVE and is_of_visitor(draft, held.participant)
    ]
    draft.emit("visitor_changed", action.visitor, former=former, reason=action.reason)
    draft.put("facts", VISITOR, action.visitor)
    for held in leaving:
        if held.state in ("invited", "accepted"):
            draft.telling.append(("seat_closed", held.key))
        seat.move(draft, held, "left", reason="another organisation visits")
