"""Are days, people and conditions said as people say them, in Dutch and in English?"""

from __future__ import annotations

import pytest

from engine.expressions import DateExpr
from tests.workflows.builders import small
from workflows.drawing.catalogue import TEXTS, texts
from workflows.drawing.conditions import Conditions
from workflows.drawing.picture import Painter
from workflows.drawing.words import Words
from workflows.drawing.work import Work
from workflows.loader import load, shipped
from workflows.yaml_reading import read_yaml


def words_of(name: str, language: str) -> Words:
    return Words(*load(shipped()[name]).known(), language)


DUE = [
    ("development-review", "critical_reflection", "7 weken voor de bezoekdag, 17.00 uur",
     "7 weeks before the day of the visit, 17:00"),
    ("development-review", "intake", "10 werkdagen na de start", "10 working days after the start"),
    ("development-review", "poll", "binnen 7 werkdagen", "within 7 working days"),
    ("development-review", "declaration", "10 werkdagen na de plaatsing in het panel",
     "10 working days after the seat in the panel"),
    ("development-review", "talk", "12 maanden na de bezoekdag", "12 months after the day of the visit"),
    ("development-review", "answers", "5 werkdagen na het afronden van ‘Reageren op feitelijke onjuistheden’",
     "5 working days after finishing ‘React to errors of fact’"),
    ("assessment-review", "attendance", "1 werkdag na het einde van de bezoekdag",
     "1 working day after the end of the day of the visit"),
    ("assessment-review", "advice",
     "op de eerste dag van ‘vergadering van de commissie’ vanaf 5 werkdagen na het begin van ‘Advies van de commissie’",
     "on the first day of ‘meeting of the committee’ from 5 working days after the begin of ‘Advice of the committee’"),
]  # fmt: skip


@pytest.mark.parametrize(("process", "task", "dutch", "english"), DUE)
def test_due_date_is_said_in_both_languages(process: str, task: str, dutch: str, english: str) -> None:
    for language, said in (("nl", dutch), ("en", english)):
        words = words_of(process, language)
        assert words.due(words.definition.tasks[task].due[-1].at) == said


@pytest.mark.parametrize(
    ("written", "dutch", "english"),
    [
        ("visit", "op de visit", "on the visit"),
        ("2028-04-11", "op 11 april 2028", "on 11 April 2028"),
        ("end of school year of visit", "aan het eind van het schooljaar van de visit",
         "at the end of the school year of the visit"),
        ("end of 2nd quarter after busy", "aan het eind van het tweede kwartaal na het begin van ‘Bezig’",
         "at the end of the second quarter after the begin of ‘Busy’"),
        ("visit + 1mo - 2wd", "2 werkdagen voor 1 maand na de visit", "2 working days before 1 month after the visit"),
        ("intake.due + 1d", "1 dag na de uiterste datum van ‘Intake invullen’",
         "1 day after the due date of ‘Fill in the intake’"),
        ("end of 3rd month of visit", "aan het eind van de derde maand gerekend vanaf de visit",
         "at the end of the third month counted from the visit"),
        ("opened + intake.weeks w", "binnen het aantal bij ‘Weken’ weken", "within the number given at ‘Weeks’ weeks"),
    ],
)  # fmt: skip
def test_each_kind_of_date_has_words(written: str, dutch: str, english: str) -> None:
    loaded = small(("at: visit - 7w, not_before: opened + 10wd", f"at: {written}"))
    for language, said in (("nl", dutch), ("en", english)):
        words = Words(*loaded.known(), language)
        assert words.due(words.definition.tasks["poll"].due[0].at) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [("paneloverleg", "het paneloverleg"), ("dag van het overleg", "de dag van het overleg"),
     ("uiterste datum", "de uiterste datum"), ("einde van de termijn", "het einde van de termijn")],
)  # fmt: skip
def test_dutch_days_get_their_article(name: str, said: str) -> None:
    day = f"says: {{nl: {name[0].upper()}{name[1:]}, en: Day}}, provisional: case.launched + 26w}}"
    words = Words(*small(("provisional: case.launched + 26w}", day)).known(), "nl")
    due: DateExpr = words.definition.tasks["poll"].due[0].at
    assert words.day(due) == f"7 weken voor {said}"


def test_whole_panel_is_said_as_the_panel() -> None:
    words = words_of("development-review", "en")
    assert words.people(["party"], "and") == "Contact person, Responsible board member and the panel"
    assert words.people(["commenting"]) == "Chair, Peer or Student member"
    assert words.people([]) == "nobody"


def test_task_says_who_helps_and_who_signs() -> None:
    words = words_of("development-review", "en")
    said = words.doers(words.definition.tasks["critical_reflection"])
    assert said == "Contact person, helped by Writer; then Responsible board member signs"
    assert words.doers(words.definition.tasks["poll"]) == "each of: Contact person and the panel"


def test_windows_lengths_and_more_time_are_told() -> None:
    words = words_of("development-review", "nl")
    work = Work(Painter(words))
    tasks = words.definition.tasks
    assert work.row(tasks["prep_meeting"])[2].endswith("; alleen van 4 weken voor de bezoekdag tot en met"
                                                       " 8 werkdagen voor de bezoekdag")  # fmt: skip
    assert (
        work.row(tasks["remarks"])[2] == "binnen 10 werkdagen; uitstel kan, hoogstens 10 werkdagen, door Reviewbureau"
    )
    assessed = Work(Painter(words_of("assessment-review", "en"))).days()[0].rows
    found = {row[0]: row[1] for row in assessed}
    assert "lasts 1 to 2 days" in found["Day of the visit"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "binnen 2 maanden, niet meegeteld: weekenden, feestdagen (NL) en schoolvakanties (van de organisatie)"),
        ("en", "within 2 months, not counting weekends, public holidays (NL) and school holidays (of the "
               "organisation)"),
    ],
)  # fmt: skip
def test_a_clock_that_stands_still_in_a_calendar_says_on_which_days_and_not_what_the_calendar_is_called(
    language: str, said: str
) -> None:
    stands = ("at: visit - 7w, not_before: opened + 10wd", "at: opened + 2mo, stops_in: host")
    words = Words(*small(stands).known(), language)
    assert Work(Painter(words)).row(words.definition.tasks["poll"])[2] == said


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "op ‘Te vervullen uiterlijk’"), ("en", "on ‘To be met by’")]
)  # fmt: skip
def test_a_day_in_a_row_is_said_by_what_its_column_is_called(language: str, said: str) -> None:
    words = words_of("nvao-programme", language)
    assert words.due(words.definition.tasks["conditions_evidence"].due[0].at) == said


def test_silence_says_who_hears_what_begins_and_where_it_leads() -> None:
    words = words_of("development-review", "en")
    work, tasks = Work(Painter(words)), words.definition.tasks
    assert work.row(tasks["intake"])[3] == (
        "stays open; 5 working days later word to Responsible board member;"
        " 10 working days later ‘Ring the partnership’ begins"
    )
    assert work.row(tasks["remarks"])[3] == (
        "can be done until 5 working days after the due date, and is over then; then ‘Report adopted’ follows"
    )
    assert work.row(tasks["comment"])[3] == "counts as agreed"


CONDITIONS = [
    ("1 peer seated", "at least 1 × Peer in the panel"),
    ("all party done poll", "everybody (Contact or Peer) done with ‘Give your dates’"),
    ("no conflict open", "no conflict of interest open"),
    ("2/3 of peer present", "at least 2/3 of: Peer present"),
    ("at most 75% of peer answered poll", "at most 75% of: Peer answered ‘Give your dates’"),
    ("2 peer seated from 2 different organisation", "at least 2 × Peer in the panel from 2 different organisations"),
    ("1 peer with sector != subject.sector seated",
     "at least 1 × Peer with sector other than that of the organisation in the panel"),
    ("2 peer with organisation = subject.visitor seated",
     "at least 2 × Peer from the visiting organisation in the panel"),
    ("no peer with organisation != subject.visitor seated",
     "no Peer from another organisation than the visiting one in the panel"),
    ("intake is done or expired", "‘Fill in the intake’ is done or expired"),
    ("planning is not fixed", "‘Day’ is not ‘Fixed’"),
    ("stage is busy", "the step is ‘Busy’"),
    ("case is child", "this is a follow-up case"),
    ("round of busy > 1", "the number of times ‘Busy’ is more than 1"),
    ("share of poll >= 50%", "the share that is done with ‘Give your dates’ is at least 50%"),
    ("number of peer = 2", "the number at ‘Peer’ is = 2"),
    ("visit > latest", "the visit is later than the latest"),
    ("visit between latest - 2w and latest", "the visit lies from 2 weeks before the latest to the latest"),
    ("no peer with round_panels > 2 seated", "no Peer who sits on a panel more than 2 × in this round in the panel"),
    ("no peer with year_panels >= 4 seated",
     "no Peer who sits on a panel at least 4 × in this school year in the panel"),
    ("at most 1 peer with served_before seated",
     "at most 1 × Peer who sat on the panel of this organisation in an earlier round in the panel"),
    ("no party with round_panels > 1 seated",
     "no people out of Contact or Peer who sit on a panel more than 1 × in this round in the panel"),
    ("overlap of peer <= 1",
     "the number of people out of Peer who sit together on one other panel of this round is at most 1"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), CONDITIONS)
def test_each_kind_of_condition_has_words(written: str, said: str) -> None:
    loaded = small(("if: [poll is done, planning is fixed]", f"if: [{written}]"))
    words = Words(*loaded.known(), "en")
    assert Conditions(words).all_of(words.definition.transitions["finish"].condition) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("all kid ended", "each ‘Follow-up’ has ended"),
        ("no kid open", "no ‘Follow-up’ is open"),
        ("2 kid in finished", "at least 2 × ‘Follow-up’ has ended in ‘Finished’"),
    ],
)
def test_children_are_counted_in_words(written: str, said: str) -> None:
    child = "children:\n  kid: {process: small, opens: busy, many: true, says: {nl: Vervolg, en: Follow-up}}\n"
    loaded = small(("if: [poll is done, planning is fixed]", f"if: [{written}]"), ("documents:", child + "documents:"))
    words = Words(*loaded.known(), "en")
    assert Conditions(words).all_of(words.definition.transitions["finish"].condition) == said


def test_named_conditions_and_waivers_are_written_out() -> None:
    words = words_of("development-review", "en")
    said = list(Conditions(words).each(words.definition.transitions["fix_visit"].condition))
    assert said[:2] == [
        "‘Day’ is a working day",
        "‘Day’ is not earlier than 8 weeks after today (Review office may waive this)",
    ]
    assert said[-1] == "at least 1 × Chair done with ‘Say which days are possible’ (Review office may waive this)"


def test_both_languages_have_the_same_texts() -> None:
    assert shape(raw("nl")) == shape(raw("en"))


def raw(language: str) -> object:
    found, problems = read_yaml(TEXTS.read_bytes(), "texts.yaml")
    assert found is not None
    assert problems == []
    return next(texts for name, texts in found.items() if name == language)


def shape(value: object) -> object:
    """The keys of a text and the values that it takes, without its words."""
    if isinstance(value, dict):
        return {str(key): shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return "list"
    return sorted(part.split("}")[0] for part in str(value).split("{")[1:])


def test_unknown_language_speaks_english() -> None:
    assert texts("fr")("nobody") == "nobody"
