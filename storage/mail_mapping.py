"""How do values of the outbox become rows, and rows values again? Notices, mails, what came of them, and calendars."""

from __future__ import annotations

from datetime import datetime

from engine.appointments import CalendarEntry, Span
from engine.digests import DigestIssue, Subscription
from engine.events import Notice
from engine.mail import Attachment, Attempt, Bulk, Delivery, Link, MailReport, Message, StoredNotice
from storage.database import Row
from storage.mapping import plain_fields, text_of


def notice_row(notice: Notice, secretariat: str, idle: str | None) -> Row:
    return {
        "secretariat_id": secretariat,
        "case_id": notice.case,
        **{name: getattr(notice, name) for name in _NOTICE},
        "data": text_of(notice.data),
        "state": "waiting",
        "reason": "",
        "idle": idle,
        "message_id": None,
    }


def notice_of(row: Row) -> StoredNotice:
    """From a row with the person behind its recipient as `person_id`."""
    return StoredNotice(
        id=row["id"],
        notice=Notice(case=row["case_id"], data=row["data"], **{name: row[name] for name in _NOTICE}),
        secretariat=row["secretariat_id"],
        person=row["person_id"],
        state=row["state"],
        reason=row["reason"],
        message=row["message_id"],
    )


def message_row(message: Message) -> Row:
    return {
        "secretariat_id": message.secretariat,
        "person_id": message.person,
        **{name: getattr(message, name) for name in _MESSAGE},
        "asks": [list(ask) for ask in message.asks],
        "cases": list(message.cases),
        "try_at": message.next_try or message.created_at,
        "lease_until": None,
        "attached": len(message.attachments),
    }


def message_of(row: Row, attachments: tuple[Attachment, ...] = ()) -> Message:
    return Message(
        secretariat=row["secretariat_id"],
        person=row["person_id"],
        asks=tuple((case, task) for case, task in row["asks"]),
        cases=tuple(row["cases"]),
        attachments=attachments,
        **{name: row[name] for name in _MESSAGE},
    )


def attempt_of(row: Row) -> Attempt:
    cause = row["cause"] or None
    delivery = Delivery(
        outcome=row["outcome"], code=row["code"], answer=row["answer"], unreachable=cause is not None, cause=cause
    )
    return Attempt(at=row["at"], delivery=delivery)


def bulk_row(bulk: Bulk) -> Row:
    return {"secretariat_id": bulk.secretariat, **{name: getattr(bulk, name) for name in _BULK}}


def bulk_of(row: Row) -> Bulk:
    return Bulk(secretariat=row["secretariat_id"], **{name: row[name] for name in _BULK})


def report_row(report: MailReport) -> Row:
    return {
        "secretariat_id": report.secretariat,
        "message_id": report.message,
        "person_id": report.person,
        **{name: getattr(report, name) for name in _REPORT},
    }


def report_of(row: Row) -> MailReport:
    return MailReport(
        secretariat=row["secretariat_id"],
        message=row["message_id"],
        person=row["person_id"],
        **{name: row[name] for name in _REPORT},
    )


def calendar_entry_row(entry: CalendarEntry) -> Row:
    plain_ones = {name: getattr(entry, name) for name in _CALENDAR_ENTRY}
    days = {"first": entry.first.isoformat(), "last": entry.last.isoformat()}
    stood = None
    if entry.stood is not None:
        first, last = entry.stood.first.isoformat(), entry.stood.last.isoformat()
        stood = {"first": first, "last": last, "all_day": entry.stood.all_day}
    return {"case_id": entry.case, **days, "message_id": entry.message, "stood": stood, **plain_ones}


def calendar_entry_of(row: Row) -> CalendarEntry:
    return CalendarEntry(
        case=row["case_id"],
        first=datetime.fromisoformat(row["first"]),
        last=datetime.fromisoformat(row["last"]),
        message=row["message_id"],
        stood=_span_of(row["stood"]),
        **{name: row[name] for name in _CALENDAR_ENTRY},
    )


def _span_of(stood: Row | None) -> Span | None:
    if stood is None:
        return None
    first, last = datetime.fromisoformat(stood["first"]), datetime.fromisoformat(stood["last"])
    return Span(first=first, last=last, all_day=stood["all_day"])


def subscription_row(record: Subscription) -> Row:
    return {"person_id": record.person, "kind": record.kind, "off_since": record.off_since}


def subscription_of(row: Row) -> Subscription:
    return Subscription(person=row["person_id"], kind=row["kind"], off_since=row["off_since"])


def digest_issue_row(issue: DigestIssue) -> Row:
    named = {"secretariat_id": issue.secretariat, "person_id": issue.person, "message_id": issue.message}
    return {**named, **{name: getattr(issue, name) for name in _DIGEST_ISSUE}}


def digest_issue_of(row: Row) -> DigestIssue:
    return DigestIssue(
        secretariat=row["secretariat_id"],
        person=row["person_id"],
        message=row["message_id"],
        **{name: row[name] for name in _DIGEST_ISSUE},
    )


def link_of(row: Row) -> Link:
    return Link(
        id=row["id"],
        case=row["case_id"],
        participant=row["participant"],
        task=row["task"],
        generation=row["generation"],
        revoked=row["revoked"],
    )


_NOTICE = plain_fields(Notice, "case", "data")
_MESSAGE = plain_fields(Message, "secretariat", "person", "asks", "cases", "attachments")
_BULK = plain_fields(Bulk, "secretariat")
_REPORT = plain_fields(MailReport, "secretariat", "message", "person")
_CALENDAR_ENTRY = plain_fields(CalendarEntry, "case", "first", "last", "message", "stood")
_DIGEST_ISSUE = plain_fields(DigestIssue, "secretariat", "person", "message")
