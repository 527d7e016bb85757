"""`export`, `erase` and `retention`: what is known of somebody or of a case, and what is removed in time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collegium.cli.options import AsJson, Language, not_blank
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collegium.keeping.personal_data import Erasure


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("export")(export)
    app.command("erase")(erase)
    group = typer.Typer(
        invoke_without_command=True, callback=retention, no_args_is_help=False, rich_markup_mode=None,
        help="What is past its term, and which cases are exempted.\n\nExample: collegium retention",
    )  # fmt: skip
    group.command("exempt")(exempt)
    group.command("end-exemption")(end_exemption)
    app.add_typer(group, name="retention")


def export(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option("--person", help="Everything about this person (AVG, art 15).")] = None,
    case: Annotated[str | None, typer.Option("--case", help="Everything of this case, its history too.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist yet.")] = Path("export.json"),
    language: Language = "",
) -> None:
    """Write all that the database holds about a person, or of a case, into a file that people and programs can read.

    Texts in which others speak of somebody are not in it: `erase --dry-run` lists those that name them.

    Example: collegium export --person petra@school.example --out petra.json
    """
    import json
    import os

    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, person_named
    from collegium.cli.printing import say
    from collegium.keeping import case_export, personal_data
    from collegium.speech import t
    from engine.errors import Refused

    if (person is None) == (case is None):
        raise typer.BadParameter("name either a person or a case", param_hint="--person/--case")
    with reading(ctx) as (desk, work):
        if person is not None:
            record = person_named(work, desk.office.id, person)
            told = personal_data.about(work, desk.app.library, record, language)
            what = t("export_of_person", name=record.name, cases=len(told["cases"]), mails=len(told["mails"]))
        else:
            found = case_named(work, desk.office.id, case or "")
            told = case_export.of(work, desk.app.library, found, language)
            events, answers = len(told["history"]), len(told["answers"])
            what = t("export_of_case", host=told["host"], events=events, answers=answers)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            "Can't write the export", [said("{file} exists already; give another name with --out", file=out)]
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(told, stream, indent=2, ensure_ascii=False)
    say(t("export_written", file=out, what=what))


def erase(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="Address or name of the person.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why; kept in the record, so name nobody.", callback=not_blank)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what stands in the way, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person (AVG, article 17).

    All rows that name them are removed; the histories stay whole, they know only keys. Refused while the person takes
    part in an open case: substitute them first. Texts of others that still name them are listed, for you to look at.
    The file of the database is written anew, so that nothing is left on free pages.

    Example: collegium erase petra@school.example --reason "asked for it" --dry-run
    """
    from dataclasses import asdict

    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json, warn
    from collegium.keeping import personal_data
    from collegium.speech import spoken, t
    from storage.snapshots import wipe_freed

    with opened(ctx) as desk, desk.app.store.write() as work:
        record = person_named(work, desk.office.id, person)
        done = personal_data.erase(work, desk.app.library, record, reason, desk.now, language=spoken())
        if not dry_run:
            work.commit()
        file = desk.app.settings.database_file
    wiped = dry_run or file is None or wipe_freed(file)
    if as_json:
        named = [asdict(each) for each in done.named_in]
        say_json({"removed": dict(done.removed), "named_in": named, "wiped": wiped and not dry_run, "dry_run": dry_run})
        return
    say(t("erase_counted", name=record.name, **done.removed))
    for line in _named_in(done):
        say(line)
    if not wiped:
        warn(t("erase_not_wiped"))
    say(t("erase_stays"))
    say(t("dry_run" if dry_run else "erased"))


def _named_in(done: Erasure) -> Iterator[str]:
    from collegium.speech import t

    if done.named_in:
        yield t("erase_named_in")
    for each in done.named_in:
        yield "  " + t(f"erase_in_{each.kind}", id=each.id, about=each.about or "-")


def retention(
    ctx: typer.Context,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it now, not on Saturday night.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is past its term and will be removed in the coming Saturday night, and which cases are exempted.

    Example: collegium retention
    """
    if ctx.invoked_subcommand is not None:
        return
    from collections import Counter

    from collegium.case_names import host_name
    from collegium.cli.desk import opened
    from collegium.cli.printing import say, say_json
    from collegium.keeping.retention import Retention, terms
    from collegium.speech import counted, day_text, t

    with opened(ctx) as desk, desk.app.store.write() as work:
        duty = Retention(desk.app.store, desk.app.library, desk.app.worlds, terms(desk.app.settings))
        found = duty.remove(work, desk.now) if remove else duty.found(work, desk.now)
        exempted = work.keeping.holds()
        hosts = {each.case: host_name(work, work.cases.load(each.case)) for each in exempted}
        if remove:
            work.commit()
    numbers = Counter({(one.kind, one.rule): 0 for one in found})
    for one in found:
        numbers[one.kind, one.rule] += len(one.rows)
    if as_json:
        rows = [{"kind": kind, "rule": rule, "number": n} for (kind, rule), n in sorted(numbers.items())]
        say_json({"removed" if remove else "past": rows, "exempted": [each.case for each in exempted]})
        return
    for (kind, rule), number in sorted(numbers.items()):
        say(f"{counted(f'past.{kind}', number)} ({rule})")
    say(counted("past_removed" if remove else "past_term", sum(numbers.values())))
    for each in exempted:
        since, host = day_text(desk.day(each.since)), hosts[each.case]
        say(t("exempted", since=since, host=host, case=each.case, reason=each.reason))


def exempt(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(help="A case, by its organisation or id.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why nothing of it may be removed, such as an appeal.", callback=not_blank)
    ],
) -> None:
    """Keep everything of a case, whatever its age, until the exemption ends.

    Example: collegium retention exempt "De Linde" --reason "bezwaar"
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import case_named
    from collegium.cli.printing import say
    from collegium.speech import t
    from engine.retention import RetentionHold
    from storage.verify import REMOVALS

    with opened(ctx) as desk, desk.app.store.write() as work:
        found = case_named(work, desk.office.id, case)
        work.keeping.put_hold(RetentionHold(case=found.id, reason=reason, since=desk.now))
        work.record(REMOVALS, "exempted", {"case": found.id, "reason": reason}, desk.now)
        work.commit()
    say(t("exemption_made", case=found.id))


def end_exemption(
    ctx: typer.Context, case: Annotated[str, typer.Argument(help="A case, by its organisation or id.")]
) -> None:
    """Let the terms hold for a case again.

    Example: collegium retention end-exemption "De Linde"
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import case_named
    from collegium.cli.printing import say
    from collegium.speech import t
    from engine.errors import Refused
    from storage.verify import REMOVALS

    with opened(ctx) as desk, desk.app.store.write() as work:
        found = case_named(work, desk.office.id, case)
        if not work.keeping.drop_hold(found.id):
            raise Refused("Can't end the exemption", [said("the case {id} is not exempted", id=found.id)])
        work.record(REMOVALS, "exemption_ended", {"case": found.id}, desk.now)
        work.commit()
    say(t("exemption_over", case=found.id))
