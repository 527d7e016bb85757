"""When is a task due? Rules 1 to 6 of dates, bounds, gates, law, and dates of dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from engine.business_days import Calendar, DaySet
from engine.case import Due
from engine.definition import GateDef
from engine.due_dates import due_of_rule
from tests.builders.engine import (
    Review,
    a_definition,
    a_draft,
    a_world,
    day,
    days_off,
    launched,
    local_text,
    moment,
    moved_by_recalculation,
)

MEETING = "dates: {visit: {set_by: [fix], provisional: case.launched + 12w, moves: true}}\n"
FIX = """
transitions:
  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}
  finish: {from: busy, to: over, by: office}
"""


def due(rule: str, *, more: str = "", visit: str | None = None, **options: Any) -> Due | None:
    """The due date of a task with this rule, on the Monday on which its case begins."""
    review = a_case_with(rule, more=more, visit=visit, **options)
    return review.task("work").due


def a_case_with(rule: str, *, more: str = "", visit: str | None = None, **options: Any) -> Review:
    text = f"{MEETING}{FIX}tasks: {{work: {{for: contact, opens: busy, form: note, due: {rule} {more}}}}}"
    review = launched(text, **options)
    return review.take("fix", day=visit) if visit else review


def day_of(rule: str, **options: Any) -> str | None:
    found = due(rule, **options)
    return None if found is None else str(found.day)


# 1. what a day without a time means ----------------------------------------------------------------------------------


def test_a_due_date_without_a_time_is_the_end_of_its_day() -> None:
    found = due("{at: opened + 10wd}")
    assert found == Due(
        day=day("2027-03-15"), at=moment("2027-03-15 23:59:59"), text="opened + 10wd", calendar="office",
        version=Calendar("office").version,
    )  # fmt: skip


def test_a_due_date_with_a_time_is_that_instant() -> None:
    found = due("{at: visit - 7w at 17:00}", visit="2027-06-01")
    assert found is not None
    assert (found.day, found.clock, local_text(found.at)) == (day("2027-04-13"), time(17), "2027-04-13 17:00")


def test_a_deed_at_the_due_instant_is_on_time_and_the_clock_closes_just_after() -> None:
    review = a_case_with("{at: opened + 2wd}", more=", silence: nothing")
    review.now = moment("2027-03-03 23:59:59")
    review.submit("work", "carl")
    assert review.task("work").state == "done"


# 2. which days count --------------------------------------------------------------------------------------------------


def test_the_day_of_the_anchor_never_counts() -> None:
    assert day_of("{at: opened + 1wd}") == "2027-03-02"
    assert day_of("{at: visit - 1wd}", visit="2027-06-01") == "2027-05-31"


def test_working_days_are_counted_in_the_calendar_of_the_due_date_and_else_in_the_first() -> None:
    world = a_world(school={"host": (days_off("2027-03-02", "2027-03-05"),)})
    calendars = "calendars: {office: [weekend], host: [office, school-holidays(host)]}\n"
    text = calendars + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 1wd, calendar: host}}}"
    assert launched(text, world=world).due("work") == "2027-03-08"
    assert launched(text.replace(", calendar: host", ""), world=world).due("work") == "2027-03-02"


def test_school_holidays_are_those_of_the_host_of_its_region_or_of_a_region_by_name() -> None:
    world = a_world(
        school={"host": (days_off("2027-03-02"),), "region": (days_off("2027-03-02", "2027-03-03"),)},
        general={"school-holidays(Zuid)": (days_off("2027-03-02", "2027-03-04"),)},
    )
    text = """
calendars: {office: [weekend], school: [office, school-holidays(WHOSE)]}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 1wd, calendar: school}}}
"""
    days = [launched(text.replace("WHOSE", whose), world=world).due("work") for whose in ("host", "region", "Zuid")]
    assert days == ["2027-03-03", "2027-03-04", "2027-03-05"]


def test_an_absence_counts_for_one_person_and_not_for_a_team() -> None:
    world = a_world(absences={"carl": (days_off("2027-03-02", "2027-03-05"),), "olga": (days_off("2027-03-02"),)})
    text = """
calendars: {office: [weekend], theirs: [office, absence(assignee)]}
tasks: {work: {for: WHO, opens: busy, form: note, due: {at: opened + 1wd, calendar: theirs}}}
"""
    assert launched(text.replace("WHO", "contact"), world=world).due("work") == "2027-03-08"
    assert launched(text.replace("WHO", "office"), world=world).due("work") == "2027-03-02"


def test_the_calendar_of_the_panel_is_the_union_over_who_is_seated_and_moves_what_is_open_when_that_changes() -> None:
    world = a_world(school={"p1": (days_off("2027-03-02", "2027-03-05"),)})
    review = launched(
        """
calendars: {office: [weekend], panel: [office, school-holidays(panel)]}
seats: {peer: {count: 0..3}}
groups: {panel: [peer]}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 1wd, calendar: panel}}}
invitations: {form: answer, due: {at: invited + 5wd}}
""",
        world=world,
    )
    assert review.due("work") == "2027-03-02"
    review.seat("peer", "p1")
    assert review.due("work") == "2027-03-08"


# 3. the order ---------------------------------------------------------------------------------------------------------


def test_the_first_rule_whose_condition_holds_is_taken() -> None:
    review = launched("""
stages: {busy: {}, rest: {}, over: {end: true}}
transitions:
  stop: {from: busy, to: rest, by: office}
  again: {from: rest, to: busy, by: office}
  finish: {from: busy, to: over, by: office}
tasks:
  work: {for: contact, opens: busy, form: note, due: [{if: [round of busy > 1], at: opened + 2wd}, {at: opened + 3wd}]}
""")
    assert review.due("work") == "2027-03-04"
    review.take("stop").take("again")
    assert review.due("work:2") == "2027-03-03"


def test_months_clamp_and_shifts_go_from_left_to_right() -> None:
    assert day_of("{at: visit + 1mo - 1d, roll: none}", visit="2027-08-31") == "2027-09-29"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: visit - 3d}", "2027-06-04"),  # Saturday 5 June: a date counted back rolls back
        ("{at: visit + 4d}", "2027-06-14"),  # Saturday 12 June: one counted on rolls forward
        ("{at: visit + 4d, roll: back}", "2027-06-11"),
        ("{at: visit + 4d, roll: none}", "2027-06-12"),
        ("{at: visit + 4d, roll: nearest}", "2027-06-11"),
        ("{at: visit + 5d, roll: nearest}", "2027-06-14"),
    ],
)
def test_a_due_date_on_a_free_day_rolls_the_way_it_was_counted(rule: str, expected: str) -> None:
    assert day_of(rule, visit="2027-06-08") == expected


def test_a_due_date_that_is_the_day_itself_rolls_forward() -> None:
    assert day_of("{at: visit}", visit="2027-06-12") == "2027-06-14"  # a Saturday


def test_not_before_rolls_forward_and_not_after_back() -> None:
    assert day_of("{at: opened + 1wd, not_before: opened + 5d}") == "2027-03-08"  # Saturday
    assert day_of("{at: opened + 30wd, not_after: opened + 13d}") == "2027-03-12"  # Sunday


def test_where_bounds_cross_the_later_one_wins_and_the_date_is_squeezed() -> None:
    review = a_case_with("{at: visit - 3w, not_before: opened + 10wd, not_after: visit - 1w}", visit="2027-03-17")
    found = review.task("work").due
    assert found is not None
    assert (str(found.day), found.squeezed) == ("2027-03-10", True)
    assert review.open() == {"work:1": ("carl",), "missing_date:1": ("owen",)}


def test_a_window_ends_the_due_date_and_refuses_what_comes_before_it() -> None:
    review = launched(
        MEETING + FIX + "tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit + 1w},"
        " window: visit - 2d .. visit + 1d}}"
    )
    review.take("fix", day="2027-03-09")
    assert review.due("work") == "2027-03-10"
    with pytest.raises(Exception, match="it takes place from 2027-03-07 on"):
        review.submit("work", "carl")
    assert review.until("2027-03-08").submit("work", "carl").task("work").state == "done"


# 4. born late ---------------------------------------------------------------------------------------------------------


def test_a_date_that_is_past_when_its_task_opens_becomes_the_shortest_term() -> None:
    review = a_case_with("{at: case.launched - 3d}")
    found = review.task("work").due
    assert found is not None
    assert (str(found.day), found.born_late) == ("2027-03-03", True)


def test_the_shortest_term_is_the_definitions_own() -> None:
    review = launched(
        "defaults: {shortest: 4wd}\n"
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: case.launched - 3d}}}"
    )
    assert review.due("work") == "2027-03-05"


def test_bounds_still_apply_to_a_date_that_is_born_late() -> None:
    found = due("{at: case.launched - 5d, not_after: case.launched + 1d}")
    assert found is not None
    assert (str(found.day), found.born_late, found.squeezed) == ("2027-03-02", True, True)


def test_silence_never_closes_before_the_shortest_term_has_run() -> None:
    review = a_case_with("{at: opened + 1wd}", more=", silence: nothing")
    assert (review.due("work"), review.closes("work")) == ("2027-03-02", "2027-03-03")
    assert review.ahead("close") == [("2027-03-03 23:59", "close:work:1:0")]


def test_silence_closes_some_days_later_where_the_rule_says_so() -> None:
    review = a_case_with("{at: opened + 3wd, closes: due + 2wd}", more=", silence: nothing")
    assert (review.due("work"), review.closes("work")) == ("2027-03-04", "2027-03-08")
    closes = review.task("work").closes
    assert (closes and closes.squeezed) is False
    assert review.happened("date_set", "date_moved") == [("date_set", "work:1")]  # both at once


# 5. periods -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("end of month of opened", "2027-03-31"),
        ("end of 2nd quarter after opened", "2027-09-30"),
        ("end of school year of opened", "2027-07-31"),
        ("end of 2nd school year after opened", "2029-07-31"),
    ],
)
def test_the_end_of_a_period(text: str, expected: str) -> None:
    found = due(f"{{at: {text}, roll: none}}")
    assert found is not None
    assert str(found.day) == expected


# 6. anchors that are not known ----------------------------------------------------------------------------------------


def test_a_provisional_anchor_gives_a_due_date_that_says_so_and_no_closing() -> None:
    late = "late: [{after: +1wd, tell: office, notice: escalation}]"
    review = a_case_with("{at: visit - 2w}", more=f", silence: nothing, remind: [-1wd], {late}")
    found = review.task("work").due
    assert found is not None
    assert (str(found.day), found.provisional) == ("2027-05-10", True)
    assert [(key.partition(":")[0], at[:10]) for at, key in review.ahead()] == [
        ("remind", "2027-05-07"), ("late", "2027-05-11"), ("provisional", "2027-05-24"),
    ]  # fmt: skip
    review.take("fix", day="2027-06-01")
    assert [(key.partition(":")[0], at[:10]) for at, key in review.ahead()] == [
        ("remind", "2027-05-17"), ("close", "2027-05-18"), ("late", "2027-05-19"),
    ]  # fmt: skip


def test_without_any_anchor_the_task_is_open_and_its_owner_is_asked_for_the_date() -> None:
    text = f"{MEETING.replace(', provisional: case.launched + 12w', '')}{FIX}" + (
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit - 2w}}}"
    )
    review = launched(text)
    assert review.due("work") is None
    assert review.open() == {"work:1": ("carl",), "missing_date:1": ("owen",)}
    review.take("fix", day="2027-06-01")
    assert review.open() == {"work:1": ("carl",)}


def test_a_provisional_date_that_passes_unfixed_becomes_a_task_of_the_owner() -> None:
    review = a_case_with("{at: visit - 2w}").until("2027-05-25")
    assert review.open() == {"work:1": ("carl",), "missing_date:1": ("owen",)}
    review.take("fix", day="2027-06-10")
    assert review.open() == {"work:1": ("carl",)}


def test_a_calendar_that_is_not_known_that_far_says_so() -> None:
    unknown = DaySet("school-holidays(host)", "v", frozenset(), known=())
    text = """
calendars: {host: [weekend, school-holidays(host)]}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: opened + 5wd}}}
"""
    for counted in ("opened + 5wd", "opened + 5d"):
        world = a_world(school={"host": (unknown,)})
        found = launched(text.replace("opened + 5wd", counted), world=world).task("work").due
        assert found is not None
        assert found.unknown == ("school-holidays(host)",)


# law, gates, room, warnings -------------------------------------------------------------------------------------------


def test_a_term_set_by_law_is_extended_by_the_law() -> None:
    found = due("{at: opened + 6d, atw: true}")
    assert found is not None
    assert str(found.day) == "2027-03-08"  # Sunday 7 March runs on
    assert day_of("{at: visit, atw: true}", visit="2027-06-01") == "2027-06-01"


GATE = """
gates: {board_day: {dates: listed_by_office}}
tasks: {work: {for: contact, opens: busy, form: note, due: {at: next board_day from opened + 5wd}}}
"""


def test_a_gate_is_the_first_listed_day_on_or_after_the_date() -> None:
    world = a_world(gates={"board_day": (day("2027-04-20"), day("2027-03-08"), day("2027-03-05"))})
    assert launched(GATE, world=world).due("work") == "2027-03-08"


def test_a_yearly_gate_is_a_month_and_a_day() -> None:
    yearly = GATE.replace("{dates: listed_by_office}", "{dates: [02-01, 10-01]}")
    assert launched(yearly).due("work") == "2027-10-01"


def test_a_gate_on_29_february_waits_for_a_year_that_has_it() -> None:
    usual = a_definition(GATE.replace("{dates: listed_by_office}", "{dates: [02-28]}"))
    definition = replace(usual, gates={"board_day": GateDef(name="board_day", yearly=((2, 29),))})
    assert launched(definition).due("work") == "2028-02-29"


JUDGED = """
values: {verdict: {choice: [good, bad], first_of: [{bad: otherwise}], may_differ: {by: owner, asks: {reason: text}}}}
tasks:
  work: {for: contact, opens: busy, form: note, due: [{if: [verdict is good], at: opened + 20wd}, {at: opened + 5wd}]}
"""


def test_which_way_is_taken_is_asked_again_when_only_its_condition_has_changed() -> None:
    review = launched(JUDGED)
    assert review.due("work") == "2027-03-08"
    review.differ("verdict", "good", "owen", reason="seen")
    assert review.due("work") == "2027-03-29"
    assert moved_by_recalculation(review) == []
    review.differ("verdict", "bad", "owen", reason="seen again")
    assert review.due("work") == "2027-03-08"


def test_a_day_set_by_hand_stays_whichever_way_is_taken() -> None:
    review = launched(JUDGED).pin("work", "2027-04-01")
    review.differ("verdict", "good", "owen", reason="seen")
    assert review.due("work") == "2027-04-01"


def test_where_a_gate_runs_out_the_owner_adds_days_and_a_recalculation_finds_them() -> None:
    review = launched(GATE, world=a_world(gates={"board_day": (day("2027-01-05"),)}))
    assert review.due("work") is None
    assert review.open() == {"work:1": ("carl",), "add_dates:1": ("owen",)}
    review.recalculate(a_world(gates={"board_day": (day("2027-05-04"),)}))
    assert review.due("work") == "2027-05-04"
    assert review.open() == {"work:1": ("carl",)}


def test_less_room_than_the_rule_demands_asks_the_owner() -> None:
    review = a_case_with("{at: visit - 1w, room: 10wd}", visit="2027-03-16")
    assert (review.due("work"), review.open()) == (
        "2027-03-09", {"work:1": ("carl",), "missing_date:1": ("owen",)},
    )  # fmt: skip
    assert a_case_with("{at: visit - 1w, room: 10wd}", visit="2027-04-16").open() == {"work:1": ("carl",)}


def test_a_date_beyond_the_warning_asks_the_owner() -> None:
    late = "{at: opened + 20wd, warn_after: visit + 1w}"
    assert a_case_with(late, visit="2027-03-16").open() == {"work:1": ("carl",), "missing_date:1": ("owen",)}
    assert a_case_with(late, visit="2027-04-16").open() == {"work:1": ("carl",)}
    assert a_case_with(late).open() == {"work:1": ("carl",)}  # a provisional bound warns of nothing


# terms of terms -------------------------------------------------------------------------------------------------------


def test_a_date_counted_from_another_due_date_moves_with_it_whatever_the_order() -> None:
    review = launched(
        MEETING
        + FIX
        + """
tasks:
  second: {for: contact, opens: busy, form: note, due: {at: first.due + 2wd}}
  first: {for: contact, opens: busy, form: note, due: {at: visit - 2w}}
"""
    )
    review.take("fix", day="2027-06-01")
    assert (review.due("first"), review.due("second")) == ("2027-05-18", "2027-05-20")
    review.take("fix", day="2027-06-08")
    assert (review.due("first"), review.due("second")) == ("2027-05-25", "2027-05-27")
    review.pin("first", "2027-05-03")
    assert review.due("second") == "2027-05-05"


def test_a_pinned_date_stays_and_on_the_wrong_side_of_its_anchor_asks_the_owner() -> None:
    review = a_case_with("{at: visit - 2w}", visit="2027-06-01").pin("work", "2027-05-14")
    assert review.take("fix", day="2027-07-01").due("work") == "2027-05-14"
    assert review.open() == {"work:1": ("carl",)}
    review.take("fix", day="2027-05-10")
    assert (review.due("work"), review.open()) == (
        "2027-05-14", {"work:1": ("carl",), "missing_date:1": ("owen",)},
    )  # fmt: skip


def test_a_deadline_of_the_definition_is_a_due_instant() -> None:
    definition = a_definition(
        MEETING + FIX + "deadlines: {term: {at: visit + 6d, atw: true}}\n"
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: term + 1w}}}"
    )
    review = launched(definition).take("fix", day="2027-06-01")
    found = due_of_rule(a_draft(review.case, definition), definition.deadlines["term"])
    assert found is not None
    assert (str(found.day), review.due("work")) == ("2027-06-07", "2027-06-14")


# what mutants showed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: visit + 3d, atw: true, roll: none}", "2027-06-08"),  # Saturday and Sunday; two working days: Tuesday
        ("{at: visit + 3d, roll: none}", "2027-06-07"),
        ("{at: visit + 2d, atw: true, roll: none}", "2027-06-07"),  # too short to be stretched; ends on no Sunday
        ("{at: visit + 2d, roll: none}", "2027-06-06"),
        ("{at: visit - 5d, atw: true, roll: none}", "2027-05-30"),  # counted back: not of the law
        ("{at: visit + 1y, atw: true, roll: none}", "2028-06-04"),  # nor a term in years
        ("{at: next_day + 3d, atw: true, roll: none}", None),  # the day is not known
    ],
)
def test_the_law_looks_at_the_days_after_the_anchor_whatever_rolls(rule: str, expected: str | None) -> None:
    review = launched(
        "dates: {visit: {set_by: [fix]}, next_day: {set_by: [finish]}}\n"
        "transitions:\n"
        "  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
        "  finish: {from: busy, to: over, by: office, asks: {day: date}, sets: {next_day: chosen.day}}\n"
        f"tasks: {{work: {{for: contact, opens: busy, form: note, due: {rule}}}}}"
    )
    assert review.take("fix", day="2027-06-04").due("work") == expected  # a Friday


def test_the_first_day_of_a_term_by_law_is_the_day_after_its_anchor() -> None:
    assert day_of("{at: visit + 3d, atw: true, roll: none}", visit="2027-06-03") == "2027-06-07"  # Friday and Monday


def test_a_term_by_law_keeps_its_time_of_day() -> None:
    found = due("{at: visit + 2d at 17:00, atw: true}", visit="2027-06-04")
    assert found is not None
    assert (str(found.day), found.clock, local_text(found.at)) == ("2027-06-07", time(17), "2027-06-07 17:00")


WINDOWED = "{work: {for: contact, opens: busy, form: note, due: {at: visit + 1w}, window: opened .. WHEN}}"


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("visit + 8d", ("2027-06-15", "2027-06-15 23:59", False)),
        ("visit + 1w", ("2027-06-15", "2027-06-15 23:59", False)),
        ("visit + 6d", ("2027-06-14", "2027-06-14 23:59", True)),
        ("opened + 5d", ("2027-03-06", "2027-03-06 23:59", True)),
        ("next_day", ("2027-06-15", "2027-06-15 23:59", False)),
    ],
    ids=["after it", "on its day", "before it", "counted from the opening of the task", "not known"],
)
def test_only_a_window_that_ends_before_the_due_date_ends_it(last: str, expected: tuple[str, str, bool]) -> None:
    review = launched(
        "dates: {visit: {set_by: [fix]}, next_day: {set_by: [finish]}}\n"
        "transitions:\n"
        "  fix: {from: busy, by: office, asks: {day: date}, sets: {visit: chosen.day}}\n"
        "  finish: {from: busy, to: over, by: office, asks: {day: date}, sets: {next_day: chosen.day}}\n"
        f"tasks: {WINDOWED.replace('WHEN', last)}"
    )
    found = review.take("fix", day="2027-06-08").task("work").due
    assert found is not None
    assert (str(found.day), local_text(found.at), found.squeezed) == expected


HOST_FREE = a_world(school={"host": (days_off("2027-03-04", "2027-03-12"),)})  # Thursday to Friday of the next week
FREE = "calendars: {office: [weekend], host: [office, school-holidays(host)]}\n"


def facts(rule: str, more: str = "", visit: str | None = "2027-06-08") -> tuple[str, time | None, bool, bool, bool]:
    """Of a due date in the host's calendar: day, time, whether squeezed, provisional, born late."""
    review = launched(
        f"{FREE}{MEETING}{FIX}tasks: {{work: {{for: contact, opens: busy, form: note, due: {rule} {more}}}}}",
        world=HOST_FREE,
    )
    found = (review.take("fix", day=visit) if visit else review).task("work").due
    assert found is not None
    return str(found.day), found.clock, found.squeezed, found.provisional, found.born_late


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "{at: opened + 1wd, calendar: host, not_before: opened + 3wd at 12:00}",
            ("2027-03-15", time(12), False, False, False),
        ),
        ("{at: opened + 1wd, calendar: host, not_before: opened + 4wd}", ("2027-03-16", None, False, False, False)),
        (
            "{at: opened + 1wd at 10:00, not_before: opened + 1wd at 12:00}",
            ("2027-03-02", time(10), False, False, False),
        ),  # on the very day of the bound nothing moves
        (
            "{at: opened + 20wd, calendar: host, not_after: opened + 3wd at 12:00}",
            ("2027-03-15", time(12), False, False, False),
        ),
        (
            "{at: opened + 2wd at 10:00, not_after: opened + 2wd at 09:00}",
            ("2027-03-03", time(10), False, False, False),
        ),
        (
            "{at: opened + 20wd, calendar: host, not_after: case.launched + 9d}",
            ("2027-03-03", None, False, False, False),
        ),  # the tenth is free: back to before the holiday
        (
            "{at: opened + 20wd, not_before: opened + 5wd, not_after: opened + 5wd}",
            ("2027-03-08", None, False, False, False),
        ),  # bounds that touch do not cross
        ("{at: opened + 3wd, calendar: host, roll: none}", ("2027-03-15", None, False, False, False)),
    ],
)
def test_bounds_count_and_roll_in_the_calendar_of_the_due_date_and_keep_their_time(
    rule: str, expected: tuple[str, time | None, bool, bool, bool]
) -> None:
    assert facts(rule) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: opened + 1wd, not_before: visit}", ("2027-05-24", None, False, True, False)),
        ("{at: opened + 90wd, not_after: visit}", ("2027-05-24", None, False, True, False)),
        ("{at: opened + 1wd, not_after: visit}", ("2027-03-02", None, False, False, False)),
    ],
)
def test_a_date_is_provisional_where_a_provisional_bound_has_moved_it(
    rule: str, expected: tuple[str, time | None, bool, bool, bool]
) -> None:
    assert facts(rule, visit=None) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: case.launched - 3d at 12:00, calendar: host}", ("2027-03-03", None, False, False, True)),
        ("{at: case.launched - 3d, calendar: host, not_after: opened + 2wd}", ("2027-03-03", None, False, False, True)),
        ("{at: case.launched - 3d, calendar: host, not_after: opened + 1wd}", ("2027-03-02", None, True, False, True)),
        ("{at: case.launched - 3d, not_after: case.launched - 5d}", ("2027-03-01", None, True, False, True)),
    ],
)
def test_the_shortest_term_ends_at_the_end_of_a_day_and_bounds_squeeze_it(
    rule: str, expected: tuple[str, time | None, bool, bool, bool]
) -> None:
    assert facts(rule) == expected


@pytest.mark.parametrize(("bound", "expected"), [("", "2027-03-16"), (", not_after: opened + 1wd", "2027-03-15")])
def test_the_shortest_term_and_its_bound_are_counted_in_the_calendar_of_the_due_date(bound: str, expected: str) -> None:
    review = (
        launched(
            f"{FREE}transitions:\n  again: {{from: busy, to: later, by: office}}\n"
            "  finish: {from: later, to: over, by: office}\n"
            "stages: {busy: {}, later: {}, over: {end: true}}\n"
            "tasks: {work: {for: contact, opens: later, form: note, due: {at: case.launched, calendar: host"
            + bound
            + "}}}",
            world=HOST_FREE,
        )
        .until("2027-03-03")
        .take("again")
    )
    found = review.task("work").due
    assert found is not None
    assert (str(found.day), local_text(found.at)) == (expected, f"{expected} 23:59")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: opened + 2wd, calendar: host, closes: due + 1wd at 12:00}", "2027-03-15 12:00"),
        ("{at: opened + 2wd, calendar: host, closes: due + 2wd}", "2027-03-16 23:59"),
        ("{at: opened + 2wd, calendar: host, closes: due + 1d}", "2027-03-15 23:59"),  # the fourth is free
        ("{at: opened + 2wd, closes: due - 1wd}", "2027-03-03 23:59"),  # never before the due date
        ("{at: opened + 2wd at 12:00}", "2027-03-03 12:00"),
        ("{at: opened + 1wd at 12:00, calendar: host}", "2027-03-03 23:59"),  # nor before the shortest term
    ],
)
def test_the_closing_day_counts_in_the_calendar_of_the_due_date(rule: str, expected: str) -> None:
    review = launched(
        f"{FREE}tasks: {{work: {{for: contact, opens: busy, form: note, silence: nothing, due: {rule}}}}}",
        world=HOST_FREE,
    )
    closes = review.task("work").closes
    assert closes is not None
    assert local_text(closes.at) == expected
    assert str(closes.clock or "23:59")[:5] == expected[-5:]


@pytest.mark.parametrize(
    ("rule", "by_hand", "misplaced"),
    [
        ("visit - 2w", "2027-06-01", False),  # on the day itself
        ("visit - 2w", "2027-06-02", True),
        ("visit + 2w", "2027-06-01", False),
        ("visit + 2w", "2027-05-31", True),
        ("visit", "2027-06-11", False),
        ("opened + 2w", "2027-06-02", False),
        ("end of month of visit", "2027-05-31", False),
    ],
)
def test_a_date_set_by_hand_lies_on_its_side_of_the_day_from_which_it_counts(
    rule: str, by_hand: str, misplaced: bool
) -> None:
    review = a_case_with(f"{{at: {rule}}}", visit="2027-06-08").pin("work", by_hand).take("fix", day="2027-06-01")
    assert ("missing_date:1" in review.open()) is misplaced


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        ("{at: visit - 1w, room: 6wd}", False),  # 1 March to 9 March: six working days
        ("{at: visit - 1w, room: 7wd}", True),
        ("{at: visit - 1w, calendar: host, room: 2wd, roll: none}", False),
        ("{at: visit - 1w, calendar: host, room: 3wd, roll: none}", True),  # the holiday leaves no third
        ("{at: visit - 1w, warn_after: visit - 1w}", False),
        ("{at: visit - 1w, warn_after: visit - 8d}", True),
        ("{at: opened + 20wd, warn_after: opened + 27d}", True),  # the 29th, and the 28th
    ],
)
def test_room_and_warning_are_kept_to_the_day(rule: str, asked: bool) -> None:
    review = launched(
        f"{FREE}{MEETING}{FIX}tasks: {{work: {{for: contact, opens: busy, form: note, due: {rule}}}}}", world=HOST_FREE
    ).take("fix", day="2027-03-16")
    assert ("missing_date:1" in review.open()) is asked


def test_a_date_set_by_hand_is_on_no_wrong_side_of_a_day_that_is_not_known() -> None:
    text = f"{MEETING.replace(', provisional: case.launched + 12w', '')}{FIX}" + (
        "tasks: {work: {for: contact, opens: busy, form: note, due: {at: visit - 2w}}}"
    )
    assert launched(text).pin("work", "2027-03-10").open() == {"work:1": ("carl",)}


def test_a_date_at_the_very_moment_of_the_opening_is_born_late() -> None:
    assert facts("{at: case.launched at 10:00}") == ("2027-03-03", None, False, False, True)


THEIRS = "calendars: {office: [weekend], theirs: [office, absence(assignee)]}\n"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{at: case.launched - 3d, calendar: theirs}", ("2027-03-09", "2027-03-09", False)),  # the shortest term
        ("{at: opened + 1wd, calendar: theirs, closes: due + 1d}", ("2027-03-08", "2027-03-09", False)),
        ("{at: opened + 4d, calendar: theirs, closes: due - 1d, roll: none}", ("2027-03-05", "2027-03-09", False)),
        ("{at: opened + 3wd, calendar: theirs, room: 3wd}", ("2027-03-10", "2027-03-10", False)),
        ("{at: opened + 7d, calendar: theirs, room: 2wd}", ("2027-03-08", "2027-03-09", True)),
    ],
)
def test_the_shortest_term_the_closing_and_the_room_are_counted_in_the_days_of_who_has_the_task(
    rule: str, expected: tuple[str, str, bool]
) -> None:
    """Carl is away from Tuesday to Friday."""
    review = launched(
        f"{THEIRS}tasks: {{work: {{for: contact, opens: busy, form: note, silence: nothing, due: {rule}}}}}",
        world=a_world(absences={"carl": (days_off("2027-03-02", "2027-03-05"),)}),
    )
    asked = "missing_date:1" in review.open()
    assert (review.due("work"), review.closes("work"), asked) == expected
