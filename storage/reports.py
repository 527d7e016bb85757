"""What came back on the mails that were sent? Bounces, automatic answers, people's own words."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.mail import MailReport
from storage import mail_mapping
from storage.database import Prepared, inserting_or_ignoring
from storage.tables import MailReportRow, MessageRow, table

REPORT, MESSAGE = table(MailReportRow), table(MessageRow)

NONE_OF = sa.not_(sa.exists().where(REPORT.c.message_id == MESSAGE.c.id))


def _reports_by(*names: str) -> Prepared:
    """Those about what is named, the newest last."""
    same = [REPORT.c[f"{name}_id"] == sa.bindparam(name) for name in names]
    return Prepared(lambda dialect: sa.select(REPORT).where(*same).order_by(REPORT.c.received_at, REPORT.c.id))


_reports: dict[tuple[str, ...], Prepared] = {
    names: _reports_by(*names) for names in ((), ("message",), ("person",), ("message", "person"))
}
_one = Prepared(lambda dialect: sa.select(REPORT).where(REPORT.c.id == sa.bindparam("of")))
_insert = inserting_or_ignoring(REPORT, "id")


def add(connection: sa.Connection, report: MailReport) -> bool:
    """False where this report was recorded before."""
    return _insert.run(connection, [mail_mapping.report_row(report)]) > 0


def one(connection: sa.Connection, id: str) -> MailReport | None:
    """The report of that id."""
    return next((mail_mapping.report_of(row) for row in _one.rows(connection, {"of": id})), None)


def of(connection: sa.Connection, message: str | None, person: str | None, since: datetime | None) -> list[MailReport]:
    """Those about a message or a person, or recorded since a moment, the newest last."""
    wanted = {"message": message, "person": person}
    given = {name: value for name, value in wanted.items() if value is not None}
    if since is None:
        return [mail_mapping.report_of(row) for row in _reports[tuple(given)].rows(connection, given)]
    same = [REPORT.c[f"{name}_id"] == value for name, value in given.items()]
    query = sa.select(REPORT).where(*same, REPORT.c.recorded_at >= since)
    rows = connection.execute(query.order_by(REPORT.c.received_at, REPORT.c.id)).mappings()
    return [mail_mapping.report_of(row) for row in rows]
