"""`act CASE take`, `submit` and `answer`: what a process asks of people."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from collegium.cli.act_options import Answers, AnswersFile, Case, OnBehalf, Preview, Reason, Token
from collegium.cli.options import AsJson, Language


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
    language: Language = "",
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
        lines = deed.waivers([arrow], waive_ or [], reason)
        return Take(transition=arrow.name, answers=deed.asked(arrow.asks, given), waive=lines)

    carry_out(ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json)


def submit(
    ctx: typer.Context,
    case: Case,
    task: Annotated[str, typer.Argument(metavar="[TASK]", help="Key or name of a task; a link names its own.")] = "",
    answers: Answers = None,
    answers_json: AnswersFile = None,
    kept: Annotated[bool, typer.Option("--kept", help="What `form --keep` kept; --answer changes some of it.")] = False,
    on_behalf: OnBehalf = None,
    token: Token = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Do a task with the answers to its form, or sign what another has submitted (--answer signed=no gives it back).

    Example: collegium act --token TOKEN submit --answer text="..." --answer grade=far
    """
    from collegium.cli.deed import Deed, carry_out
    from collegium.cli.form_words import Asked, telling_questions
    from collegium.documents import told
    from engine.actions import Action, Submit

    asked = Asked()
    left_out: dict[str, Any] = {}

    def make(deed: Deed) -> Action:
        item = deed.task(task)
        asked.questions = deed.questions(deed.definition.tasks[item.name].form)
        before, gone = deed.kept(item) if kept else (None, {})
        left_out.clear()
        left_out.update(told(gone, {each.id: each.name for each in deed.work.files.of_case(deed.case.id)}))
        asked.kept = before or ()
        return Submit(task=item.key, answers=deed.submitted(item, answers, answers_json, before))

    with telling_questions(asked):
        carry_out(
            ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json,
            left_out=left_out, typed=answers,
        )  # fmt: skip


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
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Answer an invitation to the panel.

    Example: collegium act "De Linde" answer yes --as petra@school.example
    """
    from collegium.cli.answers import yes
    from collegium.cli.deed import Deed, carry_out
    from collegium.cli.form_words import Asked, telling_questions
    from engine.actions import Action
    from engine.actions import Answer as AnswerAction

    accepts = yes(word)
    asked = Asked()

    def make(deed: Deed) -> Action:
        held = deed.invited(seat)
        rule = deed.definition.invitations
        asked.questions = deed.questions(rule.form if rule else None)
        return AnswerAction(
            holding=held.key, accepts=accepts, answers=deed.invitation_answers(held, answers, answers_json)
        )

    with telling_questions(asked):
        carry_out(
            ctx, case, make, on_behalf=on_behalf, token=token, preview=preview, language=language, as_json=as_json,
            typed=answers,
        )  # fmt: skip
