"""Keys for signing mails, made when a test needs one, and what DNS would say about them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from nacl.signing import SigningKey

from notifications.signing import ED25519

EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key as a PEM file holds it, and the public one as DNS does (RFC 6376 section 3.6.1)."""

    pem: bytes
    record: bytes

    def file(self, folder: Path) -> str:
        path = folder / "dkim.pem"
        path.write_bytes(self.pem)
        return str(path)

    def dns(self, name: bytes) -> Callable[..., bytes | None]:
        """A DNS that knows this key under one name."""
        return lambda asked, timeout=5: self.record if asked == name else None


@cache
def rsa_key(bits: int = 1024) -> KeyPair:
    """RFC 8017 appendix A.1."""
    source = Random(bits)
    p, q = _prime(source, bits // 2), _prime(source, bits // 2)
    n, d = p * q, pow(EXPONENT, -1, (p - 1) * (q - 1))
    private = _sequence(*map(_integer, (0, n, EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    public = _sequence(_integer(n), _integer(EXPONENT))
    return KeyPair(_pem("RSA PRIVATE KEY", private), b"v=DKIM1; k=rsa; p=" + b64encode(public))


@cache
def ed25519_key() -> KeyPair:
    """RFC 8410 section 7; the public key bare, as RFC 8463 section 4.2 has it."""
    key = SigningKey(bytes(range(32)))
    record = b"v=DKIM1; k=ed25519; p=" + b64encode(bytes(key.verify_key))
    return KeyPair(_pem("PRIVATE KEY", ED25519 + bytes(key)), record)


def _prime(source: Random, bits: int) -> int:
    while True:
        found = source.getrandbits(bits) | 1 | (3 << (bits - 2))
        if found % EXPONENT != 1 and all(pow(base, found - 1, found) == 1 for base in (2, 3, 5, 7)):
            return found


def _pem(kind: str, der: bytes) -> bytes:
    text = b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""]).encode()


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _integer(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
