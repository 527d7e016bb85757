"""`act CASE ACTION ...`: everything that a person may do to a case, for whom one acts, with a preview."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from collegium.cli import act_by_hand, act_dates, act_forms, act_panel
from collegium.cli.act_options import NO_CASE

WITH_VALUE = ("--as", "--token", "--language", "--answer", "--answers-json", "--reason")


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
    for command in (
        act_forms.take, act_forms.submit, act_forms.answer, act_panel.assign, act_panel.substitute, act_dates.extend,
        act_dates.pin, act_dates.pause, act_dates.resume, act_dates.recalculate, act_by_hand.waive, act_by_hand.differ,
        act_by_hand.visitor, act_by_hand.correct,
    ):  # fmt: skip
        group.command(command.__name__)(command)
    app.add_typer(group, name="act", subcommand_metavar="CASE ACTION [ARGS]...")


def act() -> None:
    """Do something in a case: `collegium act CASE ACTION ...`; `collegium act CASE ACTION --help` tells more.

    Who acts is recorded: an operator for the office, or, with --as, for that person under their role.

    Example: collegium act "De Linde" take begin --answer day=2027-04-22 --as cora@bureau.example --preview
    """
