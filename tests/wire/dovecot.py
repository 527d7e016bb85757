"""Who knows the passwords, and who reads mail back that we built? A dovecot of our own: a parser in C, not ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

from tests.wire.postfix import CannotRun, wait_until


@dataclass(kw_only=True)
class Dovecot:
    """Answers the relay's questions about passwords at `socket`, and IMAP at `port` over the Maildirs in `mail`.

    Who signs in as ``<user>`` reads the Maildir `bounces`; any folder can be read with `fetch`.
    """

    folder: Path
    port: int
    mail: Path
    socket: Path
    user: str
    password: str

    @property
    def configuration(self) -> Path:
        return self.folder / "dovecot.conf"

    def __enter__(self) -> Self:
        self.folder.mkdir()
        (self.folder / "users").write_text(f"{self.user}:{{PLAIN}}{self.password}\n")
        self.configuration.write_text(f"""\
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:{self.mail}/bounces:INDEX={self.folder}/index
default_vsz_limit = 512M
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  unix_listener {self.socket} {{
    mode = 0666
  }}
}}
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={self.mail}
}}
""")
        with (self.folder / "out").open("w") as out:
            command = ["/usr/sbin/dovecot", "-F", "-c", str(self.configuration)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(self.socket.exists, "dovecot")
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


def gathered(maildir: Path, target: Path) -> Path:
    """A Maildir with all mails of another and of its folders: dovecot reads nothing that somebody else owns."""
    for part in (target, target / "new", target / "cur", target / "tmp"):
        part.mkdir()
        shutil.chown(part, "nobody", "nogroup")
    for file in [*maildir.glob("new/*"), *maildir.glob("cur/*"), *maildir.glob(".*/new/*"), *maildir.glob(".*/cur/*")]:
        shutil.chown(shutil.copy(file, target / "new" / file.name.partition(":")[0]), "nobody", "nogroup")
    return target


def fetch(maildir: Path, fields: Sequence[str], *search: str) -> list[dict[str, str]]:
    """These fields of the mails of a Maildir, as dovecot understands them (doveadm-fetch(1)); needs no server."""
    return [dict(each) for each in json.loads(_fetch(maildir, "json", fields, *(search or ("ALL",))) or b"[]")]


def fetch_part(maildir: Path, uid: str, section: str) -> bytes:
    """The content of one part, decoded by dovecot; not as JSON, which breaks letters at the ends of its buffers."""
    field = f"binary.{section}"
    return _fetch(maildir, "pager", [field], "uid", uid).removeprefix(f"{field}:\n".encode())


def _fetch(maildir: Path, form: str, fields: Sequence[str], *search: str) -> bytes:
    with NamedTemporaryFile("w", suffix=".conf") as configuration:
        configuration.write(f"""\
log_path = /dev/stderr
ssl = no
first_valid_uid = 1
mail_uid = nobody
mail_gid = nogroup
mail_location = maildir:{maildir}:INDEX=MEMORY
""")
        configuration.flush()
        command = ["/usr/bin/doveadm", "-c", configuration.name, "-f", form, "fetch", " ".join(fields), *search]
        environment = {**os.environ, "USER": "nobody", "HOME": "/"}
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, check=False)
    if done.returncode:
        raise CannotRun(f"doveadm fetch: {done.stderr.decode(errors='replace')}")
    return done.stdout
