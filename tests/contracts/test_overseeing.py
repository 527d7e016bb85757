"""What does every store promise of limits, outages, mails that are sent again, and mail to many?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.case import Case, Pause
from engine.mail import Attachment, Bulk, Delivery, Outage
from engine.ports import Store
from tests.builders.storage import (
    NOW,
    a_case,
    a_message,
    a_notice,
    a_person,
    a_step,
    a_task,
    a_tell,
    launch,
    minutes,
    save,
)

SENT = Delivery(outcome="sent", code=250, answer="content: 250 ok")
AWAY = Delivery(outcome="retry", answer="no connection: refused", unreachable=True)


def later(number: float) -> datetime:
    return NOW + minutes(number)


def put(store: Store, **addresses: str) -> None:
    """Messages that ask for nothing, a minute apart."""
    launch(store, a_case())
    with store.write() as work:
        for number, (id, address) in enumerate(addresses.items()):
            work.outbox.add(a_message(id, address=address, asks=(), created_at=later(number)), [])
        work.commit()


def test_what_has_no_room_stays_ready_and_keeps_its_order(store: Store) -> None:
    put(
        store,
        m1="a@busy.example",
        m2="b@BUSY.example",
        m3="c@quiet.example",
        m4="d@busy.example",
        m5="e@x.busy.example",
    )
    with store.write() as work:
        leased = work.outbox.lease(later(9), 10, later(39), {"busy.example": 1})
        work.commit()
    assert [message.id for message in leased] == ["m1", "m3", "m5"]
    with store.write() as work:
        assert work.outbox.lease(later(9), 10, later(39), {"busy.example": 0}) == []
        assert [(one.id, one.attempts) for one in work.outbox.messages("ready")] == [("m2", 0), ("m4", 0)]
        assert [one.id for one in work.outbox.lease(later(9), 10, later(39))] == ["m2", "m4"]


def test_a_group_is_filled_with_mails_to_other_domains(store: Store) -> None:
    put(store, m1="a@busy.example", m2="b@busy.example", m3="c@busy.example", m4="d@quiet.example")
    with store.write() as work:
        assert [one.id for one in work.outbox.lease(later(9), 2, later(39), {"busy.example": 0})] == ["m4"]


def test_the_next_moment_leaves_out_domains_without_room(store: Store) -> None:
    put(store, m1="a@busy.example", m2="b_c@quiet.example", m3="b_c@quiet%example")
    with store.read() as work:
        assert work.outbox.next_moment() == NOW
        assert work.outbox.next_moment(["busy.example"]) == later(1)
        assert work.outbox.next_moment(["busy.example", "quiet.example"]) == later(2)
        assert work.outbox.next_moment(["busy.example", "quiet.example", "quiet%example"]) is None


def test_answers_that_put_mails_off_are_told_once_each(store: Store) -> None:
    put(store, m1="a@busy.example", m2="b@busy.example", m3="c@quiet.example")
    slow = Delivery(outcome="retry", code=450, answer="RCPT: 450 too fast", next_try=later(9))
    with store.write() as work:
        for id in ("m1", "m2"):
            work.outbox.record(id, slow, later(3))
        work.outbox.record("m3", replace(slow, code=None), later(3))
        work.outbox.record("m3", AWAY, later(3))
        work.outbox.record("m3", SENT, later(3))
        work.commit()
    with store.read() as work:
        assert work.outbox.put_off_since(NOW) == [("busy.example", 450, "RCPT: 450 too fast")]
        assert work.outbox.put_off_since(later(4)) == []


def test_an_outage_lasts_from_the_first_try_without_an_answer_to_the_next_answer(store: Store) -> None:
    put(store, m1="a@x.example", m2="b@x.example", m3="c@x.example")
    with store.read() as work:
        assert work.outbox.outage() is None
    with store.write() as work:
        work.outbox.record("m1", AWAY, later(1))
        work.outbox.record("m2", AWAY, later(1))
        work.outbox.record("m1", replace(AWAY, cause="login", code=535, answer="no connection: 535"), later(3))
        # What is refused before any server hears of it is no answer of a server.
        work.outbox.record("m3", Delivery(outcome="refused", answer="not an address"), later(4))
        work.commit()
    with store.read() as work:
        assert work.outbox.outage() == Outage(
            since=later(1), last=later(3), tries=2, cause="login", answer="no connection: 535"
        )
        (first, second) = work.outbox.deliveries("m1")
        assert (first.delivery.unreachable, first.delivery.cause) == (True, "away")
        assert (second.delivery.unreachable, second.delivery.cause) == (True, "login")
    with store.write() as work:
        work.outbox.record("m1", SENT, later(5))
        work.commit()
    with store.read() as work:
        assert work.outbox.outage() is None
    with store.write() as work:
        work.outbox.record("m2", AWAY, later(7))
        work.commit()
    with store.read() as work:
        found = work.outbox.outage()
        assert found is not None
        assert (found.since, found.tries, found.cause) == (later(7), 1, "away")


def test_a_message_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    put(store, ab1="a@x.example", ab2="b@x.example", b1="c@x.example")
    with store.read() as work:
        assert [one.id for one in work.outbox.messages_named("ab", 9)] == ["ab1", "ab2"]
        assert [one.id for one in work.outbox.messages_named("ab", 1)] == ["ab1"]
        assert work.outbox.messages_named("%", 9) == []


def test_the_newest_mails_are_given_in_pages_with_the_number_of_all(store: Store) -> None:
    with store.write() as work:
        for number, cases in enumerate([("c1",), ("c1", "c2"), ("c12",), ()]):
            made = later(number)
            work.outbox.add(a_message(f"m{number}", asks=(), created_at=made, cases=cases, person=f"p{number % 2}"), [])
        work.outbox.add(a_message("other", asks=(), secretariat="other"), [])
        work.outbox.add(a_message("twin", asks=(), created_at=later(3), cases=("c%",), state="held"), [])
        work.commit()

    def found(limit: int | None, **only: Any) -> tuple[list[str], int]:
        with store.read() as work:
            mails, number = work.outbox.newest("office", limit, **only)
        return [one.id for one in mails], number

    assert found(2) == (["twin", "m3"], 5)
    assert found(None) == (["twin", "m3", "m2", "m1", "m0"], 5)
    assert found(None, case="c1") == (["m1", "m0"], 2)
    assert found(1, case="c1", person="p0") == (["m0"], 1)
    assert found(9, case="c%") == (["twin"], 1)
    assert found(9, state="held") == (["twin"], 1)
    assert found(9, state="sent") == ([], 0)


def test_a_message_knows_what_it_tells_and_what_sends_it_again(store: Store) -> None:
    launch(store, a_case(), notices=[a_tell(), a_tell(recipient="p-ben")])
    with store.write() as work:
        first, _ = work.outbox.waiting(NOW, 9)
        work.outbox.add(a_message("m1", asks=()), [first.id])
        work.outbox.add(a_message("m2", asks=(), resends="m1", created_at=later(1)), [])
        work.commit()
    with store.read() as work:
        assert [told.id for told in work.outbox.notices_in("m1")] == [first.id]
        assert work.outbox.notices_in("m2") == []
        assert [one.id for one in work.outbox.resent("m1")] == ["m2"]
        assert work.outbox.resent("m2") == []


def test_who_was_asked_by_a_mail_that_was_sent_again_was_asked(store: Store) -> None:
    launch(store, a_case(tasks=[a_task()]), notices=[a_notice()])
    with store.write() as work:
        (told,) = work.outbox.waiting(NOW, 9)
        work.outbox.add(a_message("m1"), [told.id])
        work.outbox.record("m1", Delivery(outcome="refused", code=550, answer="no such user"), NOW)
        assert not work.outbox.asked("case-1", "intake#1", "ann")
        work.outbox.add(a_message("m2", resends="m1"), [])
        work.outbox.record("m2", SENT, NOW)
        assert work.outbox.asked("case-1", "intake#1", "ann")


def test_readers_are_people_and_not_notices(store: Store) -> None:
    launch(
        store,
        a_case(),
        notices=[
            a_tell(template="begun"), a_tell(template="begun", recipient="p-ben"),
            a_tell(template="begun", recipient="p-ben", occurrence="2"), a_tell(template="other", rule="r"),
            a_tell(template="begun", occurrence="3", caused_at=later(1)),
        ],
    )  # fmt: skip
    with store.read() as work:
        assert work.outbox.readers("office", "begun", NOW) == 2
        assert work.outbox.readers("office", "other", NOW) == 1
        assert work.outbox.readers("office", "begun", later(2)) == 0
        assert work.outbox.readers("elsewhere", "begun", NOW) == 0


def test_mail_to_many_waits_until_it_is_approved(store: Store) -> None:
    bulk = Bulk(id="b1", secretariat="office", template="begun", caused_at=NOW, number=48)
    approved = replace(bulk, approved_at=later(5), approved_by="ann")
    with store.write() as work:
        work.outbox.put_bulk(bulk)
        work.outbox.put_bulk(replace(bulk, id="b0", caused_at=later(1)))
        work.commit()
    with store.write() as work:
        work.outbox.put_bulk(approved)
        work.commit()
    with store.read() as work:
        assert [one.id for one in work.outbox.bulks("office")] == ["b1", "b0"]
        assert (work.outbox.bulk("b1"), work.outbox.bulk("b2")) == (approved, None)
        assert work.outbox.bulks("elsewhere") == []


def test_what_a_cancelled_message_told_says_why_it_is_not_told(store: Store) -> None:
    launch(store, a_case(tasks=[a_task()]), notices=(a_notice(),))
    with store.write() as work:
        (notice,) = work.outbox.notices("waiting")
        work.outbox.add(a_message("m-1"), [notice.id])
        work.outbox.cancel("m-1", "went out before")
        assert [(one.id, one.state, one.reason) for one in work.outbox.notices_in("m-1")] == [
            (notice.id, "composed", "went out before")
        ]
        assert work.outbox.waiting(later(60), 9) == []


def test_doubted_are_unknown_mails_with_legal_effect(store: Store) -> None:
    launch(store, a_case())
    unknown = Delivery(outcome="unknown", answer="no answer after the final dot")
    with store.write() as work:
        for id, legal in (("m3", True), ("m1", True), ("m2", False), ("m0", True)):
            work.outbox.add(a_message(id, asks=(), legal=legal), [])
        for id in ("m3", "m1", "m2"):
            work.outbox.record(id, unknown, NOW)
        work.commit()
    with store.read() as work:
        assert [message.id for message in work.outbox.doubted()] == ["m1", "m3"]


def test_an_attempt_was_made_at_the_address_of_then_whatever_its_reader_has_since(store: Store) -> None:
    put(store, m1="a@old.example", m2="b@old.example")
    slow = Delivery(outcome="retry", code=451, answer="RCPT: 451 too fast", next_try=later(9))
    with store.write() as work:
        work.outbox.record("m1", slow, later(1))
        work.outbox.record("m2", replace(SENT, outcome="unknown"), later(1))
        for id in ("m1", "m2"):
            work.outbox.readdress(id, f"{id}@new.example", ())
        work.commit()
    with store.read() as work:
        assert work.outbox.put_off_since(NOW) == [("old.example", 451, "RCPT: 451 too fast")]
        assert work.outbox.handed_over_since(NOW) == {"old.example": 1}


def test_an_unknown_mail_that_is_settled_was_sent_at_the_attempt_that_nobody_knew_the_end_of(store: Store) -> None:
    put(store, m1="a@x.example", m2="b@x.example")
    put_off = Delivery(outcome="retry", code=450, answer="later", next_try=later(5))
    with store.write() as work:
        assert not work.outbox.settle("m1")
        work.outbox.record("m1", put_off, later(1))
        work.outbox.record("m1", Delivery(outcome="unknown", answer="no answer"), later(6))
        before, tried = work.outbox.message("m1"), work.outbox.deliveries("m1")
        work.outbox.record("m2", SENT, later(7))
        assert [work.outbox.settle(id) for id in ("m1", "m1", "m2", "m3")] == [True, False, False, False]
        assert before is not None
        assert work.outbox.message("m1") == replace(before, state="sent", sent_at=later(6), last_error="")
        assert work.outbox.deliveries("m1") == tried
        assert work.outbox.next_moment() is None


def test_a_mail_that_nobody_has_gets_another_address_and_its_files_with_it(store: Store) -> None:
    put(store, m1="old@a.example", m2="old@b.example", m3="old@c.example")

    def file(of: str) -> tuple[Attachment, ...]:
        return (Attachment(name="invite.ics", media_type="text/calendar", data=of.encode(), method="REQUEST"),)

    with store.write() as work:
        work.outbox.add(a_message("m4", address="old@d.example", asks=(), attachments=file("old")), [])
        work.outbox.hold("m2", "first a call")
        work.outbox.cancel("m3", "not wanted")
        held, gone, carrier = (work.outbox.message(id) for id in ("m2", "m3", "m4"))
        assert work.outbox.readdress("m2", "new@b.example", ())
        assert not work.outbox.readdress("m3", "new@c.example", ())
        assert work.outbox.readdress("m4", "new@d.example", file("new"))
        assert held is not None
        assert carrier is not None
        assert [work.outbox.message(id) for id in ("m2", "m3", "m4")] == [
            replace(held, address="new@b.example"),
            gone,
            replace(carrier, address="new@d.example", attachments=file("new")),
        ]
        work.outbox.lease(later(9), 10, later(30))
        assert work.outbox.readdress("m1", "new@a.example", ())  # on its way, and not at the wire yet
        work.outbox.record("m1", SENT, later(9))
        assert not work.outbox.readdress("m1", "newer@a.example", ())
        sent = work.outbox.message("m1")
        assert sent is not None
        assert sent.address == "new@a.example"


def test_a_mail_that_got_another_address_on_its_way_is_rescued_as_all_others(store: Store) -> None:
    put(store, m1="old@a.example")
    with store.write() as work:
        work.outbox.lease(later(1), 9, later(31))
        assert work.outbox.readdress("m1", "new@a.example", ())
        assert work.outbox.rescue(later(30)) == []
        assert [(one.id, one.address, one.state) for one in work.outbox.rescue(later(31))] == [
            ("m1", "new@a.example", "unknown")
        ]


def a_paused_case(case: Case) -> Case:
    return replace(case, paused=Pause(since=NOW, by="p-ann", until=None, reason="illness"))


def with_task(case: Case, **changes: Any) -> Case:
    return replace(case, tasks={"intake#1": replace(case.tasks["intake#1"], **changes)})


ALL_LEAVE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("change", "lapse"),
    [
        (lambda case: case, ALL_LEAVE),
        (lambda case: with_task(case, state="signing"), ALL_LEAVE),
        (lambda case: with_task(case, state="done"), dict.fromkeys(("ask", "tell", "again"), "closed")),
        (lambda case: with_task(case, state="closed"), dict.fromkeys(("ask", "tell", "again", "copy"), "closed")),
        (lambda case: replace(case, tasks={}), dict.fromkeys(("ask", "tell", "again"), "closed")),
        (lambda case: with_task(case, assignees=("p-ben",)), dict.fromkeys(("ask", "tell", "again"), "changed hands")),
        (a_paused_case, {"ask": "paused"}),
    ],
    ids=["nothing", "signing", "done", "called off", "former round", "changed hands", "paused"],
)  # fmt: skip
def test_what_would_lapse_is_what_lapses(store: Store, change: Callable[[Case], Case], lapse: dict[str, str]) -> None:
    copied = a_tell(rule="copied", copy=True, data={"asks_others": "intake#1"})
    told = [a_notice(), a_tell(task="intake#1"), a_tell(rule="plain"), copied]
    first = launch(store, a_case(tasks=[a_task()]), notices=told)
    with store.write() as work:
        for id, one in zip(("ask", "tell", "plain", "copy"), work.outbox.waiting(NOW, 9), strict=True):
            work.outbox.add(a_message(id, asks=(("case-1", "intake#1"),) if id == "ask" else ()), [one.id])
        work.outbox.add(a_message("again", asks=(), resends="tell"), [])
        for id in ("ask", "tell", "plain", "copy", "again"):
            work.outbox.hold(id, "first a word")
        work.commit()
    save(store, first, change(a_step(first)))
    with store.write() as work:
        assert work.outbox.lapsing(work.outbox.messages()) == lapse  # held
        for id in ("ask", "tell", "plain", "copy", "again"):
            work.outbox.release(id)
        assert work.outbox.lapsing(work.outbox.messages()) == lapse  # ready
        leased = work.outbox.lease(later(1), 9, later(30))
        ended = {one.id: one.last_error for one in work.outbox.messages("cancelled")}
        assert (ended, {one.id for one in leased}) == (lapse, {"ask", "tell", "plain", "copy", "again"} - lapse.keys())
        assert work.outbox.lapsing(work.outbox.messages()) == {}  # nothing waits to leave


def test_what_would_not_reach_its_reader_is_told_before_it_is_refused(store: Store) -> None:
    put(store, m1="a@x.example", m2="b@x.example")
    with store.write() as work:
        work.outbox.add(a_message("m3", person="ben", asks=()), [])
        work.people.put_person(a_person("ann", reachable=False))
        dead = "the address of this person does not work"
        assert work.outbox.lapsing(work.outbox.messages()) == {"m1": dead, "m2": dead}
        assert [one.id for one in work.outbox.lease(later(9), 9, later(30))] == ["m3"]
        assert {one.id: one.last_error for one in work.outbox.messages("refused")} == {"m1": dead, "m2": dead}


def test_of_very_many_mails_all_that_would_lapse_are_told(store: Store) -> None:
    launch(store, a_case())
    with store.write() as work:
        for number in range(1003):
            work.outbox.add(a_message(f"m{number}", asks=(("case-1", "intake#1"),) if number % 2 else ()), [])
        assert work.outbox.lapsing(work.outbox.messages()) == {f"m{number}": "closed" for number in range(1, 1003, 2)}
