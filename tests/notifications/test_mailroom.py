from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path

import pytest

from collegium.catch_all import CatchAll
from engine.ports import Store
from notifications.mailroom import SyncDispatcher
from notifications.preparing import Preparation
from notifications.smtp import SmtpSender
from storage.memory import MemoryStore
from tests.builders.storage import a_sql_store
from tests.notifications.builders import NOW, SERVICE
from tests.notifications.office import PlainLetters, ask, open_office, tell


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    yield made
    made.close()


def test_what_is_due_arrives_once(store: Store, tmp_path: Path) -> None:
    open_office(store, ask("intake#1"), ask("reading#1", template="late"), ask("intake#1", "ben"), tell())
    with (
        CatchAll("127.0.0.1", 0, tmp_path / "mail") as server,
        SyncDispatcher(store, SmtpSender("127.0.0.1", server.port), PlainLetters(), SERVICE) as mailroom,
    ):
        done = mailroom.run(NOW)
        assert (done.prepared, done.dispatched.sent) == (Preparation(messages=3, told=4), 3)
        assert server.received == {"late": 1, "reminder": 1, "moved": 1}
        again = mailroom.run(NOW)
        assert (again.prepared, again.dispatched.sent) == (Preparation(), 0)
        assert server.received.total() == 3


def test_without_a_server_mail_waits(store: Store, tmp_path: Path) -> None:
    open_office(store, tell())
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server:
        port = server.port
    with SyncDispatcher(store, SmtpSender("127.0.0.1", port), PlainLetters(), SERVICE) as mailroom:
        assert mailroom.run(NOW).dispatched.put_off == 1
        with store.read() as work:
            moment = mailroom.next_moment(work)
            (message,) = work.outbox.messages("ready")
        assert moment == NOW + timedelta(minutes=1)
        assert (message.attempts, message.next_try) == (0, None)  # nothing is known against this mail
        with CatchAll("127.0.0.1", port, tmp_path / "mail") as server:
            assert mailroom.run(NOW + timedelta(seconds=59)).dispatched.sent == 0
            assert mailroom.run(moment).dispatched.sent == 1
            assert server.received == {"moved": 1}
            with store.read() as work:
                assert mailroom.next_moment(work) is None


def test_a_server_that_is_away_is_sought_ever_less_and_mail_keeps_its_order(store: Store, tmp_path: Path) -> None:
    open_office(store, *(tell(f"moved#{n}", send_at=NOW + timedelta(minutes=n)) for n in range(5)))
    with CatchAll("127.0.0.1", 0, tmp_path / "mail") as server:
        port = server.port
    with SyncDispatcher(store, SmtpSender("127.0.0.1", port, connections=1), PlainLetters(), SERVICE) as mailroom:
        moment, moments = NOW, []
        while moment < NOW + timedelta(days=7):
            mailroom.run(moment)
            moments.append(moment)
            with store.read() as work:
                moment = mailroom.next_moment(work) or NOW
        waits = [later - sooner for sooner, later in pairwise(moments)]
        assert [wait / timedelta(minutes=1) for wait in waits[:6]] == [1, 2, 4, 8, 15, 15]
        assert set(waits[5:]) == {timedelta(minutes=15)}
        with CatchAll("127.0.0.1", port, tmp_path / "mail"):
            assert mailroom.run(moment).dispatched.sent == 5  # also after a week: nobody gave up
    mails = [message_from_bytes(file.read_bytes()) for file in sorted((tmp_path / "mail" / "new").iterdir())]
    with store.read() as work:
        in_order = [message.id for message in work.outbox.messages("sent")]
    assert [mail["X-Collegium-Message"] for mail in mails] == in_order


def test_it_can_be_closed_twice_and_does_not_send_before_it_is_started() -> None:
    store = MemoryStore()
    open_office(store, tell())
    mailroom = SyncDispatcher(store, SmtpSender("127.0.0.1", 1), PlainLetters(), SERVICE)
    with pytest.raises(RuntimeError, match="before `start`"):
        mailroom.run(NOW)
    mailroom.start()
    mailroom.start()
    mailroom.close()
    mailroom.close()


def test_once_stopped_it_sends_nothing(tmp_path: Path) -> None:
    store = MemoryStore()
    open_office(store, tell())
    with (
        CatchAll("127.0.0.1", 0, tmp_path) as server,
        SyncDispatcher(store, SmtpSender("127.0.0.1", server.port), PlainLetters(), SERVICE) as mailroom,
    ):
        mailroom.stop()
        done = mailroom.run(NOW)
        assert (done.prepared.messages, done.dispatched.sent, server.received.total()) == (1, 0, 0)
