"""What does a mail say to somebody who did not build it? Its parts as dovecot's parser finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.wire.dovecot import fetch, fetch_part

TOKEN = re.compile(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+')
WORDS = ("text/plain", "text/html")
HEADERS = ("subject", "date", "message-id", "references", "in-reply-to", "auto-submitted", "content-language",
           "x-collegium-kind", "x-collegium-message", "return-path", "delivered-to")  # fmt: skip
MAILBOXES = ("from", "reply-to", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment, or a part that is no words."""

    type: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as another program reads it: headers decoded, words decoded, files as bytes."""

    headers: dict[str, str]
    mailboxes: dict[str, tuple[str, str]]  # name and address
    text: str
    html: str
    files: list[File]
    longest_line: int


@dataclass(frozen=True, slots=True)
class _Part:
    section: str
    type: str
    parameters: dict[str, str]
    disposition: dict[str, str]


def read_all(maildir: Path) -> list[Mail]:
    """Every mail of a Maildir, in the order in which it came."""
    fields = ["uid", "imap.bodystructure", "text", *(f"hdr.{name}.utf8" for name in (*HEADERS, *MAILBOXES))]
    return [_read(maildir, found) for found in fetch(maildir, fields)]


def _read(maildir: Path, found: dict[str, str]) -> Mail:
    parts = list(_parts(_structure(found["imap.bodystructure"]), ""))
    content = {part.section: fetch_part(maildir, found["uid"], part.section) for part in parts}
    words = {part.type: content[part.section].decode().replace("\r\n", "\n") for part in parts if not part.disposition
             if part.type in WORDS}  # fmt: skip
    return Mail(
        headers={name: found[f"hdr.{name}.utf8"].strip() for name in HEADERS},
        mailboxes={name: _mailbox(found[f"hdr.{name}.utf8"]) for name in MAILBOXES},
        text=words.get("text/plain", ""),
        html=words.get("text/html", ""),
        files=[File(type=part.type, name=_name(part), data=content[part.section])
               for part in parts if part.type not in WORDS],
        longest_line=max(map(len, found["text"].encode().splitlines())),
    )  # fmt: skip


def _mailbox(header: str) -> tuple[str, str]:
    """``"name" <address>`` after its encoded words were decoded."""
    name, _, address = header.rpartition("<")
    if not name:
        return "", header.strip(" <>")
    name = name.strip()
    quoted = name.startswith('"') and name.endswith('"')
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if quoted else name, address.rstrip(">")


def _name(part: _Part) -> str:
    """The file name: RFC 2231, in one piece or in numbered ones."""
    known = part.disposition
    pieces = [known[key] for key in sorted(known, key=_number) if key.startswith("filename")]
    whole = "".join(pieces)
    return unquote(whole.partition("''")[2]) if "''" in whole else whole


def _number(key: str) -> int:
    found = re.search(r"\*(\d+)", key)
    return int(found[1]) if found else 0


def _parts(node: list[Any], section: str) -> Iterator[_Part]:
    """RFC 3501 section 7.4.2: a multipart begins with its parts, a part with its type."""
    if isinstance(node[0], list):
        for number, child in enumerate((each for each in node if isinstance(each, list) and _is_part(each)), 1):
            yield from _parts(child, f"{section}.{number}".lstrip("."))
        return
    parameters = _pairs(node[2])
    extension = node[8:] if node[0].lower() == "text" else node[7:]
    found = next((each for each in extension if isinstance(each, list) and each[0].lower() == "attachment"), None)
    yield _Part(section or "1", f"{node[0]}/{node[1]}".lower(), parameters, _pairs(found[1]) if found else {})


def _is_part(node: list[Any]) -> bool:
    return isinstance(node[0], list) or (len(node) >= 7 and isinstance(node[1], str))


def _pairs(node: Any) -> dict[str, str]:
    return dict(zip(node[::2], node[1::2], strict=True)) if isinstance(node, list) else {}


def _structure(text: str) -> list[Any]:
    """The list in IMAP's notation as lists of strings."""
    stack: list[list[Any]] = [[]]
    for token in TOKEN.findall(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            stack[-2].append(stack.pop())
        else:
            stack[-1].append(re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token)
    return stack[0]
