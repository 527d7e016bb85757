"""`verify`: is what is stored whole?"""

from __future__ import annotations

import typer

from collegium.cli.options import AsJson
from collegium.speech import counted, t


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("verify")(verify)


def verify(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check every hash chain, replay every case and compare, and look for open cases without a next step.

    Problems give exit code 1.

    Example: collegium verify
    """
    from collegium.cli.desk import opened
    from collegium.cli.printing import say, say_json
    from storage.verify import problems

    with opened(ctx) as desk, desk.app.store.read() as work:
        found = list(problems(work))
        cases = len(work.cases.all_ids(desk.office.id))
        streams = len(work.streams())
        stuck = work.cases.stuck()
    found += [
        t("verify_stuck", case=each.case, rule=each.rule, times=each.attempts, error=each.last_error) for each in stuck
    ]
    if as_json:
        say_json({"ok": not found, "cases": cases, "streams": streams, "problems": found})
    else:
        for problem in found:
            say(problem)
        known = {"cases": cases, "streams": streams}
        say(counted("verified_broken", len(found), **known) if found else t("verified", **known))
    if found:
        raise typer.Exit(1)
