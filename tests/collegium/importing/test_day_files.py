"""Calendars as programs export them: which days they name, and what cannot be read is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from collegium.importing.day_files import DayReading, Days, UnreadableCalendar, merged, read_days

CORPUS = Path(__file__).parent.parent / "calendars"
ONLY = "only days, weeks, months and years are worked out"
HOURS = "it repeats by hours, weeks of the year or days of the year, which is not worked out"
EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n"


def read(data: bytes | str, *, person: bool = False) -> DayReading:
    content = data.encode() if isinstance(data, str) else data
    return read_days(
        content, zone="Europe/Amsterdam", first=date(2026, 3, 1), last=date(2032, 3, 1), reachable_is_free=person
    )


def corpus(name: str, *, person: bool = False) -> DayReading:
    return read((CORPUS / name).read_bytes(), person=person)


def event(*lines: str) -> str:
    return EVENT.format("".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")))


def said(reading: DayReading) -> list[str]:
    return [f"{days.first} {days.last} {days.name}".strip() for days in reading.days]


def test_outlook() -> None:
    reading = corpus("outlook_closing_days.ics")
    assert said(reading) == [
        "2027-02-11 2027-02-11 Studiedag alle opleiders, geen lessen en geen stagebegeleiding op school",
        "2027-04-24 2027-05-02 Meivakantie",
    ]
    assert (reading.partly, reading.refused) == (1, [])


def test_google_for_an_absence() -> None:
    reading = corpus("google_absences.ics", person=True)
    assert said(reading) == [
        "2027-03-05 2027-03-05 Ziekenhuis, operatie",
        "2027-03-06 2027-03-07 Herstel",
        "2027-07-12 2027-08-06 Vakantie 🏖",
    ]
    assert (reading.cancelled, reading.free, reading.partly) == (1, 5, 1)


def test_apple_with_a_series_its_exception_and_its_moved_day() -> None:
    assert said(corpus("apple_recurring.ics")) == [
        "2027-03-01 2027-03-01 Niet op school",
        "2027-03-15 2027-03-15 Niet op school",
        "2027-03-22 2027-03-22 Niet op school",
        "2027-03-30 2027-03-30 Niet op school (dinsdag)",
        "2027-04-05 2027-04-05 Niet op school",
        "2027-04-12 2027-04-12 Niet op school",
        "2027-04-19 2027-04-19 Niet op school",
        "2027-04-26 2027-04-26 Niet op school",
        "2027-05-13 2027-05-14 Hemelvaart en vrijdag",
    ]


def test_several_calendars_behind_a_byte_order_mark() -> None:
    assert said(corpus("several_calendars_bom.ics")) == [
        "2027-03-01 2027-03-01 Dag zonder einde",
        "2027-03-02 2027-03-03 Zwevende tijden",
        "2027-03-05 2027-03-05 Einde op de dag zelf",
    ]


def test_a_zone_by_its_windows_name_and_one_that_nobody_knows() -> None:
    # 23:00 in Seattle is 08:00 of the next day in Amsterdam; an unknown zone is that of the office.
    assert said(corpus("windows_zone_without_definition.ics")) == [
        "2027-03-02 2027-03-02 Dienst aan de andere kant van de oceaan", "2027-03-04 2027-03-04 Onbekende zone",
    ]  # fmt: skip


def test_an_old_program_that_writes_windows_1252() -> None:
    assert said(corpus("windows_1252.ics")) == ["2027-03-27 2027-03-28 Paasweekend – café gesloten"]


def test_events_that_cannot_be_taken_are_named_and_the_others_are_taken() -> None:
    reading = corpus("broken_events.ics")
    assert said(reading) == ["2027-04-05 2027-04-05 Tweede paasdag"]
    assert [(each.name, each.when, each.why) for each in reading.refused] == [
        ("Maand dertien", "20271340", "its DTSTART cannot be read"),
        ("Zonder begin", "no date", "it has no begin"),
        ("Achterstevoren", "2027-03-10", "it ends before it begins"),
        ("Twee jaar", "2027-03-01", "it is longer than a year"),
        ("Half dag, half tijd", "2027-03-01", "it begins on a day and ends at a time, or the other way round"),
        ("Iedere seconde", "2027-03-01 00:00:00", f"it repeats secondly: {ONLY}"),
        ("Geen regel", "2027-03-01", "its rule of repetition cannot be read"),
        ("Nooit", "2027-03-01", "it repeats on days of the month that are not worked out, or that do not exist"),
        ("Te vaak", "2027-03-01 00:00:00", HOURS),
        ("Sinds het begin", "0001-01-01", "it repeats since before 1900"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ("20270311T083000", "20270311T163000", ["2027-03-11 2027-03-11"]),
        ("20270311T120000", "20270311T180000", ["2027-03-11 2027-03-11"]),
        ("20270311T130000", "20270311T180000", []),
        ("20270311T120000", "20270313T120000", ["2027-03-11 2027-03-12"]),
        ("20270311T190000", "20270313T070000", ["2027-03-12 2027-03-12"]),
        ("20270311T000000", "20270313T000000", ["2027-03-11 2027-03-12"]),
        ("20270327T230000Z", "20270328T220000Z", ["2027-03-28 2027-03-28"]),  # the day on which the clocks change
    ],
)
def test_a_time_counts_for_the_days_that_it_takes_up(begin: str, end: str, days: list[str]) -> None:
    reading = read(event(f"DTSTART:{begin}", f"DTEND:{end}"))
    assert (said(reading), reading.partly) == (days, 0 if days else 1)


def test_who_is_out_of_office_is_away_whatever_the_calendar_shows() -> None:
    day = ("DTSTART;VALUE=DATE:20270311", "TRANSP:TRANSPARENT")
    assert said(read(event(*day, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"), person=True)) == ["2027-03-11 2027-03-11"]
    assert said(read(event(*day, "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"), person=True)) == []
    assert said(read(event(*day), person=True)) == []


def test_days_far_away_are_left_out() -> None:
    reading = read(event("DTSTART;VALUE=DATE:20200101", "SUMMARY:Lang geleden"))
    assert (said(reading), reading.outside) == ([], 1)


def test_an_endless_series_stops_where_the_period_stops() -> None:
    reading = read(event("DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=DAILY"))
    assert (len(reading.days), reading.days[0].first, reading.days[-1].last) == (
        2193,
        date(2026, 3, 1),
        date(2032, 3, 1),
    )


def test_a_name_that_would_steer_a_terminal_is_made_harmless() -> None:
    reading = read(event("DTSTART;VALUE=DATE:20270311", "SUMMARY:Dag\x1b[31m\\nrood " + "x" * 400))
    (days,) = reading.days
    assert days.name == ("Dag [31m rood " + "x" * 400)[:120]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "This is no calendar file"),
        (b"\x00\x01\x02" * 50, "This is no calendar file"),
        (b"<html>sign in first</html>", "This is no calendar file"),
        (b"PK\x03\x04 a workbook", "This is no calendar file"),
        (b"BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR\n", "Line 2 of this calendar is none .*Export the calendar"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n", "is damaged: .*Export the calendar"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\n", "breaks off in the middle of an event"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 5001 + b"END:VCALENDAR\n", "has 5001 events"),
        (b"BEGIN:VCALENDAR\n" + b"x" * 5_000_000, "5 MB is the most"),
    ],
    ids=["empty", "bytes", "web page", "workbook", "nonsense", "an end too many", "cut off", "many", "huge"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_with_what_would_help(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableCalendar, match=why):
        read(data)


def test_a_file_made_to_exhaust_us_is_refused() -> None:
    free = "DTSTART;VALUE=DATE:20250101\nTRANSP:TRANSPARENT\nRRULE:FREQ=DAILY"
    with pytest.raises(UnreadableCalendar, match="come back more than 10000 times"):
        read(repeated(5, free), person=True)
    with pytest.raises(UnreadableCalendar, match="more than 500 events that repeat"):
        read(repeated(501, "DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=SECONDLY"))


def repeated(number: int, lines: str) -> str:
    """A calendar with that many events of their own."""
    events = [f"BEGIN:VEVENT\nUID:{n}\n{lines}\nEND:VEVENT\n" for n in range(number)]
    return f"BEGIN:VCALENDAR\n{''.join(events)}END:VCALENDAR\n"


def test_days_that_touch_are_one_stretch() -> None:
    days = [Days(date(2027, 3, 5), date(2027, 3, 5), "a"), Days(date(2027, 3, 6), date(2027, 3, 9), "b"),
            Days(date(2027, 3, 8), date(2027, 3, 8)), Days(date(2027, 3, 11), date(2027, 3, 11))]  # fmt: skip
    assert merged(days) == [Days(date(2027, 3, 5), date(2027, 3, 9)), Days(date(2027, 3, 11), date(2027, 3, 11))]
