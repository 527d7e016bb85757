"""A round begins under version 1 of a process and goes on under version 2: who is mailed what, and how often?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.collegium.command_line import HOST, Office, a_new_office
from tests.collegium.test_cli_move_version import EXAMPLES, ROUND, TALK_2, WULP
from tests.faults.office_life import step
from tests.journeys.journey import Postbox

START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def live(office: Office, first: int, last: int) -> None:
    """The clock and the mail, each day at ten and at four."""
    for day in range(first, last):
        for hour in (1, 7):
            step(office.folder, START + timedelta(days=day, hours=hour), Postbox())


def on(office: Office, day: int) -> Office:
    return office.at(f"{START + timedelta(days=day, hours=2):%Y-%m-%dT%H:%M}")


def sent(office: Office, person: str) -> list[tuple[str, str]]:
    """Every mail to somebody: the day on which it was sent, and its kind."""
    rows = [row for row in office.json("outbox", "--all") if row["to"] == person]
    assert {row["state"] for row in rows} <= {"sent", "cancelled"}
    return sorted((row["sent"][:10], row["kind"]) for row in rows if row["state"] == "sent")


def test_a_round_that_moves_midway_is_told_each_date_once(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("launch", EXAMPLES / "talk", "--name", ROUND, "--hosts", HOST, "--hosts", WULP)
    live(office, 0, 9)
    on(office, 9).run("act", WULP, "submit", "figures", "--answer", "students=7", "--as", "bram@wulp.example")
    live(office, 9, 22)
    on(office, 22).run("move-version", ROUND, "--to", TALK_2, "--reason", "Five weeks")
    live(office, 22, 34)
    for host, who in ((HOST, "anna@linde.example"), (WULP, "bram@wulp.example")):
        words = ("--answer", "strengths=All", "--answer", "questions=None", "--as", who)
        on(office, 34).run("act", host, "submit", "self_evaluation", *words)
        report = ("--answer", "summary=Good", "--as", on(office, 34).json("show", host)["tasks"][0]["who"][0])
        on(office, 34).run("act", host, "submit", "report", *report)
    live(office, 34, 60)
    assert {row["stage"] for row in office.json("cases", "--closed")} == {"done"}
    after = [("2027-03-23", "extended"), ("2027-03-30", "reminder")]  # 29 March is Easter Monday
    assert sent(office, "Bram Vos") == [("2027-03-01", "opened"), *after]
    assert sent(office, "Anna Bos") == [
        ("2027-03-01", "opened"), ("2027-03-15", "reminder"), after[0], ("2027-03-23", "not_needed"), after[1],
    ]  # fmt: skip
    office.run("verify")
