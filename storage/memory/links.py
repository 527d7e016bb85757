"""Which private link opens which task, in memory?"""

from __future__ import annotations

from dataclasses import replace

from engine.mail import Link
from storage import sending
from storage.memory.journal import Journal
from storage.memory.shelves import Shelves


def of_task(shelves: Shelves, journal: Journal, case: str, participant: str, task: str) -> Link:
    """The link of that task instance for that participant; made where there is none, anew where it was revoked."""
    key = (case, participant, task)
    id = shelves.link_keys.get(key)
    known = shelves.links[id] if id is not None else None
    if known is not None and not known.revoked:
        return known
    if known is not None:
        made = replace(known, generation=known.generation + 1, revoked=False)
    else:
        made = Link(id=sending.new_link_id(), case=case, participant=participant, task=task)
        journal.put(shelves.link_keys, key, made.id)
    journal.put(shelves.links, made.id, made)
    return made


def revoke(shelves: Shelves, journal: Journal, id: str) -> None:
    if id in shelves.links:
        journal.put(shelves.links, id, replace(shelves.links[id], revoked=True))
