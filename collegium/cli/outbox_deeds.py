"""`outbox pause, hold, release, edit, resend, decide` and the like: what the office may do with a mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from collegium.cli.options import AsJson, not_blank
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.departures import Departure
    from collegium.cli.desk import Desk
    from engine.mail import Link, Message
    from engine.ports import UnitOfWork
    from notifications.oversight import Deed

Mail = Annotated[str, typer.Argument(metavar="ID", help="Id of a mail, or the beginning of one.")]
Mails = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of mails, or their beginnings.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.", callback=not_blank)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Anyway = Annotated[
    bool, typer.Option("--anyway", help="Also where it is the second reminder mail of its reader on this day.")
]
As = Annotated[str | None, typer.Option("--as", help="Who of the office does it; without it, the operator.")]


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("pause")(pause)
    group.command("resume")(resume)
    group.command("hold")(hold)
    group.command("release")(release)
    group.command("cancel")(cancel)
    group.command("edit")(edit)
    group.command("resend")(resend)
    group.command("to-me")(to_me)
    group.command("decide")(decide)
    group.command("revoke")(revoke)


@contextmanager
def doing(ctx: typer.Context, who: str | None, reason: str = "") -> Iterator[tuple[Desk, Deed]]:
    """One transaction of one deed in the outbox; what is refused leaves nothing behind.

    Raises Refused where who does it has no function in the office's own organisation.
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from engine.errors import Refused
    from notifications.oversight import Deed

    with opened(ctx) as desk, desk.app.store.write() as work:
        person = person_named(work, desk.office.id, who) if who else None
        deed = Deed(work=work, now=desk.now, person=person.id if person else None, reason=reason)
        if person is not None and not _roles_in_office(desk, deed):
            raise Refused(
                "Can't act for the office",
                [said("{who} has no function in the office's own organisation", who=person.name)],
            )
        yield desk, deed
        work.commit()


def _roles_in_office(desk: Desk, deed: Deed) -> set[str]:
    """What somebody is in the office's own organisation today."""
    from collegium.roster import is_current

    if deed.person is None:
        return set()
    offices = {each.id for each in deed.work.people.organisations(desk.office.id) if each.kind == "office"}
    held = deed.work.people.memberships(person=deed.person)
    today = desk.today
    return {each.role for each in held if each.organisation in offices and is_current(each, today)}


def pause(ctx: typer.Context, reason: Why, who: As = None, as_json: AsJson = False) -> None:
    """Let no mail leave until `outbox resume`: mails are written, and can be read, changed, held or cancelled.

    Example: collegium outbox pause --reason "Eerst alle uitnodigingen lezen"
    """
    from collegium.cli.printing import say, say_json
    from collegium.speech import counted, t
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        oversight.pause(deed, desk.office)
        ready, unwritten = deed.work.outbox.pending(desk.office.id, desk.now)
    if as_json:
        say_json({"paused": deed.now.astimezone(desk.zone), "ready": ready, "unwritten": unwritten})
        return
    say(t("mail_paused"))
    say(counted("mail_kept", ready))
    if unwritten:
        say(counted("unwritten", unwritten))


def resume(ctx: typer.Context, reason: Reason = "", who: As = None, as_json: AsJson = False) -> None:
    """Let mail leave again, all that became ready meanwhile first; it says when.

    Example: collegium outbox resume
    """
    from collegium.cli.departures import departures, summed, summed_facts
    from collegium.cli.printing import say, say_json
    from collegium.speech import counted
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        ready = oversight.resume(deed, desk.office)
        _, unwritten = deed.work.outbox.pending(desk.office.id, desk.now)
        found = list(departures(desk, deed.work, ready).values())
    if as_json:
        say_json({"ready": len(ready), "unwritten": unwritten, "departures": summed_facts(found)})
        return
    say(counted("mail_resumed", len(ready)))
    if unwritten:
        say(counted("unwritten", unwritten))
    for line in summed(found):
        say(line)


def hold(ctx: typer.Context, mails: Mails, reason: Why, who: As = None, as_json: AsJson = False) -> None:
    """Keep mails back until they are released; out of those that wait for approval too, so that the others can go.

    Example: collegium outbox hold 5f2c --reason "Eerst bellen"
    """
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        found = _named(desk, deed.work, mails)
        for message in found:
            oversight.hold(deed, message)
    _say_done("hold", found, as_json=as_json)


def release(ctx: typer.Context, mails: Mails, reason: Reason = "", who: As = None, as_json: AsJson = False) -> None:
    """Let held mails go; one that was held out of mails that wait for approval waits with them again. It says when.

    Example: collegium outbox release 5f2c
    """
    from collegium.cli.departures import departures
    from collegium.cli.printing import say
    from collegium.speech import t
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        found = _named(desk, deed.work, mails)
        went = [message for message in found if oversight.release(deed, message)]
        when = departures(desk, deed.work, went)
    _say_done("release", went if not as_json else found, when, as_json=as_json)
    for message in [] if as_json else found:
        if message not in went:
            say(t("waits_again", id=message.id[:8], bulk=(message.bulk or "")[:8]))


def cancel(ctx: typer.Context, mails: Mails, reason: Reason = "", who: As = None, as_json: AsJson = False) -> None:
    """Let mails that are ready or held never go; what they tell is not told again.

    Example: collegium outbox cancel 5f2c --reason "went out before the restore"
    """
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        found = _named(desk, deed.work, mails)
        for message in found:
            oversight.cancel(deed, message)
    _say_done("cancel", found, as_json=as_json)


def edit(
    ctx: typer.Context,
    mail: Mail,
    who: Annotated[str, typer.Option("--as", help="Who of the office changes it.")],
    subject: Annotated[str | None, typer.Option("--subject", help="Another subject.")] = None,
    text: Annotated[
        Path | None,
        typer.Option("--text", exists=True, dir_okay=False, help="File with the whole text, as `show --source` gives."),
    ] = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Change what a mail says, before it leaves; its HTML is made anew from the text.

    The role of `outbox_role` (office) in the office's own organisation is needed for it.

    Example: collegium outbox edit 5f2c --as cora@bureau.example --text mail.txt
    """
    from notifications import oversight

    if subject is None and text is None:
        raise typer.BadParameter("give --subject, --text or both", param_hint="edit")
    try:
        words = text.read_text(encoding="utf-8-sig") if text else None
    except UnicodeDecodeError as error:
        hint = said("{file} is not UTF-8 (byte {n}): save it as UTF-8", file=text, n=error.start + 1)
        raise typer.BadParameter(hint, param_hint="--text") from None
    with doing(ctx, who, reason) as (desk, deed):
        _may_edit(desk, deed)
        (message,) = _named(desk, deed.work, [mail])
        changed = oversight.edit(deed, message, subject=subject, text=words)
    _say_done("edit", [changed], as_json=as_json)


def resend(
    ctx: typer.Context, mail: Mail, reason: Why, anyway: Anyway = False, who: As = None, as_json: AsJson = False
) -> None:
    """Send a mail again, to the reader's present address.

    Nobody gets two reminder mails on one day, unless you say --anyway: that and the reason stand in the mail's story.

    Example: collegium outbox resend 5f2c --reason "Adres hersteld"
    """
    from collegium.cli.departures import departures
    from collegium.refusals import Told
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        (message,) = _named(desk, deed.work, [mail])
        with Told() as told_of:
            if message.cases:
                case = deed.work.cases.load(message.cases[0])
                told_of.about(desk.app.library.of(deed.work, case), desk.app.library.wording(deed.work, case), case)
            again = oversight.resend(deed, message, desk.app.service, anyway=anyway)
        when = departures(desk, deed.work, [again])
    _say_done("resend", [again], when, as_json=as_json)


def to_me(
    ctx: typer.Context,
    mail: Mail,
    who: Annotated[str, typer.Option("--as", help="Who gets the copy.")],
    as_json: AsJson = False,
) -> None:
    """Send a copy to yourself: marked, with dead links; it does not count as delivered.

    Example: collegium outbox to-me 5f2c --as cora@bureau.example
    """
    from collegium.cli.departures import departures
    from notifications import oversight

    with doing(ctx, who) as (desk, deed):
        (message,) = _named(desk, deed.work, [mail])
        assert deed.person is not None
        copied = oversight.copy_to(deed, message, deed.person, desk.app.service)
        when = departures(desk, deed.work, [copied])
    _say_done("to_me", [copied], when, as_json=as_json)


def decide(
    ctx: typer.Context,
    mail: Mail,
    how: Annotated[
        str, typer.Argument(metavar="sent|again|by-phone", help="It arrived, send it again, or the reader was rung.")
    ],
    reason: Why,
    anyway: Anyway = False,
    who: As = None,
    as_json: AsJson = False,
) -> None:
    """Settle a mail of which nobody knows whether it arrived.

    Example: collegium outbox decide 5f2c by-phone --reason "Gebeld, zij heeft het gelezen"
    """
    from typing import get_args

    from collegium.cli.departures import departures
    from collegium.doubts import settle
    from notifications import oversight

    if how not in get_args(oversight.How):
        raise typer.BadParameter(
            said("{value!r} is none of {options}", value=how, options=get_args(oversight.How)), param_hint="how"
        )
    with doing(ctx, who, reason) as (desk, deed):
        (message,) = _named(desk, deed.work, [mail])
        again = oversight.decide(deed, message, how, desk.app.service, anyway=anyway)  # type: ignore[arg-type]
        settle(deed.work, desk.app.operations, message, desk.now)
        when = departures(desk, deed.work, [again] if again else [])
    _say_done("decide", [again or message], when, as_json=as_json)


def revoke(
    ctx: typer.Context,
    link: Annotated[
        str, typer.Argument(metavar="LINK|ID", help="A private link, its id, or a mail whose links are meant.")
    ],
    reason: Why,
    who: As = None,
    as_json: AsJson = False,
) -> None:
    """End a private link: it opens nothing any more. The reader's next mail holds another one.

    Example: collegium outbox revoke 5f2c --reason "Doorgestuurd aan een ander"
    """
    from collegium.cli.printing import say, say_json
    from collegium.cli.words import Words
    from collegium.speech import counted, spoken, t
    from notifications import oversight

    with doing(ctx, who, reason) as (desk, deed):
        ended = _links(desk, deed.work, link)
        touched = [message for each in ended for message in oversight.revoke(deed, desk.office.id, each)]
        tasks = [Words(desk, deed.work, deed.work.cases.load(each.case), spoken()).thing(each.task) for each in ended]
        kept = [message for message in touched if message.edited or message.state == "held"]
        anew = [message for message in touched if message not in kept]
    if as_json:
        say_json({"links": [each.id for each in ended], "written_anew": [message.id for message in anew],
                  "held": [message.id for message in kept]})  # fmt: skip
        return
    for task in tasks:
        say(t("link_ended", task=task))
    if anew:
        say(counted("links_anew", len(anew)))
    for message in kept:
        say(t("link_kept_held" if message.state == "held" else "link_kept_edited", id=message.id[:8]))


def _links(desk: Desk, work: UnitOfWork, word: str) -> list[Link]:
    """The links of a token, an id or a mail. Raises NotFound and Ambiguous."""
    from collegium.cli.finding import NotFound, mail_named
    from notifications import links

    direct = work.outbox.find_link(word)
    if direct is None and "." in word:
        direct = work.outbox.find_link(links.read(desk.app.settings.secret(), word.rstrip("/").rpartition("/")[2])[0])
    if direct is not None:
        return [direct]
    message = mail_named(work, desk.office.id, word)
    found = [each for id in links.named(message.text) if (each := work.outbox.find_link(id)) is not None]
    if not found:
        raise NotFound(said("The mail {id} holds no private link", id=message.id[:8]))
    return found


def _may_edit(desk: Desk, deed: Deed) -> None:
    """Only those of the office's own people who have that role change what a mail says."""
    from engine.errors import Refused

    role = desk.app.settings.outbox_role
    if role not in _roles_in_office(desk, deed):
        person = deed.work.people.person(deed.person or "")
        name = person.name if person else said("nobody")
        reason = said(
            "{who} does not have the role {role} in the office's own organisation (setting outbox_role)",
            who=name, role=role,
        )  # fmt: skip
        raise Refused("Can't change what a mail says", [reason])


def _named(desk: Desk, work: UnitOfWork, words: list[str]) -> list[Message]:
    from collegium.cli.finding import mail_named

    found = {message.id: message for message in (mail_named(work, desk.office.id, word) for word in words)}
    return list(found.values())


def _say_done(
    what: str, messages: list[Message], when: Mapping[str, Departure] = MappingProxyType({}), *, as_json: bool
) -> None:
    """What was done to which mails, and when each of them leaves where it was let go."""
    from collegium.cli.printing import say, say_json
    from collegium.speech import known, t

    if as_json:
        rows = [{"id": each.id, "subject": each.subject, "address": each.address} for each in messages]
        say_json([row | (when[row["id"]].facts() if row["id"] in when else {}) for row in rows])
        return
    for each in messages:
        done = t("did_to", did=known("did", what), id=each.id[:8], subject=each.subject, address=each.address)
        say(f"{done}; {when[each.id].phrase()}" if each.id in when else done)
