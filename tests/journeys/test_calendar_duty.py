"""What a calendar missed while mail did not reach its owner, or went elsewhere, is told in one mail, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from collegium.calendar_duty import CalendarDuty
from collegium.forecast import end_of, forecast
from collegium.returned_mail import ReturnedMail
from engine.appointments import TEMPLATE, CalendarEntry
from engine.directory import PersonRecord
from engine.mail import Bulk, Delivery, Message, Wire
from engine.ports import UnitOfWork
from notifications import bulk, oversight
from notifications.dates_text import day_text
from notifications.ical import uids
from tests.journeys.journey import OF_A_CASE, ZONE, Journey, Postbox
from tests.journeys.test_calendars import Mailbox, compact
from tests.notifications.ical_files import read_ical, read_mail

PROCESS = "development-review"
NEW = "new@address.example"
DUTIES = (*OF_A_CASE, ReturnedMail.name, CalendarDuty.name)


class Line(Postbox):
    """A server that keeps what it takes, and refuses what is for some addresses in the words that it is given."""

    def __init__(self) -> None:
        self.taken: list[Wire] = []
        self.refuses: dict[str, str] = {}

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        return {mail.message: self._one(mail) for mail in mails}

    def _one(self, mail: Wire) -> Delivery:
        if (words := self.refuses.get(mail.recipient)) is not None:
            return Delivery(outcome="refused", code=int(words[:3]), answer=f"RCPT: {words}")
        self.taken.append(mail)
        return Delivery(outcome="sent", code=250)


class Story(Journey):
    """A review from its launch on, with a look at what arrives where."""

    def __init__(self, *, hosts: int = 1) -> None:
        self.line = Line()
        super().__init__(PROCESS, hosts=hosts, sender=self.line, duties=DUTIES)

    @property
    def chair(self) -> str:
        return self.person(self.case.holders("chair")[0].participant) or ""

    def record(self, person: str) -> PersonRecord:
        with self.app.store.read() as work:
            found = work.people.person(person)
        assert found is not None
        return found

    def put(self, before: PersonRecord, after: PersonRecord) -> None:
        with self.app.store.write() as work:
            work.people.put_person(after.reached_anew(before, self.now))
            work.commit()

    def readdress(self, person: str, address: str = NEW, *, reachable: bool = True) -> None:
        """As the import of a workbook does it, or the office by hand."""
        before = self.record(person)
        self.put(before, replace(before.readdressed(address), reachable=reachable))

    def dies(self, person: str) -> None:
        """The server says that the address is dead, of the next mail; nothing is sent there any more."""
        self.line.refuses[self.record(person).email] = "550 5.1.1 User unknown"
        with self.app.store.write() as work:
            before = work.people.person(person)
            assert before is not None
            dead = replace(before, reachable=False, unreachable_since=self.now, unreachable_why="5.1.1")
            work.people.put_person(dead)
            work.commit()

    def is_reached_again(self, person: str, *, other: bool) -> None:
        """At another address or at the same one; and a week later."""
        if other:
            self.readdress(person)
        else:
            self.works_again(person)
        self.pass_days(7)

    def works_again(self, person: str) -> None:
        """As `bounces clear` does it."""
        before = self.record(person)
        self.line.refuses.pop(before.email, None)
        self.put(before, replace(before, reachable=True))

    def pass_days(self, days: int = 1) -> Story:
        self.until_day(self.today + timedelta(days=days))
        return self

    def move(self, days: int) -> date:
        """The office moves the visit; nothing is mailed yet."""
        scene = self.scene
        day = scene.next_day(self.visit() + timedelta(days=days))
        scene.take("move_visit", scene.holder("office"), day=day)
        return day

    def missed(self, address: str = NEW) -> list[Message]:
        """The mails to an address that tell what its calendar has missed."""
        with self.app.store.read() as work:
            return [one for one in work.outbox.messages() if one.kind == TEMPLATE and one.address == address]

    def row_of(self, person: str) -> CalendarEntry:
        with self.app.store.read() as work:
            entries = work.calendar_entries.of_case(self.id)
        (found,) = [one for one in entries if self.person(one.participant) == person]
        return found

    def calendar_at(self, address: str) -> Mailbox:
        """What a calendar shows that takes all files that come to an address, in their order."""
        box = Mailbox()
        for wire in self.line.taken:
            if wire.recipient != address:
                continue
            for part in read_mail(wire.data).walk():
                data = part.get_payload(decode=True)
                if part.get_content_type() == "application/ics" and isinstance(data, bytes):
                    calendar = read_ical(data)
                    (event,) = calendar.of("VEVENT")
                    assert event.value("ATTENDEE") == f"mailto:{address}"
                    box.take(calendar)
        return box


def words(mail: Message) -> str:
    """As one line, wherever the text was wrapped."""
    return " ".join(mail.text.split())


@pytest.fixture
def story() -> Iterator[Story]:
    """A review whose visit everybody knows, at midnight."""
    with Story() as round_:
        round_.until("reading")
        yield round_.pass_days(3)


# another address ------------------------------------------------------------------------------------------------------


def test_a_new_address_gets_the_date_as_it_stands_once_however_often_it_is_imported(story: Story) -> None:
    chair = story.chair
    before = story.row_of(chair)
    for _ in range(2):
        story.readdress(chair)
        story.pass_days(7)
    (mail,) = story.missed()
    assert (mail.person, mail.state) == (chair, "sent")
    row = story.row_of(chair)
    assert row == replace(before, message=mail.id, stood=row.stood)
    calendar = story.calendar_at(NEW)
    (event,) = calendar.entries.values()
    assert dict(calendar.methods) == {"REQUEST": 1}
    assert (event.value("UID"), event.value("SEQUENCE")) == (before.uid, str(before.sequence))
    assert story.record(chair).calendar_unsure_since is None


def test_it_goes_in_the_hours_of_the_office_and_is_forecast(story: Story) -> None:
    story.readdress(story.chair)
    until = end_of(story.today + timedelta(days=6), ZONE.key)
    foreseen = [each for each in forecast(story.app, "office", story.now, until).mails if each.message.kind == TEMPLATE]
    assert story.missed() == []
    story.pass_days(7)
    (mail,) = story.missed()
    assert [(each.at, each.message.address, each.message.subject) for each in foreseen] == [
        (mail.sent_at, NEW, mail.subject)
    ]
    assert mail.sent_at is not None
    assert 8 <= mail.sent_at.astimezone(ZONE).hour < 18


def test_an_address_that_does_not_work_gets_nothing_until_it_is_mended(story: Story) -> None:
    chair = story.chair
    story.readdress(chair, reachable=False)
    story.pass_days(7)
    assert story.missed() == []
    story.readdress(chair, "mended@address.example")
    story.pass_days(7)
    assert len(story.missed("mended@address.example")) == 1


def test_whoever_is_back_at_the_old_address_before_anything_left_is_told_nothing(story: Story) -> None:
    chair = story.chair
    old = story.record(chair).email
    story.readdress(chair)
    story.readdress(chair, old)
    story.pass_days(7)
    assert story.missed() == story.missed(old) == []


def two_reviews_of_one_chair(story: Story) -> str:
    """The chair of the first review is that of the second too."""
    chair, own = story.chair, story.row_of(story.chair)
    with story.app.store.write() as work:
        other = work.cases.load(story.ids[1]).holders("chair")[0].participant
        known = work.people.participant(other)
        (row,) = [one for one in work.calendar_entries.of_case(story.ids[1]) if one.participant == other]
        assert known is not None
        work.people.add_participant(replace(known, person=chair))
        work.calendar_entries.put(replace(row, message=own.message))
        work.commit()
    return chair


def uid_of(case: str) -> str:
    return f"visit.{case}@peerreview.example"


def test_whoever_has_dates_in_several_reviews_gets_them_in_one_mail() -> None:
    with Story(hosts=2) as story:
        story.until("reading")
        story.pass_days(3)
        story.readdress(two_reviews_of_one_chair(story))
        story.pass_days(7)
        (mail,) = story.missed()
        assert mail.state == "sent"
        assert [file.name for file in mail.attachments] == ["invite-1.ics", "invite-2.ics"]
        assert [uids(file) for file in mail.attachments] == [{uid_of(id)} for id in sorted(story.ids)]


def at_the_door(story: Story) -> Message:
    """The mail of what was missed, before it leaves."""
    mailroom, story.driver.mailroom = story.driver.mailroom, None
    while not story.missed():
        story.forward(story.now + timedelta(days=7))
    story.driver.mailroom = mailroom
    (mail,) = story.missed()
    return mail


def of_the_office(story: Story, work: UnitOfWork) -> oversight.Deed:
    return oversight.Deed(work=work, now=story.now, reason="eerst bellen")


def test_of_two_dates_in_a_mail_that_has_not_left_the_one_that_stays_is_not_lost_where_the_other_moves() -> None:
    with Story(hosts=2) as story:
        story.until("reading")
        story.pass_days(3)
        story.readdress(two_reviews_of_one_chair(story))
        mail = at_the_door(story)
        with story.app.store.write() as work:
            oversight.hold(of_the_office(story, work), mail)
            stays = work.cases.load(story.ids[1]).moments["visit"].day
            work.commit()
        day = story.move(14)
        story.pass_days(4)
        calendar = story.calendar_at(NEW)
        assert stays is not None
        assert {uid: one.value("DTSTART") for uid, one in calendar.entries.items()} == {
            uid_of(story.ids[0]): compact(day), uid_of(story.ids[1]): compact(stays),
        }  # fmt: skip


def test_who_has_another_address_when_the_visit_moves_is_told_so_in_words_there(story: Story) -> None:
    chair, first = story.chair, story.visit()
    story.clock.set(story.now + timedelta(hours=10))
    day = story.move(14)
    story.readdress(chair)
    story.pass_days(4)
    (told,) = [mail for mail in story.mails("visit_moved") if mail.person == chair]
    assert (told.address, story.missed()) == (NEW, [])
    assert f"De nieuwe dag is {day_text(day, 'nl')}. De oude dag, {day_text(first, 'nl')}, vervalt." in words(told)
    assert story.calendar_at(NEW).days == [compact(day)]


# a dead address -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [False, True], ids=["the same address", "another address"])
def test_a_move_that_fell_while_the_address_was_dead_is_told_when_mail_arrives_again(
    story: Story, *, other: bool
) -> None:
    chair, first = story.chair, story.visit()
    old = story.record(chair).email
    story.dies(chair)
    day = story.move(14)
    story.pass_days(3)
    assert story.calendar_at(old).days == [compact(first)]
    story.is_reached_again(chair, other=other)
    address = NEW if other else old
    (mail,) = story.missed(address)
    assert f"{day_text(day, 'nl')}. De oude datum, {day_text(first, 'nl')}, vervalt." in words(mail)
    assert story.calendar_at(address).days == [compact(day)]


@pytest.mark.parametrize("other", [False, True], ids=["the same address", "another address"])
def test_an_end_that_fell_while_the_address_was_dead_takes_the_visit_out_when_mail_arrives_again(
    story: Story, *, other: bool
) -> None:
    chair, first = story.chair, story.visit()
    old = story.record(chair).email
    story.dies(chair)
    story.scene.take("break_off", story.scene.holder("office"))
    story.pass_days(3)
    story.is_reached_again(chair, other=other)
    address = NEW if other else old
    (mail,) = story.missed(address)
    assert "Voor u vervalt: Bezoek" in words(mail)
    assert day_text(first, "nl") in words(mail)
    calendar = story.calendar_at(address)
    assert (calendar.days, calendar.methods["CANCEL"]) == ([], 1)


@pytest.mark.parametrize("other", [False, True], ids=["the same address", "another address"])
def test_a_first_invitation_that_could_not_go_is_told_when_mail_arrives(*, other: bool) -> None:
    with Story() as story:
        story.until(lambda case: any(case.holders("chair")))
        chair = story.chair
        address = story.record(chair).email
        story.dies(chair)
        story.until(lambda case: "visit" in case.moments)
        story.pass_days(3)
        if other:
            address = NEW
            story.readdress(chair)
        else:
            story.works_again(chair)
        story.pass_days(7)
        assert len(story.missed(address)) == 1
        assert story.calendar_at(address).days == [compact(story.visit())]


def test_an_invitation_that_came_back_is_told_when_mail_arrives_again() -> None:
    with Story() as story:
        story.until(lambda case: any(case.holders("chair")))
        chair = story.chair
        address = story.record(chair).email
        story.line.refuses[address] = "550 5.1.1 User unknown"
        story.until(lambda case: "visit" in case.moments)
        story.pass_days(3)
        assert not story.record(chair).reachable
        story.works_again(chair)
        story.pass_days(7)
        assert story.calendar_at(address).days == [compact(story.visit())]


def test_where_nothing_was_missed_nothing_is_told(story: Story) -> None:
    chair = story.chair
    address = story.record(chair).email
    story.dies(chair)
    story.pass_days(3)
    story.works_again(chair)
    story.pass_days(7)
    assert story.missed(address) == []
    assert story.record(chair).calendar_unsure_since is None


def test_what_a_server_refuses_is_not_tried_for_ever(story: Story) -> None:
    story.line.refuses[NEW] = "554 5.7.1 Message rejected as spam"
    story.readdress(story.chair)
    story.pass_days(7)
    (mail,) = story.missed()
    assert mail.state == "refused"
    assert story.record(story.chair).calendar_unsure_since is None


def test_what_the_office_takes_back_is_not_written_again(story: Story) -> None:
    story.readdress(story.chair)
    mail = at_the_door(story)
    with story.app.store.write() as work:
        oversight.cancel(of_the_office(story, work), mail)
        work.commit()
    story.pass_days(7)
    assert [(one.id, one.state) for one in story.missed()] == [(mail.id, "cancelled")]


def cancelled_by_the_office(story: Story, kind: str, person: str) -> Message:
    """The mail of that kind to one reader, before it leaves."""
    story.app.mailroom.compose(story.now)
    with story.app.store.write() as work:
        (mail,) = [one for one in work.outbox.messages("ready") if one.kind == kind and one.person == person]
        oversight.cancel(of_the_office(story, work), mail)
        work.commit()
    return mail


def test_what_the_office_has_cancelled_is_told_at_no_other_address(story: Story) -> None:
    chair, first = story.chair, story.visit()
    story.move(14)
    cancelled_by_the_office(story, "visit_moved", chair)
    story.pass_days(1)
    story.readdress(chair)
    story.pass_days(7)
    assert (story.missed(), story.calendar_at(NEW).days) == ([], [])
    assert story.record(chair).calendar_unsure_since is None
    last = story.move(7)  # something else: of that the office has decided nothing
    story.pass_days(4)
    (told,) = [mail for mail in story.mails("visit_moved") if mail.person == chair]
    assert f"De nieuwe dag is {day_text(last, 'nl')}. De oude dag, {day_text(first, 'nl')}, vervalt." in words(told)
    assert story.calendar_at(NEW).days == [compact(last)]


def test_what_the_office_has_cancelled_before_the_date_moved_again_is_no_word_about_where_it_stands_now(
    story: Story,
) -> None:
    chair = story.chair
    story.move(14)
    cancelled_by_the_office(story, "visit_moved", chair)
    story.dies(chair)
    last = story.move(7)
    story.pass_days(3)
    story.is_reached_again(chair, other=True)
    assert story.calendar_at(NEW).days == [compact(last)]


# a mail that has not left ---------------------------------------------------------------------------------------------


def held_and_changed(story: Story, person: str) -> Message:
    """The mail about the move to one reader, held and changed by the office."""
    story.app.mailroom.compose(story.now)
    with story.app.store.write() as work:
        (mail,) = [one for one in work.outbox.messages("ready") if one.kind == "visit_moved" and one.person == person]
        deed = of_the_office(story, work)
        oversight.hold(deed, mail)
        changed = oversight.edit(deed, mail, text=mail.text.replace("verplaatst", "verschoven"))
        work.commit()
    return changed


def test_a_mail_that_was_held_goes_to_the_address_that_its_reader_has_when_it_leaves(story: Story) -> None:
    chair = story.chair
    day = story.move(14)
    changed = held_and_changed(story, chair)
    story.readdress(chair)
    story.pass_days(4)
    with story.app.store.write() as work:
        held = work.outbox.message(changed.id)
        assert held is not None
        assert (held.state, held.address, held.text) == ("held", NEW, changed.text)
        oversight.release(of_the_office(story, work), held)
        work.commit()
    story.pass_days(4)
    (wire,) = [wire for wire in story.line.taken if wire.message == changed.id]
    assert (wire.recipient, story.missed()) == (NEW, [])
    assert story.calendar_at(NEW).days == [compact(day)]
    assert story.record(chair).calendar_unsure_since is None


def test_where_that_mail_is_overtaken_the_new_address_is_told_what_stands(story: Story) -> None:
    chair, first = story.chair, story.visit()
    story.move(14)
    changed = held_and_changed(story, chair)
    story.pass_days(1)
    story.readdress(chair)
    story.pass_days(4)
    scene = story.scene
    scene.take("move_visit", scene.holder("office"), day=first)
    story.pass_days(4)
    with story.app.store.read() as work:
        lapsed = work.outbox.message(changed.id)
    assert lapsed is not None
    assert lapsed.state == "cancelled"
    assert story.calendar_at(NEW).days == [compact(first)]


# many -----------------------------------------------------------------------------------------------------------------


def many(story: Story, most: int) -> list[str]:
    """Everybody who has the visit gets another address at one moment; that many mails go by themselves."""
    app = story.app
    story.driver.duties = [
        *(each for each in story.driver.duties if each.name != CalendarDuty.name),
        CalendarDuty(app.store, app.library, app.worlds, app.service, bulk_from=most),
    ]
    with app.store.read() as work:
        people = sorted(
            {story.person(one.participant) or "" for one in work.calendar_entries.of_case(story.id)} - {story.chair}
        )
    for person in people:
        story.readdress(person, f"{person}@new.example")
    return people


def waiting(work: UnitOfWork) -> list[tuple[Bulk, list[Message]]]:
    return [(each, bulk.held_of(work, each)) for each in bulk.waiting(work, "office")]


def test_mails_to_many_new_addresses_wait_for_approval(story: Story) -> None:
    people = many(story, 3)
    begun: datetime = story.now
    story.pass_days(4)
    with story.app.store.read() as work:
        ((found, held),) = waiting(work)
    assert (found.template, found.caused_at, found.number) == (TEMPLATE, begun, len(people))
    assert sorted(one.person for one in held) == people
    assert [one for person in people for one in story.missed(f"{person}@new.example") if one.state != "held"] == []
    with story.app.store.write() as work:
        deed = of_the_office(story, work)
        bulk.show(deed, found)
        bulk.approve(deed, found, len(people))
        work.commit()
    story.pass_days(4)
    assert {tuple(story.calendar_at(f"{person}@new.example").days) for person in people} == {(compact(story.visit()),)}


def test_a_few_new_addresses_need_no_approval(story: Story) -> None:
    people = many(story, len(many(story, 99)))
    story.pass_days(4)
    assert {tuple(story.calendar_at(f"{person}@new.example").days) for person in people} == {(compact(story.visit()),)}
