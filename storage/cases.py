"""How is a case loaded, and how is one change of it written? The hot path: one update, then what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.case import Case, Difference, difference, with_head
from engine.errors import Conflict, UnknownCase, UnknownName
from engine.events import Outcome, Sealed, Signal, Submission
from engine.ports import DueRow, StuckRow
from engine.unfinished import ended
from storage import files, mapping, queries, unfinished, verify
from storage.cache import CacheView, Loaded
from storage.database import Prepared, Row, inserting, inserting_or_ignoring, upserting
from storage.history import append, read_stream, stream_of
from storage.notices import SqlNotices
from storage.tables import (
    CaseRow,
    CycleRow,
    DeadlineRow,
    SeatRow,
    SignalRow,
    SubmissionRow,
    TaskRow,
    table,
)

CASE, TASK, SEAT, DEADLINE = table(CaseRow), table(TaskRow), table(SeatRow), table(DeadlineRow)
SIGNAL, SUBMISSION, CYCLE = table(SignalRow), table(SubmissionRow), table(CycleRow)

_version = Prepared(
    lambda dialect: sa.select(CASE.c.version, CASE.c.head_hash).where(CASE.c.id == sa.bindparam("case"))
)
_office_of_cycle = Prepared(
    lambda dialect: sa.select(CYCLE.c.secretariat_id).where(CYCLE.c.id == sa.bindparam("cycle"))
)
_case = Prepared(lambda dialect: sa.select(CASE).where(CASE.c.id == sa.bindparam("case")))
_tasks = Prepared(
    lambda dialect: (
        sa.select(TASK.c.key, TASK.c.value)
        .where(TASK.c.case_id == sa.bindparam("case"), TASK.c.current)
        .order_by(TASK.c.position)
    )
)
_seats = Prepared(
    lambda dialect: sa.select(SEAT).where(SEAT.c.case_id == sa.bindparam("case")).order_by(SEAT.c.position)
)
_deadlines = Prepared(
    lambda dialect: sa.select(DEADLINE).where(DEADLINE.c.case_id == sa.bindparam("case")).order_by(DEADLINE.c.key)
)


def _others(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name != "case_id"]


def _of_office(*columns: Any, order: Any) -> Prepared:
    """Rows of every case of an office, or (`cycle` not empty) of one of its cycles."""
    cycle = sa.bindparam("cycle", type_=sa.String)
    table = columns[0].table
    query = sa.select(*columns).where(
        CASE.c.secretariat_id == sa.bindparam("of"), sa.or_(cycle == "", CASE.c.cycle_id == cycle)
    )
    if table is not CASE:
        query = query.join(CASE, table.c.case_id == CASE.c.id)
    if table is TASK:
        query = query.where(TASK.c.current)
    return Prepared(lambda dialect: query.order_by(order))


_versions_of_office = _of_office(CASE.c.id, CASE.c.version, CASE.c.head_hash, order=CASE.c.id)
_cases_of_office = _of_office(*CASE.c, order=CASE.c.id)
_tasks_of_office = _of_office(TASK.c.case_id, TASK.c.key, TASK.c.value, order=TASK.c.position)
_seats_of_office = _of_office(SEAT.c.case_id, *_others(SEAT), order=SEAT.c.position)
_deadlines_of_office = _of_office(DEADLINE.c.case_id, *_others(DEADLINE), order=DEADLINE.c.key)
_waiting_signals = Prepared(
    lambda dialect: (
        sa.select(SIGNAL)
        .where(sa.text("NOT done"))
        .order_by(SIGNAL.c.effective_at, SIGNAL.c.seq, SIGNAL.c.key)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
)

_insert_case = inserting_or_ignoring(CASE, "id")
_put_tasks = upserting(TASK, "position")
_put_seats = upserting(SEAT, "position")
_put_deadlines = upserting(DEADLINE)
_insert_signals = inserting_or_ignoring(SIGNAL, "key")
_insert_submissions = inserting(SUBMISSION)


def _updating_case(*columns: str) -> Prepared:
    """Compare-and-swap: touches no row where somebody else was first."""
    statement = (
        sa.update(CASE)
        .where(CASE.c.id == sa.bindparam("case"), CASE.c.version == sa.bindparam("expected", type_=sa.Integer))
        .values({name: sa.bindparam(f"new_{name}", type_=CASE.c[name].type) for name in columns})
    )
    return Prepared(lambda dialect: statement)


_COLUMNS = (
    "process_version", "behaviour", "version", "head_seq", "head_hash", "seq", "stage", "stage_since", "stage_seq",
    "closed", "outcome", "paused",
)  # fmt: skip
_update_case = _updating_case(*_COLUMNS)
_update_case_and_state = _updating_case(*_COLUMNS, "state")

_of_case = (sa.bindparam("case", type_=sa.String), sa.bindparam("of", type_=sa.String))
_drop_deadlines = Prepared(
    lambda dialect: sa.delete(DEADLINE).where(DEADLINE.c.case_id == _of_case[0], DEADLINE.c.key == _of_case[1])
)
_retire_tasks = Prepared(
    lambda dialect: (
        sa.update(TASK)
        .where(TASK.c.case_id == _of_case[0], TASK.c.key == _of_case[1])
        .values(current=sa.false(), held=sa.false())
    )
)
_pause_deadlines = Prepared(
    lambda dialect: (
        sa.update(DEADLINE)
        .where(DEADLINE.c.case_id == _of_case[0], DEADLINE.c.idle.is_(None), sa.not_(DEADLINE.c.clock_runs))
        .values(idle=sa.literal_column("'paused'"))
    )
)
_resume_deadlines = Prepared(
    lambda dialect: (
        sa.update(DEADLINE)
        .where(DEADLINE.c.case_id == _of_case[0], DEADLINE.c.idle == sa.literal_column("'paused'"))
        .values(idle=sa.null())
    )
)


class SqlCases:
    """Implements engine.ports.Cases."""

    def __init__(self, connection: sa.Connection, cache: CacheView) -> None:
        self._connection = connection
        self._cache = cache
        self._notices = SqlNotices(connection)

    def load(self, case: str) -> Case:
        return self._load(case).case

    def load_all(self, secretariat: str, cycle: str | None = None) -> Iterator[Case]:
        """What is in memory and still right; where anything is not, all of it in four queries."""
        of = {"of": secretariat, "cycle": cycle or ""}
        versions = _versions_of_office.read(self._connection, of)
        known = [self._cache.known(id) or self._cache.get(id) for id, _, _ in versions]
        held = [one.case for one in known if one is not None]
        if [(case.id, case.version, case.head[1]) for case in held] == [tuple(row) for row in versions]:
            yield from held
            return
        # Rows stay as the driver gives them until their case is made: thousands of dictionaries at once cost more
        # (the collector of garbage goes through them again and again) than all queries together.
        parts = [(query, _by_case(query.read(self._connection, of)))
                 for query in (_tasks_of_office, _seats_of_office, _deadlines_of_office)]  # fmt: skip
        for found in _cases_of_office.read(self._connection, of):
            row = _cases_of_office.named(self._connection, found)
            own = [[query.named(self._connection, each) for each in rows.get(row["id"], ())] for query, rows in parts]
            yield mapping.case_of(row, *own)

    def all_ids(self, secretariat: str, cycle: str | None = None) -> list[str]:
        query = sa.select(CASE.c.id).where(CASE.c.secretariat_id == secretariat).order_by(CASE.c.id)
        if cycle is not None:
            query = query.where(CASE.c.cycle_id == cycle)
        return list(self._connection.scalars(query))

    def of_subject(self, secretariat: str, subject: str) -> list[tuple[str, str, int, str]]:
        query = sa.select(CASE.c.id, CASE.c.process, CASE.c.process_version, CASE.c.behaviour).order_by(CASE.c.id)
        found = self._connection.execute(
            query.where(CASE.c.secretariat_id == secretariat, CASE.c.subject_id == subject)
        )
        return [(id, process, version, behaviour) for id, process, version, behaviour in found]

    def save(self, outcome: Outcome) -> Case:
        """Case first: where somebody else was quicker, nothing else is written."""
        saved = self._write_case(outcome)
        connection, case, before = self._connection, saved.case, outcome.before
        append(connection, stream_of(case.id), before.head if before else (0, ""), outcome.history)
        found = difference(before, case)
        self._write_difference(case, before, found)
        if outcome.submissions:
            _insert_submissions.run(connection, [mapping.submission_row(one) for one in outcome.submissions])
            files.handed_in(connection, outcome.submissions)
        unfinished.end(connection, case.id, ended(found))
        if before is not None and (before.paused is None) is not (case.paused is None):
            self._pause_or_resume(case)
        self._notices.withdraw(outcome.withdrawals)
        self._notices.insert(outcome.notices, saved.secretariat, case)
        if outcome.signals:
            _insert_signals.run(connection, [mapping.signal_row(signal) for signal in outcome.signals])
        self._cache.wrote(saved)
        return case

    def history(self, case: str) -> list[Sealed]:
        return read_stream(self._connection, stream_of(case))

    def submission(self, id: str) -> Submission | None:
        row = self._connection.execute(sa.select(SUBMISSION).where(SUBMISSION.c.id == id)).mappings().first()
        return mapping.submission_of(row) if row else None

    def submissions(self, *cases: str) -> list[Submission]:
        query = sa.select(SUBMISSION).where(SUBMISSION.c.case_id.in_(cases)).order_by(SUBMISSION.c.at, SUBMISSION.c.id)
        return [mapping.submission_of(row) for row in self._connection.execute(query).mappings()]

    def next_due(self) -> datetime | None:
        return queries.next_due(self._connection)

    def due(self, now: datetime, limit: int) -> list[DueRow]:
        return queries.due(self._connection, now, limit)

    def failed(self, case: str, deadline: str, error: str, next_try: datetime, stuck: bool) -> int:
        row = (DEADLINE.c.case_id == case, DEADLINE.c.key == deadline)
        values: dict[str, Any] = {
            "attempts": DEADLINE.c.attempts + 1,
            "last_error": error,
            "next_try": next_try,
        }
        if stuck:
            values["idle"] = "stuck"
        self._connection.execute(sa.update(DEADLINE).where(*row).values(values))
        return self._connection.scalar(sa.select(DEADLINE.c.attempts).where(*row)) or 0

    def stuck(self) -> list[StuckRow]:
        return queries.stuck(self._connection)

    def signals(self, limit: int) -> list[Signal]:
        return [mapping.signal_of(row) for row in _waiting_signals.rows(self._connection, {"limit": limit})]

    def signal_done(self, key: str) -> None:
        self._connection.execute(sa.update(SIGNAL).where(SIGNAL.c.key == key).values(done=True))

    def without_next(self) -> list[str]:
        return verify.without_next(self._connection)

    def _load(self, case: str) -> Loaded:
        if (seen := self._cache.known(case)) is not None:
            return seen
        known = self._cache.get(case)
        if known is not None:
            stored = _version.read(self._connection, {"case": case})
            if stored and tuple(stored[0]) == (known.case.version, known.case.head[1]):
                self._cache.checked(known)
                return known
        row = _case.one(self._connection, {"case": case})
        if row is None:
            raise UnknownCase(f"There is no case {case}")
        tasks, seats, deadlines = (
            query.rows(self._connection, {"case": case}) for query in (_tasks, _seats, _deadlines)
        )
        loaded = Loaded(case=mapping.case_of(row, tasks, seats, deadlines), secretariat=row["secretariat_id"])
        self._cache.read(loaded)
        return loaded

    def _write_case(self, outcome: Outcome) -> Loaded:
        before = outcome.before
        last = outcome.history[-1] if outcome.history else None
        head = (last.seq, last.hash) if last else outcome.case.head
        case = with_head(outcome.case, version=(before.version if before else 0) + 1, head=head)
        if before is None:
            return self._launch(case)
        known = self._cache.get(case.id)
        secretariat = known.secretariat if known else self._secretariat(case.id)
        pieces = known.text if known and known.case is before else mapping.StateText()
        row: dict[str, Any] = {f"new_{name}": value for name, value in mapping.case_columns(case).items()}
        row |= {"case": case.id, "expected": before.version}
        if mapping.state_changed(before, case):
            row["new_state"], pieces = mapping.state_text(case, before, pieces)
            written = _update_case_and_state.run(self._connection, [row])
        else:
            written = _update_case.run(self._connection, [row])
        if written != 1:
            raise Conflict
        return Loaded(case=case, secretariat=secretariat, text=pieces)

    def _launch(self, case: Case) -> Loaded:
        found = _office_of_cycle.read(self._connection, {"cycle": case.cycle})
        if not found:
            raise UnknownName(f"There is no cycle {case.cycle}")
        secretariat: str = found[0][0]
        state, text = mapping.state_text(case, None, mapping.StateText())
        if not _insert_case.run(self._connection, [mapping.case_row(case, secretariat, state)]):
            raise Conflict(f"There is a case {case.id} already")
        return Loaded(case=case, secretariat=secretariat, text=text)

    def _secretariat(self, case: str) -> str:
        found: str | None = self._connection.scalar(sa.select(CASE.c.secretariat_id).where(CASE.c.id == case))
        if found is None:
            raise UnknownCase(f"There is no case {case}")
        return found

    def _write_difference(self, case: Case, before: Case | None, found: Difference) -> None:
        connection, first = self._connection, case.seq * 10_000
        tasks = _changed(found, "tasks", before)
        _put_tasks.run(connection, [mapping.task_row(case.id, one, first + at) for at, one in enumerate(tasks)])
        _retire_tasks.run(connection, _keys(case.id, found, "tasks"))
        seats = _changed(found, "holdings", before)
        _put_seats.run(connection, [mapping.seat_row(case.id, one, first + at) for at, one in enumerate(seats)])
        _drop_deadlines.run(connection, _keys(case.id, found, "deadlines"))
        deadlines = _changed(found, "deadlines", before)
        _put_deadlines.run(connection, [mapping.deadline_row(case.id, one, case.paused) for one in deadlines])

    def _pause_or_resume(self, case: Case) -> None:
        statement = _pause_deadlines if case.paused else _resume_deadlines
        statement.run(self._connection, [{"case": case.id}])
        if case.paused:
            self._notices.withhold(case.id)
        else:
            self._notices.release(case.id)


def _by_case(rows: Iterable[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    """Rows whose first column is the case."""
    found: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _changed(found: Difference, name: str, before: Case | None) -> list[Any]:
    """What was replaced by something else; an equal value is no change (and must not set a stuck row free)."""
    old = getattr(before, name) if before is not None else {}
    return [value for key, value in found.put.get(name, {}).items() if old.get(key) != value]


def _keys(case: str, found: Difference, name: str) -> Sequence[Row]:
    return [{"case": case, "of": key} for key in found.dropped.get(name, ())]
