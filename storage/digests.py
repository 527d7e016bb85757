"""Which digests were made, and who wants none?"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.digests import DigestIssue, Subscription
from storage import mail_mapping
from storage.database import Prepared, inserting_or_ignoring, upserting
from storage.tables import DigestIssueRow, DigestLookRow, SubscriptionRow, table

ISSUE, LOOK, SUBSCRIPTION = table(DigestIssueRow), table(DigestLookRow), table(SubscriptionRow)

_put_subscription = upserting(SUBSCRIPTION)
_put_look = upserting(LOOK)
_insert_issue = inserting_or_ignoring(ISSUE, "person_id", "kind", "period")

_subscriptions = Prepared(
    lambda dialect: sa.select(SUBSCRIPTION).order_by(SUBSCRIPTION.c.person_id, SUBSCRIPTION.c.kind)
)


def _newest() -> sa.Select[Any]:
    """Of each reader and kind the issue that was made last; of several at one moment all, by their periods."""
    mine = ISSUE.c.secretariat_id == sa.bindparam("office")
    last = (
        sa.select(ISSUE.c.person_id, ISSUE.c.kind, sa.func.max(ISSUE.c.at).label("at"))
        .where(mine)
        .group_by(ISSUE.c.person_id, ISSUE.c.kind)
        .subquery()
    )
    same = (ISSUE.c[name] == last.c[name] for name in ("person_id", "kind", "at"))
    return (
        sa.select(ISSUE)
        .join(last, sa.and_(*same))
        .where(mine)
        .order_by(ISSUE.c.person_id, ISSUE.c.kind, ISSUE.c.period)
    )


_last_issues = Prepared(lambda dialect: _newest())


class SqlDigests:
    """Implements engine.ports.Digests."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def subscription(self, person: str, kind: str) -> Subscription | None:
        query = sa.select(SUBSCRIPTION).where(SUBSCRIPTION.c.person_id == person, SUBSCRIPTION.c.kind == kind)
        row = self._connection.execute(query).mappings().first()
        return mail_mapping.subscription_of(dict(row)) if row else None

    def subscriptions(self) -> list[Subscription]:
        return [mail_mapping.subscription_of(row) for row in _subscriptions.rows(self._connection, {})]

    def put_subscription(self, record: Subscription) -> None:
        _put_subscription.run(self._connection, [mail_mapping.subscription_row(record)])

    def last_issue(self, person: str, kind: str) -> DigestIssue | None:
        query = sa.select(ISSUE).where(ISSUE.c.person_id == person, ISSUE.c.kind == kind)
        newest = query.order_by(ISSUE.c.at.desc(), ISSUE.c.period.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return mail_mapping.digest_issue_of(dict(row)) if row else None

    def last_issues(self, secretariat: str) -> list[DigestIssue]:
        found = map(mail_mapping.digest_issue_of, _last_issues.rows(self._connection, {"office": secretariat}))
        return list({(each.person, each.kind): each for each in found}.values())

    def put_issue(self, issue: DigestIssue) -> bool:
        return _insert_issue.run(self._connection, [mail_mapping.digest_issue_row(issue)]) > 0

    def looked_on(self, secretariat: str) -> str | None:
        return self._connection.scalar(sa.select(LOOK.c.day).where(LOOK.c.secretariat_id == secretariat))

    def put_look(self, secretariat: str, day: str) -> None:
        _put_look.run(self._connection, [{"secretariat_id": secretariat, "day": day}])
