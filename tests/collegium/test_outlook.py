"""Does a mail that is let go leave when it was said to? What is asked before is held against what the clock does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from collegium.forecast import end_of
from engine.mail import Message
from engine.ports import UnitOfWork
from notifications import oversight
from notifications.missing import Outlook, outlook
from notifications.oversight import Deed
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

    def let_go(self) -> dict[str, Outlook]:
        """All that is held is released: mail -> what was said of it."""
        with self.app.store.write() as work:
            held = work.outbox.messages("held")
            for message in held:
                oversight.release(self.deed(work), message)
            ready = [work.outbox.message(one.id) or one for one in held]
            assert work.outbox.lapsing(ready) == {}
            found = {one.id: outlook(work, one, self.now, self.app.letters) for one in ready}
            self.notices = {one.id: _told(work, one) for one in ready}
            work.commit()
        return found

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
            assert each == Outlook(at=mail.sent_at, anew=mail.id != id)


def messages(desk: Street) -> list[Message]:
    with desk.app.store.read() as work:
        return work.outbox.messages("ready")
