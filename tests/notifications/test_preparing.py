from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.mail import Delivery, Message, NoticeState, StoredNotice
from engine.ports import Store, UnitOfWork
from notifications.doubt import RESTORED, TOO_LATE, Doubt
from notifications.letters import Later, Prepared, Skip
from notifications.preparation import Preparation
from notifications.preparing import compose_due
from storage.memory import MemoryStore
from tests.builders.storage import a_due, a_sql_store, a_step, a_withdrawal, save
from tests.notifications.builders import NOW, SERVICE
from tests.notifications.office import PlainLetters, ask, open_another_office, open_office, tell


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    yield made
    made.close()


def messages(store: Store) -> list[Message]:
    with store.read() as work:
        return work.outbox.messages()


def states(store: Store) -> list[tuple[NoticeState, str]]:
    with store.read() as work:
        return [(stored.state, stored.reason) for stored in work.outbox.notices()]


def leave(store: Store, now: datetime = NOW) -> None:
    """All that is ready goes out."""
    with store.write() as work:
        for message in work.outbox.lease(now, 20, now + timedelta(hours=1)):
            work.outbox.record(message.id, Delivery(outcome="sent", code=250), now)
        work.commit()


def test_reminders_of_one_reader_share_a_mail_and_tells_do_not(store: Store) -> None:
    open_office(store, ask("reading#1"), tell(), ask("intake#1", template="late"), ask("intake#1", "ben"))
    done = compose_due(store, NOW, PlainLetters(), SERVICE)
    assert done == Preparation(messages=3, told=4)
    found = {(message.person, message.kind): message for message in messages(store)}
    bundle = found["ann", "late"]
    assert bundle.subject == "2 taken voor u: de eerste uiterlijk donderdag 11 maart 2027"
    assert bundle.asks == (("case-1", "intake#1"), ("case-1", "reading#1"))
    assert bundle.text.count("%%link:") == 2
    assert (bundle.reminder, bundle.local_day, bundle.cases) == (True, "2027-03-08", ("case-1",))
    alone = found["ben", "reminder"]
    assert (alone.subject, alone.reminder) == ("reminder: Waterland", True)
    told = found["ann", "moved"]
    assert (told.subject, told.reminder, told.asks) == ("moved: Waterland", False, ())
    assert told.message_id == f"<{told.id}@review.example>"
    assert (told.references, told.reply_to) == ("<case-1@review.example>", '"Bureau" <bureau@review.example>')


def test_a_second_reminder_of_the_day_waits_for_the_next_moment(store: Store) -> None:
    open_office(store, ask("intake#1"), ask("reading#1", send_at=NOW + timedelta(hours=2)), ask("intake#1", "ben"))
    assert compose_due(store, NOW, PlainLetters(), SERVICE).messages == 2
    leave(store)
    later = NOW + timedelta(hours=3)
    assert compose_due(store, later, PlainLetters(), SERVICE) == Preparation(postponed=1)
    tomorrow = NOW + timedelta(days=1, hours=3)
    assert compose_due(store, tomorrow, PlainLetters(), SERVICE) == Preparation(messages=1, told=1)
    assert [message.local_day for message in messages(store) if message.person == "ann"] == ["2027-03-08", "2027-03-09"]


def put_off(store: Store, now: datetime, until: datetime) -> None:
    """The reader's server would not take it yet."""
    with store.write() as work:
        for message in work.outbox.lease(now, 20, now + timedelta(hours=1)):
            work.outbox.record(message.id, Delivery(outcome="retry", code=451, answer="later", next_try=until), now)
        work.commit()


def test_a_reminder_mail_that_could_not_leave_on_its_day_joins_that_of_the_next(store: Store) -> None:
    letters, day = PlainLetters(closes=16), timedelta(days=1)
    open_office(store, ask("intake#1"), ask("reading#1", send_at=NOW + day), tell())
    assert compose_due(store, NOW, letters, SERVICE).messages == 2
    # The server was away. At night nothing is composed: what was to be asked waits for the reader's hours.
    assert compose_due(store, NOW + timedelta(hours=9), letters, SERVICE) == Preparation(postponed=1)
    assert {message.kind: message.state for message in messages(store)} == {"reminder": "cancelled", "moved": "ready"}
    done = compose_due(store, NOW + day, letters, SERVICE)
    assert done == Preparation(messages=1, told=2)
    (mail,) = [message for message in messages(store) if message.reminder and message.state == "ready"]
    assert (mail.local_day, len(mail.asks)) == ("2027-03-09", 2)


class LettersThatPutOff(PlainLetters):
    """Put off what is asked of somebody, until a moment that they name."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    def prepare(self, work: UnitOfWork, notice: StoredNotice, now: datetime) -> Prepared | Later | Skip:
        return Later(at=self.until) if notice.notice.kind == "ask" else super().prepare(work, notice, now)


def test_what_is_put_off_waits_until_then_and_holds_up_no_other_mail(store: Store) -> None:
    later = NOW + timedelta(seconds=1)
    open_office(store, ask("intake#1"), tell())
    assert compose_due(store, NOW, LettersThatPutOff(later), SERVICE) == Preparation(messages=1, told=1, postponed=1)
    with store.read() as work:
        assert work.outbox.waiting(NOW, 9) == []
        assert [each.notice.task for each in work.outbox.waiting(later, 9)] == ["intake#1"]
    assert compose_due(store, later, PlainLetters(), SERVICE) == Preparation(messages=1, told=1)


@pytest.mark.parametrize("early", [timedelta(0), timedelta(hours=1)])
def test_what_would_be_put_off_to_no_later_moment_fails_once_is_told_and_holds_up_no_other_mail(
    store: Store, early: timedelta
) -> None:
    """Else composing would never come to an end: what is put off to now is due now."""
    open_office(store, ask("intake#1"), tell())
    done = compose_due(store, NOW, LettersThatPutOff(NOW - early), SERVICE)
    assert (done.messages, done.postponed, len(done.failures)) == (1, 0, 1)
    (failure,) = done.failures
    assert failure.notice.notice.task == "intake#1"
    assert failure.error == (
        f"ValueError: the next moment for sending, {(NOW - early).isoformat()}, does not lie later than now"
    )
    assert ("skipped", failure.error) in states(store)
    assert compose_due(store, NOW, LettersThatPutOff(NOW - early), SERVICE) == Preparation()


def test_a_mail_may_leave_until_its_hours_close(store: Store) -> None:
    open_office(store, ask("intake#1"), tell())
    compose_due(store, NOW, PlainLetters(closes=16), SERVICE)
    found = {message.kind: message.until for message in messages(store)}
    assert found == dict.fromkeys(("reminder", "moved"), NOW.replace(hour=16))


def test_one_that_a_server_put_off_within_the_window_is_left_to_its_next_try(store: Store) -> None:
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, PlainLetters(closes=16), SERVICE)
    put_off(store, NOW, NOW + timedelta(minutes=5))
    assert compose_due(store, NOW + timedelta(hours=1), PlainLetters(closes=16), SERVICE) == Preparation()
    assert [message.state for message in messages(store)] == ["ready"]


def test_one_that_a_server_put_off_beyond_the_window_joins_the_next_days_mail(store: Store) -> None:
    letters, late = PlainLetters(closes=16), NOW.replace(hour=15, minute=50)
    open_office(store, ask("intake#1"), ask("reading#1", send_at=NOW + timedelta(days=1)))
    compose_due(store, NOW, letters, SERVICE)
    put_off(store, late, NOW.replace(hour=16, minute=15))
    compose_due(store, NOW.replace(hour=16, minute=1), letters, SERVICE)
    assert [message.state for message in messages(store)] == ["cancelled"]
    assert compose_due(store, NOW + timedelta(days=1), letters, SERVICE) == Preparation(messages=1, told=2)
    assert sorted(message.state for message in messages(store)) == ["cancelled", "ready"]


def test_a_server_that_puts_off_the_mails_of_five_days_is_not_asked_a_sixth_time(store: Store) -> None:
    letters = PlainLetters(closes=16)
    open_office(store, ask("intake#1"))
    for day in range(5):
        now = NOW + timedelta(days=day)
        compose_due(store, now, letters, SERVICE)
        put_off(store, now, now + timedelta(hours=10))
        compose_due(store, now + timedelta(hours=9), letters, SERVICE)
    assert [message.state for message in messages(store)] == [*["cancelled"] * 4, "refused"]
    assert messages(store)[-1].last_error == "gave up: later"


def edit(store: Store) -> Message:
    """Somebody of the office chooses the words of the only mail."""
    with store.write() as work:
        (mail,) = work.outbox.messages("ready")
        work.outbox.edit(mail.id, subject="Onze afspraak", text=mail.text, html=mail.html)
        work.commit()
    return mail


def test_a_mail_whose_words_the_office_chose_keeps_them_and_becomes_the_mail_of_the_next_day(store: Store) -> None:
    letters, tomorrow = PlainLetters(closes=16), NOW + timedelta(days=1)
    open_office(store, ask("intake#1"), ask("reading#1", send_at=tomorrow))
    compose_due(store, NOW, letters, SERVICE)
    mail = edit(store)
    assert compose_due(store, NOW.replace(hour=17), letters, SERVICE) == Preparation()
    (moved,) = messages(store)
    assert (moved.id, moved.state, moved.subject) == (mail.id, "ready", "Onze afspraak")
    assert (moved.local_day, moved.next_try, moved.until) == ("2027-03-09", tomorrow, tomorrow.replace(hour=16))
    # The other reminder joins the mail of the day after: one a day, also where the office has chosen the words.
    assert compose_due(store, tomorrow, letters, SERVICE) == Preparation(postponed=1)
    leave(store, tomorrow)
    assert compose_due(store, tomorrow + timedelta(days=1), letters, SERVICE).messages == 1
    assert [(one.local_day, one.state) for one in messages(store)] == [("2027-03-09", "sent"), ("2027-03-10", "ready")]


def test_a_changed_mail_that_is_released_after_the_mail_of_a_later_day_waits_for_the_day_after_that(
    store: Store,
) -> None:
    letters, tomorrow = PlainLetters(closes=16), NOW + timedelta(days=1)
    open_office(store, ask("intake#1"), ask("reading#1", send_at=tomorrow))
    compose_due(store, NOW, letters, SERVICE)
    mail = edit(store)
    with store.write() as work:
        work.outbox.hold(mail.id, "Eerst bellen")
        work.commit()
    assert compose_due(store, tomorrow, letters, SERVICE).messages == 1
    with store.write() as work:
        work.outbox.release(mail.id)
        assert mail.id not in [one.id for one in work.outbox.lease(tomorrow, 9, tomorrow)]
        work.commit()
    compose_due(store, tomorrow, letters, SERVICE)
    with store.read() as work:
        moved = work.outbox.message(mail.id)
    assert moved is not None
    assert (moved.local_day, moved.next_try) == ("2027-03-10", tomorrow + timedelta(days=1))


def fall_due(store: Store, *keys: str) -> None:
    """Those tasks are due tonight."""
    with store.read() as work:
        case = work.cases.load("case-1")
    tonight = {key: replace(case.tasks[key], due=a_due(NOW.replace(hour=22))) for key in keys}
    save(store, case, a_step(case, tasks={**case.tasks, **tonight}))


@pytest.mark.parametrize(
    ("due", "after"),
    [
        (("intake#1", "reading#1"), [("held", "could not be sent before what it reminds of was due")]),
        (
            ("intake#1",),
            [
                ("cancelled", ""),
                ("held", "could not be sent before what it reminds of was due"),
                ("ready", ""),
            ],
        ),
    ],
    ids=["all", "one of two"],
)
def test_what_falls_due_before_the_next_hours_of_a_reminder_mail_that_missed_its_own_is_the_offices(
    store: Store, due: tuple[str, ...], after: list[tuple[str, str]]
) -> None:
    letters, tomorrow = PlainLetters(closes=16), NOW + timedelta(days=1)
    open_office(store, ask("intake#1"), ask("reading#1"))
    compose_due(store, NOW, letters, SERVICE)
    fall_due(store, *due)
    compose_due(store, tomorrow, letters, SERVICE)
    assert sorted((mail.state, mail.hold) for mail in messages(store)) == after
    asked = {mail.state: mail.asks for mail in messages(store)}
    assert asked["held"] == tuple(("case-1", key) for key in due)


def test_a_reminder_that_came_too_late_gives_way_to_a_newer_word_about_its_task(store: Store) -> None:
    letters, tomorrow = PlainLetters(closes=16), NOW + timedelta(days=1)
    late = ask("intake#1", occurrence="late", template="late", send_at=tomorrow - timedelta(hours=1))
    open_office(store, ask("intake#1"), ask("reading#1"), late)
    compose_due(store, NOW, letters, SERVICE)
    fall_due(store, "intake#1")
    compose_due(store, tomorrow, letters, SERVICE)
    assert sorted((mail.state, mail.kind, len(mail.asks)) for mail in messages(store)) == [
        ("cancelled", "reminder", 2), ("ready", "late", 2)
    ]  # fmt: skip


def test_a_changed_reminder_that_would_come_after_the_due_date_is_for_the_office_to_look_at(store: Store) -> None:
    letters, tomorrow = PlainLetters(closes=16), NOW + timedelta(days=1)
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, letters, SERVICE)
    fall_due(store, "intake#1")
    edit(store)
    compose_due(store, tomorrow, letters, SERVICE)
    (mail,) = messages(store)
    assert (mail.state, mail.hold) == ("held", "could not be sent before what it reminds of was due")


def test_a_changed_mail_that_a_server_puts_off_for_days_is_given_up(store: Store) -> None:
    letters = PlainLetters(closes=16)
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, letters, SERVICE)
    edit(store)
    for day in range(6):
        now = NOW + timedelta(days=day)
        put_off(store, now, now + timedelta(hours=10))
        compose_due(store, now + timedelta(hours=9), letters, SERVICE)
    (mail,) = messages(store)
    assert (mail.state, mail.last_error, mail.subject) == ("refused", "gave up: later", "Onze afspraak")


@pytest.mark.parametrize("last_notice", [0, 99], ids=["caught up after the restore", "waited in the backup"])
def test_what_the_office_has_released_after_a_restore_is_in_doubt_no_more(store: Store, last_notice: int) -> None:
    letters, doubt = PlainLetters(closes=16), Doubt(NOW, last_notice)
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, letters, SERVICE, doubt=doubt)
    (held,) = messages(store)
    assert (held.state, held.hold) == ("held", RESTORED)
    with store.write() as work:
        work.outbox.release(held.id)
        work.commit()
    tomorrow = NOW + timedelta(days=1, hours=1)
    assert compose_due(store, tomorrow, letters, SERVICE, doubt=doubt).messages == 1
    assert sorted(one.state for one in messages(store)) == ["cancelled", "ready"]
    leave(store, tomorrow)
    assert sorted(one.state for one in messages(store)) == ["cancelled", "sent"]


def test_what_waits_again_in_the_backup_is_in_doubt(store: Store) -> None:
    letters = PlainLetters(closes=16)
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, letters, SERVICE)
    compose_due(store, NOW.replace(hour=17), letters, SERVICE)  # it could not leave, and waits for the next day
    tomorrow = NOW + timedelta(days=1, hours=1)
    compose_due(store, tomorrow, letters, SERVICE, doubt=Doubt(tomorrow, 99))
    assert sorted(one.state for one in messages(store)) == ["cancelled", "held"]


def test_the_day_is_the_offices(store: Store) -> None:
    open_office(store, ask())
    midnight = NOW.replace(hour=23, minute=30)
    compose_due(store, midnight, PlainLetters(), SERVICE)
    assert [message.local_day for message in messages(store)] == ["2027-03-09"]


def test_a_reminder_that_would_come_too_late_is_skipped(store: Store) -> None:
    open_office(store, ask("intake#1"), ask("reading#1", send_at=NOW + timedelta(hours=2)))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    done = compose_due(store, NOW + timedelta(hours=3), PlainLetters(wait=None), SERVICE)
    assert done == Preparation(skipped=1)
    assert states(store)[1] == ("skipped", "past")


def test_after_an_outage_one_mail_a_task(store: Store) -> None:
    old = ask("intake#1", occurrence="1", send_at=NOW - timedelta(days=3))
    newer = ask("intake#1", occurrence="2", send_at=NOW - timedelta(days=1), template="late")
    open_office(store, old, newer)
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation(messages=1, told=1, merged=1)
    assert [state for state, _ in states(store)] == ["merged", "composed"]
    assert [message.kind for message in messages(store)] == ["late"]


FIRST = ("merged", "its reader hears of the task only now, from its first mail")


@pytest.mark.parametrize("template", ["reminder", "today", "late"])
@pytest.mark.parametrize("bundle", [True, False], ids=["opened", "asked by a person"])
def test_who_never_heard_of_a_task_gets_its_first_mail_and_no_word_that_it_is_late(
    store: Store, template: str, *, bundle: bool
) -> None:
    first = ask("intake#1", occurrence="1", template="opened" if bundle else "asked", bundle=bundle)
    open_office(store, first, ask("intake#1", occurrence="2", template=template))
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation(messages=1, told=1, merged=1)
    assert states(store) == [("composed", ""), FIRST]
    assert [message.kind for message in messages(store)] == [first.template]


def test_who_was_asked_before_is_told_that_it_is_late_beside_another_mail_about_the_task(store: Store) -> None:
    asked = ask("intake#1", occurrence="1", template="asked", bundle=False)
    again, late = replace(asked, occurrence="2"), ask("intake#1", occurrence="3", template="late")
    tomorrow = NOW + timedelta(days=1)
    open_office(store, asked, replace(again, send_at=tomorrow), replace(late, send_at=tomorrow))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    leave(store)
    assert compose_due(store, tomorrow, PlainLetters(), SERVICE) == Preparation(messages=2, told=2)


def test_a_letter_that_fails_holds_up_no_other(store: Store) -> None:
    open_office(store, tell("broken"), tell("moved"), ask("intake#1", "ben"))
    done = compose_due(store, NOW, PlainLetters({"broken": "{{ nonsense }}"}), SERVICE)
    assert (done.messages, len(done.failures)) == (2, 1)
    (failure,) = done.failures
    assert failure.notice.notice.template == "broken"
    assert failure.error == "CannotCompose: Can't write body.txt of the mail: 'nonsense' is undefined"
    assert states(store)[0] == ("skipped", failure.error)


def test_a_letter_that_cannot_be_prepared_holds_up_no_other(store: Store) -> None:
    open_office(store, ask("unknown#1"), tell())
    done = compose_due(store, NOW, PlainLetters(), SERVICE)
    assert (done.messages, [failure.error for failure in done.failures]) == (1, ["KeyError: 'unknown#1'"])


def test_a_moment_that_is_not_later_is_a_failure_and_no_endless_loop(store: Store) -> None:
    open_office(store, ask("intake#1"), ask("reading#1", send_at=NOW + timedelta(hours=2)))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    done = compose_due(store, NOW + timedelta(hours=3), PlainLetters(wait=timedelta()), SERVICE)
    assert len(done.failures) == 1
    assert "does not lie later than now" in done.failures[0].error


def test_notices_know_when_they_are_not_worth_telling(store: Store) -> None:
    past = tell("practical", not_after=NOW - timedelta(seconds=1))
    in_time = tell("tomorrow", not_after=NOW)
    never_asked = tell("not_needed", only_if_asked="intake#1")
    open_office(store, past, in_time, never_asked)
    letters = PlainLetters()
    assert compose_due(store, NOW, letters, SERVICE) == Preparation(messages=1, told=1, skipped=2)
    assert states(store) == [("skipped", "past"), ("composed", ""), ("skipped", "was never asked")]
    assert letters.prepared == [2, 3]  # the last to learn who would read it


def test_who_was_asked_is_told(store: Store) -> None:
    open_office(store, ask("intake#1"), tell("not_needed", only_if_asked="intake#1", send_at=NOW + timedelta(hours=1)))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    with store.write() as work:
        work.outbox.lease(NOW, 10, NOW + timedelta(hours=1))
        work.commit()
    assert compose_due(store, NOW + timedelta(hours=1), PlainLetters(), SERVICE).messages == 1


def test_nobody_to_write_to_is_said(store: Store) -> None:
    open_office(store, tell(who="nobody"), ask("intake#1", "ben"))
    with store.write() as work:
        ben = work.people.person("ben")
        assert ben is not None
        work.people.put_person(replace(ben, email=""))
        work.commit()
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation(skipped=2)
    assert states(store) == [("skipped", "erased"), ("skipped", "no address")]


def test_a_limit_cuts_nobodys_mail_in_two(store: Store) -> None:
    people = [f"p{n}" for n in range(6)]
    first = [ask("intake#1", who) for who in people]
    second = [ask("reading#1", who, send_at=NOW - timedelta(hours=1)) for who in reversed(people)]
    open_office(store, *first, *second, tell(who="nobody"), people=people)
    done = compose_due(store, NOW, PlainLetters(), SERVICE, batch=4)
    assert done == Preparation(messages=6, told=12, skipped=1)
    assert {message.subject.partition(":")[0] for message in messages(store)} == {"2 taken voor u"}


def test_legal_mails_are_marked(store: Store) -> None:
    open_office(store, tell("decision"), tell("moved"))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    assert {message.kind: message.legal for message in messages(store)} == {"decision": True, "moved": False}


def test_a_link_is_made_once_and_stands_as_a_placeholder(store: Store) -> None:
    open_office(
        store, ask("intake#1", occurrence="1"), ask("intake#1", occurrence="2", send_at=NOW + timedelta(days=1))
    )
    for moment in (NOW, NOW + timedelta(days=1)):
        compose_due(store, moment, PlainLetters(), SERVICE)
    one, other = (message.text.split("%%link:")[1].split("%%")[0] for message in messages(store))
    assert one == other
    with store.read() as work:
        assert work.outbox.find_link(one) == work.outbox.link("case-1", "p-ann", "intake#1")


def test_nothing_waits_nothing_is_written(store: Store) -> None:
    open_office(store, ask(send_at=NOW + timedelta(hours=1)))
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation()


def test_what_was_taken_back_is_composed_again_without_what_was_withdrawn(store: Store) -> None:
    open_office(store, ask("intake#1"), ask("reading#1"))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    with store.read() as work:
        before = work.cases.load("case-1")
    save(store, before, replace(before, seq=before.seq + 1), withdrawals=[a_withdrawal("intake#1")])
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation(messages=1, told=1)
    assert sorted((message.state, message.subject) for message in messages(store)) == [
        ("cancelled", "2 taken voor u: de eerste uiterlijk donderdag 11 maart 2027"),
        ("ready", "reminder: Waterland"),
    ]


def test_two_offices_remind_a_reader_on_two_days_the_most_urgent_first(store: Store) -> None:
    open_office(store, ask("report#1"))
    open_another_office(store, ask("reading#1", "anna", template="today"))
    assert compose_due(store, NOW, PlainLetters(), SERVICE) == Preparation(messages=1, told=1, postponed=1)
    tomorrow = NOW + timedelta(days=1)
    assert compose_due(store, tomorrow, PlainLetters(), SERVICE) == Preparation(messages=1, told=1)
    found = [(each.local_day, each.secretariat, each.address) for each in messages(store)]
    assert found == [("2027-03-08", "there", "Ann@example.org"), ("2027-03-09", "office", "ann@example.org")]


def test_a_reminder_of_another_office_later_on_the_day_waits(store: Store) -> None:
    open_office(store, ask("intake#1"))
    assert compose_due(store, NOW, PlainLetters(), SERVICE).messages == 1
    open_another_office(store, ask("reading#1", "anna"), tell("moved", "anna"))
    later = NOW + timedelta(hours=1)
    assert compose_due(store, later, PlainLetters(), SERVICE) == Preparation(messages=1, told=1, postponed=1)
    assert [(each.secretariat, each.kind) for each in messages(store)] == [("office", "reminder"), ("there", "moved")]


class LettersWithADate(PlainLetters):
    """Of the cases of one office nothing is of use on a later day."""

    def __init__(self, office: str) -> None:
        super().__init__()
        self.office = office

    def next_moment(self, work: UnitOfWork, notice: StoredNotice, prepared: Prepared, now: datetime) -> datetime | None:
        return None if notice.secretariat == self.office else super().next_moment(work, notice, prepared, now)


def test_what_could_not_be_reminded_of_tomorrow_goes_before_what_is_late_at_another_office(store: Store) -> None:
    open_office(store, ask("intake#1"))
    open_another_office(store, ask("reading#1", "anna", template="late"))
    assert compose_due(store, NOW, LettersWithADate("office"), SERVICE) == Preparation(messages=1, told=1, postponed=1)
    assert [each.secretariat for each in messages(store)] == ["office"]


def test_what_another_office_has_kept_from_its_reader_and_cannot_wait_stays_with_its_own_office(store: Store) -> None:
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    open_another_office(store, ask("reading#1", "anna"))
    compose_due(store, NOW + timedelta(hours=1), LettersWithADate("there"), SERVICE)
    assert [(each.secretariat, each.state, each.hold) for each in messages(store)] == [
        ("office", "ready", ""), ("there", "held", TOO_LATE)
    ]  # fmt: skip


def test_an_office_that_has_paused_its_mail_stands_in_no_other_offices_way(store: Store) -> None:
    open_another_office(store, ask("reading#1", "anna", template="late"), paused_at=NOW)
    open_office(store, ask("intake#1"), ask("report#1", send_at=NOW + timedelta(days=1)))
    compose_due(store, NOW, PlainLetters(), SERVICE)
    tomorrow = NOW + timedelta(days=1)
    compose_due(store, tomorrow, PlainLetters(), SERVICE)
    compose_due(store, tomorrow + timedelta(hours=1), PlainLetters(), SERVICE)
    found = [(each.local_day, each.secretariat) for each in messages(store)]
    assert found == [("2027-03-08", "office"), ("2027-03-09", "office")]


def test_a_changed_reminder_moves_to_a_day_without_one_of_another_office(store: Store) -> None:
    letters, day = PlainLetters(closes=16), timedelta(days=1)
    open_office(store, ask("intake#1"))
    compose_due(store, NOW, letters, SERVICE)
    (mine,) = messages(store)
    with store.write() as work:
        work.outbox.edit(mine.id, subject="other", text="other", html="other")
        work.commit()
    open_another_office(store, ask("reading#1", "anna", send_at=NOW + day))
    with store.write() as work:
        work.outbox.add(replace(mine, id="theirs", secretariat="there", person="anna", local_day="2027-03-09"), [])
        work.commit()
    compose_due(store, NOW + timedelta(hours=9), letters, SERVICE)
    assert [(each.id, each.local_day) for each in messages(store) if each.id == mine.id] == [(mine.id, "2027-03-10")]


@pytest.mark.parametrize(("changed", "left"), [(False, ("cancelled", "")), (True, ("held", "past"))])
def test_a_word_about_a_day_that_was_near_never_leaves_after_it(
    store: Store, changed: bool, left: tuple[str, str]
) -> None:
    letters, day = PlainLetters(closes=16), timedelta(days=1)
    open_office(store, tell("soon", not_after=NOW + 2 * day), tell("later", not_after=NOW + 4 * day))
    compose_due(store, NOW, letters, SERVICE)
    if changed:
        with store.write() as work:
            for mail in work.outbox.messages():
                work.outbox.edit(mail.id, subject="other", text="other", html="other")
            work.commit()
    compose_due(store, NOW + 3 * day, letters, SERVICE)  # the office had paused its mail
    found = {each.kind: (each.state, each.hold) for each in messages(store)}
    assert found == {"soon": left, "later": ("ready", "")}
