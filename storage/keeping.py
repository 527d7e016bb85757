"""How is what may not be kept any longer removed, so that nothing else is touched and the histories stay whole?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.digests import DigestIssue
from engine.errors import UnknownName
from engine.mail import Link, Message
from engine.retention import RetentionHold
from storage import attachments, files, mail_mapping, sending
from storage.database import Prepared, upserting
from storage.tables import (
    AttachmentRow,
    CalendarEntryRow,
    DeliveryRow,
    DigestIssueRow,
    KeptFileRow,
    LinkRow,
    MailReportRow,
    MembershipRow,
    MessageRow,
    NoticeRow,
    ParticipantRow,
    PersonRow,
    RetentionHoldRow,
    RevisionRow,
    SubmissionRow,
    SubscriptionRow,
    TieRow,
    UnfinishedRow,
    table,
)

HOLD, SUBMISSION = table(RetentionHoldRow), table(SubmissionRow)
PARTICIPANT, PERSON = table(ParticipantRow), table(PersonRow)
MESSAGE, DELIVERY, ATTACHMENT = table(MessageRow), table(DeliveryRow), table(AttachmentRow)
NOTICE, REPORT, ISSUE = table(NoticeRow), table(MailReportRow), table(DigestIssueRow)
SUBSCRIPTION, LINK, MEMBERSHIP = table(SubscriptionRow), table(LinkRow), table(MembershipRow)
UNFINISHED, FILE = table(UnfinishedRow), table(KeptFileRow)
TIE, ENTRY, REVISION = table(TieRow), table(CalendarEntryRow), table(RevisionRow)

_put_hold: Prepared = upserting(HOLD)


class SqlKeeping:
    """Implements engine.ports.Keeping."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def holds(self) -> list[RetentionHold]:
        rows = self._connection.execute(sa.select(HOLD).order_by(HOLD.c.case_id))
        return [RetentionHold(case=row.case_id, reason=row.reason, since=row.since) for row in rows]

    def put_hold(self, hold: RetentionHold) -> None:
        _put_hold.run(self._connection, [{"case_id": hold.case, "reason": hold.reason, "since": hold.since}])

    def drop_hold(self, case: str) -> bool:
        return self._run(sa.delete(HOLD).where(HOLD.c.case_id == case)) > 0

    def remove_answers(self, submissions: Sequence[str], now: datetime) -> int:
        self._run(sa.delete(FILE).where(FILE.c.submission_id.in_(submissions)))
        wanted = sa.update(SUBMISSION).where(SUBMISSION.c.id.in_(submissions), SUBMISSION.c.removed_at.is_(None))
        return self._run(wanted.values(answers={}, removed_at=now))

    def mail_made_before(self, moment: datetime, *, with_words: bool) -> list[Message]:
        query = sa.select(MESSAGE).where(MESSAGE.c.created_at < moment, MESSAGE.c.state.in_(sending.DECIDED))
        if with_words:
            query = query.where(MESSAGE.c.text != "")
        rows = self._connection.execute(query.order_by(MESSAGE.c.created_at, MESSAGE.c.id)).mappings().all()
        return attachments.with_files(self._connection, rows)

    def forget_words(self, messages: Sequence[str]) -> None:
        self._run(sa.delete(ATTACHMENT).where(ATTACHMENT.c.message_id.in_(messages)))
        blank: dict[str, Any] = {"subject": "", "text": "", "html": "", "attached": 0}
        self._run(sa.update(MESSAGE).where(MESSAGE.c.id.in_(messages)).values(blank))

    def forget_mail(self, messages: Sequence[str]) -> None:
        for kept in (NOTICE, ISSUE):
            self._run(sa.update(kept).where(kept.c.message_id.in_(messages)).values(message_id=None))
        for dropped in (ATTACHMENT, DELIVERY, REPORT):
            self._run(sa.delete(dropped).where(dropped.c.message_id.in_(messages)))
        self._run(sa.delete(MESSAGE).where(MESSAGE.c.id.in_(messages)))

    def unname(self, case: str, participants: Sequence[str]) -> int:
        wanted = sa.update(PARTICIPANT).where(PARTICIPANT.c.case_id == case, PARTICIPANT.c.key.in_(participants))
        return self._run(wanted.where(PARTICIPANT.c.person_id.is_not(None)).values(person_id=None))

    def links(self, participants: Sequence[str]) -> list[Link]:
        query = sa.select(LINK).where(LINK.c.participant.in_(participants)).order_by(LINK.c.participant, LINK.c.task)
        return [mail_mapping.link_of(dict(row)) for row in self._connection.execute(query).mappings()]

    def issues(self, person: str) -> list[DigestIssue]:
        query = sa.select(ISSUE).where(ISSUE.c.person_id == person).order_by(ISSUE.c.kind, ISSUE.c.period)
        return [mail_mapping.digest_issue_of(dict(row)) for row in self._connection.execute(query).mappings()]

    def erase(self, person: str) -> Mapping[str, int]:
        known = self._connection.execute(
            sa.select(PERSON.c.email, PERSON.c.former).where(PERSON.c.id == person)
        ).first()
        if known is None:
            raise UnknownName(f"There is no person {person}")
        keys = list(self._connection.scalars(sa.select(PARTICIPANT.c.key).where(PARTICIPANT.c.person_id == person)))
        sent = self._connection.execute(sa.select(MESSAGE.c.id, MESSAGE.c.address).where(MESSAGE.c.person_id == person))
        to = {row.id: row.address for row in sent}
        mails, addresses = list(to), {known.email, *known.former, *to.values()}
        self.forget_words(mails)
        self._run(sa.update(DELIVERY).where(DELIVERY.c.message_id.in_(mails)).values(answer="", domain=""))
        unsent = sa.update(MESSAGE).where(MESSAGE.c.id.in_(mails), MESSAGE.c.state.in_(sending.UNSENT))
        self._run(unsent.values(state="cancelled"))
        nobody = {"address": "", "person_id": sending.ERASED, "last_error": "", "hold": ""}
        self._run(sa.update(MESSAGE).where(MESSAGE.c.id.in_(mails)).values(nobody))
        self._run(sa.update(LINK).where(LINK.c.participant.in_(keys)).values(revoked=True))
        self._run(sa.delete(ENTRY).where(ENTRY.c.participant.in_(keys)))
        counted = {
            "participants": self._run(
                sa.update(PARTICIPANT).where(PARTICIPANT.c.person_id == person).values(person_id=None)
            ),
            "mails": len(mails),
            "reports": self._drop_reports(person, addresses),
        }
        counted["unfinished"], dropped = self._drop_unfinished(keys)
        counted["files"] = dropped + files.forget(self._connection, keys)
        for name, rows in (
            ("digests", ISSUE), ("subscriptions", SUBSCRIPTION),
            ("memberships", MEMBERSHIP), ("ties", TIE),
        ):  # fmt: skip
            counted[name] = self._run(sa.delete(rows).where(rows.c.person_id == person))
        self._run(sa.delete(PERSON).where(PERSON.c.id == person))
        self._run(sa.update(REVISION).where(REVISION.c.name == "people").values(value=REVISION.c.value + 1))
        return counted

    def forget_reports(self, before: datetime) -> int:
        return self._run(sa.delete(REPORT).where(REPORT.c.message_id.is_(None), REPORT.c.received_at < before))

    def _drop_unfinished(self, keys: Sequence[str]) -> tuple[int, int]:
        """What these participants kept last goes with all files in it, whoever put them in: how much of each."""
        found = self._connection.execute(
            sa.select(UNFINISHED.c.case_id, UNFINISHED.c.task).where(UNFINISHED.c.participant.in_(keys))
        ).all()
        gone = sum(files.end(self._connection, row.case_id, [row.task]) for row in found)
        return self._run(sa.delete(UNFINISHED).where(UNFINISHED.c.participant.in_(keys))), gone

    def _drop_reports(self, person: str, addresses: set[str]) -> int:
        """Also those that matched nobody: compared here, since SQLite folds no letter outside ASCII."""
        rows = self._connection.execute(sa.select(REPORT.c.id, REPORT.c.person_id, REPORT.c.address)).all()
        gone = [row.id for row in rows if sending.reported_of(row.person_id, row.address, person, addresses)]
        return self._run(sa.delete(REPORT).where(REPORT.c.id.in_(gone)))

    def _run(self, statement: sa.Update | sa.Delete) -> int:
        return self._connection.execute(statement).rowcount
