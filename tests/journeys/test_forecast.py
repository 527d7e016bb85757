"""Forecast = sent: what was foreseen at six goes out on the next day; every difference has a reason that is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from collegium.demo.scripts import Script
from collegium.forecast import Key, end_of, forecast
from engine.mail import Message, StoredNotice
from tests.journeys import stage
from tests.journeys.journey import ZONE, Journey

DAYS = 40
SIX = timedelta(hours=18)
FORESEEN = ("absence", "digests")


class Seen:
    """What went out within a window: (what it told, the reader, the local day) for each mail."""

    def __init__(self) -> None:
        self.mails: set[tuple[frozenset[Key], str, str]] = set()

    def add(self, keys: frozenset[Key], message: Message) -> None:
        assert message.sent_at is not None
        self.mails.add((keys, message.person, message.sent_at.astimezone(ZONE).date().isoformat()))

    @property
    def told(self) -> set[tuple[Key, str, str]]:
        return {(key, person, day) for keys, person, day in self.mails for key in keys}


def really_sent(story: Journey, since: datetime, until: datetime) -> Seen:
    seen = Seen()
    with story.app.store.read() as work:
        for message in work.outbox.messages("sent"):
            if message.sent_at is not None and since <= message.sent_at < until:
                notices = work.outbox.notices_in(message.id)
                seen.add(frozenset(map(key_of, notices)), message)
    return seen


def key_of(stored: StoredNotice) -> Key:
    notice = stored.notice
    return (notice.rule, notice.occurrence, notice.recipient, notice.case)


def reasons(story: Journey, since: datetime, until: datetime) -> dict[Key, str]:
    """Why a notice went otherwise than was foreseen: what is stored of it, or of the deed that caused it."""
    found: dict[Key, str] = {}
    with story.app.store.read() as work:
        acted = {
            (case, sealed.event.effective_at)
            for case in work.cases.all_ids(stage.OFFICE.id)
            for sealed in work.cases.history(case)
            if sealed.event.actor.kind != "clock" and since <= sealed.event.recorded_at < until
        }
        for stored in work.outbox.notices():
            if stored.state in ("withdrawn", "skipped", "merged"):
                found[key_of(stored)] = stored.reason
            elif (stored.notice.case, stored.notice.caused_at) in acted:
                found[key_of(stored)] = "somebody acted"
    return found


def an_evening(story: Journey) -> tuple[Seen, Seen, dict[Key, str]]:
    """What is foreseen at six for the rest of the day and the next, what really goes out, and why that differs."""
    six = datetime.combine(story.today, datetime.min.time(), ZONE) + SIX
    story.driver.drive(story.clock, max(six.astimezone(UTC), story.now), story.driven)
    now, until = story.now, end_of(story.today + timedelta(days=1), ZONE.key)
    foreseen = Seen()
    for each in forecast(story.app, stage.OFFICE.id, now, until).mails:
        foreseen.add(each.keys, each.message)
    story.driver.drive(story.clock, until.astimezone(UTC), story.driven)
    return foreseen, really_sent(story, now, until), reasons(story, now, until)


@pytest.mark.parametrize("process", ["assessment-review", "development-review"])
def test_what_is_foreseen_at_six_goes_out_on_the_next_day(process: str) -> None:
    """The cast acts as it likes; each difference, and each mail with other words in it, is explained by a row."""
    foreseen_in_all = 0
    with Journey(process, hosts=2, duties=FORESEEN) as story:
        for _ in range(DAYS):
            foreseen, sent, why = an_evening(story)
            assert {key for key, *_ in foreseen.told ^ sent.told if key not in why} == set(), story.now
            assert [keys for keys, *_ in foreseen.mails ^ sent.mails if not keys & why.keys()] == [], story.now
            foreseen_in_all += len(foreseen.told)
    assert foreseen_in_all >= 5
    assert story.driven.deeds > 0


def test_where_nobody_acts_all_is_as_it_was_foreseen() -> None:
    silent = Script(what="nobody ever", silent=frozenset({"intake", "ring_host", "next_step"}))
    days = 0
    with Journey("development-review", silent, hosts=2, duties=FORESEEN) as story:
        for _ in range(DAYS):
            deeds = story.driven.deeds
            foreseen, sent, _ = an_evening(story)
            if story.driven.deeds == deeds:
                assert foreseen.mails == sent.mails
                days += bool(sent.mails)
    assert days >= 3
