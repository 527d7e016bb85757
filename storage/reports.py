"""What came back on the mails that were sent? Bounces, automatic answers, people's own words."""

from __future__ import annotations

import sqlalchemy as sa

from engine.mail import MailReport
from storage import mapping
from storage.database import inserting_or_ignoring
from storage.tables import MailReportRow, MessageRow, table

REPORT, MESSAGE = table(MailReportRow), table(MessageRow)

NONE_OF = sa.not_(sa.exists().where(REPORT.c.message_id == MESSAGE.c.id))

_insert = inserting_or_ignoring(REPORT, "id")


def add(connection: sa.Connection, report: MailReport) -> bool:
    """False where this report was recorded before."""
    return _insert.run(connection, [mapping.report_row(report)]) > 0


def of(connection: sa.Connection, message: str | None, person: str | None) -> list[MailReport]:
    """Those about a message or a person, the newest last."""
    query = sa.select(REPORT).order_by(REPORT.c.received_at, REPORT.c.id)
    if message is not None:
        query = query.where(REPORT.c.message_id == message)
    if person is not None:
        query = query.where(REPORT.c.person_id == person)
    return [mapping.report_of(row) for row in connection.execute(query).mappings()]
