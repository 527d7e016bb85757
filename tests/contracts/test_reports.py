"""What does every store promise of refused mails and flagged addresses?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.mail import Delivery, MailReport
from engine.ports import Store
from storage.memory import MemoryStore
from tests.builders.storage import NOW, a_case, a_message, a_person, a_sql_store, furnish, launch, minutes


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    furnish(made)
    launch(made, a_case())
    yield made
    made.close()


def test_a_refused_message_is_named_until_somebody_has_made_a_report_of_it(store: Store) -> None:
    with store.write() as work:
        for id in ("m-1", "m-2", "m-3"):
            work.outbox.add(a_message(id, asks=()), [])
        work.commit()
    with store.write() as work:
        work.outbox.record("m-2", Delivery(outcome="refused", code=550, answer="RCPT: 550 5.1.1 unknown"), NOW)
        work.outbox.record("m-3", Delivery(outcome="refused", code=552, answer="content: 552 5.3.4 big"), NOW)
        work.outbox.record("m-1", Delivery(outcome="sent", code=250), NOW)
        work.commit()
    with store.write() as work:
        assert [one.id for one in work.outbox.refused_without_report()] == ["m-2", "m-3"]
        report = MailReport(id="r", kind="hard", message="m-2", received_at=NOW, recorded_at=NOW)
        assert (work.outbox.add_report(report), work.outbox.add_report(report)) == (True, False)
        work.commit()
    with store.read() as work:
        assert [one.id for one in work.outbox.refused_without_report()] == ["m-3"]


def test_flagged_are_those_whose_address_is_dead_and_those_who_were_mended_a_moment_ago(store: Store) -> None:
    dead = a_person("ann", reachable=False, unreachable_since=NOW, unreachable_why="5.1.1")
    mended = a_person("ben", unreachable_since=minutes(5) + NOW)
    by_hand = a_person("cas", reachable=False)
    with store.write() as work:
        for record in (by_hand, dead, mended, a_person("dee")):
            work.people.put_person(record)
        work.commit()
    with store.read() as work:
        assert work.people.flagged() == [dead, mended, by_hand]
