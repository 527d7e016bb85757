"""Which mails will go out if nobody does anything? The real clock and the real mailroom, over a copy of the store.

Nothing is computed twice: what is forecast is what the same code will do, bundled and put off as it will be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from collegium.bootstrap import Application, build
from collegium.clock import Driver, VirtualClock
from engine.mail import Delivery, Message, StoredNotice, Wire
from engine.ports import UnitOfWork

PLACE = (250, "content: 250 as foreseen")
Key = tuple[str, str, str, str]  # rule, occurrence, recipient, case


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A mail that will go out, with what it tells."""

    at: datetime
    message: Message
    notices: tuple[StoredNotice, ...]

    @property
    def keys(self) -> frozenset[Key]:
        """What it tells, and to whom: the same before and after it was sent."""
        return frozenset(
            (one.notice.rule, one.notice.occurrence, one.notice.recipient, one.notice.case) for one in self.notices
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What will go out within a window, and what is held back."""

    since: datetime
    until: datetime
    mails: tuple[Foreseen, ...]
    held: tuple[Message, ...]
    paused: bool = False  # the office's mail is, and goes out only if it is resumed


class Recorder:
    """Implements engine.ports.Sender: every mail arrives, nowhere."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        code, answer = PLACE
        self.sent += [mail.message for mail in mails]
        return {mail.message: Delivery(outcome="sent", code=code, answer=answer) for mail in mails}

    async def close(self) -> None:
        """Nothing is kept open."""


def forecast(app: Application, secretariat: str, now: datetime, until: datetime) -> Forecast:
    """The mails of an office that would go out from now until just before `until`, in their order.

    While its mail is paused: those that would go if it were resumed now.
    """
    recorder = Recorder()
    # Signing costs time and needs a key that whoever asks may not read.
    settings = replace(app.settings, dkim_key="")
    with build(settings, store=app.store.copy(), sender=recorder) as trial:
        paused = _resumed(trial, secretariat)
        trial.mailroom.start()
        driver = Driver(
            store=trial.store, operations=trial.operations, mailroom=trial.mailroom,
            duties=[duty for duty in trial.duties if getattr(duty, "foreseen", False)],
        )  # fmt: skip
        driver.drive(VirtualClock(now), until)
        with trial.store.read() as work:
            mails = [found for id in recorder.sent if (found := as_sent(work, id, secretariat)) is not None]
            held = [one for one in work.outbox.messages("held") if one.secretariat == secretariat]
    return Forecast(since=now, until=until, mails=tuple(mails), held=tuple(held), paused=paused)


def _resumed(trial: Application, secretariat: str) -> bool:
    """Whether the office's mail was paused; over the copy it is not."""
    with trial.store.write() as work:
        paused = [each for each in work.people.secretariats() if each.id == secretariat and each.paused_at is not None]
        for office in paused:
            work.people.put_secretariat(replace(office, paused_at=None))
        work.commit()
    return bool(paused)


def as_sent(work: UnitOfWork, id: str, secretariat: str) -> Foreseen | None:
    """A mail that the recorder took, with what it tells; None where it is not of that office."""
    message = work.outbox.message(id)
    if message is None or message.secretariat != secretariat or message.sent_at is None:
        return None
    return Foreseen(at=message.sent_at, message=message, notices=tuple(work.outbox.notices_in(id)))


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), clock_time(), ZoneInfo(zone))
