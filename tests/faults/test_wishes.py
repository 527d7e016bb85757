"""A kill anywhere while an office does something by commands: done once, whole, and no mail is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lives import Nursery
from tests.faults.table import END, HEAD, NAMES, PAGE, ROWS, with_row
from tests.faults.wish_path import Experiment
from tests.faults.wishes import WISHES

SOME = 6  # of some hundred points each: the rest is for `python -m tests.faults.table`


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery("tests.faults.wishes") as opened:
        yield opened


@pytest.mark.parametrize(
    ("wish", "points"),
    [
        ("bulk mail is approved", ["after INSERT INTO bulk", "after COMMIT", "answer to SMTP final dot"]),
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
    ended = [experiment.kill_at(at) for at in range(1, experiment.points + 1, SOME)]
    assert [each for each in ended if each.faults] == []


def test_the_page_tells_of_everything_that_is_killed_and_of_no_broken_promise() -> None:
    rows = PAGE.read_text(encoding="utf-8").partition(ROWS)[2].partition(END)[0].strip().splitlines()[len(HEAD) :]
    cells = [[cell.strip() for cell in each.strip("|").split("|")] for each in rows]
    assert [row[0] for row in cells] == list(NAMES.values())
    assert {row[6] for row in cells} == {"0"}
    assert all(int(row[1]) >= int(row[2]) > 0 for row in cells)


def test_a_row_takes_the_place_of_the_former_one_and_keeps_the_others() -> None:
    names = list(NAMES.values())
    page = f"before {ROWS} {END} after"
    for name, said in ((names[2], "old"), (names[0], "one"), (names[2], "new")):
        page = with_row(page, name, f"| {name} | {said} |")
    assert page.partition(ROWS)[2].split("\n\n")[1].splitlines()[len(HEAD) :] == [
        f"| {names[0]} | one |", f"| {names[2]} | new |",
    ]  # fmt: skip
    assert (page.startswith("before "), page.endswith(" after")) == (True, True)
