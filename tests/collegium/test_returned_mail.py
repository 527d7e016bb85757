"""What becomes of a mail that comes back? From the Maildir to the flag, the task, the silence, and the mail again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collegium.returned_mail import ReturnedMail
from collegium.to_read import without_task
from engine.directory import PersonRecord
from engine.reaching import not_reached
from notifications.mailboxes import Item
from storage.memory import MemoryStore
from tests.collegium.street import Street, answer_to


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(tmp_path)


def contact(street: Street) -> PersonRecord:
    return street.holder("contact")[1]


def test_a_dead_address_is_flagged_and_a_task_for_the_owner_within_a_minute(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        assert mail.sender.startswith(f"bounces+{mail.message}-")
        street.come_back(mail)
        street.wait(minutes=1)
        person = contact(street)
        assert (person.reachable, person.unreachable_why) == (False, "5.1.1 550 5.1.1 User unknown")
        (task,) = street.open("unreached")
        participant = street.holder("contact")[0]
        assert (task.about, task.assignees) == (participant, street.case.roles["coordinator"])
        assert not_reached(street.case) == (participant,)
        assert (street.in_folder("Verwerkt"), street.in_folder("Te lezen")) == (1, 0)


def test_nothing_is_sent_to_a_dead_address_any_more_and_the_owner_has_one_task(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        street.come_back(mail)
        street.come_back(mail, words="550 5.1.1 User unknown, once more")
        street.wait(days=150)  # past all reminders, and the closing of the task
        assert len(street.mails_to(contact(street))) == 1
        assert [task.round for task in street.case.tasks.values() if task.name == "unreached"] == [1]
        skipped = [one for one in _notices(street, contact(street)) if one == "no address that works"]
        assert len(skipped) >= 3


def _notices(street: Street, person: PersonRecord) -> list[str]:
    with street.app.store.read() as work:
        return [one.reason for one in work.outbox.notices(state="skipped") if one.person == person.id]


def test_who_has_another_address_is_asked_again_for_what_is_open(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        street.come_back(street.mails_to(contact(street))[0])
        street.wait(days=3)
        street.put(replace(contact(street), email="jan.new@school.example"))
        street.wait(days=1)
        person = contact(street)
        assert (person.reachable, person.unreachable_since, person.unreachable_why) == (True, None, "")
        (again,) = street.mails_to(person)
        assert ("X-Collegium-Kind: opened" in again.data.decode(), street.open("unreached")) == (True, [])
        assert not_reached(street.case) == ()
        street.wait(days=120)
        assert len(street.mails_to(person)) > 1  # reminders go on


def test_an_address_that_the_office_calls_good_is_tried_again(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        street.come_back(street.mails_to(contact(street))[0])
        street.wait(hours=1)
        street.put(replace(contact(street), reachable=True))
        street.wait(days=1)
        assert (len(street.mails_to(contact(street))), street.open("unreached")) == (2, [])


def test_a_server_that_refuses_the_address_at_once_leads_to_the_same(street: Street) -> None:
    with street:
        street.server.refuses[contact(street).email] = "550 5.1.1 <x>: Recipient address rejected: User unknown"
        street.begin().wait(hours=2)
        assert (contact(street).reachable, len(street.open("unreached"))) == (False, 1)
        assert [(one.kind, one.matched_by, one.status_code) for one in street.reports()] == [
            ("hard", "server", "5.1.1")
        ]


def test_a_mail_refused_by_policy_is_a_task_and_the_address_lives(street: Street) -> None:
    with street:
        street.server.refuses[contact(street).email] = "554 5.7.1 Message rejected as spam"
        street.begin().wait(hours=2)
        assert (contact(street).reachable, len(street.open("unreached"))) == (True, 1)


def test_a_failure_of_our_own_says_nothing_of_the_address(street: Street) -> None:
    with street:
        street.server.refuses[contact(street).email] = "cannot be signed: the key is gone"
        street.begin().wait(hours=2)
        assert (contact(street).reachable, street.open("unreached")) == (True, [])
        assert [(one.kind, one.diagnostic) for one in street.reports()] == [
            ("other", "cannot be signed: the key is gone")
        ]


def test_a_server_that_takes_no_such_address_is_a_task(street: Street) -> None:
    with street:
        street.server.refuses[contact(street).email] = "MAIL: the server takes no addresses beyond ASCII"
        street.begin().wait(hours=2)
        assert (contact(street).reachable, len(street.open("unreached"))) == (True, 1)


def test_three_soft_failures_in_a_row_within_a_week_are_a_hard_one(street: Street) -> None:
    with street:
        street.server.refuses[contact(street).email] = "552 5.2.2 Mailbox full"
        street.begin().wait(hours=2)
        assert (contact(street).reachable, street.open("unreached")) == (True, [])
        for _ in range(2):
            _one_more_mail(street)
        assert (contact(street).reachable, len(street.open("unreached"))) == (False, 1)


def _one_more_mail(street: Street) -> None:
    """The last mail to the contact, sent once more as a mail of its own."""
    last = street.messages(contact(street))[-1]
    number = len(street.messages(contact(street)))
    again = replace(
        last, id=f"{number:032x}", message_id=f"<{number:032x}@review.example>", state="ready", attempts=0,
        created_at=street.now, last_error="", asks=(), reminder=False,
    )  # fmt: skip
    with street.app.store.write() as work:
        work.outbox.add(again, [])
        work.commit()
    street.wait(days=1)


def test_an_absence_answers_no_task_and_is_told_where_work_falls_due_before_its_end(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        oof = {"subject": "Automatisch antwoord: taak", "headers": "Auto-Submitted: auto-replied\n"}
        street.deliver(answer_to(mail, text="Ik ben afwezig tot en met 18 september.", **oof), "1")
        street.wait(hours=1)
        assert (street.open("unreached"), [one.back_on for one in street.reports()]) == ([], ["2026-09-19"])
        street.deliver(answer_to(mail, text="Ik ben terug op 1 maart 2027.", **oof), "2")
        street.deliver(answer_to(mail, text="Ik ben echt terug op 1 maart 2027.", **oof), "3")
        street.wait(hours=1)
        assert (len(street.open("unreached")), contact(street).reachable) == (1, True)
        assert (not_reached(street.case), street.case.tasks["reflection:1"].state) == ((), "open")


def test_who_is_gone_is_a_task_although_the_mail_arrived(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        text = "Jan is niet meer werkzaam bij onze school."
        street.deliver(answer_to(mail, subject="Automatisch antwoord", text=text, headers="X-Autoreply: yes\n"), "1")
        street.wait(hours=1)
        assert (len(street.open("unreached")), contact(street).reachable) == (1, True)


def test_a_persons_own_words_are_read_by_the_office_and_answer_nothing(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        street.deliver(answer_to(mail, subject="Re: taak", text="Klaar!"), "1")
        street.wait(hours=1)
        (task,) = street.open("wrote_back")
        (report,) = street.reports()
        assert (task.about, report.kind, report.address) == (report.id, "reply", contact(street).email)
        assert street.case.tasks["reflection:1"].state == "open"
        assert (street.in_folder("Verwerkt"), street.in_folder("Te lezen")) == (0, 1)
        with street.app.store.read() as work:
            assert without_task(work, "office", street.now - timedelta(days=1)) == []


def test_a_report_that_somebody_made_up_flags_nobody(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        forged = replace(mail, sender=mail.sender[:-25] + "0000000000@review.example")
        street.come_back(forged)
        street.wait(hours=1)
        assert (contact(street).reachable, street.open("unreached")) == (True, [])
        assert [one.matched_by for one in street.reports()] == ["address"]
        assert len(street.open("wrote_back")) == 1  # somebody of the office looks at it


def test_the_same_mail_is_recorded_once_however_often_it_is_read(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        for name in ("1", "2"):
            street.come_back(mail, name=name)
        street.wait(hours=1)
        assert (len(street.reports()), street.in_folder("Verwerkt")) == (1, 2)


class Mortal:
    """A mailbox whose reader dies before it has put a mail aside."""

    is_near = True

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = mails

    def is_empty(self) -> bool:
        return not self.mails

    def items(self) -> list[Item]:
        return [Item(str(number), data) for number, data in enumerate(self.mails)]

    def put_aside(self, item: Item, folder: str) -> None:
        raise KeyboardInterrupt


def test_after_a_crash_between_record_and_putting_aside_it_is_recorded_once(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        street.come_back(mail, name="1")
        data = (street.maildir / "new" / "1").read_bytes()
        app = street.app
        dying = ReturnedMail(app.store, app.operations, app.service, Mortal([data]))  # type: ignore[arg-type]
        with pytest.raises(KeyboardInterrupt):
            dying.read(street.now)
        assert (len(street.reports()), street.open("unreached")) == (1, [])
        street.wait(minutes=1)
        assert (len(street.reports()), len(street.open("unreached"))) == (1, 1)


def test_who_is_flagged_and_joins_a_case_later_is_a_task_there(tmp_path: Path) -> None:
    street = Street(tmp_path, store=MemoryStore())
    with street:
        street.put(replace(contact(street), reachable=False))
        street.begin().wait(minutes=2)
        assert len(street.open("unreached")) == 1
        assert contact(street).unreachable_since is not None
        street.wait(days=30)
        assert [task.round for task in street.case.tasks.values() if task.name == "unreached"] == [1]


def test_a_report_about_a_former_address_flags_nobody(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        street.put(replace(contact(street), email="jan.new@school.example"))
        street.come_back(mail)
        street.wait(hours=1)
        assert (contact(street).reachable, street.open("unreached")) == (True, [])


def test_the_duty_names_no_moment_twice(street: Street) -> None:
    with street:
        street.begin().wait(hours=2)
        (mail,) = street.mails_to(contact(street))
        street.come_back(mail)
        duty, now = street.app.returned, street.now + timedelta(seconds=1)
        with street.app.store.read() as work:
            assert duty.next_moment(work, now) == now
        duty.run(now)
        with street.app.store.read() as work:
            assert [duty.next_moment(work, at) for at in (now, now + timedelta(seconds=1))] == [None, None]
