"""Whom do we trust to be the server that was named? The authorities of the system, and those of a setting."""

from __future__ import annotations

import ssl
from pathlib import Path

from engine.errors import CollegiumError
from engine.saying import said


class BadAuthority(CollegiumError):
    """A file of certificates cannot be used."""


def tls_context(ca: str = "", setting: str = "smtp_ca") -> ssl.SSLContext:
    """Checks name, dates and issuer of a server's certificate; `ca` names a file with the authorities to trust besides.

    Nothing turns the check off: a server with a certificate of its own stands in such a file, and is checked by it.
    Raises BadAuthority, which names the `setting`, where that file holds no certificate.
    """
    context = ssl.create_default_context()
    if ca:
        try:
            context.load_verify_locations(Path(ca))
        except (OSError, ssl.SSLError) as error:
            raise BadAuthority(
                said(
                    "Can't use {file} as {setting}: {why}. It must hold certificates (PEM).",
                    file=ca, setting=setting, why=" ".join(str(error.strerror or error).split()).rstrip("."),
                )
            ) from error  # fmt: skip
    return context
