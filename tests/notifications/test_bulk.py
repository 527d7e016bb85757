from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.actions import CLOCK, Actor
from engine.errors import Refused
from engine.events import Event
from engine.history import seal
from engine.mail import Bulk, Message
from engine.ports import Store
from notifications import bulk, oversight
from notifications.bulk import BulkWatch, bulk_id
from notifications.oversight import Deed
from notifications.preparing import compose_due, foreseen_at_once
from storage.memory import MemoryStore
from tests.builders.storage import a_case, a_sql_store, a_step, an_outcome, furnish, launch
from tests.notifications.builders import NOW, SERVICE
from tests.notifications.office import PlainLetters, tell

OPERATOR = Actor(kind="operator", via="cli")
PEOPLE = ("ann", "ben", "cas", "dik")
MOST = 3
LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    furnish(made, people=PEOPLE)
    launch(made, a_case(), people=PEOPLE)
    yield made
    made.close()


def told(store: Store, actor: Actor = OPERATOR, people: tuple[str, ...] = PEOPLE, **more: Any) -> None:
    """Something that one deed, or the clock, has to say to these people."""
    with store.write() as work:
        before = work.cases.load("case-1")
        after = a_step(before)
        event = Event(kind="stepped", name="", actor=actor, effective_at=NOW, recorded_at=NOW)
        outcome = an_outcome(before, after, notices=[tell("begun", who, **more) for who in people])
        work.cases.save(replace(outcome, history=seal(before.head, [event])))
        work.commit()


def compose(store: Store, most: int = MOST) -> list[Message]:
    compose_due(store, NOW, PlainLetters(), SERVICE, bulk_from=most)
    with store.read() as work:
        return work.outbox.messages()


def approve(store: Store, number: int) -> list[str]:
    """What is refused about it; nothing where it was approved."""
    with store.write() as work:
        (found,) = work.outbox.bulks("office")
        try:
            bulk.approve(Deed(work=work, now=LATER, person="ann"), found, number)
        except Refused as error:
            return list(error.reasons)
        work.commit()
    return []


def show(store: Store) -> int:
    with store.write() as work:
        (found,) = work.outbox.bulks("office")
        shown = bulk.show(Deed(work=work, now=LATER), found)
        work.commit()
    return len(shown)


def test_mails_to_many_that_one_deed_has_caused_wait_for_approval(store: Store) -> None:
    told(store)
    mails = compose(store)
    id = bulk_id("office", "begun", NOW)
    assert {(mail.state, mail.hold, mail.bulk) for mail in mails} == {("held", "waits with others for approval", id)}
    with store.read() as work:
        assert work.outbox.bulks("office") == [
            Bulk(id=id, secretariat="office", template="begun", caused_at=NOW, number=4)
        ]
        assert [one.id for one in bulk.waiting(work, "office")] == [id]


def test_to_so_many_readers_mails_just_go(store: Store) -> None:
    told(store, people=PEOPLE[:MOST])
    assert {(mail.state, mail.bulk) for mail in compose(store)} == {("ready", None)}


def test_what_the_clock_causes_was_decided_at_the_launch(store: Store) -> None:
    told(store, CLOCK)
    assert {(mail.state, mail.bulk) for mail in compose(store)} == {("ready", None)}


def test_an_office_may_do_without_approval(store: Store) -> None:
    told(store)
    assert {mail.state for mail in compose(store, most=0)} == {"ready"}


def test_who_names_the_number_lets_them_go(store: Store) -> None:
    told(store)
    compose(store)
    assert show(store) == 4
    assert approve(store, 4) == []
    with store.read() as work:
        assert {(mail.state, mail.hold) for mail in work.outbox.messages()} == {("ready", "")}
        (found,) = work.outbox.bulks("office")
        assert (found.approved_at, found.approved_by) == (LATER, "ann")
        assert bulk.waiting(work, "office") == []
        assert work.stream("outbox:office")[-1].event.data == {
            "bulk": found.id, "template": "begun", "mails": 4, "by": "ann", "reason": "",
        }  # fmt: skip
    assert approve(store, 4) == ["they were approved by ann, at 2027-03-08T10:00:00+01:00"]


def test_another_number_is_refused_with_what_changed_since_it_was_shown(store: Store) -> None:
    told(store)
    mails = compose(store)
    assert approve(store, 5) == ["there are 4 now", "they were not shown yet: give no number to see them"]
    show(store)
    gone = mails[0]
    with store.write() as work:
        work.outbox.release(gone.id)
        work.outbox.take_back(gone.id, "paused")
        extra = replace(mails[1], id="extra", subject="Erbij", address="eva@example.org")
        work.outbox.add(extra, [])
        work.outbox.add(replace(extra, id="extra-2"), [])
        work.commit()
    assert approve(store, 4) == [
        "there are 5 now",
        f"no longer waits: {gone.subject!r} to {gone.address} (paused)",
        "came since: 'Erbij' to eva@example.org (held)",
        "came since: 'Erbij' to eva@example.org (held)",
    ]


def test_nobody_approves_what_nobody_saw(store: Store) -> None:
    told(store)
    mails = compose(store)
    assert approve(store, 4) == ["they were not shown yet: give no number to see them"]
    show(store)
    gone = mails[0]
    with store.write() as work:
        work.outbox.cancel(gone.id, "gone")
        work.outbox.add(replace(mails[1], id="extra", subject="Erbij", address="eva@example.org"), [])
        work.commit()
    assert approve(store, 4) == [
        f"no longer waits: {gone.subject!r} to {gone.address} (gone)",
        "came since: 'Erbij' to eva@example.org (held)",
    ]
    assert show(store) == 4
    assert approve(store, 4) == []


def test_a_text_that_was_changed_since_it_was_shown_is_shown_again_first(store: Store) -> None:
    told(store)
    mail = compose(store)[0]
    show(store)
    with store.write() as work:
        oversight.edit(Deed(work=work, now=LATER), mail, subject="Een ander onderwerp")
        work.commit()
    assert approve(store, 4) == [f"changed since: 'Een ander onderwerp' to {mail.address} (held)"]
    show(store)
    assert approve(store, 4) == []


def test_one_of_many_is_not_released_alone(store: Store) -> None:
    told(store)
    mail = compose(store)[0]
    with store.write() as work, pytest.raises(Refused, match="it waits with others for approval"):
        oversight.release(Deed(work=work, now=LATER), mail)


def deed(store: Store, what: Callable[[Deed, Message], object], message: str, reason: str = "first ring") -> object:
    """What came of one deed about one mail."""
    with store.write() as work:
        found = work.outbox.message(message)
        assert found is not None
        came = what(Deed(work=work, now=LATER, person="ann", reason=reason), found)
        work.commit()
    return came


def states(store: Store) -> dict[str, tuple[str, str]]:
    with store.read() as work:
        return {mail.person: (mail.state, mail.hold) for mail in work.outbox.messages()}


def test_one_is_held_out_of_those_that_wait_and_the_others_are_shown_again_and_go(store: Store) -> None:
    told(store)
    one = next(mail.id for mail in compose(store) if mail.person == "ann")
    show(store)
    deed(store, oversight.hold, one)
    assert any("no longer waits" in reason for reason in approve(store, 3))
    assert show(store) == 3
    assert approve(store, 3) == []
    assert states(store) == {
        "ann": ("held", "the office: first ring"),
        **dict.fromkeys(("ben", "cas", "dik"), ("ready", "")),
    }
    # The others are approved: nothing is left to wait for.
    assert deed(store, oversight.release, one) is True
    assert states(store)["ann"] == ("ready", "")


def test_one_that_was_held_out_waits_with_the_others_again(store: Store) -> None:
    told(store)
    one = next(mail.id for mail in compose(store) if mail.person == "ann")
    deed(store, oversight.hold, one)
    with pytest.raises(Refused, match="it is held already: the office: first ring"):
        deed(store, oversight.hold, one, "again")
    assert deed(store, oversight.release, one) is False
    assert set(states(store).values()) == {("held", "waits with others for approval")}
    assert show(store) == 4
    assert approve(store, 4) == []


def test_after_approval_those_that_come_later_go_too(store: Store) -> None:
    told(store)
    compose(store)
    show(store)
    assert approve(store, 4) == []
    told(store, people=("ann",), occurrence="2")
    assert {mail.state for mail in compose(store)} == {"ready"}


def test_mails_of_a_launch_that_was_confirmed_do_not_wait(store: Store) -> None:
    told(store)
    with store.write() as work:
        notices = work.outbox.notices("waiting")
        bulk.approve_at_once(Deed(work=work, now=NOW), "office", notices, MOST, {})
        work.commit()
    assert {(mail.state, mail.bulk) for mail in compose(store)} == {("ready", bulk_id("office", "begun", NOW))}


@pytest.mark.parametrize("at_launch", [True, False], ids=["at a launch", "by hand"])
def test_what_is_kept_of_an_approval_is_how_many_mails_went_not_how_many_readers(
    store: Store, *, at_launch: bool
) -> None:
    told(store)
    told(store, people=("ann", "ben"), occurrence="2")  # who takes part twice is told twice
    if at_launch:
        with store.write() as work:
            notices = work.outbox.notices("waiting")
            shown = foreseen_at_once(work, notices, NOW, PlainLetters(), SERVICE, MOST)
            many = Counter(mail.bulk for mail in shown if mail.bulk)
            bulk.approve_at_once(Deed(work=work, now=NOW), "office", notices, MOST, many)
            work.commit()
    else:
        compose(store)
        show(store)
        assert approve(store, 6) == []
    went = compose(store)
    with store.read() as work:
        (found,) = work.outbox.bulks("office")
        kept = work.stream("outbox:office")[-1].event.data["mails"]
    assert (found.number, kept, len(went)) == (4, 6, 6)


def test_a_watch_asks_the_store_once_for_mails_of_one_kind(store: Store) -> None:
    told(store)
    with store.write() as work:
        watch = BulkWatch(work, MOST)
        found = {id(watch.of([notice])) for notice in work.outbox.notices("waiting")}
    assert len(found) == 1
