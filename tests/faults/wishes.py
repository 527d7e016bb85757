"""What does an office want done, as it says it? Commands and a round of the clock, in a process that can be killed.

``python -m tests.faults.wishes`` reads a life per line of its input, ``FOLDER PORT WISH AT WHERE``, and forks for each,
as ``tests.faults.driven_cycle`` does. Who begins anew looks at what is there, as a person would, and asks for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from collegium import bootstrap
from collegium.clock import Driven, Driver
from collegium.settings import Settings
from engine.mail import outbox_stream
from engine.ports import Sender
from notifications.dispatching import LEASE, rescue
from storage import migrations  # noqa: F401  # imported before the first fork: it brings Alembic
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, NOW, SHEETS, Office, a_new_office, a_writing_office
from tests.collegium.workbooks import save
from tests.faults.executioner import Executioner, WatchedSender, serve, watched_connections
from tests.journeys.journey import Postbox

START = datetime.fromisoformat(NOW).replace(tzinfo=UTC) - timedelta(hours=1)
SOON, LATER, LONG_AFTER = START + timedelta(hours=1), START + timedelta(days=2), START + timedelta(days=3650)
CORA, ANNA, SAM = "Cora Kok", "Anna Bos", "Sam Smit"
HOSTS = ("--hosts", "De Linde", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
WORKBOOK, CHANGED = "people.xlsx", "more.xlsx"
REPEATED = (0, 1)  # a command that is given again may be refused: it was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A process that works for an office, until it is done or killed."""

    folder: Path
    executioner: Executioner
    port: int

    def run(self, moment: datetime, *words: str | Path) -> str:
        """A command as somebody gives it; it may be refused, since it was done before the kill."""
        office = Office(folder=self.folder).at(moment.isoformat())
        for code in REPEATED:
            try:
                return office.run(*words, code=code).output
            except AssertionError:
                if code == REPEATED[-1]:
                    raise
        return ""

    def mails(self, **known: str | None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = Office(folder=self.folder).json("outbox", "--all")
        return [row for row in rows if known.items() <= row.items()]

    def deeds(self, id: str) -> set[str]:
        """What was done to a mail, as its story tells."""
        store = SqlStore(f"sqlite:///{self.folder}/office.db")
        with store.read() as work:
            events = [sealed.event for sealed in work.stream(outbox_stream("office"))]
            office = work.people.secretariats()[0].id
            events += [sealed.event for sealed in work.stream(outbox_stream(office))]
        store.close()
        return {event.kind for event in events if event.data.get("message") == id}

    def step(self, now: datetime) -> None:
        """A round of the clock and of the mail, as `run` does it."""
        sender = WatchedSender("127.0.0.1", self.port, self.executioner)
        step(self.folder, now, sender)


def step(folder: Path, now: datetime, sender: Sender, bulk_from: int = 0) -> None:
    """Dates, composing, sending; what a former life left behind is settled first."""
    settings = Settings(database=f"sqlite:///{folder}/office.db", bulk_from=bulk_from, bounces="")
    with bootstrap.build(settings, sender=sender) as app:
        app.mailroom.start()
        rescue(app.store, now + LEASE)
        Driver(store=app.store, operations=app.operations, mailroom=app.mailroom).step(now, Driven())


# wishes ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an office wants done, and the office before."""

    prepare: Callable[[Path], object]
    carry_out: Callable[[Life], None]


def mails_that_wait(folder: Path) -> None:
    """Two mails to two readers wait for approval."""
    office = a_writing_office(folder)
    with bootstrap.build(Settings(database=f"sqlite:///{office.database}", bulk_from=1)) as app:
        app.mailroom.compose(SOON)


def mails_that_are_ready(folder: Path) -> None:
    office = a_writing_office(folder)
    with bootstrap.build(Settings(database=f"sqlite:///{office.database}")) as app:
        app.mailroom.compose(SOON)


def a_case_of_long_ago(folder: Path) -> None:
    """A case that has ended, with answers, names and mails."""
    office = a_writing_office(folder)
    step(folder, SOON, Postbox())
    office.run("act", HOST, "take", "stop", "--as", "anna@linde.example", "--answer", "reason=Anders")
    office.run("act", HOST, "take", "stop", "--answer", "reason=Anders")
    step(folder, LATER, Postbox())


def people_in_a_workbook(folder: Path) -> None:
    a_new_office(folder)
    sheets = {name: [list(row) for row in rows] for name, rows in SHEETS.items()}
    sheets["Personen"] += [["Nora Nieuw", "nora@linde.example"], ["Otto Oud", "otto@wulp.example"]]
    sheets["Functies"] += [["nora@linde.example", HOST, "contactpersoon"]]
    (folder / "more").mkdir()
    save(folder / "more", sheets).rename(folder / CHANGED)


def approve(life: Life) -> None:
    """Bulk mail: seen, approved, sent."""
    held = life.mails(state="held")
    if held:
        life.run(SOON, "outbox", "approve", held[0]["bulk"])
        life.run(SOON, "outbox", "approve", held[0]["bulk"], "--mails", str(len(held)))
    life.step(SOON + timedelta(hours=1))


def handle(life: Life) -> None:
    """A mail is held, changed and let go; another, once sent, is sent again."""
    (first,) = life.mails(to=ANNA)
    words: Mapping[str, tuple[str, ...]] = {
        "mail_held": ("hold", first["id"], "--reason", "Eerst bellen", "--as", CORA),
        "mail_edited": ("edit", first["id"], "--as", CORA, "--subject", "Onze afspraak"),
        "mail_released": ("release", first["id"], "--as", CORA),
    }
    for deed, said in words.items():
        if deed not in life.deeds(first["id"]):
            life.run(SOON, "outbox", *said)
    life.step(SOON + timedelta(hours=1))
    (sent,) = life.mails(to=SAM, resends=None)
    if "mail_resent" not in life.deeds(sent["id"]):
        life.run(LATER, "outbox", "resend", sent["id"], "--reason", "Niet gekregen", "--as", CORA)
    life.step(LATER + timedelta(hours=1))


def launch(life: Life) -> None:
    """A round of two, and its first mails."""
    life.run(START, "launch", SMALL_REVIEW, "--name", "Ronde 2027", *HOSTS)
    life.step(SOON)


def import_people(life: Life) -> None:
    life.run(START, "people", "import", life.folder / CHANGED)


def erase(life: Life) -> None:
    life.run(LATER, "erase", "anna@linde.example", "--reason", "vroeg erom")


def retain(life: Life) -> None:
    life.run(LONG_AFTER, "retention", "--remove")


WISHES = {
    "bulk mail is approved": Wish(prepare=mails_that_wait, carry_out=approve),
    "mails are held, changed, let go and sent again": Wish(prepare=mails_that_are_ready, carry_out=handle),
    "a round is launched": Wish(prepare=a_new_office, carry_out=launch),
    "people are imported": Wish(prepare=people_in_a_workbook, carry_out=import_people),
    "a person is erased": Wish(prepare=a_case_of_long_ago, carry_out=erase),
    "what is past its term is removed": Wish(prepare=a_case_of_long_ago, carry_out=retain),
}


def _watched(executioner: Executioner) -> type[SqlStore]:
    class Watched(SqlStore):
        def __init__(self, address: str) -> None:
            super().__init__(address, factory=watched_connections(executioner))

    return Watched


def live(folder: Path, port: int, wish: str, executioner: Executioner) -> None:
    """The office gives its commands once: they open their own store, whose connections pass the executioner."""
    vars(bootstrap)["SqlStore"] = _watched(executioner)
    WISHES[wish].carry_out(Life(folder=folder, executioner=executioner, port=port))


if __name__ == "__main__":
    serve(live)
