"""`outbox tomorrow`: what will be mailed if nobody does anything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from collegium.cli.options import AsJson, Language

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from collegium.forecast import Forecast, Foreseen
    from engine.ports import UnitOfWork


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("tomorrow")(tomorrow)


def tomorrow(
    ctx: typer.Context,
    on: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="Until the end of this day, in place of tomorrow.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Tell which mails go out until the end of tomorrow, to whom, when and by which rule, if nobody does anything.

    Example: collegium outbox tomorrow --date 2027-03-31
    """
    from collegium.cli.answers import day
    from collegium.cli.desk import opened
    from collegium.cli.printing import say_json
    from collegium.forecast import end_of, forecast

    with opened(ctx) as desk:
        zone = ZoneInfo(desk.office.zone)
        last = day(on, "--date") if on else desk.now.astimezone(zone).date() + timedelta(days=1)
        until = end_of(last, desk.office.zone)
        if until <= desk.now:
            raise typer.BadParameter(f"{last} is over", param_hint="--date")
        found = forecast(desk.app, desk.office.id, desk.now, until)
        with desk.app.store.read() as work:
            rows = [_row(desk, work, each, language) for each in found.mails]
    facts = {
        "until": until.isoformat(), "mails": rows, "number": len(rows), "readers": len({row["to"] for row in rows}),
        "kinds": dict(Counter(row["kind"] for row in rows)), "held": _held(found),
    }  # fmt: skip
    if as_json:
        say_json(facts)
    else:
        _print(facts)


def _row(desk: Desk, work: UnitOfWork, each: Foreseen, language: str) -> dict[str, Any]:
    from collegium.cli.mail_facts import host_of, local, name_of
    from collegium.cli.rule_words import rule_text
    from collegium.cli.words import Words

    known = set(work.cases.all_ids(desk.office.id))
    because = []
    for stored in each.notices:
        case = stored.notice.case
        rule = stored.notice.rule
        if case in known:  # a case that is still to begin has no words here yet
            rule = rule_text(Words(desk, work, work.cases.load(case), language), stored.notice)
        because.append({"rule": stored.notice.rule, "in_words": rule, "occurrence": stored.notice.occurrence,
                        "about": host_of(work, case) if case in known else case})  # fmt: skip
    return {
        "at": local(desk, each.at), "to": name_of(work, each.message.person), "address": each.message.address,
        "kind": each.message.kind, "subject": each.message.subject, "reminder": each.message.reminder,
        "because": because,
    }  # fmt: skip


def _held(found: Forecast) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "address": one.address, "subject": one.subject, "why": one.hold or "waits for approval"}
        for one in found.held
    ]


def _print(facts: dict[str, Any]) -> None:
    from collegium.cli.printing import say, say_table

    if not facts["mails"]:
        say(f"Nothing will be mailed until {facts['until'][:16]} if nobody does anything.")
    else:
        say_table(
            ("When", "To", "Subject", "Why", "About"),
            [
                (f"{row['at']:%a %Y-%m-%d %H:%M}", row["to"], row["subject"],
                 "\n".join(each["in_words"] for each in row["because"]) or row["kind"],
                 "\n".join(each["about"] for each in row["because"]))
                for row in facts["mails"]
            ],
        )  # fmt: skip
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(facts["kinds"].items()))
        say(f"{facts['number']} mails to {facts['readers']} people until {facts['until'][:16]}: {kinds}.")
        say("What people do until then changes it: who acts is not reminded.")
    if facts["held"]:
        say(f"{len(facts['held'])} mails are held and do not go: collegium outbox --state held")
