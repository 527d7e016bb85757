"""What is removed when its time has come, and what stays?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collegium import bootstrap
from collegium.bootstrap import Application
from collegium.keeping.retention import Retention, before, next_night, terms
from collegium.settings import BadSettings, Settings
from engine.mail import MailReport
from engine.unfinished import Unfinished
from tests.builders.storage import a_message
from tests.collegium.command_line import HOST, Office, a_writing_office
from workflows.expressions import parse_duration

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ANSWERS = ("--answer", "text=Het gaat goed hier", "--answer", "grade=far")


def a_finished_office(folder: Path) -> Office:
    """The small review was finished on 1 March 2027; its answers and names are kept for two years."""
    office = a_writing_office(folder)
    office.run("act", HOST, "submit", "reflection", "--as", "anna@linde.example", *ANSWERS)
    assert [row["closed"] for row in office.json("cases", "--closed")] == [True]
    return office


def an_application(office: Office, own_terms: str = "") -> Application:
    return bootstrap.build(Settings(database=f"sqlite:///{office.database}", retention=own_terms))


def past(office: Office, moment: str) -> dict[str, int]:
    """Kind and rule of what is past its term at that moment -> how many rows."""
    return {f"{one['kind']} {one['rule']}": one["number"] for one in office.at(moment).json("retention")["past"]}


def test_answers_and_names_go_two_years_after_the_close_and_not_a_day_before(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    assert past(office, "2029-03-01T23:00") == {}
    assert past(office, "2029-03-02T09:00") == {"answers documents.reflection.keep": 1, "names names": 4}


def test_what_was_removed_leaves_whole_histories(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    later = office.at("2029-03-02T09:00")
    assert sum(one["number"] for one in later.json("retention", "--remove")["removed"]) == 5
    assert later.json("retention")["past"] == []
    assert later.lines("verify")[-1].endswith("all is whole.")
    with an_application(office) as app, app.store.read() as work:
        (case,) = work.cases.all_ids("office")
        assert [(each.answers, each.removed_at is not None) for each in work.cases.submissions(case)] == [({}, True)]
        assert {each.person for each in work.people.participants(case)} == {None}
        assert [each.event.kind for each in work.stream("retention")] == ["answers_removed", "names_removed"]
        assert work.people.persons("office") != []


def test_answers_that_were_never_handed_in_go_with_the_others_and_a_record_says_so(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    with an_application(office) as app, app.store.write() as work:
        (case,) = work.cases.all_ids("office")
        anna = next(each.key for each in work.people.participants(case))
        work.unfinished.put(
            Unfinished(case=case, task="reflection:1", participant=anna, answers={"text": "nog niet"}, version=1,
                       at=datetime(2027, 3, 1, 9, tzinfo=UTC))
        )  # fmt: skip
        work.commit()
    assert past(office, "2029-03-01T23:00") == {}
    later = office.at("2029-03-02T09:00")
    assert past(later, "2029-03-02T09:00")["unfinished documents.reflection.keep"] == 1
    later.run("retention", "--remove")
    with an_application(office) as app, app.store.read() as work:
        assert work.unfinished.of_case(case) == []
        assert {"case": case, "rule": "documents.reflection.keep", "tasks": ["reflection:1"]} in [
            each.event.data for each in work.stream("retention")
        ]


def test_nothing_of_an_exempted_case_is_removed(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    office.run("retention", "exempt", HOST, "--reason", "bezwaar")
    assert past(office, "2039-03-02T09:00") == {}
    assert office.lines("retention")[-1].endswith(": bezwaar")
    office.run("retention", "end-exemption", HOST)
    assert past(office, "2039-03-02T09:00") != {}
    assert office.refused("retention", "end-exemption", HOST)[0].startswith("Can't end the exemption")


def test_an_open_case_keeps_its_answers_and_names(tmp_path: Path) -> None:
    assert past(a_writing_office(tmp_path), "2039-03-02T09:00") == {}


def test_words_of_mails_go_first_and_their_record_later(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    made = datetime(2027, 3, 1, 9, tzinfo=UTC)
    with an_application(office) as app:
        with app.store.write() as work:
            work.outbox.add(a_message("m-1", asks=(), state="sent", created_at=made), [])
            work.outbox.add(a_message("m-2", asks=(), created_at=made), [])  # not decided yet
            work.commit()
        duty = Retention(app.store, app.library, app.worlds, terms(app.settings))
        for moment, kept in (
            (datetime(2027, 9, 1, 8, tzinfo=UTC), ["Tekst", "Tekst"]),
            (datetime(2027, 9, 1, 10, tzinfo=UTC), ["", "Tekst"]),
            (datetime(2029, 3, 1, 8, tzinfo=UTC), ["", "Tekst"]),
            (datetime(2029, 3, 1, 10, tzinfo=UTC), ["Tekst"]),
        ):
            with app.store.write() as work:
                duty.remove(work, moment)
                assert [each.text for each in work.outbox.messages()] == kept
                work.commit()


def test_reports_of_mails_that_nobody_knows_go_with_the_record_of_mails(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    came = datetime(2027, 3, 1, 9, tzinfo=UTC)
    with an_application(office) as app, app.store.write() as work:
        work.outbox.add_report(MailReport(id="r-1", kind="hard", received_at=came, recorded_at=came))
        work.commit()
    assert past(office, "2029-03-01T09:30") == {}
    later = office.at("2029-03-01T10:30")
    assert later.lines("retention") == [
        "1 returned mail that matched none (mail_record)", "1 row is past its term.",
    ]  # fmt: skip
    later.run("retention", "--remove")
    with an_application(office) as app, app.store.read() as work:
        assert work.outbox.reports() == []
        assert [each.event.data for each in work.stream("retention")] == [{"rule": "mail_record", "reports": 1}]


def test_the_clock_looks_once_a_week_also_after_a_night_on_which_nobody_was_up(tmp_path: Path) -> None:
    office = a_finished_office(tmp_path)
    looked: list[int] = []
    for moment in ("2029-03-02T09:00", "2029-03-02T10:00", "2029-03-03T02:59", "2029-03-06T09:00", "2029-03-07T09:00"):
        now = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM).astimezone(UTC)
        with an_application(office) as app:  # each time as after a restart
            duty = Retention(app.store, app.library, app.worlds, terms(app.settings))
            duty.run(now)
            with app.store.read() as work:
                looked.append(sum(each.event.kind == "looked" for each in work.stream("retention")))
                following = duty.next_moment(work, now)
                assert following is not None
                assert following > now
    assert looked == [1, 1, 1, 2, 2]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)))  # noqa: DTZ001 - made aware below
def test_the_next_night_is_a_saturday_at_three_within_a_week(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    night = next_night(now, AMSTERDAM)
    here = night.astimezone(AMSTERDAM)
    assert (here.weekday(), here.hour, here.minute) == (5, 3, 0)
    assert 0 < (night - now).total_seconds() <= 7 * 86400 + 3600


@pytest.mark.parametrize(
    ("term", "day"), [("6mo", "2026-08-28"), ("2y", "2025-02-28"), ("4w", "2027-01-31"), ("1q", "2026-11-28")]
)
def test_a_term_counts_back_by_the_calendar(term: str, day: str) -> None:
    now = datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert before(parse_duration(term), now).date().isoformat() == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("answers: 2y\n", "must have the terms answers, candidates, mail_record, mail_words, names, and has answers"),
        ("- 2y\n", "and has something else"),
        ("answers: [\n", "Can't read the retention terms in"),
        ("answers: soon\nnames: 2y\ncandidates: 4w\nmail_words: 6mo\nmail_record: 2y\n",
         "answers: 'soon' is no length of time such as 6mo or 2y"),
        ("answers: 2wd\nnames: 2y\ncandidates: 4w\nmail_words: 6mo\nmail_record: 2y\n",
         "answers: count in days, weeks, months or years, not in 'wd'"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_used_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "retention.yaml"
    path.write_text(text)
    with pytest.raises(BadSettings) as told:
        terms(Settings(retention=str(path)))
    assert says in str(told.value)
    with pytest.raises(BadSettings, match="Can't read the retention terms"):
        terms(Settings(retention=str(tmp_path / "none.yaml")))


def test_an_office_may_have_terms_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "retention.yaml"
    path.write_text("answers: 2y\nnames: 1mo\ncandidates: 4w\nmail_words: 6mo\nmail_record: 2y\n")
    office = a_finished_office(tmp_path)
    with an_application(office, str(path)) as app, app.store.read() as work:
        duty = Retention(app.store, app.library, app.worlds, terms(app.settings))
        found = duty.found(work, datetime(2027, 4, 2, 9, tzinfo=UTC))
    assert [(each.kind, len(each.rows)) for each in found] == [("names", 4)]
