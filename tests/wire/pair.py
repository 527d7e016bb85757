"""What does our mail meet outside? A relay that takes it from us, and a receiving side that is as hard as the real one.

The relay asks for TLS and a password (dovecot keeps them) and hands everything to the receiving side. That one
greylists, refuses, takes and then bounces, is full, or keeps the mail: what comes to `bounces` or `return` in one
Maildir, everything else in another.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.wire.certificates import ELSEWHERE, EXPIRED, GOOD, SELF_SIGNED, Authority
from tests.wire.dovecot import Dovecot
from tests.wire.greylist import Greylist
from tests.wire.postfix import Postfix, demand_packages, free_ports, wait_until

USER, PASSWORD = "collegium", "correct horse"
OWN_DOMAIN = "peerreview.example"  # of From, Reply-To and the return path
DELIVERED, BOUNCES = "delivered", "bounces"
FIRST_REFUSALS = {
    "unknown@": "550 5.1.1 There is nobody of that name here",
    "full@": "552 5.2.2 The mailbox is full",
    "overquota@": "452 4.2.2 The mailbox is over quota",
    "busy@": "451 4.3.0 Try again later",
}
GONE = "550 5.1.1 The mailbox does not exist any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the receiving side does to whom. Addresses, or local parts with their @, for which any domain will do."""

    refused: dict[str, str] = field(default_factory=lambda: dict(FIRST_REFUSALS))
    gone: Sequence[str] = ("gone@",)  # taken at the door, and bounced afterwards
    greylisted: Callable[[str], bool] = lambda recipient: recipient.startswith("grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both sides, running."""

    folder: Path
    relay: Postfix
    receiver: Postfix
    greylist: Greylist
    dovecot: Dovecot
    authority: Authority
    door: int  # port of the receiving side, for those who write to us
    ports: dict[str, int]  # of the relay: "starttls", "tls", "plain", and one for each bad certificate

    @property
    def delivered(self) -> Path:
        return self.folder / "mail" / DELIVERED

    @property
    def bounces(self) -> Path:
        return self.folder / "mail" / BOUNCES

    def settle_for(self, addresses: Collection[str]) -> None:
        """Until nothing for these readers is on its way any more, nor a report on it."""
        for side in (self.relay, self.receiver, self.relay, self.receiver):
            wait_until(lambda side=side: not side.is_carrying(addresses), "mail to some readers")

    def settle(self, patience: float = 60.0) -> None:
        """Until neither side has anything in its queue: a bounce of the receiving side may follow."""
        while self.relay.queue() or self.receiver.queue():
            self.relay.wait_until_empty(patience)
            self.receiver.wait_until_empty(patience)


@contextmanager
def running(outside: Outside | None = None) -> Iterator[Pair]:
    """A pair in a folder of its own, which is removed at the end. Raises CannotRun where Debian's packages lack."""
    demand_packages()
    folder = Path(tempfile.mkdtemp(prefix="collegium-wire-"))
    folder.chmod(0o755)
    try:
        with ExitStack() as stack:
            yield _started(stack, folder, outside or Outside())
    finally:
        shutil.rmtree(folder)


def _started(stack: ExitStack, folder: Path, outside: Outside) -> Pair:
    (folder / "certificates").mkdir()
    authority = Authority(folder / "certificates").make()
    mail = folder / "mail"
    for part in (mail, *(mail / box / name for box in (DELIVERED, BOUNCES) for name in ("", "new", "cur", "tmp"))):
        part.mkdir()
        shutil.chown(part, "nobody", "nogroup")
    names = ["starttls", "tls", "plain", "shy", EXPIRED, ELSEWHERE, SELF_SIGNED]
    door, inner, imap, *others = free_ports(3 + len(names))
    ports = dict(zip(names, others, strict=True))
    greylist = stack.enter_context(Greylist(outside.greylisted))
    receiver = stack.enter_context(_receiver(folder, door, inner, greylist.port, outside))
    relay = _relay(folder, door, ports, authority)
    dovecot = Dovecot(folder=folder / "dovecot", port=imap, mail=mail, socket=relay.spool / "private" / "auth",
                      user=USER, password=PASSWORD)  # fmt: skip
    stack.enter_context(relay)
    stack.enter_context(dovecot)
    return Pair(folder=folder, relay=relay, receiver=receiver, greylist=greylist, dovecot=dovecot,
                authority=authority, door=door, ports=ports)  # fmt: skip


def _receiver(folder: Path, port: int, inner: int, policy: int, outside: Outside) -> Postfix:
    """The gateway of a school, which takes mail for all, and a server behind it, which knows who has left."""
    owner = subprocess.run(["id", "-u", "nobody"], capture_output=True, text=True, check=True).stdout.strip()
    group = subprocess.run(["id", "-g", "nobody"], capture_output=True, text=True, check=True).stdout.strip()
    etc = folder / "receiver" / "etc"
    return Postfix(
        folder=folder / "receiver",
        name="mx.school.example",
        main={
            "virtual_mailbox_domains": "static:all",
            "virtual_mailbox_base": str(folder / "mail"),
            "virtual_mailbox_maps": f"regexp:{etc}/mailboxes",
            "virtual_mailbox_limit": "0",
            "virtual_uid_maps": f"static:{owner}",
            "virtual_gid_maps": f"static:{group}",
            "virtual_minimum_uid": "100",
            "transport_maps": f"regexp:{etc}/transport",
            "smtpd_relay_restrictions": "permit_auth_destination, reject",
            "smtpd_recipient_restrictions": f"check_recipient_access texthash:{etc}/refused, "
                                            f"check_policy_service inet:127.0.0.1:{policy}",
        },
        services=[
            f"127.0.0.1:{port} inet n - n - - smtpd",
            f"127.0.0.1:{inner} inet n - n - - smtpd -o myhostname=inner.school.example "
            f"-o {{smtpd_recipient_restrictions=check_recipient_access static:{{{GONE}}}}}",
        ],
        files={
            "mailboxes": f"/^(bounces|return)[+@]/ {BOUNCES}/\n/./ {DELIVERED}/\n",
            "transport": "".join(f"/^{re.escape(address)}/ smtp:[127.0.0.1]:{inner}\n" for address in outside.gone),
            "refused": "".join(f"{address} {answer}\n" for address, answer in outside.refused.items()),
        },
    )  # fmt: skip


def _relay(folder: Path, door: int, ports: dict[str, int], authority: Authority) -> Postfix:
    def listens(name: str, **options: str) -> str:
        words = "".join(f" -o {option}={value}" for option, value in options.items())
        return f"127.0.0.1:{ports[name]} inet n - n - - smtpd{words}"

    def certificate(name: str) -> str:
        return str(authority.chain(name))

    trusting = "permit_mynetworks,reject"
    open_to_all = {"mynetworks": "127.0.0.1", "smtpd_relay_restrictions": trusting,
                   "smtpd_recipient_restrictions": trusting}  # fmt: skip
    return Postfix(
        folder=folder / "relay",
        name="relay.peerreview.example",
        main={
            "default_transport": f"smtp:[127.0.0.1]:{door}",
            "relay_transport": f"smtp:[127.0.0.1]:{door}",
            "smtpd_tls_security_level": "encrypt",
            "smtpd_tls_auth_only": "yes",
            "smtpd_tls_chain_files": certificate(GOOD),
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": "private/auth",
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
            "smtpd_recipient_restrictions": "permit_sasl_authenticated, reject",
        },
        services=[
            listens("starttls"),
            listens("tls", smtpd_tls_wrappermode="yes"),
            # Without TLS, without a password: what a man in the middle makes of a server that has both.
            listens("plain", smtpd_tls_security_level="none", smtpd_sasl_auth_enable="no", **open_to_all),
            # TLS and no password.
            listens("shy", smtpd_sasl_auth_enable="no", **open_to_all),
            *(listens(name, smtpd_tls_chain_files=certificate(name)) for name in (EXPIRED, ELSEWHERE, SELF_SIGNED)),
        ],
    )  # fmt: skip
