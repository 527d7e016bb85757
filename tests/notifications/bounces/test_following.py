"""What follows from a report? By its kind, and by whether somebody could have made it up."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from engine.mail import MailReport, MailReportKind, Message
from notifications.bounces.following import Follow, follows, is_dead
from tests.notifications.builders import NOW
from tests.notifications.builders import message as a_message


@pytest.mark.parametrize("kind", get_args(MailReportKind))
def test_a_report_that_may_be_made_up_flags_nobody(kind: MailReportKind) -> None:
    follow = follows(kind, sure=False)
    assert (follow.flags, follow.counts, follow.tells in (None, "away")) == (False, False, True)


def test_only_a_dead_address_is_flagged_at_once_and_only_a_soft_failure_counted() -> None:
    kinds: tuple[MailReportKind, ...] = get_args(MailReportKind)
    assert [kind for kind in kinds if follows(kind, sure=True).flags] == ["hard"]
    assert [kind for kind in kinds if follows(kind, sure=True).counts] == ["soft"]
    assert [kind for kind in kinds if follows(kind, sure=True) == Follow()] == ["delayed", "receipt", "other"]
    assert [kind for kind in kinds if follows(kind, sure=True).to_read] == ["challenge", "reply", "unsure"]


def sent(id: str, days_ago: float) -> Message:
    moment = NOW - timedelta(days=days_ago)
    return a_message(id=id, state="sent", sent_at=moment, created_at=moment)


def soft(*ids: str) -> list[MailReport]:
    return [MailReport(id=f"r-{id}", kind="soft", message=id, received_at=NOW, recorded_at=NOW) for id in ids]


def test_three_failures_in_a_row_within_a_week_are_a_dead_address() -> None:
    mails = [sent("a", 5), sent("b", 3), sent("c", 1)]
    assert [is_dead(soft(*ids), mails, NOW) for ids in ("ab", "abc")] == [False, True]


def test_a_mail_that_arrived_in_between_begins_the_count_anew() -> None:
    mails = [sent("a", 6), sent("b", 5), sent("ok", 4), sent("c", 1)]
    assert not is_dead(soft("a", "b", "c"), mails, NOW)


def test_what_is_older_than_a_week_is_forgotten_and_what_has_just_gone_says_nothing() -> None:
    assert not is_dead(soft("a", "b", "c"), [sent("a", 9), sent("b", 2), sent("c", 1)], NOW)
    assert is_dead(soft("a", "b", "c"), [sent("a", 6), sent("b", 2), sent("c", 1), sent("new", 0)], NOW)


def test_several_reports_on_one_mail_count_once() -> None:
    assert not is_dead([*soft("a"), *soft("a"), *soft("a")], [sent("a", 1)], NOW)
