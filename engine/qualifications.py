"""Is somebody trained for a seat on the day on which it counts?"""

from __future__ import annotations

from datetime import date

from engine.case import Holding
from engine.draft import Draft
from engine.expressions import Ref
from engine.moments import Scope, resolve_ref


def has_valid_training(draft: Draft, scope: Scope) -> bool:
    """Whether a holder's trainings last until the visit: those that the seat asks for, else any at all."""
    held: Holding | None = draft.holdings.get(scope.holding or "")
    if held is None:
        return False
    person = draft.world.people.get(held.participant)
    if person is None:
        return False
    asked = draft.definition.seats[held.seat].qualifications
    on = _day_of_use(draft)
    valid = {kind for kind, until in person.trainings.items() if until is None or until >= on}
    return set(asked) <= valid if asked else bool(valid)


def missing_qualifications(draft: Draft, seat: str, participant: str) -> list[str]:
    """What a seat asks for and this person has not, on the day that counts (or today while that is not known)."""
    person = draft.world.people.get(participant)
    trainings = person.trainings if person else {}
    on = _day_of_use(draft)
    return [
        kind
        for kind in draft.definition.seats[seat].qualifications
        if kind not in trainings or ((until := trainings[kind]) is not None and until < on)
    ]


def _day_of_use(draft: Draft) -> date:
    """The day that a panel prepares for: the named date that moves; today, where none is known."""
    for name, definition in draft.definition.dates.items():
        if definition.moves and (found := resolve_ref(draft, Ref(name))) is not None:
            return found.point.day
    return draft.today
