"""Which tables are there? Declared with SQLModel; written on hot paths with Core statements over `table(...)`."""

from storage.tables.base import Base, table
from storage.tables.case import (
    CaseRow,
    DeadlineRow,
    DocumentRow,
    HistoryRow,
    ParticipantRow,
    SeatRow,
    SignalRow,
    SubmissionRow,
    TaskRow,
)
from storage.tables.office import (
    GateRow,
    MembershipRow,
    OrganisationRow,
    PersonRow,
    RevisionRow,
    SecretariatRow,
    TieRow,
)
from storage.tables.outbox import DeliveryRow, LinkRow, MessageRow, NoticeRow
from storage.tables.rounds import CycleRow, DefinitionRow, WordingRow

__all__ = [
    "Base",
    "CaseRow",
    "CycleRow",
    "DeadlineRow",
    "DefinitionRow",
    "DeliveryRow",
    "DocumentRow",
    "GateRow",
    "HistoryRow",
    "LinkRow",
    "MembershipRow",
    "MessageRow",
    "NoticeRow",
    "OrganisationRow",
    "ParticipantRow",
    "PersonRow",
    "RevisionRow",
    "SeatRow",
    "SecretariatRow",
    "SignalRow",
    "SubmissionRow",
    "TaskRow",
    "TieRow",
    "WordingRow",
    "table",
]
