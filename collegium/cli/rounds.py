"""`rounds`: which rounds are there, how much of each still runs, and by which day must they have ended?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from engine.ports import Cycle, UnitOfWork


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("rounds")(rounds)


def rounds(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[ROUND]", help="Only this round.")] = "",
    end_by: Annotated[
        str, typer.Option("--end-by", help="All of this round must have ended on that day; `none` takes it back.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the rounds: how many of their cases run, by which day they must have ended, and what is planned later.

    The weekly overview of the office tells of a round from eight weeks before that day on.

    Example: collegium rounds "Ronde 2027" --end-by 2028-06-30
    """
    from collegium.cli.desk import opened, tell_lag
    from collegium.cli.printing import say, say_json, say_table
    from collegium.speech import columns, day_text, t

    with opened(ctx) as desk:
        if end_by:
            _set(desk, name, end_by)
        with desk.app.store.read() as work:
            tell_lag(desk, work, desk.now)
            rows = _rows(desk, work, name)
    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("no_rounds"))
        return
    say_table(
        columns("rounds_columns"),
        [
            (row["name"], row["process_label"], day_text(row["launched"]), str(row["cases"]), str(row["running"]),
             day_text(row["end_by"]) if row["end_by"] else "", ", ".join(row["later"]))
            for row in rows
        ],
    )  # fmt: skip


def _set(desk: Desk, name: str, text: str) -> None:
    """Raises BadParameter where no round is named, or that is no day."""
    from collegium.round_ends import set_end

    if not name:
        raise typer.BadParameter(said("name the round of which this is the day"), param_hint="--end-by")
    day = None if text == "none" else day_given(desk, text)
    with desk.app.store.write() as work:
        set_end(work, round_named(desk, work, name), day, desk.now)
        work.commit()


def day_given(desk: Desk, text: str) -> date:
    """The day by which a round must have ended. Raises BadParameter where it is none, or not ahead."""
    from engine.offsets import local

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            said("{value!r} is no day such as 2027-04-22", value=text), param_hint="--end-by"
        ) from None
    if day <= local(desk.now, desk.office.zone).day:
        message = said("all of a round cannot have ended on {day}: that is not ahead", day=day)
        raise typer.BadParameter(message, param_hint="--end-by")
    return day


def round_named(desk: Desk, work: UnitOfWork, name: str) -> Cycle:
    """A round by its id or name."""
    from collegium.cli.finding import chosen

    found = work.definitions.cycles(desk.office.id)
    return next((each for each in found if name in (each.id, each.name)), None) or chosen(
        name, [(each.name, each) for each in found], "round"
    )


def _rows(desk: Desk, work: UnitOfWork, name: str) -> list[dict[str, Any]]:
    from collegium.round_ends import round_ends
    from collegium.speech import spoken
    from collegium.summaries.facts import gather
    from engine.offsets import local

    cycles = [round_named(desk, work, name)] if name else work.definitions.cycles(desk.office.id)
    ids = [case for each in cycles for case in work.cases.all_ids(desk.office.id, each.id)]
    found = gather(desk.app, work, desk.office, ids, desk.now, past=False).cases
    ends = {each.cycle.id: each for each in round_ends({each.id: each for each in cycles}, found)}
    return [
        {
            "round": each.id,
            "name": each.name,
            "process": each.process,
            "process_label": desk.app.library.get(work, each.process, each.process_version, each.behaviour)[1].label(
                "process", each.process, spoken()
            ),
            "launched": local(each.launched_at, desk.office.zone).day,
            "cases": sum(case.cycle == each.id for case in found),
            "running": sum(case.cycle == each.id and not case.ended for case in found),
            "end_by": each.ends_by,
            "later": list(dict.fromkeys(ends[each.id].later)) if each.id in ends else [],
        }
        for each in cycles
    ]
