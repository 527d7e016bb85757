"""Shifts, periods, instants over both nights of the year that have no 24 hours, and the Algemene termijnenwet."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business_days import Calendar, CalendarError, DaySet
from engine.expressions import Period, Unit
from engine.offsets import Point, add_months, atw, collapsed, end_of, instant, local, shift

AMSTERDAM = "Europe/Amsterdam"
ZONES = [  # an hour at night, an hour at midnight, half an hour, a whole day (Apia), none at all
    AMSTERDAM,
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
]
OFFICE = Calendar("office", True, (DaySet("holidays", "1", frozenset([date(2027, 3, 29)])),))
SCHOOL = Calendar("school", True, (DaySet("spring", "1", frozenset(date(2027, 3, day) for day in range(1, 29))),))
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
moments = st.integers(1_100_000_000, 2_100_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def moved(point: Point, sign: int, amount: int, unit: Unit, *, zone: str = AMSTERDAM) -> Point:
    return shift(point, sign, amount, unit, calendar=OFFICE, school=SCHOOL, zone=zone)


def day(text: str) -> date:
    return date.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestShift:
    @pytest.mark.parametrize(
        ("start", "sign", "amount", "unit", "expected"),
        [
            ("2027-03-26", 1, 3, "d", "2027-03-29"),
            ("2027-03-26", 1, 1, "wd", "2027-03-30"),
            ("2027-03-30", -1, 1, "wd", "2027-03-26"),
            ("2027-02-26", 1, 1, "sd", "2027-03-29"),
            ("2027-03-26", -1, 2, "w", "2027-03-12"),
            ("2027-01-31", 1, 1, "mo", "2027-02-28"),
            ("2028-01-31", 1, 1, "mo", "2028-02-29"),
            ("2027-03-31", -1, 1, "mo", "2027-02-28"),
            ("2027-01-15", -1, 1, "mo", "2026-12-15"),
            ("2026-11-30", 1, 1, "q", "2027-02-28"),
            ("2028-02-29", 1, 1, "y", "2029-02-28"),
            ("2028-02-29", 1, 4, "y", "2032-02-29"),
            ("2027-04-22", 1, 2, "sy", "2029-04-22"),
            ("2027-03-28", 1, 0, "wd", "2027-03-28"),
        ],
    )
    def test_units(self, start: str, sign: int, amount: int, unit: Unit, expected: str) -> None:
        assert moved(Point(day(start)), sign, amount, unit) == Point(day(expected))

    def test_keeps_the_time_unless_it_counts_hours(self) -> None:
        assert moved(Point(day("2027-03-27"), time(17)), 1, 1, "d") == Point(day("2027-03-28"), time(17))

    def test_school_days_need_a_school_calendar(self) -> None:
        with pytest.raises(CalendarError, match="no calendar of school days"):
            shift(Point(day("2027-03-01")), 1, 1, "sd", calendar=OFFICE, school=None, zone=AMSTERDAM)

    @pytest.mark.parametrize("unit", ["h", "d", "w", "mo", "q", "y", "sy"])
    @pytest.mark.parametrize("amount", [9000 * 366 * 24, 10**15])
    def test_refuses_to_leave_the_years_that_there_are(self, unit: Unit, amount: int) -> None:
        with pytest.raises(CalendarError) as refused:
            moved(Point(day("2027-03-01")), 1, amount, unit)
        assert str(refused.value) == (
            f"Can't go {amount:+}{unit} from 2027-03-01: that lies beyond the years 1 to 9999"
        )

    @given(days, st.integers(-600, 600))
    def test_months_clamp_to_the_last_day(self, start: date, n: int) -> None:
        end = add_months(start, n)
        assert (end.year - start.year) * 12 + end.month - start.month == n
        assert end.day == min(start.day, monthrange(end.year, end.month)[1])

    @given(days, days, st.integers(-60, 60), st.sampled_from(["d", "wd", "sd", "w", "mo", "q", "y", "sy"]))
    @settings(deadline=None)
    def test_keeps_the_order_of_days(self, one: date, other: date, n: int, unit: Unit) -> None:
        early, late = (moved(Point(each), 1, n, unit).day for each in sorted((one, other)))
        assert early <= late

    @given(days, st.integers(-400, 400), st.sampled_from(["d", "w"]))
    def test_days_and_weeks_there_and_back(self, start: date, n: int, unit: Unit) -> None:
        assert moved(moved(Point(start), 1, n, unit), -1, n, unit) == Point(start)


class TestHours:
    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            (Point(day("2027-03-27"), time(12)), Point(day("2027-03-28"), time(13))),  # the night of 23 hours
            (Point(day("2027-10-30"), time(12)), Point(day("2027-10-31"), time(11))),  # the night of 25 hours
            (Point(day("2027-06-01"), time(12)), Point(day("2027-06-02"), time(12))),
        ],
    )
    def test_count_on_the_instant(self, start: Point, expected: Point) -> None:
        assert moved(start, 1, 24, "h") == expected

    def test_a_point_without_a_time_starts_at_midnight(self) -> None:
        assert moved(Point(day("2027-06-01")), -1, 2, "h") == Point(day("2027-05-31"), time(22))

    @settings(deadline=None)
    @given(moments, st.integers(-100, 100), st.sampled_from(ZONES))
    def test_hours_are_hours_on_every_night(self, moment: datetime, n: int, zone: str) -> None:
        end = moved(local(moment, zone), 1, n, "h", zone=zone)
        assert instant(end, zone, ends=False) == moment + timedelta(hours=n)


class TestEndOf:
    @pytest.mark.parametrize(
        ("period", "ordinal", "start", "after", "expected"),
        [
            ("month", 1, "2028-02-10", False, "2028-02-29"),
            ("month", 1, "2028-02-10", True, "2028-03-31"),
            ("month", 3, "2027-11-30", False, "2028-01-31"),
            ("quarter", 1, "2027-05-15", False, "2027-06-30"),
            ("quarter", 2, "2027-12-31", True, "2028-06-30"),
            ("year", 1, "2027-01-01", False, "2027-12-31"),
            ("year", 1, "2027-01-01", True, "2028-12-31"),
            ("school year", 1, "2027-07-31", False, "2027-07-31"),
            ("school year", 1, "2027-08-01", False, "2028-07-31"),
            ("school year", 1, "2027-07-31", True, "2028-07-31"),
            ("school year", 1, "2027-08-01", True, "2029-07-31"),
            ("school year", 2, "2027-03-10", True, "2029-07-31"),  # row 18 of the grammar's examples
        ],
    )
    def test_periods(self, period: Period, ordinal: int, start: str, after: bool, expected: str) -> None:
        assert end_of(period, ordinal, day(start), after=after) == day(expected)

    @pytest.mark.parametrize("ordinal", [0, -1, 10**9])
    def test_refuses_a_period_that_there_is_not(self, ordinal: int) -> None:
        with pytest.raises(CalendarError, match="Can't take the end of year"):
            end_of("year", ordinal, day("2027-01-01"), after=False)

    @given(days, st.integers(1, 12), st.sampled_from(["month", "quarter", "year", "school year"]))
    def test_the_first_after_is_the_second_of(self, start: date, ordinal: int, period: Period) -> None:
        assert end_of(period, ordinal, start, after=True) == end_of(period, ordinal + 1, start, after=False) > start


class TestInstant:
    @pytest.mark.parametrize(
        ("point", "ends", "expected"),
        [
            (Point(day("2027-01-15")), True, "2027-01-15T22:59:59"),
            (Point(day("2027-01-15")), False, "2027-01-14T23:00:00"),
            (Point(day("2027-07-15"), time(17)), True, "2027-07-15T15:00:00"),
            (Point(day("2027-03-28"), time(2, 30)), True, "2027-03-28T01:00:00"),  # does not exist
            (Point(day("2027-03-28"), time(2, 30)), False, "2027-03-28T01:00:00"),
            (Point(day("2027-03-28"), time(2, 0)), False, "2027-03-28T01:00:00"),
            (Point(day("2027-03-28"), time(3, 0)), False, "2027-03-28T01:00:00"),
            (Point(day("2027-10-31"), time(2, 30)), True, "2027-10-31T01:30:00"),  # exists twice
            (Point(day("2027-10-31"), time(2, 30)), False, "2027-10-31T00:30:00"),
            (Point(day("2027-10-31"), time(2, 30, fold=1)), False, "2027-10-31T01:30:00"),
        ],
    )
    def test_in_amsterdam(self, point: Point, ends: bool, expected: str) -> None:
        assert instant(point, AMSTERDAM, ends=ends) == utc(expected)

    @pytest.mark.parametrize(
        ("zone", "point", "ends", "expected"),
        [
            ("America/Santiago", Point(day("2024-09-08")), False, "2024-09-08T04:00:00"),  # midnight does not exist
            ("America/Santiago", Point(day("2024-04-06")), True, "2024-04-07T03:59:59"),  # 23:59:59 exists twice
            ("Australia/Lord_Howe", Point(day("2024-10-06"), time(2, 15)), False, "2024-10-05T15:30:00"),
            ("Pacific/Apia", Point(day("2011-12-30")), True, "2011-12-30T10:00:00"),  # the day does not exist
            ("America/New_York", Point(day("2027-11-07"), time(1, 30)), True, "2027-11-07T06:30:00"),
            ("Asia/Kolkata", Point(day("2027-11-07")), True, "2027-11-07T18:29:59"),
        ],
    )
    def test_elsewhere(self, zone: str, point: Point, ends: bool, expected: str) -> None:
        assert instant(point, zone, ends=ends) == utc(expected)

    @settings(deadline=None)
    @given(moments, st.sampled_from(ZONES))
    def test_every_moment_comes_back(self, moment: datetime, zone: str) -> None:
        assert instant(local(moment, zone), zone, ends=False) == moment

    @settings(deadline=None)
    @given(days, clocks, st.sampled_from(ZONES), st.booleans())
    def test_is_the_local_time_or_the_first_after_it(self, on: date, clock: time, zone: str, ends: bool) -> None:
        moment = instant(Point(on, clock), zone, ends=ends)
        there, just_before = local(moment, zone), local(moment - timedelta(seconds=1), zone)
        if (there.day, there.clock) != (on, clock):
            assert (there.day, there.clock or time()) > (on, clock) > (just_before.day, just_before.clock or time())

    @settings(deadline=None)
    @given(
        st.tuples(days, clocks), st.timedeltas(timedelta(0), timedelta(days=2)), st.sampled_from(ZONES), st.booleans()
    )
    def test_keeps_the_order_of_local_times(
        self, start: tuple[date, time], later: timedelta, zone: str, ends: bool
    ) -> None:
        end = datetime.combine(*start) + timedelta(seconds=int(later.total_seconds()))
        first = instant(Point(*start), zone, ends=ends)
        assert first <= instant(Point(end.date(), end.time()), zone, ends=ends)

    @settings(deadline=None)
    @given(days, st.sampled_from(ZONES))
    def test_a_day_starts_before_it_ends_and_the_next_starts_after(self, on: date, zone: str) -> None:
        begin, end = (instant(Point(on), zone, ends=ends) for ends in (False, True))
        assert begin <= end <= instant(Point(on + timedelta(days=1)), zone, ends=False)

    @pytest.mark.parametrize(
        "point", [Point(day("2027-01-15"), time(12, 0, 0, 5)), Point(day("2027-03-28"), time(2, 30)), Point(date.min)]
    )
    def test_is_in_utc_and_exact_whatever_the_zone_of_the_machine(self, point: Point) -> None:
        found = instant(point, "Etc/GMT+1" if point.day == date.min else AMSTERDAM, ends=False)
        assert found.tzinfo is UTC
        assert found.microsecond == (point.clock.microsecond if point.clock else 0)

    def test_takes_a_zone_as_well_as_its_name(self) -> None:
        assert instant(Point(day("2027-01-15")), timezone(timedelta(hours=2)), ends=False) == utc("2027-01-14T22:00:00")

    def test_refuses_a_moment_beyond_the_calendar(self) -> None:
        with pytest.raises(CalendarError, match="beyond the years 1 to 9999"):
            instant(Point(date.max), "America/New_York", ends=True)


class TestLocal:
    def test_refuses_a_moment_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            local(datetime(2027, 1, 1), AMSTERDAM)  # noqa: DTZ001

    def test_says_which_of_two_equal_times_it_is(self) -> None:
        first, second = (local(utc(f"2027-10-31T0{hour}:30:00"), AMSTERDAM) for hour in (0, 1))
        assert [point.clock.fold if point.clock else None for point in (first, second)] == [0, 1]
        assert str(first) == str(second) == "2027-10-31 02:30"

    def test_a_point_without_a_time_reads_as_its_day(self) -> None:
        assert str(Point(day("2027-10-31"))) == "2027-10-31"


CHRISTMAS = frozenset([day("2025-12-25"), day("2025-12-26"), day("2026-01-01"), day("2026-01-02")])
LAW = Calendar("law", True, (DaySet("holidays", "1", CHRISTMAS),))


class TestAtw:
    def term(self, event: str, amount: int, unit: Unit) -> date:
        raw = shift(Point(day(event)), 1, amount, unit, calendar=LAW, school=None, zone=AMSTERDAM).day
        return atw(day(event) + timedelta(days=1), raw, LAW, amount=amount, unit=unit)

    @pytest.mark.parametrize(
        ("event", "amount", "unit", "expected"),
        [
            ("2025-11-13", 6, "w", "2025-12-29"),  # art. 1: Christmas Day, Friday and the weekend run on to Monday
            ("2025-11-12", 6, "w", "2025-12-24"),  # ends on a working day: left as it is
            ("2025-12-24", 3, "d", "2025-12-30"),  # art. 2: Monday is only the first day that counts
            ("2025-12-24", 2, "d", "2025-12-29"),  # under three days: art. 1 alone
            ("2025-12-24", 1, "w", "2025-12-31"),  # 29, 30 and 31 December count: nothing to extend
            ("2025-10-25", 2, "mo", "2025-12-29"),
            ("2025-09-26", 90, "d", "2025-12-29"),
            ("2025-10-03", 12, "w", "2025-12-29"),
            ("2025-09-25", 1, "q", "2025-12-29"),
            ("2025-12-25", 1, "d", "2025-12-29"),  # its first day is its last, and does not count: Monday
            ("2025-12-17", 3, "d", "2025-12-22"),  # Thursday and Friday count, and its last day is a Saturday
            ("2025-12-24", 1, "wd", "2025-12-29"),  # under three days, whatever days are counted: art. 1 alone
        ],
    )
    def test_extends(self, event: str, amount: int, unit: Unit, expected: str) -> None:
        assert self.term(event, amount, unit) == day(expected)

    @pytest.mark.parametrize(
        ("event", "amount", "unit", "expected"),
        [
            ("2025-09-25", 91, "d", "2025-12-25"),
            ("2025-09-25", 13, "w", "2025-12-25"),
            ("2025-08-25", 4, "mo", "2025-12-25"),
            ("2025-06-26", 2, "q", "2025-12-26"),
            ("2024-12-25", 1, "y", "2025-12-25"),
            ("2024-12-25", 1, "sy", "2025-12-25"),
            ("2025-12-24", 24, "h", "2025-12-25"),
        ],
    )
    def test_leaves_alone_what_article_4_excepts(self, event: str, amount: int, unit: Unit, expected: str) -> None:
        assert self.term(event, amount, unit) == day(expected)

    def test_leaves_alone_what_is_counted_back(self) -> None:
        assert atw(day("2026-02-04"), day("2025-12-25"), LAW, amount=6, unit="w") == day("2025-12-25")

    def test_two_school_days_are_a_term_of_under_three_days(self) -> None:
        assert atw(day("2025-12-25"), day("2025-12-26"), LAW, amount=2, unit="sd") == day("2025-12-29")

    @settings(deadline=None)
    @given(days, st.integers(3, 90))
    def test_holds_two_days_that_count_and_ends_on_one(self, event: date, amount: int) -> None:
        raw = event + timedelta(days=amount)
        end = atw(event + timedelta(days=1), raw, LAW, amount=amount, unit="d")
        assert end >= raw
        assert LAW.counts(end)
        assert LAW.between(event, end) >= 2


class TestCollapsed:
    def test_names_pairs_on_one_day_or_turned_round(self) -> None:
        rows = [
            ("second", day("2027-08-12"), day("2027-07-09")),
            ("first", day("2027-07-15"), day("2027-07-09")),
            ("third", day("2027-09-01"), day("2027-09-01")),
            ("squeezed", day("2027-09-20"), day("2027-08-30")),
        ]
        assert collapsed(rows) == (("first", "second"), ("third", "squeezed"))

    def test_what_was_asked_for_on_one_day_has_not_collapsed(self) -> None:
        one = day("2027-07-09")
        assert collapsed([("a", one, one), ("b", one, one)]) == ()

    def test_an_earlier_day_that_has_come_to_lie_behind_both_days_of_a_later_one_has_collapsed(self) -> None:
        first, second = (day("2027-07-01"), day("2027-07-10")), (day("2027-07-05"), day("2027-07-07"))
        assert collapsed([("second", *second), ("first", *first)]) == (("first", "second"),)
