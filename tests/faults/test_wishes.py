"""A kill anywhere while an office does something by commands: done once, whole, and no mail is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lives import Nursery
from tests.faults.wish_path import Experiment
from tests.faults.wishes import WISHES

SOME = 6  # of some hundred points each: the rest is for `python -m tests.faults.table`


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery("tests.faults.wishes") as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wish", "points"),
    [
        ("bulk mail is approved", ["after INSERT INTO bulk", "after COMMIT", "answer to SMTP final dot"]),
        ("all mail is paused, and goes on", ["after COMMIT", "after SMTP final dot"]),
        ("a private link is revoked", ["after UPDATE link", "after COMMIT"]),
        (
            "running cases move to another version",
            ["after INSERT INTO history", "after COMMIT", "before INSERT INTO notice"],
        ),
        ("people are imported", ["after INSERT INTO person", "after COMMIT"]),
        ("a person is erased", ["after UPDATE participant", "after COMMIT"]),
    ],
)
def test_a_kill_at_the_moments_that_matter_breaks_no_promise(
    nursery: Nursery, tmp_path: Path, wish: str, points: list[str]
) -> None:
    experiment = Experiment(nursery, tmp_path, wish)
    ended = [experiment.kill_at(1, point) for point in points]
    assert [(each.point.startswith(point), each.faults) for each, point in zip(ended, points, strict=True)] == [
        (True, ()) for _ in points
    ]


@pytest.mark.slow
@pytest.mark.parametrize("wish", WISHES)
def test_a_kill_at_some_changes_breaks_no_promise(nursery: Nursery, tmp_path: Path, wish: str) -> None:
    experiment = Experiment(nursery, tmp_path, wish)
    ended = [experiment.kill_at(at) for at in range(1, len(experiment.points) + 1, SOME)]
    assert [each for each in ended if each.faults] == []
