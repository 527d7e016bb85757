"""Which mails to many readers wait for approval, in memory, and which were approved?"""

from __future__ import annotations

from engine.mail import Bulk
from storage.memory.shelves import Shelves


def of(shelves: Shelves, secretariat: str) -> list[Bulk]:
    """Those of an office, the oldest first."""
    own = [one for one in shelves.bulks.values() if one.secretariat == secretariat]
    return sorted(own, key=lambda one: (one.caused_at, one.id))
