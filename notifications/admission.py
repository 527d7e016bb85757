"""Why does a mail server not let us in, and which setting would help? Certificates, STARTTLS and passwords in words."""

from __future__ import annotations

import re
import ssl

from aiosmtplib import SMTPAuthenticationError, SMTPConnectTimeoutError, SMTPResponseException

# X509_V_ERR_* of OpenSSL (openssl-verification-options(1), "Diagnostics")
_DATES = {9: "is not valid yet", 10: "has expired"}
_NAMES = (62, 64)
_ISSUERS = (2, 18, 19, 20, 21)

# What a server says of everything that we might send: RFC 4954 section 6, RFC 3207 section 4.
_NOT_LET_IN = (530, 534, 535, 538)
_RELAYING = re.compile(r"\brelay", re.IGNORECASE)
_POLICY = re.compile(r"\s*5\.7\.")  # RFC 3463: security or policy


def why(error: BaseException, host: str) -> str:
    """What the server or the network said, and what would help where an office can help."""
    words = _words(error)
    hint = _hint(error, words, host)
    return f"{words}. {hint}" if hint else words


def about_us(command: str, error: SMTPResponseException, nameless: bool) -> str:
    """What would help where a refusal is about us and not about the mail or its reader; "" where it is about those.

    `nameless`: the server asks for a name, and we gave none. Then a refusal for policy (5.7.x) is about that: the
    submission port of Debian's postfix answers ``554 5.7.1 Recipient address rejected: Access denied``.
    """
    if command == "MAIL" and error.code in _NOT_LET_IN:
        return "Nothing was sent. Set smtp_tls, smtp_user and smtp_password to what the server asks for"
    if command not in ("MAIL", "RCPT"):
        return ""
    if nameless and _POLICY.match(error.message):
        return "Nothing was sent. The server asks for a name: set smtp_user and smtp_password"
    if _RELAYING.search(error.message):
        return "Nothing was sent. The server sends on nothing that comes from us: set smtp_user, or make it know us"
    return ""


def _hint(error: BaseException, words: str, host: str) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _about_certificate(cause, host)
        if isinstance(cause, ssl.SSLError):
            return (
                "Nothing was sent. TLS could not begin: where the port speaks STARTTLS (usually 587) "
                "set smtp_tls to starttls, where it speaks TLS at once (usually 465) to tls"
            )
    if isinstance(error, SMTPAuthenticationError) and 500 <= error.code < 600:
        return "Nothing was sent. Set smtp_user and smtp_password to what the server knows"
    if isinstance(error, SMTPConnectTimeoutError):
        return "Where the port speaks TLS at once (usually 465) set smtp_tls to tls"
    if "STARTTLS extension not supported" in words:
        return (
            "Nothing was sent, for it would have been readable on its way. Ask whoever keeps the server for a port "
            "with STARTTLS (usually 587) or with TLS at once (usually 465, smtp_tls = tls)"
        )
    if "AUTH extension is not supported" in words:
        return (
            "The server asks nobody for a password on this port: leave smtp_user empty, or set smtp_port to 587 or 465"
        )
    return ""


def _about_certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code
    if code in _DATES:
        return f"Nothing was sent. The certificate of {host} {_DATES[code]}: whoever keeps the server must renew it"
    if code in _NAMES:
        return f"Nothing was sent. The certificate is not for {host}: set smtp_host to a name that stands in it"
    if code in _ISSUERS:
        return (
            f"Nothing was sent. Nobody whom this machine trusts vouches for {host}: put the certificate of its "
            "authority, or its own where it signed itself, into a file and set smtp_ca to that file"
        )
    return "Nothing was sent"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
