"""Calendars and what goes wrong: a crash while mails are written, a server that refuses one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pytest

from engine.appointments import CalendarEntry
from engine.mail import Delivery, Message
from notifications.mime import Service
from notifications.oversight import Deed, resend
from notifications.preparing import compose_due
from tests.journeys.journey import Journey

PROCESS = "development-review"


class Crash(Exception):
    """The process ends here."""


class Dying(Service):
    """The process ends while the third mail is written; two stand in the transaction already, with their rows."""

    written: ClassVar[list[int]] = []

    def message_id(self, id: str) -> str:
        self.written.append(len(self.written) + 1)
        if len(self.written) == 3:
            raise Crash
        return super().message_id(id)


def rows(story: Journey) -> dict[str, CalendarEntry]:
    """What each calendar was told of the visit, by person."""
    with story.app.store.read() as work:
        entries = work.calendar_entries.of_case(story.id)
    return {story.person(entry.participant) or "": entry for entry in entries}


def carriers(story: Journey, kind: str) -> list[Message]:
    with story.app.store.read() as work:
        return [message for message in work.outbox.messages() if message.kind == kind and message.attachments]


def moved(story: Journey) -> date:
    """The office moves the visit; nothing is mailed yet."""
    story.until("reading").until_day(story.today + timedelta(days=3))
    scene = story.scene
    day = scene.next_day(story.visit() + timedelta(days=14))
    scene.take("move_visit", scene.holder("office"), day=day)
    return day


def test_a_crash_before_the_commit_leaves_neither_mail_nor_row_and_the_next_run_makes_both_once() -> None:
    with Journey(PROCESS) as story:
        day = moved(story)
        before, app = rows(story), story.app
        service = Dying(address=app.service.address, key=app.service.key)
        with pytest.raises(Crash):
            compose_due(app.store, story.now, app.letters, service)
        assert service.written == [1, 2, 3]
        assert rows(story) == before
        assert carriers(story, "visit_moved") == []
        app.mailroom.compose(story.now)
        app.mailroom.compose(story.now)
        told, mails = rows(story), carriers(story, "visit_moved")
        assert {entry.message for entry in told.values()} == {mail.id for mail in mails}
        assert {(entry.sequence, entry.first.date()) for entry in told.values()} == {(1, day)}
        assert len(mails) == len(told) == len(before)


def refused(story: Journey) -> tuple[str, Message]:
    """The chair's mail about the new day, which the server did not take; who the chair is."""
    app = story.app
    app.mailroom.compose(story.now)
    chair = story.person(story.case.holders("chair")[0].participant) or ""
    (lost,) = [mail for mail in carriers(story, "visit_moved") if mail.person == chair]
    with app.store.write() as work:
        work.outbox.record(lost.id, Delivery(outcome="refused", code=552, answer="mailbox full"), story.now)
        work.commit()
    return chair, lost


def said_again(story: Journey, day: date) -> dict[str, int]:
    """The office says the same day once more; the number that each calendar has then."""
    scene = story.scene
    scene.take("move_visit", scene.holder("office"), day=day)
    story.app.mailroom.compose(story.now)
    return {person: entry.sequence for person, entry in rows(story).items()}


def test_what_a_server_refused_is_told_again_with_the_next_word_about_that_date() -> None:
    with Journey(PROCESS) as story:
        day = moved(story)
        chair, lost = refused(story)
        numbers = said_again(story, day)
        assert numbers == {person: 2 if person == chair else 1 for person in numbers}
        told = rows(story)[chair].message
        assert told != lost.id
        assert [mail.person for mail in carriers(story, "visit_moved") if mail.id == told] == [chair]


def test_what_the_office_sent_again_was_told() -> None:
    with Journey(PROCESS) as story:
        day = moved(story)
        _, lost = refused(story)
        app = story.app
        with app.store.write() as work:
            message = work.outbox.message(lost.id)
            assert message is not None
            again = resend(Deed(work=work, now=story.now, person=None, reason="mended"), message, app.service)
            work.commit()
        assert again.attachments == lost.attachments
        assert set(said_again(story, day).values()) == {1}
