"""What does a reader hear of a date that moves again before they were told of the first time?"""

from __future__ import annotations

from datetime import date, timedelta

from engine.mail import Message
from notifications import oversight
from notifications.dates_text import day_text
from tests.journeys.journey import Journey
from tests.journeys.test_calendars import PROCESS, Told, after, compact, mailboxes, party, settled


def move(story: Told, day: date) -> date:
    """The office moves the visit, and nothing is mailed yet."""
    scene = story.scene
    scene.take("move_visit", scene.holder("office"), day=day)
    return day


def later(story: Journey, days: int) -> date:
    return story.scene.next_day(story.visit() + timedelta(days=days))


def words(mail: Message) -> str:
    """As one line, wherever the text was wrapped."""
    return " ".join(mail.text.split())


def test_a_visit_that_moves_twice_in_one_moment_is_told_once_from_the_day_that_was_told() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        first = story.visit()
        between = move(story, later(story, 14))
        last = move(story, later(story, 7))
        settled(story)
        told = story.mails("visit_moved")
        assert sorted(mail.person for mail in told) == sorted(party(story))
        for mail in told:
            assert f"De nieuwe dag is {day_text(last, 'nl')}." in words(mail)
            assert f"De oude dag, {day_text(first, 'nl')}, vervalt." in words(mail)
            assert day_text(between, "nl") not in words(mail)
        assert {tuple(box.days) for box in mailboxes(story).values()} == {(compact(last),)}


def test_a_visit_that_goes_and_comes_back_in_one_moment_is_told_to_nobody() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        first = story.visit()
        number = len(story.mails())
        move(story, later(story, 14))
        move(story, first)
        settled(story)
        assert [mail for mail in story.mails()[number:] if mail.kind in ("visit_moved", "calendar")] == []
        assert {(tuple(box.days), box.methods["REQUEST"]) for box in mailboxes(story).values()} == {
            ((compact(first),), 1)
        }
        # Whatever comes after that starts from what the calendars show.
        last = move(story, later(story, 7))
        settled(story)
        assert {tuple(box.days) for box in mailboxes(story).values()} == {(compact(last),)}
        assert all(
            f"De oude dag, {day_text(first, 'nl')}, vervalt." in words(one) for one in story.mails("visit_moved")
        )


def held(story: Told) -> list[Message]:
    """The mails about the move are written, and held."""
    story.app.mailroom.compose(story.now)
    with story.app.store.write() as work:
        found = [mail for mail in work.outbox.messages("ready") if mail.kind == "visit_moved"]
        for mail in found:
            oversight.hold(oversight.Deed(work=work, now=story.now, reason="eerst bellen"), mail)
        work.commit()
    return found


def lapsed(story: Told, mails: list[Message]) -> set[tuple[str, str]]:
    with story.app.store.read() as work:
        found = [work.outbox.message(mail.id) for mail in mails]
    return {(mail.state, mail.last_error) for mail in found if mail is not None}


OVERTAKEN = {("cancelled", "overtaken: the date that it tells of has changed since")}


def test_a_mail_that_was_held_lapses_where_the_date_moves_on_and_the_next_one_says_both_days_that_count() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        first = story.visit()
        move(story, later(story, 14))
        waiting = held(story)
        settled(story)
        last = move(story, later(story, 7))
        settled(story)
        assert lapsed(story, waiting) == OVERTAKEN
        told = story.mails("visit_moved")
        assert len(told) == len(waiting) == len(party(story))
        assert all(f"De oude dag, {day_text(first, 'nl')}, vervalt." in words(mail) for mail in told)
        assert {tuple(box.days) for box in mailboxes(story).values()} == {(compact(last),)}


def test_a_mail_that_was_held_lapses_where_the_date_comes_back_and_nobody_hears_of_it() -> None:
    with Told(PROCESS) as story:
        after(3, "reading", story)
        first = story.visit()
        move(story, later(story, 14))
        waiting = held(story)
        settled(story)
        move(story, first)
        settled(story)
        assert lapsed(story, waiting) == OVERTAKEN
        assert story.mails("visit_moved") == []
        assert {tuple(box.days) for box in mailboxes(story).values()} == {(compact(first),)}


def test_a_visit_that_moves_and_is_called_off_in_one_moment_is_only_called_off() -> None:
    with Told(PROCESS) as story:
        after(3, "preparing", story)
        move(story, later(story, 14))
        scene = story.scene
        scene.take("break_off", scene.holder("office"))
        settled(story)
        assert story.mails("visit_moved") == []
        assert story.told("stopped") > 0
        assert {tuple(box.days) for box in mailboxes(story).values()} == {()}


def test_a_first_word_that_has_not_left_is_written_anew_with_the_day_as_it_stands() -> None:
    with Told(PROCESS) as story:
        gone = story.driver.mailroom
        story.driver.mailroom = None
        story.until(lambda case: "visit" in case.moments)
        app = story.app
        app.mailroom.compose(story.now)
        last = move(story, later(story, 14))
        app.mailroom.compose(story.now)
        story.driver.mailroom = gone
        settled(story)
        assert story.mails("visit_moved") == []
        fixed = story.mails("visit_fixed")
        assert sorted(mail.person for mail in fixed) == sorted(party(story))
        assert all(day_text(last, "nl") in words(mail) for mail in fixed)
        assert {(tuple(box.days), box.methods["REQUEST"]) for box in mailboxes(story).values()} == {
            ((compact(last),), 1)
        }
