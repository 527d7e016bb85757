"""`init` and `import`: a new office, and its organisations and people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collegium.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)
    app.command("import")(import_)


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
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from collegium.bootstrap import build
    from collegium.cli.desk import moment_of, settings_of
    from collegium.cli.printing import say
    from engine.directory import Secretariat
    from engine.errors import Refused

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(f"{zone!r} is no time zone such as Europe/Amsterdam", param_hint="--zone") from None
    if "@" not in email:
        raise typer.BadParameter(f"{email!r} is no e-mail address", param_hint="--email")
    settings = settings_of(ctx)
    with build(settings) as app, app.store.write() as work:
        before = next((each for each in work.people.secretariats() if each.id == office), None)
        if before is not None and not update:
            raise Refused(
                f"Can't set up {name}", [f"there is an office {office} already: {before.name} (see --update)"]
            )
        record = Secretariat(
            id=office, name=name, email=email, phone=phone, zone=zone, base_url=base_url or settings.base_url
        )
        work.people.put_secretariat(record)
        kind = "office_changed" if before else "office_made"
        work.record(f"office:{office}", kind, {"name": name, "email": email}, moment_of(ctx, zone))
        work.commit()
    say(f"{settings.database} holds the office {name} <{email}>. Next: collegium import FILE")


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A workbook (XLSX).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="Leave out rows with a problem.")] = False,
    language: Annotated[str, typer.Option("--language", metavar="nl|en", help="Language of the answer.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Import organisations, people, functions, ties, absences and meetings; the same file twice changes nothing.

    With any problem nothing is imported, unless bad rows are to be skipped.

    Example: collegium import people.xlsx --dry-run
    """
    from collegium.cli.desk import opened
    from collegium.cli.printing import say, say_json, warn
    from collegium.workbook import Directory, apply, read

    with opened(ctx) as desk, desk.app.store.write() as work:
        known = Directory.of(work.people, desk.office.id)
        reading = read(file, known=known, more=_own_words(desk.app.settings.definitions), skip_bad_rows=skip_bad_rows)
        problems = [f"{each.place(language)}: {each.says(language)}".removeprefix(": ") for each in reading.problems]
        report = None
        if reading.workbook is not None:
            report = apply(reading.workbook, work.people, desk.office.id, gates=work.definitions)
            if not dry_run and report.changes:
                work.record(f"import:{desk.office.id}", "imported", {"file": file.name, **report.data()}, desk.now)
                work.commit()
    if as_json:
        say_json({"imported": report.data() if report else None, "dry_run": dry_run, "problems": problems})
    else:
        for problem in problems:
            warn(problem)
        for line in report.lines(language) if report else ("Nothing was imported.",):
            say(line)
        if dry_run and report:
            say("This was a dry run: nothing was changed.")
    if report is None:
        raise typer.Exit(1)


def _own_words(folder: str) -> dict[str, list[str]]:
    """Roles, seats and gates of the office's own processes, which a workbook may name."""
    from workflows import loader

    own = Path(folder) if folder else None
    words: dict[str, list[str]] = {"roles": [], "gates": []}
    for path in sorted(own.glob("*/process.yaml")) if own else ():
        definition = loader.load(path.parent).definition
        if definition is not None:
            words["roles"] += [*definition.roles, *definition.seats]
            words["gates"] += definition.gates
    return words
