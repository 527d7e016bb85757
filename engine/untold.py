"""Who does not hear of a date yet, though they said yes? Of the panel only those who sit; the others when they sit."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.case import Case, Holding
from engine.definition import Definition
from engine.events import Notice


def not_told_yet(definition: Definition, case: Case, notices: Collection[Notice]) -> Iterator[tuple[str, Holding]]:
    """Each mail that brings a date into calendars, with who accepted a place that gets it and does not sit there yet.

    They get the date when they sit, with the mail of that moment or one of its own (`appointments.carried`).
    """
    for name in dict.fromkeys(notice.template for notice in notices):
        told = definition.notices.get(name)
        if told is None or told.invite is None:
            continue
        seats = {leaf for group in told.to for leaf in definition.members(group)}
        readers = {notice.recipient for notice in notices if notice.template == name}
        for held in case.holdings.values():
            waits = held.state == "accepted" and not held.reserve
            if waits and held.seat in seats and held.participant not in readers:
                yield name, held
