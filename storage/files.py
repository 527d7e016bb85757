"""Which files were handed in, and what is in them? Their content stands in the same transaction as the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from engine.events import Submission
from engine.files import KeptFile, files_in
from storage import mapping
from storage.database import Prepared, Row, inserting
from storage.tables import KeptFileRow, UnfinishedRow, table

FILE, UNFINISHED = table(KeptFileRow), table(UnfinishedRow)

_known = [
    column for column in FILE.c if column.name != "content"
]  # what is in a file is read only when it is asked for
_insert = inserting(FILE)
_end = Prepared(
    lambda dialect: sa.delete(FILE).where(
        FILE.c.case_id == sa.bindparam("case", type_=sa.String),
        FILE.c.task == sa.bindparam("of", type_=sa.String),
        FILE.c.submission_id.is_(None),
    )
)


def handed_in(connection: sa.Connection, submissions: Iterable[Submission]) -> None:
    """The files that these answers hold belong to them from now on."""
    for given in submissions:
        ids = [each["file"] for each in files_in(given.answers)]
        if ids:
            loose = (FILE.c.case_id == given.case, FILE.c.id.in_(ids), FILE.c.submission_id.is_(None))
            connection.execute(sa.update(FILE).where(*loose).values(submission_id=given.id))


def end(connection: sa.Connection, case: str, tasks: Sequence[str]) -> int:
    """Nobody goes on with answers to these tasks: files that were kept for them and not handed in go; how many."""
    return _end.run(connection, [{"case": case, "of": key} for key in tasks])


def forget(connection: sa.Connection, participants: Sequence[str]) -> int:
    """What these participants put in loses its name and content; what no answers of anybody hold goes whole.

    Unfinished answers that they kept last are gone by now; a file in those of a colleague keeps its place in them.
    """
    own = FILE.c.participant.in_(participants)
    held = sa.exists().where(UNFINISHED.c.case_id == FILE.c.case_id, UNFINISHED.c.task == FILE.c.task)
    loose = connection.execute(sa.delete(FILE).where(own, FILE.c.submission_id.is_(None), sa.not_(held))).rowcount
    return loose + connection.execute(sa.update(FILE).where(own).values(name="", content=None)).rowcount


class SqlFiles:
    """Implements engine.ports.Files."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, record: KeptFile, content: bytes) -> None:
        row: Row = {**mapping.kept_file_row(record), "content": content}
        _insert.run(self._connection, [row])

    def of_case(self, case: str) -> list[KeptFile]:
        query = sa.select(*_known, sa.func.length(FILE.c.content).is_(None).label("gone")).where(FILE.c.case_id == case)
        rows = self._connection.execute(query.order_by(FILE.c.at, FILE.c.id)).mappings()
        return [mapping.kept_file_of(row) for row in rows]

    def content(self, id: str) -> bytes | None:
        found: bytes | None = self._connection.scalar(sa.select(FILE.c.content).where(FILE.c.id == id))
        return found

    def drop(self, ids: Sequence[str]) -> int:
        loose = (FILE.c.id.in_(ids), FILE.c.submission_id.is_(None))
        return self._connection.execute(sa.delete(FILE).where(*loose)).rowcount
