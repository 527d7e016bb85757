"""What were people's calendars told of the dates of a case?"""

from __future__ import annotations

import sqlalchemy as sa

from engine.appointments import CalendarEntry
from storage import mail_mapping
from storage.database import Prepared, upserting
from storage.tables import CalendarEntryRow, table

ENTRY = table(CalendarEntryRow)

_put = upserting(ENTRY)
_of_case = Prepared(
    lambda dialect: (
        sa.select(ENTRY).where(ENTRY.c.case_id == sa.bindparam("of")).order_by(ENTRY.c.participant, ENTRY.c.date)
    )
)


class SqlCalendarEntries:
    """Implements engine.ports.CalendarEntries."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_case(self, case: str) -> list[CalendarEntry]:
        return [mail_mapping.calendar_entry_of(row) for row in _of_case.rows(self._connection, {"of": case})]

    def put(self, entry: CalendarEntry) -> None:
        _put.run(self._connection, [mail_mapping.calendar_entry_row(entry)])
