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
from storage.tables.outbox import (
    AttachmentRow,
    CalendarEntryRow,
    DeliveryRow,
    DigestIssueRow,
    LinkRow,
    MailReportRow,
    MessageRow,
    NoticeRow,
    SubscriptionRow,
)
from storage.tables.rounds import CycleRow, DefinitionRow, WordingRow

__all__ = [
    "AttachmentRow",
    "Base",
    "CalendarEntryRow",
    "CaseRow",
    "CycleRow",
    "DeadlineRow",
    "DefinitionRow",
    "DeliveryRow",
    "DigestIssueRow",
    "DocumentRow",
    "GateRow",
    "HistoryRow",
    "LinkRow",
    "MailReportRow",
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
    "SubscriptionRow",
    "TaskRow",
    "TieRow",
    "WordingRow",
    "table",
]
