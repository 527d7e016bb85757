"""Which mails may have gone out already, though nothing here says so? Those that fell due before a restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.mail import StoredNotice

DECIDED = "was to go out, and could not in the reader's hours"
"""Why a notice waits again whose mail had not been in doubt, or was released by the office."""

TOO_LATE = "could not be sent before what it reminds of was due"
"""The same of one that can be of no use any more to its reader: the office keeps its mail, and learns of it."""

RESTORED = "restored from a backup: look whether it went out before"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A database was put back from a backup at that moment; the last notice that the backup knew of."""

    until: datetime
    last_notice: int

    def holds(self, notices: Iterable[StoredNotice]) -> bool:
        """Whether the old installation may have told one of these.

        It may where the cause lies before the restore; not where a notice of the backup was to wait until after it, nor
        where its mail was free to go after it.
        """
        return any(self._one(each) for each in notices)

    def _one(self, stored: StoredNotice) -> bool:
        if stored.notice.caused_at > self.until:
            return False
        caught_up = stored.id > self.last_notice  # the date came before the restore, and has its effect only now
        return stored.notice.send_at <= self.until or (caught_up and stored.reason not in (DECIDED, TOO_LATE))
