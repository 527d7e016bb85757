"""To which address does a mail come back? One return path per message, which nobody else can make up.

The envelope sender of a message is ``bounces+<id>-<tag>@domain`` (RFC 5233 section 1: a subaddress). Mail servers may
change the case of a local part, so that id and tag are read without regard to it.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

LOCAL_PART = 64  # octets, RFC 5321 section 4.5.3.1.1
TAG = 10  # hexadecimal digits: one guess in a million million hits
ID = re.compile(r"[0-9a-f]{1,40}")


def tagged(address: str, id: str, key: bytes) -> str:
    """The return path of one message under the address for bounces; the address itself where the id does not fit."""
    local, at, domain = address.rpartition("@")
    own = f"{local}+{id}-{_tag(id, key)}"
    return f"{own}{at}{domain}" if ID.fullmatch(id) and len(own.encode()) <= LOCAL_PART else address


def message_of(found: str, address: str, key: bytes) -> str | None:
    """The id of the message whose return path `found` is; None where it is none of ours, or somebody made it up."""
    local, _, domain = address.lower().rpartition("@")
    pattern = rf"{re.escape(local)}\+([0-9a-f]+)-([0-9a-f]{{{TAG}}})@{re.escape(domain)}"
    match = re.fullmatch(pattern, found.strip().lower())
    if match is None or not hmac.compare_digest(match[2], _tag(match[1], key)):
        return None
    return match[1]


def _tag(id: str, key: bytes) -> str:
    return hmac.new(key, b"return path\x00" + id.encode(), sha256).hexdigest()[:TAG]
