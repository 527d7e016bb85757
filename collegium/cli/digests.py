"""`digest`: who gets which overview by itself, what it would say now, and switching one off or on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from collegium.cli.options import AsJson
from collegium.speech import columns, counted, known, moment_text, t
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from collegium.digests.readers import Subscriber
    from collegium.summaries.facts import Gathered
    from engine.digests import DigestKind
    from engine.ports import UnitOfWork

Person = Annotated[str, typer.Argument(metavar="PERSON", help="E-mail address or name.")]
Kind = Annotated[str | None, typer.Option("--kind", metavar="week|partnership|region", help="Only this kind.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        invoke_without_command=True, callback=digest, no_args_is_help=False, rich_markup_mode=None,
        help="List who gets which overview by itself, and when next.\n\nExample: collegium digest",
    )  # fmt: skip
    group.command("preview")(preview)
    group.command("off")(off)
    group.command("on")(on)
    app.add_typer(group, name="digest")


def digest(ctx: typer.Context, kind: Kind = None, as_json: AsJson = False) -> None:
    """List who gets which overview by itself, and when next.

    Example: collegium digest
    """
    if ctx.invoked_subcommand is not None:
        return
    from collegium.cli.desk import reading
    from collegium.cli.printing import say, say_json, say_table
    from collegium.digests.issuing import facts_of

    with reading(ctx) as (desk, work):
        found = _subscribers(desk, work, kind)
        gathered = facts_of(desk.app, work, desk.office, desk.now, found)
        rows = [_facts(desk, work, gathered, each) for each in found]
    if as_json:
        say_json(rows)
        return
    if not rows:
        say(t("digests_none"))
        return
    say_table(
        columns("digests_columns"),
        [
            (
                row["person"],
                known("digest_kind", row["kind"]),
                ", ".join(row["about"]),
                row["comes"],
                _when(desk, row["last"]),
                _when(desk, row["next"]),
            )
            for row in rows
        ],
    )
    say(counted("digests_listed", len(rows)))


def preview(
    ctx: typer.Context,
    person: Person,
    kind: Kind = None,
    html: Annotated[bool, typer.Option("--html", help="The HTML in place of the text.")] = False,
) -> None:
    """Print what somebody's digest would say now; nothing is sent.

    Example: collegium digest preview petra@school.example
    """
    from collegium.cli.desk import reading
    from collegium.cli.finding import person_named
    from collegium.cli.mail_facts import readable
    from collegium.cli.printing import say
    from collegium.digests.issuing import composed, facts_of
    from engine.digests import due

    with reading(ctx) as (desk, work):
        whom = person_named(work, desk.office.id, person)
        own = [each for each in _subscribers(desk, work, kind) if each.person.id == whom.id]
        if not own:
            say(t("digests_no", name=whom.name))
            return
        gathered = facts_of(desk.app, work, desk.office, desk.now, own)
        for number, to in enumerate(own):
            item = due(to.reader, to.course, to.last, desk.now)
            words = composed(work, gathered, to, item.cause if item is not None else "month")
            say("\n" * (number > 0) + t("digests_subject", subject=words.subject) + "\n")
            say(readable(words.html if html else words.text))


def off(ctx: typer.Context, person: Person, kind: Kind = None) -> None:
    """Stop the digests of somebody; mails about tasks go on.

    Example: collegium digest off petra@school.example --kind partnership
    """
    _switch(ctx, person, kind, off=True)


def on(ctx: typer.Context, person: Person, kind: Kind = None) -> None:
    """Let the digests of somebody come again.

    Example: collegium digest on petra@school.example
    """
    _switch(ctx, person, kind, off=False)


def _switch(ctx: typer.Context, person: str, kind: str | None, *, off: bool) -> None:
    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say
    from engine.digests import Subscription

    with opened(ctx) as desk, desk.app.store.write() as work:
        whom = person_named(work, desk.office.id, person)
        own = [each for each in _subscribers(desk, work, kind) if each.person.id == whom.id]
        for each in own:
            before = work.digests.subscription(whom.id, each.reader.kind)
            since = (before.off_since if before else None) or desk.now
            record = Subscription(person=whom.id, kind=each.reader.kind, off_since=since if off else None)
            work.digests.put_subscription(record)
        work.commit()
    kinds = ", ".join(known("digest_kind", each.reader.kind) for each in own)
    if not own:
        say(t("digests_no_such", name=whom.name))
    else:
        say(t("digests_stopped" if off else "digests_again", name=whom.name, kinds=kinds))


def _subscribers(desk: Desk, work: UnitOfWork, kind: str | None) -> list[Subscriber]:
    from collegium.digests.readers import subscribers
    from engine.digests import KINDS

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(
            said("{value!r} is none of {options}", value=kind, options=tuple(KINDS)), param_hint="--kind"
        )
    found = subscribers(desk.app, work, desk.office, desk.now)
    own = [each for each in found if kind in (None, each.reader.kind)]
    return sorted(own, key=lambda each: (KINDS.index(each.reader.kind), each.person.name))


def _facts(desk: Desk, work: UnitOfWork, gathered: Gathered, each: Subscriber) -> dict[str, Any]:
    from collegium.digests.issuing import has_looked
    from engine.digests import Facts, next_due, standing_of

    facts = Facts(course=each.course, standing=standing_of(each.may_see(gathered)))
    looked = has_looked(work, desk.office, desk.now)
    subscription = work.digests.subscription(each.person.id, each.reader.kind)
    off_since = subscription.off_since if subscription is not None else None
    comes = t("digest_comes" if each.reader.wanted else "digest_unreachable")
    if off_since is not None:
        comes = t("digest_off", day=f"{_local(desk, off_since):%Y-%m-%d}")
    return {
        "person": each.person.name,
        "kind": each.reader.kind,
        "about": _hosts(work, each),
        "comes": comes,
        "last": _local(desk, _last(work, each)),
        "next": _local(desk, next_due(each.reader, facts, each.last, desk.now, looked=looked)),
    }


def _last(work: UnitOfWork, each: Subscriber) -> datetime | None:
    """When the last one came; one that was left out did not."""
    if each.last is None or each.last.message is not None:
        return each.last.at if each.last is not None else None
    mails = work.outbox.messages(person=each.person.id)
    return max((mail.created_at for mail in mails if mail.digest == each.reader.kind), default=None)


def _hosts(work: UnitOfWork, each: Subscriber) -> list[str]:
    from collegium.case_names import host_name

    kind: DigestKind = each.reader.kind
    if kind == "week":
        return [t("digest_of_office")]
    return list(dict.fromkeys(host_name(work, case) for case in each.cases))


def _local(desk: Desk, moment: datetime | None) -> datetime | None:
    return moment.astimezone(ZoneInfo(desk.office.zone)) if moment is not None else None


def _when(desk: Desk, moment: datetime | None) -> str:
    return moment_text(moment, desk.office.zone)
