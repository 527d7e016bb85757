"""Which address does a cell hold? What people paste around one is taken off; what is no address is refused."""

from __future__ import annotations

import re
from unicodedata import normalize

import idna

from collegium.importing.columns import trimmed
from collegium.importing.problems import CellRefused, quoted

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ANY_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"  # RFC 6531: letters of any script
DOMAIN = rf"((?:{LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])"
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@{DOMAIN}")
ANY_ADDRESS = re.compile(rf"({ANY_ATOM}(?:\.{ANY_ATOM})*)@{DOMAIN}")
WITH_NAME = re.compile(r"[^<>@]*<([^<>\s]+)>")
SEVERAL = re.compile(r"\S+@\S+(?:\s*[;,/]\s*|\s+(?:en|of|and|or|&)\s+|\s+)[^\s<]+@\S+", re.IGNORECASE)


def address(raw: object, *, foreign: bool = False) -> str:
    """An address to which a mail server will send: the dotted atoms of RFC 5321, its domain in lower case.

    An internationalised domain becomes its ASCII form (RFC 5891). Letters beyond ASCII before the @ are a slip in most
    lists; they are taken where somebody gives that one address by hand (`foreign`; RFC 6531). Raises CellRefused.
    """
    text = trimmed(str(raw))
    found = WITH_NAME.fullmatch(text)
    text = re.sub(r"^mailto:", "", found[1] if found else text, flags=re.IGNORECASE)
    text = text.partition("?")[0].strip("<> ").rstrip(".,;: ")
    if SEVERAL.fullmatch(text):
        raise CellRefused("several_addresses", word=quoted(raw))
    local, at, domain = text.rpartition("@")
    if at and not domain.isascii():
        text = f"{local}@{_ascii(domain) or domain}"
    match = (ANY_ADDRESS if foreign else ADDRESS).fullmatch(normalize("NFC", text)) if len(text) <= 254 else None
    if match is None or len(match[1]) > 64:
        raise CellRefused("bad_address", word=quoted(raw))
    return f"{match[1]}@{match[2].lower()}"


def _ascii(domain: str) -> str | None:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None
