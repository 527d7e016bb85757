"""`due`: what must be done, by whom, and when; what is late comes first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, CycleName, Language

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from collegium.cli.words import Words
    from engine.ports import UnitOfWork


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("due")(due)


def due(
    ctx: typer.Context,
    days: Annotated[int, typer.Option("--days", min=0, help="How many days to look ahead.")] = 14,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    cycle: CycleName = None,
    person: Annotated[str | None, typer.Option("--who", help="Only the tasks of this person.")] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """List open tasks that are late or due soon, with whom to ring; then who is expected in two places at once,
    and which dates no longer fit.

    Example: collegium due --days 7
    """
    from collegium.cli.cases import loaded
    from collegium.cli.desk import reading
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json, warn
    from collegium.cli.words import Words, task_facts
    from collegium.speech import counted, t

    rows: list[dict[str, Any]] = []
    amiss: list[dict[str, Any]] = []
    chosen: set[str] = set()
    with reading(ctx) as (desk, work):
        wanted = person_named(work, desk.office.id, person).id if person else None
        for case, round_ in loaded(desk, work, cycle):
            if case.closed:
                continue
            chosen.add(case.id)
            words = Words(desk, work, case, language)
            own = {each.key for each in work.people.participants(case.id) if each.person == wanted}
            last = words.day(desk.now) + timedelta(days=days)
            for item in case.open_tasks():
                facts = {"case": case.id, "host": words.host, "cycle": round_, **task_facts(words, item)}
                soon = facts["due"] is not None and facts["due"] <= last and not item.quiet and not overdue
                if (facts["late"] or soon) and (wanted is None or own & set(item.assignees)):
                    phones = [words.phone(who) for who in item.assignees]
                    rows.append(facts | {"phones": phones, "paused": case.paused is not None})
            amiss += _outside(words, own if wanted is not None else None)
        amiss = [] if overdue else [*_twice(desk, work, chosen, wanted, language), *amiss]
    rows.sort(key=lambda row: (row["due"], row["host"], row["key"]))
    if as_json:
        say_json(rows)
    elif rows:
        _tell(rows)
    else:
        say(t("nothing_late") if overdue else counted("nothing_due", days))
    for each in amiss:
        (warn if as_json else say)(f"! {each['text']}")


def _outside(words: Words, own: set[str] | None) -> list[dict[str, Any]]:
    """Which dates of a case lie outside their windows; `own`: only where one of these is asked for another day."""
    from collegium.cli.outside_words import still_outside

    asked = [each for each in words.case.open_tasks() if each.name == "outside_window"]
    return still_outside(words) if own is None or any(own & set(each.assignees) for each in asked) else []


def _twice(desk: Desk, work: UnitOfWork, cases: set[str], person: str | None, language: str) -> list[dict[str, Any]]:
    """Who of these cases is expected in two places at once; `person`: only they."""
    from collegium.clashes import Clashes
    from collegium.cli.clash_words import clash_facts

    found = Clashes(work, desk.app.library, desk.app.worlds, desk.now).of_office(desk.office.id)
    found = [each for each in found if cases & {each.first.case, each.second.case}]
    return clash_facts(desk, work, [each for each in found if person in (None, each.person)], language)


def _tell(rows: list[dict[str, Any]]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, counted, day_text, t

    say_table(
        columns("due_columns"),
        [
            (day_text(row["due"]), row["host"], row["label"], "\n".join(row["who"]) or t("nobody"),
             "\n".join(row["phones"]), _notes(row), row["case"][:8])
            for row in rows
        ],
    )  # fmt: skip
    say(counted("due_summed", len(rows), late=sum(row["late"] for row in rows)))


def _notes(row: dict[str, Any]) -> str:
    from collegium.speech import t

    marks = {"LATE": row["late"], "case_paused": row["paused"], "waits_for_signature": row["state"] == "signing",
             "optional": row["optional"]}  # fmt: skip
    return "; ".join([*(t(name) for name, holds in marks.items() if holds), *row["flags"]])
