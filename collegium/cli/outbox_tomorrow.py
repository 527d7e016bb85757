"""`outbox tomorrow`: what will be mailed if nobody does anything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    text: Annotated[
        int | None, typer.Option("--text", min=1, metavar="N", help="Read the mail of that number in the list.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Tell which mails go out until the end of tomorrow, to whom, when and by which rule, if nobody does anything.

    While mail is paused: which would go out if it were resumed now.

    With --text N, read one of them as it would leave; private links are not shown.

    Example: collegium outbox tomorrow --date 2027-03-31 --text 3
    """
    from collegium.cli.answers import day
    from collegium.cli.desk import opened
    from collegium.cli.mail_facts import kind_labels
    from collegium.cli.printing import say_json
    from collegium.forecast import end_of, forecast

    with opened(ctx) as desk:
        zone = desk.zone
        last = day(on, "--date") if on else desk.today + timedelta(days=1)
        until = end_of(last, desk.office.zone)
        if until <= desk.now:
            raise typer.BadParameter(said("{day} is over", day=last), param_hint="--date")
        found = _numbered(forecast(desk.app, desk.office.id, desk.now, until))
        with desk.app.store.read() as work:
            labels = kind_labels(desk, work)
            rows = [{"n": n, **_row(desk, work, each, language, labels)} for n, each in enumerate(found.mails, 1)]
    if text is not None:
        _read(found, rows, text, as_json=as_json)
        return
    facts = {
        "until": until.astimezone(zone), "paused": found.paused, "mails": rows, "number": len(rows),
        "readers": len({row["to"] for row in rows}), "kinds": dict(Counter(row["kind"] for row in rows)),
        "held": _held(found),
    }  # fmt: skip
    if as_json:
        say_json(facts)
    else:
        _print(facts)


def _numbered(found: Forecast) -> Forecast:
    """In an order that is the same when it is asked again: ids of mails are made anew each time."""
    from dataclasses import replace

    def place(each: Foreseen) -> tuple[Any, ...]:
        return each.at, each.message.address, each.message.kind, each.message.subject

    return replace(found, mails=tuple(sorted(found.mails, key=place)))


def _read(found: Forecast, rows: Sequence[dict[str, Any]], number: int, *, as_json: bool) -> None:
    """One mail as it would leave, as `outbox show` tells those that are written."""
    from collegium.cli.mail_facts import readable
    from collegium.cli.printing import say, say_json
    from collegium.speech import moment_text, t

    if number > len(rows):
        raise typer.BadParameter(
            said("the list has {n} mails, and none of number {number}", n=len(rows), number=number),
            param_hint="--text",
        )
    row, message = rows[number - 1], found.mails[number - 1].message
    body = readable(message.text)
    if as_json:
        say_json({**row, "attachments": [each.name for each in message.attachments], "body": body})
        return
    say(t("mail_to", to=row["to"], address=row["address"]))
    say(t("mail_subject", subject=row["subject"]))
    say(t("mail_leaves", at=moment_text(row["at"], row["at"].tzinfo)))
    for attachment in message.attachments:
        say(t("mail_with", name=attachment.name, type=attachment.media_type))
    say()
    say(body)


def _row(desk: Desk, work: UnitOfWork, each: Foreseen, language: str, labels: dict[str, str]) -> dict[str, Any]:
    from collegium.cli.mail_facts import host_of, local, name_of
    from collegium.cli.rule_words import rule_text
    from collegium.cli.words import Words
    from collegium.speech import known

    there = set(work.cases.all_ids(desk.office.id))
    because = []
    for stored in each.notices:
        case = stored.notice.case
        rule = stored.notice.rule
        if case in there:  # a case that is still to begin has no words here yet
            rule = rule_text(Words(desk, work, work.cases.load(case), language), stored.notice)
        because.append({"rule": stored.notice.rule, "in_words": rule, "occurrence": stored.notice.occurrence,
                        "about": host_of(work, case) if case in there else case})  # fmt: skip
    return {
        "at": local(desk, each.at), "to": name_of(work, each.message.person), "address": each.message.address,
        "kind": each.message.kind, "label": labels.get(each.message.kind) or known("mail_kind", each.message.kind),
        "subject": each.message.subject, "reminder": each.message.reminder,
        "because": because,
    }  # fmt: skip


def _held(found: Forecast) -> list[dict[str, Any]]:
    from collegium.cli.mail_facts import worded
    from collegium.speech import t

    return [
        {
            "id": one.id,
            "address": one.address,
            "subject": one.subject,
            "why": worded(one.hold) or t("waits_for_approval"),
        }
        for one in found.held
    ]


def _print(facts: dict[str, Any]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, counted, moment_text, t

    until = moment_text(facts["until"], facts["until"].tzinfo)
    if facts["paused"]:
        say(t("tomorrow_paused"))
    if not facts["mails"]:
        say(t("nothing_until", until=until))
    else:
        say_table(
            columns("tomorrow_columns"),
            [
                (str(row["n"]), moment_text(row["at"], row["at"].tzinfo), row["to"], row["subject"],
                 "\n".join(each["in_words"] for each in row["because"]) or row["label"],
                 "\n".join(each["about"] for each in row["because"]))
                for row in facts["mails"]
            ],
        )  # fmt: skip
        labels = {row["kind"]: row["label"] for row in facts["mails"]}
        kinds = ", ".join(f"{labels[kind]} ({number})" for kind, number in sorted(facts["kinds"].items()))
        mails, people = counted("mails", facts["number"]), counted("people", facts["readers"])
        say(t("tomorrow_summed", mails=mails, people=people, until=until, kinds=kinds))
        say(t("tomorrow_changes"))
    if facts["held"]:
        say(counted("tomorrow_held", len(facts["held"])))
