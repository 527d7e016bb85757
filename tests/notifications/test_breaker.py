from datetime import datetime, timedelta

import pytest

from engine.mail import Cause, Outage
from notifications.breaker import is_to_be_told, seek_at, state
from tests.notifications.builders import NOW

MINUTE = timedelta(minutes=1)
PATIENCE = 10 * MINUTE


def an_outage(tries: int = 1, minutes: int = 0, cause: Cause = "away") -> Outage:
    last = NOW + minutes * MINUTE
    return Outage(since=NOW, last=last, tries=tries, cause=cause, answer="no connection: refused")


def at(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def test_without_an_outage_mail_flows() -> None:
    assert state(None, NOW) == "closed"


@pytest.mark.parametrize(("tries", "wait"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 15), (400, 15)])
def test_the_server_is_sought_ever_less(tries: int, wait: int) -> None:
    outage = an_outage(tries, minutes=30)
    assert seek_at(outage) == at(30 + wait)
    assert (state(outage, at(29.9 + wait)), state(outage, at(30 + wait))) == ("open", "half-open")


def test_the_office_hears_of_a_server_that_is_away_when_patience_ends() -> None:
    outage = an_outage(4, minutes=7)
    assert not is_to_be_told(outage, at(9.9), PATIENCE)
    assert is_to_be_told(outage, at(10), PATIENCE)


@pytest.mark.parametrize("cause", ["login", "tls"])
def test_the_office_hears_at_once_of_what_does_not_end_by_itself(cause: Cause) -> None:
    assert is_to_be_told(an_outage(cause=cause), NOW, PATIENCE)
