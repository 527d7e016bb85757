import re
from binascii import a2b_qp
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.mail import Delivery, Message, Wire, outbox_stream
from engine.ports import Store
from notifications import links
from notifications.dispatching import dispatch, rescue
from notifications.ical import Entry, Party, invitation
from notifications.preparing import compose_due
from notifications.readdressing import READDRESSED
from storage.memory import MemoryStore
from tests.builders.storage import a_case, a_message, a_person, a_sql_store, furnish, launch
from tests.notifications.builders import NOW, SERVICE
from tests.notifications.office import PlainLetters, ask, open_office

DAY = datetime(2027, 4, 22)  # noqa: DTZ001 - a whole day
OFFICE = Party(name="Office", address="office@example.org")


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    yield made
    made.close()


class Answers:
    """A wire that answers as it is told, and remembers what was sent and what the store then knew."""

    def __init__(self, store: Store, **outcomes: Delivery) -> None:
        self.store = store
        self.outcomes = outcomes
        self.sent: list[Wire] = []
        self.groups: list[int] = []

    def __call__(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        with self.store.read() as work:
            sending = {message.id for message in work.outbox.messages("sending")}
        assert {mail.message for mail in mails} <= sending
        self.sent += mails
        self.groups.append(len(mails))
        return {mail.message: self.outcomes.get(mail.message, Delivery(outcome="sent", code=250)) for mail in mails}


def put(store: Store, *mails: Message) -> None:
    furnish(store)
    launch(store, a_case())
    with store.write() as work:
        for mail in mails:
            work.outbox.add(mail, [])
        work.commit()


def a_mail(id: str, **changes: Any) -> Message:
    return a_message(id, **{"asks": (), "created_at": NOW, **changes})


def found(store: Store) -> dict[str, Message]:
    with store.read() as work:
        return {message.id: message for message in work.outbox.messages()}


def test_messages_are_sent_in_groups_each_recorded_before_the_next(store: Store) -> None:
    put(store, *(a_mail(f"m-{n}") for n in range(7)))
    wire = Answers(store)
    done = dispatch(store, wire, NOW, SERVICE, group=3)
    assert (done.sent, done.put_off, done.troubles) == (7, 0, ())
    assert wire.groups == [3, 3, 1]
    assert {message.state for message in found(store).values()} == {"sent"}
    assert dispatch(store, wire, NOW, SERVICE).sent == 0


def test_each_outcome_is_recorded(store: Store) -> None:
    put(store, *(a_mail(id) for id in ("good", "later", "never", "odd")))
    wire = Answers(
        store,
        later=Delivery(outcome="retry", code=451, answer="RCPT: 451 greylisted"),
        never=Delivery(outcome="refused", code=550, answer="RCPT: 550 no such user"),
        odd=Delivery(outcome="unknown", answer="no answer after the final dot"),
    )
    done = dispatch(store, wire, NOW, SERVICE)
    assert (done.sent, done.put_off, done.refused, done.unknown) == (1, 1, 1, 1)
    assert {trouble.message.id: trouble.delivery.outcome for trouble in done.troubles} == {
        "never": "refused",
        "odd": "unknown",
    }
    states = {id: (message.state, message.attempts, message.last_error) for id, message in found(store).items()}
    assert states == {
        "good": ("sent", 1, ""),
        "later": ("ready", 1, "RCPT: 451 greylisted"),
        "never": ("refused", 1, "RCPT: 550 no such user"),
        "odd": ("unknown", 1, "no answer after the final dot"),
    }


def test_a_mail_that_was_put_off_is_tried_until_patience_ends(store: Store) -> None:
    put(store, a_mail("m-1"))
    wire = Answers(store, **{"m-1": Delivery(outcome="retry", code=451, answer="451 later")})
    moments, now = [], NOW
    while (message := found(store)["m-1"]).state == "ready":
        now = message.next_try or now
        moments.append(now)
        assert dispatch(store, wire, now - timedelta(seconds=1), SERVICE).put_off == 0 or len(moments) == 1
        dispatch(store, wire, now, SERVICE)
    assert (message.state, message.last_error) == ("refused", "gave up: 451 later")
    assert timedelta(days=3, hours=20) <= moments[-1] - NOW <= timedelta(days=4)
    assert message.attempts == len(moments)
    assert len(wire.sent) == message.attempts


def test_an_unknown_mail_is_not_sent_again(store: Store) -> None:
    put(store, a_mail("m-1"))
    wire = Answers(store, **{"m-1": Delivery(outcome="unknown")})
    dispatch(store, wire, NOW, SERVICE)
    dispatch(store, wire, NOW + timedelta(days=30), SERVICE)
    assert len(wire.sent) == 1


def test_a_mail_about_which_the_sender_says_nothing_is_unknown(store: Store) -> None:
    put(store, a_mail("m-1"))

    def silent(mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {}

    assert dispatch(store, silent, NOW, SERVICE).unknown == 1


def test_who_dies_while_sending_leaves_unknown_mails_behind(store: Store) -> None:
    put(store, *(a_mail(f"m-{n}", legal=n == 0) for n in range(3)))

    def dying(mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dispatch(store, dying, NOW, SERVICE, group=2, lease=timedelta(minutes=30))
    assert rescue(store, NOW + timedelta(minutes=29)) == []
    wire = Answers(store)
    done = dispatch(store, wire, NOW + timedelta(minutes=30), SERVICE)
    assert (done.sent, done.unknown) == (1, 2)
    assert [trouble.message.legal for trouble in done.troubles] == [True, False]
    assert [mail.message for mail in wire.sent] == ["m-2"]


def test_who_is_told_to_stop_finishes_what_is_on_its_way(store: Store) -> None:
    put(store, *(a_mail(f"m-{n}") for n in range(5)))
    wire = Answers(store)
    done = dispatch(store, wire, NOW, SERVICE, group=2, stopped=lambda: bool(wire.groups))
    assert (done.sent, wire.groups) == (2, [2])
    states = [message.state for _, message in sorted(found(store).items())]
    assert states == ["sent", "sent", "ready", "ready", "ready"]


def test_a_message_that_cannot_be_built_is_refused_alone(store: Store) -> None:
    put(
        store,
        a_mail("broken", person="erased", address="no address"),
        a_mail("linked", text="%%link:L1%%"),
        a_mail("good"),
    )
    wire = Answers(store)
    done = dispatch(store, wire, NOW, SERVICE)
    assert (done.sent, done.refused) == (1, 2)
    assert [mail.message for mail in wire.sent] == ["good"]
    assert found(store)["broken"].last_error == "Can't send to or from 'no address': it is not a mail address."
    assert found(store)["linked"].last_error == "Can't fill in link L1: it does not exist or was revoked."


def test_a_mail_goes_to_the_address_that_its_reader_has_when_it_leaves(store: Store) -> None:
    entry = Entry(uid="u@example.org", begin=DAY, end=DAY, all_day=True, zone="Europe/Amsterdam", summary="Bezoek")
    file = invitation(entry, organiser=OFFICE, attendee=Party(name="Ann", address="ann@old.example"), at=NOW)
    mail = a_mail("m", address="ann@old.example", text="Words of the office", attachments=(file,), edited=True)
    put(store, mail)
    wire = Answers(store)
    dispatch(store, wire, NOW, SERVICE)
    assert [one.recipient for one in wire.sent] == ["ann@example.org"]
    sent = found(store)["m"]
    assert (sent.state, sent.address, sent.text) == ("sent", "ann@example.org", "Words of the office")
    assert b"mailto:ann@example.org" in sent.attachments[0].data
    assert b"mailto:ann@old.example" not in sent.attachments[0].data
    with store.read() as work:
        events = [each.event for each in work.stream(outbox_stream("office"))]
    assert [(event.kind, event.data) for event in events] == [(READDRESSED, {"message": "m"})]


def test_a_mail_to_somebody_who_has_no_address_any_more_goes_where_it_was_to_go(store: Store) -> None:
    put(store, a_mail("m", address="ann@old.example"))
    with store.write() as work:
        work.people.put_person(a_person("ann", email=""))
        work.commit()
    wire = Answers(store)
    dispatch(store, wire, NOW, SERVICE)
    assert [one.recipient for one in wire.sent] == ["ann@old.example"]


def prepared(store: Store) -> None:
    open_office(store, ask("intake#1"), ask("reading#1"), ask("intake#1", "ben"))
    compose_due(store, NOW, PlainLetters(), SERVICE)


def test_private_links_reach_the_wire_and_nothing_else(store: Store) -> None:
    prepared(store)
    wire = Answers(store)
    assert dispatch(store, wire, NOW, SERVICE).sent == 2
    tokens: list[str] = []
    for mail in wire.sent:
        text = a2b_qp(mail.data).decode().replace("\r", "")
        tokens += re.findall(r"^http://localhost:8000/t/([\w.-]+)$", text, re.MULTILINE)
    assert len(tokens) == 3
    with store.read() as work:
        for token in tokens:
            id, generation = links.read(SERVICE.key, token)
            link = work.outbox.find_link(id)
            assert link is not None
            assert link.generation == generation
    assert "/t/" not in "".join(message.text + message.html for message in found(store).values())


def test_a_revoked_link_is_not_sent(store: Store) -> None:
    prepared(store)
    with store.write() as work:
        work.outbox.revoke_link(work.outbox.link("case-1", "p-ben", "intake#1").id)
        work.commit()
    done = dispatch(store, Answers(store), NOW, SERVICE)
    assert (done.sent, [trouble.message.person for trouble in done.troubles]) == (1, ["ben"])


def test_a_stale_mail_does_not_end_the_round(store: Store) -> None:
    put(store, *(a_mail(f"m-{n}") for n in range(2)))
    with store.write() as work:
        work.outbox.add(a_mail("a-stale", asks=(("case-1", "gone#1"),)), [])
        work.commit()
    wire = Answers(store)
    assert dispatch(store, wire, NOW, SERVICE, group=1).sent == 2
    assert found(store)["a-stale"].state == "cancelled"
