"""When does mail leave where people act at night, and servers are away or put it off? In the hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

import holidays
import pytest

from collegium.forecast import end_of, forecast
from engine.mail import Delivery, Message, Wire
from notifications.oversight import Deed, copy_to, resend
from tests.journeys import stage
from tests.journeys.journey import ZONE, Journey, Postbox

OPENS, CLOSES = time(8, 30), time(17, 30)  # as both processes have it
FREE = holidays.country_holidays("NL", years=range(2026, 2030))
AWAY = Delivery(outcome="retry", answer="no connection", unreachable=True, cause="away")
GREY = Delivery(outcome="retry", code=450, answer="RCPT: 450 4.2.0 greylisted")
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


class Server(Postbox):
    """It takes each mail after so many tries, and none while it is away."""

    def __init__(self, away: Callable[[datetime], bool] = lambda here: False, tries: int = 0) -> None:
        self.now: Callable[[], datetime] = lambda: stage.START
        self.away = away
        self.tries = tries
        self.seen: Counter[str] = Counter()

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        if self.away(self.now().astimezone(ZONE)):
            return dict.fromkeys((mail.message for mail in mails), AWAY)
        taken = await super().send(mails)
        self.seen.update(taken.keys())
        return {id: each if self.seen[id] > self.tries else GREY for id, each in taken.items()}


def from_friday_to_sunday(here: datetime) -> bool:
    """From Friday 08:00 until Sunday 03:00, each week."""
    day, hour = here.weekday(), here.hour
    return (day == FRIDAY and hour >= 8) or day == SATURDAY or (day == SUNDAY and hour < 3)


def a_round(process: str, server: Server, *, hosts: int = 2) -> Journey:
    story = Journey(process, hosts=hosts, sender=server, duties=("absence", "digests"))
    server.now = lambda: story.now
    return story


def in_hours(at: datetime) -> bool:
    here = at.astimezone(ZONE)
    return here.weekday() < SATURDAY and here.date() not in FREE and OPENS <= here.time() <= CLOSES


def deeds(story: Journey) -> set[datetime]:
    """When somebody did something."""
    with story.app.store.read() as work:
        history = [event for case in work.cases.all_ids(stage.OFFICE.id) for event in work.cases.history(case)]
    return {sealed.event.recorded_at for sealed in history if sealed.event.actor.kind != "clock"}


def out_of_hours(story: Journey) -> list[Message]:
    return [mail for mail in story.mails() if mail.sent_at is not None and not in_hours(mail.sent_at)]


@pytest.mark.parametrize("process", ["assessment-review", "development-review"])
@pytest.mark.parametrize(
    "server",
    [lambda: Server(from_friday_to_sunday), lambda: Server(tries=2), lambda: Server(from_friday_to_sunday, tries=1)],
    ids=["away", "greylist", "both"],
)
def test_no_mail_leaves_at_night_or_on_a_sunday_whoever_acted_and_whatever_made_it_wait(
    process: str, server: Callable[[], Server]
) -> None:
    with a_round(process, server()) as story:
        story.until(lambda case: case.closed)
        mails = story.mails()
        assert len(mails) > 50
        assert out_of_hours(story) == []
        # There were deeds at odd hours, and mails that waited: else nothing was tried here.
        assert any(not in_hours(at) for at in deeds(story))
        assert any(mail.sent_at != mail.created_at for mail in mails)


def test_what_somebody_does_at_night_is_told_in_the_morning() -> None:
    for tries in (0, 1):
        with a_round("development-review", server := Server(), hosts=1) as story:
            story.until("reading").until_day(story.today + timedelta(days=3))
            night = datetime.combine(story.today, time(22, 0), ZONE).astimezone(UTC)
            story.driver.drive(story.clock, night, story.driven)
            server.tries = tries
            scene = story.scene
            scene.take("move_visit", scene.holder("office"), day=scene.next_day(story.visit() + timedelta(days=14)))
            morning = datetime.combine(story.today + timedelta(days=1), OPENS, ZONE).astimezone(UTC)
            assert in_hours(morning)
            story.until_day(story.today + timedelta(days=4))
            told = story.mails("visit_moved")
            assert {mail.created_at for mail in told} == {morning}
            assert all(mail.sent_at is not None and in_hours(mail.sent_at) for mail in told)
            assert tries or {mail.sent_at for mail in told} == {morning}


@pytest.mark.parametrize("again", [False, True], ids=["a copy", "a copy that is sent again"])
def test_a_copy_that_was_put_off_waits_for_the_hours_and_stops_no_other_mail(*, again: bool) -> None:
    with a_round("development-review", server := Server(), hosts=1) as story:
        story.until("reading").until_day(story.today + timedelta(days=3))
        night = datetime.combine(story.today, time(22, 0), ZONE).astimezone(UTC)
        story.driver.drive(story.clock, night, story.driven)
        mail = next(each for each in story.mails() if each.text)
        office, service = story.scene.holder("office"), story.app.service
        with story.app.store.write() as work:
            known = work.people.participant(office or "")
            assert known is not None
            deed = Deed(work=work, now=night, reason="to look at it")
            copy = copy_to(deed, mail, known.person or "", service)
            if again:
                work.outbox.record(copy.id, Delivery(outcome="refused", code=550, answer="RCPT: 550 no"), night)
                copied = work.outbox.message(copy.id)
                assert copied is not None
                copy = resend(deed, copied, service)
            work.commit()
        server.tries = 1
        story.until_day(story.today + timedelta(days=14))
        with story.app.store.read() as work:
            sent = work.outbox.message(copy.id)
            assert [each.id for each in work.outbox.messages("ready")] == []
        assert sent is not None
        assert (sent.state, sent.hold) == ("sent", "")
        assert sent.sent_at is not None
        assert in_hours(sent.sent_at)


def test_what_an_outage_made_wait_is_forecast_for_the_moment_at_which_it_leaves() -> None:
    waited = 0
    with a_round("development-review", Server(from_friday_to_sunday)) as story:
        for _ in range(12):
            saturday = story.today + timedelta(days=(SATURDAY - story.today.weekday()) % 7 or 7)
            story.driver.drive(story.clock, datetime.combine(saturday, time(0), ZONE).astimezone(UTC), story.driven)
            with story.app.store.read() as work:
                ready = {mail.id for mail in work.outbox.messages("ready")}
            until = end_of(story.today + timedelta(days=2), ZONE.key)
            found = forecast(story.app, stage.OFFICE.id, story.now, until).mails
            foreseen = {each.message.id: each.at for each in found if each.message.id in ready and in_hours(each.at)}
            story.driver.drive(story.clock, until.astimezone(UTC), story.driven)
            sent = {mail.id: mail.sent_at for mail in story.mails()}
            assert {id: at for id, at in foreseen.items() if id in sent and sent[id] != at} == {}
            waited += len(ready & sent.keys())
    assert waited > 0
