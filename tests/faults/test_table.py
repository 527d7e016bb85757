"""The page about faults tells of every kill: of which commit, how far the mails were, and that none was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.faults.table import ALL, END, GROUPS_HEAD, HEAD, HOW_FAR, NAMES, PAGE, ROWS, cells, summed, with_row

TWO_CONNECTIONS = "e99f5f53"  # rows of that commit are of points without names


def rows_after(mark: str, head: Sequence[str]) -> list[list[str]]:
    rows = PAGE.read_text(encoding="utf-8").partition(mark)[2].partition(END)[0].strip().splitlines()
    return [cells(each) for each in rows[len(head) :]]


def test_the_page_tells_of_everything_that_is_killed_and_of_no_broken_promise() -> None:
    *found, total = rows_after(ROWS, HEAD)
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    without = page.partition("so that there is no row: ")[2].partition(".")[0].split("; ")
    names = [name for name in NAMES.values() if name not in without]
    assert [row[0] for row in found] == names
    assert {row[6] for row in found} == {"0"}
    assert [row[1] for row in found] == [row[2] for row in found]  # a kill for each point
    assert total == [ALL, *(str(sum(int(row[n]) for row in found)) for n in range(1, 7)), ""]


def test_the_page_says_of_which_commit_and_day_each_row_is() -> None:
    *found, _ = rows_after(ROWS, HEAD)
    assert [row[0] for row in found if not re.fullmatch(r"[0-9a-f]{8,}, \d{4}-\d\d-\d\d", row[7])] == []


def test_the_page_says_how_far_the_mails_were_at_every_kill_of_a_point_with_a_name() -> None:
    *found, total = rows_after(HOW_FAR, GROUPS_HEAD)
    rows = {row[0]: row for row in rows_after(ROWS, HEAD) if not row[7].startswith(TWO_CONNECTIONS)}
    assert [*(row[0] for row in found), ALL] == list(rows)
    assert total == cells(summed(["| " + " | ".join(row) + " |" for row in found]))
    for grouped in found:
        counted = [[int(each) for each in re.findall(r"\d+", cell)] for cell in grouped[1:]]
        row = rows[grouped[0]]
        assert [sum(each[n] for each in counted if n < len(each)) for n in range(3)] == [
            int(row[2]), int(row[4]), int(row[5]),
        ]  # fmt: skip
        assert counted[0] == [int(row[3])]  # nothing is unknown where nothing was leased


def test_a_row_takes_the_place_of_the_former_one_and_keeps_the_others() -> None:
    names = list(NAMES.values())
    page = f"before {ROWS} {END} after"
    for name, said in ((names[2], "old"), (names[0], "one"), (names[2], "new")):
        page = with_row(page, name, f"| {name} | {said} | 2 |")
    assert page.partition(ROWS)[2].split("\n\n")[1].splitlines()[len(HEAD) :] == [
        f"| {names[0]} | one | 2 |", f"| {names[2]} | new | 2 |", f"| {ALL} |  | 4 |",
    ]  # fmt: skip
    assert (page.startswith("before "), page.endswith(" after")) == (True, True)
