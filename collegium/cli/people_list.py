"""`people list` and `people show`: who is there, where they work, and whether mail reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson
from collegium.speech import columns, counted, day_text, known, spoken, t

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from collegium.cli.desk import Desk
    from collegium.process_words import ProcessWords
    from engine.directory import Absence, Membership, PersonRecord
    from engine.ports import UnitOfWork

Person = Annotated[str, typer.Argument(metavar="PERSON", help="E-mail address, name or id.")]


def list_(
    ctx: typer.Context,
    organisation: Annotated[str | None, typer.Option("--organisation", help="Who works at this organisation.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="Who has this role today, such as contact.")] = None,
    unreachable: Annotated[bool, typer.Option("--unreachable", help="Whom no mail reaches.")] = False,
    away: Annotated[bool, typer.Option("--away", help="Who is away today or later.")] = False,
    mail_language: Annotated[
        str | None, typer.Option("--mail-language", metavar="nl|en", help="Whose mail is in this language.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List people with their functions of today; several options narrow the list.

    Example: collegium people list --role contact --unreachable
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import organisation_named
    from collegium.process_words import ProcessWords

    with opened(ctx) as desk, desk.app.store.read() as work:
        place = organisation_named(work, desk.office.id, organisation) if organisation else None
        today = desk.today
        held = _functions(work, today)
        names = {each.id: each.name for each in work.people.organisations(desk.office.id)}
        words = ProcessWords(desk.app.settings.definitions)
        everybody = {each.id for each in work.people.persons(desk.office.id)}
        theirs = (one for person, each in held.items() if person in everybody for one in each)
        roles = _roles(role, theirs, words) if role is not None else None
        rows = [
            _row(desk, person, functions, names, words)
            for person in sorted(work.people.persons(desk.office.id), key=lambda each: (each.family, each.name))
            if _wanted(functions := held.get(person.id, []), place.id if place else None, roles)
            and (not unreachable or not person.reachable)
            and (not away or _coming(person, today))
            and mail_language in (None, person.language)
        ]
    _print_people(rows, as_json=as_json)


def _print_people(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    from collegium.cli.printing import say, say_json, say_table
    from notifications.addresses import as_read

    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("nobody_such"))
        return
    say_table(
        columns("people_columns"),
        [
            (row["name"], as_read(row["email"]), "\n".join(row["functions"]), "\n".join(row["good_to_know"]))
            for row in rows
        ],
    )
    say(counted("people_summed", len(rows)))


def _functions(work: UnitOfWork, today: date) -> dict[str, list[Membership]]:
    """Person -> what they are today."""
    from collegium.roster import is_current

    held: dict[str, list[Membership]] = {}
    for each in work.people.memberships():
        if is_current(each, today):
            held.setdefault(each.person, []).append(each)
    return held


def _wanted(functions: list[Membership], place: str | None, roles: set[str] | None) -> bool:
    if place is None and roles is None:
        return True
    return any(place in (None, each.organisation) and (roles is None or each.role in roles) for each in functions)


def _roles(word: str, held: Iterable[Membership], words: ProcessWords) -> set[str]:
    """The roles that are meant by a key or a label: that of a workbook, or of a process. Raises NotFound."""
    from collegium.cli.finding import no_such
    from collegium.importing.columns import normal
    from collegium.importing.intended import column_of

    there = {each.role for each in held}
    choices = column_of("memberships", "role").choices
    found = {choice.id for choice in choices if normal(word) in {normal(each) for each in choice.words}}
    found |= {role for role in there if normal(word) == normal(role)}
    found = found or words.meant("roles", normal(word))
    if not found:
        raise no_such("role", word, (_role(role, words) for role in there))
    return found


def _row(
    desk: Desk, person: PersonRecord, functions: list[Membership], names: dict[str, str], words: ProcessWords
) -> dict[str, Any]:
    remarks = [] if person.reachable else [_unreachable(desk, person)]
    remarks += [_away(each) for each in _coming(person, desk.today)]
    return {
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "reachable": person.reachable,
        "functions": [f"{names.get(each.organisation, '?')} ({_role(each.role, words)})" for each in functions],
        "good_to_know": remarks,
    }


def _role(role: str, words: ProcessWords) -> str:
    """What a role is called: in a workbook, or else in a process."""
    from collegium.importing.intended import column_of
    from collegium.importing.problems import Called

    return Called(column=column_of("memberships", "role"), id=role, labels=words.called).says(spoken())


def _coming(person: PersonRecord, today: date) -> list[Absence]:
    return [each for each in person.absences if each.last >= today]


def _away(absence: Absence) -> str:
    why = f" ({absence.why})" if absence.why else ""
    return t("away_from", first=day_text(absence.first), last=day_text(absence.last), why=why)


def _unreachable(desk: Desk, person: PersonRecord) -> str:

    found = person.unreachable_since
    since = t("since_day", day=day_text(desk.day(found))) if found else ""
    why = f": {person.unreachable_why}" if person.unreachable_why else ""
    return t("no_mail_reaches", since=since, why=why)


def show(ctx: typer.Context, person: Person, as_json: AsJson = False) -> None:
    """Show one person: address, functions, ties, trainings, absences, and the open cases they take part in.

    Example: collegium people show petra@voorbeeld.nl
    """
    from collegium.cli.desk import reading
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json
    from notifications.addresses import as_read

    with reading(ctx) as (desk, work):
        record = person_named(work, desk.office.id, person)
        facts = _facts(desk, work, record)
    if as_json:
        say_json(facts)
        return
    say(f"{facts['name']} <{as_read(facts['email'])}>")
    for label in ("title", "form of address", "language", "phone", "number", "mail"):
        if facts[label]:
            say(f"  {known('person', label)}: {facts[label]}")
    for label in ("functions", "ties", "trainings", "expertise", "absences", "cases"):
        for at, line in enumerate(map(expertise_text, facts[label]) if label == "expertise" else facts[label]):
            head = f"{known('person', label)}:"
            say(f"  {head if at == 0 else ' ' * len(head)} {line}")


def _facts(desk: Desk, work: UnitOfWork, record: PersonRecord) -> dict[str, Any]:
    from collegium.concerned import concerns
    from collegium.process_words import ProcessWords

    words = ProcessWords(desk.app.settings.definitions)
    names = {each.id: each.name for each in work.people.organisations(desk.office.id)}
    persons = {each.id: each.name for each in work.people.persons(desk.office.id)}
    return {
        "name": record.name,
        "email": record.email,
        "title": record.title,
        "form of address": "je" if record.informal else "u",
        "language": record.language,
        "phone": record.phone,
        "number": record.reference,
        "mail": t("mail_arrives") if record.reachable else _unreachable(desk, record),
        "functions": [
            f"{_role(each.role, words)}, {names.get(each.organisation, '?')}{_period(each)}"
            for each in sorted(work.people.memberships(person=record.id), key=lambda each: str(each.since or ""))
        ],
        "ties": [
            f"{names.get(each.organisation, '?')}: {each.reason}"
            + (t("until_day", day=each.until) if each.until else "")
            for each in work.people.ties(record.id)
        ],
        "trainings": [
            t("valid_until", name=training_text(name), day=day)
            if day
            else t("valid_for_ever", name=training_text(name))
            for name, day in sorted(record.trainings.items())
        ],
        "expertise": list(record.expertise),
        "absences": [
            _away(each) + (t("substitute_is", name=persons.get(each.substitute, "?")) if each.substitute else "")
            for each in record.absences
        ],
        "cases": [
            counted("case_tasks", len(each.tasks), host=each.host, case=each.case.id)
            for each in concerns(work, desk.app.library, [record.id], desk.now)
        ],
    }


def _period(each: Membership) -> str:
    since = t("from_day", day=each.since) if each.since else ""
    return since + (t("until_day", day=each.until) if each.until else "")


def training_text(name: str) -> str:
    """A training as the heading of its column calls it; an own kind as the office wrote it."""
    from collegium.importing.columns import sheets
    from collegium.speech import spoken, t

    columns = [column for sheet in sheets() for column in sheet.columns if column.field == f"trainings.{name}"]
    return columns[0].says[spoken()].removesuffix(t("training_heading_ends")) if columns else name


def expertise_text(name: str) -> str:
    """An expertise as the workbook calls it; one of the office's own as it wrote it."""
    from collegium.importing.columns import sheets
    from collegium.speech import spoken

    choices = [each for sheet in sheets() for column in sheet.columns if column.field == "expertise"
               for each in column.choices]  # fmt: skip
    return next((each.says[spoken()] for each in choices if each.id == name), name)
