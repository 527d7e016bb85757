import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sending import AT_ONCE
from notifications import backoff

NOW = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)
MESSAGES = st.text(min_size=1, max_size=40)


def test_examples_hold() -> None:
    assert doctest.testmod(backoff).failed == 0


@given(MESSAGES, st.integers(min_value=1, max_value=10_000))
def test_every_wait_lies_between_a_minute_and_four_hours(message: str, attempt: int) -> None:
    assert timedelta(minutes=1) <= backoff.delay(message, attempt) <= timedelta(hours=4)


@given(MESSAGES, st.integers(min_value=1, max_value=7))
def test_waits_grow_until_they_are_longest(message: str, attempt: int) -> None:
    assert backoff.delay(message, attempt) < backoff.delay(message, attempt + 1)


@given(MESSAGES)
def test_patience_ends_after_four_days_of_waiting(message: str) -> None:
    waits: list[timedelta] = []
    while backoff.retry_at(message, len(waits) + 1, NOW) is not None:
        waits.append(backoff.delay(message, len(waits) + 1))
    assert timedelta(days=4) - timedelta(hours=4) <= sum(waits, timedelta()) <= timedelta(days=4)


@given(MESSAGES, st.integers(min_value=1, max_value=20))
def test_a_message_always_waits_equally_long(message: str, attempt: int) -> None:
    assert backoff.retry_at(message, attempt, NOW) == backoff.retry_at(message, attempt, NOW)


def test_mails_put_off_together_come_back_apart() -> None:
    assert len({backoff.retry_at(f"m-{n}", 5, NOW) for n in range(100)}) > 50


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        backoff.delay("m-1", 0)


def test_a_second_try_never_falls_into_the_moment_of_a_deed() -> None:
    assert min(backoff.delay(f"m-{n}", 1) for n in range(1000)) > AT_ONCE
