import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from collegium.bootstrap import smtp_sender
from collegium.settings import BadSettings, Settings
from notifications import admission
from notifications.admission import BadAuthority


def test_old_tls_is_not_spoken() -> None:
    context = admission.tls_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_without_certificates_vouches_for_nobody(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadAuthority, match=r"smtp_ca: .* It must hold certificates"):
        admission.tls_context(str(file))


def test_a_password_is_not_sent_over_an_open_line() -> None:
    settings = Settings(smtp_host="mail.example.nl", smtp_user="peerreview", smtp_password="secret")
    with pytest.raises(BadSettings, match="set smtp_tls to starttls"):
        smtp_sender(settings)
    assert smtp_sender(replace(settings, smtp_tls="starttls")).named
    assert not smtp_sender(replace(settings, smtp_user="")).named
    assert smtp_sender(replace(settings, smtp_host="127.0.0.1")).named


def test_what_helps_nobody_is_not_said() -> None:
    assert admission.why(ConnectionRefusedError("[Errno 111] refused."), "mail.example.nl") == "[Errno 111] refused"
    assert admission.why(TimeoutError(), "mail.example.nl") == "TimeoutError"
