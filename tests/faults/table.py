"""Kills at every point, and writes what came of it into docs/explanation/faults.md.

``python -m tests.faults.table`` does all, ``python -m tests.faults.table digests wish`` what begins with these words.
It needs a clean checkout, whose commit it names.
"""

from __future__ import annotations

import fcntl
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import mail_path, wish_path
from tests.faults.driven_cycle import REMINDERS, WINDOWS
from tests.faults.kinds import GROUPS, Ended, groups, line, row, table
from tests.faults.lives import Nursery
from tests.faults.wishes import WISHES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "faults.md"
ROWS = "<!-- the rows: made by `python -m tests.faults.table` -->"
HOW_FAR = "<!-- how far the mails were: made by `python -m tests.faults.table` -->"
KINDS = "<!-- the table: made by `python -m tests.faults.table reminders` -->"
END = "<!-- end of the table -->"
ALL = "**all**"
NAMES = {
    **{name: window.says for name, window in WINDOWS.items()},
    **{f"wish: {name}": name for name in WISHES},
}
HEAD = (
    line("while", "points", "kills", "as if never killed", "mails unknown, not received", "mails unknown, received",
         "promises broken", "made of"),
    line("---", *["---:"] * 6, "---"),
)  # fmt: skip
GROUPS_HEAD = (line("while", *GROUPS), line("---", *["---:"] * len(GROUPS)))
CELL = re.compile(r"(\d+)(?: \((\d+), (\d+)\))?")


def played(name: str, folder: Path) -> tuple[int, list[Ended]]:
    """How many points there are, and one kill at each."""
    of_wishes = name not in WINDOWS
    with Nursery("tests.faults.wishes" if of_wishes else "tests.faults.driven_cycle") as nursery:
        made: mail_path.Experiment | wish_path.Experiment = (
            wish_path.Experiment(nursery, folder, NAMES[name])
            if of_wishes
            else mail_path.Experiment.begin(nursery, folder, name)
        )
        return len(made.points), [made.kill_at(at) for at in range(1, len(made.points) + 1)]


def main(wanted: Sequence[str]) -> int:
    """1 where a promise was broken."""
    broken = False
    made_of = f"{commit()}, {datetime.now(UTC).date()}"
    for name in NAMES:
        if wanted and not name.startswith(tuple(wanted)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            points, ended = played(name, Path(folder))
        broken |= any(each.faults for each in ended)
        for each in ended:
            for fault in each.faults:
                print(f"{name}, {each.at}, {each.point}: not so: {fault}", flush=True)
        with PAGE.open("r+", encoding="utf-8") as page:
            fcntl.flock(page, fcntl.LOCK_EX)  # others may be killing elsewhere
            text = with_row(page.read(), NAMES[name], row(f"{NAMES[name]} | {points}", ended, made_of))
            text = with_row(text, NAMES[name], groups(NAMES[name], ended), HOW_FAR, GROUPS_HEAD)
            if name == REMINDERS:
                text = between(text, KINDS, table(ended))
            page.seek(0)
            page.truncate()
            page.write(text)
        print(row(name, ended), flush=True)
    return int(broken)


def commit() -> str:
    """Of what the table is made."""
    changed = _git("status", "--porcelain", "--", ".", ":!docs")
    if changed:
        raise SystemExit(f"Commit first, so that the table can say of what it was made:\n{changed}")
    return _git("rev-parse", "--short=9", "HEAD")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def with_row(text: str, name: str, made: str, mark: str = ROWS, head: Sequence[str] = HEAD) -> str:
    """The page with that row in its place among the others, and their sum."""
    _, _, rest = text.partition(mark)
    rows = [each for each in rest.partition(END)[0].splitlines() if each.startswith("| ")][len(head) :]
    known = {each.split(" | ")[0].removeprefix("| "): each for each in rows}
    known[name] = made
    found = [known[each] for each in NAMES.values() if each in known]
    return between(text, mark, "\n".join([*head, *found, summed(found)]))


def summed(rows: Sequence[str]) -> str:
    """The last row: what can be counted, column by column."""
    columns = zip(*(cells(each)[1:] for each in rows), strict=True)
    return line(ALL, *(_sum(column) for column in columns))


def cells(row: str) -> list[str]:
    """What stands in a row."""
    return [cell.strip() for cell in row.strip("|").split("|")]


def _sum(column: Sequence[str]) -> str:
    found = [CELL.fullmatch(cell) for cell in column]
    if not all(found):
        return ""
    kills, unknown, received = (sum(int(each[n] or 0) for each in found if each) for n in (1, 2, 3))
    return f"{kills} ({unknown}, {received})" if unknown or received else str(kills)


def between(text: str, begin: str, made: str) -> str:
    """The page with something else after that mark, as far as the end of the table."""
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n\n{made}\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
