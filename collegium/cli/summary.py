"""`summary`: where do the reviews stand, told for one audience?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from collegium.cli.options import CycleName, Language
from collegium.speech import t
from engine.saying import said

if TYPE_CHECKING:
    from collegium.summaries.facts import Summary

Audience = Literal["office", "partnership", "region", "committee", "reviewer", "cycle"]
Format = Literal["md", "html", "xlsx", "pdf"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("summary")(summary)


def summary(
    ctx: typer.Context,
    audience: Annotated[Audience, typer.Option("--for", help="For whom.")] = "office",
    case: Annotated[str | None, typer.Option("--case", help="Only this case: its id, or its organisation.")] = None,
    cycle: CycleName = None,
    region: Annotated[str | None, typer.Option("--region", help="The education region, for that audience.")] = None,
    person: Annotated[
        str | None, typer.Option("--person", help="The reviewer: name, mail address or id of a person.")
    ] = None,
    language: Language = "",
    format_: Annotated[Format, typer.Option("--format", help="Markdown, HTML, a workbook or a PDF.")] = "md",
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="As it stood at the end of that day, or then: 2027-03-01T14:30."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write into this file, or into this folder.")] = None,
) -> None:
    """Write a summary for one audience: where each review stands, what is next, what has gone wrong.

    office: whom to ring, what is late, what did not arrive, what waits for a decision; partnership: one review
    (--case); region: the reviews of one region (--region); committee: what waits for advice or a decision; reviewer:
    one person's tasks, panels and visits (--person); cycle: a report on a whole round (--cycle).

    A workbook and a PDF need --out. Into a folder it is written under a name of its own.

    Example: collegium summary --for partnership --case "De Linde" --language nl --format pdf --out linde.pdf
    """
    from collegium import summaries
    from collegium.cli.desk import opened, tell_lag
    from collegium.cli.finding import case_named, person_named
    from collegium.cli.printing import say

    with opened(ctx) as desk:
        moment = moment_of(as_of, desk.office.zone, desk.now) if as_of else None
        with desk.app.store.read() as work:
            found = case_named(work, desk.office.id, case).id if case else None
            who = person_named(work, desk.office.id, person).id if person else None
            tell_lag(desk, work, min(moment or desk.now, desk.now))
        told = summaries.summarise(
            desk.app, audience=audience, case=found, cycle=cycle, region=region, person=who,
            secretariat=desk.office.id, language=language, now=desk.now, as_of=moment,
        )  # fmt: skip
        if out is None and format_ in ("md", "html"):
            return say(summaries.render(told, language, format_))
        say(t("written", file=_written(told, language, format_, out)))


def _written(told: Summary, language: str, format_: Format, out: Path | None) -> Path:
    """Where a summary stands now: in that file, or under a name of its own in that folder."""
    from collegium import summaries

    if out is None:
        raise typer.BadParameter(
            said("a {format} file cannot be shown here: name a file", format=format_), param_hint="--out"
        )
    path = out / summaries.file_name(told, language, format_) if out.is_dir() else out
    path.write_bytes(summaries.render_file(told, language, format_))
    return path


def moment_of(text: str, zone: str, now: datetime) -> datetime:
    """A moment in the office's time, of a day its last; a day or moment that has yet to begin is refused."""
    from datetime import UTC, time
    from zoneinfo import ZoneInfo

    try:
        begin = datetime.fromisoformat(text)
    except ValueError:
        reason = said("{value!r} is no day such as 2027-04-22, and no moment such as 2027-04-22T14:30", value=text)
        raise typer.BadParameter(reason, param_hint="--as-of") from None
    begin = begin if begin.tzinfo else begin.replace(tzinfo=ZoneInfo(zone))
    if begin > now:
        raise typer.BadParameter(
            said("{value} lies ahead: what will be stands in collegium show and outbox tomorrow", value=text),
            param_hint="--as-of",
        )
    whole_day = len(text) <= len("2027-04-22")
    return (datetime.combine(begin.date(), time(23, 59, 59), begin.tzinfo) if whole_day else begin).astimezone(UTC)
