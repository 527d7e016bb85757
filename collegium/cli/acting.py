"""`act CASE ACTION ...`: everything that a person may do to a case, for whom one acts, with a preview."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from collegium.cli.options import AsJson, Language

WITH_VALUE = ("--as", "--token", "--language", "--answer", "--answers-json", "--reason")
NO_CASE = "-"

OnBehalf = Annotated[str | None, typer.Option("--as", help="For whom one acts: an e-mail address or name.")]
Token = Annotated[
    str | None, typer.Option("--token", help="A private link, or its last part: the task and its person.")
]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would change and be mailed; change nothing.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
Answers = Annotated[list[str] | None, typer.Option("--answer", help="NAME=VALUE; may be repeated.")]
AnswersFile = Annotated[
    Path | None, typer.Option("--answers-json", exists=True, dir_okay=False, help="A file with the answers as JSON.")
]
Case = Annotated[str, typer.Argument(metavar="CASE", help="Id of a case, the beginning of one, or its organisation.")]


class ActGroup(TyperGroup):
    """Takes `act CASE ACTION ...`, and options before the action; without a case where a private link names it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        actions = frozenset(self.commands)
        ordered = in_order(args, actions)
        wrong = [word for word in ordered[:1] if word not in actions and not word.startswith("-")]
        if wrong:
            said = f"{wrong[0]!r} is no action." if len(ordered) > 1 else f"what is to be done in {wrong[0]!r}?"
            ctx.fail(f"{said} There are: {', '.join(self.commands)}")
        return super().parse_args(ctx, ordered)


def in_order(args: list[str], actions: frozenset[str]) -> list[str]:
    """The same words with the action first, then the case, then options; what should be an action where none is."""
    options: list[str] = []
    names: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word.startswith("-") and word != NO_CASE:
            options.append(word)
            if word in WITH_VALUE and rest:
                options.append(rest.pop(0))
        elif word in actions:
            by_link = not names and any(each.partition("=")[0] == "--token" for each in (*options, *rest))
            return [word, *(names or ([NO_CASE] if by_link else [])), *options, *rest]
        else:
            names.append(word)
            if len(names) > 1:
                return [names[1], names[0], *options, *rest]
    return names or args


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(cls=ActGroup, no_args_is_help=True, rich_markup_mode=None, help=act.__doc__)
    commands = (
        take,
        submit,
        answer,
        assign,
        substitute,
        extend,
        pause,
        resume,
        waive,
        pin,
        differ,
        correct,
        recalculate,
    )
    for command in commands:
        group.command(command.__name__)(command)
    app.add_typer(group, name="act", subcommand_metavar="CASE ACTION [ARGS]...")


def act() -> None:
    """Do something in a case: `collegium act CASE ACTION ...`; `collegium act CASE ACTION --help` tells more.

    Who acts is recorded: an operator for the office, or, with --as, for that person under their role.

    Example: collegium act "De Linde" take begin --answer day=2027-04-22 --as cora@bureau.example --preview
    """


def take(
    ctx: typer.Context,
    case: Case,
    transition: Annotated[str, typer.Argument(metavar="TRANSITION", help="As `show` names it.")],
    answers: Answers = None,
    answers_json: AnswersFile = None,
    waive_: Annotated[
        list[str] | None, typer.Option("--waive", metavar="LINE", help="Set this failing line aside (needs --reason).")
    ] = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Take a transition that the process names: confirm, fix or move a date, return, withdraw.

    Example: collegium act "De Linde" take move_visit --answer day=2027-05-13 --answer reason="Staking" --preview
    """
    from collegium.cli.deed import Deed, carry_out, the_transition
    from engine.actions import Action, Take

    def make(deed: Deed) -> Action:
        arrow = the_transition(deed, transition)
        given = deed.answers(answers, answers_json)
        if reason and "reason" in arrow.asks and "reason" not in given:
            given["reason"] = reason
        lines = deed.waivers(arrow, waive_ or [], reason)
        return Take(transition=arrow.name, answers=deed.asked(arrow.asks, given), waive=lines)

    carry_out(ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json)


def submit(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="[TASK]", help="Key or name of a task; a link names its own.")] = "",
    answers: Answers = None,
    answers_json: AnswersFile = None,
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Do a task with the answers to its form, or sign what another has submitted (--answer signed=no gives it back).

    Example: collegium act --token TOKEN submit --answer text="..." --answer grade=far
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Submit

    def make(deed: Deed) -> Action:
        item = deed.task(task)
        return Submit(task=item.key, answers=deed.form_answers(item, answers, answers_json))

    carry_out(ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json)


def answer(
    ctx: typer.Context,
    case: Case,
    word: Annotated[str, typer.Argument(metavar="yes|no", help="Accept or decline.")],
    seat: Annotated[str, typer.Option("--seat", help="Whose invitation: a place such as peer-2, or a person.")] = "",
    answers: Answers = None,
    answers_json: AnswersFile = None,
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Answer an invitation to the panel.

    Example: collegium act "De Linde" answer yes --as petra@school.example
    """
    from collegium.cli.answers import yes
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action
    from engine.actions import Answer as AnswerAction

    accepts = yes(word)

    def make(deed: Deed) -> Action:
        held = deed.invited(seat)
        return AnswerAction(holding=held.key, accepts=accepts, answers=deed.invitation_answers(answers, answers_json))

    carry_out(ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json)


def assign(
    ctx: typer.Context,
    case: Case,
    name: Annotated[str, typer.Argument(metavar="SEAT|ROLE", help="A kind of place in the panel, or a role.")],
    people: Annotated[list[str], typer.Argument(metavar="PERSON...", help="E-mail addresses or names, best first.")],
    places: Annotated[int | None, typer.Option("--places", help="How many places there are to be.")] = None,
    waive_: Annotated[
        list[str] | None, typer.Option("--waive", metavar="PERSON", help="Although a rule bars this person.")
    ] = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Name candidates for a kind of place in the panel, best first, or the holders of a role.

    Example: collegium act "De Linde" assign peer petra@school.example paul@school.example --places 2
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Assign

    def make(deed: Deed) -> Action:
        chosen = tuple(deed.participant(each) for each in people)
        waived = deed.reasons(waive_ or [], reason, "--waive")
        return Assign(name=deed.seat_or_role(name), participants=chosen, places=places, waive=waived)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def substitute(
    ctx: typer.Context,
    case: Case,
    place: Annotated[str, typer.Argument(metavar="PLACE|PERSON", help="A place such as peer-2, or who leaves it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    successor: Annotated[
        str | None, typer.Option("--successor", help="Who comes; nobody: the place falls free.")
    ] = None,
    waive_: Annotated[bool, typer.Option("--waive", help="Although a rule bars the successor.")] = False,
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Replace somebody in the panel, or note that they leave it.

    Example: collegium act "De Linde" substitute peer-2 --successor piet@school.example --reason "Ziek"
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Substitute

    def make(deed: Deed) -> Action:
        comes = deed.participant(successor) if successor else None
        waived = {comes: reason} if waive_ and comes else {}
        return Substitute(holding=deed.holding(place).key, successor=comes, reason=reason, waive=waived)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def extend(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The new due date.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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


def pause(
    ctx: typer.Context,
    case: Case,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="When it is looked at again.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; told to those concerned.")],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Let the clocks of a case run again; open terms get the time of the pause back.

    Example: collegium act "De Linde" resume --date visit=2027-06-10
    """
    from collegium.cli.answers import day
    from collegium.cli.deed import carry_out
    from engine.actions import ResumeCase

    pairs = [each.partition("=") for each in dates or []]
    action = ResumeCase(reason=reason, dates={name: day(text, "--date") for name, _, text in pairs})
    carry_out(ctx, case, lambda deed: action, on_behalf=on_behalf, token=token, preview=preview, language=language,
              as_json=as_json)  # fmt: skip


def waive(
    ctx: typer.Context,
    case: Case,
    line: Annotated[str, typer.Argument(metavar="LINE", help="The failing line, or a part of it, as `show` gives it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown.")],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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


def pin(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Key or name of a task.")],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The due date; it no longer follows anything.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown with the date.")],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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


def differ(
    ctx: typer.Context,
    case: Case,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A derived value of the process.")],
    choice: Annotated[str, typer.Argument(metavar="CHOICE", help="What it is to be.")],
    answers: Answers = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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


def correct(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option("--reason", help="Why; always shown.")],
    state: Annotated[
        str | None, typer.Option("--state", help="A stage, or TRACK.STATE, or TRACK.STATE@PLACE, to put the case in.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="Key or name of a task to open or end.")] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="open|done|closed", help="What becomes of the task.")
    ] = None,
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
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
        raise typer.BadParameter(f"{to!r} is not open, done or closed", param_hint="--to")

    def make(deed: Deed) -> Action:
        key = deed.task(task).key if task else None
        return Correct(reason=reason, state=state, task=key, to=to)  # type: ignore[arg-type]  # checked above

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def recalculate(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Compute the open dates anew, with the holidays and absences that are known today.

    Example: collegium act "De Linde" recalculate --reason "Nieuwe vakantiedata" --preview
    """
    from collegium.cli.deed import carry_out
    from engine.actions import Recalculate

    action = Recalculate(reason=reason)
    carry_out(ctx, case, lambda deed: action, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)
