"""A kill anywhere on a mail's path: nothing comes twice, nothing is lost without a trace, what is unknown says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.lives import Nursery
from tests.faults.mail_path import Ended, Experiment, kind, table

EVERY = 120  # of some six hundred points: the rest is for the slow tests


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
def test_a_kill_at_any_point_of_the_path_breaks_no_promise(experiment: Experiment) -> None:
    ended = [experiment.kill_at(at) for at in range(1, experiment.points + 1)]
    print(table(ended))
    assert experiment.points > 300
    assert [each for each in ended if each.faults] == []
    # Only between the lease of a mail and the record of how it ended can a kill leave something unknown.
    unknown = {kind(each.point) for each in ended if each.unknown or each.unknown_received}
    assert {name for name in unknown if "SMTP" not in name} <= {"COMMIT", "BEGIN", "SELECT", "INSERT delivery",
        "INSERT history", "UPDATE message", "UPDATE notice"}  # fmt: skip


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
