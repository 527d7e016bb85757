"""What stands in a mail, whoever made it? Headers and texts of a parsed mail, however badly it was made."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

TEXT = 60_000  # characters of a mail's own text that are looked at
PARTS = 60  # of one mail
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@]{1,64}@[a-zA-Z0-9][\w.-]*\.[a-zA-Z][\w-]+")
MESSAGE_ID = re.compile(r"<[^\s<>@]{1,200}@[^\s<>@]{1,200}>")
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]{0,2000}>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/h\d|/li)\b[^>]{0,200}>", re.IGNORECASE)


def header(mail: Message, name: str) -> str:
    """One header in words; "" where there is none."""
    raw = mail.get(name)
    if raw is None:
        return ""
    try:
        text = str(make_header(decode_header(str(raw))))
    except (LookupError, ValueError):  # a character set that nobody knows, or words that are not encoded as they say
        text = str(raw)
    return " ".join(text.split())


def addresses(mail: Message, *names: str) -> tuple[str, ...]:
    """All addresses in these headers, in small letters."""
    raw = [str(value) for name in names for value in mail.get_all(name, [])]
    found = (address.strip().strip("<>").lower() for _, address in getaddresses(raw))
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def sent_at(mail: Message) -> datetime | None:
    """The Date header, where it holds a date with a zone."""
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def walk(mail: Message, *, inside: bool = True) -> Iterator[Message]:
    """The parts of a mail in order; `inside`: those of the mails that it holds, too."""
    waiting, seen = [mail], 0
    while waiting and seen < PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        held = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and (inside or not held):
            waiting = [*(each for each in part.get_payload() if isinstance(each, Message)), *waiting]


def body(part: Message) -> str:
    """The text of one part, decoded as far as that can be done."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("latin-1")


def own_text(mail: Message) -> str:
    """What whoever sent it says: its plain texts, or its HTML as text; not what it returns or carries."""
    plain: list[str] = []
    rich: list[str] = []
    for part in walk(mail, inside=False):
        kind = part.get_content_type()
        broken = kind.startswith("multipart/") and not part.is_multipart()  # its boundary is never found
        if broken or (part.get_filename() is None and kind == "text/plain"):
            plain.append(body(part))
        elif part.get_filename() is None and kind == "text/html":
            rich.append(without_tags(body(part)[: 4 * TEXT]))
    text = "\n".join(plain)
    return (text if text.strip() else "\n".join(rich))[:TEXT]


def without_tags(text: str) -> str:
    """HTML as plain text: enough to look for words in it."""
    lines = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text))).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def message_ids(mail: Message) -> tuple[str, ...]:
    """Every Message-ID that a mail answers, returns or quotes, in the order in which they stand there."""
    found: dict[str, None] = {}
    for part in walk(mail):
        names = ("In-Reply-To", "References", "Original-Message-ID")
        for name in names if part is mail else ("Message-ID", *names):
            found.update(dict.fromkeys(MESSAGE_ID.findall(str(part.get(name, "")))))
        if part.get_content_maintype() == "text" or part.get_content_type() == "message/disposition-notification":
            found.update(dict.fromkeys(MESSAGE_ID.findall(body(part)[:TEXT])))
    return tuple(found)
