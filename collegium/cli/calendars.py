"""`calendar`: somebody's dates as a file or an address to subscribe to; closing days and absences from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collegium.cli.options import AsJson, OutFile
from collegium.speech import columns, counted, day_text, known, t

if TYPE_CHECKING:
    from collegium.importing.day_files import Days
    from collegium.importing.days import Line
    from collegium.importing.taking_days import TakenDays

IGNORED = ("cancelled", "free", "partly", "outside")  # events that say nothing about whole days


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None,
        help="Somebody's dates as a calendar; closing days and absences from a calendar.\n\n"
             'Example: collegium calendar feed "Anke de Vries" --out anke.ics',
    )  # fmt: skip
    group.command("feed")(feed)
    group.command("import")(import_)
    app.add_typer(group, name="calendar")


def feed(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Name or e-mail address.")],
    out: OutFile = None,
    address: Annotated[bool, typer.Option("--address", help="Show where it can be subscribed to.")] = False,
    renew: Annotated[bool, typer.Option("--renew", help="Make a new address; the old one stops working.")] = False,
) -> None:
    """Write all dates of one person as a calendar file, or show the address to subscribe to.

    The address is a secret of that person. Who renews it also makes the links useless that stop a summary by mail.

    Example: collegium calendar feed anke@school.nl --address
    """
    from dataclasses import replace

    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say
    from collegium.feeds import address_of, feed_of

    with opened(ctx) as desk:
        with desk.app.store.write() as work:
            record = person_named(work, desk.office.id, person)
            if renew:
                record = replace(record, generation=record.generation + 1)
                work.people.put_person(record)
                work.record(f"people:{desk.office.id}", "addresses_renewed", {"person": record.id}, desk.now)
                work.commit()
        if address or renew:
            say(address_of(desk.app, desk.office, record))
            return
        data = feed_of(desk.app, record, desk.now)
    if out is None:
        typer.get_binary_stream("stdout").write(data)
        return
    out.write_bytes(data)
    say(counted("feed_written", data.count(b"BEGIN:VEVENT"), file=out, name=record.name))


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="An iCalendar file.")],
    organisation: Annotated[str | None, typer.Option("--organisation", help="Whose closing days these are.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Whose absences these are.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Also take out days in the period of the file that it does not name.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import closing days of an organisation or absences of a person; the same file twice changes nothing.

    Whole days count, and days that are taken for six hours or more between eight and six. Of absences the days are
    kept and not what they are called. Open dates of running reviews stay where they are until they are recalculated.

    Example: collegium calendar import sluitingsdagen.ics --organisation "De Linde" --dry-run
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import organisation_named, person_named
    from collegium.importing.day_files import MOST_BYTES
    from collegium.importing.taking_days import take_absences, take_closing_days

    if (organisation is None) == (person is None):
        raise typer.BadParameter("say whose days these are: --organisation NAME or --person NAME")
    with file.open("rb") as source:
        data = source.read(MOST_BYTES + 1)
    with opened(ctx) as desk, desk.app.store.write() as work:
        office = desk.office.id
        if organisation is not None:
            whose = organisation_named(work, office, organisation)
            taken = take_closing_days(desk.app, work, whose, data, desk.now, zone=desk.office.zone, remove=remove)
        else:
            someone = person_named(work, office, person or "")
            taken = take_absences(desk.app, work, someone, data, desk.now, zone=desk.office.zone, remove=remove)
        if taken.comparison.changes and not dry_run:
            work.record(f"import:{office}", "days_imported", taken.counts(), desk.now)
            work.commit()
    if as_json:
        _tell_json(taken, dry_run)
    else:
        _tell(taken, dry_run)


def _tell_json(taken: TakenDays, dry_run: bool) -> None:
    from dataclasses import asdict

    from collegium.cli.printing import say_json

    say_json({
        "whose": taken.whose,
        **taken.counts(),
        "dry_run": dry_run,
        "lines": [asdict(line) for line in taken.comparison.lines],
        "refused": [asdict(each) for each in taken.reading.refused],
        "ignored": {name: getattr(taken.reading, name) for name in IGNORED},
        "hints": taken.hints,
        "cases": [asdict(each) for each in taken.cases],
    })  # fmt: skip


def _tell(taken: TakenDays, dry_run: bool) -> None:
    from collegium.cli.printing import say, say_table, warn
    from collegium.importing.days import FATES

    shown = [line for line in taken.comparison.lines if line.fate != "unchanged"]
    if shown:
        say_table(
            columns("days_columns"),
            [(known("fate", line.fate), *_cells(line.days), _was(line)) for line in shown],
        )
    for each in taken.reading.refused:
        warn(t("days_refused", name=each.name or t("days_nameless"), when=each.when, why=each.why))
    for hint in taken.hints:
        warn(t("days_hint", hint=hint))
    counts = ", ".join(f"{taken.comparison.count(fate)} {known('fate', fate)}" for fate in FATES)
    say(t("days_counted", whose=taken.whose, counts=counts, refused=len(taken.reading.refused)))
    ignored = {name: number for name in IGNORED if (number := getattr(taken.reading, name))}
    if ignored:
        say(
            t("days_left_out", what=", ".join(f"{number} {known('ignored', name)}" for name, number in ignored.items()))
        )
    if taken.comparison.count("kept"):
        say(t("days_kept"))
    _tell_cases(taken, dry_run)
    if dry_run:
        say(t("dry_run"))


def _tell_cases(taken: TakenDays, dry_run: bool) -> None:
    from collegium.cli.printing import say

    if not taken.comparison.changes:
        return
    moving = [each for each in taken.cases if each.moves != 0]
    if not moving:
        say(t("days_none_move"))
        return
    say(t("days_would_stay" if dry_run else "days_stay"))
    for each in moving:
        dates = t("days_uncounted") if each.moves is None else counted("days_move", each.moves)
        say("  " + t("days_case", host=each.host, dates=dates, case=each.case))


def _cells(days: Days) -> tuple[str, str, str]:
    return day_text(days.first), day_text(days.last), days.name


def _was(line: Line) -> str:
    if line.was is None:
        return ""
    if (line.was.first, line.was.last) == (line.days.first, line.days.last):
        return line.was.name
    return t("days_from_to", first=day_text(line.was.first), last=day_text(line.was.last))
