"""`cases` and `show`: where do the reviews stand, and where does one of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, CaseName, CycleName, Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collegium.cli.desk import Desk
    from collegium.cli.words import Words
    from engine.case import Case
    from engine.ports import UnitOfWork


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("cases")(cases)
    app.command("show")(show)


def cases(
    ctx: typer.Context,
    cycle: CycleName = None,
    process: Annotated[str | None, typer.Option("--process", help="Only cases of this process.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only cases in which something is late.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases in place of open ones.")] = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """List the cases: host, process, phase, stage, next date and who must act.

    Example: collegium cases --cycle "Ronde 2027" --late
    """
    from collegium.cli.desk import reading
    from collegium.cli.printing import say, say_json, say_table
    from collegium.cli.words import Words
    from collegium.speech import columns, counted, t

    rows: list[dict[str, Any]] = []
    with reading(ctx) as (desk, work):
        for case, round_ in loaded(desk, work, cycle):
            if case.closed is not closed or (process is not None and case.process != process):
                continue
            facts = _row(Words(desk, work, case, language), round_)
            if facts["late"] or not late:
                rows.append(facts)
    rows.sort(key=lambda row: (str(row["next"] or "9999"), row["host"]))
    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("no_such_cases"))
        return
    say_table(
        columns("cases_columns"),
        [
            (row["case"][:8], row["host"], row["process_label"], row["phase_label"], _stage_text(row),
             _next_text(row),
             ", ".join(row["who"]))
            for row in rows
        ],
    )  # fmt: skip
    say(counted("cases_summed", len(rows), late=sum(bool(row["late"]) for row in rows)))


def loaded(desk: Desk, work: UnitOfWork, cycle: str | None) -> Iterator[tuple[Case, str]]:
    """The cases of the office, or of one round, each with the name of its round."""
    from collegium.cli.finding import chosen

    cycles = work.definitions.cycles(desk.office.id)
    if cycle is not None:
        named = [each for each in cycles if cycle in (each.id, each.name)]
        cycles = named or [chosen(cycle, [(each.name, each) for each in cycles], "round")]
    for each in cycles:
        for case in work.cases.all_ids(desk.office.id, each.id):
            yield work.cases.load(case), each.name


def _next_text(row: dict[str, Any]) -> str:
    from collegium.speech import day_text, t

    late = t("late_mark") if row["late"] else ""
    first = f"{day_text(row['next'])} {row['what']}{late}" if row["next"] else str(row["what"])
    then = row["by_itself"]
    if then is None:
        return first
    said = t("by_itself_line", day=day_text(then["day"]), what=then["what"])
    return said if then["day"] == row["next"] and then["what"] == row["what"] else f"{first}\n{said}"


def _stage_text(row: dict[str, Any]) -> str:
    from collegium.speech import t

    return t("paused_mark", stage=row["stage_label"]) if row["paused"] else str(row["stage_label"])


def _row(words: Words, round_: str) -> dict[str, Any]:
    """One line of the list: what comes first, and beside a late task the step that comes by itself."""
    from collegium.speech import t
    from engine.outlook import is_late
    from engine.standing import Standing

    case = words.case
    tasks = [task for task in case.open_tasks() if not task.quiet and not words.definition.tasks[task.name].optional]
    dated = sorted((task for task in tasks if task.due is not None), key=lambda task: task.due.at)  # type: ignore[union-attr]  # dated
    moves = sorted((row for row in case.deadlines.values() if row.kind == "transition"), key=lambda row: row.at)
    facts: dict[str, Any] = {
        "case": case.id,
        "host": words.host,
        "cycle": round_,
        "process": case.process,
        "process_label": words.process,
        "phase": words.definition.stages[case.stage].phase,
        "phase_label": words.phase(),
        "stage": case.stage,
        "stage_label": words.stage(),
        "closed": case.closed,
        "outcome": case.outcome,
        "paused": case.paused is not None,
        "late": sum(is_late(task, words.now) for task in tasks),
        "next": None,
        "what": "",
        "who": [],
        "by_itself": None,
    }
    if case.closed:
        return facts
    if case.paused is not None:
        return facts | {"next": case.paused.until, "what": t("end_of_pause"), "who": []}
    first = dated[0] if dated else next(iter(tasks), None)
    coming = Standing(words.definition, case, words.world, words.now).milestone()
    if coming is not None and coming.kind == "transition":
        step = {"day": coming.on.day, "what": words.label("transition", coming.name)}
        facts["by_itself"] = step
        if first is None or first.due is None or first.due.day > coming.on.day:
            return facts | {"next": step["day"], "what": step["what"]}
    if first is not None and (first.due is not None or not moves):
        due = first.due.day if first.due else None
        return facts | {"next": due, "what": words.task(first), "who": words.people(first.assignees)}
    if moves:
        return facts | {"next": moves[0].day, "what": words.label("transition", moves[0].subject)}
    return facts


def show(
    ctx: typer.Context,
    case: CaseName,
    history: Annotated[bool, typer.Option("--history", help="All that happened, not only the last of it.")] = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Show one case: where it stands, what it waits for, who can do what next, and why something cannot be done.

    Example: collegium show "De Linde" --language en
    """
    from collegium.cli.case_facts import facts_of
    from collegium.cli.case_page import print_case
    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named
    from collegium.cli.printing import say_json
    from collegium.cli.words import Words

    with reading(ctx) as (desk, work):
        found = case_named(work, desk.office.id, case)
        facts = facts_of(Words(desk, work, found, language), whole_history=history)
    if as_json:
        say_json(facts)
    else:
        print_case(facts)
