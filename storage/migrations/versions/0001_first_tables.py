"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definition",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", "behaviour", name=op.f("pk_definition")),
    )
    op.create_table(
        "history",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("effective_at", UTCDateTime(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_history")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("references", sa.String(), nullable=True),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column("local_day", sa.String(), nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", UTCDateTime(), nullable=True),
        sa.Column("try_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("wording", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('ready', 'sending', 'sent', 'refused', 'unknown', 'held', 'cancelled')",
            name=op.f("ck_message_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_person_id_local_day"), "message", ["person_id", "local_day"], unique=False)
    op.create_index(
        "ix_message_ready",
        "message",
        ["try_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "ix_message_sending",
        "message",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )
    op.create_table(
        "secretariat",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secretariat")),
    )
    op.create_table(
        "signal",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("effective_at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_signal")),
    )
    op.create_index(
        "ix_signal_waiting",
        "signal",
        ["effective_at", "key"],
        unique=False,
        sqlite_where=sa.text("NOT done"),
        postgresql_where=sa.text("NOT done"),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.Column("launched_at", UTCDateTime(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_cycle_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
    )
    op.create_index(op.f("ix_cycle_secretariat_id"), "cycle", ["secretariat_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('sent', 'refused', 'retry', 'unknown')", name=op.f("ck_delivery_outcome")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"], unique=False)
    op.create_table(
        "gate",
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_gate_secretariat_id")),
        sa.PrimaryKeyConstraint("secretariat_id", "name", "day", name=op.f("pk_gate")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("school_region", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("closing_days", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_organisation_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_secretariat_id"), "organisation", ["secretariat_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("trainings", sa.JSON(), nullable=False),
        sa.Column("absences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_person_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_secretariat_id"), "person", ["secretariat_id"], unique=False)
    op.create_table(
        "wording",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name", "version", "behaviour"],
            ["definition.name", "definition.version", "definition.behaviour"],
            name=op.f("fk_wording_name_version_behaviour"),
        ),
        sa.PrimaryKeyConstraint("name", "version", "behaviour", "number", name=op.f("pk_wording")),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", "role", "since", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_table(
        "review_case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("cycle_id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("behaviour", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("stage_since", UTCDateTime(), nullable=False),
        sa.Column("stage_seq", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_review_case_cycle_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_review_case_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
    )
    op.create_index(op.f("ix_review_case_cycle_id"), "review_case", ["cycle_id"], unique=False)
    op.create_index(
        op.f("ix_review_case_secretariat_id_cycle_id"), "review_case", ["secretariat_id", "cycle_id"], unique=False
    )
    op.create_table(
        "tie",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tie_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tie_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_organisation_id"), "tie", ["organisation_id"], unique=False)
    op.create_table(
        "deadline",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clock", sa.Time(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("clock_runs", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("idle", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint("idle IN ('paused', 'stuck')", name=op.f("ck_deadline_idle")),
        sa.CheckConstraint(
            "kind IN ('transition', 'close', 'until', 'moment', 'resume', "
            "'provisional', 'open', 'child', 'late', 'repeat', 'remind', 'notice')",
            name=op.f("ck_deadline_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_deadline_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_deadline")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deadline_due",
        "deadline",
        ["due_at", "case_id", "rank", "declared", "instance", "key"],
        unique=False,
        sqlite_where=sa.text("idle IS NULL"),
        postgresql_where=sa.text("idle IS NULL"),
    )
    op.create_index(
        "ix_deadline_idle",
        "deadline",
        ["idle"],
        unique=False,
        sqlite_where=sa.text("idle IS NOT NULL"),
        postgresql_where=sa.text("idle IS NOT NULL"),
    )
    op.create_index(
        "ix_deadline_next_try",
        "deadline",
        ["next_try"],
        unique=False,
        sqlite_where=sa.text("next_try IS NOT NULL"),
        postgresql_where=sa.text("next_try IS NOT NULL"),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_link_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("case_id", "participant", "task", name=op.f("uq_link_case_id_participant_task")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("send_at", UTCDateTime(), nullable=False),
        sa.Column("caused_at", UTCDateTime(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("bundle", sa.Boolean(), nullable=False),
        sa.Column("only_if_asked", sa.String(), nullable=True),
        sa.Column("not_after", UTCDateTime(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("idle", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.CheckConstraint("idle IN ('paused')", name=op.f("ck_notice_idle")),
        sa.CheckConstraint("kind IN ('ask', 'tell')", name=op.f("ck_notice_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'composed', 'withdrawn', 'skipped', 'merged')", name=op.f("ck_notice_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "case_id", "rule", "occurrence", "recipient", name=op.f("uq_notice_case_id_rule_occurrence_recipient")
        ),
    )
    op.create_index(
        "ix_notice_message_id",
        "notice",
        ["message_id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_notice_recipient",
        "notice",
        ["recipient"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND idle IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND idle IS NULL"),
    )
    op.create_index(
        "ix_notice_task",
        "notice",
        ["case_id", "task"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'composed')"),
        postgresql_where=sa.text("state IN ('waiting', 'composed')"),
    )
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["send_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting' AND idle IS NULL"),
        postgresql_where=sa.text("state = 'waiting' AND idle IS NULL"),
    )
    op.create_table(
        "participant",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["review_case.id"], name=op.f("fk_participant_case_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_participant_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_case_id"), "participant", ["case_id"], unique=False)
    op.create_index(op.f("ix_participant_person_id"), "participant", ["person_id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'invited', 'accepted', 'seated', 'left', 'declined', 'expired', 'refused')",
            name=op.f("ck_seat_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_seat_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_seat")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_submission_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_case_id"), "submission", ["case_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'signing', 'done', 'expired', 'skipped', 'closed')", name=op.f("ck_task_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_task_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_task")),
        sqlite_with_rowid=False,
    )
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
    for name in (
        "document",
        "task",
        "submission",
        "seat",
        "participant",
        "notice",
        "link",
        "deadline",
        "tie",
        "review_case",
        "membership",
        "wording",
        "person",
        "organisation",
        "gate",
        "delivery",
        "cycle",
        "signal",
        "secretariat",
        "revision",
        "message",
        "history",
        "definition",
    ):
        op.drop_table(name)
