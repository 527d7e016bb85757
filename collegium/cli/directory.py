"""`init`: a new office."""

from __future__ import annotations

from typing import Annotated

import typer

from collegium.speech import t
from engine.saying import said


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)


def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="Name of the office, as mails show it.")],
    email: Annotated[str, typer.Option("--email", help="Address to which answers go.")],
    phone: Annotated[str, typer.Option("--phone", help="Number to ring with questions.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of the office.")] = "Europe/Amsterdam",
    base_url: Annotated[str | None, typer.Option("--base-url", help="What private links begin with.")] = None,
    office: Annotated[str, typer.Option("--id", help="Short name of the office in the database.")] = "office",
    update: Annotated[bool, typer.Option("--update", help="Change an office that is there already.")] = False,
) -> None:
    """Make the database, or bring it up to date, and set up the office.

    Example: collegium init --name "Bureau Peerreview" --email bureau@voorbeeld.nl
    """
    from collegium.bootstrap import build
    from collegium.cli.desk import moment_of
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say
    from engine.directory import Secretariat
    from engine.errors import Refused

    _check(zone, email)
    settings = settings_of(ctx)
    with build(settings) as app, app.store.write() as work:
        before = next((each for each in work.people.secretariats() if each.id == office), None)
        if before is not None and not update:
            reason = said(
                "there is an office already, {name} (id {id}): change it with --update, "
                "or set up another one with an --id of its own",
                name=before.name,
                id=office,
            )
            raise Refused(said("Can't set up {name}", name=name), [reason])
        record = Secretariat(
            id=office, name=name, email=email, phone=phone, zone=zone, base_url=base_url or settings.base_url,
            paused_at=before.paused_at if before else None,
        )  # fmt: skip
        work.people.put_secretariat(record)
        fields = ("name", "email", "phone", "zone", "base_url")
        changed = [each for each in fields if before is None or getattr(before, each) != getattr(record, each)]
        kind = "office_changed" if before else "office_made"
        work.record(f"office:{office}", kind, {"fields": changed}, moment_of(ctx, zone))
        work.commit()
    say(t("office_made", database=settings.database, name=name, email=email))


def _check(zone: str, email: str) -> None:
    """Raises BadParameter where one of them cannot be."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(
            said("{value!r} is no time zone such as Europe/Amsterdam", value=zone), param_hint="--zone"
        ) from None
    if "@" not in email:
        raise typer.BadParameter(said("{value!r} is no e-mail address", value=email), param_hint="--email")
