"""`run` and `demo`: the clock and the mail, on the wall or in a virtual cycle."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)


def run(ctx: typer.Context) -> None:
    """Let dates come and send mail, until a SIGTERM or Ctrl-C; one process per database file.

    Example: collegium run
    """
