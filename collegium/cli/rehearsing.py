"""`rehearse`: a whole round before it begins, in memory, on a clock that runs ahead; nothing is sent or kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Hosts, LaunchDates, ProcessName, RingGiven, TooLate
from engine.saying import said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collegium.cli.cycles import Wanted
    from collegium.cli.desk import Desk
    from collegium.rehearsal.deeds import Wishes
    from collegium.rehearsal.playing import Trial
    from engine.definition import Definition, FormDef

AN_INSTANT = timedelta(microseconds=1)  # the end of a day is the beginning of the next
YEARS = 3
MOST_LINES, MOST_DAYS = 40, 10

GivenAnswers = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="TASK.FIELD=VALUE", help="What is answered where it matters. Repeatable."),
]
GivenChoices = Annotated[
    list[str] | None,
    typer.Option("--choose", metavar="TASK=TRANSITION", help="Which way a task is done. Repeatable."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("rehearse")(rehearse)


def rehearse(
    ctx: typer.Context,
    process: ProcessName,
    hosts: Hosts,
    name: Annotated[str, typer.Option("--name", help="Name of the round.")] = "",
    cast: Annotated[
        str, typer.Option("--cast", metavar="last-day|at-once|nobody", help="When everybody does what is asked.")
    ] = "last-day",
    people: Annotated[
        list[Path] | None,
        typer.Option(
            "--people", exists=True, dir_okay=False, help="As if this workbook had been imported. Repeatable."
        ),
    ] = None,
    dates: LaunchDates = None,
    answers: GivenAnswers = None,
    choices: GivenChoices = None,
    ring: RingGiven = "",
    waive: TooLate = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Break off at the end of this day, at most 3 years on.")
    ] = None,
    show: Annotated[
        str | None, typer.Option("--show", metavar="HOST", help="Tell every date of this organisation's case instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play a whole round before it begins: its dates, its mails, what gets late, and what the office will have to do.

    It runs in memory, with the people that are known; no mail is sent and nothing is kept. It begins now, or at --now.

    Example: collegium rehearse development-review --hosts review=development --cast nobody
    """
    from collegium.cli.cycles import Wanted
    from collegium.cli.desk import opened
    from collegium.cli.printing import say_json
    from collegium.speech import t

    _check_cast(cast)
    round_ = name or t("rehearsal_name")
    wanted = Wanted(process=process, name=round_, hosts=hosts, dates=dates or [], ring=ring, waive=waive)
    with opened(ctx) as desk:
        facts = _played(desk, wanted, people or [], cast, (answers or [], choices or []), _until(desk, until))
    if as_json:
        say_json(facts)
    elif show is not None:
        _print_case(facts, show)
    else:
        _print(facts)


def _check_cast(cast: str) -> None:
    """Raises BadParameter where nobody plays like that."""
    from collegium.rehearsal.cast import CASTS

    if cast not in CASTS:
        raise typer.BadParameter(said("{value!r} is none of {options}", value=cast, options=CASTS), param_hint="--cast")


def _until(desk: Desk, last: str | None) -> datetime:
    """When the rehearsal breaks off. Raises BadParameter where that is no day, or one that is over."""
    from collegium.cli.answers import day
    from collegium.forecast import end_of

    longest = timedelta(days=366 * YEARS)
    wanted = day(last, "--until") if last else desk.today + longest
    if wanted < desk.today:
        raise typer.BadParameter(said("{day} is over", day=wanted), param_hint="--until")
    return min(end_of(wanted, desk.office.zone), desk.now + longest)


def _played(
    desk: Desk,
    wanted: Wanted,
    people: list[Path],
    cast: str,
    wishes: tuple[Sequence[str], Sequence[str]],
    end: datetime,
) -> dict[str, Any]:
    """Launch and play it in memory, and tell what came of it."""
    from collegium.cli.cycles import begin
    from collegium.cli.definitions import folder_of
    from collegium.cli.people_import import gates_of
    from collegium.cli.rehearsed import Rehearsed
    from collegium.process_words import ProcessWords
    from collegium.rehearsal.playing import play, trial
    from workflows import loader

    found = loader.load(folder_of(desk.app.settings, wanted.process)).definition
    gates = {*gates_of(ProcessWords(desk.app.settings.definitions)), *(found.gates if found else ())}
    with trial(desk.app, desk.office, sorted(gates)) as made:
        there = replace(desk, app=made.app, office=made.office)
        if people:
            _bring_in(there, people)
        begun = begin(there, wanted, keep=True)
        played = play(made, cast, _wishes(made, begun, wishes), desk.now, end)
        with made.app.store.read() as work:
            told = Rehearsed(replace(there, now=played.until), work, played).facts()
    return {
        **{key: begun[key] for key in ("name", "process", "version", "doubts", "cautions")},
        "cast": cast, "since": desk.now.astimezone(desk.zone), "at_launch": begun["mails"]["number"],
        "bulk": bool(desk.app.settings.bulk_from) and begun["mails"]["number"] > desk.app.settings.bulk_from, **told,
    }  # fmt: skip


def _bring_in(desk: Desk, files: list[Path]) -> None:
    """Import workbooks into the rehearsal. Where they cannot be, that is told, and there is none."""
    from collegium.cli.people_import import Import, planned_of
    from collegium.speech import spoken
    from collegium.workbook import Answers

    reading, planned, revision = planned_of(desk, files, Answers.of([], []), ())
    done = Import(desk, files, reading, planned, good_rows=False, dry_run=False, language=spoken())
    if not done.allowed:
        done.tell(as_json=False, report=None)
        raise typer.Exit(1)
    done.carry_out(revision)


def _wishes(trial: Trial, begun: Mapping[str, Any], given: tuple[Sequence[str], Sequence[str]]) -> Wishes:
    """What is to be answered and chosen, of tasks and transitions that the process has."""
    from collegium.cli.answers import gathered, shaped
    from collegium.rehearsal.deeds import Wishes

    with trial.app.store.read() as work:
        stored = work.definitions.newest(begun["process"])
        assert stored is not None
        definition, _ = trial.app.library.get(work, stored.name, stored.version, stored.behaviour)
    answers: dict[str, dict[str, Any]] = {}
    for task, fields in gathered(given[0], None).items():
        form = definition.forms.get(_task(definition, task, "--answer").form or "")
        wrong = [name for name in fields if form is None or name not in {each.name for each in form.fields}]
        if form is None or wrong or not isinstance(fields, dict):
            raise _unknown(
                f"{task}.{wrong[0] if wrong else ''}", [each.name for each in form.fields] if form else [], "--answer"
            )
        answers[task] = shaped(form, fields, lambda person: person, lambda place, file: file)
        _check_answers(definition, form, task, answers[task])
    choose = {}
    for task, way in gathered(given[1], None).items():
        ways = _task(definition, task, "--choose").does
        if way not in ways:
            raise _unknown(str(way), ways, "--choose")
        choose[task] = str(way)
    return Wishes(answers=answers, choose=choose, first=True)


def _check_answers(definition: Definition, form: FormDef, task: str, answers: Mapping[str, Any]) -> None:
    """Raises BadParameter where an answer can never be given; what is asked beside it will be filled in."""
    from engine.forms import Reach, validate

    rows = definition.rubric.criteria if definition.rubric else ()
    per_row = {field.name for field in form.fields if field.per is not None}
    _, problems = validate(definition, form, answers, Reach(rows=rows))
    wrong = [
        said("{name}: {why}", name=f"{task}.{each.field}", why=each.message)
        for each in problems
        if (name := each.field.partition(".")[0]) in answers and not (each.lacking and name in per_row)
    ]
    if wrong:
        raise typer.BadParameter(said("{whys:all}", whys=tuple(wrong)), param_hint="--answer")


def _task(definition: Definition, name: str, option: str) -> Any:
    if name not in definition.tasks:
        raise _unknown(name, definition.tasks, option)
    return definition.tasks[name]


def _unknown(name: str, known: Any, option: str) -> typer.BadParameter:
    """With what there is: those that look like it, or else all."""
    from collegium.cli.finding import near

    there = near(name.rpartition(".")[2], known) or (
        said(" There are: {names}.", names=tuple(sorted(known))) if known else ""
    )
    return typer.BadParameter(said("there is no {name!r} here.{near}", name=name, near=there), param_hint=option)


# for people -----------------------------------------------------------------------------------------------------------


def _print(facts: Mapping[str, Any]) -> None:
    from collegium.cli.cycles import print_doubts
    from collegium.cli.printing import say
    from collegium.speech import counted, day_text, known, t

    what = {"process": facts["process"], "version": facts["version"], "round": facts["name"]}
    last = (facts["until"] - AN_INSTANT).date()
    say(counted("rehearsed", len(facts["cases"]), **what, cast=known("cast", facts["cast"]),
                first=day_text(facts["since"].date()), last=day_text(last)))  # fmt: skip
    print_doubts(facts)
    _print_cases(facts)
    _print_tasks(facts)
    _print_mails(facts)
    _print_amiss(facts)
    _print_office(facts)
    say()
    say(t("rehearsal_kept_nothing"))


def _heading(text: str) -> None:
    from collegium.cli.printing import say

    say()
    say(text)


def _print_cases(facts: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say_table
    from collegium.speech import columns, counted, day_text, t

    _heading(counted("rehearsal_ended", facts["ended"], all=len(facts["cases"])))
    say_table(
        columns("rehearsal_cases"),
        [
            (
                f"{each['host']}: {each['child']}" if each["child"] else each["host"],
                "\n".join(f"{day_text(one['day'])} {one['label']}" for one in each["dates"]),
                day_text(each["ended"]) if each["ended"] else t("rehearsal_not_ended"),
                each["label"],
            )
            for each in facts["cases"]
        ],
    )


def _print_tasks(facts: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say_table
    from collegium.speech import columns, day_text, known, t

    _heading(t("rehearsal_tasks"))
    say_table(
        columns("rehearsal_task_columns"),
        [
            (each["label"], str(each["number"]), day_text(each["first"]), day_text(each["last"]),
             ", ".join(f"{known('ending', how)} {number}" for how, number in each["how"].items()))
            for each in facts["tasks"]
        ],
    )  # fmt: skip


def _print_mails(facts: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.cli.rehearsed import busiest
    from collegium.speech import columns, counted, day_text

    mails = facts["mails"]
    _heading(counted("rehearsal_mails", mails["number"], readers=counted("people", mails["readers"])))
    say(counted("rehearsal_at_launch_bulk" if facts["bulk"] else "rehearsal_at_launch", facts["at_launch"]))
    say_table(
        columns("rehearsal_kind_columns"),
        [
            (each["label"], each["to"], str(each["number"]), day_text(each["first"]), day_text(each["last"]))
            for each in mails["kinds"]
        ],
    )
    _heading(counted("rehearsal_days", len(mails["days"])))
    say_table(
        columns("rehearsal_day_columns"),
        [
            (day_text(each["day"]), str(each["number"]),
             ", ".join(f"{mails['labels'][kind]} ({number})" for kind, number in each["kinds"].items()))
            for each in busiest(mails["days"], MOST_DAYS)
        ],
    )  # fmt: skip


def _print_amiss(facts: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, counted, day_text, known, t

    _heading(counted("rehearsal_amiss", len(facts["amiss"])) if facts["amiss"] else t("rehearsal_nothing_amiss"))
    if facts["amiss"]:
        say_table(
            columns("rehearsal_amiss_columns"),
            [
                (
                    day_text(each["due"]),
                    each["host"],
                    each["label"],
                    ", ".join(each["who"]),
                    known("ending", each["how"]),
                )
                for each in facts["amiss"][:MOST_LINES]
            ],
        )
    if len(facts["amiss"]) > MOST_LINES:
        say(counted("rehearsal_more", len(facts["amiss"]) - MOST_LINES))


def _print_office(facts: Mapping[str, Any]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, counted, day_text, t

    _heading(
        counted("rehearsal_office", len(facts["office"])) if facts["office"] else t("rehearsal_nothing_for_office")
    )
    if facts["office"]:
        say_table(
            columns("rehearsal_office_columns"),
            [
                (day_text(each["since"]), each["host"],
                 t(f"rehearsal.{each['kind']}", what=each["what"], n=each.get("number", "")),
                 each.get("why") or (t("rehearsal_until", day=day_text(each["until"])) if each.get("until") else ""))
                for each in facts["office"][:MOST_LINES]
            ],
        )  # fmt: skip
    if len(facts["office"]) > MOST_LINES:
        say(counted("rehearsal_more", len(facts["office"]) - MOST_LINES))


def _print_case(facts: Mapping[str, Any], host: str) -> None:
    """One case, day by day: where it stood, and what was asked of whom."""
    from collegium.cli.finding import chosen
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, day_text, known

    own = [(each["host"], each) for each in facts["cases"] if each["child"] is None]
    found = chosen(host, own, "organisation in this round")
    for case in [each for each in facts["cases"] if each["host"].startswith(found["host"])]:
        say(f"{case['host']}: {case['child'] or case['process']}")
        for stage in case["stages"]:
            say(f"  {day_text(stage['first'])} {stage['label']}")
        say_table(
            columns("rehearsal_case_columns"),
            [
                (day_text(each["opened"]), each["label"], ", ".join(each["who"]), day_text(each["due"]),
                 day_text(each["done"]), known("ending", each["how"]))
                for each in case["tasks"]
            ],
        )  # fmt: skip
        say()
