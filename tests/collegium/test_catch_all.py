import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from collegium.catch_all import CatchAll


def mail(kind: str | None, words: str = "Wilt u dit doen?") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "post@review.example", "anke@school.example", "Taak"
    if kind:
        made["X-Collegium-Kind"] = kind
    made.set_content(words)
    return made


def send(port: int, *mails: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:
        for one in mails:
            server.send_message(one)


def test_every_mail_becomes_a_file_and_is_counted_by_kind(tmp_path: Path) -> None:
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server:
        send(server.port, mail("late"), mail("reminder"), mail("late"), mail(None, "X-Collegium-Kind: faked"))
        assert server.received == {"late": 2, "reminder": 1, "unknown": 1}
    files = sorted((tmp_path / "mail" / "new").iterdir())
    assert [path.name.partition(".")[2] for path in files] == [f"{n:06}.eml" for n in range(1, 5)]
    assert "\nX-Collegium-Kind: late\n" in files[0].read_text()
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


def test_what_was_kept_before_stays(tmp_path: Path) -> None:
    for _ in range(2):
        with CatchAll("127.0.0.1", 0, tmp_path) as server:
            send(server.port, mail("late"))
            assert server.received == {"late": 1}
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_stopping_hangs_up_on_who_is_still_there(tmp_path: Path) -> None:
    server = CatchAll("127.0.0.1", 0, tmp_path)
    server.start()
    client = smtplib.SMTP("127.0.0.1", server.port, local_hostname="localhost")
    client.ehlo()
    server.stop()
    server.stop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()


def test_a_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    with CatchAll("127.0.0.1", 0, tmp_path) as server, pytest.raises(OSError, match="in use"):
        CatchAll("127.0.0.1", server.port, tmp_path).start()
