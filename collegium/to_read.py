"""Which mails from outside does nobody know of? They belong to no mail or no open case: no task tells of them."""

from __future__ import annotations

from datetime import datetime

from engine.mail import MailReport, Message
from engine.ports import UnitOfWork
from engine.reaching import WROTE_BACK
from notifications.bounces.following import follows


def to_read(work: UnitOfWork, office: str, since: datetime) -> list[MailReport]:
    """Those recorded since then: they lie in the folder of mails that a person reads, and nowhere else."""
    return [
        each for each in work.outbox.reports()
        if each.message is None and each.secretariat in (None, office) and each.recorded_at >= since
        and follows(each.kind, sure=False).to_read
    ]  # fmt: skip


def without_task(work: UnitOfWork, office: str, since: datetime) -> list[MailReport]:
    """Words recorded since then that answer a mail of this office of which no case has made a task to read them.

    Its cases had ended, or it spoke of none: an overview.
    """
    found = []
    for each in work.outbox.reports():
        message = work.outbox.message(each.message) if each.message and each.recorded_at >= since else None
        if message is None or message.secretariat != office:
            continue
        if follows(each.kind, sure=each.matched_by != "address").to_read and not _is_task(work, each, message):
            found.append(each)
    return found


def _is_task(work: UnitOfWork, report: MailReport, message: Message) -> bool:
    there = set(work.cases.all_ids(message.secretariat)).intersection(message.cases)
    tasks = (task for id in there for task in work.cases.load(id).tasks.values())
    return any(task.name == WROTE_BACK and task.about == report.id for task in tasks)
