"""What does every store promise of held and edited mails, files, reports, calendars and digests?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from engine.appointments import CalendarEntry, span_of
from engine.digests import DigestIssue, Subscription
from engine.mail import Attachment, Attempt, Delivery, MailReport
from engine.ports import Store
from storage.memory import MemoryStore
from tests.builders.storage import (
    NOW,
    a_case,
    a_message,
    a_notice,
    a_sql_store,
    a_task,
    a_tell,
    furnish,
    launch,
    minutes,
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else a_sql_store(tmp_path)
    furnish(made)
    launch(made, a_case())
    yield made
    made.close()


def later(number: int) -> datetime:
    return NOW + minutes(number)


def a_report(id: str = "r1", **more: object) -> MailReport:
    named: dict[str, object] = {"id": id, "kind": "hard", "received_at": NOW, "recorded_at": later(1)}
    return MailReport(**{**named, **more})  # type: ignore[arg-type]  # the values of a test


def test_a_message_keeps_its_files_and_all_that_steers_it(store: Store) -> None:
    invite = Attachment(name="invite.ics", media_type="text/calendar", data=b"BEGIN:VCALENDAR", method="REQUEST")
    page = Attachment(name="stand.pdf", media_type="application/pdf", data=b"%PDF")
    message = a_message(
        "m-1", asks=(), attachments=(invite, page), until=later(90), resends="m-0", digest="week", bulk="b-1"
    )
    with store.write() as work:
        work.outbox.add(message, [])
        work.commit()
    with store.read() as work:
        assert (work.outbox.message("m-1"), work.outbox.message("m-2")) == (message, None)
        assert work.outbox.messages() == [message]
    with store.write() as work:
        (leased,) = work.outbox.lease(NOW, 10, later(30))
        work.commit()
    assert leased.attachments == (invite, page)


def test_a_held_message_does_not_leave_until_it_is_released(store: Store) -> None:
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=()), [])
        assert work.outbox.hold("m-1", "waits with others")
        assert work.outbox.hold("m-1", "asked by Ineke")
        assert work.outbox.kept("waits with others") == []
        assert [one.id for one in work.outbox.kept("asked by Ineke")] == ["m-1"]
        assert work.outbox.lease(NOW, 10, later(30)) == []
        held = work.outbox.message("m-1")
        work.commit()
    assert held is not None
    assert (held.state, held.hold) == ("held", "asked by Ineke")
    with store.write() as work:
        assert work.outbox.release("m-1")
        assert not work.outbox.release("m-1")
        assert work.outbox.kept("") == []
        assert [one.hold for one in work.outbox.lease(NOW, 10, later(30))] == [""]
        assert not work.outbox.hold("m-1", "on its way")


def test_a_cancelled_message_never_leaves_and_one_that_is_on_its_way_cannot_be(store: Store) -> None:
    with store.write() as work:
        for id in ("m-1", "m-2", "m-3"):
            work.outbox.add(a_message(id, asks=()), [])
        work.outbox.hold("m-2", "wait")
        assert [work.outbox.cancel(id, "went out before") for id in ("m-1", "m-2")] == [True, True]
        assert [one.id for one in work.outbox.lease(NOW, 10, later(30))] == ["m-3"]
        assert not work.outbox.cancel("m-3", "too late")
        gone = work.outbox.messages("cancelled")
    assert [(one.id, one.last_error, one.hold) for one in gone] == [
        ("m-1", "went out before", ""),
        ("m-2", "went out before", ""),
    ]


def test_the_words_of_a_message_can_be_changed_until_it_is_on_its_way(store: Store) -> None:
    words = {"subject": "Anders", "text": "Andere tekst", "html": "<p>Andere tekst</p>"}
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=()), [])
        assert work.outbox.edit("m-1", **words)
        (leased,) = work.outbox.lease(NOW, 10, later(30))
        assert (leased.subject, leased.text, leased.html, leased.edited) == (*words.values(), True)
        assert not work.outbox.edit("m-1", subject="x", text="x", html="x")


def test_attempts_are_told_in_order_and_counted_by_domain(store: Store) -> None:
    put_off, taken = Delivery(outcome="retry", code=450, answer="greylisted"), Delivery(outcome="sent", code=250)
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=(), address="ann@School.Example"), [])
        work.outbox.add(a_message("m-2", asks=()), [])
        work.outbox.lease(NOW, 10, later(30))
        work.outbox.record("m-1", put_off, later(1))
        work.outbox.record("m-2", taken, later(1))
        work.outbox.record("m-1", taken, later(5))
        assert work.outbox.deliveries("m-1") == [
            Attempt(at=later(1), delivery=put_off),
            Attempt(at=later(5), delivery=taken),
        ]
        assert work.outbox.handed_over_since(NOW) == {"school.example": 1, "example.org": 1}
        assert work.outbox.handed_over_since(later(2)) == {"school.example": 1}


def test_a_report_is_recorded_once(store: Store) -> None:
    report = a_report(
        secretariat="office", message="m-1", person="ann", address="ann@example.org", status_code="5.1.1",
        diagnostic="550 no such user", matched_by="return path", back_on="2027-03-09",
    )  # fmt: skip
    other = a_report("r0", kind="away", person="bob", received_at=later(5))
    with store.write() as work:
        assert work.outbox.add_report(report)
        assert not work.outbox.add_report(report)
        assert work.outbox.add_report(other)
        assert work.outbox.reports() == [report, other]
        assert work.outbox.reports(message="m-1") == [report]
        assert work.outbox.reports(person="bob") == [other]
        assert (work.outbox.report("r0"), work.outbox.report("r9")) == (other, None)


def test_reports_are_read_since_the_moment_at_which_they_were_recorded(store: Store) -> None:
    old, now = a_report("r1", recorded_at=later(1), received_at=later(1)), a_report("r2", recorded_at=later(2))
    of_ann = a_report("r3", recorded_at=later(3), person="ann")
    with store.write() as work:
        for each in (old, now, of_ann):
            work.outbox.add_report(each)
        assert work.outbox.reports(since=later(2)) == [now, of_ann]
        assert work.outbox.reports(since=later(2), person="ann") == [of_ann]
        assert work.outbox.reports(since=later(4)) == []


def test_mails_to_somebody_are_read_from_after_a_moment(store: Store) -> None:
    mails = [a_message(f"m-{n}", asks=(), created_at=later(n)) for n in (1, 2, 3)]
    with store.write() as work:
        for each in mails:
            work.outbox.add(each, [])
        assert work.outbox.messages("ready", person="ann", made_after=later(1)) == mails[1:]
        assert work.outbox.messages(person="ann", made_after=later(3)) == []
        assert work.outbox.messages("sent", made_after=later(1)) == []


def test_what_is_ready_and_what_is_to_be_composed_is_counted_by_office(store: Store) -> None:
    told = (a_notice("case-2"), a_tell("case-2", send_at=later(9)), a_tell("case-2", occurrence="2"))
    launch(store, a_case("case-2", tasks=[a_task()]), notices=told)
    with store.write() as work:
        for id, office in (("m-1", "office"), ("m-2", "office"), ("m-3", "another")):
            work.outbox.add(a_message(id, asks=(), secretariat=office), [])
        work.outbox.hold("m-2", "asked by Ineke")
        assert work.outbox.pending("office", NOW) == (1, 2)
        assert work.outbox.pending("office", later(9)) == (1, 3)
        assert work.outbox.pending("another", later(9)) == (1, 0)


def test_a_calendar_entry_is_replaced_by_its_next_sequence(store: Store) -> None:
    entry = CalendarEntry(
        case="case-1", participant="p-ann", date="visit", uid="u@example.org", sequence=0,
        first=datetime(2027, 4, 22), last=datetime(2027, 4, 22), all_day=True,  # noqa: DTZ001 - local to the definition
    )  # fmt: skip
    moved = CalendarEntry(
        case="case-1", participant="p-ann", date="visit", uid="u@example.org", sequence=1,
        first=datetime(2027, 5, 13, 9, 30), last=datetime(2027, 5, 13, 17), all_day=False, state="cancelled",  # noqa: DTZ001 - likewise
        message="m-1", stood=span_of(entry),
    )  # fmt: skip
    with store.write() as work:
        work.calendar_entries.put(entry)
        assert work.calendar_entries.of_case("case-1") == [entry]
        work.calendar_entries.put(moved)
        assert (work.calendar_entries.of_case("case-1"), work.calendar_entries.of_case("case-2")) == ([moved], [])


def test_whose_calendar_is_to_be_compared_is_known_as_long_as_mail_reaches_them(store: Store) -> None:
    with store.write() as work:
        ann, ben = work.people.person("ann"), work.people.person("ben")
        assert ann is not None
        assert ben is not None
        assert work.people.unsure() == []
        marked = [replace(one, calendar_unsure_since=later(5)) for one in (ben, ann)]
        for one in marked:
            work.people.put_person(one)
        assert work.people.unsure() == marked[::-1]
        work.people.put_person(replace(marked[0], reachable=False))
        work.people.put_person(replace(marked[1], email=""))
        assert work.people.unsure() == []
        for one in marked:
            work.people.put_person(one)
        work.keeping.erase("ben")
        assert work.people.unsure() == [marked[1]]
        work.people.put_person(replace(ann, calendar_unsure_since=None))
        assert work.people.unsure() == []


def test_what_is_written_of_somebody_marked_leaves_a_trace_and_nothing_else_does(store: Store) -> None:
    with store.write() as work:
        ann = work.people.person("ann")
        assert ann is not None
        assert work.people.unsure_traces() == {}
        work.people.put_person(replace(ann, calendar_unsure_since=later(5)))
        before = work.people.unsure_traces()
        work.outbox.add(a_message("m-ben", person="ben"), [])
        assert work.people.unsure_traces() == before
        work.outbox.add(a_message("m-ann", person="ann"), [])
        ready = work.people.unsure_traces()
        work.outbox.hold("m-ann", "wait")
        held = work.people.unsure_traces()
        work.outbox.cancel("m-ann", "not needed")
        assert [set(found["ann"] - before["ann"]) for found in (ready, held)] == [{"m-ann ready"}, {"m-ann held"}]
        assert work.people.unsure_traces() == before
        assert any(each.startswith("case-1 ") for each in before["ann"])


def test_a_digest_is_made_once_for_a_reader_and_period(store: Store) -> None:
    issue = DigestIssue(
        secretariat="office", person="ann", kind="week", period="2027-W09", facts="abc", message=None, at=NOW
    )
    with store.write() as work:
        assert work.digests.put_issue(issue)
        assert not work.digests.put_issue(issue)
        assert work.digests.last_issue("ann", "week") == issue
        assert work.digests.last_issue("ann", "status") is None


def test_the_newest_digest_of_each_reader_and_kind_is_known(store: Store) -> None:
    def an_issue(person: str, kind: str, period: str, at: datetime) -> DigestIssue:
        return DigestIssue(
            secretariat="office", person=person, kind=kind, period=period, facts="abc", message=None, at=at
        )

    old, new = an_issue("ann", "week", "2027-W08", NOW - minutes(9)), an_issue("ann", "week", "2027-W09", NOW)
    same_moment = [an_issue("ben", "region", "2027-02", NOW), an_issue("ben", "region", "2027-03", NOW)]
    other = an_issue("ann", "region", "2027-03", NOW - minutes(20))
    with store.write() as work:
        for issue in (new, old, *same_moment, other):
            assert work.digests.put_issue(issue)
        assert work.digests.last_issues("office") == [other, new, same_moment[1]]
        assert work.digests.last_issues("elsewhere") == []


def test_the_day_on_which_digests_were_looked_at_is_kept_per_office(store: Store) -> None:
    with store.write() as work:
        assert work.digests.looked_on("office") is None
        work.digests.put_look("office", "2027-03-01")
        work.digests.put_look("office", "2027-03-02")
        work.commit()
    with store.read() as work:
        assert (work.digests.looked_on("office"), work.digests.looked_on("elsewhere")) == ("2027-03-02", None)


def test_a_digest_can_be_stopped_and_begun_again(store: Store) -> None:
    off, on = Subscription(person="ann", kind="week", off_since=NOW), Subscription(person="ann", kind="week")
    with store.write() as work:
        assert work.digests.subscription("ann", "week") is None
        work.digests.put_subscription(off)
        assert work.digests.subscriptions() == [off]
        work.digests.put_subscription(on)
        assert work.digests.subscription("ann", "week") == on


def test_what_was_written_is_undone_with_its_transaction(store: Store) -> None:
    with store.write() as work:
        work.outbox.add_report(a_report())
        work.digests.put_subscription(Subscription(person="ann", kind="week"))
        work.rollback()
    with store.read() as work:
        assert (work.outbox.reports(), work.digests.subscriptions()) == ([], [])
