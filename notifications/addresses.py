"""How does an address stand on the wire? Its domain in ASCII, as every server takes it."""

from __future__ import annotations

import re

import idna

NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>,;]|^[^@]*$")


def as_read(address: str) -> str:
    """The address as people write it: its domain in the letters of its language; unchanged where that cannot be said.

    >>> as_read("jan@xn--strae-oqa.example"), as_read("anna@linde.example"), as_read("jan@xn--a.example")
    ('jan@straße.example', 'anna@linde.example', 'jan@xn--a.example')
    """
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain.lower():
        return address
    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


def same_address(one: str, other: str) -> bool:
    """Whether two ways of writing name one address: capitals count for nothing, and its domain may be in any letters.

    >>> same_address("Jan@straße.example", "jan@xn--strae-oqa.example"), same_address("jan@x.example", "jan")
    (True, False)
    """
    try:
        return on_the_wire(one.strip()).casefold() == on_the_wire(other).casefold()
    except ValueError:
        return False


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (RFC 5891, prepared as browsers do: UTS 46); the local part as it is.

    Not Python's codec, which is that of 2003 and makes another domain of ``straße.example``. Raises ValueError for what
    is no address: the client library would repair it.

    >>> on_the_wire("anke@exämple.example"), on_the_wire("andré@straße.example")
    ('anke@xn--exmple-cua.example', 'andré@xn--strae-oqa.example')
    """
    if NO_ADDRESS.search(address):
        raise ValueError(f"{address!r} is not a mail address")
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True, transitional=False).decode('ascii')}"
    except idna.IDNAError as error:
        raise ValueError(f"{address!r} is not a mail address: {error}") from error


def mailbox(name: str, address: str) -> str:
    """``"name" <address>``, with the name as a quoted string (RFC 5322 section 3.2.4)."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'
