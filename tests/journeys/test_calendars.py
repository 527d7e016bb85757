"""What stands in everybody's calendar, from the day on which the visit is fixed: told by mail, and only by mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from collegium.deed_mails import to_be_told
from collegium.demo.scripts import ORDINARY, Script
from collegium.forecast import end_of, forecast
from engine import actions
from engine.actions import Actor, Substitute
from engine.case import Case
from engine.errors import Refused
from engine.mail import Delivery, Message, Wire
from engine.ports import UnitOfWork
from notifications import oversight
from tests.journeys import stage
from tests.journeys.journey import ZONE, Journey, Postbox
from tests.notifications.ical_files import Part, read_ical, read_mail, structure

PROCESS = "development-review"
OPERATOR = Actor(kind="operator", via="cli")


@dataclass(slots=True)
class Mailbox:
    """One person's calendar, as a client keeps it: by UID, and never back to a lower SEQUENCE."""

    entries: dict[str, Part] = field(default_factory=dict)
    methods: Counter[str] = field(default_factory=Counter)

    def take(self, calendar: Part) -> None:
        (event,) = calendar.of("VEVENT")
        self.methods[calendar.value("METHOD")] += 1
        known = self.entries.get(event.value("UID"))
        assert known is None or int(event.value("SEQUENCE")) > int(known.value("SEQUENCE"))
        self.entries[event.value("UID")] = event

    @property
    def days(self) -> list[str]:
        return [one.value("DTSTART") for one in self.entries.values() if one.value("STATUS") != "CANCELLED"]


class Kept(Postbox):
    """A server that keeps what it gets: the office throws its mails away after a while."""

    def __init__(self) -> None:
        self.wires: list[Wire] = []

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        self.wires += mails
        return await super().send(mails)


class Told(Journey):
    """A round, with all that arrived."""

    def __init__(self, process: str, script: Script = ORDINARY) -> None:
        self.arrived = Kept()
        super().__init__(process, script, sender=self.arrived)


def mailboxes(story: Told) -> dict[str, Mailbox]:
    """Everybody's calendar, from the bytes of the mails that arrived, in their order."""
    with story.app.store.read() as work:
        known = {person.email: person.id for person in work.people.persons("office")}
    found: dict[str, Mailbox] = {}
    for wire in story.arrived.wires:
        calendar = calendar_in(wire)
        if calendar is not None:
            (event,) = calendar.of("VEVENT")
            assert event.value("ATTENDEE") == f"mailto:{wire.recipient}"
            found.setdefault(known[wire.recipient], Mailbox()).take(calendar)
    return found


def calendar_in(wire: Wire) -> Part | None:
    if b"text/calendar" not in wire.data:
        return None
    mail = read_mail(wire.data)
    assert structure(mail) == [
        "multipart/mixed", ["multipart/alternative", ["text/plain", "text/html", "text/calendar"], "application/ics"],
    ]  # fmt: skip
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    calendar = read_ical(data)
    assert calendar.value("METHOD") == part.get_param("method")
    return calendar


def party(story: Journey) -> set[str]:
    """Who ought to have the visit: host and panel."""
    case = story.case
    seated = [held.participant for held in case.holdings.values() if held.state == "seated"]
    people = {story.person(key) for key in (*seated, story.contact, story.signatory)}
    return {person for person in people if person is not None}


def compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def closed(case: Case) -> bool:
    return case.closed


def fixed(case: Case) -> bool:
    return "visit" in case.moments


def settled(story: Journey) -> Journey:
    """The mails of this moment are out."""
    return story.until_day(story.today + timedelta(days=1))


def after(days: int, reached: str | Callable[[Case], bool], story: Journey) -> Journey:
    return story.until(reached).until_day(story.today + timedelta(days=days))


def test_a_whole_review_brings_everybody_one_invitation_and_nothing_else() -> None:
    with Told(PROCESS) as story:
        story.until(closed)
        found = mailboxes(story)
        assert set(found) == party(story)
        assert {person: box.methods for person, box in found.items()} == {key: Counter(REQUEST=1) for key in found}
        assert {tuple(box.days) for box in found.values()} == {(compact(story.visit()),)}


def test_a_visit_that_moves_twice_stands_once_in_each_calendar_on_its_last_day() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        for days in (14, 7):
            scene = story.scene
            scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=days)))
            settled(story)
        found = mailboxes(story)
        assert set(found) == party(story)
        assert {person: (box.methods, box.days) for person, box in found.items()} == dict.fromkeys(
            found, (Counter(REQUEST=3), [compact(story.visit())])
        )
        sequences = {one.value("SEQUENCE") for box in found.values() for one in box.entries.values()}
        assert sequences == {"2"}


def paused(story: Journey, *, on: bool) -> None:
    """The mail of the office stands still, or goes on."""
    with story.app.store.write() as work:
        (office,) = work.people.secretariats()
        work.people.put_secretariat(replace(office, paused_at=story.now if on else None))
        work.commit()


def test_an_invitation_that_could_not_leave_before_its_day_was_over_is_kept_for_the_office() -> None:
    with Told(PROCESS) as story:
        story.until_open("poll")
        paused(story, on=True)
        story.until(fixed).until_day(story.visit() + timedelta(days=3))
        paused(story, on=False)
        story.until_day(story.today + timedelta(days=4))
        with story.app.store.read() as work:
            told = [each for each in work.outbox.messages() if each.kind == "visit_fixed"]
        assert {(each.state, each.hold) for each in told} == {("held", "past")}
        assert len(told) == len(party(story))
        assert mailboxes(story) == {}


def test_a_visit_that_is_called_off_is_struck_out_of_every_calendar() -> None:
    with Told(PROCESS) as story:
        after(3, "preparing", story)
        people = party(story)
        scene = story.scene
        scene.take("break_off", scene.holder("office"))
        settled(story)
        found = mailboxes(story)
        assert set(found) == people
        assert {person: (box.methods, box.days) for person, box in found.items()} == dict.fromkeys(
            found, (Counter(REQUEST=1, CANCEL=1), [])
        )
        # The mail that says so carries it: nobody gets a mail more.
        assert story.told("calendar") == 0


def test_a_review_that_stops_after_its_visit_leaves_it_in_the_calendars() -> None:
    with Told(PROCESS) as story:
        after(3, "drafting", story)
        scene = story.scene
        scene.take("break_off", scene.holder("office"))
        settled(story)
        assert story.told("stopped") > 0
        assert {tuple(box.methods.items()) for box in mailboxes(story).values()} == {(("REQUEST", 1),)}


def test_a_peer_who_is_replaced_loses_the_day_and_the_successor_gets_it() -> None:
    with Told(PROCESS) as story:
        after(1, "reading", story)
        old = story.case.holders("peer")[0]
        before = party(story)
        story.scene.replace("peer")
        settled(story)
        now = party(story)
        (gone,), (new,) = before - now, now - before
        assert gone == story.person(old.participant)
        found = mailboxes(story)
        day = compact(story.visit())
        assert {person: (dict(box.methods), box.days) for person, box in found.items()} == {
            **dict.fromkeys(before & now, ({"REQUEST": 1}, [day])),
            gone: ({"REQUEST": 1, "CANCEL": 1}, []),
            new: ({"REQUEST": 1}, [day]),
        }
        # The mail that tells who takes over takes the day out of the calendar too.
        assert story.mails("calendar") == []
        assert {message.person for message in story.mails("substitution")} > {gone, new}


def test_who_is_replaced_while_the_new_day_still_waits_is_only_told_that_the_old_one_is_off() -> None:
    with Told(PROCESS) as story:
        after(1, "reading", story)
        scene = story.scene
        before = party(story)
        scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=14)))
        story.scene.replace("peer")
        until = end_of(story.today, ZONE.key)
        foreseen = {(mail.message.person, mail.message.kind) for mail in
                    forecast(story.app, stage.OFFICE.id, story.now, until).mails}  # fmt: skip
        settled(story)
        (gone,), (new,) = before - party(story), party(story) - before
        found = mailboxes(story)
        assert (found[gone].methods, found[gone].days) == (Counter(REQUEST=1, CANCEL=1), [])
        assert (found[new].methods, found[new].days) == (Counter(REQUEST=1), [compact(story.visit())])
        kinds = ("visit_moved", "calendar", "substitution")
        sent = {(mail.person, kind) for kind in kinds for mail in story.mails(kind)}
        assert sent <= foreseen
        assert {kind for person, kind in sent if person == gone} == {"substitution"}


def test_who_was_replaced_before_any_mail_of_the_day_could_go_is_told_nothing_of_it() -> None:
    with Told(PROCESS) as story:
        after(1, "planning", story)
        story.until(lambda case: case.tracks["composition"].state == "complete" and not fixed(case))
        scene = story.scene
        leaver = story.case.holders("peer")[0]
        deed = Substitute(holding=leaver.key, successor=None, reason="ill")
        waived = dict.fromkeys(("75% of panel done poll", "1 chair done poll"), "they are known to be there")
        day = scene.next_day(story.today + timedelta(days=70))
        scene.take("fix_visit", scene.holder("office"), waived, day=day)
        with story.app.store.write() as work:
            foreseen = story.app.operations.try_out(work, story.id, deed, OPERATOR, story.now)
            told = to_be_told(story.app, work, foreseen, story.now)
        story.app.operations.act(story.id, deed, OPERATOR, story.now)
        of_deed = [notice.template for notice in foreseen[-1].notices if notice.recipient == leaver.participant]
        foretold = [notice.template for notice in told if notice.recipient == leaver.participant]
        assert (of_deed, foretold) == (["substitution"], ["substitution"])
        settled(story)
        (told_of_it,) = [mail for mail in story.mails("substitution")
                         if mail.person == story.person(leaver.participant)]  # fmt: skip
        assert told_of_it.attachments == ()
        mails = [mail for kind in ("visit_fixed", "calendar") for mail in story.mails(kind)]
        assert mails
        assert story.person(leaver.participant) not in {mail.person for mail in mails}


def test_a_mail_that_was_taken_back_is_made_up_for_by_the_next() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        scene = story.scene
        scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=14)))
        app = story.app
        app.mailroom.compose(story.now)
        with app.store.write() as work:
            ready = [one for one in work.outbox.messages("ready") if one.kind == "visit_moved"]
            assert len(ready) == len(party(story))
            for message in ready:
                work.outbox.take_back(message.id, "the office had a look at it first")
            work.commit()
        settled(story)  # what waits again is told again, with its file
        found = mailboxes(story)
        assert {tuple(box.days) for box in found.values()} == {(compact(story.visit()),)}
        assert {tuple(box.methods.items()) for box in found.values()} == {(("REQUEST", 2),)}


OTHERWISE = "the calendar was told otherwise since, by"


def moved(story: Told) -> None:
    scene = story.scene
    scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=14)))


def of_the_office(story: Told, work: UnitOfWork) -> oversight.Deed:
    return oversight.Deed(work=work, now=story.now, reason="first a call")


def again(story: Told, message: Message) -> Message:
    """The same mail sent again, as the office may do it."""
    with story.app.store.write() as work:
        made = oversight.resend(of_the_office(story, work), message, story.app.service)
        work.commit()
    return made


def test_a_held_invitation_is_not_let_go_once_the_calendar_was_told_that_the_visit_is_off() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        moved(story)
        story.app.mailroom.compose(story.now)
        with story.app.store.write() as work:
            (held, *_) = [mail for mail in work.outbox.messages("ready") if mail.kind == "visit_moved"]
            oversight.hold(of_the_office(story, work), held)
            work.commit()
        settled(story)
        story.scene.take("break_off", story.scene.holder("office"))
        settled(story)
        with story.app.store.write() as work:
            kept = work.outbox.message(held.id)
            assert kept is not None
            with pytest.raises(Refused, match="overtaken: the date that it tells of has changed since"):
                oversight.release(of_the_office(story, work), kept)
        assert mailboxes(story)[held.person].days == []


def test_only_the_newest_invitation_is_sent_again() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        moved(story)
        settled(story)
        newest = story.mails("visit_moved")[0]
        (first,) = [mail for mail in story.mails("visit_fixed") if mail.person == newest.person]
        with pytest.raises(Refused, match=OTHERWISE):
            again(story, first)
        once = again(story, newest)
        story.driver.step(story.now, story.driven)
        with story.app.store.read() as work:
            sent = work.outbox.message(once.id)
        assert sent is not None
        assert (sent.state, again(story, sent).resends) == ("sent", once.id)


def test_who_left_the_panel_is_not_invited_again() -> None:
    with Told(PROCESS) as story:
        after(1, "reading", story)
        left = story.person(story.case.holders("peer")[0].participant)
        story.scene.replace("peer")
        settled(story)
        (invitation,) = [mail for mail in story.mails("visit_fixed") if mail.person == left]
        with pytest.raises(Refused, match=OTHERWISE):
            again(story, invitation)


def test_composing_again_finds_nothing_to_tell() -> None:
    with Told(PROCESS) as story:
        story.until(fixed)
        day = story.visit()
        first = mailboxes(story)
        app = story.app
        for _ in range(3):
            assert app.mailroom.compose(story.now).messages == 0
        settled(story)
        found = mailboxes(story)
        assert set(first) <= set(found) == party(story)
        assert {(tuple(box.days), tuple(box.methods.items())) for box in found.values()} == {
            ((compact(day),), (("REQUEST", 1),))
        }


def test_the_panels_meeting_stands_in_its_calendars_at_its_local_time_and_moves() -> None:
    with Told(PROCESS) as story:
        after(1, "reading", story)
        scene = story.scene
        chair = story.case.holders("chair")[0].participant
        panel = party(story) - {story.person(story.contact), story.person(story.signatory)}
        day = scene.next_day(story.visit() - timedelta(weeks=3))
        scene.take("plan_meeting", chair, start=f"{day}T16:00")
        settled(story)
        scene = story.scene
        scene.take("plan_meeting", chair, start=f"{day}T17:30")
        settled(story)
        uid = f"panel_meeting.{story.id}@peerreview.example"
        shown = {person: box.entries[uid] for person, box in mailboxes(story).items() if uid in box.entries}
        assert set(shown) == panel
        stands = {
            (one.parameters("DTSTART")["TZID"], one.value("DTSTART"), one.value("DTEND"), one.value("SEQUENCE"))
            for one in shown.values()
        }
        assert stands == {("Europe/Amsterdam", f"{compact(day)}T173000", f"{compact(day)}T183000", "1")}
        first, second = [message for message in story.mails("meeting_planned") if message.person == story.person(chair)]
        assert "om 16:00 uur" in first.text
        assert "om 17:30 uur" in second.text
        later = scene.next_day(story.visit() + timedelta(weeks=6))
        story.scene.take("move_visit", scene.holder("office"), day=later)
        kept = story.case.moments["panel_meeting"].day
        asked = [(task.name, task.about) for task in story.case.open_tasks() if task.name == "outside_window"]
        assert (kept, asked) == (day, [("outside_window", "window:panel_meeting")])


def test_the_committee_has_its_meeting_and_follows_when_the_list_of_days_changes() -> None:
    script = Script(what="the advice waits for the meeting", silent=frozenset({"advice"}))
    with Told("assessment-review", script) as story:
        after(1, "advising", story)
        case = story.case
        members = {story.person(key) for name in ("committee", "committee_chair") for key in case.roles[name]}
        uid = f"committee_meeting.{story.id}@peerreview.example"
        due = story.task("advice").due
        assert due is not None
        assert shown(story, uid) == dict.fromkeys(members, compact(due.day))
        earlier = due.day - timedelta(days=1)
        app = story.app
        with app.store.write() as work:
            listed = work.definitions.gate("office", "committee_day")
            days = [earlier.isoformat() if day == due.day.isoformat() else day for day in listed]
            work.definitions.put_gate("office", "committee_day", days)
            work.people.put_organisation(work.people.organisations("office")[0])  # worlds are made anew
            work.commit()
        scene = story.scene
        scene.act(actions.Recalculate(reason="De commissie vergadert een dag eerder"), scene.holder("office"))
        settled(story)
        assert shown(story, uid) == dict.fromkeys(members, compact(earlier))
        carriers = {
            message.kind
            for message in story.mails()
            for file in message.attachments
            if file.method and read_ical(file.data).of("VEVENT")[0].value("UID") == uid
        }
        assert carriers == {"calendar"}
        story.until_day(earlier)
        assert story.told("committee_meets") == len(members)


def shown(story: Told, uid: str) -> dict[str, str]:
    """On which day each calendar that has this entry shows it."""
    return {person: box.entries[uid].value("DTSTART") for person, box in mailboxes(story).items() if uid in box.entries}
