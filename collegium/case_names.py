"""What is a case called? Its host; of one of several that a list called for, with what its row says."""

from __future__ import annotations

from engine.case import Case, Parent
from engine.ports import UnitOfWork

LONGEST = 80


def host_name(work: UnitOfWork, case: Case) -> str:
    """The organisation under review, and in brackets the row of the list that the case is about."""
    record = work.people.organisation(case.subject)
    return with_row(work, record.name if record else case.subject, case.parent)


def with_row(work: UnitOfWork, host: str, parent: Parent | None) -> str:
    """A host's name with the row, where there is one; its number where the answer was left empty or was removed."""
    if parent is None or parent.row is None:
        return host
    return f"{host} ({row_text(work, parent) or parent.number})"


def row_text(work: UnitOfWork, parent: Parent) -> str:
    """What the row says that a case is about, on one line; empty where that is not known any more."""
    given = work.cases.submission(parent.row.submission) if parent.row is not None else None
    rows = given.answers.get(parent.row.field) if given is not None and parent.row is not None else None
    if parent.row is None or not isinstance(rows, list | tuple) or len(rows) < parent.number:
        return ""
    return " ".join(str(rows[parent.number - 1].get(parent.row.column) or "").split())[:LONGEST]
