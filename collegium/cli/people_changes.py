"""`people change`, `away` and `back`: one person has another address, or is not there for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from collegium.cli.options import AsJson
from collegium.cli.people_list import Person
from collegium.speech import counted, day_text, known, t

if TYPE_CHECKING:
    pass


def change(
    ctx: typer.Context,
    person: Person,
    name: Annotated[str | None, typer.Option("--name", help="The name, in full.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Such as mevrouw, de heer or dr.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="A new address; it counts as reachable.")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="The phone number.")] = None,
    reference: Annotated[str | None, typer.Option("--number", help="The office's own number.")] = None,
    mail_language: Annotated[
        str | None, typer.Option("--mail-language", metavar="nl|en", help="The language of mails.")
    ] = None,
    informal: Annotated[bool | None, typer.Option("--informal/--formal", help="Addressed with je, or with u.")] = None,
    reachable: Annotated[
        bool | None, typer.Option("--reachable/--unreachable", help="Whether mail may go to the address.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change what is known of one person.

    Example: collegium people change petra@oud.nl --email petra@nieuw.nl
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json
    from collegium.importing.changing import changed

    wanted = {
        "name": name, "title": title, "email": email, "phone": phone, "reference": reference,
        "language": mail_language, "informal": informal, "reachable": reachable,
    }  # fmt: skip
    wanted = {field: value for field, value in wanted.items() if value is not None}
    if not wanted:
        raise typer.BadParameter("say what changes, such as --email", param_hint="PERSON")
    with opened(ctx) as desk, desk.app.store.write() as work:
        before = person_named(work, desk.office.id, person)
        now = changed(before, wanted, work.people.persons(desk.office.id))
        fields = [field for field in wanted if getattr(now, field) != getattr(before, field)]
        if now != before:
            work.people.put_person(now.reached_anew(before, desk.now))
            work.record(f"people:{desk.office.id}", "person_changed", {"fields": fields}, desk.now)
            work.commit()
    if as_json:
        say_json({"person": now.name, "changed": fields})
        return
    for field in fields:
        say(f"{known('person', field)}: {_said(getattr(before, field))} -> {_said(getattr(now, field))}")
    say(t("person_changed" if fields else "person_same", name=now.name))


def _said(value: object) -> str:
    return t("yes" if value else "no") if isinstance(value, bool) else str(value or "-")


def away(
    ctx: typer.Context,
    person: Person,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="The first day: 2027-03-01.")],
    last: Annotated[str, typer.Argument(metavar="LAST", help="The last day.")],
    substitute: Annotated[
        str | None, typer.Option("--substitute", metavar="PERSON", help="Who looks after the work meanwhile.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Such as leave; no medical data.")] = "",
    as_json: AsJson = False,
) -> None:
    """Somebody is away: mail waits or goes to the substitute, and dates that count with it can be moved.

    Example: collegium people away petra@voorbeeld.nl 2027-03-01 2027-03-12 --substitute paul@voorbeeld.nl
    """
    from collegium.cli.answers import day
    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.leave_words import falls_in_leave
    from collegium.cli.printing import say, say_json
    from collegium.importing.changing import with_absence
    from engine.directory import Absence

    begin, end = day(first, "FIRST"), day(last, "LAST")
    with opened(ctx) as desk, desk.app.store.write() as work:
        record = person_named(work, desk.office.id, person)
        other = person_named(work, desk.office.id, substitute) if substitute else None
        absence = Absence(first=begin, last=end, why=why, substitute=other.id if other else None)
        now = with_absence(record, absence)
        lines, others = falls_in_leave(desk, work, now, absence)
        lines += [counted("away_others", len(others), hosts=", ".join(others))] if others else []
        if now != record:
            work.people.put_person(now)
            work.record(f"people:{desk.office.id}", "absence_noted", {"first": begin, "last": end}, desk.now)
            work.commit()
    if as_json:
        say_json({"person": now.name, "first": begin, "last": end, "concerned": lines})
        return
    days = {"first": day_text(begin), "last": day_text(end)}
    if other is not None:
        say(t("is_away_substitute", name=now.name, other=other.name, **days))
    else:
        say(t("is_away", name=now.name, **days))
    for line in lines:
        say(f"  {line}")
    if lines:
        say(t("dates_stay"))


def back(
    ctx: typer.Context,
    person: Person,
    first: Annotated[
        str | None, typer.Option("--first", metavar="DAY", help="Take back the absence that begins on this day.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Somebody is back today, or does not go away after all.

    Example: collegium people back petra@voorbeeld.nl
    """
    from collegium.cli.answers import day
    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json
    from collegium.importing.changing import without_absence

    with opened(ctx) as desk, desk.app.store.write() as work:
        record = person_named(work, desk.office.id, person)
        now, ended = without_absence(record, desk.today, day(first, "--first") if first else None)
        work.people.put_person(now)
        work.record(f"people:{desk.office.id}", "absence_ended", {"first": ended.first}, desk.now)
        work.commit()
    if as_json:
        say_json({"person": now.name, "first": ended.first, "absences": [each.first for each in now.absences]})
        return
    say(t("is_back", name=now.name, first=day_text(ended.first), last=day_text(ended.last)))
