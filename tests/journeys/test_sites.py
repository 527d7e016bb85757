"""The days of a list of sites in calendars: three are named, one is moved, one dropped, and the review breaks off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from collegium.bootstrap import Application, build, seeded_keys
from collegium.feeds import feed_of
from collegium.settings import Settings
from engine.actions import Submit, Take
from storage.memory import MemoryStore
from tests.builders.engine import a_folder
from tests.collegium.reviews import BEGIN, act, drive, furnish, launch
from tests.journeys.test_calendars import Kept, Mailbox, calendar_in
from tests.notifications.ical_files import Part, read_ical, read_mail

PROCESS = """
people:
  office: {of: secretariat}
  coordinator: {of: secretariat, count: 1, owner: true}
  contact: {of: host, count: 1}
stages: {busy: {}, over: {end: true, accept: {untold: the office rings}}}
transitions:
  lapse: {from: busy, to: over, when: case.launched + 52w}
  again: {from: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks: {sites: {for: contact, opens: [busy, again], form: sites, due: {at: opened + 2w}, until: over}}
documents: {sites: {see: {SEEN}}}
notices: {sites_named: {when: sites.done, to: [contact, coordinator], invite: sites.dayACCEPT}}
"""
FORM = "{places: {type: rows, columns: {name: {type: text}, day: {type: date, says: {en: Visit to the site}}}}}"
READERS = {"contact-linde@example.org", "coordinator@example.org"}


class Sites:
    """A review with a list of sites, and everything that arrived."""

    def __init__(self, seen: str = "coordinator: true") -> None:
        self.arrived = Kept()
        self.app: Application = build(
            Settings(sender="office@example.org", key="k" * 32), store=MemoryStore(), sender=self.arrived,
            keys=seeded_keys(7),
        )  # fmt: skip
        furnish(self.app)
        self.app.mailroom.start()
        unread = "" if "coordinator: true" in seen else ", accept: {unread_rows: only the days concern them}"
        process = PROCESS.replace("SEEN", seen).replace("ACCEPT", unread)
        self.case = launch(self.app, a_folder(process, sites=FORM), ["linde"])["linde"]

    def name(self, number: int, days: int, **rows: str) -> list[Part]:
        """Answer the list for the how manieth time on that day; the calendar files that this sends."""
        drive(self.app, days)
        before = len(self.arrived.wires)
        places = [{"name": name, "day": day} for name, day in rows.items()]
        act(self.app, self.case, Submit(task=f"sites:{number}", answers={"places": places}), days, "contact-linde")
        return self.sent(before, days)

    def sent(self, before: int, days: int) -> list[Part]:
        drive(self.app, days + 3)  # over a weekend
        mails = self.arrived.wires[before:]
        assert {wire.recipient for wire in mails} <= READERS
        found = [calendar for wire in mails if (calendar := calendar_in(wire)) is not None]
        assert len(found) == len(mails)  # none that brings nothing into a calendar
        return found

    def calendar(self, who: str) -> Mailbox:
        found = Mailbox()
        for wire in self.arrived.wires:
            calendar = calendar_in(wire) if wire.recipient == who else None
            if calendar is not None:
                found.take(calendar)
        return found

    def feed(self, who: str = "contact-linde") -> dict[str, str]:
        with self.app.store.read() as work:
            person = work.people.person(who)
        assert person is not None
        found = read_ical(feed_of(self.app, person, BEGIN + timedelta(days=40))).of("VEVENT")
        return {each.text("SUMMARY"): each.value("DTSTART") for each in found if "Visit" in each.text("SUMMARY")}


def told(files: Sequence[Part]) -> Counter[tuple[str, str, str, str]]:
    """Each file: its method, what it shows, the day, the number."""
    events = [(file.value("METHOD"), event) for file in files for event in file.of("VEVENT")]
    return Counter(
        (method, each.text("SUMMARY"), each.value("DTSTART"), each.value("SEQUENCE")) for method, each in events
    )


def summary(site: str) -> str:
    return f"Visit to the site ({site}): De Linde"


def test_three_sites_are_named_one_moves_one_is_dropped_and_the_rest_goes_when_the_review_breaks_off() -> None:
    story = Sites()
    named = story.name(1, 1, Noord="2027-04-06", Zuid="2027-04-07", West="2027-04-08")
    assert told(named) == {
        ("REQUEST", summary("Noord"), "20270406", "0"): 2,
        ("REQUEST", summary("Zuid"), "20270407", "0"): 2,
        ("REQUEST", summary("West"), "20270408", "0"): 2,
    }
    assert len({event.value("UID") for file in named for event in file.of("VEVENT")}) == 3
    act(story.app, story.case, Take(transition="again"), 10)
    drive(story.app, 11)
    asked = len(story.arrived.wires)
    changed = story.name(2, 12, Noord="2027-04-06", West="2027-04-15")
    assert told(changed) == {
        ("CANCEL", summary("Zuid"), "20270407", "1"): 2,
        ("REQUEST", summary("West"), "20270415", "1"): 2,
    }
    assert len(story.arrived.wires) == asked + 4
    for who in READERS:
        assert sorted(story.calendar(who).days) == ["20270406", "20270415"]
    assert story.feed() == {summary("Noord"): "20270406", summary("West"): "20270415"}
    act(story.app, story.case, Take(transition="finish"), 50)
    left = story.sent(asked + 4, 50)
    assert told(left) == {
        ("CANCEL", summary("Noord"), "20270406", "1"): 2,
        ("CANCEL", summary("West"), "20270415", "2"): 2,
    }
    assert story.calendar("coordinator@example.org").days == []


def test_who_may_not_read_the_list_is_told_its_days_and_none_of_its_text_by_mail_or_calendar() -> None:
    story = Sites(seen="")  # for its author only
    shown = {"Noord": "20270406", "Zuid": "20270407"}
    named = story.name(1, 1, Noord="2027-04-06", Zuid="2027-04-07")
    assert told(named) == {
        **{("REQUEST", summary(site), day, "0"): 1 for site, day in shown.items()},
        **{("REQUEST", "Visit to the site: De Linde", day, "0"): 1 for day in shown.values()},
    }
    mails = [read_mail(wire.data) for wire in story.arrived.wires if wire.recipient == "coordinator@example.org"]
    parts = [part.get_payload(decode=True) for mail in mails for part in mail.walk() if not part.is_multipart()]
    assert parts
    assert [part for part in parts if b"Noord" in bytes(part) or b"Zuid" in bytes(part)] == []
    assert set(story.feed("coordinator")) == {"Visit to the site: De Linde"}
    assert story.feed() == {summary(site): day for site, day in shown.items()}


def test_the_same_list_given_again_tells_no_calendar_anything() -> None:
    story = Sites()
    story.name(1, 1, Noord="2027-04-06", Zuid="2027-04-07")
    act(story.app, story.case, Take(transition="again"), 10)
    drive(story.app, 11)
    before = len(story.arrived.wires)
    act(story.app, story.case, Submit(task="sites:2", answers={"places": [
        {"name": "Zuid", "day": "2027-04-07"}, {"name": "Noord", "day": "2027-04-06"},
    ]}), 12, "contact-linde")  # fmt: skip
    drive(story.app, 15)  # over a weekend
    again = story.arrived.wires[before:]
    assert {wire.recipient for wire in again} == READERS  # the notice of the process itself
    assert [wire for wire in again if calendar_in(wire) is not None] == []
