"""A kill anywhere on a mail's path: nothing comes twice, nothing is lost without a trace, what is unknown says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.driven_cycle import WINDOWS
from tests.faults.executioner import CHANGES
from tests.faults.lives import Nursery
from tests.faults.mail_path import Ended, Experiment, kind, table

EVERY = 120  # of some six hundred points: the rest is for the slow tests
SOME = 6  # of some three hundred: the rest is for `python -m tests.faults.table`


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("mail-path"))


def test_a_kill_at_some_points_breaks_no_promise(experiment: Experiment) -> None:
    ended = [experiment.kill_at(at) for at in range(1, experiment.points, EVERY)]
    assert [each for each in ended if each.faults] == []
    assert {each.point for each in ended} - {"never reached"}


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
    assert (ended.point, ended.faults) == (point, ())
    assert ended.unknown_received >= received
    assert ended.unknown + ended.unknown_received == 3  # all mails of the group were on their way
    assert received or not ended.unknown_received


@pytest.mark.slow
def test_a_kill_at_any_change_of_the_path_breaks_no_promise(experiment: Experiment) -> None:
    """What only reads changes nothing: a kill before it is one after the last change."""
    ended: list[Ended] = []
    while not ended or ended[-1].point != "never reached":
        ended.append(experiment.kill_at(len(ended) + 1, CHANGES))
    print(table(ended))
    assert len(ended) > 150
    assert [each for each in ended if each.faults] == []
    # Only between the lease of a mail and the record of how it ended can a kill leave something unknown.
    unknown = {kind(each.point) for each in ended if each.unknown or each.unknown_received}
    assert {name for name in unknown if "SMTP" not in name} <= {"COMMIT", "BEGIN", "SELECT", "INSERT delivery",
        "INSERT history", "UPDATE message", "UPDATE notice"}  # fmt: skip


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with Nursery() as nursery:
        yield Experiment.begin(nursery, tmp_path_factory.mktemp("digests"), "digests")


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
    ended = [digests.kill_at(at) for at in range(1, digests.points + 1)]
    assert digests.points > 150
    assert [each for each in ended if each.faults] == []


@pytest.mark.slow
@pytest.mark.parametrize("window", sorted(set(WINDOWS) - {"digests", "reminders"}))
def test_a_kill_while_calendars_are_told_breaks_no_promise(tmp_path: Path, window: str) -> None:
    with Nursery() as nursery:
        experiment = Experiment.begin(nursery, tmp_path, window)
        assert experiment.expected.calendars
        ended = [experiment.kill_at(at) for at in range(1, experiment.points + 1, SOME)]
    assert [each for each in ended if each.faults] == []


def test_the_table_counts_by_kind_of_point() -> None:
    ended = [
        Ended(at=1, point="before INSERT INTO message (id) VALUES (?)"),
        Ended(at=2, point="after INSERT INTO message (id) VALUES (?)", faults=("no mail came twice",)),
        Ended(at=3, point="after SMTP final dot", unknown=1, unknown_received=1),
        Ended(at=4, point="before SELECT a FROM b"),
        Ended(at=5, point="after COMMIT"),
    ]
    assert [line.split("|")[1:-1] for line in table(ended).splitlines()[2:]] == [
        [" COMMIT ", " 1 ", " 1 ", " 0 ", " 0 ", " 0 "],
        [" INSERT message ", " 2 ", " 1 ", " 0 ", " 0 ", " 1 "],
        [" SELECT ", " 1 ", " 1 ", " 0 ", " 0 ", " 0 "],
        [" after SMTP final dot ", " 1 ", " 0 ", " 1 ", " 1 ", " 0 "],
        [" **all** ", " 5 ", " 3 ", " 1 ", " 1 ", " 1 "],
    ]
