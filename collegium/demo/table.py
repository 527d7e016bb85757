"""What has the demo shown? The closing table, and how far it is while it runs."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from collegium.clock import Driven
from collegium.demo.show import END, START, Result


def progress(console: Console) -> Progress:
    """A bar over the virtual time between the first day and the last."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip


def share(now: datetime) -> float:
    """How much of the demo's time has passed, 0 to 1."""
    return min(max((now - START) / (END - START), 0.0), 1.0)


def said(now: datetime, driven: Driven) -> str:
    """Where the demo is."""
    return f"{now:%d-%m-%Y}: {driven.deeds} deeds, {driven.sent} mails"


def show(result: Result, console: Console) -> None:
    """Cases by outcome, deadlines, mails by kind, and what was out of the ordinary."""
    console.print(_outcomes(result))
    console.print(_figures(result))
    console.print(_mails(result))
    wrong = [
        kind for kind in {*result.sent, *result.received} if result.sent.get(kind, 0) != result.received.get(kind, 0)
    ]
    if wrong:
        console.print(f"[bold red]Sent and received differ:[/] {', '.join(sorted(wrong))}")
    if result.problems:
        console.print("[bold red]verify:[/] " + "; ".join(result.problems[:5]))
    else:
        console.print("verify: every history is whole and leads to what is stored; no open case is asleep")


def _outcomes(result: Result) -> Table:
    table = Table(title=f"{result.cases} cases by outcome (24 at launch; the others are reassessments)")
    table.add_column("Process")
    table.add_column("Outcome")
    table.add_column("Cases", justify="right")
    for (process, outcome), number in sorted(result.outcomes.items()):
        table.add_row(process, outcome, str(number))
    return table


COUNTED = {
    "met": "deadlines met",
    "missed": "deadlines missed",
    "extensions": "extensions",
    "substitutions": "substitutions",
    "moves": "moved visits",
    "pauses": "pauses",
    "corrections": "corrections by hand",
}


def _figures(result: Result) -> Table:
    table = Table(title="Deadlines and what was out of the ordinary")
    table.add_column("What")
    table.add_column("Number", justify="right")
    for name, label in COUNTED.items():
        table.add_row(label, str(getattr(result.tally, name)))
    return table


def _mails(result: Result) -> Table:
    table = Table(title="Mails by kind")
    table.add_column("Kind")
    table.add_column("Recorded as sent", justify="right")
    table.add_column("At the server", justify="right")
    for kind in sorted({*result.sent, *result.received}):
        table.add_row(kind, str(result.sent.get(kind, 0)), str(result.received.get(kind, 0)))
    table.add_row("all", str(sum(result.sent.values())), str(sum(result.received.values())), style="bold")
    return table
