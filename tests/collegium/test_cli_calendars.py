"""`collegium calendar`: a person's dates, and days from a calendar file."""

from __future__ import annotations

from pathlib import Path

from tests.collegium.command_line import a_new_office, a_writing_office
from tests.notifications.ical_files import read_ical

CALENDARS = Path(__file__).parent / "calendars"
CLOSED = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20270515
DTEND;VALUE=DATE:20270524
SUMMARY:Gesloten
END:VEVENT
END:VCALENDAR
"""


def test_a_feed_can_be_read_written_to_a_file_and_addressed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    printed = office.run("calendar", "feed", "anna@linde.example").stdout_bytes
    (event,) = read_ical(printed).of("VEVENT")
    assert event.text("SUMMARY") == "Deadline: Korte reflectie schrijven (Partnerschap De Linde)"
    assert office.lines("calendar", "feed", "Anna Bos", "--out", tmp_path / "anna.ics") == [
        f"{tmp_path / 'anna.ics'}: 1 date of Anna Bos."
    ]
    assert (tmp_path / "anna.ics").read_bytes() == printed
    (address,) = office.lines("calendar", "feed", "Anna Bos", "--address")
    assert address.startswith("http://localhost:8000/c/")
    assert address.endswith(".ics")


def test_a_renewed_address_stays_and_the_old_one_is_gone(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    old = office.lines("calendar", "feed", "Anna Bos", "--address")
    new = office.lines("calendar", "feed", "Anna Bos", "--renew")
    assert new != old
    assert office.lines("calendar", "feed", "Anna Bos", "--address") == new


def test_closing_days_are_reported_first_and_taken_once(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("calendar", "import", CALENDARS / "outlook_closing_days.ics", "--organisation", "De Linde")
    counts = "Partnerschap De Linde: 2 new, 0 changed, 0 unchanged, 0 kept, 0 removed, 0 refused."
    dry = office.lines(*words, "--dry-run")
    assert dry[-1] == "This was a dry run: nothing was changed."
    assert counts in dry
    done = office.lines(*words)
    assert [line for line in dry if line not in done] == ["This was a dry run: nothing was changed."]
    assert office.lines(*words) == [
        "Partnerschap De Linde: 0 new, 0 changed, 2 unchanged, 0 kept, 0 removed, 0 refused.",
        "Left out: 1 for a part of a day.",
    ]


def test_a_running_review_is_named_and_moves_when_it_is_recalculated(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    (tmp_path / "closed.ics").write_text(CLOSED)
    before = office.json("due", "--days", "200", "--who", "Anna Bos")
    lines = office.lines("calendar", "import", tmp_path / "closed.ics", "--organisation", "De Linde")
    case = before[0]["case"]
    assert lines[-2:] == [
        "Open dates stay where they are until each case is recalculated:",
        f"Partnerschap De Linde (1 would move): collegium act {case} recalculate --reason WHY --preview",
    ]
    assert office.json("due", "--days", "200", "--who", "Anna Bos") == before
    office.run("act", case, "recalculate", "--reason", "Nieuwe sluitingsdagen")
    (moved,) = office.json("due", "--days", "200", "--who", "Anna Bos")
    assert (before[0]["due"], moved["due"]) == ("2027-05-18", "2027-05-14")


def test_absences_keep_their_days_and_not_what_they_are_called(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("calendar", "import", CALENDARS / "google_absences.ics", "--person", "Anna Bos")
    told = office.json(*words)
    assert [(line["fate"], line["days"]) for line in told["lines"]] == [
        ("new", {"first": "2027-03-05", "last": "2027-03-07", "name": ""}),
        ("new", {"first": "2027-07-12", "last": "2027-08-06", "name": ""}),
    ]
    assert told["ignored"] == {"cancelled": 1, "free": 5, "partly": 1, "outside": 0}
    assert b"Ziekenhuis" not in office.database.read_bytes()
    assert office.json(*words)["unchanged"] == 2


def test_what_looks_wrong_and_what_was_refused_is_said(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    (tmp_path / "may.ics").write_text(CLOSED.replace("20270515", "20270426").replace("Gesloten", "Meivakantie"))
    found = office.run("calendar", "import", tmp_path / "may.ics", "--organisation", "De Linde")
    assert found.stderr == (
        "Please check: Meivakantie 2026-2027 (2027-04-26 to 2027-05-23) does not start on a Saturday.\n"
    )
    found = office.run("calendar", "import", CALENDARS / "broken_events.ics", "--organisation", "De Linde")
    assert "Achterstevoren (2027-03-10) was refused: it ends before it begins.\n" in found.stderr
    assert found.stdout.splitlines()[-1] == "No open date of a running review moves."


def test_whose_days_they_are_must_be_said_and_the_file_must_be_a_calendar(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    both = office.run("calendar", "import", CALENDARS / "windows_1252.ics", code=2)
    assert "--organisation NAME or --person NAME" in both.output
    (tmp_path / "page.ics").write_text("<html></html>")
    assert office.refused("calendar", "import", tmp_path / "page.ics", "--person", "Anna Bos") == [
        "This is no calendar file: it has no line BEGIN:VCALENDAR. Export the calendar as iCalendar (.ics): Outlook "
        "calls it Save Calendar, Google Export, Apple Export."
    ]
