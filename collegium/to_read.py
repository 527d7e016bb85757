"""Which mails from outside does nobody know of? They belong to no mail of ours, and no task tells of them."""

from __future__ import annotations

from datetime import datetime

from engine.mail import MailReport
from engine.ports import UnitOfWork
from notifications.bounces.following import follows


def to_read(work: UnitOfWork, office: str, since: datetime) -> list[MailReport]:
    """Those recorded since then: they lie in the folder of mails that a person reads, and nowhere else."""
    return [
        each for each in work.outbox.reports()
        if each.message is None and each.secretariat in (None, office) and each.recorded_at >= since
        and follows(each.kind, sure=False).to_read
    ]  # fmt: skip
