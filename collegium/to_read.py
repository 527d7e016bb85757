"""Which mails from outside does nobody know of? They belong to no mail or no open case: no task tells of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.mail import MailReport
from engine.ports import UnitOfWork
from engine.reaching import WROTE_BACK
from notifications.bounces.following import follows


def to_read(work: UnitOfWork, office: str, since: datetime) -> list[MailReport]:
    """Those recorded since then: they lie in the folder of mails that a person reads, and nowhere else."""
    return [
        each for each in work.outbox.reports(since=since)
        if each.message is None and each.secretariat in (None, office) and follows(each.kind, sure=False).to_read
    ]  # fmt: skip


def without_task(work: UnitOfWork, office: str, since: datetime) -> list[MailReport]:
    """Words recorded since then that answer a mail of this office of which no case has made a task to read them.

    Its cases had ended, or it spoke of none: an overview.
    """
    words = [each for each in work.outbox.reports(since=since) if each.message and _are_words(each)]
    there = frozenset(work.cases.all_ids(office)) if words else frozenset()
    found = []
    for each in words:
        message = work.outbox.message(each.message or "")
        if message is not None and message.secretariat == office:
            cases = there.intersection(message.cases)
            if not _is_task(work, each, cases):
                found.append(each)
    return found


def _are_words(report: MailReport) -> bool:
    return follows(report.kind, sure=report.matched_by != "address").to_read


def _is_task(work: UnitOfWork, report: MailReport, cases: Iterable[str]) -> bool:
    tasks = (task for id in cases for task in work.cases.load(id).tasks.values())
    return any(task.name == WROTE_BACK and task.about == report.id for task in tasks)
