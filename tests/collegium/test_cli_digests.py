"""`collegium digest`: does it say who gets what, show what would go out, and switch off one kind for one person?"""

from __future__ import annotations

from pathlib import Path

from tests.collegium.command_line import HOST, NOW, an_office_with_a_case


def test_it_lists_who_gets_what_and_when_next(tmp_path: Path) -> None:
    rows = an_office_with_a_case(tmp_path).json("digest")
    assert [(row["person"], row["kind"], row["about"], row["comes"], row["last"], row["next"]) for row in rows] == [
        ("Cora Kok", "week", ["the office"], "yes", None, "2027-03-08T08:30:00+01:00"),
        ("Olga Ooms", "week", ["the office"], "yes", None, "2027-03-08T08:30:00+01:00"),
        ("Anna Bos", "partnership", [HOST], "yes", None, "2027-04-01T08:30:00+02:00"),
        ("Sam Smit", "partnership", [HOST], "yes", None, "2027-04-01T08:30:00+02:00"),
    ]


def test_when_a_digest_comes_next_is_when_it_is_forecast_also_where_nobody_ran_on_monday(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path).at("2027-03-10T11:00")
    listed = {(row["person"], row["next"]) for row in office.json("digest", "--kind", "week")}
    mails = office.json("outbox", "tomorrow")["mails"]
    forecast = {(mail["to"], mail["at"]) for mail in mails if mail["kind"] == "digest_week"}
    assert listed == forecast == {(name, "2027-03-10T11:00:00+01:00") for name in ("Cora Kok", "Olga Ooms")}


def test_one_kind_of_one_person_is_stopped_and_begun_again(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    assert office.lines("digest", "off", "anna@linde.example", "--kind", "partnership") == [
        "Anna Bos: partnership stopped; mails about tasks go on."
    ]
    comes = {row["person"]: (row["comes"], row["next"]) for row in office.json("digest", "--kind", "partnership")}
    assert comes["Anna Bos"] == (f"off since {NOW[:10]}", None)
    assert comes["Sam Smit"][0] == "yes"
    assert office.lines("digest", "on", "Anna Bos") == ["Anna Bos: partnership comes again."]
    assert {row["comes"] for row in office.json("digest")} == {"yes"}
    assert office.lines("digest", "off", "Anna Bos", "--kind", "week") == ["Anna Bos gets no such digest."]


def test_a_preview_shows_the_mail_without_its_address_and_sends_nothing(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    lines = office.lines("digest", "preview", "anna@linde.example")
    assert lines[0] == f"Subject: Stand van zaken {HOST} (Kleine review)"
    assert "[private link]" in lines
    assert "<h2>" in office.run("digest", "preview", "cora@bureau.example", "--html").stdout
    assert office.lines("digest", "preview", "bram@wulp.example") == ["Bram Vos gets no digest."]
    assert office.json("outbox") == []


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    an_office_with_a_case(tmp_path).run("digest", "--kind", "daily", code=2)
