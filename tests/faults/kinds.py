"""What kind of point is it at which a life was killed, how far was the mail by then, and how are kills counted?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

STATEMENT = re.compile(
    r"(?P<wire>(?:before|after|answer to) (?:SMTP|IMAP) [\w ]+)"
    r"|(?:before|after) (?:(?P<verb>INSERT|UPDATE|DELETE|SELECT)(?P<rest>.*)|(?P<other>\w+))",
)
TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM)\s+(\w+)")
NOT_LEASED, LEASED, LOGIN, ENVELOPE, DOT, ANSWERED = GROUPS = (
    "no mail leased",
    "leased, nothing said, or all said and not recorded",
    "greeting, encryption, login",
    "sender, reader, content",
    "dot written, no answer yet",
    "dot answered",
)
OF_A_LOGIN = ("connect", "EHLO", "STARTTLS", "handshake", "AUTH", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a kill at one point led to."""

    at: int
    point: str  # its name
    unknown: int = 0  # mails whose outcome nobody knows, and nobody got
    unknown_received: int = 0  # likewise, and the reader has it
    faults: tuple[str, ...] = ()


def kind(point: str) -> str:
    """A point's kind: which statement on which table, or which word to a server."""
    found = STATEMENT.match(point)
    if found is None:
        return point
    if found["wire"]:
        return found["wire"]
    if found["verb"] is None:
        return str(found["other"])
    tables = TABLE.findall(found["verb"] + found["rest"])
    return "SELECT" if found["verb"] == "SELECT" else f"{found['verb']} {tables[0] if tables else ''}".strip()


def group(ended: Ended) -> str:
    """How far the mails were that were on their way when it ended."""
    if not ended.unknown and not ended.unknown_received:
        return NOT_LEASED
    when, _, word = kind(ended.point).partition(" SMTP ")
    if not word:
        return LEASED
    if word.split()[0] in OF_A_LOGIN:
        return LOGIN
    if word == "final dot" and when != "before":
        return DOT if when == "after" else ANSWERED
    return ENVELOPE


def table(ended: Sequence[Ended]) -> str:
    """A line per kind of point: how many, and what became of the mails."""
    kinds: dict[str, list[Ended]] = {}
    for each in ended:
        kinds.setdefault(kind(each.point), []).append(each)
    lines = [line("point", "kills", "as if never killed", "mails unknown, not received", "mails unknown, received",
                   "promises broken"), line("---", *["---:"] * 5)]  # fmt: skip
    for name, those in sorted(kinds.items()):
        lines.append(row(name, those))
    lines.append(row("**all**", ended))
    return "\n".join(lines)


def row(name: str, those: Sequence[Ended], *more: object) -> str:
    """What became of the mails of all these kills."""
    whole = sum(1 for each in those if not (each.unknown or each.unknown_received or each.faults))
    unknown, received = sum(each.unknown for each in those), sum(each.unknown_received for each in those)
    return line(name, len(those), whole, unknown, received, sum(1 for each in those if each.faults), *more)


def groups(name: str, ended: Sequence[Ended]) -> str:
    """Kills by how far the mails were: how many, and how many mails were unknown and had not come, or had."""
    cells = []
    for each in GROUPS:
        those = [one for one in ended if group(one) == each]
        unknown, received = sum(one.unknown for one in those), sum(one.unknown_received for one in those)
        cells.append(f"{len(those)} ({unknown}, {received})" if unknown or received else str(len(those)))
    return line(name, *cells)


def line(*cells: object) -> str:
    """Of a table in Markdown."""
    return f"| {' | '.join(map(str, cells))} |"
