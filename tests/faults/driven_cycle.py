"""One life of an office: drives a small cycle on a virtual clock, until its last day or until it is killed.

``python -m tests.faults.driven_cycle`` reads a life per line of its input, ``FOLDER PORT PROCESS AT WHERE``, and forks
for each: the parent has imported everything, read the definitions and opened nothing, so that a life begins at once.
The clock on the wall, which goes on while an office is dead, is a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from collegium import bootstrap
from collegium.clock import Driver, VirtualClock
from collegium.demo.scripts import ORDINARY, Script, Turn
from collegium.doubts import Doubts
from collegium.keeping.retention import Retention
from collegium.settings import Settings
from engine.case import Case
from notifications import trust
from notifications.dispatching import LEASE, rescue
from notifications.smtp import Security
from storage import migrations  # noqa: F401  # imported before the first fork: it brings Alembic
from storage.unit_of_work import SqlStore
from tests.faults.executioner import CHANGES, Executioner, serve, watched_connections
from tests.faults.watched_imap import watched_imap
from tests.faults.watched_smtp import WatchedSender
from tests.journeys import stage
from tests.journeys.players import Players
from workflows import loader

MOVED = Script(what="the visit is moved, a peer replaced", turns=(
    Turn(deed="move", after="reading", days=2), Turn(deed="replace", after="preparing", days=9),
))  # fmt: skip
LATE = Script(what="late, and more time is given", late=frozenset({"intake", "poll", "remarks", "reflection"}), turns=(
    Turn(deed="extend", after="remarks", days=1), Turn(deed="extend", after="reflection", days=1),
))  # fmt: skip

REMINDERS = "reminders"
RETURNED = "returned"  # the Maildir in the folder of an office to which mails come back, where it has one
MAILBOX = "mailbox"  # a file that says where the mailbox is, where it is on a server
CA = "ca/ca.pem"  # the authority that the mail server's certificate is of, where it has one

SILENT = Script(what="nobody writes", silent=frozenset({"reflection"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What is driven: which process, how many hosts, which parts, and until when."""

    process: str
    hosts: int
    scripts: tuple[Script, ...]
    end: datetime
    duties: frozenset[str] | None = None  # by name; None: all that the clock has
    security: Security = "none"  # of the line to the mail server; with a password where there is one


PLAYED = {
    "small": Played(
        process="small-review", hosts=3, scripts=(ORDINARY, LATE, SILENT),
        end=datetime(2027, 3, 1, tzinfo=UTC),
    ),
    "development": Played(
        process="development-review", hosts=2, scripts=(MOVED, LATE),
        end=datetime(2028, 12, 1, tzinfo=UTC),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Some hours of a cycle in which mail of a kind goes out, and all that lies before them."""

    says: str
    cycle: str
    begins: datetime
    ends: datetime
    duties: frozenset[str] | None = None
    returned: Literal["", "maildir", "imap", "imap without MOVE"] = ""  # where mails of earlier weeks come back to
    security: Security = "none"
    where: str = CHANGES  # at which points it is killed; those of a word hold that word

    @property
    def before(self) -> Played:
        return replace(PLAYED[self.cycle], end=self.begins)

    @property
    def itself(self) -> Played:
        return replace(PLAYED[self.cycle], end=self.ends, duties=self.duties, security=self.security)


MORNING = Window(
    says="reminders go out, and a mail comes back",
    cycle="small", begins=datetime(2026, 10, 18, tzinfo=UTC), ends=datetime(2026, 10, 19, 12, 0, tzinfo=UTC),
    duties=frozenset({"returned mail"}), returned="maildir", where="",
)  # fmt: skip
WINDOWS = {
    REMINDERS: MORNING,
    "starttls": replace(
        MORNING, says="reminders go out by STARTTLS and a password", returned="", security="starttls", where="SMTP",
    ),
    "tls": replace(
        MORNING, says="reminders go out over TLS from the first byte, with a password",
        returned="", security="tls", where="SMTP",
    ),
    "imap": replace(
        MORNING, says="what came back is read by IMAP, and moved",
        returned="imap", where=CHANGES,
    ),
    "copied": replace(
        MORNING, says="the same where the IMAP server cannot move: it copies and removes",
        returned="imap without MOVE", where="IMAP",
    ),
    # A Monday: the office's week, and what has changed for two hosts.
    "digests": Window(
        says="digests are made and sent",
        cycle="small", begins=datetime(2026, 10, 5, 5, 0, tzinfo=UTC), ends=datetime(2026, 10, 5, 7, 0, tzinfo=UTC),
    ),
    "invitations": Window(
        says="calendars are told of a day",
        cycle="development", begins=datetime(2026, 10, 12, 7, 0, tzinfo=UTC),
        ends=datetime(2026, 10, 12, 9, 0, tzinfo=UTC),
    ),
    "replaced": Window(
        says="a peer is replaced: one calendar loses the day, another gets it",
        cycle="development", begins=datetime(2026, 10, 21, 7, 0, tzinfo=UTC),
        ends=datetime(2026, 10, 21, 9, 0, tzinfo=UTC),
    ),
    "moved": Window(
        says="the day moves in all calendars",
        cycle="development", begins=datetime(2026, 12, 28, 7, 45, tzinfo=UTC),
        ends=datetime(2026, 12, 28, 9, 0, tzinfo=UTC),
    ),
}  # fmt: skip
PLAYED |= {name: window.itself for name, window in WINDOWS.items()}
PLAYED |= {f"before-{name}": window.before for name, window in WINDOWS.items()}


@dataclass(slots=True)
class WallClock(VirtualClock):
    """Its hands stand in a file: who comes back finds them where they were."""

    file: Path

    def set(self, moment: datetime) -> None:
        VirtualClock.set(self, moment)
        draft = self.file.with_suffix(".draft")
        draft.write_text(self.now.isoformat())
        draft.rename(self.file)


def mailbox_in(folder: Path) -> str:
    """Where the mails of that office come back to, as a setting."""
    if (folder / MAILBOX).exists():
        return (folder / MAILBOX).read_text()
    return f"maildir:{folder / RETURNED}" if (folder / RETURNED).is_dir() else ""


def live(folder: Path, port: int, played: Played, executioner: Executioner) -> None:
    """Come to life at the moment that the clock shows, and drive to the end."""
    file = folder / "clock"
    clock = WallClock(datetime.fromisoformat(file.read_text()) if file.exists() else stage.START, file)
    settings = Settings(database=f"sqlite:///{folder}/office.db")
    bootstrap.prepare(settings)
    keys = stage.StepKeys.of("launch")
    store = SqlStore(settings.database, factory=watched_connections(executioner))
    trusted = trust.tls_context(str(folder / CA)) if played.security != "none" else None
    sender = WatchedSender("127.0.0.1", port, executioner.point, played.security, trusted)
    with watched_imap(executioner.point), stage.an_application(store, sender, keys, mailbox=mailbox_in(folder)) as app:
        stage.import_people(app)
        cases = stage.launch(app, stage.files_of(played.process), stage.hosts_of(app, "development", played.hosts))
        scripts = dict(zip(cases, played.scripts, strict=True))
        app.mailroom.start()
        rescue(store, clock.now + LEASE)

        def script(case: Case) -> Script:
            return scripts.get(case.id, ORDINARY)

        # A kill leaves mails whose fate nobody knows. That the office is asked about those with legal effect is a task
        # more than in the life without a kill, with which the end is compared: tests/collegium/test_doubts.py tells it.
        # Records of mails that are past their term stay as well: they are counted against the server's at the end.
        duties = [duty for duty in app.duties if not isinstance(duty, Doubts | Retention)]
        if played.duties is not None:
            duties = [duty for duty in duties if duty.name in played.duties]
        driver = Driver(
            store=store, operations=app.operations, mailroom=app.mailroom, duties=duties,
            cast=Players(app, keys, script),
        )  # fmt: skip
        driver.drive(clock, played.end)


if __name__ == "__main__":
    for each in PLAYED.values():
        loader.load_files(stage.files_of(each.process))
    stage.the_workbook()
    serve(lambda folder, port, name, executioner: live(folder, port, PLAYED[name], executioner))
