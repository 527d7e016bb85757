"""Counting days over named sets: there and back, both directions of a roll, what is not known, calendars from parts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business_days import Calendar, CalendarError, DaySet, compose
from engine.definition import CalendarPart, DueRoll

DAY = timedelta(days=1)
MONDAY = date(2027, 3, 29)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def day_set(*off: date, name: str = "closed", known: tuple[tuple[date, date], ...] | None = None) -> DaySet:
    return DaySet(name, "1", frozenset(off), known, {day: f"shut on {day:%d %b}" for day in off})


def span(first: date, length: int) -> list[date]:
    return [first + number * DAY for number in range(length)]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    starts = draw(st.lists(st.tuples(days, st.integers(1, 60)), max_size=12))
    off = {day for first, length in starts for day in span(first, length)}
    return Calendar("drawn", draw(st.booleans()), (day_set(*off),))


class TestCounts:
    def test_a_day_of_a_set_does_not_count(self) -> None:
        calendar = Calendar("c", False, (day_set(MONDAY),))
        assert [calendar.counts(MONDAY), calendar.counts(MONDAY + DAY)] == [False, True]

    def test_a_weekend_counts_unless_the_calendar_says_weekend(self) -> None:
        saturday = date(2027, 3, 27)
        assert [Calendar("c", True).counts(day) for day in span(saturday, 3)] == [False, False, True]
        assert [Calendar("c", False).counts(day) for day in span(saturday, 3)] == [True, True, True]

    @given(days)
    def test_weekends_are_saturday_and_sunday(self, day: date) -> None:
        assert Calendar("c").counts(day) == (day.isoweekday() < 6)

    def test_why_not_gives_label_and_set_before_the_weekend(self) -> None:
        saturday = date(2027, 3, 27)
        calendar = Calendar("c", True, (day_set(saturday), DaySet("bare", "1", frozenset([MONDAY]))))
        reasons = [calendar.why_not(day) for day in span(saturday, 4)]
        assert reasons == ["shut on 27 Mar, closed", "weekend", "bare", None]


class TestAdd:
    def test_zero_is_the_day_itself_even_where_it_does_not_count(self) -> None:
        assert Calendar("c").add(date(2027, 3, 27), 0) == date(2027, 3, 27)

    def test_the_day_of_the_anchor_never_counts(self) -> None:
        assert Calendar("c").add(MONDAY, 1) == MONDAY + DAY
        assert Calendar("c").add(MONDAY, -1) == MONDAY - 3 * DAY

    @settings(deadline=None)
    @given(calendars(), days, st.integers(-80, 80))
    def test_matches_a_count_day_by_day(self, calendar: Calendar, day: date, n: int) -> None:
        step = DAY if n > 0 else -DAY
        expected, left = day, abs(n)
        while left:
            expected += step
            left -= calendar.counts(expected)
        assert calendar.add(day, n) == expected

    @settings(deadline=None)
    @given(calendars(), days, st.integers(1, 80), st.sampled_from([1, -1]))
    def test_there_and_back(self, calendar: Calendar, day: date, n: int, sign: int) -> None:
        start = calendar.roll(day, "back" if sign == 1 else "forward")
        assert calendar.add(calendar.add(day, sign * n), -sign * n) == start

    @settings(deadline=None)
    @given(calendars(), days, days, st.integers(-80, 80))
    def test_keeps_the_order_of_days(self, calendar: Calendar, one: date, other: date, n: int) -> None:
        assert calendar.add(min(one, other), n) <= calendar.add(max(one, other), n)

    @settings(deadline=None)
    @given(calendars(), days, st.integers(-80, 79))
    def test_more_days_lie_later(self, calendar: Calendar, day: date, n: int) -> None:
        assert calendar.add(day, n) < calendar.add(day, n + 1)

    @settings(deadline=None)
    @given(calendars(), days, st.integers(-80, 80))
    def test_between_counts_what_was_added(self, calendar: Calendar, day: date, n: int) -> None:
        assert calendar.between(day, calendar.add(day, n)) == n

    @pytest.mark.parametrize(("n", "between"), [(1, "2029-12-12 and 2039-12-20"), (-1, "2030-01-21 and 2020-01-14")])
    def test_gives_up_where_nothing_counts(self, n: int, between: str) -> None:
        absences = [day_set(*span(date(2020, 1, 1), 7400), name=f"absence(p{number})") for number in (1, 2)]
        calendar = Calendar("theirs", True, tuple(absences))
        with pytest.raises(CalendarError) as caught:
            calendar.add(date(2030, 1, 1) - n * 20 * DAY, n)
        assert str(caught.value) == (
            f"Can't find a working day in calendar 'theirs': no day counts between {between} "
            "(absence(p1), absence(p2)). Shorten the absence or closing days there."
        )

    def test_gives_up_on_the_first_day_that_there_is(self) -> None:
        calendar = Calendar("c", False, (day_set(*span(date.min, 3660), name="always"),))
        with pytest.raises(CalendarError, match="between 0011-01-09 and 0001-01-01"):
            calendar.add(date.min + 3660 * DAY, -1)

    def test_bridges_a_gap_of_3659_days(self) -> None:
        calendar = Calendar("c", False, (day_set(*span(date(2020, 1, 1), 3659)),))
        assert calendar.add(date(2019, 12, 31), 1) == date(2020, 1, 1) + 3659 * DAY
        assert calendar.add(date(2019, 12, 30), 2) == date(2020, 1, 1) + 3659 * DAY

    @pytest.mark.parametrize("n", [1, 10**12, -(10**12)])
    def test_refuses_to_leave_the_years_that_there_are(self, n: int) -> None:
        with pytest.raises(CalendarError, match="9999"):
            Calendar("c").add(date.max, n)

    def test_goes_to_the_first_and_the_last_day_that_there_is_and_not_beyond(self) -> None:
        calendar = Calendar("c", False)
        assert (calendar.add(date.min + DAY, -1), calendar.add(date.max - DAY, 1)) == (date.min, date.max)
        for edge, step in ((date.min, -1), (date.max, 1)):
            with pytest.raises(CalendarError, match="Can't reckon beyond the years 1 to 9999"):
                calendar.add(edge, step)


class TestRoll:
    @pytest.mark.parametrize(
        ("direction", "expected"),
        [("back", date(2027, 3, 26)), ("forward", date(2027, 3, 30)), ("none", date(2027, 3, 28))],
    )
    def test_goes_to_the_first_day_that_counts(self, direction: DueRoll, expected: date) -> None:
        assert Calendar("c", True, (day_set(MONDAY),)).roll(date(2027, 3, 28), direction) == expected

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2027, 3, 27), date(2027, 3, 26)),  # Saturday
            (date(2027, 3, 28), date(2027, 3, 30)),  # Sunday before a free Monday: as far both ways
            (MONDAY, date(2027, 3, 30)),
            (date(2027, 3, 30), date(2027, 3, 30)),
        ],
    )
    def test_goes_to_the_nearer_day_that_counts_and_to_the_later_of_two(self, day: date, expected: date) -> None:
        assert Calendar("c", True, (day_set(MONDAY),)).roll(day, "nearest") == expected

    @settings(deadline=None)
    @given(calendars(), days)
    def test_stays_on_a_day_that_counts_and_lands_on_one(self, calendar: Calendar, day: date) -> None:
        back, forward = calendar.roll(day, "back"), calendar.roll(day, "forward")
        assert back <= day <= forward
        assert calendar.roll(day, "nearest") in (back, forward)
        assert (calendar.counts(back), calendar.counts(forward)) == (True, True)
        assert (back == day == forward) == calendar.counts(day)


class TestBetween:
    def test_leaves_out_the_first_and_takes_the_last(self) -> None:
        friday = date(2027, 3, 26)
        calendar = Calendar("c")
        assert [calendar.between(friday, friday + number * DAY) for number in range(5)] == [0, 0, 0, 1, 2]
        assert [calendar.between(friday, friday - number * DAY) for number in range(3)] == [0, -1, -2]


class TestUnknown:
    KNOWN = ((date(2026, 9, 1), date(2027, 8, 31)), (date(2027, 9, 1), date(2028, 8, 31)))

    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            (date(2026, 9, 1), date(2028, 8, 31), ()),
            (date(2028, 8, 31), date(2026, 9, 1), ()),
            (date(2026, 8, 31), date(2027, 1, 1), ("school",)),
            (date(2028, 1, 1), date(2028, 9, 1), ("school",)),
            (date(2031, 1, 1), date(2031, 1, 1), ("school",)),
            (date(2020, 1, 1), date(2031, 1, 1), ("school",)),
        ],
    )
    def test_names_sets_not_known_over_the_whole(self, first: date, last: date, expected: tuple[str, ...]) -> None:
        calendar = Calendar("c", True, (day_set(name="always"), day_set(name="school", known=self.KNOWN)))
        assert calendar.unknown(first, last) == expected

    def test_a_hole_between_two_periods_is_not_known(self) -> None:
        holed = day_set(name="holed", known=(self.KNOWN[0], (date(2027, 9, 2), date(2028, 8, 31))))
        assert not holed.covers(date(2027, 1, 1), date(2028, 1, 1))
        assert holed.covers(date(2027, 9, 2), date(2028, 1, 1))

    def test_the_last_day_of_a_period_is_known(self) -> None:
        assert day_set(name="one", known=(self.KNOWN[0],)).covers(self.KNOWN[0][1], self.KNOWN[0][1])

    def test_nothing_known_is_never_covered(self) -> None:
        assert Calendar("c", True, (day_set(name="none", known=()),)).unknown(MONDAY, MONDAY) == ("none",)


class TestUnion:
    @settings(deadline=None)
    @given(calendars(), calendars(), days)
    def test_a_day_counts_where_it_counts_in_all(self, one: Calendar, other: Calendar, day: date) -> None:
        assert Calendar.union("u", one, other).counts(day) == (one.counts(day) and other.counts(day))

    def test_takes_each_set_once(self) -> None:
        office = Calendar("office", True, (day_set(MONDAY),))
        panel = Calendar("panel", False, (day_set(MONDAY), day_set(name="school")))
        assert Calendar.union("u", office, panel).sets == (day_set(MONDAY), day_set(name="school"))


class TestVersion:
    def test_hangs_on_the_sets_and_the_weekend_but_not_on_name_or_order(self) -> None:
        one, other = day_set(MONDAY, name="one"), day_set(name="other")
        assert Calendar("a", True, (one, other)).version == Calendar("b", True, (other, one)).version
        versions = {Calendar("a", weekend, sets).version for weekend in (True, False) for sets in ((one,), (other,))}
        assert len(versions) == 4
        assert all(len(version) == 12 for version in versions)

    def test_a_new_version_of_a_set_is_a_new_version_of_the_calendar(self) -> None:
        newer = DaySet("closed", "2", frozenset([MONDAY]))
        assert Calendar("c", True, (day_set(MONDAY),)).version != Calendar("c", True, (newer,)).version


class TestCompose:
    OFFICE = (CalendarPart(kind="weekend"), CalendarPart(kind="public-holidays", argument="NL"))
    HOST = (
        CalendarPart(kind="calendar", argument="office"),
        CalendarPart(kind="school-holidays", argument="host"),
    )

    @staticmethod
    def lookup(part: CalendarPart) -> tuple[DaySet, ...]:
        sets = {
            "NL": (day_set(MONDAY, name="public-holidays(NL)"),),
            "host": (day_set(MONDAY + DAY, name="school-holidays(Noord)"), day_set(MONDAY + 2 * DAY, name="own")),
        }
        return sets.get(part.argument, ())

    def test_nests_calendars_and_keeps_the_weekend_of_the_inner_one(self) -> None:
        calendar = compose(self.HOST, {"office": self.OFFICE, "host": self.HOST}, self.lookup, name="host")
        assert (calendar.name, calendar.weekend) == ("host", True)
        assert [days.name for days in calendar.sets] == ["public-holidays(NL)", "school-holidays(Noord)", "own"]
        assert calendar.add(date(2027, 3, 26), 1) == date(2027, 4, 1)

    def test_parts_without_sets_leave_the_rest(self) -> None:
        parts = (*self.OFFICE, CalendarPart(kind="school-holidays", argument="panel"))
        assert (
            compose(parts, {}, self.lookup, name="c").version == compose(self.OFFICE, {}, self.lookup, name="c").version
        )

    def test_weekends_count_where_no_part_says_weekend(self) -> None:
        assert compose(self.OFFICE[1:], {}, self.lookup, name="c").counts(date(2027, 3, 27))

    def test_refuses_a_circle_and_an_unknown_name(self) -> None:
        circle = {
            "a": (CalendarPart(kind="calendar", argument="b"),),
            "b": (CalendarPart(kind="calendar", argument="a"),),
        }
        with pytest.raises(CalendarError, match="circle: b -> a -> b"):
            compose(circle["a"], circle, self.lookup, name="c")
        with pytest.raises(CalendarError, match="no calendar 'c'; there are: a, b"):
            compose((CalendarPart(kind="calendar", argument="c"),), circle, self.lookup, name="c")

    def test_a_calendar_named_twice_is_no_circle(self) -> None:
        twice = {"office": self.OFFICE, "host": self.HOST}
        parts = (CalendarPart(kind="calendar", argument="host"), CalendarPart(kind="calendar", argument="office"))
        assert (
            compose(parts, twice, self.lookup, name="c").version
            == compose(self.HOST, twice, self.lookup, name="c").version
        )
