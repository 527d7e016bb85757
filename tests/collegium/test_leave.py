"""What becomes of the mail of somebody on leave? Over a stored office: who is told, by the clock's own duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from collegium.bootstrap import Application
from collegium.clock import Driver, VirtualClock
from engine.actions import Take
from engine.directory import Absence
from engine.mail import Message
from tests.builders.definitions import small_review_files
from tests.collegium.reviews import BEGIN, OPERATOR, an_app, launch

VISIT = date(2027, 4, 22)  # the reflection is due four weeks before it


def an_office() -> Application:
    app = an_app()
    app.mailroom.start()
    case = launch(app, small_review_files(), ["linde"])["linde"]
    drive(app, BEGIN + timedelta(days=1))
    begin = Take(transition="begin", answers={"day": VISIT})
    app.operations.act(case, begin, OPERATOR, BEGIN + timedelta(days=1, hours=1))
    return app


def drive(app: Application, until: datetime) -> None:
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties)
    driver.drive(VirtualClock(BEGIN), until)


def change(app: Application, person: str, **values: object) -> None:
    with app.store.write() as work:
        record = work.people.person(person)
        assert record is not None
        work.people.put_person(replace(record, **values))  # type: ignore[arg-type]  # fields of a person
        work.commit()


def away(app: Application, person: str, first: str, last: str, substitute: str | None = None) -> None:
    leave = Absence(first=date.fromisoformat(first), last=date.fromisoformat(last), substitute=substitute)
    change(app, person, absences=(leave,))


def mails(app: Application, *kinds: str) -> list[Message]:
    with app.store.read() as work:
        return [one for one in work.outbox.messages() if one.kind in kinds and one.state == "sent"]


def when(found: Iterable[Message]) -> list[tuple[str, str, str]]:
    return [(f"{one.created_at:%m-%d}", one.kind, one.person) for one in found]


def test_a_substitute_is_told_in_their_own_words_and_gets_no_link() -> None:
    with an_office() as app:
        change(app, "signatory-linde", given="Petra", informal=True)
        away(app, "contact-linde", "2027-03-22", "2027-04-09", "signatory-linde")
        drive(app, BEGIN + timedelta(days=95))
        (mail,) = mails(app, "away")
        assert (mail.person, mail.address, mail.created_at.date()) == (
            "signatory-linde", "signatory-linde@example.org", date(2027, 3, 22),
        )  # fmt: skip
        assert mail.text.startswith("Beste Petra,\n\nMARK contact-linde is afwezig tot en met vrijdag 9 april 2027")
        assert "Je bent opgegeven als vervanger" in " ".join(mail.text.split())
        assert "omdat MARK contact-linde je als vervanger heeft" in " ".join(mail.text.split())
        assert "%%link:" not in mail.text + mail.html


def test_without_a_substitute_the_coordinator_is_told_who_must_do_what_by_when() -> None:
    with an_office() as app:
        away(app, "contact-linde", "2027-03-22", "2027-04-09")
        drive(app, BEGIN + timedelta(days=95))
        (mail,) = mails(app, "away")
        assert mail.person == "coordinator"
        assert "MARK contact-linde (afwezig tot en met vrijdag 9 april" in mail.text
        assert "Uiterlijk:" in mail.text


def test_during_a_leave_nobody_is_reminded_and_what_was_to_be_said_in_it_is_said_before() -> None:
    with an_office() as app:
        away(app, "contact-linde", "2027-03-22", "2027-04-09")
        drive(app, BEGIN + timedelta(days=110))
        own = [one for one in mails(app, "opened", "reminder", "today", "late") if one.person == "contact-linde"]
        assert all(not "2027-03-22" <= one.local_day <= "2027-04-09" for one in own)
        assert ("03-19", "today", "contact-linde") in when(own)  # the last working day before the leave
        assert ("04-12", "late", "contact-linde") in when(own)  # the first one after it


def test_a_leave_that_is_known_only_on_the_last_day_is_told_on_that_day() -> None:
    with an_office() as app:
        morning = datetime(2027, 3, 25, 7, tzinfo=UTC)  # an hour before the reminder of that day
        drive(app, morning)
        away(app, "contact-linde", "2027-03-25", "2027-04-09")
        driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties)
        driver.drive(VirtualClock(morning), morning + timedelta(days=20))
        assert when(mails(app, "away")) == [("03-25", "away", "coordinator")]
        assert mails(app, "today") == []


def test_the_duty_writes_nothing_where_nothing_changes() -> None:
    with an_office() as app:
        away(app, "contact-linde", "2027-03-22", "2027-04-09")
        drive(app, BEGIN + timedelta(days=5))
        with app.store.read() as work:
            (case,) = work.cases.all_ids("office")
            before = [row.event.kind for row in work.cases.history(case)]
        assert before.count("recalculated") == 1
        (duty,) = [each for each in app.duties if each.name == "absence"]
        for hour in range(3):
            duty.run(BEGIN + timedelta(days=5, hours=hour))
        with app.store.read() as work:
            assert [row.event.kind for row in work.cases.history(case)] == before
            assert (moment := duty.next_moment(work, BEGIN + timedelta(days=5))) is not None
            assert moment.date() == date(2027, 3, 21)  # midnight in Amsterdam, before the first day of the leave
