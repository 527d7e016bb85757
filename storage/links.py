"""Which private link opens which task?"""

from __future__ import annotations

import sqlalchemy as sa

from engine.mail import Link
from storage import mail_mapping, sending
from storage.database import Prepared, inserting_or_ignoring
from storage.tables import LinkRow, table

LINK = table(LinkRow)

_link = Prepared(lambda dialect: sa.select(LINK).where(LINK.c.id == sa.bindparam("of")))
_link_of = Prepared(
    lambda dialect: sa.select(LINK).where(
        LINK.c.case_id == sa.bindparam("case"),
        LINK.c.participant == sa.bindparam("who"),
        LINK.c.task == sa.bindparam("what"),
    )
)

_insert = inserting_or_ignoring(LINK, "case_id", "participant", "task")


def of_task(connection: sa.Connection, case: str, participant: str, task: str) -> Link:
    """The link of that task instance for that participant; made where there is none, anew where it was revoked."""
    mine = (LINK.c.case_id == case, LINK.c.participant == participant, LINK.c.task == task)
    named = {"case": case, "who": participant, "what": task}
    row = _link_of.one(connection, named)
    if row is None:
        made = {"id": sending.new_link_id(), "case_id": case, "participant": participant, "task": task}
        _insert.run(connection, [{**made, "generation": 1, "revoked": False}])
    elif row["revoked"]:
        # What was revoked stays so: tokens of the former generation do not open the new one.
        again = {"generation": LINK.c.generation + 1, "revoked": False}
        connection.execute(sa.update(LINK).where(*mine).values(again))
    else:
        return mail_mapping.link_of(row)
    return mail_mapping.link_of(_link_of.rows(connection, named)[0])


def one(connection: sa.Connection, id: str) -> Link | None:
    row = _link.one(connection, {"of": id})
    return mail_mapping.link_of(row) if row else None


def revoke(connection: sa.Connection, id: str) -> None:
    connection.execute(sa.update(LINK).where(LINK.c.id == id).values(revoked=True))
