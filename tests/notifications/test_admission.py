from dataclasses import replace

import pytest

from collegium.bootstrap import smtp_sender
from collegium.settings import BadSettings, Settings
from notifications import admission


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
