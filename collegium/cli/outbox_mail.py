"""`outbox show` and `outbox story`: what a mail says, and everything that happened to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collegium.cli.options import AsJson, Language, OutFile
from collegium.cli.outbox_deeds import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from collegium.cli.desk import Desk
    from collegium.cli.words import Words
    from engine.mail import Message, StoredNotice
    from engine.ports import UnitOfWork

DEEDS = frozenset(
    {"mail_held", "mail_released", "mail_edited", "mail_copied", "mail_decided", "mail_cancelled", "mail_resent"}
)  # what the office may do with a mail
MOST_EVENTS = 5
BOOKKEEPING = ("task_opening", "dates_computed", "date_set", "recalculated")
"""Events that say what others of their step have said, or what the engine worked out."""
OF_SERVER = re.compile(r"(?:[A-Z]+|content): (?=\d{3}\b)")
"""Before the words of a server stands what it was asked (`_answered` of the wire)."""


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
    from collegium.cli.desk import reading
    from collegium.cli.finding import mail_named
    from collegium.cli.mail_facts import approval, mail_facts, readable
    from collegium.cli.printing import say, say_json
    from collegium.speech import t

    with reading(ctx) as (desk, work):
        message = mail_named(work, desk.office.id, mail)
        facts = {**mail_facts(desk, work, message), "approved": approval(desk, work, message)}
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
        say(t("mail_with", name=attachment.name, type=attachment.media_type))
    say()
    say(body)


def _say_head(facts: dict[str, Any]) -> None:
    from collegium.cli.mail_facts import remarks, state_text
    from collegium.cli.printing import say
    from collegium.speech import moment_text, t

    sent = f", {moment_text(facts['sent'], facts['sent'].tzinfo)}" if facts["sent"] else ""
    remark = f" ({'; '.join(found)})" if (found := remarks(facts)) else ""
    say(t("mail_to", to=facts["to"], address=facts["address"]))
    say(t("mail_subject", subject=facts["subject"]))
    say(t("mail_state", state=state_text(facts)) + sent + remark)
    if facts["approved"]:
        say(_approved(facts["approved"]))


def story(ctx: typer.Context, mail: Mail, language: Language = "", as_json: AsJson = False) -> None:
    """Tell the whole story of one mail: rule, cause, words, attempts, the server's answers, what came back, deeds.

    Example: collegium outbox story 5f2c
    """
    from collegium.cli.desk import reading
    from collegium.cli.finding import mail_named
    from collegium.cli.mail_facts import approval, mail_facts
    from collegium.cli.printing import say_json

    with reading(ctx) as (desk, work):
        message = mail_named(work, desk.office.id, mail)
        told = {
            **mail_facts(desk, work, message),
            "approved": approval(desk, work, message),
            "for_day": message.local_day,
            "digest": message.digest,
            "because": list(_because(desk, work, message, language)),
            "links": list(_links(desk, work, message, language)),
            "happened": [*sorted(_happened(desk, work, message), key=lambda each: each["on"]), *_lapsed(work, message)],
        }
    if as_json:
        say_json(told)
    else:
        _print(told)


def _because(desk: Desk, work: UnitOfWork, message: Message, language: str) -> Iterator[dict[str, Any]]:
    """Each notice that the mail tells: its rule in words, and what caused it."""
    from collegium.cli.mail_facts import host_of, local
    from collegium.cli.rewritten_mail import notice_now
    from collegium.cli.rule_words import rule_text
    from collegium.cli.words import Words
    from notifications.rewriting import rewritten, told_by

    # What is sent again, or copied, tells what the first one told.
    origin = message.resends or message.id
    event = rewritten(work, message.secretariat).get(message.id)
    for stored in told_by(work, message, event) if event else work.outbox.notices_in(origin):
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
            "now": notice_now(desk, work, stored) if event else "",
        }


def _caused_by(work: UnitOfWork, words: Words, stored: StoredNotice) -> Iterator[str]:
    from collegium.cli.event_words import event_text
    from collegium.speech import t

    told = stored.notice
    # The occurrence of a tell is the number of the last event before the step that caused it.
    after = int(told.occurrence) if told.occurrence.isdecimal() else 0
    history = [sealed for sealed in work.cases.history(told.case) if sealed.seq > after]
    events = [sealed.event for sealed in history if sealed.event.effective_at == told.caused_at]
    events = [event for event in events if event.kind not in BOOKKEEPING] or events
    whole = (t("story_by", what=event_text(words, event), who=words.actor(event.actor)) for event in events)
    found = list(dict.fromkeys(whole))
    yield from found[:MOST_EVENTS]
    if len(found) > MOST_EVENTS:
        yield t("story_more", n=len(found) - MOST_EVENTS)


def _links(desk: Desk, work: UnitOfWork, message: Message, language: str) -> Iterator[dict[str, Any]]:
    from collegium.cli.words import Words
    from notifications import links

    for id in links.named(message.text):
        link = work.outbox.find_link(id)
        if link is not None:
            label = Words(desk, work, work.cases.load(link.case), language).thing(link.task)
            yield {"id": id, "task": link.task, "label": label, "revoked": link.revoked}


def _happened(desk: Desk, work: UnitOfWork, message: Message) -> Iterator[dict[str, Any]]:
    """Attempts, answers, reports and deeds, each with its moment."""
    from collegium.speech import known, t

    def at(moment: datetime, what: str) -> dict[str, Any]:
        from collegium.cli.mail_facts import local

        return {"on": local(desk, moment), "what": what}

    composed = t("story_composed") if message.resends is None else t("story_resends", id=message.resends[:8])
    yield at(message.created_at, composed)
    yield from _approval(desk, work, message)
    for number, attempt in enumerate(work.outbox.deliveries(message.id), start=1):
        answer = _answer(attempt.delivery.answer)
        yield at(attempt.at, t("story_attempt", n=number, outcome=known("outcome", attempt.delivery.outcome)) + answer)
    for report in work.outbox.reports(message=message.id):
        words = " ".join(filter(None, (report.status_code, report.diagnostic)))
        yield at(report.received_at, t("story_back", kind=known("report_kind", report.kind)) + (words and f": {words}"))
    for again in work.outbox.resent(message.id):
        yield at(again.created_at, t("story_again", id=again.id[:8], state=known("state", again.state)))
    for moment, what in _deeds(work, message):
        yield at(moment, what)


def _answer(answer: str) -> str:
    """How an attempt ended, in words: what a server has said, or our own reason."""
    from collegium.cli.mail_facts import worded
    from collegium.speech import t

    spoken = OF_SERVER.match(answer)
    if spoken is not None:
        return t("story_answer", words=worded(answer[spoken.end() :]))
    return f": {worded(answer)}" if answer else ""


def _approval(desk: Desk, work: UnitOfWork, message: Message) -> Iterator[dict[str, Any]]:
    """That a mail to many waited, if it did, and who let it go with the others."""
    from collegium.cli.mail_facts import approval, local
    from collegium.speech import counted, t

    found = approval(desk, work, message)
    if message.bulk and (found is None or found["on"] > message.created_at):
        yield {"on": local(desk, message.created_at), "what": t("story_waits")}
    if found is not None:
        told = counted("story_approved", found["mails"], who=found["by"]) if found["mails"] else _by(found["by"])
        yield {"on": found["on"], "what": told}


def _by(who: str) -> str:
    from collegium.speech import t

    return t("story_approved_by", who=who)


def _approved(facts: dict[str, Any]) -> str:
    """Who let a mail to many go, below its state."""
    from collegium.speech import counted, moment_text, t

    at = moment_text(facts["on"], facts["on"].tzinfo)
    mails = counted("mails_together", facts["mails"]) if facts["mails"] else ""
    return t("mail_approved", who=facts["by"], at=at, mails=mails)


def _lapsed(work: UnitOfWork, message: Message) -> Iterator[dict[str, Any]]:
    """Why a mail lapsed that nobody of the office has cancelled: at the end, since no moment of it is kept."""
    from collegium.cli.mail_facts import worded
    from collegium.speech import t
    from notifications.oversight import cancelled
    from notifications.rewriting import rewritten

    anew = message.id in rewritten(work, message.secretariat)
    if message.state == "cancelled" and message.last_error and not anew and not cancelled(message):
        yield {"on": None, "what": t("story_lapsed", why=worded(message.last_error))}


def _deeds(work: UnitOfWork, message: Message) -> Iterator[tuple[datetime, str]]:
    """What people of the office did with it, and that its reader has another address since it was written."""
    from collegium.cli.mail_facts import doer, worded
    from collegium.speech import known, t
    from engine.mail import outbox_stream
    from notifications.readdressing import READDRESSED
    from notifications.rewriting import REWRITTEN

    own = {each.id for each in work.outbox.notices_in(message.id)}
    for sealed in work.stream(outbox_stream(message.secretariat)):
        event = sealed.event
        if event.kind == READDRESSED and event.data["message"] == message.id:
            yield event.recorded_at, t("story_readdressed")
        if event.kind == REWRITTEN and event.data["message"] == message.id:
            yield event.recorded_at, t("story_anew", why=worded(message.last_error))
        elif event.kind == REWRITTEN and not own.isdisjoint(event.data["notices"]):
            yield message.created_at, t("story_anew_of", id=event.data["message"][:8])
        if event.kind not in DEEDS or message.id not in (event.data.get("message"), event.data.get("again")):
            continue
        by = doer(work, event.data["by"])
        what = known("deed", event.kind) + (f" ({known('how', event.data['how'])})" if "how" in event.data else "")
        if "before" in event.data:
            what = t("story_text_changed", what=what, old=event.data["before"][:8], new=event.data["after"][:8])
        if event.data.get("second"):
            what = t("story_second", what=what)
        reason = event.data["reason"]
        yield event.recorded_at, t("story_deed", what=what, who=by) + (f": {reason}" if reason else "")


def _print(told: dict[str, Any]) -> None:
    from collegium.cli.printing import say
    from collegium.speech import moment_text, t

    number = len(told["because"])
    say(t("story_of", id=told["id"]))
    _say_head(told)
    say()
    say(t("story_why_many", n=number) if number > 1 else t("story_why"))
    for each in told["because"]:
        say(f"  {t('story_about', what=each['what'], why=each['in_words'], about=each['about'])}")
        caused, sent = (moment_text(each[name], each[name].tzinfo) for name in ("caused_on", "to_be_sent_from"))
        say(f"    {t('story_caused', caused=caused, sent=sent)}")
        for cause in each["caused_by"]:
            say(f"    {t('story_because', cause=cause)}")
        if each["now"]:
            say(f"    {each['now']}")
    if not told["because"]:
        say(f"  {t('story_digest' if told['digest'] else 'story_no_rule')}")
    for link in told["links"]:
        say(f"  {t('story_link', task=link['label'])}{t('story_revoked') if link['revoked'] else ''}")
    say()
    say(t("story_happened"))
    for each in told["happened"]:
        say(f"  {moment_text(each['on'], each['on'] and each['on'].tzinfo)}  {each['what']}")
