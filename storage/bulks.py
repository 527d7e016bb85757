"""Which mails to many readers wait for approval, and which were approved?"""

from __future__ import annotations

import sqlalchemy as sa

from engine.mail import Bulk
from storage import mail_mapping
from storage.database import upserting
from storage.tables import BulkRow, table

BULK = table(BulkRow)

_put = upserting(BULK)


def one(connection: sa.Connection, id: str) -> Bulk | None:
    row = connection.execute(sa.select(BULK).where(BULK.c.id == id)).mappings().first()
    return mail_mapping.bulk_of(row) if row else None


def of(connection: sa.Connection, secretariat: str) -> list[Bulk]:
    """Those of an office, the oldest first."""
    query = sa.select(BULK).where(BULK.c.secretariat_id == secretariat).order_by(BULK.c.caused_at, BULK.c.id)
    return [mail_mapping.bulk_of(row) for row in connection.execute(query).mappings()]


def put(connection: sa.Connection, bulk: Bulk) -> None:
    _put.run(connection, [mail_mapping.bulk_row(bulk)])
