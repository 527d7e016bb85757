"""Is a mailbox on a real IMAP server read over TLS, put aside, and left alone where its certificate is not trusted?"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from notifications.bounces.reading import LARGEST, read_report
from notifications.mailboxes import DONE, TO_READ, BadMailbox, Mailbox, mailbox_at
from tests.notifications.bounces import corpus
from tests.wire.certificates import GOOD, Authority
from tests.wire.postfix import free_ports, wait_until

pytestmark = pytest.mark.debian
PASSWORD = "a secret of the tests"


@dataclass(frozen=True, slots=True)
class Server:
    """A dovecot with one user, over TLS alone."""

    port: int
    maildir: Path
    authority: Authority

    def mailbox(self, *, password: str = PASSWORD, trusted: bool = True) -> Mailbox:
        ca = str(self.authority.ca) if trusted else ""
        found = mailbox_at(f"imaps://bounces%40review.example@127.0.0.1:{self.port}/INBOX", password, ca)
        assert found is not None
        return found

    def deliver(self, name: str, data: bytes) -> None:
        file = self.maildir / "new" / name
        file.write_bytes(data)
        shutil.chown(file, "nobody", "nogroup")

    def seen_in(self, folder: str) -> list[bool]:
        found = sorted((self.maildir / f".{folder}").glob("[cn]*/*"))
        return [file.name.partition(":2,")[2].startswith("S") for file in found]


@pytest.fixture
def server() -> Iterator[Server]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (port,) = free_ports(1)
        (folder / "ca").mkdir()
        authority = Authority(folder / "ca").make()
        maildir = folder / "mail" / "bounces"
        for part in (maildir.parent, maildir, *(maildir / each for each in ("new", "cur", "tmp"))):
            part.mkdir()
            shutil.chown(part, "nobody", "nogroup")
        (folder / "users").write_text(f"bounces@review.example:{{PLAIN}}{PASSWORD}\n")
        (folder / "dovecot.conf").write_text(_configuration(folder, port, maildir, authority.chain(GOOD)))
        command = ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with (folder / "out").open("w") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_until(lambda: _answers(port), "dovecot")
            yield Server(port, maildir, authority)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def _configuration(folder: Path, port: int, maildir: Path, chain: Path) -> str:
    return f"""\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = required
ssl_cert = <{chain}
ssl_key = <{chain}
first_valid_uid = 1
mail_location = maildir:{maildir}:INDEX=MEMORY
default_vsz_limit = 512M
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
  }}
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={maildir.parent}
}}
"""


def test_mails_are_read_unmarked_and_put_aside_one_by_one(server: Server) -> None:
    samples = [one for one in corpus.samples() if one.shape in ("postfix", "people")][:12]
    for number, sample in enumerate(samples):
        server.deliver(f"{number:03}.sample", sample.data)
    box = server.mailbox()
    assert [len(item.data) > 100 for item in box.items()] == [True] * len(samples)
    kinds = []
    for item in box.items():
        kinds.append(read_report(item.data, today=corpus.NOW.date()).kind)
        box.put_aside(item, TO_READ if kinds[-1] == "reply" else DONE)
    assert sorted(kinds) == sorted(sample.kind for sample in samples)
    assert list(box.items()) == []
    replies = kinds.count("reply")
    assert server.seen_in(TO_READ) == [False] * replies
    assert server.seen_in(DONE) == [True] * (len(kinds) - replies)


def test_of_an_enormous_mail_the_beginning_is_fetched(server: Server) -> None:
    server.deliver("1.bomb", b"Subject: large\n\n" + b"x" * 70 * 1000 + b"\n" + (b"y" * 70 + b"\n") * 40_000)
    (item,) = server.mailbox().items()
    assert len(item.data) == LARGEST


def test_a_wrong_password_and_a_certificate_that_nobody_vouches_for_are_refused(server: Server) -> None:
    for box, words in ((server.mailbox(password="guess"), "AUTH"), (server.mailbox(trusted=False), "certificate")):
        with pytest.raises(BadMailbox, match=words):
            list(box.items())
