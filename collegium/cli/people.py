"""`people`: who is there. Import and export, lists, and changes of one person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collegium.cli import people_changes, people_import, people_list
from collegium.cli.options import AsJson, Language
from collegium.speech import counted, t
from engine.saying import said

Force = Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None,
        help="Organisations and people: import and export, lists, and changes of one person.\n\n"
        "Example: collegium people import people.xlsx --dry-run",
    )  # fmt: skip
    group.command("template")(template)
    group.command("import")(people_import.import_)
    group.command("export")(export)
    group.command("list")(people_list.list_)
    group.command("show")(people_list.show)
    group.command("change")(people_changes.change)
    group.command("away")(people_changes.away)
    group.command("back")(people_changes.back)
    app.add_typer(group, name="people")


def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", dir_okay=False, help="The workbook to make.")],
    language: Language = "",
    force: Force = False,
) -> None:
    """Make a workbook to fill in: sheets with explanation, lists of choices and an example each.

    Example: collegium people template people.xlsx
    """
    from collegium.cli.printing import say
    from collegium.workbook import template as empty

    _write(file, empty(language), force=force)
    say(t("workbook_ready", file=file))


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", dir_okay=False, help="The workbook to make.")],
    language: Language = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write all organisations and people into a workbook that can be imported again.

    The workbook holds personal data: keep it as carefully as the database, and no longer than it is needed.

    Example: collegium people export people.xlsx
    """
    from collegium.cli.desk import opened
    from collegium.cli.people_import import gates_of
    from collegium.cli.printing import say, say_json
    from collegium.process_words import ProcessWords
    from collegium.workbook import Directory
    from collegium.workbook import export as workbook

    with opened(ctx) as desk, desk.app.store.read() as work:
        named = gates_of(ProcessWords(desk.app.settings.definitions))
        directory = Directory.of(work.people, desk.office.id, gates=work.definitions, named=named)
    _write(file, workbook(directory, language), force=force)
    counts = {"organisations": len(directory.organisations), "people": len(directory.persons)}
    if as_json:
        say_json({"file": str(file), **counts})
        return
    organisations, people = counted("organisations", counts["organisations"]), counted("people", counts["people"])
    say(t("workbook_holds", file=file, organisations=organisations, people=people))


def _write(file: Path, content: bytes, *, force: bool) -> None:
    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter(said("{file} must end in .xlsx", file=file), param_hint="FILE")
    if file.exists() and not force:
        raise typer.BadParameter(said("{file} is there already; --force overwrites it", file=file), param_hint="FILE")
    file.write_bytes(content)
