"""The mail server, what did not get through, and whom no mail reaches."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aiosmtplib import SMTP, SMTPException

from collegium.attention import attention
from collegium.bootstrap import signer_of
from collegium.refusals import Answering
from collegium.speech import counted, t
from collegium.unsettled import lost
from engine.mail import MessageState
from notifications.mailboxes import LOOPBACK
from notifications.signing import BadKey
from notifications.trust import tls_context as trusted

if TYPE_CHECKING:
    from collegium.keeping.doctor import Grade, Ward
    from collegium.settings import Settings

PATIENCE = 10.0  # seconds
NAMED = 5
LOST: tuple[MessageState, ...] = ("unknown", "refused")


def mail_server(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """Connect, encrypt and sign in as `run` does, and hang up: no mail is sent."""
    settings = ward.app.settings
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        asyncio.run(_greet(settings))
    except (SMTPException, OSError, ValueError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        yield "wrong", t("doctor.smtp", server=where, words=words), t("doctor.smtp.do")
        return
    if settings.smtp_tls == "none" and settings.smtp_host not in LOOPBACK:
        yield "look", t("doctor.smtp_open", server=where), t("doctor.smtp_open.do")


async def _greet(settings: Settings) -> None:
    encrypted = settings.smtp_tls != "none"
    client = SMTP(
        hostname=settings.smtp_host, port=settings.smtp_port, timeout=PATIENCE,
        use_tls=settings.smtp_tls == "tls", start_tls=settings.smtp_tls == "starttls",
        username=settings.smtp_user or None, password=settings.smtp_password or None,
        tls_context=trusted(settings.smtp_ca) if encrypted else None,
    )  # fmt: skip
    async with client:
        await client.noop()


def mail(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    offices = ward.work.people.secretariats()
    found = Counter(each.state for office in offices for each in lost(ward.work, office.id))
    for state in LOST:
        if number := found[state]:
            yield "look", counted(f"doctor.mail_{state}", number), t(f"doctor.mail_{state}.do")


def signing(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """A key that cannot be used keeps `run` from starting."""
    try:
        signer_of(ward.app.settings)
    except BadKey as error:
        yield "wrong", Answering().say(error.args[0]), t("doctor.signing.do")


def waiting(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    """An outage of the mail server, mail to many that nobody has approved, outcomes that the office decides."""
    for office in ward.work.people.secretariats():
        for each in attention(ward.work, office, ward.now):
            if each.kind != "ended":
                remedy = f"`{each.command}`" if each.command else t("doctor.outbox.do")
                yield "wrong" if each.kind == "outage" else "look", each.text, remedy


def people(ward: Ward) -> Iterator[tuple[Grade, str, str]]:
    for office in ward.work.people.secretariats():
        lost = [each for each in ward.work.people.persons(office.id) if not each.reachable]
        if lost:
            names = ", ".join(each.name for each in lost[:NAMED])
            if more := lost[NAMED:]:
                names = counted("doctor.and_others", len(more), names=names)
            yield "look", t("doctor.unreached", names=names), t("doctor.unreached.do")
