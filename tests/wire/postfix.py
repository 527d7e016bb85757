"""How does one postfix of our own run? All of it in a folder, on loopback, with no DNS and nothing of /etc/postfix."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PACKAGES = {"postfix": "postfix", "postqueue": "postfix", "dovecot": "dovecot-imapd", "doveadm": "dovecot-imapd"}
PATIENCE = 20.0  # seconds for something that takes a moment

# What every instance has: no DNS, no waiting, and queues that are looked at each second, also when a trigger was lost.
COMMON = {
    "compatibility_level": "3.6",
    "daemon_directory": "/usr/lib/postfix/sbin",
    "command_directory": "/usr/sbin",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "mydestination": "",
    "mynetworks": "127.0.0.2/32",
    "alias_maps": "",
    "local_recipient_maps": "",
    "append_dot_mydomain": "no",
    "biff": "no",
    "smtputf8_enable": "yes",
    "disable_dns_lookups": "yes",
    "smtp_dns_support_level": "disabled",
    "smtpd_peername_lookup": "no",
    "smtpd_error_sleep_time": "0",
    "smtpd_client_connection_count_limit": "0",
    "queue_run_delay": "1s",
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "2s",
    "maximal_queue_lifetime": "8s",
    "bounce_queue_lifetime": "8s",
    "smtp_destination_concurrency_failed_cohort_limit": "1000",
    "smtp_connection_cache_on_demand": "no",
    "in_flow_delay": "0",
    "transport_retry_time": "1s",
    "service_throttle_time": "1s",
}
SERVICES = """\
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
showq     unix  n - n - - showq
postlog   unix-dgram n - n - 1 postlogd
"""
STATUS = re.compile(
    r"postfix/(?P<agent>\w+)\[\d+\]: (?P<queue>\w+): to=<(?P<to>[^>]*)>.* dsn=(?P<dsn>[\d.]+), status=(?P<status>\w+)"
)


class CannotRun(Exception):
    """Something that is needed is not there."""


def demand_packages(*, root: bool = True) -> None:
    """Raises CannotRun naming the Debian packages that are missing, or that only root can start a mail server."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = sorted({package for command, package in PACKAGES.items() if shutil.which(command, path=path) is None})
    if missing:
        raise CannotRun(f"Can't start a mail server: the Debian packages {', '.join(missing)} are not installed.")
    if root and os.geteuid() != 0:
        raise CannotRun("Can't start a mail server: postfix starts as root only, and these tests run as another user.")


def free_ports(number: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listened on a moment ago, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def wait_until(done: Any, what: str, patience: float = PATIENCE) -> None:
    """Look again until `done()` is true; raises CannotRun saying for what was waited."""
    deadline = time.monotonic() + patience
    while not done():
        if time.monotonic() > deadline:
            raise CannotRun(f"Waited {patience:.0f} seconds in vain for {what}.")
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Status:
    """A line of the log: what became of one recipient of one mail, for now or for good."""

    agent: str
    queue: str
    to: str
    dsn: str
    status: str


@dataclass(slots=True, kw_only=True)
class Postfix:
    """An instance in `folder`, which everybody must be able to enter: its daemons are several users."""

    folder: Path
    name: str  # its host name
    main: Mapping[str, str]
    services: Sequence[str]  # lines of master.cf that listen
    files: Mapping[str, str] = field(default_factory=dict)  # tables beside main.cf
    running: bool = False

    @property
    def configuration(self) -> Path:
        return self.folder / "etc"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def __enter__(self) -> Self:
        self._write()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        self._command("postfix", "start")
        self.running = True

    def stop(self) -> None:
        """Let go of every connection; what stands in the queue stays there."""
        if self.running:
            self._command("postfix", "stop")
            self.running = False

    def queue(self) -> list[dict[str, Any]]:
        """The mails that wait, as postqueue tells them."""
        lines = self._command("postqueue", "-j").splitlines()
        return [json.loads(line) for line in lines]

    def is_carrying(self, addresses: Collection[str]) -> bool:
        """Whether a mail to one of these is in the queue, or one from nobody: a report."""
        return any(
            mail["sender"] == "MAILER-DAEMON" or any(to["address"] in addresses for to in mail["recipients"])
            for mail in self.queue()
        )

    def wait_until_empty(self, patience: float = PATIENCE) -> None:
        """Raises CannotRun, with what waits and the end of the log, once the queue stayed as it is for `patience`."""
        waiting, changed = self.queue(), time.monotonic()
        while waiting:
            if time.monotonic() - changed > patience:
                raise CannotRun(
                    f"{self.name} has kept these mails for {patience:.0f} seconds: {json.dumps(waiting, indent=1)}\n"
                    f"Its log ends with:\n{self.log()[-4000:]}"
                )
            time.sleep(0.05)
            found = self.queue()
            if found != waiting:
                waiting, changed = found, time.monotonic()

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def statuses(self) -> list[Status]:
        """What the log says of each attempt to deliver."""
        return [Status(**found.groupdict()) for found in STATUS.finditer(self.log())]

    def _write(self) -> None:
        for folder in (self.configuration, self.spool, self.folder / "data"):
            folder.mkdir(parents=True)
            folder.chmod(0o755)
        shutil.chown(self.folder / "data", "postfix")
        main = {
            **COMMON,
            "queue_directory": str(self.spool),
            "data_directory": str(self.folder / "data"),
            "maillog_file": str(self.folder / "log"),
            "maillog_file_prefixes": str(self.folder),
            "myhostname": self.name,
            **self.main,
        }
        lines = "".join(f"{name} = {value}\n" for name, value in main.items())
        (self.configuration / "main.cf").write_text(lines)
        (self.configuration / "master.cf").write_text(SERVICES + "\n".join(self.services) + "\n")
        for name, text in self.files.items():
            (self.configuration / name).write_text(text, encoding="utf-8")

    def _command(self, command: str, *arguments: str) -> str:
        environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
        done = subprocess.run(
            [command, "-c", str(self.configuration), *arguments],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise CannotRun(
                f"{command} {' '.join(arguments)} of {self.name}: {done.stderr.strip() or self.log()[-2000:]}"
            )
        return done.stdout
