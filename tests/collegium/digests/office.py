"""What does a test of digests need? An office with four partnerships and a region, and time that passes for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application
from collegium.clock import Driver, VirtualClock
from collegium.digests.readers import Subscriber, subscribers
from engine.directory import Membership, PersonRecord
from engine.mail import Message
from tests.builders.definitions import small_review_files
from tests.collegium.reviews import BEGIN, an_app, launch

ZONE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    """A moment of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def launched(store_app: Application | None = None) -> tuple[Application, dict[str, str]]:
    """Four reviews launched on Monday 11 January 2027 at nine, and somebody who reads along for the region."""
    app = store_app or an_app()
    with app.store.write() as work:
        work.people.put_person(
            PersonRecord(id="reader", secretariat="office", name="MARK reader", email="reader@example.org")
        )
        work.people.put_membership(Membership(person="reader", organisation="dunes", role="region"))
        work.commit()
    app.mailroom.start()
    return app, launch(app, with_a_reader())


def with_a_reader() -> dict[str, bytes]:
    """The small process, with a role whose people see summaries only."""
    files = small_review_files()
    text = files["process.yaml"].decode()
    assert "\npeople:\n" in text
    role = "  region: {of: region, sees: summary, says: {nl: Lezer, en: Reader}}\n"
    return files | {"process.yaml": text.replace("\npeople:\n", f"\npeople:\n{role}").encode()}


def pass_time(
    app: Application, until: datetime, since: datetime = BEGIN,
    asleep: Callable[[datetime], datetime | None] = lambda now: None,
) -> None:  # fmt: skip
    """Let time run with all duties, as `run` and the demo do."""
    driver = Driver(
        store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties, asleep=asleep
    )  # fmt: skip
    driver.drive(VirtualClock(since), until)


def digests(app: Application, kind: str | None = None, person: str | None = None) -> list[Message]:
    """The digests that were made, the first one first."""
    with app.store.read() as work:
        made = [each for each in work.outbox.messages(person=person) if each.digest is not None]
    return [each for each in made if kind in (None, each.digest)]


def subscriber(app: Application, person: str, kind: str, now: datetime) -> Subscriber:
    with app.store.read() as work:
        found = subscribers(app, work, work.people.secretariats()[0], now)
    return next(each for each in found if (each.person.id, each.reader.kind) == (person, kind))
