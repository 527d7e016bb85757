"""What does a delivery status notification say? The fields of RFC 3464, as servers fill them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.message import Message

from engine.mail import MailReportKind
from notifications.bounces.parts import ADDRESS, TEXT, body, walk
from notifications.bounces.status import meaning, status_in

# The fields of the message, and then, after a blank line, those of its first recipient: RFC 3464 section 2.1.
BEGINS = re.compile(
    r"\s*(Reporting-MTA|Original-Envelope-Id|Arrival-Date|Received-From-MTA):.*?\n\s*\n[\w-]+:", re.DOTALL
)
BLANK = re.compile(r"\r?\n[ \t]*\r?\n")
ARRIVED = ("delivered", "relayed", "expanded")  # RFC 3464 section 2.3.3: it went on, nobody says that it failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The fields of one recipient (RFC 3464 section 2.3)."""

    action: str
    status: str
    diagnostic: str
    addresses: tuple[str, ...]  # original and final recipient


def recipients(mail: Message) -> list[Recipient]:
    """Each recipient of whom the notification in this mail, or in a mail that it holds, speaks."""
    for part in walk(mail):
        found = list(_recipients(_blocks(part)))
        if found:
            return found
    return []


def _blocks(part: Message) -> Sequence[Message]:
    """The blocks of fields of one part: as it should be, in an encoding all the same, or as the text that a gateway
    made of it."""
    kind = part.get_content_type()
    if kind in ("message/delivery-status", "message/global-delivery-status"):
        payload = part.get_payload()
        found = [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
        if any(_is_of_a_recipient(each) for each in found):
            return found
        return _written("\n".join(each.as_string() for each in found), str(part.get("Content-Transfer-Encoding", "")))
    text = body(part) if kind == "text/plain" else ""
    return _written(text) if BEGINS.match(text) else ()


def _written(text: str, encoding: str = "") -> Sequence[Message]:
    """Blocks from a text in which blank lines stand between them."""
    if encoding:
        wrapped = message_from_string(f"Content-Transfer-Encoding: {encoding}\n\n{text.strip()}\n")
        text = body(wrapped)
    return [message_from_string(block.strip()) for block in BLANK.split(text[:TEXT].strip())]


def _is_of_a_recipient(block: Message) -> bool:
    return any(block.get(name) for name in ("Action", "Final-Recipient"))


def _recipients(blocks: Sequence[Message]) -> Iterator[Recipient]:
    for block in blocks:
        if not _is_of_a_recipient(block):
            continue
        diagnostic = _text(block, "Diagnostic-Code")
        status = status_in(_text(block, "Status")) or _success(block) or status_in(diagnostic)
        if status.endswith(".0.0") and (better := status_in(diagnostic)):
            status = better  # 5.0.0 says no more than "failed"; the server that refused it often did
        yield Recipient(
            action=_text(block, "Action").lower().split(" ")[0],
            status=status,
            diagnostic=diagnostic,
            addresses=_addresses(block),
        )


def _success(block: Message) -> str:
    found = re.search(r"2\.\d+\.\d+", _text(block, "Status"))
    return found[0] if found else ""


def _text(block: Message, name: str) -> str:
    """A field on one line, without the type before the semicolon (RFC 3464 section 2.1.2)."""
    value = " ".join(str(block.get(name, "")).split())
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and re.fullmatch(r"[\w-]+", kind.strip()) else value


def _addresses(block: Message) -> tuple[str, ...]:
    raw = " ".join(_text(block, name) for name in ("Original-Recipient", "Final-Recipient"))
    return tuple(dict.fromkeys(found.lower() for found in ADDRESS.findall(raw)))


def kind_of(found: Sequence[Recipient]) -> tuple[MailReportKind, Recipient]:
    """What happened to the mail, and to which of the recipients.

    We write to one address; several are those to which that one leads on. Where one of them got it, it arrived.
    """
    for wanted in (ARRIVED, ("failed",), ("delayed",)):
        for each in found:
            if each.action in wanted:
                return _kind(each), each
    return _kind(found[0]), found[0]


def _kind(recipient: Recipient) -> MailReportKind:
    if recipient.action in ARRIVED:
        return "receipt"
    if recipient.action == "delayed":
        return "delayed"
    if recipient.action != "failed" and not recipient.status:
        return "unsure"
    if recipient.status.startswith("2"):
        return "receipt"
    return meaning(recipient.status, recipient.diagnostic)
