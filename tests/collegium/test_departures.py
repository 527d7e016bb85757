"""Does a mail that is let go leave when it was said to? What is asked before is held against what the clock does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from collegium.forecast import end_of
from engine.mail import Message
from engine.ports import UnitOfWork
from notifications import oversight
from notifications.doubt import TOO_LATE
from notifications.letters import Prepared, Skip
from notifications.missing import MISSED, TOLD_SINCE, Departure, departure
from notifications.oversight import Deed
from notifications.rewriting import LATE, rewritten, told_by
from tests.collegium.street import Street

ZONE = "Europe/Amsterdam"


class Desk(Street):
    """The street, with an office that holds mail back and lets it go."""

    def deed(self, work: UnitOfWork) -> Deed:
        return Deed(work=work, now=self.now, reason="eerst lezen")

    def pause(self) -> Desk:
        with self.app.store.write() as work:
            (office,) = work.people.secretariats()
            oversight.pause(self.deed(work), office)
            work.commit()
        return self

    def hold_all(self, *, edited: bool) -> Desk:
        """All that tells of a case is held, so that the clock leaves it as it is; and mail may leave again."""
        with self.app.store.write() as work:
            for message in [one for one in work.outbox.messages("ready") if not one.digest]:
                if edited:
                    oversight.edit(self.deed(work), message, subject=f"Let op: {message.subject}")
                oversight.hold(self.deed(work), message)
            (office,) = work.people.secretariats()
            oversight.resume(self.deed(work), office)
            work.commit()
        return self

    def to(self, moment: datetime) -> Desk:
        self.driver.drive(self.clock, moment, self.done)
        return self

    def let_go(self) -> dict[str, Departure]:
        """All that is held is released: mail -> what was said of it."""
        with self.app.store.write() as work:
            held = work.outbox.messages("held")
            for message in held:
                oversight.release(self.deed(work), message)
            ready = [work.outbox.message(one.id) or one for one in held]
            assert work.outbox.lapsing(ready) == {}
            found = {one.id: departure(work, one, self.now, self.app.letters) for one in ready}
            self.notices = {one.id: _told(work, one) for one in ready}
            work.commit()
        return found

    def dues(self) -> set[datetime]:
        """When what a held mail asks for is due."""
        with self.app.store.read() as work:
            asked = [ask for one in work.outbox.messages("held") for ask in one.asks]
            tasks = [work.cases.load(case).tasks[task] for case, task in asked]
            return {task.due.at for task in tasks if task.due is not None}

    def sent(self, id: str) -> list[Message]:
        """The mails that have told what that one was to tell: itself, or what was written anew."""
        with self.app.store.read() as work:
            mails = work.outbox.messages("sent")
            return [one for one in mails if one.id == id or _told(work, one) & self.notices[id]]


def _told(work: UnitOfWork, message: Message) -> frozenset[int]:
    return frozenset(each.id for each in work.outbox.notices_in(message.id))


def _what_happened(desk: Desk) -> None:
    desk.pause().begin()


def _a_reminder(desk: Desk) -> None:
    desk.begin()
    desk.to(end_of(date(2026, 12, 20), ZONE)).pause()
    while not [one for one in messages(desk) if one.reminder]:
        desk.wait(hours=1)


def _a_reminder_of_its_due_day(desk: Desk) -> None:
    desk.begin()
    (due,) = [task.due for task in desk.case.tasks.values() if task.name == "reflection"]
    assert due is not None
    desk.to(end_of(due.day - timedelta(days=1), ZONE)).pause()
    while not [one for one in messages(desk) if one.reminder]:
        desk.wait(hours=1)


@pytest.mark.parametrize("edited", [False, True], ids=["as it was", "changed by hand"])
@pytest.mark.parametrize("later", ["1 minute", "9 hours", "60 hours"])
@pytest.mark.parametrize("written", [_what_happened, _a_reminder])
def test_a_mail_leaves_when_it_was_said_to(
    tmp_path: Path, *, written: Callable[[Desk], None], later: str, edited: bool
) -> None:
    number, unit = later.split()
    with Desk(tmp_path) as desk:
        written(desk)
        desk.hold_all(edited=edited).wait(**{f"{unit.removesuffix('s')}s": int(number)})
        said = desk.let_go()
        assert said
        desk.wait(days=5)
        for id, each in said.items():
            (mail,) = desk.sent(id)
            assert each == Departure(at=mail.sent_at, anew=mail.id != id)


@pytest.mark.parametrize("edited", [False, True], ids=["as it was", "changed by hand"])
def test_a_reminder_that_is_let_go_in_the_evening_of_its_due_day_stays_with_the_office_as_was_said(
    tmp_path: Path, *, edited: bool
) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder_of_its_due_day(desk)
        desk.hold_all(edited=edited).to(desk.now.replace(hour=18, minute=0))
        said = desk.let_go()
        desk.wait(hours=2)
        assert list(said.values()) == [Departure(why=TOO_LATE)]
        with desk.app.store.read() as work:
            assert [(one.id, one.hold) for one in work.outbox.kept(TOO_LATE)] == [(id, TOO_LATE) for id in said]


def test_a_reminder_that_stayed_with_the_office_lapses_once_its_reader_was_asked_for_the_same(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder_of_its_due_day(desk)
        desk.hold_all(edited=False).to(desk.now.replace(hour=18, minute=0))
        (id,) = desk.let_go()
        desk.wait(days=5)
        with desk.app.store.read() as work:
            mail = work.outbox.message(id)
            assert mail is not None
            assert (mail.state, mail.last_error) == ("cancelled", TOLD_SINCE)
            assert [one.kind for one in work.outbox.messages("sent", person=mail.person)][-1] == "late"


def test_a_reminder_that_came_too_late_is_written_for_the_office_in_the_evening_of_its_due_day(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder_of_its_due_day(desk)
        evening = desk.now.replace(hour=18, minute=0)
        with desk.app.store.write() as work:
            (mail,) = [one for one in work.outbox.messages("ready") if one.reminder]
            (told,) = work.outbox.notices_in(mail.id)
            letters = desk.app.letters
            assert letters.prepare(work, told, evening) == Skip(reason="free until after the due date")
            assert isinstance(letters.prepare(work, replace(told, reason=TOO_LATE), evening), Prepared)


def became_of(desk: Desk, id: str) -> tuple[str, set[str | None]]:
    """Why a mail was taken back, and the mails in which stands now what it was to tell."""
    with desk.app.store.read() as work:
        message = work.outbox.message(id)
        assert message is not None
        event = rewritten(work, message.secretariat)[id]
        return message.last_error, {each.message for each in told_by(work, message, event)}


def test_a_reminder_that_was_let_go_after_its_hours_says_so_and_into_which_mail_it_went(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder(desk)
        desk.hold_all(edited=False).wait(hours=9)
        (id,) = desk.let_go()
        desk.wait(days=5)
        (mail,) = desk.sent(id)
        assert became_of(desk, id) == (LATE, {mail.id})


def test_a_reminder_that_waited_in_a_pause_of_the_office_was_not_let_go_late(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder(desk)
        (id,) = [one.id for one in messages(desk) if one.reminder]
        desk.wait(hours=24)
        assert became_of(desk, id)[0] == MISSED


def test_a_reminder_of_today_whose_reader_had_a_mail_today_is_told_no_more(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        _a_reminder(desk)
        (due,) = desk.hold_all(edited=False).dues()
        desk.to(due.replace(hour=11))
        assert list(desk.let_go().values()) == [Departure(why=TOO_LATE, anew=True)]
        desk.wait(days=5)
        assert [desk.sent(id) for id in desk.notices] == [[]]


def messages(desk: Street) -> list[Message]:
    with desk.app.store.read() as work:
        return work.outbox.messages("ready")
