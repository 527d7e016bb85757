"""What became of a mail that was taken back to be written anew? The mails in which it stands now, or what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collegium.cli.desk import Desk
from collegium.speech import known, moment_text, t
from engine.events import Event
from engine.mail import Message, StoredNotice
from engine.ports import UnitOfWork
from notifications.rewriting import told_by


def rewriting(desk: Desk, work: UnitOfWork, message: Message, event: Event | None) -> dict[str, Any] | None:
    """As plain values; None where it was not written anew."""
    from collegium.cli.mail_facts import local

    if event is None:
        return None
    told = told_by(work, message, event)
    mails = {each.message: _mail(desk, work, each.message) for each in told if each.message}
    waiting = [each.notice.send_at for each in told if each.state == "waiting"]
    return {
        "on": local(desk, event.recorded_at),
        "mails": sorted(mails.values(), key=lambda each: str(each["id"])),
        "waits_until": local(desk, min(waiting)) if waiting else None,
    }


def _mail(desk: Desk, work: UnitOfWork, id: str) -> dict[str, Any]:
    from collegium.cli.mail_facts import local

    found = work.outbox.message(id)
    return {"id": id, "state": found.state if found else "", "sent": local(desk, found.sent_at if found else None)}


def rewriting_text(facts: Mapping[str, Any]) -> str:
    """As a phrase: the mails, what still waits, or that nothing of it is told any more."""
    mails: Sequence[Mapping[str, Any]] = facts["mails"]
    found = [t("anew_in", mail=_mail_text(each)) for each in mails]
    if facts["waits_until"] is not None:
        found.append(t("anew_waits", at=moment_text(facts["waits_until"], facts["waits_until"].tzinfo)))
    return "; ".join(found) or t("anew_nothing")


def notice_now(desk: Desk, work: UnitOfWork, stored: StoredNotice) -> str:
    """Where one notice of such a mail is now, as a phrase."""
    from collegium.cli.mail_facts import local, worded

    if stored.message:
        return t("anew_in", mail=_mail_text(_mail(desk, work, stored.message)))
    if stored.state == "waiting":
        at = local(desk, stored.notice.send_at)
        return t("anew_waits", at=moment_text(at, at.tzinfo if at else None))
    return t("anew_untold", why=worded(stored.reason))


def _mail_text(facts: Mapping[str, Any]) -> str:
    sent = f", {moment_text(facts['sent'], facts['sent'].tzinfo)}" if facts["sent"] else ""
    return f"{facts['id'][:8]} ({known('state', facts['state'])}{sent})"
