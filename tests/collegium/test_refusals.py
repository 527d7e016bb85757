"""Does everything that we refuse say so in Dutch and in English, with the labels of its process?"""

from __future__ import annotations

import errno
import os
from datetime import date

import pytest

from collegium.cli.desk import NoDatabase
from collegium.refusals import Answering, OfProcess, patterns
from collegium.speech import LANGUAGES, speak
from engine import errors
from engine.saying import PLACE, Said, joined_by, said
from notifications.oversight import STATES
from tests.sentences import ROOT, defaults, sentences
from tests.workflows.builders import small

REFUSING = {
    "engine": "access arrows authority bars conditions correcting counting decisions deeds errors expiry extending"
    " forms machine moving naming outlook pausing positions publishing reaching reopening rings seat submitting taking"
    " unmovable visiting",
    "collegium": "bootstrap kept_files launching launch_mails linking rings settings unfinished",
    "collegium/importing": "answers changing day_files recurrences",
    "collegium/summaries": "audiences facts summarising",
    "collegium/keeping": "backup personal_data restoring retention upgrading",
    "collegium/cli": "act_by_hand act_dates act_forms act_panel answers app bounces calendars cycles deed definitions"
    " desk digests directory documents exporting finding keeping moving options outbox outbox_bulk outbox_deeds"
    " outbox_tomorrow people people_changes people_import rehearsing ring rounds running summary",
    "notifications": "bulk editing mailboxes oversight reminded signing trust",
    "storage": "locks",
}
"""The modules of which an office or a person meets the refusals."""

FILES = [ROOT / folder / f"{name}.py" for folder, names in REFUSING.items() for name in names.split()]
NO_REFUSAL = {
    "[private link]": "what a copy holds in place of a link",
    "PRAGMA wal_checkpoint(TRUNCATE)": "a statement for the database",
    "both cycles": "the demo of the two processes",
    "How many mails, as it was shown; without it they are shown.": "a help text",
    "organisation in this round": "a noun of command_texts.yaml",
    "bulk mail": "a noun of command_texts.yaml",
    "Te lezen": "a folder of a mailbox",
    "the office: ": "a mark before what somebody typed",
}
RAW = {
    "set by hand: {}": "the rule of a date, kept",
    "takes the place of {}": "why a place was left, kept",
    "Everything is in {}: mails, diagrams and the database. To look around:": "the demo speaks English",
    "  collegium --database {}/collegium.db cases --closed": "a command",
    "collegium outbox approve {} --mails {}": "a command",
    "table.said(now, done)": "a table of the demo",
    "Can't sign this mail: {}": "the answer of a delivery, kept",
}
"""What these modules put together that is no refusal, or is for whoever writes a process."""


@pytest.fixture(autouse=True)
def language() -> None:
    speak("nl")


def is_help(text: str) -> bool:
    return "Example:" in text or text.startswith(("Collegium runs", "A new office", "<"))


def test_every_refusal_has_dutch_words() -> None:
    known = {text for text in sentences(FILES).patterns if not is_help(text) and text not in NO_REFUSAL}
    assert known - patterns().keys() == set()


def test_no_refusal_is_put_together_without_a_pattern() -> None:
    found = {text for texts in sentences(FILES).raw.values() for text in texts if not text.startswith("<!DOCTYPE")}
    assert found == RAW.keys()


def test_what_an_error_says_by_itself_has_dutch_words() -> None:
    own = {*defaults(FILES).values(), *(str(each()) for each in (errors.CollegiumError, NoDatabase))}
    assert own - patterns().keys() == set()


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    spoken = sentences([path for folder in REFUSING for path in (ROOT / folder).glob("*.py")])
    everywhere = [path for path in ROOT.glob("[a-z]*/**/*.py") if "tests" not in path.parts]
    said_words = {*spoken.patterns, *defaults(everywhere).values(), *STATES.values(), "give a --reason"}
    single = {text for text in patterns() if " " not in text}
    of_files = {os.strerror(number) for number in errno.errorcode}
    assert patterns().keys() - said_words - single - of_files - {"Something could not be done."} == set()


def test_every_translation_uses_only_values_that_the_code_gives() -> None:
    given = sentences(FILES).patterns
    wrong = {
        (english, language)
        for english, texts in patterns().items()
        for language, text in texts.items()
        if {place[1] for place in PLACE.finditer(str(text))} - given.get(english, set())
    }
    assert wrong == set()


def test_every_sentence_has_dutch_and_no_other_languages_than_ours() -> None:
    assert [text for text, each in patterns().items() if "nl" not in each or set(each) - set(LANGUAGES)] == []


def test_engine_speaks_english_by_itself() -> None:
    sentence = said("at most {most}, that is until {day}", most="10wd", day=date(2027, 3, 1))
    assert sentence == "at most 10wd, that is until 2027-03-01"
    assert isinstance(sentence, Said)


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    inner = said("it is due on {day} already", day=date(2027, 3, 1))
    outer = said("{why} (can be waived by {role:role})", why=inner, role="office")
    assert outer == "it is due on 2027-03-01 already (can be waived by office)"
    assert Answering().say(outer) == "de uiterste datum is al ma 2027-03-01 (kan vervallen door office)"


def test_one_and_several_are_told_apart() -> None:
    speaker = Answering()
    assert speaker.say(said("there are {n} now", n=1)) == "het is er nu 1"
    assert speaker.say(said("there are {n} now", n=2)) == "het zijn er nu 2"


def test_a_list_is_joined_as_its_place_says() -> None:
    assert joined_by("role or") == ("role", "or")
    whos = said("this is for {who:role or}", who=("office", said("the candidate")))
    assert whos == "this is for office or the candidate"
    assert Answering().say(whos) == "dit is voor office of de kandidaat"


def test_names_of_the_process_are_told_by_their_labels() -> None:
    definition, wording = small().known()
    speaker = OfProcess(definition, wording, names={"k1": "Anna Bos"})
    assert speaker.say(said("Can't extend {task:task}", task="intake")) == "Uitstel voor ‘Intake invullen’ kan niet"
    assert speaker.say(said("{who:person} works for the host", who="k1")) == "Anna Bos werkt bij de organisatie zelf"
    speak("en")
    speaker = OfProcess(definition, wording)
    assert speaker.say(said("Can't extend {task:task}", task="intake")) == "Can't extend ‘Fill in the intake’"


def test_a_sentence_that_no_catalogue_knows_stays_as_it_is() -> None:
    assert Answering().say("nobody wrote {this} down") == "nobody wrote {this} down"
