"""`bounces`: what came back on mails, whom they do not reach, and addresses that work again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from collegium.cli.options import AsJson
from engine.saying import said

if TYPE_CHECKING:
    from collegium.cli.desk import Desk
    from engine.mail import MailReport
    from engine.ports import UnitOfWork

NEWEST = 50


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        invoke_without_command=True, callback=bounces, no_args_is_help=False, rich_markup_mode=None,
        help="List what came back on mails, and whom mail does not reach.\n\nExample: collegium bounces --kind hard",
    )  # fmt: skip
    group.command("show")(show)
    group.command("read")(read)
    group.command("clear")(clear)
    app.add_typer(group, name="bounces")


def bounces(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="hard, soft, policy, delayed, away, gone, challenge, receipt, reply, unsure or other.",
        ),
    ] = None,
    person: Annotated[str | None, typer.Option("--about", help="Only what is about this person.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what came back on mails, and whom mail does not reach.

    Example: collegium bounces --kind hard
    """
    if ctx.invoked_subcommand is not None:
        return
    from typing import get_args

    from collegium.cli.desk import reading
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say, say_json
    from collegium.speech import t
    from engine.mail import MailReportKind

    if kind is not None and kind not in get_args(MailReportKind):
        kinds = ", ".join(get_args(MailReportKind))
        raise typer.BadParameter(said("{value!r} is none of {options}", value=kind, options=kinds), param_hint="--kind")
    with reading(ctx) as (desk, work):
        whom = person_named(work, desk.office.id, person).id if person else None
        found = [
            _facts(desk, work, each) for each in work.outbox.reports(person=whom)
            if each.secretariat in (None, desk.office.id) and kind in (None, each.kind)
        ]  # fmt: skip
        flagged = [one for one in work.people.flagged() if not one.reachable and one.secretariat == desk.office.id]
        dead = [_flag(desk, one.name, one.email, one.unreachable_since, one.unreachable_why) for one in flagged]
    if as_json:
        say_json({"not_reached": dead, "reports": found})
        return
    _tell_dead(dead)
    if found:
        _tell_reports(found)
    else:
        say(t("nothing_back" if kind is None and whom is None else "nothing_such"))


def _tell_dead(dead: list[dict[str, Any]]) -> None:
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, t

    if dead:
        say(t("not_reached_until"))
        say_table(
            columns("dead_columns"),
            [(row["who"], row["address"], _minute(row["since"]), row["why"]) for row in dead],
        )
        say()


def _tell_reports(found: list[dict[str, Any]]) -> None:
    """The newest of what came back."""
    from collegium.cli.printing import say, say_table
    from collegium.speech import columns, known, t

    say_table(
        columns("report_columns"),
        [
            (row["id"][-8:], _minute(row["at"]), known("report_kind", row["kind"]), row["who"] or row["address"],
             row["says"][:80])
            for row in found[-NEWEST:]
        ],
    )  # fmt: skip
    say(t("came_back" if len(found) <= NEWEST else "came_back_newest", n=len(found), newest=NEWEST))


def _minute(moment: Any) -> str:
    from collegium.speech import moment_text

    return moment_text(moment, moment.tzinfo) if moment else ""


def _flag(desk: Desk, who: str, address: str, since: Any, why: str) -> dict[str, Any]:
    return {"who": who, "address": address, "since": since and since.astimezone(_zone(desk)), "why": why}


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.office.zone)


def _facts(desk: Desk, work: UnitOfWork, report: MailReport) -> dict[str, Any]:
    person = work.people.person(report.person) if report.person else None
    return {
        "id": report.id,
        "kind": report.kind,
        "who": person.name if person else "",
        "address": report.address,
        "code": report.status_code,
        "says": report.diagnostic,
        "back_on": report.back_on or None,
        "at": report.received_at.astimezone(_zone(desk)),
        "recorded": report.recorded_at.astimezone(_zone(desk)),
        "mail": report.message,
        "found_by": report.matched_by,
    }


def show(
    ctx: typer.Context,
    report: Annotated[str, typer.Argument(metavar="ID", help="Id of a report, or the end of one.")],
    as_json: AsJson = False,
) -> None:
    """Tell all about one report: what it says, the mail that it is about, and what followed.

    Example: collegium bounces show 5f2c0a1b
    """
    from collegium.cli.desk import reading
    from collegium.cli.finding import Ambiguous, NotFound
    from collegium.cli.printing import say, say_json
    from collegium.speech import known, moment_text, t

    with reading(ctx) as (desk, work):
        found = [each for each in work.outbox.reports() if each.id.endswith(report)]
        found = [each for each in found if each.secretariat in (None, desk.office.id)]
        if not found:
            raise NotFound(said("There is no report {name!r}", name=report))
        if len(found) > 1:
            raise Ambiguous(said("{n} reports end with {name!r}", n=len(found), name=report))
        facts = _facts(desk, work, found[0])
        message = work.outbox.message(found[0].message) if found[0].message else None
        person = work.people.person(found[0].person) if found[0].person else None
    facts["subject"] = message.subject if message else None
    facts["reached"] = person.reachable if person else None
    if as_json:
        say_json(facts)
        return
    label = known("report_kind", facts["kind"])
    says = facts["says"] or t("report_says_nothing")
    found_by = known("found_by", facts["found_by"]) if facts["found_by"] else t("found_by_nothing")
    say(t("report_head", kind=label, at=_minute(facts["at"]), recorded=_minute(facts["recorded"])))
    say(t("report_says", says=says) + (f" ({facts['code']})" if facts["code"] else ""))
    say(t("report_about", who=facts["who"] or t("nobody_known"), address=facts["address"], found_by=found_by))
    if facts["back_on"]:
        say(t("report_back_on", day=facts["back_on"]))
    if message is not None:
        sent = moment_text(message.sent_at, _zone(desk)) if message.sent_at else t("never")
        say(t("report_mail", id=message.id[:8], subject=message.subject, sent=sent))
    if facts["reached"] is not None:
        say(t("report_reached" if facts["reached"] else "report_not_reached"))


def read(ctx: typer.Context) -> None:
    """Read the mailbox now, whether or not `run` does so every minute.

    Example: collegium bounces read
    """
    from collegium.cli.desk import opened
    from collegium.cli.printing import say
    from collegium.settings import BadSettings
    from collegium.speech import counted

    with opened(ctx) as desk:
        returned = desk.app.returned
        if returned.mailbox is None:
            raise BadSettings(said("There is no mailbox to read: set `mailbox`, see docs/howto/bounces.md"))
        seen = returned.read(desk.now)
        returned.run(desk.now)
    say(counted("mailbox_read", seen.read, new=seen.new, to_read=seen.to_read))


def clear(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Name, address or id of a person.")],
) -> None:
    """Say that an address works after all: mail goes there again, and what is still open is asked once more.

    Example: collegium bounces clear "Jan Jansen"
    """
    from dataclasses import replace

    from collegium.cli.desk import opened
    from collegium.cli.finding import person_named
    from collegium.cli.printing import say
    from collegium.speech import t

    with opened(ctx) as desk:
        with desk.app.store.write() as work:
            found = person_named(work, desk.office.id, person)
            if found.reachable:
                say(t("nothing_to_clear", name=found.name, email=found.email))
                return
            now = replace(found, reachable=True, unreachable_since=found.unreachable_since or desk.now)
            work.people.put_person(now.reached_anew(found, desk.now))
            work.commit()
        desk.app.returned.run(desk.now)
    say(t("cleared", name=found.name, email=found.email))
