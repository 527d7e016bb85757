"""Is what is stored whole? The fifth promise in SQL, and the check of every history against its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from hashlib import sha256

import sqlalchemy as sa

from engine.events import Sealed
from engine.files import files_in
from engine.history import answers_hash, differences, replay, verify_chain
from engine.ports import UnitOfWork
from storage.tables import CaseRow, DeadlineRow, TaskRow, table

CASE, TASK, DEADLINE = table(CaseRow), table(TaskRow), table(DeadlineRow)

REMOVALS = "retention"
"""The stream in which stands what was removed because its time had come."""

SPEAKS_ONLY = ("remind", "notice")
"""Kinds of dates that tell somebody something and move nothing: a case may not rest on them."""


def without_next(connection: sa.Connection) -> list[str]:
    """Open cases with neither an open task that somebody holds, nor a date that will fire."""
    task = sa.exists().where(TASK.c.case_id == CASE.c.id, TASK.c.held)
    date = sa.exists().where(
        DEADLINE.c.case_id == CASE.c.id, DEADLINE.c.idle.is_(None), DEADLINE.c.kind.not_in(SPEAKS_ONLY)
    )
    query = sa.select(CASE.c.id).where(sa.not_(CASE.c.closed), sa.not_(task), sa.not_(date)).order_by(CASE.c.id)
    return list(connection.scalars(query))


def problems(work: UnitOfWork) -> Iterator[str]:
    """What is wrong, in sentences: broken chains, cases that are not what their history leads to, sleeping cases."""
    for stream in work.streams():
        if not stream.startswith("case:"):
            yield from (f"{stream}: {problem}" for problem in verify_chain(work.stream(stream)))
    known = {id for office in work.people.secretariats() for id in work.cases.all_ids(office.id)}
    for stream in work.streams():
        if stream.startswith("case:") and stream.removeprefix("case:") not in known:
            yield f"{stream}: there is a history, but no case of a known office"
    removed = _removed(work)
    for secretariat in work.people.secretariats():
        for case in work.cases.all_ids(secretariat.id):
            stored, rows = work.cases.load(case), work.cases.history(case)
            broken = verify_chain(rows, stored.head)
            yield from (f"{case}: {problem}" for problem in broken)
            if not broken:
                yield from (f"{case}: {difference}" for difference in differences(stored, replay(rows)))
            yield from (f"{case}: {problem}" for problem in _answers(work, case, rows, removed))
            yield from (f"{case}: {problem}" for problem in _files(work, case))
    for case in work.cases.without_next():
        yield f"{case}: the case is open, but nobody has a task and no date will fire"


def _removed(work: UnitOfWork) -> set[str]:
    """Answers of which the record of what was removed says that their time had come."""
    told = [each.event for each in work.stream(REMOVALS) if each.event.kind == "answers_removed"]
    return {id for event in told for id in event.data["submissions"]}


def _answers(work: UnitOfWork, case: str, rows: Sequence[Sealed], removed: Set[str]) -> Iterator[str]:
    """Answers are kept beside the history, which holds their salted hash: one that was changed or is gone is told.

    One that was removed in time keeps its row and its hash.
    """
    given = {
        row.event.data["submission"]: row.event.data["hash"]
        for row in rows
        if row.event.kind == "answers_given" and row.event.data.get("submission")
    }
    kept = {submission.id: submission for submission in work.cases.submissions(case)}
    for id, digest in given.items():
        found = kept.get(id)
        if found is None:
            yield f"the answers {id} are gone"
        elif found.removed_at is not None:
            if id not in removed or found.answers or found.hash != digest:
                yield f"the answers {id} were removed, but nothing says by which rule"
        elif not digest == found.hash == answers_hash(found.salt, found.answers):
            yield f"the answers {id} are not those that were given"
    for id in kept.keys() - given.keys():
        yield f"the answers {id} were never given"


def _files(work: UnitOfWork, case: str) -> Iterator[str]:
    """What is in a file stands beside the answers, which hold its hash; only with who handed it in it goes before."""
    known = {each.id: each for each in work.files.of_case(case)}
    for submission in work.cases.submissions(case):
        for held in files_in(submission.answers):
            found = known.get(held["file"])
            if found is None or found.submission != submission.id:
                yield f"the file {held['file']} of the answers {submission.id} is gone"
            elif found.answer != dict(held):
                yield f"the file {found.id} is not the one that was handed in"
    for each in known.values():
        data = work.files.content(each.id)
        if data is None and not _is_erased(work, each.participant):
            yield f"what was in the file {each.id} is gone, and nobody was erased who handed it in"
        elif data is not None and (len(data), sha256(data).hexdigest()) != (each.size, each.sha256):
            yield f"what is in the file {each.id} is not what was handed in"


def _is_erased(work: UnitOfWork, participant: str | None) -> bool:
    known = work.people.participant(participant) if participant is not None else None
    return known is not None and known.person is None
