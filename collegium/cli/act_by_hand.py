"""`act CASE waive`, `differ`, `visitor` and `correct`: what the rules would not do, with a reason that is shown."""

from __future__ import annotations

from typing import Annotated

import typer

from collegium.cli.act_options import Answers, Case, OnBehalf, Preview, Reason
from collegium.cli.options import AsJson, Language, not_blank
from engine.saying import said


def waive(
    ctx: typer.Context,
    case: Case,
    line: Annotated[str, typer.Argument(metavar="LINE", help="The failing line, or a part of it, as `show` gives it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Set a failing condition aside until its state is left.

    Example: collegium act "De Linde" waive "2 different sector" --reason "Geen ander panellid te vinden"
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Waive

    def make(deed: Deed) -> Action:
        text, scope = deed.failing_line(line)
        return Waive(line=text, scope=scope, reason=reason)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def differ(
    ctx: typer.Context,
    case: Case,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A derived value of the process.")],
    choice: Annotated[str, typer.Argument(metavar="CHOICE", help="What it is to be.")],
    answers: Answers = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Set a derived value otherwise than its rule does, with a reason.

    Example: collegium act "De Kievit" differ judgement positive --reason "Herstel aangetoond" --as "Eva Kok"
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Differ

    def make(deed: Deed) -> Action:
        given = deed.answers(answers, None)
        if reason:
            given.setdefault("reason", reason)
        return Differ(value=value, choice=choice, answers=given)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def visitor(
    ctx: typer.Context,
    case: Case,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Which organisation visits now.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Let another organisation visit, in a ring. Where only its people may sit in the panel, those of the former leave.

    Example: collegium act "De Linde" visitor "De Berk" --reason "De Eik doet niet meer mee" --preview
    """
    from collegium.cli.deed import Deed, carry_out
    from collegium.cli.finding import organisation_named
    from engine.actions import Action, ChangeVisitor

    def make(deed: Deed) -> Action:
        chosen = organisation_named(deed.work, deed.desk.office.id, organisation).id
        return ChangeVisitor(visitor=chosen, reason=reason)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def correct(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown.", callback=not_blank)],
    state: Annotated[
        str | None, typer.Option("--state", help="A stage, or TRACK.STATE, or TRACK.STATE@PLACE, to put the case in.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="Key or name of a task to open or end.")] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="open|done|closed", help="What becomes of the task.")
    ] = None,
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Correct a case by hand; it is always shown as such.

    Example: collegium act "De Linde" correct --state planning --reason "Per ongeluk bevestigd"
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Correct

    if state is None and task is None:
        raise typer.BadParameter("say what is to be corrected: --state or --task")
    if to not in (None, "open", "done", "closed"):
        raise typer.BadParameter(said("{value!r} is not open, done or closed", value=to), param_hint="--to")

    def make(deed: Deed) -> Action:
        key = deed.task(task).key if task else None
        return Correct(reason=reason, state=state, task=key, to=to)  # type: ignore[arg-type]  # checked above

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)
