"""`outbox`: what was mailed, what will be, and what went wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from collegium.cli.options import AsJson

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from engine.ports import Message, StoredNotice, UnitOfWork

NEWEST = 50
LINK_TEXT = "[private link]"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        invoke_without_command=True, callback=outbox, no_args_is_help=False, rich_markup_mode=None,
        help="List mails by state, read one, or count them.\n\nExample: collegium outbox --state refused",
    )  # fmt: skip
    group.command("show")(show)
    group.command("counts")(counts)
    app.add_typer(group, name="outbox")


def outbox(
    ctx: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", help="ready, sending, sent, refused, unknown, held or cancelled.")
    ] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="What is still to be composed into mails.")] = False,
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

    from collegium.cli.desk import opened
    from collegium.cli.finding import case_named, person_named
    from engine.ports import MessageState

    if state is not None and state not in get_args(MessageState):
        known = ", ".join(get_args(MessageState))
        raise typer.BadParameter(f"{state!r} is none of {known}", param_hint="--state")
    with opened(ctx) as desk, desk.app.store.read() as work:
        whom = person_named(work, desk.office.id, person).id if person else None
        about = case_named(work, desk.office.id, case).id if case else None
        if waiting:
            notices = [each for each in work.outbox.notices(state="waiting", case=about) if _own(desk, each, whom)]
            _print_notices([_notice_facts(desk, work, each) for each in notices], as_json=as_json, whole=all_)
            return
        messages = [
            each for each in work.outbox.messages(state=state, person=whom)  # type: ignore[arg-type]  # checked above
            if each.secretariat == desk.office.id and about in (None, *each.cases)
        ]  # fmt: skip
        _print_messages([_facts(desk, work, each) for each in messages], as_json=as_json, whole=all_)


def _own(desk: Desk, notice: StoredNotice, whom: str | None) -> bool:
    return notice.secretariat == desk.office.id and whom in (None, notice.person)


def _name(work: UnitOfWork, person: str | None) -> str:
    record = work.people.person(person) if person else None
    return record.name if record else "somebody who was erased"


def _host(work: UnitOfWork, case: str) -> str:
    record = work.people.organisation(work.cases.load(case).subject)
    return record.name if record else case


def _local(desk: Desk, moment: datetime | None) -> datetime | None:
    """A moment in the office's own time."""
    return moment.astimezone(ZoneInfo(desk.office.zone)) if moment else None


def _facts(desk: Desk, work: UnitOfWork, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "state": message.state,
        "kind": message.kind,
        "to": _name(work, message.person),
        "address": message.address,
        "subject": message.subject,
        "language": message.language,
        "created": _local(desk, message.created_at),
        "sent": _local(desk, message.sent_at),
        "attempts": message.attempts,
        "next_try": _local(desk, message.next_try),
        "error": message.last_error,
        "about": [_host(work, case) for case in message.cases],
        "cases": list(message.cases),
    }


def _notice_facts(desk: Desk, work: UnitOfWork, stored: StoredNotice) -> dict[str, Any]:
    notice = stored.notice
    return {
        "id": stored.id,
        "kind": notice.kind,
        "template": notice.template,
        "rule": notice.rule,
        "to": _name(work, stored.person),
        "from": _local(desk, notice.send_at),
        "case": notice.case,
        "about": _host(work, notice.case),
        "task": notice.task,
    }


def _print_messages(rows: list[dict[str, Any]], *, as_json: bool, whole: bool) -> None:
    from collegium.cli.printing import say, say_json, say_table

    if as_json:
        say_json(rows)
        return
    if not rows:
        say("No such mails.")
        return
    say_table(
        ("Mail", "When", "State", "Kind", "To", "Subject", "Remark"),
        [
            (row["id"][:8], f"{row['sent'] or row['created']:%Y-%m-%d %H:%M}", row["state"], row["kind"], row["to"],
             row["subject"], row["error"])
            for row in (rows if whole else rows[-NEWEST:])
        ],
    )  # fmt: skip
    say(f"{len(rows)} mails{'' if whole or len(rows) <= NEWEST else f', the newest {NEWEST} are shown'}.")


def _print_notices(rows: list[dict[str, Any]], *, as_json: bool, whole: bool) -> None:
    from collegium.cli.printing import say, say_json, say_table

    if as_json:
        say_json(rows)
        return
    if not rows:
        say("Nothing waits to be mailed.")
        return
    say_table(
        ("From", "What", "To", "About", "Rule"),
        [
            (f"{row['from']:%Y-%m-%d %H:%M}", row["template"], row["to"], row["about"], row["rule"])
            for row in (rows if whole else rows[:NEWEST])
        ],
    )
    say(f"{len(rows)} words wait to be mailed; those to one person on one day go in one mail.")


def show(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(metavar="ID", help="Id of a mail, or the beginning of one.")],
    html: Annotated[bool, typer.Option("--html", help="The HTML in place of the text.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a mail as it was, or will be, sent; private links are not shown.

    Example: collegium outbox show 5f2c
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import Ambiguous, NotFound
    from collegium.cli.printing import say, say_json
    from notifications.links import PLACEHOLDER

    with opened(ctx) as desk, desk.app.store.read() as work:
        found = [each for each in work.outbox.messages() if each.id.startswith(message)]
        found = [each for each in found if each.secretariat == desk.office.id]
        exact = [each for each in found if each.id == message] or found
        if not exact:
            raise NotFound(f"There is no mail {message!r}")
        if len(exact) > 1:
            raise Ambiguous(f"{len(exact)} mails begin with {message!r}")
        facts = _facts(desk, work, exact[0])
    body = PLACEHOLDER.sub(LINK_TEXT, exact[0].html if html else exact[0].text)
    if as_json:
        say_json({**facts, "body": body})
        return
    sent = f", {facts['sent']:%Y-%m-%d %H:%M}" if facts["sent"] else ""
    say(f"To: {facts['to']} <{facts['address']}>")
    say(f"Subject: {facts['subject']}")
    error = f" ({facts['error']})" if facts["error"] else ""
    say(f"State: {facts['state']}{sent}{error}")
    say(f"Message-ID: {exact[0].message_id}")
    say()
    say(body)


def counts(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count the mails by kind and state.

    Example: collegium outbox counts --json
    """
    from collegium.cli.desk import opened
    from collegium.cli.printing import say, say_json, say_table

    with opened(ctx) as desk, desk.app.store.read() as work:
        found = sorted(work.outbox.counts().items())
        waiting = len([each for each in work.outbox.notices(state="waiting") if _own(desk, each, None)])
    if as_json:
        mails = [{"kind": kind, "state": state, "number": number} for (kind, state), number in found]
        say_json({"mails": mails, "waiting": waiting})
        return
    if found:
        say_table(("Kind", "State", "Mails"), [(kind, state, str(number)) for (kind, state), number in found])
    say(f"{sum(number for _, number in found)} mails; {waiting} words wait to be mailed.")
