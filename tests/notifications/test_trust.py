"""Whom is trusted to be the server that was named?"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from notifications import trust
from notifications.trust import BadAuthority


def test_old_tls_is_not_spoken() -> None:
    context = trust.tls_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_without_certificates_vouches_for_nobody(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadAuthority, match=r"smtp_ca: .* It must hold certificates"):
        trust.tls_context(str(file))
