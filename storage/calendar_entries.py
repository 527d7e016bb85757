"""What were people's calendars told of the dates of a case?"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from engine.appointments import CalendarEntry
from storage import mapping
from storage.database import Prepared, upserting
from storage.tables import CalendarEntryRow, MessageRow, ParticipantRow, PersonRow, table

ENTRY = table(CalendarEntryRow)

PARTICIPANT, PERSON, MESSAGE = table(ParticipantRow), table(PersonRow), table(MessageRow)

_put = upserting(ENTRY)
_of_case = Prepared(
    lambda dialect: (
        sa.select(ENTRY).where(ENTRY.c.case_id == sa.bindparam("of")).order_by(ENTRY.c.participant, ENTRY.c.date)
    )
)
_elsewhere = Prepared(
    lambda dialect: (
        sa.select(ENTRY, PERSON.c.id.label("reader"), PERSON.c.email, MESSAGE.c.address)
        .join(PARTICIPANT, PARTICIPANT.c.key == ENTRY.c.participant)
        .join(PERSON, PERSON.c.id == PARTICIPANT.c.person_id)
        .join(MESSAGE, sa.and_(MESSAGE.c.id == ENTRY.c.message_id, MESSAGE.c.person_id == PERSON.c.id))
        .where(
            ENTRY.c.state == "asked",
            ENTRY.c.last >= sa.bindparam("today"),
            PERSON.c.reachable,
            PERSON.c.email != "",
            PERSON.c.email != MESSAGE.c.address,
            sa.or_(*(MESSAGE.c.state == state for state in ("sent", "refused", "unknown"))),
        )
        .order_by(PERSON.c.id, ENTRY.c.case_id, ENTRY.c.date)
    )
)


class SqlCalendarEntries:
    """Implements engine.ports.CalendarEntries."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_case(self, case: str) -> list[CalendarEntry]:
        return [mapping.calendar_entry_of(row) for row in _of_case.rows(self._connection, {"of": case})]

    def elsewhere(self, today: date) -> list[tuple[str, CalendarEntry]]:
        rows = _elsewhere.rows(self._connection, {"today": today.isoformat()})
        return [
            (row["reader"], mapping.calendar_entry_of(row))
            for row in rows
            if row["email"].casefold() != row["address"].casefold()
        ]

    def put(self, entry: CalendarEntry) -> None:
        _put.run(self._connection, [mapping.calendar_entry_row(entry)])
