"""`form`: what does a task ask, what is proposed as answers, and what was kept of them to go on with?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.act_options import Answers, AnswersFile
from collegium.cli.options import AsJson, Language
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from collegium.cli.form_words import Asked
    from collegium.unfinished import Kept
    from engine.case import Case, Task
    from engine.ports import UnitOfWork
    from engine.saying import Speaker
    from engine.unfinished import Unfinished


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("form")(form)


def form(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its id, or its organisation.")],
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    on_behalf: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="For whom; else the first who has the task.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep answers to go on with later (needs --as).")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Throw away what was kept (needs --as).")] = False,
    answers: Answers = None,
    answers_json: AnswersFile = None,
    version: Annotated[
        int | None, typer.Option("--version", min=0, help="With --keep: from which version one went on.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write kept and proposed answers, as `--answers-json` reads them.")
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Show what a task asks, with what its process proposes out of earlier answers; or keep answers to go on later.

    Proposed is, of this case, what the person may see; of earlier rounds what the organisation itself answered then.
    What is kept (--keep) is not handed in: only who has the task sees it, it may be incomplete or wrong, and it ends
    with the task. --answers-json comes in place of all of it, --answer changes one answer.

    Example: collegium form "De Linde" reflection --as petra@school.example --keep --answer text="So far"
    """
    if keep or forget:
        if keep == forget or on_behalf is None:
            wrong = said("say --keep or --forget, not both") if keep == forget else said("name with --as who keeps it")
            raise typer.BadParameter(wrong, param_hint="--keep/--forget")
        if keep:
            return _keep(ctx, case, task, on_behalf, answers, answers_json, version, as_json=as_json)
        return _forget(ctx, case, task, on_behalf, as_json=as_json)
    if answers or answers_json or version is not None:
        raise typer.BadParameter(said("answers are kept with --keep, and handed in by `act CASE submit`"))
    return _show(ctx, case, task, on_behalf, out, language, as_json=as_json)


def _show(
    ctx: typer.Context, case: str, task: str, on_behalf: str | None, out: Path | None, language: str, *, as_json: bool
) -> None:
    import json

    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, participant_named, task_named
    from collegium.cli.form_words import questions
    from collegium.cli.printing import say, say_json
    from collegium.cli.words import Words
    from collegium.documents import told as called
    from collegium.proposals import proposals
    from collegium.speech import moment_text, t
    from collegium.unfinished import asked_now, of_task, seen_by

    with reading(ctx) as (desk, work):
        found = case_named(work, desk.office.id, case)
        who = participant_named(work, desk.office.id, found, on_behalf) if on_behalf else None
        item = task_named(found, task, who)
        definition = desk.app.library.of(work, found)
        known = definition.forms.get(definition.tasks[item.name].form or "")
        reader = who or next(iter(item.assignees), None)
        asked = questions(definition, desk.app.library.wording(work, found), known) if known is not None else []
        given = proposals(desk.app, work, desk.office.id, found, item, reader, desk.now) if reader else {}
        kept, hidden = seen_by(work, found, item, who), of_task(work, found.id, item.key)
        words = Words(desk, work, found, language)
        files = {each.id: t("file_gone") if each.gone else each.name for each in work.files.of_case(found.id)}
        label, told, zone = words.task(item), _told(words, kept or hidden), desk.zone
    full, left_out = asked_now(definition, found, item, {**given, **(kept.answers if kept else {})})
    if out is not None:
        out.write_text(json.dumps(full, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        held = {**told, "answers": dict(kept.answers) if kept else None} if told else None
        lines = [each.line for each in asked]
        say_json({
            "case": found.id, "task": item.key, "asks": lines, "proposed": given, "kept": held, "left_out": left_out,
        })  # fmt: skip
        return
    say(label)
    for line in [each.line for each in asked] or [t("form_asks_nothing")]:
        say(line)
    if told:
        moment = moment_text(told["at"], zone)
        say(t("form_kept" if kept else "form_kept_hidden", **{**told, "at": moment}))
    own = asked_now(definition, found, item, kept.answers if kept else {})[0]
    proposed = {name: value for name, value in full.items() if name not in own}
    _say_parts(called(own, files), called(proposed, files), called(left_out, files))


def _say_parts(own: Mapping[str, Any], proposed: Mapping[str, Any], left_out: Mapping[str, Any]) -> None:
    """What was kept, what is proposed beside it, and what is not asked any more."""
    from collegium.cli.printing import say, say_answers
    from collegium.speech import t

    say_answers(own)
    for heading, answers in (("form_proposed", proposed), ("left_out", left_out)):
        if answers:
            say(t(heading))
        say_answers(answers)


def _told(words: Any, kept: Unfinished | None) -> dict[str, Any]:
    """Who kept what when; of what is in it nothing."""
    if kept is None:
        return {}
    return {"version": kept.version, "by": words.person(kept.participant), "at": words.local(kept.at)}


def _keep(
    ctx: typer.Context, case: str, task: str, on_behalf: str, pairs: list[str] | None, file: Path | None,
    version: int | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Answers of a file come in place of all that was kept; those of the command line change it."""
    from collegium.cli.answers import paths_in
    from collegium.cli.deed import Deed
    from collegium.cli.desk import opened
    from collegium.cli.finding import task_named
    from collegium.cli.form_words import Asked, telling_questions
    from collegium.kept_files import read_ahead
    from collegium.refusals import Told
    from collegium.unfinished import keep

    asked = Asked()
    with telling_questions(asked), opened(ctx) as desk, Told() as told:
        files = read_ahead(paths_in(pairs or ()), desk.app.settings.largest_file)
        with desk.app.store.write() as work:
            found, who = _of_whom(desk, work, case, on_behalf, told)

            def answers(work: UnitOfWork, now: Case, item: Task, before: Mapping[str, Any]) -> Mapping[str, Any]:
                deed = Deed(desk, work, now, who, None, told.names, files)
                asked.questions, asked.kept = deed.questions(deed.definition.tasks[item.name].form), before
                return deed.form_answers(item, pairs, file, None if file else before)

            done = keep(desk.app, work, found.id, lambda work, now: task_named(now, task, who), answers, who, desk.now,
                        version=version)  # fmt: skip
            lines = _shortcomings(done, asked, told.speaker())
            work.commit()
    _print_kept(done, found, lines, as_json=as_json)


def _shortcomings(done: Kept, asked: Asked, speaker: Speaker) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {"wrong": [], "lacking": []}
    for each in done.problems:
        text = speaker.say(each.told(done.form))
        told = text if each.asked else asked.of_no_question(text, each.field)
        lines["lacking" if each.lacking else "wrong"].append(told)
    return lines


def _print_kept(done: Kept, case: Case, lines: Mapping[str, list[str]], *, as_json: bool) -> None:
    from collegium.cli.printing import say, say_json
    from collegium.speech import t

    if as_json:
        say_json({"case": case.id, "task": done.record.task, "version": done.record.version, **lines})
        return
    say(t("kept", version=done.record.version))
    for kind, told in lines.items():
        if told:
            say(t(f"kept_{kind}"))
        for line in told:
            say(f"  {line}")


def _forget(ctx: typer.Context, case: str, task: str, on_behalf: str, *, as_json: bool) -> None:
    from collegium.cli.desk import opened
    from collegium.cli.finding import task_named
    from collegium.cli.printing import say, say_json
    from collegium.refusals import Told
    from collegium.speech import t
    from collegium.unfinished import forget

    with opened(ctx) as desk, Told() as told, desk.app.store.write() as work:
        found, who = _of_whom(desk, work, case, on_behalf, told)
        item = task_named(found, task, who)
        gone = forget(work, found, item, who)
        work.commit()
    if as_json:
        say_json({"case": found.id, "task": item.key, "forgotten": gone})
        return
    say(t("forgotten" if gone else "nothing_kept"))


def _of_whom(desk: Desk, work: UnitOfWork, case: str, on_behalf: str, told: Any) -> tuple[Case, str]:
    """The case and the person; what is said from here on is about them."""
    from collegium.cli.deed import names_of
    from collegium.cli.finding import case_named, participant_named

    found = case_named(work, desk.office.id, case)
    told.names |= names_of(work, found)
    told.about(desk.app.library.of(work, found), desk.app.library.wording(work, found), found)
    return found, participant_named(work, desk.office.id, found, on_behalf)
