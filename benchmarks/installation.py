"""Which installation is measured? A database with an office and as many hosts as a benchmark asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.cli.desk import keep_imports
from collegium.settings import Settings
from engine.directory import Membership, OrganisationRecord, PersonRecord, Secretariat
from engine.ports import Cycle, Sender, StoredDefinition, UnitOfWork
from storage.unit_of_work import SqlStore
from workflows import loader

SMALL = Path(__file__).parent / "small"
NOW = datetime(2026, 9, 7, 7, 0, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
OFFICE = Secretariat(id="office", name="Bureau", email="office@example.org", base_url="https://example.org")
ROLES = {"host": ("contact", "signatory", "writer"), "secretariat": ("office", "coordinator")}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for databases, gone afterwards."""
    with TemporaryDirectory(prefix="benchmark-") as name:
        yield Path(name)


def opened(database: Path, sender: Sender | None = None, *, seed: int = 1, **driver: Any) -> Application:
    """The application over a database that is there already; the same seed makes the same keys."""
    settings = Settings(
        database=f"sqlite:///{database}",
        sender="collegium@example.org",
        key="only for benchmarks " * 2,
        bulk_from=0,  # nobody is there to approve them, and all go to one server at once
        domain_per_hour=0,
    )
    keep_imports()
    store = SqlStore(settings.database, **driver)
    return bootstrap.build(settings, store=store, sender=sender, keys=bootstrap.seeded_keys(seed))


def made(database: Path, hosts: int, process: Path = SMALL, region: str = "") -> StoredDefinition:
    """A new database with an office, so many hosts with their people (in an education region), and a process."""
    bootstrap.prepare(Settings(database=f"sqlite:///{database}"))
    with opened(database) as app, app.store.write() as work:
        work.people.put_secretariat(OFFICE)
        put_organisation(work, "bureau", "office", ROLES["secretariat"])
        for number in range(hosts):
            put_organisation(work, host(number), "partnership", ROLES["host"], region)
        stored = app.launcher.store_definition(work, loader.bundle(process))
        work.commit()
    return stored


def host(number: int) -> str:
    """The id of a host."""
    return f"host{number:06}"


def put_organisation(work: UnitOfWork, id: str, kind: Any, roles: Sequence[str], region: str = "") -> None:
    """An organisation with one person for each role."""
    record = OrganisationRecord(
        id=id, secretariat=OFFICE.id, name=f"Partnership {id}", kind=kind, school_region="Midden", sector="po",
        facts={"region": region} if region else {},
    )  # fmt: skip
    work.people.put_organisation(record)
    for role in roles:
        person = PersonRecord(
            id=f"{role}-{id}", secretariat=OFFICE.id, name=f"{role.title()} of {id}", email=f"{role}.{id}@example.org"
        )
        work.people.put_person(person)
        work.people.put_membership(Membership(person=person.id, organisation=id, role=role))


def put_cycle(work: UnitOfWork, stored: StoredDefinition, hosts: Sequence[str] = ()) -> Cycle:
    """A round of that process."""
    cycle = Cycle(
        id="cycle", secretariat=OFFICE.id, name="Round", process=stored.name, process_version=stored.version,
        behaviour=stored.behaviour, launched_at=NOW, hosts=tuple(hosts),
    )  # fmt: skip
    work.definitions.put_cycle(cycle)
    return cycle


def copied(database: Path, name: str) -> Path:
    """A copy of a closed database beside it."""
    target = database.with_name(name)
    copyfile(database, target)
    return target
