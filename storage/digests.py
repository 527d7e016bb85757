"""Which digests were made, and who wants none?"""

from __future__ import annotations

import sqlalchemy as sa

from engine.ports import DigestIssue, Subscription
from storage import mapping
from storage.database import inserting_or_ignoring, upserting
from storage.tables import DigestIssueRow, SubscriptionRow, table

ISSUE, SUBSCRIPTION = table(DigestIssueRow), table(SubscriptionRow)

_put_subscription = upserting(SUBSCRIPTION)
_insert_issue = inserting_or_ignoring(ISSUE, "person_id", "kind", "period")


class SqlDigests:
    """Implements engine.ports.Digests."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def subscription(self, person: str, kind: str) -> Subscription | None:
        query = sa.select(SUBSCRIPTION).where(SUBSCRIPTION.c.person_id == person, SUBSCRIPTION.c.kind == kind)
        row = self._connection.execute(query).mappings().first()
        return mapping.subscription_of(dict(row)) if row else None

    def subscriptions(self) -> list[Subscription]:
        query = sa.select(SUBSCRIPTION).order_by(SUBSCRIPTION.c.person_id, SUBSCRIPTION.c.kind)
        return [mapping.subscription_of(row) for row in self._connection.execute(query).mappings()]

    def put_subscription(self, record: Subscription) -> None:
        _put_subscription.run(self._connection, [mapping.subscription_row(record)])

    def last_issue(self, person: str, kind: str) -> DigestIssue | None:
        query = sa.select(ISSUE).where(ISSUE.c.person_id == person, ISSUE.c.kind == kind)
        newest = query.order_by(ISSUE.c.at.desc(), ISSUE.c.period.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return mapping.digest_issue_of(dict(row)) if row else None

    def last_issues(self, secretariat: str) -> list[DigestIssue]:
        newest_first = sa.func.row_number().over(
            partition_by=(ISSUE.c.person_id, ISSUE.c.kind), order_by=(ISSUE.c.at.desc(), ISSUE.c.period.desc())
        )
        ranked = sa.select(ISSUE, newest_first.label("rank")).where(ISSUE.c.secretariat_id == secretariat).subquery()
        columns = [ranked.c[column.name] for column in ISSUE.columns]
        query = sa.select(*columns).where(ranked.c.rank == 1).order_by(ranked.c.person_id, ranked.c.kind)
        return [mapping.digest_issue_of(dict(row)) for row in self._connection.execute(query).mappings()]

    def put_issue(self, issue: DigestIssue) -> bool:
        return _insert_issue.run(self._connection, [mapping.digest_issue_row(issue)]) > 0
