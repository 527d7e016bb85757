"""`act CASE extend`, `pin`, `pause`, `resume` and `recalculate`: when something is due."""

from __future__ import annotations

from typing import Annotated

import typer

from collegium.cli.act_options import Case, OnBehalf, Preview, Reason, Token
from collegium.cli.options import AsJson, Language, not_blank


def extend(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The new due date.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Give more time for a task, as far as its process allows.

    Example: collegium act "De Linde" extend reflection --until 2027-04-01 --reason "Ziekte van de schrijver"
    """
    from collegium.cli.answers import day
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Extend

    last = day(until, "--until")

    def make(deed: Deed) -> Action:
        return Extend(task=deed.task(task).key, until=last, reason=reason)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def pin(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The due date; it no longer follows anything.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown with the date.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Set the due date of an open task by hand.

    Example: collegium act "De Linde" pin reflection --on 2027-04-09 --reason "Afgesproken met het bestuur"
    """
    from collegium.cli.answers import day
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Pin

    due = day(on, "--on")

    def make(deed: Deed) -> Action:
        return Pin(task=deed.task(task).key, day=due, reason=reason)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def pause(
    ctx: typer.Context,
    case: Case,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="When it is looked at again.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; told to those concerned.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Stop the clocks of a case.

    Example: collegium act "De Linde" pause --until 2027-05-10 --reason "Fusie van het bestuur"
    """
    from collegium.cli.answers import day
    from collegium.cli.deed import carry_out
    from engine.actions import PauseCase

    action = PauseCase(reason=reason, until=day(until, "--until"))
    carry_out(ctx, case, lambda deed: action, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def resume(
    ctx: typer.Context,
    case: Case,
    dates: Annotated[
        list[str] | None, typer.Option("--date", metavar="NAME=DAY", help="A new day for a date that has passed.")
    ] = None,
    waive_: Annotated[
        list[str] | None,
        typer.Option("--waive", metavar="LINE", help="Set aside a line that speaks against that day (needs --reason)."),
    ] = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Let the clocks of a case run again; open terms get the time of the pause back.

    A new day must be one that the transition which moves that date would take.

    Example: collegium act "De Linde" resume --date visit=2027-06-10
    """
    from collegium.cli.answers import day
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, ResumeCase

    pairs = [each.partition("=") for each in dates or []]
    given = {name: day(text, "--date") for name, _, text in pairs}

    def make(deed: Deed) -> Action:
        ways = [way for name in given if name in deed.definition.dates for way in deed.definition.dates[name].set_by]
        lines = deed.waivers([deed.definition.transitions[way] for way in ways], waive_ or [], reason)
        return ResumeCase(reason=reason, dates=given, waive=lines)

    carry_out(ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json)


def recalculate(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.", callback=not_blank)],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Compute the open dates anew, with the holidays and absences that are known today.

    Example: collegium act "De Linde" recalculate --reason "Nieuwe vakantiedata" --preview
    """
    from collegium.cli.deed import carry_out
    from engine.actions import Recalculate

    action = Recalculate(reason=reason)
    carry_out(ctx, case, lambda deed: action, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)
