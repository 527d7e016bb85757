"""Whatever leave and servers do: is everybody written to at most once a day, in hours, before it is too late?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collegium.bootstrap import Application, build, seeded_keys
from collegium.clock import Driver, VirtualClock
from collegium.settings import Settings
from engine.actions import Take
from engine.directory import Absence
from engine.mail import Delivery, Message, StoredNotice, Wire
from storage.memory import MemoryStore
from tests.builders.definitions import small_review_files
from tests.collegium.reviews import BEGIN, OPERATOR, furnish, launch

ZONE = ZoneInfo("Europe/Amsterdam")
VISIT = date(2027, 4, 22)
END = BEGIN + timedelta(days=120)
PEOPLE = ("contact-linde", "signatory-linde", "coordinator", "office")
HOLIDAYS = {date(2027, 3, 26), date(2027, 3, 29), date(2027, 4, 27), date(2027, 5, 5), date(2027, 5, 6)}


class Moody:
    """A server that puts off some of the mails, and takes them later."""

    def __init__(self, seed: int, share: float) -> None:
        self._random = random.Random(seed)
        self._share = share

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        put_off, sent = Delivery(outcome="retry", code=451, answer="later"), Delivery(outcome="sent", code=250)
        return {mail.message: put_off if self._random.random() < self._share else sent for mail in mails}

    async def close(self) -> None:
        pass


@st.composite
def leaves(draw: st.DrawFn) -> tuple[Absence, ...]:
    first = date(2027, 1, 11) + timedelta(days=draw(st.integers(0, 100)))
    last = first + timedelta(days=draw(st.integers(0, 30)))
    return (Absence(first=first, last=last, substitute=draw(st.sampled_from([None, *PEOPLE]))),)


def played(away: Mapping[str, tuple[Absence, ...]], sender: Moody, begun: timedelta) -> Application:
    """A review in which nobody does anything but begin it."""
    set_up = Settings(sender="office@example.org", key="k" * 32)
    app = build(set_up, store=MemoryStore(), sender=sender, keys=seeded_keys(7))
    furnish(app)
    with app.store.write() as work:
        for id, absences in away.items():
            record = work.people.person(id)
            assert record is not None
            work.people.put_person(replace(record, absences=absences))
        work.commit()
    app.mailroom.start()
    case = launch(app, small_review_files(), ["linde"])["linde"]
    driver = Driver(store=app.store, operations=app.operations, mailroom=app.mailroom, duties=app.duties)
    driver.drive(VirtualClock(BEGIN), BEGIN + begun)
    app.operations.act(case, Take(transition="begin", answers={"day": VISIT}), OPERATOR, BEGIN + begun)
    driver.drive(VirtualClock(BEGIN + begun), END)
    return app


def local(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment.astimezone(ZONE)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    away=st.dictionaries(st.sampled_from(PEOPLE), leaves()),
    seed=st.integers(0, 1000),
    share=st.sampled_from([0.0, 0.3, 0.8]),
    begun=st.integers(25, 24 * 25).map(lambda hours: timedelta(hours=hours)),
)
def test_everybody_is_reminded_once_a_day_in_hours_in_time_or_somebody_else_is_told(
    away: dict[str, tuple[Absence, ...]], seed: int, share: float, begun: timedelta
) -> None:
    with played(away, Moody(seed, share), begun) as app:
        with app.store.read() as work:
            (case,) = work.cases.all_ids("office")
            mails = {one.id: one for one in work.outbox.messages()}
            notices = work.outbox.notices(None, case)
            dues = {task.key: task.due.at for task in work.cases.load(case).tasks.values() if task.due}
        reminders = [one for one in mails.values() if one.reminder and one.state == "sent"]
        twice = Counter((one.person, local(one.sent_at).date()) for one in reminders)
        assert [each for each, n in twice.items() if n > 1] == []
        assert [one.id for one in reminders if not _in_hours(one, away)] == []
        lost = [one for one in notices if _is_reminder(one) and not _accounted(one, mails, notices, dues)]
        assert [(one.notice.rule, one.state, one.reason) for one in lost] == []


def _in_hours(mail: Message, away: Mapping[str, tuple[Absence, ...]]) -> bool:
    at = local(mail.sent_at)
    free = at.weekday() > 4 or at.date() in HOLIDAYS
    on_leave = any(leave.first <= at.date() <= leave.last for leave in away.get(mail.person, ()))
    return time(9) <= at.time() <= time(17, 30) and not free and not on_leave


def _is_reminder(one: StoredNotice) -> bool:
    return one.notice.template in ("reminder", "today")


def _accounted(
    one: StoredNotice, mails: Mapping[str, Message], notices: Sequence[StoredNotice], dues: Mapping[str, datetime]
) -> bool:
    """Sent before the due date, merged, taken back with its task, or given up for a reason that somebody hears of."""
    mail = mails.get(one.message or "")
    if mail is not None and mail.state == "sent":
        assert mail.sent_at is not None
        return mail.sent_at <= dues[one.notice.task or ""]
    told_instead = any(other.notice.template == "away" and other.notice.task == one.notice.task for other in notices)
    late = any(other.notice.template == "late" and other.notice.task == one.notice.task for other in notices)
    refused = mail is not None and mail.state in ("refused", "ready", "held")
    return one.state in ("merged", "withdrawn") or told_instead or late or refused
