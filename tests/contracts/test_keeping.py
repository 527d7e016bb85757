"""What does every store promise of what is removed in time, and of what is not?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.digests import DigestIssue, Subscription
from engine.directory import Membership, TieRecord
from engine.errors import UnknownName
from engine.mail import Delivery, MailReport
from engine.ports import Store
from engine.retention import RetentionHold
from storage.verify import REMOVALS, problems
from tests.builders.storage import NOW, a_case, a_message, a_submission, launch, minutes


def test_a_case_can_be_exempted_from_removal_and_given_back(store: Store) -> None:
    launch(store, a_case())
    hold = RetentionHold(case="case-1", reason="appeal", since=NOW)
    with store.write() as work:
        work.keeping.put_hold(hold)
        assert work.keeping.holds() == [hold]
        assert (work.keeping.drop_hold("case-1"), work.keeping.drop_hold("case-1")) == (True, False)
        assert work.keeping.holds() == []


def test_answers_are_taken_out_once_and_keep_their_hash(store: Store) -> None:
    given = a_submission("s-1")
    launch(store, a_case(), submissions=[given])
    with store.write() as work:
        assert work.keeping.remove_answers(["s-1", "s-9"], NOW) == 1
        assert work.keeping.remove_answers(["s-1"], NOW) == 0
        assert work.cases.submission("s-1") == replace(given, answers={}, removed_at=NOW)


def test_only_decided_mail_is_old_mail(store: Store) -> None:
    with store.write() as work:
        for id, state in (("m-1", "sent"), ("m-2", "ready"), ("m-3", "cancelled"), ("m-4", "held")):
            work.outbox.add(a_message(id, asks=(), state=state), [])
        old = work.keeping.mail_made_before(NOW + minutes(1), with_words=True)
        assert [each.id for each in old] == ["m-1", "m-3"]
        assert work.keeping.mail_made_before(NOW, with_words=False) == []
        work.keeping.forget_words(["m-1"])
        assert [each.id for each in work.keeping.mail_made_before(NOW + minutes(1), with_words=True)] == ["m-3"]
        kept = work.outbox.message("m-1")
    assert kept == a_message("m-1", asks=(), state="sent", subject="", text="", html="")


def test_mail_that_is_forgotten_leaves_nothing_behind(store: Store) -> None:
    report = MailReport(id="r-1", kind="hard", message="m-1", received_at=NOW, recorded_at=NOW)
    issue = DigestIssue(
        secretariat="office", person="ann", kind="week", period="2027-W09", facts="", message="m-1", at=NOW
    )
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=()), [])
        work.outbox.add(a_message("m-2", asks=()), [])
        for leased in work.outbox.lease(NOW, 10, NOW + minutes(30)):
            work.outbox.record(leased.id, Delivery(outcome="sent", code=250), NOW)
        work.outbox.add_report(report)
        work.digests.put_issue(issue)
        work.keeping.forget_mail(["m-1"])
        work.commit()
    with store.read() as work:
        assert [each.id for each in work.outbox.messages()] == ["m-2"]
        assert (work.outbox.deliveries("m-1"), len(work.outbox.deliveries("m-2"))) == ([], 1)
        assert work.outbox.reports() == []
        assert work.digests.last_issue("ann", "week") == replace(issue, message=None)


def test_participants_lose_their_names_one_case_at_a_time(store: Store) -> None:
    launch(store, a_case())
    with store.write() as work:
        assert work.keeping.unname("case-2", ["p-ann"]) == 0
        assert work.keeping.unname("case-1", ["p-ann", "p-none"]) == 1
        assert work.keeping.unname("case-1", ["p-ann"]) == 0
        assert [(each.key, each.person) for each in work.people.participants("case-1")] == [
            ("p-ann", None),
            ("p-ben", "ben"),
        ]


def test_an_erased_person_is_nowhere_and_the_histories_are_whole(store: Store) -> None:
    launch(store, a_case(closed=True))
    with store.write() as work:
        work.people.put_membership(Membership(person="ann", organisation="north", role="contact"))
        work.people.put_tie(TieRecord(person="ann", organisation="north", until=date(2028, 1, 1)))
        work.digests.put_subscription(Subscription(person="ann", kind="week"))
        work.outbox.add(a_message("m-1", asks=(), state="sent"), [])
        work.outbox.add(a_message("m-2", asks=()), [])
        revision = work.people.revision()
        assert work.keeping.erase("ann") == {
            "participants": 1, "mails": 2, "reports": 0, "unfinished": 0, "files": 0, "digests": 0, "subscriptions": 1,
            "memberships": 1, "ties": 1,
        }  # fmt: skip
        work.commit()
    with store.read() as work:
        assert work.people.person("ann") is None
        assert work.people.revision() > revision
        assert (work.people.memberships(person="ann"), work.people.ties("ann")) == ([], [])
        assert [each.person for each in work.people.participants("case-1")] == [None, "ben"]
        mails = work.outbox.messages()
        assert [(each.person, each.address, each.text, each.state) for each in mails] == [
            ("erased", "", "", "sent"),
            ("erased", "", "", "cancelled"),
        ]
        assert list(problems(work)) == []
    with store.write() as work, pytest.raises(UnknownName, match="There is no person ann"):
        work.keeping.erase("ann")


def test_all_links_and_digests_of_somebody_are_found(store: Store) -> None:
    launch(store, a_case())

    def issue(person: str, kind: str, period: str) -> DigestIssue:
        return DigestIssue(
            secretariat="office", person=person, kind=kind, period=period, facts="", message=None, at=NOW
        )

    with store.write() as work:
        second, first = (work.outbox.link("case-1", "p-ann", task) for task in ("report#1", "intake#1"))
        work.outbox.link("case-1", "p-ben", "intake#1")
        work.outbox.revoke_link(second.id)
        assert work.keeping.links(["p-ann", "p-none"]) == [first, replace(second, revoked=True)]
        week, later, region, other = (
            issue("ann", "week", "2027-W09"), issue("ann", "week", "2027-W10"), issue("ann", "region", "2027-03"),
            issue("ben", "week", "2027-W09"),
        )  # fmt: skip
        for made in (later, week, other, region):
            work.digests.put_issue(made)
        assert work.keeping.issues("ann") == [region, week, later]
        assert (work.keeping.links([]), work.keeping.issues("nobody")) == ([], [])


def a_report(id: str, **more: Any) -> MailReport:
    return MailReport(**{"id": id, "kind": "hard", "received_at": NOW, "recorded_at": NOW, **more})


def test_reports_that_matched_nobody_go_with_whom_they_name(store: Store) -> None:
    with store.write() as work:
        ann = work.people.person("ann")
        assert ann is not None
        first = replace(ann, email="ann@first.example")
        work.people.put_person(first.readdressed("Ann.Müller@example.org"))
        assert [each.former for each in work.people.persons("office") if each.id == "ann"] == [("ann@first.example",)]
        work.outbox.add(a_message("m-1", asks=(), state="sent", address="ann@former.example"), [])
        for report in (
            a_report("matched", person="ann", address="elsewhere@example.org"),
            a_report("now", address="ann.MÜLLER@Example.org"),
            a_report("former", address="Ann@Former.example"),
            a_report("first", address="ANN@first.example"),
            a_report("of-ben", person="ben", address="ann@former.example"),
            a_report("of-nobody", address=""),
            a_report("of-another", address="another@example.org"),
        ):
            work.outbox.add_report(report)
        assert work.keeping.erase("ann")["reports"] == 4
        assert sorted(each.id for each in work.outbox.reports()) == ["of-another", "of-ben", "of-nobody"]


def test_reports_that_matched_no_mail_go_by_when_they_came_in(store: Store) -> None:
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=(), state="sent"), [])
        for report in (
            a_report("old", received_at=NOW - minutes(1)),
            a_report("of-a-mail", received_at=NOW - minutes(1), message="m-1"),
            a_report("new"),
        ):
            work.outbox.add_report(report)
        assert (work.keeping.forget_reports(NOW), work.keeping.forget_reports(NOW)) == (1, 0)
        assert sorted(each.id for each in work.outbox.reports()) == ["new", "of-a-mail"]


def test_all_of_it_is_undone_with_its_transaction(store: Store) -> None:
    launch(store, a_case(), submissions=[a_submission("s-1")])
    with store.write() as work:
        work.outbox.add(a_message("m-1", asks=(), state="sent"), [])
        work.commit()
    with store.write() as work:
        work.keeping.forget_mail(["m-1"])
        work.keeping.remove_answers(["s-1"], NOW)
        work.keeping.erase("ann")
        work.rollback()
    with store.read() as work:
        assert work.people.person("ann") is not None
        assert [each.id for each in work.outbox.messages()] == ["m-1"]
        assert work.cases.submission("s-1") == a_submission("s-1")


def test_answers_that_vanish_without_a_record_are_told(store: Store) -> None:
    given = a_submission("s-1")
    launch(store, a_case(), submissions=[given])
    with store.write() as work:
        before = set(problems(work))
        work.keeping.remove_answers(["s-1"], NOW)
        work.commit()
    with store.write() as work:
        told = {each for each in problems(work) if each not in before}
        assert told <= {"case-1: the answers s-1 were removed, but nothing says by which rule"}
        work.record(REMOVALS, "answers_removed", {"submissions": ["s-1"]}, NOW)
        assert "case-1: the answers s-1 were removed, but nothing says by which rule" not in set(problems(work))
