"""How do the parts fit together? The one place that knows the concrete adapters."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from collegium.calendar_duty import CalendarDuty
from collegium.clock import Duty
from collegium.digests.duty import DigestDuty
from collegium.doubts import Doubts
from collegium.keeping import restoring, upgrading
from collegium.keeping.backup import OWNER_ONLY
from collegium.keeping.retention import Retention, terms
from collegium.launching import Launcher
from collegium.leave import LeaveDuty
from collegium.letters import CaseLetters
from collegium.library import DefinitionLibrary
from collegium.returned_mail import ReturnedMail
from collegium.roster import Roster
from collegium.settings import BadSettings, Settings
from collegium.worlds import StoredWorlds
from engine.operations import Operations
from engine.ports import Sender, Store
from engine.saying import said
from notifications.mailboxes import LOOPBACK, mailbox_at
from notifications.mailroom import SyncDispatcher
from notifications.mime import Service
from notifications.pacing import Pace
from notifications.signing import Signer, signer
from notifications.smtp import SmtpSender
from notifications.trust import tls_context
from storage import snapshots
from storage.database import upgrade
from storage.unit_of_work import SqlStore

KEY_BYTES = 8


def random_keys() -> str:
    """A new key that says nothing about whom or what it names."""
    return secrets.token_hex(KEY_BYTES)


def seeded_keys(seed: int) -> Callable[[], str]:
    """The same keys for the same seed: for demonstrations and tests."""
    source = random.Random(seed)
    return lambda: f"{source.getrandbits(8 * KEY_BYTES):0{2 * KEY_BYTES}x}"


@dataclass(slots=True, kw_only=True)
class Application:
    """An installation, put together."""

    settings: Settings
    store: Store
    library: DefinitionLibrary
    worlds: StoredWorlds
    launcher: Launcher
    operations: Operations
    letters: CaseLetters
    service: Service
    mailroom: SyncDispatcher
    keys: Callable[[], str]
    returned: ReturnedMail
    duties: list[Duty] = field(default_factory=list)  # what the clock does again and again

    def close(self) -> None:
        self.mailroom.close()
        if isinstance(self.store, SqlStore):
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    sender: Sender | None = None,
    keys: Callable[[], str] = random_keys,
) -> Application:
    """An application over a store (by default the database of the settings, brought up to date)."""
    if store is None:
        prepare(settings)
    opened: Store = store if store is not None else SqlStore(settings.database)
    library = DefinitionLibrary()
    worlds = StoredWorlds(library, Roster())
    launcher = Launcher(library, worlds, keys)
    service = Service(address=settings.sender, key=settings.secret(), bounces=settings.bounces or None)
    letters = CaseLetters(library, worlds, service.domain)
    operations = Operations(opened, library, worlds, launcher, keys)
    mailbox = mailbox_at(settings.mailbox, settings.mailbox_password, settings.mailbox_ca)
    returned = ReturnedMail(opened, operations, service, mailbox, timedelta(seconds=settings.mailbox_seconds))
    duties: list[Duty] = [
        returned,
        Retention(opened, library, worlds, terms(settings)),
        LeaveDuty(opened, operations, library, worlds),
        Doubts(opened, operations),
        CalendarDuty(opened, library, worlds, service, bulk_from=settings.bulk_from, doubt=restoring.doubt),
    ]
    app = Application(
        settings=settings,
        store=opened,
        library=library,
        worlds=worlds,
        launcher=launcher,
        operations=operations,
        letters=letters,
        service=service,
        mailroom=_mailroom(settings, opened, sender or smtp_sender(settings), letters, service),
        keys=keys,
        returned=returned,
        duties=duties,
    )
    app.duties.append(DigestDuty(app))
    return app


def _mailroom(
    settings: Settings, store: Store, sender: Sender, letters: CaseLetters, service: Service
) -> SyncDispatcher:
    return SyncDispatcher(
        store,
        sender,
        letters,
        service,
        pace=Pace(per_hour=settings.domain_per_hour, special=settings.limits()),
        bulk_from=settings.bulk_from,
        patience=timedelta(minutes=settings.outage_minutes),
        signing=lambda: signer_of(settings),
        doubt=restoring.doubt,
    )


def prepare(settings: Settings) -> None:
    """Make the database where there is none. Raises NotUpToDate where there is one with tables of another version."""
    file = settings.database_file
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    if file is not None and not file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, OWNER_ONLY))  # personal data: before anything is in it
    if snapshots.revision(settings.database) is None:
        upgrade(settings.database)
    else:
        upgrading.check(settings)


def smtp_sender(settings: Settings) -> SmtpSender:
    """The mail server of the settings."""
    if settings.smtp_tls not in ("none", "starttls", "tls"):
        raise BadSettings(
            said("The setting smtp_tls must be none, starttls or tls, not {value!r}", value=settings.smtp_tls)
        )
    encrypted = settings.smtp_tls != "none"
    if settings.smtp_user and not encrypted and settings.smtp_host not in LOOPBACK:
        raise BadSettings(
            said(
                "Can't send smtp_password over an open line: set smtp_tls to starttls (port 587) or tls (port 465), "
                "or leave smtp_user empty where the server asks for no name"
            )
        )
    return SmtpSender(
        settings.smtp_host,
        settings.smtp_port,
        connections=settings.smtp_connections,
        security=settings.smtp_tls,  # type: ignore[arg-type]  # checked above
        username=settings.smtp_user or None,
        password=settings.smtp_password or None,
        tls_context=tls_context(settings.smtp_ca) if encrypted else None,
    )


def signer_of(settings: Settings) -> Signer | None:
    """Who signs mails; None where no key is set. Raises BadKey."""
    if not settings.dkim_key:
        return None
    domain = settings.dkim_domain or settings.sender.rpartition("@")[2]
    return signer(settings.dkim_key, settings.dkim_selector, domain)
