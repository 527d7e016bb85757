"""Kills at every point, and writes what came of it into docs/explanation/faults.md.

``python -m tests.faults.table`` does all, ``python -m tests.faults.table digests wish`` what begins with these words;
``--every=4`` kills at every fourth point only, and the table says so.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import mail_path, wish_path
from tests.faults.driven_cycle import REMINDERS, WINDOWS
from tests.faults.lives import Nursery
from tests.faults.mail_path import Ended, line, row, table
from tests.faults.wishes import WISHES

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "faults.md"
ROWS = "<!-- the rows: made by `python -m tests.faults.table` -->"
KINDS = "<!-- the table: made by `python -m tests.faults.table reminders` -->"
END = "<!-- end of the table -->"
NAMES = {
    **{name: window.says for name, window in WINDOWS.items()},
    **{f"wish: {name}": name for name in WISHES},
}
HEAD = (
    line("while", "points", "kills", "as if never killed", "mails unknown, not received", "mails unknown, received",
         "promises broken", "run on"),
    line("---", *["---:"] * 6, "---"),
)  # fmt: skip


def played(name: str, folder: Path, every: int) -> tuple[int, list[Ended]]:
    """How many points there are, and one kill at each that is chosen."""
    of_wishes = name not in WINDOWS
    with Nursery("tests.faults.wishes" if of_wishes else "tests.faults.driven_cycle") as nursery:
        made: mail_path.Experiment | wish_path.Experiment = (
            wish_path.Experiment(nursery, folder, NAMES[name])
            if of_wishes
            else mail_path.Experiment.begin(nursery, folder, name)
        )
        return made.points, [made.kill_at(at) for at in range(1, made.points + 1, every)]


def main(wanted: Sequence[str]) -> int:
    """1 where a promise was broken."""
    broken, every = (
        False,
        max([int(each.partition("=")[2]) for each in wanted if each.startswith("--every=")], default=1),
    )
    wanted = [each for each in wanted if not each.startswith("--")]
    for name in NAMES:
        if wanted and not name.startswith(tuple(wanted)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            points, ended = played(name, Path(folder), every)
        broken |= any(each.faults for each in ended)
        for each in ended:
            for fault in each.faults:
                print(f"{name}, {each.at}, {each.point}: not so: {fault}", flush=True)
        text = PAGE.read_text(encoding="utf-8")
        text = with_row(text, NAMES[name], row(f"{NAMES[name]} | {points}", ended, datetime.now(UTC).date()))
        if name == REMINDERS:
            text = between(text, KINDS, table(ended))
        PAGE.write_text(text, encoding="utf-8")
        print(row(name, ended), flush=True)
    return int(broken)


def with_row(text: str, name: str, made: str) -> str:
    """The page with that row in its place among the others."""
    _, _, rest = text.partition(ROWS)
    rows = [each for each in rest.partition(END)[0].splitlines() if each.startswith("| ")][len(HEAD) :]
    known = {each.split(" | ")[0].removeprefix("| "): each for each in rows}
    known[name] = made
    return between(text, ROWS, "\n".join([*HEAD, *(known[each] for each in NAMES.values() if each in known)]))


def between(text: str, begin: str, made: str) -> str:
    """The page with something else after that mark, as far as the end of the table."""
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n\n{made}\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
