"""`run` and `demo`: the clock and the mail, on the wall or on a virtual clock."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.saying import said

if TYPE_CHECKING:
    from collegium.demo.show import Result
    from collegium.wall_clock import Worked


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("demo")(demo)


def run(ctx: typer.Context) -> None:
    """Let dates come and send mail, until a SIGTERM or Ctrl-C; one process per database file.

    On the error stream it says what comes next and when, and a line of each round that did something.

    Example: collegium run
    """
    import logging
    from contextvars import copy_context

    from collegium import wall_clock
    from collegium.cli.desk import opened
    from collegium.cli.printing import say, warn
    from collegium.speech import counted, t
    from storage.locks import RunLock

    if ctx.obj.now is not None:
        raise typer.BadParameter(
            "the clock on the wall is not set by hand: `collegium rehearse` plays a round ahead of it",
            param_hint="--now",
        )
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a look that is skipped while a step runs is no news
    with opened(ctx) as desk, RunLock(desk.app.settings.database):
        warn(t("run_begins", office=desk.office.name, database=desk.app.settings.database))
        if desk.app.settings.web_port:
            where = f"{desk.app.settings.web_host}:{desk.app.settings.web_port}"
            warn(t("run_links", where=f"http://{where}"))
        context = copy_context()  # the clock works on a thread of its own, and speaks the language of this one
        done = wall_clock.run(desk.app, lambda worked: context.run(tell_round, worked, desk.office.zone))
    say(
        t(
            "run_stopped",
            dates=counted("run_dates", done.applied),
            failed=done.failed,
            mails=counted("run_mails", done.sent),
        )
    )


def tell_round(worked: Worked, zone: str) -> None:
    """A line of what a round did, and what comes next and when; no part of an answer."""
    from collegium.cli.printing import warn
    from collegium.speech import counted, known, moment_text, t

    did = [counted(f"run_{name}", number) for name, number in
           (("dates", worked.applied), ("failed", worked.failed), ("mails", worked.sent)) if number]  # fmt: skip
    line = f"{', '.join(did)}. " if did else ""
    if worked.next is None:
        line += t("run_nothing_next")
    else:
        what = t("and").join(known("coming", name) for name in worked.what)
        line += t("run_next", at=moment_text(max(worked.next, worked.at), zone), what=what)
    warn(f"{moment_text(worked.at, zone)}  {line}")


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", file_okay=False, help="Where the mails, summaries and diagrams come.")
    ] = Path("var/demo"),
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed gives another course.")] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Stop on this day, to look around half-way.")
    ] = None,
) -> None:
    """Play both review cycles through their whole life on a virtual clock, with real mail to a local server.

    Example: collegium demo --folder var/demo
    """
    from rich.console import Console

    from collegium.cli.answers import day
    from collegium.cli.desk import keep_imports
    from collegium.demo import show, table

    may_be_emptied(folder)
    last = show.END if until is None else min(datetime.combine(day(until, "--until"), time(), UTC), show.END)
    console = Console()
    keep_imports()
    with table.progress(console) as bar:
        task = bar.add_task("both cycles", total=1.0)
        result = show.run(
            folder,
            seed=show.SEED if seed is None else seed,
            until=last,
            watch=lambda now, done: bar.update(task, completed=table.share(now), description=table.said(now, done)),
        )
        bar.update(task, completed=1.0)
    table.show(result, console)
    console.print(f"Everything is in {folder}: mails, diagrams and the database. To look around:")
    console.print(f"  collegium --database {folder}/collegium.db cases --closed", soft_wrap=True)
    if not is_sound(result):
        raise typer.Exit(1)


def may_be_emptied(folder: Path) -> None:
    """The demo begins with an empty folder. Raises Refused where there is something else than a former demo."""
    from engine.errors import Refused

    if folder.is_dir() and any(folder.iterdir()) and not (folder / "collegium.db").is_file():
        raise Refused(
            said("Can't empty {folder}", folder=folder),
            ["it holds other things than a former demo: name another --folder"],
        )


def is_sound(result: Result) -> bool:
    """Whether the store is whole and every mail that was recorded as sent came to the server."""
    return not result.problems and dict(result.sent) == dict(result.received)
