import doctest
from datetime import date, datetime

import pytest

from notifications import catalogue, dates_text


def test_examples_hold() -> None:
    assert doctest.testmod(dates_text).failed == 0


def test_every_language_has_the_same_texts() -> None:
    assert catalogue.languages() == ("nl", "en")
    assert catalogue.texts("nl").names() == catalogue.texts("en").names()


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "zondag 29 februari 2032"), ("en", "Sunday 29 February 2032"), ("fr", "Sunday 29 February 2032")],
)
def test_an_unknown_language_reads_english(language: str, text: str) -> None:
    assert dates_text.day_text(date(2032, 2, 29), language) == text


def test_every_month_has_its_name() -> None:
    texts = [dates_text.day_text(date(2027, month, 1), "nl").split()[2] for month in range(1, 13)]
    assert texts == catalogue.texts("nl").series("months")


@pytest.mark.parametrize(
    ("hour", "minute", "second", "text"),
    [
        (0, 0, 0, "Friday 23 April 2027"),
        (23, 59, 59, "Friday 23 April 2027"),
        (0, 5, 0, "Friday 23 April 2027 at 00:05"),
        (9, 0, 0, "Friday 23 April 2027 at 09:00"),
        (23, 30, 0, "Friday 23 April 2027 at 23:30"),
    ],
)
def test_the_ends_of_a_day_go_unsaid(hour: int, minute: int, second: int, text: str) -> None:
    moment = datetime(2027, 4, 23, hour, minute, second)  # noqa: DTZ001  # a local time as it stands on the wall
    assert dates_text.moment_text(moment, "en") == text


def test_a_period_of_one_day_is_a_day() -> None:
    assert dates_text.period_text(date(2027, 4, 22), date(2027, 4, 22), "nl") == "donderdag 22 april 2027"
