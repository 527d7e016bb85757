from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path
from typing import Any

import dkim
import pytest

from collegium.catch_all import CatchAll
from engine.mail import Cause, Delivery, Wire
from engine.ports import Store
from notifications.mailroom import SyncDispatcher
from notifications.pacing import Pace
from notifications.preparation import Preparation
from notifications.signing import BadKey, signer
from notifications.smtp import SmtpSender
from storage.memory import MemoryStore
from tests.builders.keys import ed25519_key
from tests.builders.storage import a_person, a_sql_store, a_step, save
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


class Line:
    """Implements engine.ports.Sender: a server that is there or not, as the test says."""

    def __init__(self, trouble: Delivery | None = None) -> None:
        self.trouble = trouble
        self.groups: list[int] = []
        self.taken: list[Wire] = []

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        self.groups.append(len(mails))
        if self.trouble is not None:
            return {mail.message: self.trouble for mail in mails}
        self.taken += mails
        return {mail.message: Delivery(outcome="sent", code=250, answer="content: 250 ok") for mail in mails}

    async def close(self) -> None:
        """Nothing is kept open."""


AWAY = Delivery(outcome="retry", answer="no connection: refused", unreachable=True, cause="away")
MINUTE = timedelta(minutes=1)


def words(store: Store) -> list[tuple[str, Mapping[str, Any]]]:
    """What the office was told about the server."""
    with store.read() as work:
        events = [sealed.event for sealed in work.stream("outbox:office")]
    return [(event.kind, event.data) for event in events if event.kind.startswith("mail_server")]


def run_until(mailroom: SyncDispatcher, store: Store, start: datetime, end: datetime) -> datetime:
    """At each moment at which there is something to do; returns the first one from `end` on."""
    moment = start
    while moment < end:
        mailroom.run(moment)
        with store.read() as work:
            moment = mailroom.next_moment(work) or end
    return moment


def test_an_outage_is_one_line_for_the_office_and_one_when_it_ends(store: Store) -> None:
    open_office(store, *(tell(f"moved#{n}", send_at=NOW + n * MINUTE) for n in range(50)))
    line = Line(AWAY)
    with SyncDispatcher(store, line, PlainLetters(), SERVICE) as mailroom:
        run_until(mailroom, store, NOW, NOW + 9 * MINUTE)
        assert words(store) == []
        moment = run_until(mailroom, store, NOW + 9 * MINUTE, NOW + timedelta(hours=5))
        away = {"since": NOW.isoformat(), "cause": "away", "answer": "no connection: refused"}
        assert words(store) == [("mail_server_away", away)]
        # One mail is spent on each look, whatever waits.
        assert set(line.groups) == {1}
        line.trouble, line.groups = None, []
        mailroom.run(moment)
        back = {"since": NOW.isoformat(), "until": moment.isoformat(), "cause": "away", "waited": 50}
        assert words(store) == [("mail_server_away", away), ("mail_server_back", back)]
        assert line.groups == [1, 20, 20, 9]
        assert len({wire.message for wire in line.taken}) == 50


def test_a_short_outage_is_not_worth_a_line(store: Store) -> None:
    open_office(store, tell())
    line = Line(AWAY)
    with SyncDispatcher(store, line, PlainLetters(), SERVICE) as mailroom:
        mailroom.run(NOW)
        line.trouble = None
        assert mailroom.run(NOW + MINUTE).dispatched.sent == 1
    assert words(store) == []


@pytest.mark.parametrize("cause", ["login", "tls"])
def test_what_a_person_must_mend_is_told_at_once(store: Store, cause: Cause) -> None:
    open_office(store, tell())
    with SyncDispatcher(store, Line(replace(AWAY, cause=cause)), PlainLetters(), SERVICE) as mailroom:
        mailroom.run(NOW)
        mailroom.run(NOW + MINUTE)
    assert [(kind, data["cause"]) for kind, data in words(store)] == [("mail_server_away", cause)]


GREY = Delivery(outcome="retry", code=450, answer="RCPT: 450 4.2.0 greylisted")


@pytest.mark.parametrize("trouble", [AWAY, GREY])
def test_a_night_is_no_time_for_a_second_try(store: Store, trouble: Delivery) -> None:
    open_office(store, tell())
    line, evening, morning = Line(trouble), NOW.replace(hour=16), NOW + timedelta(days=1)
    with SyncDispatcher(store, line, PlainLetters(closes=16), SERVICE) as mailroom:
        mailroom.run(evening)
        line.trouble = None
        run_until(mailroom, store, evening + MINUTE, morning)
        assert line.taken == []
        with store.read() as work:
            (moved,) = work.outbox.messages("ready")
            assert (moved.next_try, moved.until, moved.local_day) == (
                morning, morning.replace(hour=16), "2027-03-09",
            )  # fmt: skip
        mailroom.run(morning)
    assert [wire.message for wire in line.taken] == [moved.id]


def test_a_server_that_puts_a_mail_off_on_five_days_has_refused_it(store: Store) -> None:
    open_office(store, tell())
    line = Line(GREY)
    with SyncDispatcher(store, line, PlainLetters(closes=9), SERVICE) as mailroom:
        run_until(mailroom, store, NOW, NOW + timedelta(days=12))
    with store.read() as work:
        (mail,) = work.outbox.messages()
        days = {attempt.at.date() for attempt in work.outbox.deliveries(mail.id)}
    assert (mail.state, mail.last_error) == ("refused", f"gave up: {GREY.answer}")
    assert len(days) == 5


def test_an_outage_survives_a_restart(store: Store) -> None:
    open_office(store, *(tell(f"moved#{n}") for n in range(3)))
    with SyncDispatcher(store, Line(AWAY), PlainLetters(), SERVICE) as mailroom:
        moment = run_until(mailroom, store, NOW, NOW + 20 * MINUTE)
        assert len(words(store)) == 1
    line = Line(AWAY)
    with SyncDispatcher(store, line, PlainLetters(), SERVICE) as mailroom:
        # Whoever has mended something starts anew: one mail tries at once, and then the wait goes on.
        mailroom.run(moment - MINUTE)
        assert line.groups == [1]
        mailroom.run(moment)
        assert line.groups == [1]
        line.trouble = None
        mailroom.run(moment + timedelta(hours=1))
    assert [kind for kind, _ in words(store)] == ["mail_server_away", "mail_server_back"]
    assert words(store)[-1][1]["since"] == NOW.isoformat()


def test_a_domain_gets_so_many_mails_an_hour_in_their_order_and_nobody_loses_patience(store: Store) -> None:
    open_office(store, *(tell(f"moved#{n}", send_at=NOW + n * timedelta(seconds=1)) for n in range(50)))
    line, start = Line(), NOW + MINUTE
    with SyncDispatcher(store, line, PlainLetters(), SERVICE, pace=Pace(per_hour=20)) as mailroom:
        assert mailroom.run(start).dispatched.sent == 20
        end = run_until(mailroom, store, start, start + 59 * MINUTE)
        assert len(line.taken) == 20
        end = run_until(mailroom, store, end, start + timedelta(hours=4))
    with store.read() as work:
        sent = work.outbox.messages("sent")
    assert [message.id for message in sent] == [wire.message for wire in line.taken]
    assert {message.attempts for message in sent} == {1}
    hours = Counter((message.sent_at - start) // timedelta(hours=1) for message in sent if message.sent_at)
    assert hours == {0: 20, 1: 20, 2: 10}


def test_a_domain_at_its_limit_holds_up_no_other(store: Store) -> None:
    open_office(store, *(tell(f"moved#{n}") for n in range(5)), people=("ann", "ben"))
    with store.write() as work:
        work.people.put_person(a_person("ben", email="ben@elsewhere.example"))
        work.commit()
    more = [tell(f"late#{n}", "ben", send_at=NOW) for n in range(5)]
    with store.read() as work:
        case = work.cases.load("case-1")
    save(store, case, a_step(case), notices=more)
    line = Line()
    with SyncDispatcher(
        store, line, PlainLetters(), SERVICE, pace=Pace(per_hour=2, special={"elsewhere.example": 0})
    ) as mailroom:
        mailroom.run(NOW)
    assert Counter(wire.recipient for wire in line.taken) == {"ann@example.org": 2, "ben@elsewhere.example": 5}


def test_a_server_that_says_not_so_fast_is_given_time(store: Store) -> None:
    open_office(store, *(tell(f"moved#{n}") for n in range(40)))
    line = Line(Delivery(outcome="retry", code=450, answer="RCPT: 450 4.2.1 receiving mail too quickly"))
    with SyncDispatcher(store, line, PlainLetters(), SERVICE, group=1, pace=Pace(per_hour=8)) as mailroom:
        mailroom.run(NOW)
        assert line.groups == [1]  # the others are not even tried
        line.trouble = None
        run_until(mailroom, store, NOW + 2 * MINUTE, NOW + 50 * MINUTE)
        assert len(line.taken) == 2  # a quarter of eight
        run_until(mailroom, store, NOW + 70 * MINUTE, NOW + 80 * MINUTE)
        assert len(line.taken) == 2 + 8


def test_mails_are_signed_on_their_way_to_the_wire(store: Store, tmp_path: Path) -> None:
    open_office(store, tell())
    key = ed25519_key()
    line = Line()
    made = signer(key.file(tmp_path), "2027a", "review.example")
    with SyncDispatcher(store, line, PlainLetters(), SERVICE, signing=lambda: made) as mailroom:
        mailroom.run(NOW)
    (wire,) = line.taken
    assert dkim.verify(wire.data, dnsfunc=key.dns(b"2027a._domainkey.review.example."))


def test_with_a_key_that_cannot_be_used_nothing_starts() -> None:
    mailroom = SyncDispatcher(
        MemoryStore(), Line(), PlainLetters(), SERVICE, signing=lambda: signer("nowhere.pem", "a", "b.example")
    )
    with pytest.raises(BadKey, match=r"the key nowhere\.pem can't be read"):
        mailroom.start()
    mailroom.close()
