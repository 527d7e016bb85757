"""Is there a mail server? After a failure mail waits, and one mail goes first to see whether the server is back.

An outage is a fact that follows from the stored deliveries, so that it survives a restart: it began with the first
attempt that met no server, and it ends with the first answer. The office is told once, in one line.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from engine.ports import Outage
from notifications.backoff import seek_after

State: TypeAlias = Literal["closed", "open", "half-open"]
AT_ONCE = ("login", "tls")  # a person must act: to wait does not help


def state(outage: Outage | None, now: datetime) -> State:
    """Closed: mail flows. Open: it waits. Half-open: one mail may go, to see whether the server is back."""
    if outage is None:
        return "closed"
    return "open" if now < seek_at(outage) else "half-open"


def seek_at(outage: Outage) -> datetime:
    """When the server is sought again."""
    return outage.last + seek_after(outage.tries)


def is_to_be_told(outage: Outage, now: datetime, patience: timedelta) -> bool:
    """Whether this is long enough, or of a kind that does not end by itself."""
    return outage.cause in AT_ONCE or now - outage.since >= patience
