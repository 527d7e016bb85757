"""Which tables hold what must be told and what was sent?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from engine.mail import MailReportKind, MessageState, NoticeState
from storage.tables.base import CLUSTERED, Base, later, one_of, partial


class NoticeRow(Base, table=True):
    """Somebody must know something. `idle`: an ask of a paused case, withheld."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "rule", "occurrence", "recipient"),
        sa.CheckConstraint("kind IN ('ask', 'tell')", name="kind"),
        one_of("state", NoticeState),
        sa.CheckConstraint("idle IN ('paused')", name="idle"),
        partial("ix_notice_waiting", "send_at", "id", where="state = 'waiting' AND idle IS NULL"),
        partial("ix_notice_recipient", "recipient", where="state = 'waiting' AND idle IS NULL"),
        partial("ix_notice_task", "case_id", "task", where="state IN ('waiting', 'composed')"),
        partial("ix_notice_message_id", "message_id", where="message_id IS NOT NULL"),
        sa.Index(None, "caused_at", "template"),
    )

    id: int | None = Field(default=None, primary_key=True)
    secretariat_id: str
    case_id: str = Field(foreign_key="review_case.id")
    template: str
    rule: str
    occurrence: str
    recipient: str
    kind: str
    send_at: datetime
    caused_at: datetime
    copy_: bool = Field(sa_column=sa.Column("copy", sa.Boolean, nullable=False))
    task: str | None
    bundle: bool
    only_if_asked: str | None
    not_after: datetime | None
    data: dict[str, Any] = Field(sa_type=sa.JSON)
    state: str
    reason: str
    idle: str | None
    message_id: str | None = Field(foreign_key="message.id")


class MessageRow(Base, table=True):
    """A mail as it will be sent, with a placeholder where each private link will stand."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        partial("ix_message_ready", "try_at", "created_at", "id", where="state = 'ready'"),
        partial("ix_message_sending", "lease_until", where="state = 'sending'"),
        partial("ix_message_refused", "id", where="state = 'refused'"),
        partial("ix_message_unknown", "id", where="state = 'unknown'"),
        partial("ix_message_resends", "resends", where="resends IS NOT NULL"),
        sa.Index(None, "person_id", "local_day"),
        sa.Index(None, "secretariat_id", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    secretariat_id: str
    person_id: str
    address: str
    language: str
    kind: str
    subject: str
    text: str
    html: str
    message_id: str
    references: str | None
    reply_to: str
    local_day: str
    reminder: bool
    asks: list[Any] = Field(sa_type=sa.JSON)
    legal: bool
    cases: list[str] = Field(sa_type=sa.JSON)
    created_at: datetime
    state: str
    attempts: int
    next_try: datetime | None
    try_at: datetime  # next_try, or when it was made
    lease_until: datetime | None
    last_error: str
    sent_at: datetime | None
    wording: str
    until: datetime | None
    hold: str = Field(sa_column_kwargs=later(""))
    edited: bool = Field(sa_column_kwargs=later("0"))
    resends: str | None
    digest: str | None
    bulk: str | None
    attached: int = Field(sa_column_kwargs=later("0"))  # how many files go with it


class DeliveryRow(Base, table=True):
    """How one attempt to send ended."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('sent', 'refused', 'retry', 'unknown')", name="outcome"),
        sa.Index(None, "message_id"),
        sa.Index(None, "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(foreign_key="message.id")
    at: datetime
    outcome: str
    code: int | None
    answer: str
    domain: str = Field(sa_column_kwargs=later(""))  # of the recipient
    cause: str = Field(sa_column_kwargs=later(""))  # why no server could be spoken to


class BulkRow(Base, table=True):
    """Mails to many readers that a person's deed caused at one moment, and whether they were approved."""

    __tablename__ = "bulk"

    id: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    template: str
    caused_at: datetime
    number: int
    approved_at: datetime | None
    approved_by: str


class AttachmentRow(Base, table=True):
    """A file that goes with a mail."""

    __tablename__ = "attachment"
    __table_args__ = (CLUSTERED,)

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    position: int = Field(primary_key=True)
    name: str
    media_type: str
    method: str
    data: bytes


class MailReportRow(Base, table=True):
    """What came back: a bounce, an automatic answer, or a person's own words."""

    __tablename__ = "mail_report"
    __table_args__ = (
        one_of("kind", MailReportKind),
        sa.Index(None, "message_id"),
        sa.Index(None, "person_id"),
        sa.Index(None, "recorded_at"),
    )

    id: str = Field(primary_key=True)
    kind: str
    secretariat_id: str | None
    message_id: str | None
    person_id: str | None
    address: str
    status_code: str
    diagnostic: str
    matched_by: str
    back_on: str
    received_at: datetime
    recorded_at: datetime


class CalendarEntryRow(Base, table=True):
    """What a person's calendar was told of one date of a case."""

    __tablename__ = "calendar_entry"
    __table_args__ = (sa.CheckConstraint("state IN ('asked', 'cancelled')", name="state"), CLUSTERED)

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    participant: str = Field(primary_key=True)
    date: str = Field(primary_key=True)
    uid: str
    sequence: int
    first: str  # local, ISO 8601 without a zone
    last: str
    all_day: bool
    state: str
    message_id: str | None  # no reference: mails are thrown away earlier
    stood: dict[str, Any] | None = Field(sa_type=sa.JSON)  # first, last and all_day of before that mail


class SubscriptionRow(Base, table=True):
    """Who gets one kind of digest, or wants none."""

    __tablename__ = "subscription"

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    kind: str = Field(primary_key=True)
    off_since: datetime | None


class DigestIssueRow(Base, table=True):
    """A digest that was made: one per reader, kind and period."""

    __tablename__ = "digest_issue"

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    kind: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    secretariat_id: str = Field(foreign_key="secretariat.id")
    facts: str
    message_id: str | None = Field(foreign_key="message.id")
    at: datetime


class DigestLookRow(Base, table=True):
    """The newest day on which an office's digests were looked at: who begins anew does not look twice a day."""

    __tablename__ = "digest_look"

    secretariat_id: str = Field(primary_key=True, foreign_key="secretariat.id")
    day: str


class LinkRow(Base, table=True):
    """A private link: opens one task instance for one participant. Its token is never stored."""

    __tablename__ = "link"
    __table_args__ = (sa.UniqueConstraint("case_id", "participant", "task"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    participant: str
    task: str
    generation: int
    revoked: bool
