"""`backup`, `restore` and `upgrade`: an installation in one file, back from it, and on to newer software."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from collegium.cli.options import AsJson
from collegium.speech import counted, moment_text, t
from engine.saying import said


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("upgrade")(upgrade)


def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="[TARGET]", help="A new file, or a folder.")] = Path(),
    check: Annotated[bool, typer.Option("--check", help="Write nothing: read the backup TARGET and check it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the database and the key behind private links into one file, while `run` goes on, and check it.

    The file holds personal data and a key: only its owner may read it. Keep it on another machine.

    Example: collegium backup /media/backups
    """
    from collegium.cli.desk import moment_of
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say, say_json
    from collegium.keeping import backup as keeping
    from collegium.keeping.restoring import STREAM
    from storage.unit_of_work import SqlStore

    if check:
        contents, found = keeping.read_contents(target), keeping.faults(target)
        if as_json:
            say_json({"file": str(target), "made_at": contents.made_at, "faults": found})
        else:
            for fault in found:
                say(fault)
            known = {
                "made_at": _local(contents.made_at),
                "cases": counted("cases", contents.cases),
                "histories": contents.histories,
            }
            say(t("backup_broken" if found else "backup_whole", file=target, **known))
        if found:
            raise typer.Exit(1)
        return
    settings, now = settings_of(ctx), moment_of(ctx)
    made = keeping.make(settings, target, now.astimezone(_zone(settings.database)))
    store = SqlStore(settings.database)
    try:
        with store.write() as work:
            work.record(STREAM, "backup_made", {"size": made.size, "cases": made.contents.cases}, now)
            work.commit()
    finally:
        store.close()
    if as_json:
        say_json({"file": str(made.path), "bytes": made.size, "cases": made.contents.cases})
        return
    say(t("backup_made", file=made.path, size=-(-made.size // 1000), cases=counted("cases", made.contents.cases)))


def _zone(database: str) -> ZoneInfo:
    """The zone of the office, so that a backup has the time of its clock; Amsterdam where there is none yet."""
    from storage.unit_of_work import SqlStore

    store = SqlStore(database)
    try:
        with store.read() as work:
            return ZoneInfo(next((each.zone for each in work.people.secretariats()), "Europe/Amsterdam"))
    finally:
        store.close()


def _local(made_at: str) -> str:
    """When a backup was made, on the clock on which it was."""
    moment = datetime.fromisoformat(made_at)
    return moment_text(moment, moment.tzinfo)


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that `backup` wrote.")],
    mail_goes_on: Annotated[
        bool,
        typer.Option("--mail-goes-on", help="Nothing was mailed since the backup: hold no mail back."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into a fresh place: the database of the settings, which must not exist yet.

    A backup does not know what was mailed after it was made. So that nobody gets a mail twice, what was ready then and
    what falls due up to now is held until the office lets it go (`outbox --state held`).

    Example: collegium --database /srv/new/collegium.db restore collegium-2027-03-01T090000.zip
    """
    from collegium.cli.desk import moment_of
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say, say_json
    from collegium.keeping.restoring import restore as put_back

    done = put_back(source, settings_of(ctx), moment_of(ctx), mail_goes_on=mail_goes_on)
    if as_json:
        say_json({"database": str(done.database), "cases": done.contents.cases, "held": done.held})
        return
    say(
        t(
            "restored",
            database=done.database,
            made_at=_local(done.contents.made_at),
            cases=counted("cases", done.contents.cases),
        )
    )
    if done.upgraded:
        say(t("restored_upgraded"))
    if not mail_goes_on:
        say(counted("restored_held", done.held))
    say(t("restored_next"))


def upgrade(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    without_backup: Annotated[bool, typer.Option("--without-backup", help="Make no backup first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the tables to the version of this software, after a backup beside the database; `run` must be stopped.

    Example: collegium upgrade --dry-run
    """
    from collegium.cli.desk import NoDatabase, moment_of
    from collegium.cli.options import settings_of
    from collegium.cli.printing import say, say_json
    from collegium.keeping import upgrading

    settings = settings_of(ctx)
    file = settings.database_file
    if file is not None and not file.exists():
        raise NoDatabase(said("There is no database {file}: `collegium init` makes one", file=file))
    done = (
        upgrading.planned(settings)
        if dry_run
        else upgrading.upgrade(settings, moment_of(ctx), without_backup=without_backup)
    )
    if as_json:
        steps = [{"revision": name, "does": says} for name, says in done.steps]
        say_json({"since": done.since, "to": done.to, "steps": steps, "backup": str(done.backup or "") or None})
        return
    if not done.steps:
        say(t("tables_current", version=done.to))
        return
    for name, says in done.steps:
        say(f"{name}: {says}")
    if dry_run:
        say(t("dry_run"))
        return
    kept = [t("tables_backup", file=done.backup)] if done.backup else []
    say(" ".join([t("tables_upgraded", version=done.to), *kept]))
