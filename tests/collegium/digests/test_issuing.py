"""Does every reader get each digest once, whatever crashes, stops or runs beside us?"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from collegium.bootstrap import Application, build
from collegium.digests.issuing import issue_due
from collegium.keeping import backup, restoring
from collegium.settings import Settings
from engine.actions import Take
from engine.digests import Subscription
from engine.directory import Absence
from engine.mail import Message
from notifications.doubt import RESTORED
from tests.builders.storage import a_sql_store
from tests.collegium.digests.office import at, digests, launched, pass_time
from tests.collegium.reviews import BEGIN, OPERATOR, Accepted

ROOT = Path(__file__).parents[3]


def days(messages: list[Message]) -> list[str]:
    return [each.local_day for each in messages]


def look(app: Application, now: datetime) -> int:
    with app.store.read() as work:
        office = work.people.secretariats()[0]
    return issue_due(app, office, now).made


def begin(app: Application, case: str, now: datetime, visit: date = date(2027, 4, 22)) -> None:
    app.operations.act(case, Take(transition="begin", answers={"day": visit}), OPERATOR, now)


def test_an_office_hears_every_monday_and_partnerships_and_region_once_a_quarter_while_nothing_changes() -> None:
    app, _ = launched()
    pass_time(app, at("2027-04-03T00:00"))
    mondays = ["2027-01-18", "2027-01-25", "2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22", "2027-03-01",
               "2027-03-08", "2027-03-15", "2027-03-22", "2027-03-30"]  # fmt: skip
    assert {person: days(digests(app, "week", person)) for person in ("office", "coordinator")} == {
        "office": mondays, "coordinator": mondays,
    }  # fmt: skip
    months = ["2027-02-01", "2027-04-01"]
    assert days(digests(app, "partnership", "contact-els")) == days(digests(app, "region", "reader")) == months
    told = {(each.person, each.digest) for each in digests(app)}
    assert {kind for person, kind in told if person.startswith("pool")} == set()
    assert all(each.state == "sent" for each in digests(app))


def test_a_change_is_told_the_next_morning_to_whom_it_concerns_and_takes_the_place_of_the_next_month() -> None:
    app, cases = launched()
    pass_time(app, at("2027-02-10T14:00"))
    begin(app, cases["els"], at("2027-02-10T14:00"))
    pass_time(app, at("2027-02-27T00:00"), at("2027-02-10T14:00"))
    assert days(digests(app, "partnership", "contact-els")) == ["2027-02-01", "2027-02-11"]
    assert days(digests(app, "region", "reader")) == ["2027-02-01", "2027-02-11"]
    assert days(digests(app, "partnership", "contact-linde")) == ["2027-02-01"]
    with app.store.read() as work:
        assert work.digests.last_issue("contact-els", "partnership").period == "2027-02-11"  # type: ignore[union-attr]


def test_who_begins_anew_in_the_middle_of_a_day_does_not_look_again_before_the_next_morning() -> None:
    app, cases = launched()
    pass_time(app, at("2027-02-10T14:00"))
    begin(app, cases["els"], at("2027-02-10T14:00"))
    again = launched_again(app)
    pass_time(again, at("2027-02-10T16:00"), at("2027-02-10T14:30"))
    assert days(digests(again, "partnership", "contact-els")) == ["2027-02-01"]
    pass_time(again, at("2027-02-12T00:00"), at("2027-02-10T16:00"))
    assert days(digests(again, "partnership", "contact-els")) == ["2027-02-01", "2027-02-11"]


def test_who_was_dead_in_the_morning_looks_at_the_first_sign_of_life() -> None:
    app, _ = launched()
    pass_time(app, at("2027-01-30T12:00"))
    again = launched_again(app)
    pass_time(again, at("2027-02-02T00:00"), at("2027-02-01T13:30"))
    assert days(digests(again, "week", "office"))[-1] == "2027-02-01"


def test_a_month_in_which_all_was_told_before_is_left_out_once() -> None:
    app, cases = launched()
    pass_time(app, at("2027-02-26T14:00"))
    begin(app, cases["els"], at("2027-02-26T14:00"), date(2027, 9, 2))
    pass_time(app, at("2027-04-10T00:00"), at("2027-02-26T14:00"))
    found = days(digests(app, "partnership", "contact-els"))
    with app.store.read() as work:
        issues = [work.digests.last_issue("contact-els", "partnership")]
    assert (found, issues[0] is not None) == (["2027-02-01", "2027-03-01", "2027-04-01"], True)


def test_nobody_is_asked_anything_and_no_digest_counts_as_the_reminder_of_the_day() -> None:
    app, _ = launched()
    pass_time(app, at("2027-02-02T00:00"))
    made = digests(app)
    assert {(each.reminder, each.asks, each.legal, each.cases) for each in made} == {(False, (), False, ())}
    with app.store.read() as work:
        assert not work.outbox.reminder_mail_on("office", "2027-01-18") or any(
            each.reminder for each in work.outbox.messages(person="office")
        )


def test_who_stopped_it_or_cannot_be_reached_or_is_on_leave_gets_none() -> None:
    app, _ = launched()
    with app.store.write() as work:
        work.digests.put_subscription(Subscription(person="office", kind="week", off_since=BEGIN))
        contact, signatory, coordinator = (
            work.people.person(id) for id in ("contact-els", "signatory-els", "coordinator")
        )
        assert contact is not None
        assert signatory is not None
        assert coordinator is not None
        work.people.put_person(replace(contact, reachable=False, unreachable_since=BEGIN))
        leave = Absence(first=date(2027, 2, 1), last=date(2027, 2, 3))
        work.people.put_person(replace(signatory, absences=(leave,)))
        work.people.put_person(replace(coordinator, absences=(leave,)))
        work.commit()
    pass_time(app, at("2027-02-06T00:00"))
    assert digests(app, person="office") == digests(app, person="contact-els") == []
    assert days(digests(app, person="signatory-els")) == ["2027-02-04"]
    assert days(digests(app, person="coordinator")) == ["2027-01-18", "2027-01-25", "2027-02-04"]


def test_after_an_outage_of_weeks_one_comes_and_not_three() -> None:
    app, _ = launched()
    down, up = at("2027-01-22T12:00"), at("2027-02-10T11:00")
    pass_time(app, at("2027-02-13T00:00"), asleep=lambda now: up if down <= now < up else None)
    assert days(digests(app, "week", "office")) == ["2027-01-18", "2027-02-10"]
    assert days(digests(app, "partnership", "contact-els")) == ["2027-02-10"]


def test_a_digest_that_could_not_leave_makes_place_for_the_next() -> None:
    app, _ = launched()
    look(app, at("2027-01-18T09:00"))
    look(app, at("2027-01-25T09:00"))
    app.mailroom.dispatch(at("2027-01-25T10:00"))
    assert [(each.local_day, each.state) for each in digests(app, "week", "office")] == [
        ("2027-01-18", "cancelled"), ("2027-01-25", "sent"),
    ]  # fmt: skip


def a_file_app(folder: Path) -> Application:
    """The same office in a file."""
    app, _ = launched()
    store = a_sql_store(folder)
    source = app.store.read()
    with source as old, store.write() as new:
        new.people.put_secretariat(old.people.secretariats()[0])
        for place in old.people.organisations("office"):
            new.people.put_organisation(place)
        for person in old.people.persons("office"):
            new.people.put_person(person)
        for membership in old.people.memberships():
            new.people.put_membership(membership)
        new.commit()
    filed = build(app.settings, store=store, sender=Accepted())
    return launched(filed)[0]


def test_two_processes_on_one_file_make_each_digest_once(tmp_path: Path) -> None:
    first = a_file_app(tmp_path)
    now = at("2027-02-01T09:00")
    second = build(replace(first.settings, database=f"sqlite:///{tmp_path}/collegium.db"), sender=Accepted())
    made = look(first, now), look(second, now), look(first, now)
    assert (made[0] > 0, made[1:]) == (True, (0, 0))
    counts = Counter((each.person, each.digest) for each in digests(second))
    assert set(counts.values()) == {1}
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("at_number", "where"),
    [
        (3, "after INSERT INTO message"),
        (3, "after INSERT INTO digest_issue"),
        (1, "before COMMIT"),
        (1, "after COMMIT"),
    ],
)
def test_after_kill_9_all_digests_are_there_once_and_each_with_its_issue(
    tmp_path: Path, at_number: int, where: str
) -> None:
    a_file_app(tmp_path).close()
    now = at("2027-02-01T09:00")
    given = [str(tmp_path / "collegium.db"), now.isoformat(), str(at_number), where]
    done = subprocess.run([sys.executable, "-m", "tests.collegium.digests.one_look", *given], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    app = build(Settings(database=f"sqlite:///{tmp_path}/collegium.db", key="k" * 32), sender=Accepted())
    assert look(app, now) == (0 if where == "after COMMIT" else 11)
    made = {(each.person, each.digest): each.id for each in digests(app)}
    with app.store.read() as work:
        issued = {(each.person, each.kind): each.message for each in work.digests.last_issues("office")}
    assert (len(digests(app)), made) == (11, issued)
    app.close()


def launched_again(app: Application) -> Application:
    """Another process on the same store."""
    again = build(app.settings, store=app.store, sender=Accepted())
    again.mailroom.start()
    return again


def test_a_crash_between_making_and_sending_loses_and_doubles_nothing(tmp_path: Path) -> None:
    app = a_file_app(tmp_path)
    now = at("2027-02-01T09:00")
    made = look(app, now)
    again = launched_again(app)  # the first has died here
    pass_time(again, at("2027-02-03T12:00"), now)
    sent = [each for each in digests(again) if each.state == "sent"]
    assert (len(sent), set(Counter(each.message_id for each in sent).values())) == (made, {1})
    again.mailroom.close()
    app.close()


def test_a_change_that_came_while_its_reader_was_away_is_told_when_they_are_back() -> None:
    app, cases = launched()
    with app.store.write() as work:
        contact = work.people.person("contact-els")
        assert contact is not None
        leave = Absence(first=date(2027, 2, 11), last=date(2027, 2, 17))
        work.people.put_person(replace(contact, absences=(leave,)))
        work.commit()
    pass_time(app, at("2027-02-10T14:00"))
    begin(app, cases["els"], at("2027-02-10T14:00"))
    pass_time(app, at("2027-02-20T00:00"), at("2027-02-10T14:00"))
    assert days(digests(app, "partnership", "contact-els")) == ["2027-02-01", "2027-02-18"]
    assert days(digests(app, "partnership", "signatory-els")) == ["2027-02-01", "2027-02-11"]


def test_what_is_due_without_any_change_is_made_by_whoever_has_looked_every_day() -> None:
    app, _ = launched()
    pass_time(app, at("2027-02-05T00:00"))
    steady = days(digests(app))
    other, _ = launched()
    for day in ("2027-01-18", "2027-01-25", "2027-02-01"):
        look(other, at(f"{day}T08:30"))
    assert steady == days(digests(other))


def restored(app: Application, folder: Path, made: datetime, back: datetime) -> Application:
    """Another installation, from a backup of this one made at `made`, put back at `back`."""
    old = replace(app.settings, database=f"sqlite:///{folder}/collegium.db")
    place = replace(app.settings, database=f"sqlite:///{folder}/new/collegium.db")
    file = backup.make(old, folder / "made.zip", made).path
    app.close()
    restoring.restore(file, place, back)
    again = build(place, sender=Accepted())
    again.mailroom.start()
    return again


def told(app: Application, kind: str, person: str) -> list[tuple[str, str, str]]:
    return [(each.local_day, each.state, each.hold) for each in digests(app, kind, person)]


def test_after_a_restore_the_digest_of_a_week_that_had_begun_is_held_and_the_next_goes(tmp_path: Path) -> None:
    app = a_file_app(tmp_path)
    sunday, monday = at("2027-01-24T12:00"), at("2027-01-25T12:00")
    pass_time(app, sunday)
    again = restored(app, tmp_path, sunday, monday)
    pass_time(again, at("2027-02-02T00:00"), monday)
    assert told(again, "week", "office") == [
        ("2027-01-18", "sent", ""), ("2027-01-25", "held", RESTORED), ("2027-02-01", "sent", ""),
    ]  # fmt: skip
    assert told(again, "partnership", "contact-els") == [("2027-02-01", "sent", "")]
    again.close()


def test_after_a_restore_the_first_digest_of_a_change_is_held(tmp_path: Path) -> None:
    app = a_file_app(tmp_path)
    with app.store.read() as work:
        (els,) = [id for id in work.cases.all_ids("office") if work.cases.load(id).subject == "els"]
    made, back = at("2027-02-12T14:00"), at("2027-02-15T20:00")
    pass_time(app, made)
    begin(app, els, made)  # on Monday the old installation told of it
    again = restored(app, tmp_path, made, back)
    pass_time(again, at("2027-03-02T00:00"), back)
    assert told(again, "partnership", "contact-els")[:2] == [
        ("2027-02-01", "sent", ""), ("2027-02-16", "held", RESTORED),
    ]  # fmt: skip
    again.close()
