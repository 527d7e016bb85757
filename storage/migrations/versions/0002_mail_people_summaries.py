"""What mail manners, calendars, bounces, digests, names of people, unfinished answers and kept files need."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# What the mailbox asks on each round: few rows, however many there are.
INDEXES = (
    ("ix_message_refused", "message", ["id"], "state = 'refused'"),
    ("ix_message_unknown", "message", ["id"], "state = 'unknown'"),
    ("ix_person_flagged", "person", ["id"], "NOT reachable OR unreachable_since IS NOT NULL"),
    ("ix_person_unsure", "person", ["id"], "calendar_unsure_since IS NOT NULL"),
)


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _added() -> dict[str, list[sa.Column[Any]]]:
    """Made anew for each run: a column can belong to one table only."""
    return {
        "secretariat": [sa.Column("paused_at", UTCDateTime(), nullable=True)],
        "cycle": [sa.Column("ends_by", sa.Date(), nullable=True)],
        "organisation": [_text("reference")],
        "person": [
            _text("given"),
            _text("infix"),
            _text("family"),
            _text("phone"),
            _text("title"),
            sa.Column("informal", sa.Boolean(), nullable=False, server_default="0"),
            _text("reference"),
            sa.Column("unreachable_since", UTCDateTime(), nullable=True),
            _text("unreachable_why"),
            sa.Column("calendar_unsure_since", UTCDateTime(), nullable=True),
            sa.Column("generation", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("former", sa.JSON(), nullable=False, server_default="[]"),
        ],
        "message": [
            sa.Column("until", UTCDateTime(), nullable=True),
            _text("hold"),
            sa.Column("edited", sa.Boolean(), nullable=False, server_default="0"),
            sa.Column("resends", sa.String(), nullable=True),
            sa.Column("digest", sa.String(), nullable=True),
            sa.Column("bulk", sa.String(), nullable=True),
            sa.Column("attached", sa.Integer(), nullable=False, server_default="0"),
        ],
        "delivery": [_text("domain"), _text("cause")],
        "submission": [sa.Column("removed_at", UTCDateTime(), nullable=True)],
        "signal": [sa.Column("seq", sa.Integer(), nullable=False, server_default="0")],
    }


def _order_signals(*columns: str) -> None:
    waiting = sa.text("NOT done")
    op.drop_index("ix_signal_waiting", table_name="signal")
    op.create_index("ix_signal_waiting", "signal", columns, sqlite_where=waiting, postgresql_where=waiting)


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(op.f("ix_delivery_at"), "delivery", ["at"])
    _order_signals("effective_at", "seq", "key")
    for name, of, over, where in INDEXES:
        op.create_index(name, of, over, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    newest = ["secretariat_id", "created_at", "id"]
    op.create_index(op.f("ix_message_secretariat_id_created_at_id"), "message", newest)
    op.create_index(op.f("ix_notice_caused_at_template"), "notice", ["caused_at", "template"])
    resends = sa.text("resends IS NOT NULL")
    op.create_index("ix_message_resends", "message", ["resends"], sqlite_where=resends, postgresql_where=resends)
    op.create_table(
        "bulk",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("caused_at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_bulk_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
    )
    op.create_table(
        "attachment",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("pk_attachment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status_code", sa.String(), nullable=False),
        sa.Column("diagnostic", sa.String(), nullable=False),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("back_on", sa.String(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hard', 'soft', 'policy', 'delayed', 'away', 'gone', 'challenge', 'receipt', 'reply', 'unsure', "
            "'other')",
            name=op.f("ck_mail_report_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_report")),
    )
    op.create_index(op.f("ix_mail_report_message_id"), "mail_report", ["message_id"])
    op.create_index(op.f("ix_mail_report_person_id"), "mail_report", ["person_id"])
    op.create_index(op.f("ix_mail_report_recorded_at"), "mail_report", ["recorded_at"])
    op.create_table(
        "calendar_entry",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("stood", sa.JSON(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'cancelled')", name=op.f("ck_calendar_entry_state")),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_calendar_entry_case_id")),
        sa.PrimaryKeyConstraint("case_id", "participant", "date", name=op.f("pk_calendar_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_hold",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_retention_hold_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_retention_hold")),
    )
    op.drop_index(op.f("ix_document_case_id"), table_name="document")
    op.drop_table("document")  # nothing was ever written into it
    op.create_table(
        "kept_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=True),
        sa.Column("participant", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_kept_file_case_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_kept_file_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_file")),
    )
    op.create_index(op.f("ix_kept_file_case_id"), "kept_file", ["case_id"])
    op.create_index(op.f("ix_kept_file_submission_id"), "kept_file", ["submission_id"])
    op.create_table(
        "unfinished",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_unfinished_case_id")),
        sa.PrimaryKeyConstraint("case_id", "task", name=op.f("pk_unfinished")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "subscription",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("off_since", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subscription_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_subscription")),
    )
    op.create_table(
        "digest_issue",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_digest_issue_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_issue_person_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_digest_issue_secretariat_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "period", name=op.f("pk_digest_issue")),
    )
    op.create_table(
        "digest_look",
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_digest_look_secretariat_id")),
        sa.PrimaryKeyConstraint("secretariat_id", name=op.f("pk_digest_look")),
    )


def _make_documents() -> None:
    """The table that 0001 made and nothing wrote into."""
    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_document_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_case_id"), "document", ["case_id"], unique=False)


def downgrade() -> None:
    for table in (
        "digest_look",
        "digest_issue",
        "unfinished",
        "kept_file",
        "retention_hold",
        "subscription",
        "calendar_entry",
        "mail_report",
        "attachment",
        "bulk",
    ):
        op.drop_table(table)
    _make_documents()
    op.drop_index("ix_message_resends", table_name="message")
    op.drop_index(op.f("ix_notice_caused_at_template"), table_name="notice")
    op.drop_index(op.f("ix_message_secretariat_id_created_at_id"), table_name="message")
    op.drop_index(op.f("ix_delivery_at"), table_name="delivery")
    for name, of, *_ in INDEXES:
        op.drop_index(name, table_name=of)
    _order_signals("effective_at", "key")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)
