"""Is what a mail says around its own text there in every language, and English in one that the layout lacks?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collegium.letter_page import Page
from engine.actions import CLOCK
from engine.case import Holding
from engine.draft import Draft
from engine.ports import UnitOfWork
from engine.questions import OF_HOST
from notifications.letters import Hours
from tests.collegium.reviews import NOW, case_of, the_office

CANDIDATE = Holding(key="peer-1", seat="peer", participant="candidate", state="invited", rank=1, since=NOW)


def a_page(work: UnitOfWork, language: str) -> Page:
    """The review of De Linde, with one candidate for a place."""
    app = the_office()
    case = work.cases.load(case_of(app, "linde"))
    world = app.worlds.of(work, case, NOW)
    case = replace(case, holdings={**case.holdings, CANDIDATE.key: CANDIDATE})
    draft = Draft(app.library.of(work, case), case, world, CLOCK, NOW)
    return Page(work, app.worlds.roster, draft, app.library.wording(work, case), language)


@pytest.mark.parametrize(
    ("language", "person", "text"),
    [
        ("nl", "contact-linde", "U krijgt deze mail omdat u bij de kleine review van De Linde contactpersoon bent."),
        (
            "en",
            "contact-linde",
            "You get this mail because of your role in the small review of De Linde: contact person.",
        ),
        ("de", "contact-linde", "You get this mail because of your role in the small-review of De Linde: contact."),
        ("nl", "office", "U krijgt deze mail omdat u bij het bureau aan de kleine review van De Linde werkt."),
        ("de", "office", "You get this mail because you work on the small-review of De Linde at the office."),
        (
            "nl",
            "candidate",
            "U krijgt deze mail omdat wij u hebben gevraagd als peer voor de kleine review van De Linde.",
        ),
        ("de", "candidate", "You get this mail because we have asked you as peer for the small-review of De Linde."),
        ("nl", "nobody", "U krijgt deze mail omdat u betrokken bent of was bij de kleine review van De Linde."),
        ("de", "nobody", "You get this mail because you take or took part in the small-review of De Linde."),
    ],
)
def test_why_somebody_gets_a_mail(language: str, person: str, text: str) -> None:
    with the_office().store.read() as work:
        page = a_page(work, language)
        keys = {each.person: each.key for each in work.people.participants(page.case.id)}
        assert page.why(keys.get(person, person)) == text


@pytest.mark.parametrize(
    ("says", "called", "expected"),
    [
        ("Ontwikkelingsgerichte peerreview", None, "de ontwikkelingsgerichte peerreview"),
        ("ENQA-beoordeling", None, "de ENQA-beoordeling"),
        ("Voortgangsbezoek van ENQA", "het voortgangsbezoek van ENQA", "het voortgangsbezoek van ENQA"),
    ],
)
def test_what_a_process_is_called_within_a_sentence(says: str, called: str | None, expected: str) -> None:
    with the_office().store.read() as work:
        page = a_page(work, "nl")
        name = page.definition.name
        labels = {("process", name): {"nl": says}, **({("in_sentences", name): {"nl": called}} if called else {})}
        page.wording = replace(page.wording, labels={**page.wording.labels, **labels})
        assert page.the_process == expected


@pytest.mark.parametrize(("language", "ending"), [("nl", " (nummer 2)"), ("en", " (number 2)"), ("de", " (number 2)")])
def test_one_of_several_instances_has_its_number(language: str, ending: str) -> None:
    with the_office().store.read() as work:
        page = a_page(work, language)
        task = replace(next(iter(page.case.tasks.values())), row="2")
        assert page.task_label(task).endswith(ending)


@pytest.mark.parametrize(
    ("language", "ending"), [("nl", " (niet meer bekend)"), ("en", " (no longer known)"), ("de", " (no longer known)")]
)
@pytest.mark.parametrize("of_host", OF_HOST)
def test_a_finding_or_part_that_is_gone_is_not_named_by_its_key(language: str, ending: str, of_host: str) -> None:
    with the_office().store.read() as work:
        page = a_page(work, language)
        task = replace(next(iter(page.case.tasks.values())), row="6513270e-report-points-2")
        each = replace(page.definition.tasks[task.name], each_row_of=of_host, by_row=None)
        page.definition = replace(page.definition, tasks={**page.definition.tasks, task.name: each})
        assert page.task_label(task).endswith(ending)


def test_the_next_hours_of_a_reader_are_on_a_working_day_from_nine_to_half_past_five() -> None:
    app = the_office()
    with app.store.read() as work:
        mail = next(one for one in work.outbox.messages() if one.reminder and one.local_day == "2027-01-15")  # a Friday
        assert mail.until is not None
        at = [datetime(2027, 1, day, hour, tzinfo=UTC) for day, hour in ((15, 7), (15, 12))]
        at.append(mail.until + timedelta(seconds=1))
        found = [app.letters.hours(work, mail, moment) for moment in at]
    friday, monday = (datetime(2027, 1, day, 8, tzinfo=UTC) for day in (15, 18))
    evening = timedelta(hours=8, minutes=30)
    assert found == [
        Hours(day="2027-01-15", opens=friday, closes=friday + evening),
        Hours(day="2027-01-15", opens=at[1], closes=friday + evening),
        Hours(day="2027-01-18", opens=monday, closes=monday + evening),
    ]
