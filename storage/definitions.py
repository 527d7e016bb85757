"""Which versions of which process were launched, in which rounds? Definitions stay bytes here."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine.errors import Conflict
from engine.ports import Cycle, StoredDefinition
from storage import records
from storage.database import Prepared, inserting, inserting_or_ignoring, upserting
from storage.tables import CycleRow, DefinitionRow, GateRow, WordingRow, table

DEFINITION, WORDING, CYCLE, GATE = table(DefinitionRow), table(WordingRow), table(CycleRow), table(GateRow)

_insert_definition = inserting_or_ignoring(DEFINITION, "name", "version", "behaviour")
_insert_wording = inserting_or_ignoring(WORDING, "name", "version", "behaviour", "number")
_put_cycle = upserting(CYCLE)
_insert_days = inserting(GATE)
_cycles = Prepared(
    lambda dialect: (
        sa.select(CYCLE).where(CYCLE.c.secretariat_id == sa.bindparam("of")).order_by(CYCLE.c.launched_at, CYCLE.c.id)
    )
)
_days = Prepared(
    lambda dialect: (
        sa.select(GATE.c.day)
        .where(GATE.c.secretariat_id == sa.bindparam("of"), GATE.c.name == sa.bindparam("gate"))
        .order_by(GATE.c.day)
    )
)
_cycle = Prepared(lambda dialect: sa.select(CYCLE).where(CYCLE.c.id == sa.bindparam("of")))


class SqlDefinitions:
    """Implements engine.ports.Definitions."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, record: StoredDefinition) -> None:
        """Keep a version and its wording; what is there already must be the same."""
        _insert_definition.run(self._connection, [records.definition_row(record)])
        if not _insert_wording.run(self._connection, [records.wording_row(record)]):
            same = (
                WORDING.c.name == record.name,
                WORDING.c.version == record.version,
                WORDING.c.behaviour == record.behaviour,
                WORDING.c.number == record.wording_number,
            )
            if self._connection.scalar(sa.select(WORDING.c.wording).where(*same)) != record.wording:
                raise Conflict(records.other_wording(record))

    def get(self, name: str, version: int, behaviour: str) -> StoredDefinition | None:
        return self._first(
            sa.select(WORDING)
            .where(WORDING.c.name == name, WORDING.c.version == version, WORDING.c.behaviour == behaviour)
            .order_by(WORDING.c.number.desc())
        )

    def newest(self, name: str, version: int | None = None) -> StoredDefinition | None:
        return self._first(
            sa.select(WORDING)
            .where(WORDING.c.name == name, sa.true() if version is None else WORDING.c.version == version)
            .order_by(WORDING.c.version.desc(), WORDING.c.number.desc(), WORDING.c.behaviour)
        )

    def put_cycle(self, record: Cycle) -> None:
        _put_cycle.run(self._connection, [records.cycle_row(record)])

    def cycles(self, secretariat: str) -> list[Cycle]:
        return [records.cycle_of(row) for row in _cycles.rows(self._connection, {"of": secretariat})]

    def cycle(self, id: str) -> Cycle | None:
        row = _cycle.one(self._connection, {"of": id})
        return records.cycle_of(row) if row else None

    def put_gate(self, secretariat: str, gate: str, days: Iterable[str]) -> None:
        self._connection.execute(sa.delete(GATE).where(GATE.c.secretariat_id == secretariat, GATE.c.name == gate))
        rows = [{"secretariat_id": secretariat, "name": gate, "day": day} for day in sorted(set(days))]
        _insert_days.run(self._connection, rows)

    def gate(self, secretariat: str, gate: str) -> tuple[str, ...]:
        return tuple(day for (day,) in _days.read(self._connection, {"of": secretariat, "gate": gate}))

    def _first(self, query: sa.Select[tuple[object, ...]]) -> StoredDefinition | None:
        row = self._connection.execute(query.limit(1)).mappings().first()
        return records.definition_of(row) if row else None
