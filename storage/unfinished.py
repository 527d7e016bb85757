"""Which answers are kept that are not handed in yet?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.unfinished import Unfinished
from storage import files, mapping
from storage.database import Prepared, inserting_or_ignoring
from storage.tables import UnfinishedRow, table

UNFINISHED = table(UnfinishedRow)

_insert = inserting_or_ignoring(UNFINISHED, "case_id", "task")
_drop = Prepared(
    lambda dialect: sa.delete(UNFINISHED).where(
        UNFINISHED.c.case_id == sa.bindparam("case", type_=sa.String),
        UNFINISHED.c.task == sa.bindparam("of", type_=sa.String),
    )
)


def end(connection: sa.Connection, case: str, tasks: Sequence[str]) -> int:
    """These tasks of a case are not open any more: what was kept for them goes, its files too."""
    files.end(connection, case, tasks)
    return _drop.run(connection, [{"case": case, "of": key} for key in tasks])


class SqlUnfinishedAnswers:
    """Implements engine.ports.UnfinishedAnswers."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_case(self, case: str) -> list[Unfinished]:
        query = sa.select(UNFINISHED).where(UNFINISHED.c.case_id == case).order_by(UNFINISHED.c.task)
        return [mapping.unfinished_of(row) for row in self._connection.execute(query).mappings()]

    def put(self, record: Unfinished) -> bool:
        row = mapping.unfinished_row(record)
        if record.version == 1:
            return _insert.run(self._connection, [row]) > 0
        same = (UNFINISHED.c.case_id == record.case, UNFINISHED.c.task == record.task)
        swap = sa.update(UNFINISHED).where(*same, UNFINISHED.c.version == record.version - 1)
        return self._connection.execute(swap.values(**{**row, "answers": record.answers})).rowcount > 0

    def drop(self, case: str, task: str) -> bool:
        return end(self._connection, case, [task]) > 0
