"""What if the mail server is gone for a day, or the whole engine for five? Nothing is lost, and nobody is overrun."""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from collegium.catch_all import CatchAll
from collegium.demo.scripts import Script
from engine.events import Event
from engine.mail import Message, StoredNotice
from notifications.smtp import SmtpSender
from tests.journeys.journey import ZONE, Journey

DAY = timedelta(days=1)
END = date(2026, 12, 1)
NEWER = ("merged", "a newer mail asks for the same task")
DONE = ("withdrawn", "done")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


# the mail server ------------------------------------------------------------------------------------------------------


class ServerHours:
    """Takes a mail server away between two virtual moments; the driver asks it what time it is before each step."""

    def __init__(self, server: CatchAll, first: datetime, last: datetime) -> None:
        self._server = server
        self._first = first
        self._last = last
        self._open = True

    def __call__(self, now: datetime) -> None:
        wanted = not self._first <= now < self._last
        if wanted != self._open:
            (self._server.start if wanted else self._server.stop)()
            self._open = wanted


def told(story: Journey) -> Counter[tuple[str, str, str, str]]:
    """Each notice that stands in a mail that was sent."""
    sent = {message.id for message in story.mails()}
    with story.app.store.read() as work:
        return Counter(each.notice.key for each in work.outbox.notices("composed") if each.message in sent)


@pytest.fixture(scope="module")
def undisturbed() -> tuple[Counter[tuple[str, str, str, str]], date]:
    """What is told in three months of six cases, and the day with most mails."""
    with Journey("development-review", hosts=6) as story:
        story.until_midnight(END)
        days = Counter(message.local_day for message in story.mails())
        return told(story), date.fromisoformat(days.most_common(1)[0][0])


def test_a_mail_server_that_is_gone_for_a_day_costs_nobody_a_word(
    undisturbed: tuple[Counter[tuple[str, str, str, str]], date], tmp_path: Path
) -> None:
    expected, day = undisturbed
    server = CatchAll("127.0.0.1", 0, tmp_path)
    server.start()
    try:
        sender = SmtpSender("127.0.0.1", server.port, connections=1)
        gone, back = midnight(day), midnight(day + DAY)
        hours: Callable[[datetime], None] = ServerHours(server, gone, back)
        with Journey("development-review", hosts=6, sender=sender, asleep=hours) as story:
            story.until_midnight(day + DAY)
            waiting = len(ready(story))
            assert waiting > 10
            story.until_midnight(END)
            mails, all_told = story.mails(), told(story)
            with story.app.store.read() as work:
                ends = {each.notice.key: (each.state, each.reason) for each in work.outbox.notices()}
                assert {message.state for message in work.outbox.messages()} <= {"sent", "cancelled"}
    finally:
        server.stop()
    # Nothing is lost: each word was told, or a newer one about the same task instead, or the task was done meanwhile.
    assert not all_told - expected
    assert {ends[key] for key in expected - all_told} <= {NEWER, DONE}
    # None came twice, and as many came as are recorded.
    received = [email.message_from_bytes(file.read_bytes()) for file in sorted((tmp_path / "new").iterdir())]
    arrived = [mail["X-Collegium-Message"] for mail in received]
    assert sorted(arrived) == sorted(message.id for message in mails)
    # The server was back at midnight: what had to wait went out when the office opened, in the order of its writing.
    by_id = {message.id: message for message in mails}
    kept = [by_id[id] for id in arrived if gone <= by_id[id].created_at < back]
    assert kept == sorted(kept, key=lambda message: (message.created_at, message.id))
    assert kept
    opens = back + timedelta(hours=8, minutes=30)
    assert all(opens <= sent_at(message) <= opens + timedelta(minutes=20) for message in kept)
    # Reminders did not go out at night: they joined those of the next day.
    assert not [message for message in kept if message.reminder]


def ready(story: Journey) -> list[Message]:
    with story.app.store.read() as work:
        return work.outbox.messages("ready")


def sent_at(message: Message) -> datetime:
    assert message.sent_at is not None
    return message.sent_at


# the whole engine -----------------------------------------------------------------------------------------------------


def asleep(first: datetime, last: datetime) -> Callable[[datetime], datetime | None]:
    """Nothing runs between two moments."""
    return lambda now: last if first <= now < last else None


def notices(story: Journey, rule: str) -> list[StoredNotice]:
    """What there was to tell by a rule, in the order of the moments."""
    with story.app.store.read() as work:
        found = [each for each in work.outbox.notices() if each.notice.rule.startswith(rule)]
    return sorted(found, key=lambda each: (each.notice.caused_at, each.id))


SILENT = Script(what="nobody writes", silent=frozenset({"reflection"}))


def writing(outage: Callable[[date], tuple[datetime, datetime]]) -> Journey:
    """A small review in which a reflection is asked for, with an outage around its due date."""
    with Journey("small-review", SILENT) as story:
        due = story.until_open("reflection").due
        assert due is not None
    return Journey("small-review", SILENT, asleep=asleep(*outage(due.day)))


def test_of_several_reminders_of_one_task_only_the_newest_goes_out() -> None:
    # The reminders of two weeks and of five working days before fall into the outage: so does nothing else.
    with writing(lambda due: (midnight(due - 15 * DAY), midnight(due - 6 * DAY))) as story:
        due = story.until_open("reflection").due
        assert due is not None
        story.until_midnight(due.day - 5 * DAY)
        reminders = [message for message in story.mails("reminder") if ("reflection:1") in asked(message)]
        assert len(reminders) == 1
        assert sent_at(reminders[0]).astimezone(ZONE).date() == due.day - 6 * DAY
        first, second = notices(story, "tasks.reflection.remind")[:2]
        assert (first.state, second.state) == ("merged", "composed")


def test_a_reminder_whose_due_date_has_passed_gives_way_to_the_late_step() -> None:
    with writing(lambda due: (midnight(due - 8 * DAY), midnight(due + 2 * DAY))) as story:
        story.until_open("reflection")
        due = story.task("reflection").due
        assert due is not None
        story.until_midnight(due.day - 8 * DAY)
        before = len(story.mails())
        story.until_midnight(due.day + 3 * DAY)
        after = [message for message in story.mails()[before:] if "reflection:1" in asked(message)]
        assert {message.kind for message in after} == {"late"}
        skipped = [event.data["why"] for event in story.events("reminder_skipped")]
        assert skipped == ["past", "past"]  # that of five days before, and that of the day itself


def test_closings_and_transitions_come_in_order_at_their_own_moments() -> None:
    # The reflection closes while nothing runs; the stage that follows is entered as of then, and the visit's day too.
    script = Script(what="silence", silent=frozenset({"remarks", "agenda_text"}))
    with Journey("development-review", script) as quick:
        remarks = quick.until_open("remarks")
        assert remarks.closes is not None
        closes = remarks.closes.day
        quick.until("agenda")
        undisturbed = [(event.kind, event.name, event.effective_at) for event in effects(quick)]
    outage = asleep(midnight(closes - DAY), midnight(closes + 4 * DAY))
    with Journey("development-review", script, asleep=outage) as story:
        story.until("agenda")
        assert story.today == closes + 4 * DAY
        assert [(event.kind, event.name, event.effective_at) for event in effects(story)] == undisturbed
        recorded = [event.recorded_at for event in effects(story)]
        assert recorded == sorted(recorded)
        agenda = story.task("agenda_text")
        assert agenda.due is not None
        assert agenda.opened == story.now


def effects(story: Journey) -> list[Event]:
    """What ended and began, as of when."""
    found = [*story.events("task_expired"), *story.events("stage_left"), *story.events("stage_entered")]
    return sorted(found, key=lambda event: event.effective_at)


def test_a_dated_word_goes_out_unless_its_day_is_over() -> None:
    # Practical information five working days before the visit and a last word two days before it: the first outage
    # ends before the visit, the second one after it.
    with Journey("development-review") as story:
        visit = story.until("ready").visit()
    # They are due seven and four days before a visit on a Monday.
    assert visit.weekday() == 0
    for first, last, skipped in (
        (visit - 8 * DAY, visit - 2 * DAY, []),
        (visit - 6 * DAY, visit + 2 * DAY, ["day_after_tomorrow"]),
    ):
        with Journey("development-review", asleep=asleep(midnight(first), midnight(last))) as story:
            story.until("visiting")
            story.until_midnight(visit + 4 * DAY)
            assert [event.name for event in story.events("notice_skipped")] == skipped
            words = {"practical_information", "day_after_tomorrow"} - set(skipped)
            assert {word: story.told(word) for word in words} == dict.fromkeys(words, 6)


def test_after_five_days_a_round_goes_on_to_the_same_ends() -> None:
    begin = midnight(date(2026, 10, 3))
    with Journey("development-review", hosts=6, asleep=asleep(begin, begin + 5 * DAY)) as story:
        story.until_midnight(begin.date() + 6 * DAY)
        busiest = Counter(
            (message.person, sent_at(message).date()) for message in story.mails() if sent_at(message) >= begin
        )
        assert max(busiest.values()) <= 8
        story.until(lambda case: all(each.closed for each in story.cases()))
        assert {case.outcome for case in story.cases()} == {"done"}


def asked(message: Message) -> list[str]:
    return [task for _, task in message.asks]
