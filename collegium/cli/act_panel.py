"""`act CASE assign` and `substitute`: who is in the panel, or holds a role."""

from __future__ import annotations

from typing import Annotated

import typer

from collegium.cli.act_options import Case, OnBehalf, Preview, Reason
from collegium.cli.options import AsJson, Language, not_blank


def assign(
    ctx: typer.Context,
    case: Case,
    name: Annotated[str, typer.Argument(metavar="SEAT|ROLE", help="A kind of place in the panel, or a role.")],
    people: Annotated[
        list[str] | None,
        typer.Argument(metavar="PERSON...", help="E-mail addresses or names, best first; none: who is listed already."),
    ] = None,
    places: Annotated[int | None, typer.Option("--places", help="How many places there are to be.")] = None,
    waive_: Annotated[
        list[str] | None, typer.Option("--waive", metavar="PERSON", help="Although a rule bars this person.")
    ] = None,
    reason: Reason = "",
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Name candidates for a kind of place in the panel, best first, or the holders of a role.

    Example: collegium act "De Linde" assign peer petra@school.example paul@school.example --places 2
    """
    from collegium.cli.deed import Deed, carry_out
    from engine.actions import Action, Assign

    def make(deed: Deed) -> Action:
        chosen = tuple(deed.participant(each) for each in people or ())
        waived = deed.reasons(waive_ or [], reason, "--waive")
        return Assign(name=deed.seat_or_role(name), participants=chosen, places=places, waive=waived)

    carry_out(ctx, case, make, on_behalf=on_behalf, preview=preview, language=language, as_json=as_json)


def substitute(
    ctx: typer.Context,
    case: Case,
    place: Annotated[str, typer.Argument(metavar="PLACE|PERSON", help="A place such as peer-2, or who leaves it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.", callback=not_blank)],
    successor: Annotated[
        str | None, typer.Option("--successor", help="Who comes; nobody: the place falls free.")
    ] = None,
    waive_: Annotated[bool, typer.Option("--waive", help="Although a rule bars the successor.")] = False,
    on_behalf: OnBehalf = None,
    preview: Preview = False,
    language: Language = "",
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
