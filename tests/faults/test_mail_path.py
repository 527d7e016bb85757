"""A kill anywhere on a mail's path: nothing comes twice, nothing is lost without a trace, what is unknown says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.executioner import READS as READING
from tests.faults.kinds import kind
from tests.faults.lives import Nursery
from tests.faults.mail_path import Experiment

EVERY = 150  # of some seven hundred points, reads among them: the rest is for `python -m tests.faults.table`
SOME = 6  # of some three hundred: the rest is for `python -m tests.faults.table`
ENVELOPE = [f"{when} SMTP {word}" for word in ("MAIL", "RCPT") for when in ("before", "after", "answer to")]
REFUSED = [*ENVELOPE, "before SMTP RSET", "after SMTP RSET", "answer to SMTP RSET"]
TAKEN = [*ENVELOPE, "before SMTP DATA", "after SMTP DATA", "answer to SMTP DATA", "before SMTP content",
         "after SMTP content", "before SMTP final dot", "after SMTP final dot", "answer to SMTP final dot"]  # fmt: skip
READS = tuple(f"before {word}" for word in READING)
LOGIN = ("STARTTLS", "EHLO encrypted", "AUTH", "password")


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("mail-path"))


@pytest.mark.slow
def test_a_kill_at_some_points_breaks_no_promise(experiment: Experiment) -> None:
    ended = [experiment.kill_at(at) for at in range(1, len(experiment.points), EVERY)]
    assert [each for each in ended if each.faults] == []
    assert {each.point for each in ended} - {"never reached"}


def test_every_word_of_each_mail_to_the_server_is_a_point_and_a_point_of_its_own(experiment: Experiment) -> None:
    said = [point for point in experiment.points if " SMTP " in point]
    assert len(said) == len(set(said))
    by_mail = {point.partition(", ")[2]: list[str]() for point in said}
    for point in said:
        by_mail[point.partition(", ")[2]].append(kind(point))
    mails = [words for name, words in by_mail.items() if name.startswith("mail ")]
    assert len(mails) == sum(experiment.expected.mails.values()) + 1
    assert sorted(mails) == sorted([REFUSED, *[TAKEN] * sum(experiment.expected.mails.values())])


@pytest.mark.parametrize(
    ("point", "received"),
    [
        ("before SMTP MAIL", 0),
        ("after SMTP content", 0),
        ("before SMTP final dot", 0),
        ("answer to SMTP final dot", 1),
    ],
)
def test_only_a_final_dot_that_was_answered_makes_an_unknown_mail_arrive(
    experiment: Experiment, point: str, received: int
) -> None:
    ended = experiment.kill_at(1, point)
    assert (kind(ended.point), ended.faults) == (point, ())
    assert ended.unknown_received == received
    assert ended.unknown + ended.unknown_received == 3  # all mails of the group were on their way


@pytest.mark.slow
def test_a_kill_at_any_change_of_the_path_breaks_no_promise(experiment: Experiment) -> None:
    """What only reads changes nothing: a kill before it is one after the last change."""
    changes = [at for at, point in enumerate(experiment.points, 1) if not point.startswith(READS)]
    ended = [experiment.kill_at(at) for at in changes]
    assert len(ended) > 150
    assert [each for each in ended if each.faults] == []
    # Only between the lease of a mail and the record of how it ended can a kill leave something unknown.
    unknown = {kind(each.point) for each in ended if each.unknown or each.unknown_received}
    assert {name for name in unknown if "SMTP" not in name} <= {"COMMIT", "BEGIN", "SELECT", "INSERT delivery",
        "INSERT history", "UPDATE message", "UPDATE notice"}  # fmt: skip


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("locked"), "starttls")


def test_a_kill_while_the_line_is_encrypted_and_the_password_is_given_loses_and_doubles_no_mail(
    locked: Experiment,
) -> None:
    said = [kind(point) for point in locked.points]
    handshake = [point for point in said if "handshake" in point]
    assert handshake[:2] == ["before SMTP handshake 1", "after SMTP handshake 1"]
    assert {f"{when} SMTP {word}" for word in LOGIN for when in ("before", "after", "answer to")} <= set(said)
    ended = [locked.kill_at(1, point) for point in ("answer to SMTP STARTTLS", handshake[-1], "after SMTP password")]
    assert [(each.faults, each.unknown, each.unknown_received) for each in ended] == [((), 2, 0)] * 3


@pytest.mark.slow
@pytest.mark.parametrize("window", ["starttls", "tls", "copied"])
def test_a_kill_at_any_word_to_a_server_breaks_no_promise(tmp_path: Path, window: str) -> None:
    with Nursery() as nursery:
        experiment = Experiment.begin(nursery, tmp_path, window)
        ended = [experiment.kill_at(at) for at in range(1, len(experiment.points) + 1)]
    assert [each for each in ended if each.faults] == []


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("copied"), "copied")


@pytest.mark.slow
@pytest.mark.parametrize(
    "point",
    ["answer to IMAP UID FETCH", "before IMAP UID COPY", "answer to IMAP UID COPY", "before IMAP EXPUNGE, mail 3"],
)
def test_what_came_back_by_imap_is_recorded_once_wherever_its_reader_is_killed(copied: Experiment, point: str) -> None:
    ended = copied.kill_at(1, point)
    assert (ended.point.startswith(point), ended.faults) == (True, ())


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("digests"), "digests")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "point"),
    [
        (3, "after INSERT INTO digest_issue"),
        (1, "after INSERT INTO digest_look"),
        (1, "after SMTP final dot"),
    ],
)
def test_a_kill_while_digests_are_made_and_sent_breaks_no_promise(digests: Experiment, at: int, point: str) -> None:
    ended = digests.kill_at(at, point)
    assert (ended.point.startswith(point), ended.faults) == (True, ())


@pytest.mark.slow
def test_a_kill_at_any_change_while_digests_are_made_and_sent_breaks_no_promise(digests: Experiment) -> None:
    ended = [digests.kill_at(at) for at in range(1, len(digests.points) + 1)]
    assert len(digests.points) > 150
    assert [each for each in ended if each.faults] == []


@pytest.mark.slow
@pytest.mark.parametrize("window", ["imap", "invitations", "moved", "replaced"])
def test_a_kill_at_some_changes_of_other_hours_breaks_no_promise(tmp_path: Path, window: str) -> None:
    with Nursery() as nursery:
        experiment = Experiment.begin(nursery, tmp_path, window)
        assert experiment.expected.returned if window == "imap" else experiment.expected.calendars
        ended = [experiment.kill_at(at) for at in range(1, len(experiment.points) + 1, SOME)]
    assert [each for each in ended if each.faults] == []
