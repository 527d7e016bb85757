"""What the calendar shows to which somebody subscribed: all that is theirs, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from collegium.feeds import address_of, feed_at, feed_of
from engine import actions
from engine.directory import PersonRecord
from notifications import links
from tests.journeys import stage
from tests.journeys.journey import Journey
from tests.notifications.ical_files import Part, read_ical

PROCESS = "development-review"


def record(story: Journey, participant: str) -> PersonRecord:
    with story.app.store.read() as work:
        found = work.people.person(story.person(participant) or "")
    assert found is not None
    return found


def events(story: Journey, participant: str) -> dict[str, Part]:
    """The entries of somebody's feed by their UIDs."""
    calendar = read_ical(feed_of(story.app, record(story, participant), story.now))
    assert calendar.value("METHOD") == "PUBLISH"
    found = {event.value("UID"): event for event in calendar.of("VEVENT")}
    assert len(found) == len(calendar.of("VEVENT"))
    return found


def chair_of(story: Journey) -> str:
    return story.case.holders("chair")[0].participant


def own_dues(story: Journey, who: str) -> set[date]:
    return {task.due.day for task in story.case.open_tasks() if who in task.assignees and task.due and not task.quiet}


def days(found: dict[str, Part], status: str) -> set[date]:
    """The days of the deadlines with that status."""
    return {
        date.fromisoformat(each.value("DTSTART"))
        for uid, each in found.items()
        if not uid.startswith("visit.") and each.value("STATUS") == status
    }


def test_the_feed_of_a_chair_holds_the_visit_and_their_own_deadlines() -> None:
    with Journey(PROCESS) as story:
        story.until("reading").until_day(story.today + timedelta(days=1))
        chair = chair_of(story)
        found = events(story, chair)
        visit = found[f"visit.{story.id}@peerreview.example"]
        assert (visit.value("DTSTART"), visit.value("STATUS"), visit.value("TRANSP")) == (
            story.visit().isoformat().replace("-", ""), "CONFIRMED", "OPAQUE",
        )  # fmt: skip
        assert visit.text("SUMMARY").startswith("Bezoekdag: ")
        assert days(found, "CONFIRMED") == own_dues(story, chair) != set()
        deadlines = [each for uid, each in found.items() if not uid.startswith("visit.")]
        assert {each.value("TRANSP") for each in deadlines} == {"TRANSPARENT"}
        assert all(each.text("SUMMARY").startswith("Deadline: ") for each in deadlines)


def test_an_entry_has_the_uid_and_the_number_of_the_invitation() -> None:
    with Journey(PROCESS) as story:
        story.until("reading").until_day(story.today + timedelta(days=1))
        scene = story.scene
        scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=14)))
        story.until_day(story.today + timedelta(days=1))
        uid = f"visit.{story.id}@peerreview.example"
        invited = [
            message.attachments[0].data
            for message in story.mails("visit_moved")
            if message.person == story.person(chair_of(story))
        ]
        told, shown = read_ical(invited[0]).of("VEVENT")[0], events(story, chair_of(story))[uid]
        same = ("UID", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "ORGANIZER")
        assert [shown.value(name) for name in same] == [told.value(name) for name in same]


def test_a_deadline_is_marked_as_long_as_its_date_may_still_change() -> None:
    with Journey(PROCESS) as story:
        story.until("planning").until_day(story.today + timedelta(days=1))
        scene = story.scene
        scene.act(actions.PauseCase(reason="Ziekte", until=story.today + timedelta(days=20)), scene.holder("office"))
        office = story.case.roles["office"][0]
        paused = events(story, office)
        assert days(paused, "CONFIRMED") == set()
        assert days(paused, "TENTATIVE") == own_dues(story, office) != set()
        assert {each.text("SUMMARY").partition(":")[0] for each in paused.values()} == {"Deadline (opgeschort)"}
        assert all("kan nog veranderen" in each.text("DESCRIPTION") for each in paused.values())


def test_a_feed_holds_no_name_of_anybody_and_no_private_link() -> None:
    with Journey(PROCESS) as story:
        story.until("planning").until_day(story.today + timedelta(days=12))
        with story.app.store.read() as work:
            names = {each.name for each in work.people.persons("office")}
            names |= {each.email for each in work.people.persons("office")}
        for who in (story.contact, story.signatory, story.case.roles["office"][0]):
            data = feed_of(story.app, record(story, who), story.now).replace(b"\r\n ", b"").decode()
            assert [name for name in names if name in data] == []
            assert "/t/" not in data
            assert "%%link" not in data


def test_a_day_that_was_held_can_still_be_seen_and_goes_after_a_year() -> None:
    with Journey(PROCESS) as story:
        story.until("agenda")
        chair, uid = chair_of(story), f"visit.{story.id}@peerreview.example"
        assert uid in events(story, chair)
        later = story.now + timedelta(days=400)
        kept = read_ical(feed_of(story.app, record(story, chair), later)).of("VEVENT")
        assert uid not in {event.value("UID") for event in kept}


def test_who_leaves_the_panel_has_an_empty_calendar() -> None:
    with Journey(PROCESS) as story:
        story.until("reading").until_day(story.today + timedelta(days=1))
        old = story.case.holders("peer")[0]
        assert events(story, old.participant) != {}
        story.scene.replace("peer")
        assert events(story, old.participant) == {}


def test_an_address_works_for_one_person_until_it_is_renewed() -> None:
    with Journey(PROCESS) as story:
        app, person = story.app, record(story, story.contact)
        address = address_of(app, stage.OFFICE, person)
        token = address.removeprefix("https://review.example/c/").removesuffix(".ics")
        assert feed_at(app, token, story.now) == feed_of(app, person, story.now)
        with app.store.write() as work:
            work.people.put_person(replace(person, generation=2))
            work.commit()
        assert feed_at(app, token, story.now) is None
        assert address_of(app, stage.OFFICE, replace(person, generation=2)) != address
        # A token of a task, of another person or of nobody opens nothing.
        key = app.service.key
        for wrong in (links.make(key, person.id, 2), links.make(key, "nobody", 1, links.FEED), "nonsense", token[:-2]):
            assert feed_at(app, wrong, story.now) is None


def test_each_row_of_a_task_is_not_a_date_of_its_own() -> None:
    with Journey("assessment-review") as story:
        story.until("desk").until_day(story.today + timedelta(days=1))
        chair = chair_of(story)
        scores = [task for task in story.case.open_tasks() if task.name == "score" and chair in task.assignees]
        assert len(scores) == 4
        shown = [each.text("SUMMARY") for each in events(story, chair).values() if "4x" in each.text("SUMMARY")]
        assert len(shown) == 1
