"""How do tests hand a mail to the relay, and find it again on the other side?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from engine.mail import Delivery, Wire
from notifications import trust
from notifications.smtp import Security, SmtpSender
from tests.wire.dovecot import fetch
from tests.wire.pair import PASSWORD, USER, Pair
from tests.wire.postfix import wait_until

SENDER = "return+{}@peerreview.example"


def wire(id: str, recipient: str, data: bytes = b"Subject: test\r\n\r\nWilt u dit doen?\r\n") -> Wire:
    """A mail with a return path of its own."""
    return Wire(message=id, sender=SENDER.format(id), recipient=recipient, data=data)


def sender(pair: Pair, port: str = "starttls", security: Security | None = None, **options: Any) -> SmtpSender:
    """The sender as an installation has it, for one of the ports of the relay."""
    usual: dict[str, Any] = {
        "security": security or ("tls" if port == "tls" else "starttls"),
        "username": USER,
        "password": PASSWORD,
        "tls_context": trust.tls_context(str(pair.authority.ca)),
        "timeout": 10.0,
        "connections": 2,
    }
    return SmtpSender("localhost", pair.ports[port], **{**usual, **options})


def send(sender: SmtpSender, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
    """One delivery per mail."""

    async def run() -> Mapping[str, Delivery]:
        found = await sender.send(mails)
        await sender.close()
        return found

    return asyncio.run(run())


def arrived(pair: Pair, id: str, *fields: str) -> dict[str, str]:
    """The mail with that return path in the receiver's Maildir, as dovecot reads it; waits until it is there."""
    search = ("HEADER", "Return-Path", SENDER.format(id))
    wait_until(
        lambda: any((pair.delivered / "new").glob("*")) and fetch(pair.delivered, ["uid"], *search), f"mail {id}"
    )
    (mail,) = fetch(pair.delivered, fields or ("uid",), *search)
    return mail


def arrivals(pair: Pair) -> list[tuple[str, str]]:
    """Return path and recipient of everything that the receiving side has kept, when all queues are empty."""
    pair.settle()
    found = fetch(pair.delivered, ["hdr.return-path", "hdr.delivered-to"])
    return sorted((mail["hdr.return-path"].strip("<>"), mail["hdr.delivered-to"]) for mail in found)
