"""Which mails must somebody of the office still look at? One answer for all that tell of them.

What the office has decided, by phone or otherwise, needs nobody any more; of what was sent again the new mail tells.
"""

from __future__ import annotations

from datetime import datetime

from engine.mail import Message, MessageState
from engine.ports import UnitOfWork
from notifications.oversight import decisions

LOST: tuple[MessageState, ...] = ("refused", "unknown", "held")
"""States of a message that the office must look at."""


def doubted(work: UnitOfWork, office: str) -> list[Message]:
    """Those with legal effect that may not have arrived, the oldest first."""
    return [each for each in _unsettled(work, office, "unknown") if each.legal]


def refused(work: UnitOfWork, office: str, since: datetime | None = None) -> list[Message]:
    """Those that a server refused, or that we could not make; `since`: that were made then or later."""
    return [each for each in _unsettled(work, office, "refused") if since is None or each.created_at >= since]


def held(work: UnitOfWork, office: str) -> list[Message]:
    """Those that are written, and kept back until somebody has looked, the oldest first."""
    return _unsettled(work, office, "held")


def lost(work: UnitOfWork, office: str) -> list[Message]:
    """All that did not arrive, may not have, or are held: those that were refused first, each the oldest first."""
    return [each for state in LOST for each in _unsettled(work, office, state)]


def _unsettled(work: UnitOfWork, office: str, state: MessageState) -> list[Message]:
    found = [each for each in work.outbox.messages(state) if each.secretariat == office]
    if not found:
        return []
    decided = decisions(work, office)
    return [each for each in found if each.id not in decided and not work.outbox.resent(each.id)]
