"""After kill -9 at any moment: is all as if the process had never been killed? Keys are seeded from case and step.

A cast that follows from what is stored, keys that follow from the deed, and a clock that stands in a file: a restart at
the same virtual instant makes the same keys, so histories are compared hash by hash and nothing needs renaming. Only
message ids and the tokens of private links are random, and stand outside what is compared.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from notifications.dispatching import GROUP
from tests.faults.lives import BROKEN_OFF, Course, Nursery, Office

SEED = 4
Kill = tuple[int, str]  # at the how-manieth point of that name; a point is an SQL statement, a commit or an SMTP word

EXACTLY: Sequence[tuple[str, Kill]] = (
    ("after the launch's rows, before their commit", (1, "after INSERT INTO participant")),
    ("between a step's history and its commit", (4, "after INSERT INTO history")),
    ("between compose and commit", (2, "after INSERT INTO message")),
    ("between composing's commit and the lease", (3, "before UPDATE message SET state=?, lease_until")),
    ("between a mail's record and its commit", (1, "after INSERT INTO delivery")),
    ("between lease and send", (2, "before SMTP MAIL")),
    ("between the content and its final dot", (2, "before SMTP final dot")),
    ("between the final dot and its answer", (1, "after SMTP final dot")),
    ("between the answer to the final dot and the record", (2, "answer to SMTP final dot")),
    ("while what was on its way is settled", (1, "after INSERT INTO delivery")),
)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@pytest.fixture(scope="module")
def small(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, int]:
    return undisturbed(nursery, tmp_path_factory.mktemp("small") / "undisturbed", "small")


def undisturbed(nursery: Nursery, folder: Path, process: str) -> tuple[Course, int]:
    """The course of a cycle that nobody disturbs, and how many points it passes."""
    with Office(nursery, folder, process) as office:
        assert office.live()
    course = office.course()
    assert course.problems == course.without_next == []
    assert course.mails == course.recorded("sent")
    assert {message.state for message in course.messages} <= {"sent", "cancelled"}
    return course, len(office.points)


def disturbed(nursery: Nursery, folder: Path, process: str, kills: Sequence[Kill]) -> Office:
    """The same cycle, killed again and again; then it is let live."""
    with Office(nursery, folder, process) as office:
        for at, where in kills:
            if office.live(at, where):
                break
        else:
            assert office.live()
    return office


def is_as_if_never_killed(office: Office, expected: Course) -> None:
    """End state, history and mails are the same, but for the mails that were on their way when a life ended."""
    course = office.course()
    assert course.problems == course.without_next == []
    assert course.state() == expected.state()
    # Each mail was composed once, is recorded as sent or honestly unknown, and came once at most.
    assert course.recorded("sent", "unknown") == expected.recorded("sent")
    assert not [id for id, number in Counter(course.received).items() if number > 1]
    sent = {message.id for message in course.messages if message.state == "sent"}
    unknown = {message.id for message in course.unknown}
    assert sent <= set(course.received) <= sent | unknown
    assert not course.mails - expected.mails
    assert not (expected.mails - course.mails) - course.recorded("unknown")
    # Every unknown was on its way at a kill, says so, and there are no more of them than stand in a group.
    assert unknown == set().union(*office.on_their_way)
    assert all(len(messages) <= GROUP for messages in office.on_their_way)
    assert {message.last_error for message in course.unknown} <= {BROKEN_OFF}


def at_random(number: int, points: int, seed: int) -> list[Kill]:
    """Kills that are spread over a whole cycle, also while settling what the last one left.

    Two in three come at any point, the third at one of the next words to the mail server: those are few among so many
    statements, and the most delicate.
    """
    dice = random.Random(seed)
    share = points / (number + 1)
    anywhere = ((1 + int(dice.expovariate(1) * share), "") for _ in range(number))
    return [(dice.randint(1, 30), "SMTP") if turn % 3 == 2 else kill for turn, kill in enumerate(anywhere)]


@pytest.mark.slow
def test_six_kills_at_random_moments_leave_no_trace(
    nursery: Nursery, small: tuple[Course, int], tmp_path: Path
) -> None:
    expected, points = small
    office = disturbed(nursery, tmp_path / "killed", "small", at_random(6, points, SEED))
    assert office.kills >= 5
    is_as_if_never_killed(office, expected)


def test_kills_at_the_moments_that_matter_leave_no_trace(
    nursery: Nursery, small: tuple[Course, int], tmp_path: Path
) -> None:
    expected, _ = small
    office = disturbed(nursery, tmp_path / "killed", "small", [kill for _, kill in EXACTLY])
    assert office.kills == len(EXACTLY), f"not killed {EXACTLY[office.kills][0]}"
    is_as_if_never_killed(office, expected)
    assert len(office.course().unknown) >= 4


def test_a_mail_that_the_server_took_before_the_kill_is_not_sent_again(
    nursery: Nursery, small: tuple[Course, int], tmp_path: Path
) -> None:
    expected, _ = small
    office = disturbed(nursery, tmp_path / "killed", "small", [(1, "answer to SMTP final dot")])
    is_as_if_never_killed(office, expected)
    course = office.course()
    assert [message.id in course.received for message in course.unknown].count(True) >= 1
    assert course.mails <= expected.mails


def test_a_mail_that_was_leased_and_not_sent_is_unknown_and_not_sent_again(
    nursery: Nursery, small: tuple[Course, int], tmp_path: Path
) -> None:
    expected, _ = small
    office = disturbed(nursery, tmp_path / "killed", "small", [(1, "before SMTP MAIL")])
    is_as_if_never_killed(office, expected)
    course = office.course()
    assert course.unknown
    assert not {message.id for message in course.unknown} & set(course.received)
    assert course.mails + course.recorded("unknown") == expected.mails


@pytest.mark.slow
def test_fifty_kills_at_random_moments_of_the_development_review_leave_no_trace(
    nursery: Nursery, tmp_path: Path
) -> None:
    expected, points = undisturbed(nursery, tmp_path / "undisturbed", "development")
    office = disturbed(nursery, tmp_path / "killed", "development", at_random(60, points, SEED))
    assert office.kills >= 50
    is_as_if_never_killed(office, expected)
