"""`documents`: what was answered in a case, who may see it, what is public of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.words import Words
    from collegium.documents import CaseDocument
    from engine.case import Case
    from engine.definition import FieldDef


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("documents")(documents)


def documents(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its id, or its organisation.")],
    task: Annotated[str | None, typer.Argument(metavar="TASK", help="Key or name of a task: what it answered.")] = None,
    reader: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="As somebody who takes part; else as the office.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="As anybody, who sees what is public.")] = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """List the documents of a case: their class, who sees them now, since when they are public. With TASK, read one.

    Each reader sees what the process lets them see at this moment, the office too. Of what is public anybody sees all
    but what the process leaves out, and people: also after a later answer, and not who gave it or who may see it.

    Example: collegium documents "De Linde" report --public
    """
    from collegium import documents as kept
    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, participant_named
    from collegium.cli.printing import say_json
    from collegium.cli.words import Words
    from collegium.refusals import Told
    from engine.errors import Refused

    if reader and public:
        raise typer.BadParameter(said("name a person or say --public, not both"), param_hint="--public")
    with reading(ctx) as (desk, work), Told() as told_of:
        found = case_named(work, desk.office.id, case)
        words = Words(desk, work, found, language)
        told_of.about(words.definition, words.wording)
        who = (participant_named(work, desk.office.id, found, reader),) if reader else kept.office_of(words.draft)
        all_ = kept.documents(words.draft, work.cases.submissions(found.id), () if public else who)
        if task is None:
            listed = [each for each in all_ if not public or each.public_since]
            if reader:
                listed = [each for each in listed if not each.reasons]
            return say_json([_facts(words, each) for each in listed]) if as_json else _print_list(words, listed, public)
        chosen = _chosen(found, all_, task, who[0] if who else None, public=public)
        if chosen.reasons:
            raise Refused(said("Can't read {task:task}", task=chosen.task.name), chosen.reasons)
        if as_json:
            say_json({**_facts(words, chosen), "answers": dict(chosen.answers)})
        else:
            _print_one(words, chosen)


def _chosen(case: Case, all_: list[CaseDocument], word: str, who: str | None, *, public: bool) -> CaseDocument:
    """What one task answered: the answers that stand, or for anybody the last ones that were published.

    Raises NotFound, Ambiguous, and Refused where nothing was answered.
    """
    from collegium.cli.finding import task_named
    from engine.errors import Refused
    from engine.task import without_round

    named = [each for each in all_ if each.task.key == word]
    key = word if named else task_named(case, word, who).key
    if not named:
        named = [each for each in all_ if each.task.key == key]
    published = [each for each in all_ if each.public_since and without_round(each.task.key) == without_round(key)]
    if public and not any(each.public_since for each in named):
        named = [*named, *published]
    if not named:
        raise Refused(said("{task:task} has not been answered", task=key.partition(":")[0]), [])
    return max(named, key=lambda each: (public and each.public_since is not None, each.given.at))


def _facts(words: Words, each: CaseDocument) -> dict[str, Any]:
    """A document as plain values; who sees its public part only is told of nobody."""
    by = each.given.participant
    people = {
        "by": words.person(by) if by else None,
        "readers": [words.role(name) for name in each.readers],
    }
    return {
        "task": each.task.key,
        "label": words.task(each.task),
        "class": each.visibility,
        "given": words.local(each.given.at),
        **(people if each.whole or each.reasons else {}),
        "public_since": words.local(each.public_since) if each.public_since else None,
        "removed": each.given.removed_at is not None,
    }


def _print_list(words: Words, listed: list[CaseDocument], public: bool) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, day_text, t

    if not listed:
        return say(t("documents_none"))
    rows = [
        (
            each.task.key, words.task(each.task), words.label("class", each.visibility) if each.visibility else "",
            day_text(words.day(each.given.at)), *([] if public else [", ".join(map(words.role, each.readers))]),
            day_text(words.day(each.public_since)) if each.public_since else "",
        )
        for each in listed
    ]  # fmt: skip
    say_table(columns("public_columns" if public else "document_columns"), rows)


def _print_one(words: Words, each: CaseDocument) -> None:
    from collegium.cli.printing import say
    from collegium.speech import day_text, t

    say(f"{words.host}: {words.task(each.task)}")
    if each.public_since:
        say(t("document_public", day=day_text(words.day(each.public_since))))
    if each.given.removed_at is not None:
        say(t("document_removed", day=day_text(words.day(each.given.removed_at))))
    form = words.definition.forms[each.given.form]
    for field in form.fields:
        if field.name in each.answers:
            say()
            say(words.label("field", f"{form.name}.{field.name}"))
            for line in _lines(words, f"{form.name}.{field.name}", field, each.answers[field.name]):
                say(f"  {line}")


def _lines(words: Words, path: str, field: FieldDef, value: Any) -> Iterator[str]:
    """What was answered to one question: a line for each row, choice or criterion."""
    if field.type == "rows":
        for number, row in enumerate(value, 1):
            cells = (
                f"{words.label('field', f'{path}.{column.name}')}: "
                + "; ".join(_lines(words, f"{path}.{column.name}", column, row[column.name]))
                for column in field.columns
                if column.name in row
            )
            yield f"{number}. {' | '.join(cells)}"
    elif isinstance(value, Mapping):
        rubric = words.definition.rubric
        for row, one in value.items():
            criterion = words.label("criterion", f"{rubric.name}.{row}") if rubric else row
            yield f"{criterion}: {_one(words, path, field, one)}"
    else:
        yield from (_one(words, path, field, each) for each in (value if isinstance(value, list) else [value]))


def _one(words: Words, path: str, field: FieldDef, value: Any) -> str:
    from collegium.speech import day_text, t
    from collegium.summaries.words import amount_text
    from engine.answers import day
    from engine.money import money

    rubric = words.definition.rubric
    match field.type:
        case "person":
            return words.person(str(value))
        case "yes_no":
            return t("answered_yes" if value == "yes" else "answered_no")
        case "date":
            found = day(value)
            return day_text(found) if found else str(value)
        case "choice" if field.scale is not None and rubric is not None:
            return words.label("level", f"{rubric.name}.{field.scale}.{value}")
        case "choice":
            return words.label("choice", f"{path}.{value}")
        case "money":
            amount = money(value)
            return amount_text(amount, words.language).replace("\u00a0", " ") if amount else str(value)
    return str(value)
