"""Which files go with a mail? Read only for messages that have any."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.mail import Attachment, Message
from storage import mail_mapping
from storage.database import Row, inserting
from storage.tables import AttachmentRow, table

ATTACHMENT = table(AttachmentRow)

_insert = inserting(ATTACHMENT)


def add(connection: sa.Connection, message: Message) -> None:
    """Store the files of a message that is stored already."""
    rows = [
        {
            "message_id": message.id,
            "position": position,
            "name": one.name,
            "media_type": one.media_type,
            "method": one.method,
            "data": one.data,
        }
        for position, one in enumerate(message.attachments)
    ]
    _insert.run(connection, rows)


def replace(connection: sa.Connection, message: str, files: Sequence[Attachment]) -> None:
    """Other contents for the files of a message, in their order."""
    for position, one in enumerate(files):
        same = (ATTACHMENT.c.message_id == message, ATTACHMENT.c.position == position)
        connection.execute(sa.update(ATTACHMENT).where(*same).values(data=one.data))


def with_files(connection: sa.Connection, rows: Sequence[Row]) -> list[Message]:
    """The messages of these rows, each with its files."""
    wanted = [row["id"] for row in rows if row["attached"]]
    files: dict[str, list[Attachment]] = {}
    if wanted:
        query = sa.select(ATTACHMENT).where(ATTACHMENT.c.message_id.in_(wanted))
        for row in connection.execute(query.order_by(ATTACHMENT.c.message_id, ATTACHMENT.c.position)):
            made = Attachment(name=row.name, media_type=row.media_type, data=row.data, method=row.method)
            files.setdefault(row.message_id, []).append(made)
    return [mail_mapping.message_of(row, tuple(files.get(row["id"], ()))) for row in rows]
