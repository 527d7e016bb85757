"""The rules of the outbox that need no database."""

from __future__ import annotations

import pytest

from engine.mail import Delivery
from storage.sending import delivered, undelivered, withdrawn_because, withheld
from tests.builders.storage import NOW, a_message, a_notice, a_task, a_tell, a_withdrawal, minutes


@pytest.mark.parametrize(
    ("withdrawal", "reason"),
    [
        (a_withdrawal(), "done"),
        (a_withdrawal(recipient="p-ann"), "done"),
        (a_withdrawal(recipient="p-ben"), None),
        (a_withdrawal("other#1"), None),
        (a_withdrawal(case="case-2"), None),
        (a_withdrawal(rules=("remind",)), "done"),
        (a_withdrawal(rules=("late",)), None),
        (a_withdrawal(rules=()), None),
    ],
)
def test_an_ask_is_withdrawn_by_what_names_it(withdrawal: object, reason: str | None) -> None:
    found = withdrawn_because(
        [withdrawal],  # type: ignore[list-item]
        case="case-1",
        task="intake#1",
        recipient="p-ann",
        rule="remind",
    )
    assert found == reason


def test_a_pause_withholds_asks_but_for_its_own_end() -> None:
    assert withheld(a_notice(), {"intake#1": a_task()})
    assert withheld(a_notice(), {})
    assert not withheld(a_tell(), {})
    assert not withheld(a_notice(task="resume#1"), {"resume#1": a_task("resume#1")})


def test_a_retry_without_a_moment_may_be_tried_at_once() -> None:
    after = delivered(a_message(), Delivery(outcome="retry", answer="busy"), NOW)
    assert (after.state, after.next_try, after.attempts, after.last_error) == ("ready", NOW, 1, "busy")


def test_a_sent_mail_forgets_earlier_errors() -> None:
    tried = a_message(attempts=2, last_error="busy", next_try=NOW)
    after = delivered(tried, Delivery(outcome="sent"), NOW + minutes(1))
    assert (after.state, after.attempts, after.next_try, after.last_error) == ("sent", 3, None, "")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("RCPT: 550 5.1.1 <ann@example.org>: Recipient address rejected: Ann Bos has left", "5.1.1"),
        ("550 5.1.1 <ann@example.org>", "5.1.1"),
        ("5.7.1", "5.7.1"),
        ("content: 554 from 5.1.1.9: ann@example.org", ""),
        ("RCPT: 550 5.1.1.9 is no status of ann@example.org", ""),
        ("", ""),
    ],
)
def test_what_is_recorded_of_a_refused_mail_names_nobody(answer: str, status: str) -> None:
    told = undelivered(a_message("m-1", cases=("case-1",)), Delivery(outcome="refused", code=550, answer=answer))
    assert told == {
        "message": "m-1", "kind": "opened", "cases": ["case-1"], "code": 550, "status_code": status, "legal": False,
    }  # fmt: skip
