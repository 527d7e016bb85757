"""The day sets against what is published: domain tables 4.1 and 4.2, the vectors V1 to V9, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.business_days import REGIONS, Calendar, CalendarError, DaySet
from engine.definition import CalendarPart
from engine.offsets import Point, collapsed, shift
from workflows.calendars import (
    SchoolBreak,
    absence,
    break_faults,
    closing_days,
    equated_days,
    general_days,
    known_school_years,
    public_holidays,
    school_breaks,
    school_holidays,
)

OFFICE = (public_holidays("NL"), equated_days("NL"))
PLAIN = Calendar("office", True, OFFICE)


def day(text: str) -> date:
    return date.fromisoformat(text)


def school(*regions: str) -> Calendar:
    return Calendar("school", True, (*OFFICE, *(school_holidays(region) for region in regions)))


def weeks_before(text: str, weeks: int, calendar: Calendar = PLAIN) -> date:
    return shift(Point(day(text)), -1, weeks, "w", calendar=calendar, school=None, zone="Europe/Amsterdam").day


# Domain table 4.1: school year, holiday, regions (Noord, Midden, Zuid by their first letter), first and last day.
TABLE_4_1 = [
    (2025, "Herfstvakantie", "NM", "2025-10-18", "2025-10-26"),
    (2025, "Herfstvakantie", "Z", "2025-10-11", "2025-10-19"),
    (2025, "Kerstvakantie", "NMZ", "2025-12-20", "2026-01-04"),
    (2025, "Voorjaarsvakantie", "MZ", "2026-02-14", "2026-02-22"),
    (2025, "Voorjaarsvakantie", "N", "2026-02-21", "2026-03-01"),
    (2025, "Meivakantie", "NMZ", "2026-04-25", "2026-05-03"),
    (2025, "Zomervakantie", "N", "2026-07-04", "2026-08-16"),
    (2025, "Zomervakantie", "Z", "2026-07-11", "2026-08-23"),
    (2025, "Zomervakantie", "M", "2026-07-18", "2026-08-30"),
    (2026, "Herfstvakantie", "N", "2026-10-10", "2026-10-18"),
    (2026, "Herfstvakantie", "MZ", "2026-10-17", "2026-10-25"),
    (2026, "Kerstvakantie", "NMZ", "2026-12-19", "2027-01-03"),
    (2026, "Voorjaarsvakantie", "Z", "2027-02-13", "2027-02-21"),
    (2026, "Voorjaarsvakantie", "NM", "2027-02-20", "2027-02-28"),
    (2026, "Meivakantie", "NMZ", "2027-04-24", "2027-05-02"),
    (2026, "Zomervakantie", "N", "2027-07-10", "2027-08-22"),
    (2026, "Zomervakantie", "M", "2027-07-17", "2027-08-29"),
    (2026, "Zomervakantie", "Z", "2027-07-24", "2027-09-05"),
    (2027, "Herfstvakantie", "NM", "2027-10-16", "2027-10-24"),
    (2027, "Herfstvakantie", "Z", "2027-10-23", "2027-10-31"),
    (2027, "Kerstvakantie", "NMZ", "2027-12-25", "2028-01-09"),
    (2027, "Voorjaarsvakantie", "N", "2028-02-19", "2028-02-27"),
    (2027, "Voorjaarsvakantie", "MZ", "2028-02-26", "2028-03-05"),
    (2027, "Meivakantie", "NMZ", "2028-04-29", "2028-05-07"),
    (2027, "Zomervakantie", "M", "2028-07-08", "2028-08-20"),
    (2027, "Zomervakantie", "N", "2028-07-15", "2028-08-27"),
    (2027, "Zomervakantie", "Z", "2028-07-22", "2028-09-03"),
    (2028, "Herfstvakantie", "N", "2028-10-14", "2028-10-22"),
    (2028, "Herfstvakantie", "MZ", "2028-10-21", "2028-10-29"),
    (2028, "Kerstvakantie", "NMZ", "2028-12-23", "2029-01-07"),
    (2028, "Voorjaarsvakantie", "Z", "2029-02-10", "2029-02-18"),
    (2028, "Voorjaarsvakantie", "NM", "2029-02-17", "2029-02-25"),
    (2028, "Meivakantie", "NMZ", "2029-04-28", "2029-05-06"),
    (2028, "Zomervakantie", "M", "2029-07-07", "2029-08-19"),
    (2028, "Zomervakantie", "Z", "2029-07-14", "2029-08-26"),
    (2028, "Zomervakantie", "N", "2029-07-21", "2029-09-02"),
]

NAMES_4_2 = ["Nieuwjaarsdag", "Goede vrijdag", "Tweede paasdag", "Koningsdag", "Bevrijdingsdag", "Hemelvaartsdag"]
NAMES_4_2 += ["Tweede pinksterdag", "Eerste kerstdag", "Tweede kerstdag"]
TABLE_4_2 = {  # the same order in every row
    2026: "do 1-1, vr 3-4, ma 6-4, ma 27-4, di 5-5, do 14-5, ma 25-5, vr 25-12, za 26-12",
    2027: "vr 1-1, vr 26-3, ma 29-3, di 27-4, wo 5-5, do 6-5, ma 17-5, za 25-12, zo 26-12",
    2028: "za 1-1, vr 14-4, ma 17-4, do 27-4, vr 5-5, do 25-5, ma 5-6, ma 25-12, di 26-12",
    2029: "ma 1-1, vr 30-3, ma 2-4, vr 27-4, za 5-5, do 10-5, ma 21-5, di 25-12, wo 26-12",
    2030: "di 1-1, vr 19-4, ma 22-4, za 27-4, zo 5-5, do 30-5, ma 10-6, wo 25-12, do 26-12",
    2031: "wo 1-1, vr 11-4, ma 14-4, za 26-4, ma 5-5, do 22-5, ma 2-6, do 25-12, vr 26-12",
}
WEEKDAYS = ["ma", "di", "wo", "do", "vr", "za", "zo"]


class TestVectors:
    def test_v1_six_weeks_back_falls_on_easter_monday(self) -> None:
        raw = weeks_before("2027-05-10", 6)
        rolled = [PLAIN.roll(raw, "back"), PLAIN.roll(raw, "forward")]
        assert (raw, rolled) == (day("2027-03-29"), [day("2027-03-25"), day("2027-03-30")])

    def test_v2_six_weeks_back_falls_on_whit_monday(self) -> None:
        raw = weeks_before("2027-06-28", 6)
        rolled = [PLAIN.roll(raw, "back"), PLAIN.roll(raw, "forward")]
        assert (raw, rolled) == (day("2027-05-17"), [day("2027-05-14"), day("2027-05-18")])

    def test_v3_ten_working_days_over_may(self) -> None:
        assert PLAIN.add(day("2027-04-22"), 10) == day("2027-05-12")
        assert school("Midden").add(day("2027-04-22"), 10) == day("2027-05-19")

    def test_v4_twenty_working_days_over_the_summer(self) -> None:
        assert PLAIN.add(day("2027-07-08"), 20) == day("2027-08-05")
        assert {school(region).add(day("2027-07-08"), 20) for region in REGIONS} == {day("2027-09-16")}
        assert school(*REGIONS).add(day("2027-07-08"), 20) == day("2027-09-30")

    def test_v5_working_days_over_new_year(self) -> None:
        found = [PLAIN.add(day("2025-12-24"), n) for n in (1, 2, 5)]
        assert found == [day("2025-12-29"), day("2025-12-30"), day("2026-01-06")]

    def test_v6_ten_working_days_back_over_spring(self) -> None:
        calendars = [PLAIN, school("Noord"), school("Zuid"), school("Noord", "Zuid")]
        found = [calendar.add(day("2027-03-11"), -10) for calendar in calendars]
        assert found == [day("2027-02-25"), day("2027-02-18"), day("2027-02-25"), day("2027-02-11")]

    def test_v7_one_working_day_over_ascension(self) -> None:
        assert PLAIN.add(day("2026-05-13"), 1) == day("2026-05-18")

    def test_v8_working_days_over_kings_day(self) -> None:
        assert [PLAIN.add(day("2028-04-26"), n) for n in (1, 3)] == [day("2028-05-01"), day("2028-05-03")]
        assert school("Midden").add(day("2028-04-26"), 1) == day("2028-05-08")

    def test_v9_collapse_of_two_deadlines_before_the_summer(self) -> None:
        noord = school("Noord")
        rows = []
        for name, weeks in (("visit - 12w", 12), ("visit - 8w", 8), ("visit - 4w", 4)):
            raw = weeks_before("2027-10-07", weeks, noord)
            rows.append((name, raw, noord.roll(raw, "back")))
        assert [row[2] for row in rows] == [day("2027-07-09"), day("2027-07-09"), day("2027-09-09")]
        assert collapsed(rows) == (("visit - 12w", "visit - 8w"),)


class TestPublicHolidays:
    @pytest.mark.parametrize("year", TABLE_4_2)
    def test_match_table_4_2(self, year: int) -> None:
        labels = public_holidays("NL").labels
        found = {labels[on]: on for on in labels if on.year == year}
        row = ", ".join(
            f"{WEEKDAYS[found[name].weekday()]} {found[name].day}-{found[name].month}" for name in NAMES_4_2
        )
        assert row == TABLE_4_2[year]
        assert set(found) - set(NAMES_4_2) == {"Eerste paasdag", "Eerste pinksterdag"}

    def test_liberation_day_is_one_every_year(self) -> None:
        assert {date(year, 5, 5) for year in range(2020, 2046)} <= public_holidays("NL").days

    def test_are_known_from_2020_to_2045(self) -> None:
        assert public_holidays("NL").known == ((date(2020, 1, 1), date(2045, 12, 31)),)
        assert PLAIN.unknown(date(2046, 1, 1), date(2046, 1, 1)) == ("public-holidays(NL)", "equated-days(NL)")

    def test_years_that_the_package_estimates_are_not_known(self) -> None:
        known = public_holidays("TR").known
        assert known is not None
        assert max(last for _, last in known) < date(2045, 12, 31)

    @pytest.mark.parametrize(("country", "hint"), [("nl", "NL"), ("XX", "")])
    def test_refuse_an_unknown_country(self, country: str, hint: str) -> None:
        with pytest.raises(CalendarError, match=f"no public holidays of '{country}'.*{hint}"):
            public_holidays(country)


class TestEquatedDays:
    def test_are_the_ten_of_two_decrees(self) -> None:
        expected = "2023-04-28 2023-05-19 2024-05-10 2024-12-27 2025-05-30 2026-01-02 2026-05-15 2027-05-07 2028-04-28 "
        expected += "2028-05-26"
        assert sorted(equated_days("NL").days) == [day(text) for text in expected.split()]
        assert set(equated_days("NL").labels) == equated_days("NL").days

    def test_are_all_fridays_and_no_holidays(self) -> None:
        assert {on.isoweekday() for on in equated_days("NL").days} == {5}
        assert not equated_days("NL").days & public_holidays("NL").days

    def test_are_known_until_the_end_of_2028(self) -> None:
        assert equated_days("NL").known == ((date(2023, 1, 1), date(2028, 12, 31)),)
        assert PLAIN.unknown(date(2028, 12, 1), date(2029, 1, 5)) == ("equated-days(NL)",)

    def test_refuse_a_country_without_a_list(self) -> None:
        with pytest.raises(CalendarError, match="no list of equated days for 'BE'"):
            equated_days("BE")


class TestSchoolHolidays:
    @pytest.mark.parametrize(("year", "holiday", "regions", "first", "last"), TABLE_4_1)
    def test_match_table_4_1(self, year: int, holiday: str, regions: str, first: str, last: str) -> None:
        expected = SchoolBreak(holiday, year, day(first), day(last))
        for region in (region for region in REGIONS if region[0] in regions):
            found = [each for each in school_breaks(region) if (each.school_year, each.holiday) == (year, holiday)]
            assert (region, found) == (region, [expected])
            assert {expected.first, expected.last} <= school_holidays(region).days

    def test_table_4_1_is_whole(self) -> None:
        cells = [(year, holiday, region) for year, holiday, regions, _, _ in TABLE_4_1 for region in regions]
        assert len(cells) == len(set(cells)) == 4 * 5 * 3

    @pytest.mark.parametrize("region", REGIONS)
    def test_of_known_years_have_no_fault(self, region: str) -> None:
        (known,) = known_school_years(school_breaks(region))
        inside = [each for each in school_breaks(region) if known[0] <= each.first and each.last <= known[1]]
        assert len(inside) >= 11 * 5
        assert break_faults(inside) == ()

    @pytest.mark.parametrize("region", REGIONS)
    def test_are_known_up_to_the_last_school_year_with_all_five(self, region: str) -> None:
        breaks = school_breaks(region)
        year = max(each.school_year for each in breaks if each.holiday == "Zomervakantie")
        (summer,) = [each for each in breaks if (each.school_year, each.holiday) == (year, "Zomervakantie")]
        calendar = school(region)
        assert f"school-holidays({region})" not in calendar.unknown(date(2020, 1, 1), summer.last)
        assert f"school-holidays({region})" in calendar.unknown(summer.last, summer.last + timedelta(days=1))

    def test_refuse_an_unknown_region(self) -> None:
        with pytest.raises(CalendarError, match="no region 'Oost' of school holidays; there are: Noord, Midden, Zuid"):
            school_holidays("Oost")


class TestKnownSchoolYears:
    @staticmethod
    def breaks(*without: tuple[int, str]) -> list[SchoolBreak]:
        all_years = [each for each in school_breaks("Midden") if 2025 <= each.school_year <= 2027]
        return [each for each in all_years if (each.school_year, each.holiday) not in without]

    def test_join_where_one_follows_the_other(self) -> None:
        assert known_school_years(self.breaks()) == ((day("2025-10-18"), day("2028-08-20")),)

    def test_leave_out_a_year_with_a_hole(self) -> None:
        known = known_school_years(self.breaks((2026, "Herfstvakantie")))
        assert known == ((day("2025-10-18"), day("2026-08-30")), (day("2027-08-30"), day("2028-08-20")))

    def test_begin_with_the_autumn_where_the_summer_before_is_missing(self) -> None:
        known = known_school_years(self.breaks((2026, "Zomervakantie")))
        assert known == ((day("2025-10-18"), day("2026-08-30")), (day("2027-10-16"), day("2028-08-20")))

    def test_leave_out_a_year_with_a_fault(self) -> None:
        wrong = SchoolBreak("Herfstvakantie", 2026, day("2026-10-19"), day("2026-10-25"))
        known = known_school_years([*self.breaks((2026, "Herfstvakantie")), wrong])
        assert known == ((day("2025-10-18"), day("2026-08-30")), (day("2027-08-30"), day("2028-08-20")))


class TestBreakFaults:
    def test_name_what_is_wrong(self) -> None:
        wrong = [
            SchoolBreak("Herfstvakantie", 2026, day("2026-10-19"), day("2026-10-23")),
            SchoolBreak("Zomervakantie", 2026, day("2027-07-17"), day("2027-08-22")),
        ]
        assert break_faults(wrong) == (
            "Herfstvakantie 2026-2027 (2026-10-19 to 2026-10-23) does not start on a Saturday",
            "Herfstvakantie 2026-2027 (2026-10-19 to 2026-10-23) does not end on a Sunday",
            "Zomervakantie 2026-2027 (2027-07-17 to 2027-08-22) has 37 days instead of 44",
        )


class TestListedDays:
    def test_take_both_ends_of_each_range(self) -> None:
        ranges = [(day("2027-02-08"), day("2027-02-09")), (day("2027-04-28"), day("2027-04-28"))]
        closed = closing_days("Stichting Zuid", ranges, label="carnaval")
        assert closed.name == "closing-days(Stichting Zuid)"
        assert closed.days == {day("2027-02-08"), day("2027-02-09"), day("2027-04-28")}
        assert closed.labels[day("2027-02-09")] == "carnaval"
        assert Calendar("c", True, (closed,)).unknown(date(2020, 1, 1), date(2090, 1, 1)) == ()

    def test_of_a_person_move_working_days(self) -> None:
        away = absence("p1", [(day("2027-09-06"), day("2027-09-17"))])
        calendar = Calendar("theirs", True, (*OFFICE, away))
        assert calendar.add(day("2027-09-03"), 1) == day("2027-09-20")
        assert calendar.why_not(day("2027-09-07")) == "absence(p1)"

    @pytest.mark.parametrize(("first", "last"), [("2027-09-17", "2027-09-06"), ("2027-01-01", "2047-01-01")])
    def test_refuse_a_range_that_is_turned_round_or_endless(self, first: str, last: str) -> None:
        with pytest.raises(CalendarError, match=r"into absence\(p1\): it has -?\d+ days, not 1 to 3660"):
            absence("p1", [(day(first), day(last))])


class TestVersions:
    def test_are_the_same_for_the_same_days(self) -> None:
        ranges = [(day("2027-09-06"), day("2027-09-07"))]
        single = [(day("2027-09-06"), day("2027-09-06")), (day("2027-09-07"), day("2027-09-07"))]
        assert absence("p1", ranges) == absence("p1", single)
        assert absence("p1", ranges).version != absence("p1", single[:1]).version

    def test_differ_between_regions(self) -> None:
        assert len({school_holidays(region).version for region in REGIONS}) == 3


class TestGeneralDays:
    def test_hold_every_set_that_hangs_on_no_case(self) -> None:
        office = (
            CalendarPart(kind="weekend"),
            CalendarPart(kind="public-holidays", argument="NL"),
            CalendarPart(kind="equated-days", argument="NL"),
        )
        host = (
            CalendarPart(kind="calendar", argument="office"),
            CalendarPart(kind="school-holidays", argument="host"),
            CalendarPart(kind="school-holidays", argument="Zuid"),
            CalendarPart(kind="absence", argument="assignee"),
        )
        found: dict[str, tuple[DaySet, ...]] = dict(general_days({"office": office, "host": host}))
        assert found == {days.name: (days,) for days in (*OFFICE, school_holidays("Zuid"))}
