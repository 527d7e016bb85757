"""`outbox`: what was mailed, what will be, and what went wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from collegium.cli import outbox_bulk, outbox_deeds, outbox_mail, outbox_tomorrow
from collegium.cli.options import AsJson
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from engine.mail import MessageState, NoticeState
    from engine.ports import UnitOfWork

NEWEST = 50
UNTOLD: tuple[NoticeState, ...] = ("withdrawn", "skipped", "merged")
"""States of a notice that became no mail."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        invoke_without_command=True, callback=outbox, no_args_is_help=False, rich_markup_mode=None,
        help="List mails by state, read one, or count them.\n\nExample: collegium outbox --state refused",
    )  # fmt: skip
    group.command("counts")(counts)
    for module in (outbox_mail, outbox_tomorrow, outbox_deeds, outbox_bulk):
        module.register(group)
    app.add_typer(group, name="outbox")


def outbox(
    ctx: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", help="ready, sending, sent, refused, unknown, held or cancelled.")
    ] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="What is still to be composed into mails.")] = False,
    untold: Annotated[bool, typer.Option("--untold", help="What became no mail, and why.")] = False,
    person: Annotated[str | None, typer.Option("--to", help="Only mails to this person.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="Only mails about this case.")] = None,
    all_: Annotated[bool, typer.Option("--all", help=f"All of them, not only the newest {NEWEST}.")] = False,
    as_json: AsJson = False,
) -> None:
    """List mails by state, the newest last.

    Example: collegium outbox --state refused
    """
    if ctx.invoked_subcommand is not None:
        return
    from typing import get_args

    from collegium.cli.desk import reading
    from collegium.cli.finding import case_named, person_named
    from engine.mail import MessageState

    if state is not None and state not in get_args(MessageState):
        known = ", ".join(get_args(MessageState))
        raise typer.BadParameter(
            said("{value!r} is none of {options}", value=state, options=known), param_hint="--state"
        )
    with reading(ctx) as (desk, work):
        whom = person_named(work, desk.office.id, person).id if person else None
        about = case_named(work, desk.office.id, case).id if case else None
        if waiting:
            _list_notices(desk, work, whom, about, as_json=as_json, whole=all_)
        elif untold:
            _list_untold(desk, work, whom, about, as_json=as_json, whole=all_)
        else:
            _list_messages(desk, work, whom, about, cast("MessageState | None", state), as_json=as_json, whole=all_)


def say_attention(found: list[Any]) -> None:
    """What needs somebody, a line each; nobody asked for it, so it is no part of the answer."""
    from collegium.cli.printing import warn

    for each in found:
        warn(f"! {each.text}")


def _moment(moment: datetime) -> str:
    """As `mail_facts` has it: on the clock of the office."""
    from collegium.speech import moment_text

    return moment_text(moment, moment.tzinfo)


def _list_messages(
    desk: Desk, work: UnitOfWork, whom: str | None, about: str | None, state: MessageState | None, *, as_json: bool,
    whole: bool,
) -> None:  # fmt: skip
    from collegium.attention import attention
    from collegium.cli.mail_facts import kind_labels, mail_facts
    from notifications.oversight import decided
    from notifications.rewriting import rewritten

    if not as_json:
        say_attention(attention(work, desk.office, desk.now))
    labels = kind_labels(desk, work)
    most = None if whole or as_json else NEWEST
    messages, number = work.outbox.newest(desk.office.id, most, person=whom, case=about, state=state)
    lapsing = work.outbox.lapsing(messages)
    settled = decided(work, desk.office.id)
    anew = rewritten(work, desk.office.id)
    rows = [mail_facts(desk, work, each, labels, lapsing, settled, anew) for each in reversed(messages)]
    _print_messages(rows, number, as_json=as_json)


def _print_messages(rows: list[dict[str, Any]], number: int, *, as_json: bool) -> None:
    from collegium.cli.mail_facts import remarks, state_text
    from collegium.cli.printing import say, say_json, say_table
    from collegium.speech import columns, counted, t

    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("no_such_mails"))
        return
    say_table(
        columns("mail_columns"),
        [
            (row["id"][:8], _moment(row["sent"] or row["created"]), state_text(row), row["kind_label"],
             row["to"], row["subject"], "; ".join(remarks(row)))
            for row in rows
        ],
    )  # fmt: skip
    some = number > len(rows)
    say(t("mails_newest", n=number, newest=len(rows)) if some else counted("mails_summed", number))


def _list_notices(
    desk: Desk, work: UnitOfWork, whom: str | None, about: str | None, *, as_json: bool, whole: bool
) -> None:
    from collegium.cli.mail_facts import is_own, notice_facts

    notices = [each for each in work.outbox.notices(state="waiting", case=about) if is_own(desk, each, whom)]
    _print_notices([notice_facts(desk, work, each) for each in notices], as_json=as_json, whole=whole)


def _print_notices(rows: list[dict[str, Any]], *, as_json: bool, whole: bool) -> None:
    from collegium.cli.printing import say, say_json, say_table
    from collegium.speech import columns, counted, t

    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("nothing_waits"))
        return
    say_table(
        columns("notice_columns"),
        [
            (_moment(row["from"]), row["what"], row["to"], row["about"], row["in_words"])
            for row in (rows if whole else rows[:NEWEST])
        ],
    )
    say(counted("notices_wait", len(rows)))


def _list_untold(
    desk: Desk, work: UnitOfWork, whom: str | None, about: str | None, *, as_json: bool, whole: bool
) -> None:
    from collegium.cli.mail_facts import is_own, untold_facts

    found = [each for state in UNTOLD for each in work.outbox.notices(state=state, case=about)]
    own = sorted((each for each in found if is_own(desk, each, whom)), key=lambda each: each.notice.send_at)
    some = own if whole or as_json else own[-NEWEST:]
    _print_untold(untold_facts(desk, work, some), len(own), as_json=as_json)


def _print_untold(rows: list[dict[str, Any]], number: int, *, as_json: bool) -> None:
    from collegium.cli.printing import say, say_json, say_table
    from collegium.speech import columns, counted, t

    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("nothing_untold"))
        return
    say_table(
        columns("untold_columns"),
        [(_moment(row["from"]), row["what"], row["to"], row["about"], row["why"]) for row in rows],
    )
    some = number > len(rows)
    say(t("untold_newest", n=number, newest=len(rows)) if some else counted("untold_summed", number))


def counts(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count the mails by kind and state.

    Example: collegium outbox counts --json
    """
    from collegium.cli.desk import reading
    from collegium.cli.mail_facts import is_own, kind_labels
    from collegium.cli.printing import say, say_json, say_table
    from collegium.speech import columns, counted, known

    with reading(ctx) as (desk, work):
        found = sorted(work.outbox.counts().items())
        labels = kind_labels(desk, work)
        waiting = len([each for each in work.outbox.notices(state="waiting") if is_own(desk, each, None)])
    if as_json:
        mails = [{"kind": kind, "state": state, "number": number} for (kind, state), number in found]
        say_json({"mails": mails, "waiting": waiting})
        return
    if found:
        rows = [
            (labels.get(kind, known("mail_kind", kind)), known("state", state), str(n)) for (kind, state), n in found
        ]
        say_table(columns("count_columns"), rows)
    say(counted("counts_summed", waiting, mails=counted("mails", sum(number for _, number in found))))
