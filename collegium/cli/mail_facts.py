"""What is there to say about a mail, or about what will be one? Plain values for tables and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from collegium.case_names import host_name
from collegium.cli.desk import Desk
from collegium.cli.rewritten_mail import rewriting, rewriting_text
from collegium.cli.rule_words import rule_text
from collegium.cli.words import Words
from collegium.speech import known, moment_text, spoken, t
from engine.events import Event
from engine.mail import Message, StoredNotice, outbox_stream
from engine.ports import UnitOfWork
from notifications import oversight
from notifications.bulk import APPROVED
from notifications.links import PLACEHOLDER
from notifications.rewriting import rewritten


def readable(text: str) -> str:
    """The words of a mail without the marks that stand for private links."""
    return PLACEHOLDER.sub(t("private_link"), text)


def is_own(desk: Desk, notice: StoredNotice, whom: str | None) -> bool:
    """Whether a notice is of this office, and to that person where one is named."""
    return notice.secretariat == desk.office.id and whom in (None, notice.person)


def name_of(work: UnitOfWork, person: str | None) -> str:
    """What a person is called."""
    record = work.people.person(person) if person else None
    return record.name if record else t("erased_person")


def host_of(work: UnitOfWork, case: str) -> str:
    """The organisation that a case is about, and the row of its list where it is about one."""
    return host_name(work, work.cases.load(case))


def doer(work: UnitOfWork, by: str) -> str:
    """Who of the office did something in the outbox."""
    return t("an_operator") if by == "operator" else name_of(work, by)


def worded(reason: str) -> str:
    """Why a mail is held, lapsed or was not sent: our own reasons as sentences of this language, all else as it is."""
    from collegium.refusals import Answering

    return Answering().reason(reason)


def local(desk: Desk, moment: datetime | None) -> datetime | None:
    """A moment in the office's own time."""
    return moment.astimezone(ZoneInfo(desk.office.zone)) if moment else None


def kind_labels(desk: Desk, work: UnitOfWork) -> dict[str, str]:
    """What the kinds of mails are called in the processes of this office's cases."""
    labels: dict[str, str] = {}
    for cycle in work.definitions.cycles(desk.office.id):
        for id in work.cases.all_ids(desk.office.id, cycle.id)[:1]:
            for (kind, name), texts in desk.app.library.wording(work, work.cases.load(id)).labels.items():
                if kind == "notice" and spoken() in texts:
                    labels.setdefault(name, texts[spoken()])
    return labels


def mail_facts(
    desk: Desk, work: UnitOfWork, message: Message, labels: Mapping[str, str] | None = None,
    lapsing: Mapping[str, str] | None = None, decided: Mapping[str, Event] | None = None,
    anew: Mapping[str, Event] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A mail as plain values, without its words; `lapsing`: what `Outbox.lapsing` says of it among others, `decided`:
    what the office has decided about mails whose outcome was unknown, `anew`: the mails that were written anew."""
    lapsing = work.outbox.lapsing([message]) if lapsing is None else lapsing
    decided = oversight.decided(work, message.secretariat) if decided is None else decided
    anew = rewritten(work, message.secretariat) if anew is None else anew
    return {
        "id": message.id,
        "state": message.state,
        "kind": message.kind,
        "kind_label": (labels or {}).get(message.kind) or known("mail_kind", message.kind),
        "to": name_of(work, message.person),
        "address": message.address,
        "subject": message.subject,
        "language": message.language,
        "created": local(desk, message.created_at),
        "sent": local(desk, message.sent_at),
        "attempts": message.attempts,
        "next_try": local(desk, message.next_try),
        "error": worded(message.hold or message.last_error),
        "held_because": worded(message.hold),
        "lapses": worded(lapsing.get(message.id, "")),
        "decided": _decision(desk, work, decided.get(message.id)),
        "rewritten": rewriting(desk, work, message, anew.get(message.id)),
        "edited": message.edited,
        "resends": message.resends,
        "bulk": message.bulk,
        "about": [host_of(work, case) for case in message.cases],
        "cases": list(message.cases),
    }


def _decision(desk: Desk, work: UnitOfWork, event: Event | None) -> dict[str, Any] | None:
    if event is None:
        return None
    told = event.data
    at = local(desk, event.recorded_at)
    return {"how": told["how"], "by": doer(work, told["by"]), "on": at, "reason": told["reason"]}


def approval(desk: Desk, work: UnitOfWork, message: Message) -> dict[str, Any] | None:
    """Who let a mail to many go with the others, and when; None where nobody has, or need."""
    bulk = work.outbox.bulk(message.bulk) if message.bulk else None
    if bulk is None or bulk.approved_at is None:
        return None
    events = (sealed.event for sealed in work.stream(outbox_stream(message.secretariat)))
    own = [each.data for each in events if each.kind == APPROVED and each.data["bulk"] == bulk.id]
    mails = own[-1].get("mails") if own else None
    return {"by": doer(work, bulk.approved_by), "on": local(desk, bulk.approved_at), "mails": mails}


def remarks(facts: Mapping[str, Any]) -> list[str]:
    """What there is to say about a mail beside its state, as phrases: why, what will become of it, what was done."""
    return [
        *([facts["error"]] if facts["error"] else []),
        *([t("leaves_not", why=facts["lapses"])] if facts["lapses"] else []),
        *([_decided(facts["decided"])] if facts["decided"] else []),
        *([rewriting_text(facts["rewritten"])] if facts["rewritten"] else []),
        *([t("edited")] if facts["edited"] else []),
    ]


def state_text(facts: Mapping[str, Any]) -> str:
    """The state of a mail; one that was written anew is not called cancelled."""
    return t("written_anew") if facts["rewritten"] else known("state", facts["state"])


def _decided(facts: Mapping[str, Any]) -> str:
    at = moment_text(facts["on"], facts["on"].tzinfo)
    return t("decided_by", who=facts["by"], at=at, how=known("how", facts["how"]))


def untold_facts(desk: Desk, work: UnitOfWork, notices: Iterable[StoredNotice]) -> list[dict[str, Any]]:
    """What became no mail, each with why, as plain values."""
    words: dict[str, Words] = {}
    rows = []
    for each in notices:
        case = each.notice.case
        if case not in words:
            words[case] = Words(desk, work, work.cases.load(case), spoken())
        why = {"state": each.state, "why": worded(each.reason)}
        rows.append({**notice_facts(desk, work, each, words[case]), **why})
    return rows


def notice_facts(desk: Desk, work: UnitOfWork, stored: StoredNotice, words: Words | None = None) -> dict[str, Any]:
    """What waits to be mailed, as plain values."""
    notice = stored.notice
    words = words or Words(desk, work, work.cases.load(notice.case), spoken())
    return {
        "id": stored.id,
        "kind": notice.kind,
        "template": notice.template,
        "what": words.label("notice", notice.template),
        "rule": notice.rule,
        "in_words": rule_text(words, notice),
        "to": name_of(work, stored.person),
        "from": local(desk, notice.send_at),
        "case": notice.case,
        "about": host_of(work, notice.case),
        "task": notice.task,
    }
