"""How are cases kept in memory? The same rules as in SQL: compare-and-swap, a diary, one notice per key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine.case import Case, difference, with_head
from engine.errors import Conflict, UnknownCase, UnknownName
from engine.events import Outcome, Sealed, Signal, Submission
from engine.ports import DueRow, StuckRow
from engine.unfinished import ended
from storage.history import stream_of
from storage.memory import files, unfinished
from storage.memory.journal import Journal
from storage.memory.notices import MemoryNotices
from storage.memory.shelves import HeldDeadline, Idle, Shelves
from storage.verify import SPEAKS_ONLY


class MemoryCases:
    """Implements engine.ports.Cases."""

    def __init__(self, shelves: Shelves, journal: Journal) -> None:
        self._shelves = shelves
        self._journal = journal
        self._notices = MemoryNotices(shelves, journal)

    def load(self, case: str) -> Case:
        found = self._shelves.cases.get(case)
        if found is None:
            raise UnknownCase(f"There is no case {case}")
        return found

    def load_all(self, secretariat: str, cycle: str | None = None) -> Iterator[Case]:
        return iter([self._shelves.cases[id] for id in self.all_ids(secretariat, cycle)])

    def all_ids(self, secretariat: str, cycle: str | None = None) -> list[str]:
        return sorted(
            case.id
            for case in self._shelves.cases.values()
            if self._secretariat(case) == secretariat and cycle in (None, case.cycle)
        )

    def of_subject(self, secretariat: str, subject: str) -> list[tuple[str, str, int, str]]:
        ids = self.all_ids(secretariat)
        found = (case for case in map(self.load, ids) if case.subject == subject)
        return [(case.id, case.process, case.process_version, case.behaviour) for case in found]

    def save(self, outcome: Outcome) -> Case:
        before, stored = outcome.before, self._shelves.cases.get(outcome.case.id)
        if before is None and stored is not None:
            raise Conflict(f"There is a case {stored.id} already")
        if before is not None and (stored is None or stored.version != before.version):
            raise Conflict
        last = outcome.history[-1] if outcome.history else None
        head = (last.seq, last.hash) if last else outcome.case.head
        case = with_head(outcome.case, version=(before.version if before else 0) + 1, head=head)
        secretariat = self._secretariat(case)
        self._journal.put(self._shelves.cases, case.id, case)
        stream = self._shelves.streams.setdefault(stream_of(case.id), [])
        for event in outcome.history:
            self._journal.append(stream, event)
        self._write_deadlines(case, before)
        self._keep_submissions(outcome)
        files.handed_in(self._shelves, self._journal, outcome.submissions)
        unfinished.end(self._shelves, self._journal, case.id, ended(difference(before, case)))
        if before is not None and (before.paused is None) is not (case.paused is None):
            self._pause_or_resume(case)
        self._notices.withdraw(outcome.withdrawals)
        self._notices.insert(outcome.notices, secretariat, case)
        for signal in outcome.signals:
            if signal.key not in self._shelves.signals:
                self._journal.put(self._shelves.signals, signal.key, (signal, False))
        return case

    def history(self, case: str) -> list[Sealed]:
        return list(self._shelves.streams.get(stream_of(case), ()))

    def submission(self, id: str) -> Submission | None:
        return self._shelves.submissions.get(id)

    def submissions(self, *cases: str) -> list[Submission]:
        ids = (id for case in cases for id in self._shelves.submissions_of.get(case, ()))
        found = [self._shelves.submissions[id] for id in ids]
        return sorted(found, key=lambda one: (one.at, one.id))

    def next_due(self) -> datetime | None:
        found: datetime | None = None
        for at, case, *_, key in self._shelves.diary:
            if found is not None and at >= found:
                break
            moment = self._shelves.deadlines[case, key].next_try or at
            found = moment if found is None else min(found, moment)
        return found

    def due(self, now: datetime, limit: int) -> list[DueRow]:
        found: list[DueRow] = []
        for at, case, *_, key in self._shelves.diary:
            if at > now or len(found) == limit:
                break
            row = self._shelves.deadlines[case, key]
            if row.next_try is None or row.next_try <= now:
                found.append(DueRow(case=case, deadline=row.deadline, attempts=row.attempts))
        return found

    def failed(self, case: str, deadline: str, error: str, next_try: datetime, stuck: bool) -> int:
        row = self._shelves.deadlines.get((case, deadline))
        if row is None:
            return 0
        row = replace(row, attempts=row.attempts + 1, last_error=error, next_try=next_try)
        self._keep(replace(row, idle="stuck") if stuck else row)
        return row.attempts

    def stuck(self) -> list[StuckRow]:
        return [
            StuckRow(
                case=case,
                deadline=key,
                rule=row.deadline.rule,
                attempts=row.attempts,
                last_error=row.last_error,
            )
            for (case, key), row in sorted(self._shelves.deadlines.items(), key=lambda item: item[0])
            if row.idle == "stuck"
        ]

    def signals(self, limit: int) -> list[Signal]:
        waiting = [signal for signal, done in self._shelves.signals.values() if not done]
        return sorted(waiting, key=lambda signal: (signal.effective_at, signal.seq, signal.key))[:limit]

    def signal_done(self, key: str) -> None:
        if key in self._shelves.signals:
            signal, _ = self._shelves.signals[key]
            self._journal.put(self._shelves.signals, key, (signal, True))

    def without_next(self) -> list[str]:
        firing = {
            case
            for (case, _), row in self._shelves.deadlines.items()
            if row.idle is None and row.deadline.kind not in SPEAKS_ONLY
        }
        return sorted(
            case.id
            for case in self._shelves.cases.values()
            if not case.closed and case.id not in firing and not any(task.assignees for task in case.open_tasks())
        )

    def _secretariat(self, case: Case) -> str:
        cycle = self._shelves.cycles.get(case.cycle)
        if cycle is None:
            raise UnknownName(f"There is no cycle {case.cycle}")
        return cycle.secretariat

    def _write_deadlines(self, case: Case, before: Case | None) -> None:
        found = difference(before, case)
        old = before.deadlines if before else {}
        for key in found.dropped.get("deadlines", ()):
            self._take_out(case.id, key)
        for key, deadline in found.put.get("deadlines", {}).items():
            if old.get(key) != deadline:
                idle: Idle = "paused" if case.paused and not deadline.clock_runs else None
                self._keep(HeldDeadline(case=case.id, deadline=deadline, idle=idle))

    def _keep_submissions(self, outcome: Outcome) -> None:
        for submission in outcome.submissions:
            self._journal.put(self._shelves.submissions, submission.id, submission)
            self._journal.append(self._shelves.submissions_of.setdefault(submission.case, []), submission.id)

    def _keep(self, row: HeldDeadline) -> None:
        self._take_out(row.case, row.deadline.key)
        self._journal.put(self._shelves.deadlines, (row.case, row.deadline.key), row)
        if row.idle is None:
            self._journal.add(self._shelves.diary, row.place)

    def _take_out(self, case: str, key: str) -> None:
        row = self._shelves.deadlines.get((case, key))
        if row is not None:
            self._journal.drop(self._shelves.deadlines, (case, key))
            self._journal.discard(self._shelves.diary, row.place)

    def _pause_or_resume(self, case: Case) -> None:
        for key in case.deadlines:
            row = self._shelves.deadlines[case.id, key]
            if case.paused and row.idle is None and not row.deadline.clock_runs:
                self._keep(replace(row, idle="paused"))
            elif not case.paused and row.idle == "paused":
                self._keep(replace(row, idle=None))
        if case.paused:
            self._notices.withhold(case.id)
        else:
            self._notices.release(case.id)
