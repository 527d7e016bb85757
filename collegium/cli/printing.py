"""How does a command speak? Sentences and tables for people, JSON for programs, problems on the error stream."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TextIO

NOBODY_READS = 128 + signal.SIGPIPE
NARROWEST = 160  # columns where the output is no terminal


def say(text: str = "") -> None:
    """A line of the answer."""
    _write(sys.stdout, text)


def warn(text: str) -> None:
    """A line that is no part of the answer."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    stream.write(shown(text) + "\n")


def shown(text: str) -> str:
    """What came from outside must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def say_json(value: Any) -> None:
    """The answer as JSON, for a program."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n")


def say_answers(given: Mapping[str, Any]) -> None:
    """Answers as they stand, a line for each: what no question is known of any more has no label."""
    for name, value in given.items():
        say(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def hang_up() -> NoReturn:
    """Whoever read the answer has gone, such as `head`: end quietly, as a program does that SIGPIPE ended.

    What is still buffered goes nowhere, so that the interpreter does not complain of it on its way out.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(NOBODY_READS)


def say_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, indent: int = 0) -> None:
    """Rows under headings; a cell may have several lines."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = max(NARROWEST, console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    with console.capture() as drawn:
        console.print(Padding(table, (0, 0, 0, indent), expand=False))
    sys.stdout.write(drawn.get())


def refusal(what: str, reasons: Sequence[str]) -> None:
    """Why something cannot be done: a sentence, and each reason on a line of its own."""
    warn(f"{what}:" if reasons else what)
    for reason in reasons:
        warn(f"  - {reason}")
