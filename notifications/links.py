"""How does a private link come into a mail without ever being stored?

Stored words hold a placeholder; at the wire a token takes its place, derived from a key, the link and its generation.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from hmac import compare_digest, digest

from engine.errors import CollegiumError

PLACEHOLDER = re.compile(r"%%link:([A-Za-z0-9._-]{1,80})%%")
TASK = b"collegium task link 1\0"
FEED = b"collegium calendar feed 1\0"
DIGEST = b"collegium digest 1\0"
"""What a token is for: one that was made for something else opens nothing."""
MAC_BYTES = 16
SHORTEST_KEY = 16
STOP = "stop"  # the placeholder of the address at which the reader of a digest stops it


class InvalidLink(CollegiumError):
    """This link does not work: it is incomplete, or it was not made here."""


class UnknownPlaceholder(CollegiumError):
    """A mail holds the placeholder of a link that does not exist or was revoked."""


def make(key: bytes, link: str, generation: int, purpose: bytes = TASK) -> str:
    """The token of that generation of a link: ``<id>.<generation>.<mac>``, the first and last in base64url."""
    name = urlsafe_b64encode(link.encode()).rstrip(b"=").decode()
    return f"{name}.{generation}.{_mac(key, link, generation, purpose)}"


def read(key: bytes, token: str, purpose: bytes = TASK) -> tuple[str, int]:
    """The id and the generation that a token names; the caller compares the generation with what is stored.

    Raises InvalidLink, always with the same words: they must not tell what was wrong.
    """
    try:
        name, number, _ = token.split(".")
        generation = int(number)
        link = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        raise InvalidLink from None
    if token.isascii() and compare_digest(make(key, link, generation, purpose), token):
        return link, generation
    raise InvalidLink


def placeholder(link: str) -> str:
    """What stands in stored words, previews and logs in place of the link."""
    mark = f"%%link:{link}%%"
    if not PLACEHOLDER.fullmatch(mark):
        raise ValueError(f"Can't make a placeholder for link {link!r}: use letters, digits, dot, dash and underscore.")
    return mark


def named(text: str) -> list[str]:
    """The ids of the links whose placeholders stand in a text, each once, in their order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def disarm(text: str, allowed: Collection[str]) -> str:
    """Break placeholders that the letter did not put there: what a person typed must not become somebody's link."""

    def keep(found: re.Match[str]) -> str:
        # The blank matters: whatever stands around it, this does not make a placeholder again.
        return found[0] if found[1] in allowed else f"link {found[1]}"

    return PLACEHOLDER.sub(keep, text) if "%%link:" in text else text


def fill(text: str, addresses: Mapping[str, str]) -> str:
    """Put each link's address in place of its placeholder."""

    def address(found: re.Match[str]) -> str:
        if (url := addresses.get(found[1])) is None:
            raise UnknownPlaceholder(f"Can't fill in link {found[1]}: it does not exist or was revoked.")
        return url

    return PLACEHOLDER.sub(address, text)


def of_digest(person: str, kind: str) -> str:
    """What the token of a digest names: whose it is, and which kind."""
    return f"{person}/{kind}"


def digest_of(link: str) -> tuple[str, str]:
    """The person and the kind of digest. Raises InvalidLink where it is no digest's."""
    person, slash, kind = link.rpartition("/")
    if not slash:
        raise InvalidLink
    return person, kind


def _mac(key: bytes, link: str, generation: int, purpose: bytes) -> str:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"Can't make links with a key of {len(key)} bytes: at least {SHORTEST_KEY} are needed.")
    code = digest(key, purpose + f"{generation}\0{link}".encode(), sha256)[:MAC_BYTES]
    return urlsafe_b64encode(code).rstrip(b"=").decode()
