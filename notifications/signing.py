"""Who stands in for a mail? DKIM: the sending domain signs what its readers' servers look at.

RFC 6376 with RSA and SHA-256, RFC 8463 with Ed25519. The key stands in a file; its public half in DNS under
``<selector>._domainkey.<domain>``.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from engine.errors import CollegiumError
from engine.saying import said

# RFC 6376 section 5.4.1, and RFC 8058 section 4: one-click unsubscription counts only where it is signed.
SIGNED = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted",
)  # fmt: skip
TWICE = ("From", "Subject")  # section 8.15: a second one that is added on the way breaks the signature
PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----\s*(.*?)\s*-----END \1-----", re.DOTALL)
# RFC 8410 section 7: what stands before the 32 bytes of an Ed25519 key in PKCS #8.
ED25519 = bytes.fromhex("302e020100300506032b657004220420")
WEAKEST = 1024  # bits; RFC 8301 section 3.2
LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.I)


class BadKey(CollegiumError):
    """The key for signing mails cannot be used."""


class CannotSign(CollegiumError):
    """This mail cannot be signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs mails for one domain. `key` is PEM for RSA, and the bare key in base64 for Ed25519, as dkimpy wants it."""

    domain: str
    selector: str
    algorithm: str
    key: bytes = field(repr=False)

    def sign(self, mail: bytes) -> bytes:
        """The mail with its DKIM-Signature before it; headers and body relaxed (RFC 6376 section 3.4).

        Raises CannotSign where the mail has no shape that can be signed.
        """
        import dkim  # noqa: PLC0415 - with DNS and elliptic curves; most commands sign nothing

        there = {name.casefold() for name in message_from_bytes(mail)}
        headers = [name for name in SIGNED if name.casefold() in there]
        try:
            signature: bytes = dkim.sign(
                mail,
                self.selector.encode(),
                self.domain.encode("idna"),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                signature_algorithm=self.algorithm.encode(),
                include_headers=[name.encode() for name in (*headers, *TWICE)],
            )
        except dkim.DKIMException as error:
            raise CannotSign(f"Can't sign this mail: {error}") from error
        return signature + mail


def signer(path: str, selector: str, domain: str) -> Signer:
    """Signs with the key in that file. Raises BadKey with what is wrong and what would help."""
    if not LABELS.fullmatch(selector):
        raise BadKey(
            said(
                "Can't sign mails: dkim_selector must name the key in DNS, such as 2027a, not {name!r}.", name=selector
            )
        )
    if not LABELS.fullmatch(domain.encode("idna").decode()):
        raise BadKey(
            said("Can't sign mails: {name!r} is no domain; set dkim_domain, or a sender with a domain.", name=domain)
        )
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadKey(
            said("Can't sign mails: the key {file} can't be read: {why}.", file=path, why=error.strerror)
        ) from error
    found = PEM.search(content)
    if found is None:
        raise BadKey(
            said("Can't sign mails: {file} holds no key in PEM (a file that begins with -----BEGIN).", file=path)
        )
    kind = found[1].decode()
    if "ENCRYPTED" in kind or "PRIVATE" not in kind:
        raise BadKey(
            said(
                "Can't sign mails: {file} holds {kind}; a private key without a password is needed.",
                file=path, kind=kind.lower(),
            )
        )  # fmt: skip
    return _made(found, path, selector, domain)


def _made(found: re.Match[bytes], path: str, selector: str, domain: str) -> Signer:
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # noqa: PLC0415 - as above

    try:
        raw = b64decode(b"".join(found[2].split()), validate=True)
        if raw.startswith(ED25519) and len(raw) == len(ED25519) + 32:
            key, algorithm = b64encode(raw.removeprefix(ED25519)), "ed25519-sha256"
        else:
            key, algorithm = found[0].replace(b"\r\n", b"\n") + b"\n", "rsa-sha256"
            bits = parse_pem_private_key(key)["modulus"].bit_length()
            if bits < WEAKEST:
                raise BadKey(
                    said(
                        "Can't sign mails: the key {file} has {n} bits, receivers want {least} or more.",
                        file=path, n=bits, least=WEAKEST,
                    )
                )  # fmt: skip
    except (ValueError, UnparsableKeyError, KeyError, IndexError, TypeError) as error:
        raise BadKey(
            said("Can't sign mails: {file} holds no RSA or Ed25519 key that can be read.", file=path)
        ) from error
    return Signer(domain=domain, selector=selector, algorithm=algorithm, key=key)
