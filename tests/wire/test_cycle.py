"""A round of 24 cases through two postfix, with dead addresses, greylists, absences and a day without a relay.

Counted at the receiver: what was kept, and what came back to the return path of its own mail.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from notifications.missing import MISSED, TOLD_SINCE
from tests.wire.cycle import OUTAGE, ZONE, Round, play
from tests.wire.table import lines

pytestmark = [pytest.mark.debian, pytest.mark.slow]

UNTIL = datetime(2027, 8, 1, tzinfo=UTC)  # the end of the school year in which it began
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Round:
    found = play(tmp_path_factory.mktemp("cycle"), UNTIL)
    print("\n".join(lines(found)))
    return found


def test_every_mail_is_accounted_for_on_both_sides(played: Round) -> None:
    sent = Counter(message.id for message in played.messages if message.state == "sent")
    kept = Counter(arrival.message for arrival in played.arrivals)
    assert kept + played.came_back == sent
    assert len(sent) > 500
    assert {message.state for message in played.messages} <= {"sent", "cancelled", "refused"}
    # What was not sent was not sent for a reason that we know: the address was known to be dead by then.
    refused = {message.address for message in played.messages if message.state == "refused"}
    assert refused <= played.fates.dead


def test_whoever_has_a_dead_address_gets_nothing_and_everybody_else_does(played: Round) -> None:
    assert not {arrival.address for arrival in played.arrivals} & played.fates.dead
    sent = {message.id: message.address for message in played.messages if message.state == "sent"}
    assert {sent[id] for id in played.came_back} <= played.fates.dead


def test_every_dead_address_is_a_task_within_a_minute(played: Round) -> None:
    written = {m.address for m in played.messages if m.address in played.fates.dead and m.state == "sent"}
    first = {address: min(r.recorded_at for r in played.reports if r.address == address) for address in written}
    assert len(written) >= 3
    assert set(played.opened) >= written
    waits = {address: played.opened[address] - first[address] for address in written}
    assert {address: wait for address, wait in waits.items() if wait > MINUTE} == {}


def test_nobody_has_two_reminder_mails_on_one_day(played: Round) -> None:
    days = Counter((each.address, each.day) for each in played.reminders())
    assert len(days) > 100
    assert {key: number for key, number in days.items() if number > 1} == {}


def test_no_reminder_comes_outside_its_readers_hours_and_days(played: Round) -> None:
    reminders = set(played.reminders())
    assert [each for each in played.outside_hours() if each in reminders] == []
    assert played.in_school_holidays() == []


def test_no_other_mail_comes_outside_the_hours_of_the_office_but_in_the_moment_of_its_deed(played: Round) -> None:
    assert played.outside_hours() == []
    late = [m for m in played.messages if OUTAGE[0] <= m.created_at.astimezone(ZONE) < OUTAGE[1] and m.sent_at]
    assert late  # the relay came back before the office opened


def test_a_day_without_a_relay_costs_no_mail(played: Round) -> None:
    assert [each for each in played.arrivals if OUTAGE[0] <= each.at < OUTAGE[1]] == []
    waited = [m for m in played.messages if OUTAGE[0] <= m.created_at.astimezone(ZONE) < OUTAGE[1]]
    assert waited
    assert {m.state for m in waited} <= {"sent", "cancelled"}


def test_whom_the_outage_kept_from_a_reminder_of_that_day_hears_it_later_or_need_not_any_more(played: Round) -> None:
    lost = [m for m in played.messages if m.kind == "today" and m.state == "cancelled" and m.last_error != MISSED]
    lost = [m for m in lost if OUTAGE[0] <= m.created_at.astimezone(ZONE) < OUTAGE[1]]
    assert {m.last_error for m in lost} == {TOLD_SINCE, "done"}
    told = {
        (m.person, ask) for m in played.messages if m.state == "sent" and m.created_at >= OUTAGE[1] for ask in m.asks
    }
    assert {(m.person, ask) for m in lost if m.last_error == TOLD_SINCE for ask in m.asks} <= told


def test_the_greylist_was_met_and_passed(played: Round) -> None:
    to_slow = [each for each in played.arrivals if each.address in played.fates.slow]
    assert to_slow
    assert played.put_off >= len(to_slow)


def test_who_is_away_for_a_while_is_not_taken_for_dead(played: Round) -> None:
    away = {report.address for report in played.reports if report.kind == "away"}
    assert len(away) >= 3
    assert away <= played.fates.away
    assert {report.address for report in played.reports if report.kind == "hard"} <= played.fates.dead
    for address in away:
        written = [m for m in played.messages if m.address == address and m.state == "sent"]
        assert len([each for each in played.arrivals if each.address == address]) == len(written)
