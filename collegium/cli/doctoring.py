"""`doctor`: is this installation well, and if not, what is to be done?"""

from __future__ import annotations

from typing import Annotated

import typer

from collegium.cli.options import AsJson
from collegium.speech import known, t


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not speak to the mail server.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at packages, clock, disk, database, backups, holidays and mail: what is wrong, and what to do about it.

    Exit code 1 where something is wrong; what only wants a look gives 0.

    Example: collegium doctor
    """
    from dataclasses import asdict

    from collegium.cli.desk import opened
    from collegium.cli.printing import say, say_json
    from collegium.keeping.doctor import Ward, examine

    with opened(ctx) as desk, desk.app.store.read() as work:
        found = list(examine(Ward(app=desk.app, work=work, now=desk.now, reach=not offline)))
    wrong = [each for each in found if each.grade == "wrong"]
    if as_json:
        say_json({"ok": not wrong, "findings": [asdict(each) for each in found]})
    else:
        for each in found:
            say(f"{known('grade', each.grade):<5} {known('check', each.check)}: {each.says}")
            if each.remedy:
                say(f"      -> {each.remedy}")
        looks = sum(each.grade == "look" for each in found)
        say(t("doctor_counted", wrong=len(wrong), looks=looks, well=sum(each.grade == "well" for each in found)))
    if wrong:
        raise typer.Exit(1)
