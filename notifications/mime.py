"""What are the bytes of a mail? Built once from a stored message, at the moment when it goes to the wire."""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32
from email.utils import format_datetime, formataddr, parseaddr
from hashlib import sha256
from io import BytesIO
from string import ascii_letters, digits
from typing import Any
from urllib.parse import quote

from engine.errors import CollegiumError
from engine.mail import Message, Wire
from notifications import links, return_path
from notifications.addresses import on_the_wire
from notifications.paragraphs import CONTROL

# RFC 5321 section 4.1.2 without quoted local parts, and RFC 6531 for letters beyond ASCII.
ADDRESS = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;,@\\\"]{1,64}@[^\s\x00-\x20\x7f()<>\[\]:;,@\\\"]{1,255}")
MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")  # RFC 6838 section 4.2
LINE = 76
BYTES_A_LINE = 57  # 76 characters of base64
WORD = "=?utf-8?q?{}?="
PLAIN = frozenset((ascii_letters + digits + "-!*+/").encode())
QUOTED = tuple("_" if byte == 0x20 else chr(byte) if byte in PLAIN else f"={byte:02X}" for byte in range(256))


class _Folded(str):
    """A header that is broken into lines already."""

    __slots__ = ()


class _ShortLines(Compat32):
    """Writes a header that fits on a line as it stands; the policy that it extends takes each apart to fold it."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, _Folded) or (isinstance(value, str) and len(name) + 2 + len(value) <= LINE):
            return f"{name}: {value}\r\n".encode("ascii", "surrogateescape")
        return super().fold_binary(name, value)


WIRE = _ShortLines(linesep="\r\n", mangle_from_=False)


class CannotBuild(CollegiumError):
    """A message cannot be made into a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """From which address the installation sends, and with which key it makes private links."""

    address: str  # in From; its domain is that of the Message-IDs
    key: bytes = field(repr=False)
    bounces: str | None = None  # where mails come back, each to a return path of its own; None: the address itself

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, id: str) -> str:
        """The Message-ID of the message in the row with that id."""
        return f"<{id}@{self.domain}>"

    def return_path(self, id: str) -> str:
        """The envelope sender of the message in the row with that id."""
        return return_path.tagged(self.bounces, id, self.key) if self.bounces else self.address


def build(
    message: Message,
    service: Service,
    at: datetime,
    addresses: Mapping[str, str] | None = None,
    stop: str | None = None,
) -> Wire:
    """The mail with its envelope; `addresses` gives the address of each private link by the link's id.

    `stop` is where the reader of a digest stops it, in its headers and in its words. Raises CannotBuild, or
    UnknownPlaceholder where a link has no address.
    """
    known = {**(addresses or {}), **({links.STOP: stop} if stop else {})}
    recipient = _address(message.address)
    mail = _body(message, known)
    if message.attachments:
        mail = _with_files(message, mail)
    for name, value in (_headers(message, service, at, recipient) | _of_list(message, service, stop)).items():
        mail[name] = value
    data = BytesIO()
    BytesGenerator(data, policy=WIRE).flatten(mail)
    return Wire(
        message=message.id,
        sender=_address(service.return_path(message.id)),
        recipient=recipient,
        data=data.getvalue(),
    )


def _body(message: Message, addresses: Mapping[str, str]) -> MIMEMultipart:
    """The words as text and as HTML; a calendar file is one more way to say them (RFC 6047 section 2.4), and the last.

    Programs act on that part and on no attachment, so a mail has one of them at most: of several files each is left for
    its reader to open (RFC 5546 section 3.2: one UID a file).
    """
    body = MIMEMultipart("alternative", boundary=_boundary(f"body {message.id}"))
    for subtype, text in (("plain", message.text), ("html", message.html)):
        body.attach(_part(subtype, links.fill(text, addresses), message.language))
    calendars = [attachment for attachment in message.attachments if attachment.method]
    for attachment in calendars if len(calendars) == 1 else ():
        part = MIMENonMultipart("text", "calendar", charset="utf-8", method=_token(attachment.method))
        body.attach(_filled(part, attachment.data))
    return body


def _with_files(message: Message, body: MIMEMultipart) -> MIMEMultipart:
    """The body, and behind it each file; a calendar file again, for programs that show only attachments."""
    mail = MIMEMultipart("mixed", boundary=_boundary(f"mail {message.id}"))
    mail.attach(body)
    for attachment in message.attachments:
        type_ = "application/ics" if attachment.method else attachment.media_type
        main, _, subtype = type_.partition("/")
        name = _one_line(attachment.name)
        part = MIMENonMultipart(_token(main), _token(subtype))
        part.replace_header("Content-Type", _with_name(f"{main}/{subtype}", "name", name))
        part["Content-Disposition"] = _with_name("attachment", "filename", name)
        mail.attach(_filled(part, attachment.data))
    return mail


def _with_name(value: str, parameter: str, name: str) -> _Folded:
    """A header that names a file: RFC 2231, in numbered pieces where a line would grow too long.

    A server breaks a line of more than 998 octets wherever that falls (RFC 5322 section 2.1.1).
    """
    if name.isascii() and len(name) <= LINE // 2:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return _Folded(f'{value};\r\n {parameter}="{escaped}"')
    pieces = [""]
    for char in name:
        coded = quote(char, safe="")
        if len(pieces[-1]) + len(coded) > LINE // 2:
            pieces.append("")
        pieces[-1] += coded
    pieces[0] = f"utf-8''{pieces[0]}"
    if len(pieces) == 1:
        return _Folded(f"{value};\r\n {parameter}*={pieces[0]}")
    numbered = (f"{parameter}*{number}*={piece}" for number, piece in enumerate(pieces))
    return _Folded(";\r\n ".join((value, *numbered)))


def _filled(part: MIMENonMultipart, data: bytes) -> MIMENonMultipart:
    """A file as base64: its line ends are its own."""
    part["Content-Transfer-Encoding"] = "base64"
    lines = [
        b2a_base64(data[place : place + BYTES_A_LINE]).decode("ascii") for place in range(0, len(data), BYTES_A_LINE)
    ]
    part.set_payload("".join(lines))
    return part


def _token(text: str) -> str:
    """RFC 2045 section 5.1: one word, which can begin nothing else."""
    if not TOKEN.fullmatch(text):
        raise CannotBuild(f"Can't use {text!r} as a part of a media type: it is no single word of ASCII letters.")
    return text


def token_address(base_url: str, key: bytes, link: str, generation: int) -> str:
    """The address that a private link has in a mail."""
    return f"{base_url.rstrip('/')}/t/{links.make(key, link, generation)}"


def stop_address(base_url: str, key: bytes, message: Message, generation: int) -> str | None:
    """Where the reader of a digest stops it; None for every other mail."""
    if message.digest is None:
        return None
    token = links.make(key, links.of_digest(message.person, message.digest), generation, links.DIGEST)
    return f"{base_url.rstrip('/')}/u/{token}"


def _of_list(message: Message, service: Service, stop: str | None) -> dict[str, Any]:
    """A digest can be stopped (RFC 2369 section 3.2, RFC 2919), a mail about a task cannot.

    With one click only where the address is encrypted: RFC 8058 section 3.1 wants HTTPS.
    """
    if message.digest is None or stop is None:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop.startswith("https://") else {}
    return {
        "List-Id": f"<{_one_line(message.digest)}.{service.domain}>",
        "List-Unsubscribe": _Folded(f"<{_one_line(stop)}>"),  # an address that is broken over lines is none any more
        **one_click,
    }


def _headers(message: Message, service: Service, at: datetime, recipient: str) -> dict[str, Any]:
    office, reply_to = parseaddr(_one_line(message.reply_to))
    headers: dict[str, Any] = {
        "From": _mailbox(office, service.address),
        "Reply-To": _mailbox(office, _address(reply_to)),
        "To": _mailbox("", recipient),
        "Subject": _unstructured("Subject", message.subject),
        "Date": format_datetime(at.astimezone(UTC)),
        "Message-ID": _message_id(message.message_id),
        # RFC 3834 section 5; the second is what Exchange looks at: no answers by machines to a machine
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": _one_line(message.language),
        "X-Collegium-Kind": _one_line(message.kind),
        "X-Collegium-Message": _one_line(message.id),
    }
    if message.references:
        headers["In-Reply-To"] = headers["References"] = _message_id(message.references)
    return headers


def _part(subtype: str, body: str, language: str) -> MIMENonMultipart:
    """A body as quoted-printable: seven bits everywhere, and still readable where a mail is looked at as a file."""
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Language"] = language
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(body.encode(errors="replace"), istext=True).decode("ascii"))
    return part


def _unstructured(name: str, text: str) -> str:
    """A text for people, in encoded words (RFC 2047) where it needs them."""
    line = _one_line(text)
    plain = line.isascii() and len(name) + 2 + len(line) <= LINE and "=?" not in line
    return line if plain else _encoded_words(name, line)


def _encoded_words(name: str, text: str) -> _Folded:
    """RFC 2047 section 4.2, the encoding in which most of a text can still be read; no character is cut in two."""
    words, word, room = list[str](), "", LINE - len(name) - 2 - len(WORD.format(""))
    for char in text:
        piece = "".join(QUOTED[byte] for byte in char.encode(errors="replace"))
        if len(word) + len(piece) > room:
            words.append(word)
            word, room = "", LINE - 1 - len(WORD.format(""))
        word += piece
    return _Folded("\r\n ".join(WORD.format(each) for each in (*words, word)))


def _mailbox(name: str, address: str) -> str:
    """``name <address>``; a local part beyond ASCII stands as UTF-8 (RFC 6532), which the server must have offered."""
    raw = on_the_wire(address).encode().decode("ascii", "surrogateescape")
    return f"{formataddr((name, 'x@x')).removesuffix('<x@x>')}<{raw}>" if name else raw


def _address(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise CannotBuild(f"Can't send to or from {address!r}: it is not a mail address.")
    return address


def _message_id(id: str) -> str:
    if not MESSAGE_ID.fullmatch(id):
        raise CannotBuild(f"Can't use {id!r} as a Message-ID: it must look like <name@domain>.")
    return id


def _one_line(text: str) -> str:
    """Refuses what could begin another header."""
    if CONTROL.search(text):
        raise CannotBuild(f"Can't put {text!r} into a header: it holds a line break or a control character.")
    return text


def _boundary(id: str) -> str:
    return "=_" + sha256(id.encode()).hexdigest()[:32]
