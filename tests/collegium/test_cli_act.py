"""`act`: every action, for whom one acts, what is refused with its reasons, and what a preview shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from collegium.cli.acting import in_order
from collegium.settings import Settings
from notifications import links
from storage.unit_of_work import SqlStore
from tests.builders.definitions import SMALL_REVIEW
from tests.collegium.command_line import HOST, Office, a_new_office, a_writing_office, an_office_with_a_case

ANSWERS = ("--answer", "text=het gaat goed", "--answer", "grade=far")
ACTIONS = frozenset({"take", "submit", "pause"})
NOT_BY_LINK = [
    "Can't do this by a private link:", "- this link is for ‘Write a short reflection’ and for nothing else",
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "ordered"),
    [
        ("linde take begin --answer day=x", "take linde begin --answer day=x"),
        ("take linde begin", "take linde begin"),
        ("--as anna linde take begin", "take linde --as anna begin"),
        ("linde --preview take begin", "take linde --preview begin"),
        ("--token T submit --answer a=b", "submit - --token T --answer a=b"),
        ("submit --token T", "submit - --token T"),
        ("--token=T submit", "submit - --token=T"),
        ("linde frob x", "frob linde x"),
        ("linde", "linde"),
        ("--help", "--help"),
    ],
)
def test_the_action_may_come_after_the_case_and_options(words: str, ordered: str) -> None:
    assert in_order(words.split(), ACTIONS) == ordered.split()


def test_a_transition_is_taken_for_somebody_under_their_role(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-06-15", "--as", "cora@bureau.example")
    facts = office.json(*words)
    assert (facts["actor"], facts["capacity"], facts["stage"]) == (
        "operator",
        "coordinator",
        ["Proposed", "Writing"],
    )
    taken = [event for event in office.json("show", HOST, "--history")["events"] if event["kind"] == "transition_taken"]
    assert [event["by"] for event in taken] == ["an operator for Cora Kok (Process coordinator)"]


def test_whoever_may_not_is_told_for_whom_it_is(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    assert office.refused(*words, "--as", "Anna Bos") == [
        "‘Begin’ is not possible now:", "- this is for Process coordinator",
    ]  # fmt: skip
    assert office.refused(*words, "--as", "Bram Vos") == [
        "Bram Vos takes no part in this case. Taking part: Anna Bos, Cora Kok, Olga Ooms, Sam Smit"
    ]
    assert office.refused(*words, "--as", "ana@linde.example") == [
        "Nobody has the address 'ana@linde.example'. Did you mean anna@linde.example?"
    ]


def test_every_line_that_fails_is_a_reason(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-04-03")
    assert office.refused(*words) == [
        "‘Begin’ is not possible now, in ‘Proposed’:",
        "- Sat 2027-04-03 is no working day: weekend; the first working day after it is Mon 2027-04-05",
        "- ‘Day’ is not earlier than 8 weeks after today (now Sat 2027-04-03; the bound is Mon 2027-04-26)"
        " (can be waived by Review office)",
    ]
    assert office.refused("act", HOST, "take", "begin", "--answer", "dag=2027-04-03") == [
        "‘Begin’ is not possible now:",
        "- dag: not asked; asked: day",
        "- day (Day): an answer is needed: a day such as 2027-04-22",
    ]  # fmt: skip


def test_a_line_can_be_set_aside_with_a_reason(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-04-06", "--waive", "now + 8w")
    office.run(*words, code=2)
    assert office.refused(*words, "--reason", "Haast", "--as", "Anna Bos") == [
        "‘Begin’ is not possible now:",
        "- this is for Process coordinator",
    ]
    office.run(*words[:-1], "8 weeks after today", "--reason", "Haast")
    assert "waived" in [event["kind"] for event in office.json("show", HOST)["by_hand"]]


def test_a_line_behind_two_named_conditions_can_be_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "small_review"
    shutil.copytree(SMALL_REVIEW, folder)
    file = folder / "process.yaml"
    line, text = "{that: chosen.day >= now + 8w, waive: office}", file.read_text()
    assert line in text
    named = f"conditions:\n  early: [{line}]\n  good_day: [early]\n\nstages:\n"
    file.write_text(text.replace(line, "good_day").replace("stages:\n", named, 1))
    office = a_new_office(tmp_path)
    office.run("launch", folder, "--name", "Ronde 2027", "--hosts", HOST)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-04-06")
    assert "(can be waived by Review office)" in office.refused(*words)[1]
    office.run(*words, "--waive", "now + 8w", "--reason", "Haast")
    assert "waived" in [event["kind"] for event in office.json("show", HOST)["by_hand"]]


def test_an_unknown_transition_is_told_with_those_that_lead_out(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    assert office.refused("act", HOST, "take", "begn") == ["small-review has no transition 'begn'. Did you mean begin?"]
    office.run("act", HOST, "frobnicate", code=2)
    office.run("act", HOST, code=2)


def test_a_date_that_falls_away_is_told_by_its_rule_in_words(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    words = ("act", HOST, "take", "begin", "--answer", "day=2027-06-15", "--preview")
    dropped = "date dropped: Lapsed without a beginning (1 year after the start) Wed 2028-03-01"
    assert dropped in office.lines(*words)
    vervalt = "datum vervalt: Vervallen zonder begin (1 jaar na de start) wo 2028-03-01"
    assert vervalt in office.lines(*words, "--language", "nl")


def test_moving_a_visit_shows_all_that_moves_and_a_preview_changes_nothing(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("act", HOST, "take", "move_visit", "--answer", "day=2027-06-29", "--reason", "Staking")
    before = office.json("show", HOST, "--history")
    facts = office.json(*words, "--preview")
    assert facts["dates"] == [{"date": "visit", "label": "Day of the visit", "from": "2027-06-15", "to": "2027-06-29"}]
    assert facts["moved"] == [
        {"what": "Write a short reflection", "key": "reflection:1", "from": "2027-05-18", "to": "2027-06-01"}
    ]
    assert facts["reminders_moved"] > 0
    assert office.json("show", HOST, "--history") == before
    assert "date moves: Write a short reflection Tue 2027-05-18 -> Tue 2027-06-01" in office.lines(*words)
    assert office.json("show", HOST)["tasks"][0]["due"] == "2027-06-01"


def test_a_preview_names_the_mails_that_would_go(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    lines = office.lines("act", HOST, "take", "begin", "--answer", "day=2027-06-15", "--preview")
    assert "mail “A beginning was made” to Anna Bos, from Mon 2027-03-01 09:00" in lines
    assert "mail “A beginning was made” to Sam Smit (copy), from Mon 2027-03-01 09:00" in lines
    assert lines[-1] == "This was a preview: nothing was changed."


def test_a_preview_lists_no_reminder_that_the_deed_itself_makes_needless(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at("2027-05-12T08:00")  # a reminder of the evening before waits for nine
    words = ("act", HOST, "submit", "reflection", "--as", "anna@linde.example", *ANSWERS)
    foreseen = office.json(*words, "--preview")
    assert foreseen["came_due"] > 0
    assert {mail["template"] for mail in foreseen["mails"]} == set()
    assert office.json(*words)["mails"] == foreseen["mails"]
    waiting = office.json("outbox", "--waiting")
    assert [each for each in waiting if each["template"] == "reminder" and each["state"] == "waiting"] == []


TEXT_TAKES = "- text (What goes well, and what could be better?): text of 3 to 200 words; needed"
GRADE_TAKES = "- grade (Where do you stand?): one of early (At the beginning), far (Far already); needed"


def test_a_task_without_answers_says_once_what_every_question_takes(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    told = office.refused("act", HOST, "submit", "reflection", "--as", "anna@linde.example")
    assert told == [
        "Can't do ‘Write a short reflection’:",
        "- text (What goes well, and what could be better?): an answer is needed: text of 3 to 200 words",
        "- grade (Where do you stand?): an answer is needed: one of early (At the beginning), far (Far already)",
    ]
    assert office.refused("act", HOST, "submit", "reflection", "--answer", "txt=a", "--answer", "grade=far") == [
        "Can't do ‘Write a short reflection’:",
        "- txt: this form has no such question. Did you mean text?",
        "- text (What goes well, and what could be better?): an answer is needed: text of 3 to 200 words",
    ]
    wrong = ("--answer", "authors.1.email=x", *ANSWERS)
    assert office.refused("act", HOST, "submit", "reflection", *wrong)[-1] == (
        "- authors (Who helped to write?): rows, each with [name (Name): text; needed] (at most 3); may be left out"
    )


def test_a_task_is_done_with_its_answers(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("act", HOST, "submit", "reflection", "--as", "anna@linde.example")
    assert office.refused(*words, "--answer", "text=goed", "--answer", "grade=verr") == [
        "Can't do ‘Write a short reflection’:",
        "- text (What goes well, and what could be better?): the text has 1 word, at least 3 are needed",
        "- grade (Where do you stand?): 'verr' is none of early, far",
        TEXT_TAKES,
        GRADE_TAKES,
    ]
    office.run(*words, *ANSWERS, "--answer", "authors.1.name=An", "--answer", "authors.2.name=Bo")
    assert office.json("cases", "--closed")[0]["outcome"] == "done"


def test_answers_may_come_from_a_file(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"text": "het gaat goed", "grade": "early", "authors": [{"name": "An"}]}))
    words = ("act", HOST, "submit", "reflection", "--answers-json", path)
    office.run(*words, "--answer", "grade=far", "--preview")
    office.run(*words)
    path.write_text("[1]")
    office.run(*words, code=2)
    path.write_text('{"text":\n "goed", grade: 3}')
    told = office.run(*words, code=2).stderr
    assert "line 2, column 10" in " ".join(told.replace("│", " ").split())
    office.run("act", HOST, "submit", "reflection", "--answer", "nothing", code=2)


def test_a_date_that_has_come_is_applied_before_a_late_deed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path).at("2027-07-30T09:00")
    words = ("act", HOST, "submit", "reflection", *ANSWERS)
    assert office.refused(*words, "--preview") == ["Can't do ‘Write a short reflection’:", "- the task is expired"]
    assert office.refused(*words) == ["Can't do ‘Write a short reflection’:", "- the task is expired"]


def test_more_time_is_given_as_far_as_the_process_allows(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("act", HOST, "extend", "reflection", "--reason", "Ziek")
    assert office.refused(*words, "--until", "2027-07-01") == [
        "Can't extend ‘Write a short reflection’:",
        "- at most 10 working days, that is until Tue 2027-06-01; the office may set a later date by hand (pin)",
    ]
    office.run(*words, "--until", "soon", code=2)
    office.run(*words, "--until", "2027-05-25")
    assert office.refused(*words, "--until", "2027-05-28") == [
        "Can't extend ‘Write a short reflection’:",
        "- more time was given 1 time already, and 1 is the most",
    ]


def test_a_case_is_paused_and_resumed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "pause", "--until", "2027-04-01", "--reason", "Fusie")
    assert office.refused("act", HOST, "submit", "reflection", *ANSWERS)[1:] == [
        "- the case is paused until Thu 2027-04-01: resume it first"
    ]
    assert "the case goes on" in office.at("2027-03-15T09:00").lines("act", HOST, "resume")


def test_what_several_must_want_names_who_has_agreed(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("act", HOST, "take", "stop", "--answer", "reason=Fusie", "--as")
    assert "Contact person agrees" in office.lines(*words, "Anna Bos")
    facts = office.json(*words, "Olga Ooms")
    assert (facts["stage"], facts["consents"]) == (["Writing", "Finished"], ["Review office"])


def test_a_correction_needs_something_to_correct(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    office.run("act", HOST, "correct", "--reason", "Vergissing", code=2)
    office.run("act", HOST, "correct", "--task", "reflection", "--to", "gone", "--reason", "x", code=2)
    facts = office.json("act", HOST, "correct", "--state", "proposed", "--reason", "Vergissing")
    assert facts["stage"] == ["Writing", "Proposed"]
    assert [task["label"] for task in facts["opened"]] == ["Choose the day of the visit"]


def test_recalculating_says_when_nothing_changes(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.lines("act", HOST, "recalculate", "--reason", "Nieuwe dagen") == ["Done.", "nothing changes"]


def test_names_that_are_not_there_are_told(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    assert office.refused("act", HOST, "pin", "reflecton", "--on", "2027-05-20", "--reason", "x") == [
        "This case has no task 'reflecton'. Did you mean reflection?"
    ]
    assert office.refused("act", HOST, "substitute", "peer-1", "--reason", "x")[0].startswith("This case has no place")
    assert office.refused("act", HOST, "assign", "peer", "Bram Vos")[0].startswith("small-review has no seat or role")
    assert office.refused("act", HOST, "waive", "8w", "--reason", "x")[0].startswith("No line that may be set aside")
    assert office.refused("act", HOST, "differ", "grade", "far", "--reason", "x") == ["‘grade’ has no choice 'far'"]


def test_somebody_new_gets_a_role(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    words = ("act", HOST, "assign", "contact", "Bram Vos")
    office.run(*words, "--preview")
    assert office.json("show", HOST)["people"]["Contact person"] == ["Anna Bos"]
    office.run(*words)
    facts = office.json("show", HOST)
    assert facts["people"]["Contact person"] == ["Bram Vos"]
    assert facts["tasks"][0]["who"] == ["Bram Vos"]


# private links --------------------------------------------------------------------------------------------------------


def token_of(office: Office, participant_of: str = "Anna Bos", task: str = "reflection:1") -> str:
    """The token that stands in a mail which asks somebody for the reflection, or for another task."""
    settings = Settings(database=f"sqlite:///{office.database}")
    name = office.json("cases")[0]["case"]
    store = SqlStore(settings.database)
    with store.write() as work:
        case = work.cases.load(name)
        people = {work.people.person(each.person or "").name: each.key for each in work.people.participants(case.id)}  # type: ignore[union-attr]  # nobody was erased
        link = work.outbox.link(case.id, people[participant_of], task)
        work.commit()
    store.close()
    return links.make(settings.secret(), link.id, link.generation)


def test_a_private_link_does_its_task(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    token = token_of(office)
    facts = office.json("act", "--token", f"https://bureau.example/t/{token}", "submit", *ANSWERS)
    assert (facts["actor"], facts["capacity"], facts["stage"]) == ("person", "contact", ["Writing", "Finished"])
    given = [event for event in office.json("show", HOST, "--history")["events"] if event["kind"] == "answers_given"]
    assert given[0]["by"] == "Anna Bos (Contact person) by a private link"


def test_a_private_link_opens_nothing_else(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    token = token_of(office)
    assert office.refused("act", "--token", token, "take", "move_visit", "--answer", "day=2027-06-29",
                          "--answer", "reason=x") == NOT_BY_LINK  # fmt: skip
    assert office.refused("act", "--token", token, "take", "stop", "--answer", "reason=x") == NOT_BY_LINK
    assert office.refused("act", "--token", token, "take", "stop", "--answer", "reason=x", "--preview") == NOT_BY_LINK
    assert office.refused("act", "--token", token, "resume") == NOT_BY_LINK
    assert office.refused("act", "--token", token, "submit", "choose_day:1")[0] == NOT_BY_LINK[0]
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert office.refused("act", "--token", wrong, "submit", *ANSWERS) == [
        "This link does not work: it is incomplete, or it was not made here."
    ]


def test_a_private_link_takes_the_transition_that_its_task_is_there_for(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    token = token_of(office, "Cora Kok", "choose_day:1")
    begin = ("act", "--token", token, "take", "begin", "--answer")
    assert office.refused("act", "--token", token, "take", "stop", "--answer", "reason=x")[1] == (
        "- this link is for ‘Choose the day of the visit’ and for nothing else"
    )
    waived = office.refused(*begin, "day=2027-03-29", "--waive", "8w", "--reason", "x")
    assert waived[0] == NOT_BY_LINK[0]
    assert office.json(*begin, "day=2027-06-15")["stage"] == ["Proposed", "Writing"]


def test_a_private_link_acts_for_nobody_else(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    found = office.run("act", "--token", token_of(office), "submit", *ANSWERS, "--as", "Sam Smit", code=2)
    assert "a private link says by itself who acts" in found.stderr


def test_a_private_link_ends_two_weeks_after_its_task(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    token = token_of(office)
    office.run("act", "--token", token, "submit", *ANSWERS)
    again = ("act", "--token", token, "submit", *ANSWERS)
    ended = ["This link has ended: its task was closed some time ago."]
    assert office.at("2027-03-15T08:00").refused(*again) != ended
    assert office.at("2027-03-15T10:00").refused(*again) == ended


def test_a_private_link_ends_after_a_task_that_nobody_did(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    token, gone = token_of(office), token_of(office, task="reflection:7")
    ended = ["This link has ended: its task was closed some time ago."]
    for name in ("Anna Bos", "Olga Ooms"):
        office.run("act", HOST, "take", "stop", "--answer", "reason=Fusie", "--as", name)
    again = ("act", "--token", token, "submit", *ANSWERS)
    assert office.at("2027-03-15T08:00").refused(*again) != ended
    assert office.at("2027-03-15T10:00").refused(*again) == ended
    assert office.refused("act", "--token", gone, "submit", *ANSWERS) == ended


def test_a_revoked_link_does_not_work(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    token = token_of(office)
    settings = Settings(database=f"sqlite:///{office.database}")
    store = SqlStore(settings.database)
    with store.write() as work:
        work.outbox.revoke_link(links.read(settings.secret(), token)[0])
        work.commit()
    store.close()
    assert office.refused("act", "--token", token, "submit", *ANSWERS) == [
        "This link does not work any more: a newer mail holds another one."
    ]


def test_more_candidates_than_places_are_told_when_they_are_named_and_in_the_case(tmp_path: Path) -> None:
    office = a_new_office(tmp_path)
    office.run("launch", "development-review", "--name", "R", "--hosts", HOST)
    both = ("bram@wulp.example", "sien@wulp.example")
    words = ("act", HOST, "assign", "chair", *both, "--waive", both[0], "--waive", both[1], "--reason", "Geen ander")
    told = (
        "! Chair: 2 people for 1 place, of whom 0 said yes. Who says yes first, and is not objected to, gets the "
        "place; who has said yes by then becomes a reserve, and the other invitations are closed."
    )
    assert told in office.lines(*words, "--preview")
    assert told in office.lines(*words)
    for person in both:
        office.run("act", HOST, "answer", "yes", "--as", person, "--answer", "answer=yes")
    assert told.replace("whom 0", "whom 2") in office.lines("show", HOST)
