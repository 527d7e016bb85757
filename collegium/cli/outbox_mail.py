"""`outbox show` and `outbox story`: what a mail says, and everything that happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language, OutFile
from collegium.cli.outbox_deeds import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from collegium.cli.desk import Desk
    from collegium.cli.words import Words
    from engine.ports import Message, StoredNotice, UnitOfWork

DEEDS = {
    "mail_held": "held", "mail_released": "released", "mail_edited": "changed", "mail_resent": "sent again",
    "mail_copied": "copied to oneself", "mail_decided": "decided", "mail_cancelled": "cancelled",
}  # fmt: skip
MOST_EVENTS = 5


def register(group: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("show")(show)
    group.command("story")(story)


def show(
    ctx: typer.Context,
    mail: Mail,
    html: Annotated[bool, typer.Option("--html", help="The HTML in place of the text.")] = False,
    source: Annotated[
        bool, typer.Option("--source", help="Only the text, with the marks of private links: for `edit --text`.")
    ] = False,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Read a mail as it was, or will be, sent; private links are not shown.

    Example: collegium outbox show 5f2c
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import mail_named
    from collegium.cli.mail_facts import mail_facts, readable
    from collegium.cli.printing import say, say_json

    with opened(ctx) as desk, desk.app.store.read() as work:
        message = mail_named(work, desk.office.id, mail)
        facts = mail_facts(desk, work, message)
    body = readable(message.html if html else message.text)
    if as_json:
        say_json({**facts, "body": body})
        return
    if out is not None:
        out.write_text(message.text if source else body, encoding="utf-8")
        return
    if source:
        say(message.text.rstrip("\n"))
        return
    _say_head(facts)
    say(f"Message-ID: {message.message_id}")
    for attachment in message.attachments:
        say(f"With: {attachment.name} ({attachment.media_type})")
    say()
    say(body)


def _say_head(facts: dict[str, Any]) -> None:
    from collegium.cli.printing import say

    sent = f", {facts['sent']:%Y-%m-%d %H:%M}" if facts["sent"] else ""
    why = facts["held_because"] or facts["error"]
    say(f"To: {facts['to']} <{facts['address']}>")
    say(f"Subject: {facts['subject']}")
    say(f"State: {facts['state']}{sent}{f' ({why})' if why else ''}{', changed by hand' if facts['edited'] else ''}")


def story(ctx: typer.Context, mail: Mail, language: Language = "", as_json: AsJson = False) -> None:
    """Tell the whole story of one mail: rule, cause, words, attempts, the server's answers, what came back, deeds.

    Example: collegium outbox story 5f2c
    """
    from collegium.cli.desk import opened
    from collegium.cli.finding import mail_named
    from collegium.cli.mail_facts import mail_facts
    from collegium.cli.printing import say_json

    with opened(ctx) as desk, desk.app.store.read() as work:
        message = mail_named(work, desk.office.id, mail)
        told = {
            **mail_facts(desk, work, message),
            "for_day": message.local_day,
            "because": list(_because(desk, work, message, language)),
            "links": list(_links(work, message)),
            "happened": sorted(_happened(desk, work, message), key=lambda each: each["on"]),
        }
    if as_json:
        say_json(told)
    else:
        _print(told)


def _because(desk: Desk, work: UnitOfWork, message: Message, language: str) -> Iterator[dict[str, Any]]:
    """Each notice that the mail tells: its rule in words, and what caused it."""
    from collegium.cli.mail_facts import host_of, local
    from collegium.cli.rule_words import rule_text
    from collegium.cli.words import Words

    # What is sent again, or copied, tells what the first one told.
    origin = message.resends or message.id
    for stored in work.outbox.notices_in(origin):
        words = Words(desk, work, work.cases.load(stored.notice.case), language)
        yield {
            "what": words.label("notice", stored.notice.template),
            "rule": stored.notice.rule,
            "in_words": rule_text(words, stored.notice),
            "occurrence": stored.notice.occurrence,
            "about": host_of(work, stored.notice.case),
            "case": stored.notice.case,
            "caused_on": local(desk, stored.notice.caused_at),
            "caused_by": list(_caused_by(work, words, stored)),
            "to_be_sent_from": local(desk, stored.notice.send_at),
        }


def _caused_by(work: UnitOfWork, words: Words, stored: StoredNotice) -> Iterator[str]:
    from collegium.cli.event_words import event_text

    told = stored.notice
    # The occurrence of a tell is the number of the last event before the step that caused it.
    after = int(told.occurrence) if told.occurrence.isdecimal() else 0
    history = [sealed for sealed in work.cases.history(told.case) if sealed.seq > after]
    found = [sealed.event for sealed in history if sealed.event.effective_at == told.caused_at]
    for event in found[:MOST_EVENTS]:
        yield f"{event_text(words, event)}, by {words.actor(event.actor)}"
    if len(found) > MOST_EVENTS:
        yield f"and {len(found) - MOST_EVENTS} more in the same step"


def _links(work: UnitOfWork, message: Message) -> Iterator[dict[str, Any]]:
    from notifications import links

    for id in links.named(message.text):
        link = work.outbox.find_link(id)
        if link is not None:
            yield {"id": id, "task": link.task, "revoked": link.revoked}


def _happened(desk: Desk, work: UnitOfWork, message: Message) -> Iterator[dict[str, Any]]:
    """Attempts, answers, reports and deeds, each with its moment."""

    def at(moment: datetime, what: str) -> dict[str, Any]:
        from collegium.cli.mail_facts import local

        return {"on": local(desk, moment), "what": what}

    yield at(message.created_at, "composed" if message.resends is None else f"sends {message.resends[:8]} again")
    for number, attempt in enumerate(work.outbox.deliveries(message.id), start=1):
        answer = f": {attempt.delivery.answer}" if attempt.delivery.answer else ""
        yield at(attempt.at, f"attempt {number}, {attempt.delivery.outcome}{answer}")
    for report in work.outbox.reports(message=message.id):
        words = " ".join(filter(None, (report.status_code, report.diagnostic)))
        yield at(report.received_at, f"came back, {report.kind}{f': {words}' if words else ''}")
    for again in work.outbox.resent(message.id):
        yield at(again.created_at, f"sent again as {again.id[:8]}, now {again.state}")
    for moment, what in _deeds(work, message):
        yield at(moment, what)


def _deeds(work: UnitOfWork, message: Message) -> Iterator[tuple[datetime, str]]:
    """What people of the office did with it."""
    from collegium.cli.mail_facts import name_of
    from engine.ports import outbox_stream

    for sealed in work.stream(outbox_stream(message.secretariat)):
        event = sealed.event
        if event.kind not in DEEDS or event.data.get("message") != message.id or event.kind == "mail_resent":
            continue
        who = event.data["by"]
        by = "an operator" if who == "operator" else name_of(work, who)
        what = DEEDS[event.kind] + (f" ({event.data['how']})" if "how" in event.data else "")
        if "before" in event.data:
            what += f" from {event.data['before'][:8]} to {event.data['after'][:8]}"
        reason = event.data["reason"]
        yield event.recorded_at, f"{what} by {by}{f': {reason}' if reason else ''}"


def _print(told: dict[str, Any]) -> None:
    from collegium.cli.printing import say

    say(f"Mail {told['id']}")
    _say_head(told)
    say()
    say(f"Why ({len(told['because'])} in one mail)" if len(told["because"]) > 1 else "Why")
    for each in told["because"]:
        say(f"  {each['what']}: {each['in_words']} ({each['rule']}), about {each['about']}")
        caused, sent = (f"{each[name]:%a %Y-%m-%d %H:%M}" for name in ("caused_on", "to_be_sent_from"))
        say(f"    caused {caused}; to be sent from {sent}")
        for cause in each["caused_by"]:
            say(f"    because of {cause}")
    if not told["because"]:
        say("  No rule of a process: it was made by hand, by a duty of the clock, or was taken back.")
    for link in told["links"]:
        say(f"  with a private link to {link['task']}{' (revoked)' if link['revoked'] else ''}")
    say()
    say("What happened")
    for each in told["happened"]:
        say(f"  {each['on']:%a %Y-%m-%d %H:%M:%S}  {each['what']}")
