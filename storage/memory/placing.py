"""Where does a notice or a message lie in memory? On its shelf, and in the queue of those that wait."""

from __future__ import annotations

from storage.memory.journal import Journal
from storage.memory.shelves import HeldMessage, HeldNotice, Shelves


def keep(shelves: Shelves, journal: Journal, held: HeldNotice) -> None:
    """Put a notice in the place of what it was before."""
    old = shelves.notices.get(held.stored.id)
    if old is not None:
        journal.discard(shelves.queue, old.place)
    journal.put(shelves.notices, held.stored.id, held)
    if held.waits:
        journal.add(shelves.queue, held.place)


def put(shelves: Shelves, journal: Journal, held: HeldMessage) -> None:
    """Put a message in the place of what it was before."""
    old = shelves.messages.get(held.message.id)
    if old is not None:
        journal.discard(shelves.ready, old.place)
    journal.put(shelves.messages, held.message.id, held)
    if held.message.state == "ready":
        journal.add(shelves.ready, held.place)
    if held.message.state == "refused":
        journal.put(shelves.refused, held.message.id, True)
