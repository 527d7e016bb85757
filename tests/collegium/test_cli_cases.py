"""`launch`, `cases`, `show` and `due`: a round begins, and where each review stands."""

from __future__ import annotations

import re
import shlex
import shutil
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from collegium import demo
from collegium.cli.words import flags
from collegium.speech import speak
from engine.case import Due
from engine.directory import OrganisationRecord
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, Office, a_new_office, a_writing_office, an_office_with_a_case


def test_a_launch_begins_one_case_for_each_host(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    hosts = tmp_path / "hosts.txt"
    hosts.write_text(f"# this round\n{HOST}\nde wulp\n", encoding="utf-8")
    words = ("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", hosts, "--date", "De Wulp:latest=2028-06-01")
    facts = office.json(*words)
    assert (facts["cases"], facts["hosts"]) == (2, [HOST, "Partnerschap De Wulp"])
    assert facts["notices"] == {"opened": 2}
    assert [row["host"] for row in office.json("cases")] == [HOST, "Partnerschap De Wulp"]


def test_a_launch_says_which_provisional_day_could_not_be_fixed(tmp_path: Path) -> None:
    office = a_new_office(tmp_path).at("2027-05-03T09:00")
    words = ("launch", SMALL_REVIEW, "--name", "R", "--hosts", "De Linde", "--hosts", "De Wulp",
             "--date", "De Wulp:latest=2028-06-01")  # fmt: skip
    (seen,) = [line for line in office.lines(*words, "--dry-run") if line.startswith("!")]
    assert seen.startswith(
        "! Partnerschap De Linde: Day of the visit is provisionally Mon 2027-07-26 (12 weeks after the start), "
        "which “Begin” would refuse: "
    )
    assert (
        "is not later than the last possible day of the visit (now Mon 2027-07-26; the bound is Sat 2027-07-10)" in seen
    )
    (told,) = office.json(*words)["doubts"]
    assert (told["host"], told["day"]) == ("Partnerschap De Linde", "2027-07-26")
    assert "!" not in "".join(a_new_office(tmp_path).at("2027-03-01T09:00").lines(*words, "--dry-run"))


def test_a_launch_says_where_time_is_short_and_days_of_a_gate_run_out_and_so_does_the_doctor(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    own = Path(shutil.copytree(SMALL_REVIEW, tmp_path / "own"))
    text = (own / "process.yaml").read_text(encoding="utf-8")
    gate = "gates: {board_day: {dates: listed_by_office, at_least_ahead: 12mo}}\nlaunch:\n"
    text = text.replace("launch:\n", f"{gate}  lead_time: {{advised: visit - 26w}}\n", 1)
    (own / "process.yaml").write_text(text, encoding="utf-8")
    words = ("launch", own, "--name", "R", "--hosts", "De Linde")
    seen = [line for line in office.lines(*words, "--dry-run") if line.startswith("!")]
    wanted = "board_day: no days are listed, and the process asks for them up to Wed 2028-03-01."
    assert seen == [
        f"! {wanted} Add them: `collegium people import`, the sheet Meetings.",
        f"! {HOST}: the process advises to begin on 2026-11-23 at the latest; terms will be short.",
    ]
    assert [each["text"] for each in office.json(*words)["cautions"]] == [line.removeprefix("! ") for line in seen]
    found = [each for each in office.json("doctor", "--offline")["findings"] if each["check"] == "gates"]
    assert [(each["grade"], each["says"]) for each in found] == [("look", wanted)]


def test_a_reason_that_sets_nothing_aside_is_refused_with_what_a_launch_can_set_aside(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    own = Path(shutil.copytree(SMALL_REVIEW, tmp_path / "own"))
    text = (own / "process.yaml").read_text(encoding="utf-8")
    rule = "launch:\n  lead_time: {least: latest - 4w, waive: office}\n"
    (own / "process.yaml").write_text(text.replace("launch:\n", rule, 1), encoding="utf-8")
    more = ("--name", "R", "--hosts", "De Linde", "--hosts", "De Wulp", "--date", "De Wulp:latest=2027-03-15")
    words = ("--name", "R", "--hosts", "De Linde", "--waive", "visit")
    assert office.refused("launch", SMALL_REVIEW, *words) == [
        "Can't launch R:",
        "- there is nothing to waive: a launch can waive lead_time, and this process has none",
    ]
    assert office.refused("launch", own, *words, "--dry-run") == [
        "Can't launch R:",
        "- there is nothing to waive: only lead_time can be, and every case begins before 4 weeks before the last"
        " possible day of the visit",
    ]
    assert office.refused("launch", own, *more) == [
        "Can't launch ‘Small review’:",
        "- Partnerschap De Wulp: too little time is left, the last day was Mon 2027-02-15; "
        "Review office may waive it with a reason",
    ]
    office.run("launch", own, *more, "--waive", "Afgesproken")  # one of them needs it
    assert len(office.json("cases")) == 2


def test_a_launch_tells_of_due_dates_that_free_days_bring_together(tmp_path: Path) -> None:
    office = Office(folder=tmp_path).at("2027-03-29T09:00")
    office.run("init", "--name", "Bureau Peerreview", "--email", "bureau@bureau.example")
    office.run("people", "import", str(Path(demo.__file__).parent / "people.xlsx"))
    words = ("launch", "development-review", "--name", "Ronde", "--hosts", "De Iep", "--hosts", "De Linde", "--dry-run")
    assert [each["text"] for each in office.json(*words)["cautions"] if each["kind"] == "collapse"] == [
        "Opleidingsschool De Iep, Partnerschap De Linde: free days bring “Show a first version to the critical friend” "
        "and “Write the critical reflection” to one day, Fri 2027-07-09; the process leaves a week or more between "
        "them. Choose another day, or set one of them by hand."
    ]


def test_a_launch_can_be_looked_at_first(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", "De Linde")
    lines = office.lines(*words, "--dry-run")
    assert lines[:3] == [
        "1 case of small-review 1 would begin in the round Ronde 2027.", HOST,
        "To be told at once: 1x New task; in 1 mail.",
    ]  # fmt: skip
    assert any(line.startswith("Cora Kok") for line in lines)
    assert "Geachte Cora Kok," in lines
    assert lines[-1] == "This was a dry run: nothing was changed."
    assert office.json("cases") == []


def test_a_date_that_nobody_knows_is_asked_for_each_host(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", "De Linde", "--hosts", "De Wulp")
    assert office.refused(*words) == [
        "Can't launch Ronde 2027:",
        "- Partnerschap De Wulp: Last possible day of the visit (latest) is not known. Give that day with "
        "--date 'Partnerschap De Wulp:latest=DAY', or fill in the column “Previous visit” of the sheet Organisations, "
        "from which it follows (6 years after the previous visit), and import that",
    ]
    assert office.json("cases") == []
    office.run(*words, "--date", "latest=2028-06-01")


def test_an_organisation_whose_name_looks_like_a_fact_is_found_and_its_option_can_be_pasted(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    odd = ("A = B", '=HYPERLINK("x","it\'s")')
    store = SqlStore(f"sqlite:///{office.database}")
    with store.write() as work:
        for number, name in enumerate(odd):
            work.people.put_organisation(
                OrganisationRecord(id=f"odd-{number}", secretariat="office", kind="partnership", name=name)
            )
        work.commit()
    store.close()
    words = ("launch", SMALL_REVIEW, "--name", "R", "--hosts", odd[0], "--hosts", odd[1])
    refused = [line for line in office.refused(*words) if "--date" in line]
    options = [shlex.split(re.sub(r".*(?=--date)", "", line).partition(", or fill in")[0])[1] for line in refused]
    assert options == [f"{name}:latest=DAY" for name in odd]
    given = [each for option in options for each in ("--date", option.replace("DAY", "2028-06-01"))]
    assert office.refused(*words, *given) == [
        "Can't launch R:",
        *(f"- {name} has no {who}" for name in odd for who in ("Contact person", "Responsible board member")),
    ]
    assert office.refused("launch", SMALL_REVIEW, "--name", "R", "--hosts", "=x")[0].startswith(
        "There is no organisation '=x'."
    )


def test_a_host_that_is_not_known_is_told_with_the_nearest(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    words = ("launch", SMALL_REVIEW, "--name", "Ronde 2027", "--hosts", "De Lindde")
    assert office.refused(*words) == ["There is no organisation 'De Lindde'. Did you mean Partnerschap De Linde?"]
    office.run("launch", SMALL_REVIEW, "--name", "x", "--hosts", HOST, "--date", "visitt=2027-06-01", code=2)
    office.run("launch", SMALL_REVIEW, "--name", "x", "--hosts", HOST, "--date", "latest=soon", code=2)


def test_the_list_says_what_comes_next_and_who_must_act(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    row = office.json("cases")[0]
    assert (row["host"], row["stage"], row["phase_label"], row["late"]) == (HOST, "writing", "Preparation", 0)
    assert (row["next"], row["what"], row["who"]) == ("2027-05-18", "Write a short reflection", ["Anna Bos"])
    assert "1 case, 0 with something late." in office.lines("cases")


def test_the_list_says_beside_what_is_late_that_the_case_is_about_to_lapse(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path).at("2028-02-14T09:00")
    (row,) = office.json("cases")
    assert (row["what"], row["late"]) == ("Choose the day of the visit", 1)
    assert row["by_itself"] == {"day": "2028-03-01", "what": "Lapsed without a beginning"}
    assert "Wed 2028-03-01 Lapsed without a beginning (happens by itself)" in " ".join(
        " ".join(office.run("cases", env={"COLUMNS": "300"}).stdout.split()).split()
    )
    assert office.at("2027-03-02T09:00").json("cases")[0]["by_itself"] is None


def test_the_list_can_be_limited(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.json("cases", "--late") == []
    assert office.json("cases", "--closed") == []
    assert len(office.at("2027-05-20T09:00").json("cases", "--late", "--cycle", "Ronde 2027")) == 1
    assert office.refused("cases", "--cycle", "Ronde 2026") == [
        "There is no round 'Ronde 2026'. Did you mean Ronde 2027?"
    ]


def test_a_case_goes_by_its_id_its_beginning_or_its_host(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    case = office.json("cases")[0]["case"]
    for name in (case, case[:4], HOST, "linde"):
        assert office.json("show", name)["case"] == case
    assert office.refused("show", "De Lind e") == ["There is no case 'De Lind e'. Did you mean Partnerschap De Linde?"]


def test_a_case_shows_where_it_stands_and_what_can_be_done(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    lines = office.lines("show", "De Linde", "--language", "en")
    assert lines[0] == "Partnerschap De Linde - Small review (Ronde 2027)"
    assert "Preparation / Writing (since Mon 2027-03-01)" in lines
    assert "Day of the visit: Tue 2027-06-15" in lines
    assert "- Anna Bos: Write a short reflection, due Tue 2027-05-18" in lines
    assert "Move the visit: by Review office (Cora Kok, Olga Ooms)" in lines
    assert "must hold then: ‘Day’ is a working day" in lines
    expired = "when the term of ‘Write a short reflection’ is over"
    assert f"when: as soon as ‘Write a short reflection’ is done or {expired}" in lines
    dutch = office.run("show", HOST, env={"COLLEGIUM_LANGUAGE": "nl"}).stdout
    assert "dan moet gelden: ‘Dag’ is een werkdag" in dutch
    assert "wanneer: zodra ‘Korte reflectie schrijven’ klaar is" in dutch


def test_a_case_shows_which_dates_are_provisional(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("launch", SMALL_REVIEW, "--name", "R", "--hosts", "De Wulp", "--date", "latest=2028-06-01")
    assert "Day of the visit: Mon 2027-05-24 [provisional]" in office.lines("show", "De Wulp")


def test_what_makes_a_due_date_special_is_flagged() -> None:
    due = Due(day=date(2027, 5, 18), at=datetime(2027, 5, 18, tzinfo=UTC))
    special = {
        "provisional": (replace(due, provisional=True), "voorlopig", "provisional"),
        "squeezed": (replace(due, squeezed=True), "te weinig tijd ervoor", "squeezed"),
        "born late": (replace(due, born_late=True), "later begonnen dan gepland", "born late"),
        "pinned": (replace(due, pinned="agreed"), "met de hand gezet: agreed", "set by hand: agreed"),
        "unknown": (replace(due, unknown=("school-holidays of De Wulp",)),
                    "zo ver nog niet bekend: school-holidays of De Wulp",
                    "not known that far: school-holidays of De Wulp"),
    }  # fmt: skip

    def said(language: str, each: Due) -> list[str]:
        speak(language)
        return flags(each)

    told = {what: [copy_context().run(said, language, each) for language in ("nl", "en")]
            for what, (each, *_) in special.items()}  # fmt: skip
    assert told == {what: [[dutch], [english]] for what, (_, dutch, english) in special.items()}
    assert flags(due) == []


def test_a_case_shows_what_was_done_by_hand(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "pin", "reflection", "--on", "2027-05-20", "--reason", "Afgesproken")
    office.run("act", HOST, "correct", "--task", "reflection", "--to", "done", "--reason", "Per post gekregen")
    facts = office.json("show", HOST)
    assert [event["kind"] for event in facts["by_hand"]] == ["pinned", "corrected"]
    assert "Per post gekregen" in facts["by_hand"][1]["text"]
    assert facts["closed"]
    assert len(office.json("show", HOST, "--history")["events"]) > len(facts["events"])


def test_a_paused_case_says_until_when(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "pause", "--until", "2027-04-01", "--reason", "Fusie")
    assert office.json("show", HOST)["paused"] == {
        "since": "2027-03-01", "until": "2027-04-01", "reason": "Fusie", "by": "the office",
    }  # fmt: skip
    assert "PAUSED by the office since Mon 2027-03-01 until Thu 2027-04-01: Fusie" in office.lines("show", HOST)
    assert office.json("cases")[0]["what"] == "end of the pause"


def test_what_is_due_is_told_with_what_is_late_first(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.lines("due", "--days", "5") == ["Nothing is late or due within 5 days."]
    rows = office.json("due", "--days", "90")
    assert [(row["due"], row["task"], row["who"], row["late"]) for row in rows] == [
        ("2027-05-18", "reflection", ["Anna Bos"], False)
    ]
    late = office.at("2027-05-20T09:00")
    assert late.json("due", "--overdue")[0]["late"]
    assert late.json("due", "--overdue", "--who", "cora@bureau.example") == []
    assert "1 task, 1 of them late." in late.lines("due")


def test_what_came_from_outside_does_not_steer_the_terminal(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "pause", "--until", "2027-04-01", "--reason", "\x1b[2Jweg")
    assert "\x1b" not in office.run("show", HOST).stdout


def test_who_must_be_rung_stands_there_with_the_number(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("people", "change", "anna@linde.example", "--phone", "020-0000001")
    (row,) = office.at("2027-05-20T09:00").json("due")
    assert (row["who"], row["phones"]) == (["Anna Bos"], ["020-0000001"])
    lines = office.at("2027-05-20T09:00").lines("due", "--language", "nl")
    assert lines[0].split() == ["Uiterlijk", "Organisatie", "Wat", "Wie", "Telefoon", "Let", "op", "Zaak"]
    assert "020-0000001" in lines[2]
    assert lines[-1] == "1 taak, waarvan 1 te laat."


def test_of_somebody_on_leave_the_substitute_is_rung_and_named(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("people", "change", "sam@linde.example", "--phone", "020-0000002")
    office.run("people", "away", "anna@linde.example", "2027-05-18", "2027-05-21", "--substitute", "sam@linde.example")
    (row,) = office.at("2027-05-20T09:00").json("due")
    told = "Anna Bos is away until Fri 2027-05-21: ring Sam Smit, the substitute"
    assert (row["who"], row["phones"], row["flags"][-1]) == (["Anna Bos"], ["020-0000002"], told)
    office.run("people", "change", "anna@linde.example", "--phone", "020-0000001")
    office.run("people", "away", "anna@linde.example", "2027-05-24", "2027-05-28")
    (row,) = office.at("2027-05-25T09:00").json("due")
    told = "Anna Bos is away until Fri 2027-05-28 and nobody replaces them"
    assert (row["phones"], row["flags"][-1]) == ([""], told)


def test_a_date_of_several_days_is_shown_with_its_last(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    own = Path(shutil.copytree(SMALL_REVIEW, tmp_path / "own"))
    text = (own / "process.yaml").read_text(encoding="utf-8")
    (own / "process.yaml").write_text(
        text.replace("    moves: true\n", "    moves: true\n    lasts: 2\n", 1), encoding="utf-8"
    )
    office.run("launch", own, "--name", "R", "--hosts", "De Linde")
    assert "Day of the visit: Mon 2027-05-24 until Tue 2027-05-25 [provisional]" in office.lines("show", "De Linde")
