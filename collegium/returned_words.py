"""What must the office know of a mail that came back? The lines of its task, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from engine.case import Case, Task
from engine.mail import MailReport
from engine.ports import UnitOfWork
from engine.reaching import WROTE_BACK
from engine.task import FACT, UNREACHED
from notifications.catalogue import texts
from notifications.dates_text import day_text

OF_SERVERS = ("hard", "soft", "policy")
ABOUT = {  # which reports tell of which obstacle
    "dead_address": ("hard", "soft"), "policy": ("policy",), "challenge": ("challenge",), "gone": ("gone",),
    "away": ("away",),
}  # fmt: skip


def whom(work: UnitOfWork, task: Task) -> str:
    """Name, address and telephone number of the person whom such a task is about; "" for all other tasks."""
    report = work.outbox.report(task.about or "") if task.name == WROTE_BACK else None
    who = report.person if report else _person_of(work, task) if task.name == UNREACHED else None
    person = work.people.person(who) if who else None
    return ", ".join(each for each in (person.name, person.email, person.phone) if each) if person else ""


def told(work: UnitOfWork, case: Case, task: Task, language: str, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Which mail it was, what came back, and what to do about it; empty for all other tasks."""
    if task.name not in (UNREACHED, WROTE_BACK):
        return ()
    says = texts(language)
    why = case.facts.get(FACT + (task.about or ""), "dead_address")
    report = work.outbox.report(task.about or "") if task.name == WROTE_BACK else _last(work, task, why)
    lines = list(_of_report(work, report, language, zone)) if report else []
    return (*lines, (says["bounce_do"], says["bounce_read" if task.name == WROTE_BACK else f"bounce_{why}"]))


def _of_report(work: UnitOfWork, report: MailReport, language: str, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    says = texts(language)
    message = work.outbox.message(report.message) if report.message else None
    if message is not None:
        day = day_text((message.sent_at or message.created_at).astimezone(zone).date(), language)
        yield says["bounce_mail"], says["bounce_mail_of"].format(subject=message.subject, date=day)
    if report.diagnostic:
        yield says["bounce_says" if report.kind in OF_SERVERS else "bounce_answer"], report.diagnostic


def _person_of(work: UnitOfWork, task: Task) -> str | None:
    known = work.people.participant(task.about or "")
    return known.person if known else None


def _last(work: UnitOfWork, task: Task, why: str) -> MailReport | None:
    person = _person_of(work, task)
    found = work.outbox.reports(person=person) if person else []
    return next((each for each in reversed(found) if each.kind in ABOUT.get(why, ())), None)
