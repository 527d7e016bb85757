"""Do summaries say the same for the same facts, and to each audience no more than it may know?"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from collegium.bootstrap import Application
from collegium.launching import participant_of
from collegium.summaries import render, summarise, write_all
from collegium.summaries.facts import NothingToSummarise
from collegium.summaries.rendering import UnknownFormat
from collegium.summaries.served import present, visitors
from engine.actions import Assign, Correct, Take
from engine.case import Present
from engine.directory import Absence
from engine.mail import Message
from engine.summary import Audience
from engine.world import Organisation, Person, World
from notifications.address import misplaced
from notifications.catalogue import texts
from tests.builders.definitions import small_review_files
from tests.builders.storage import a_case, a_holding, a_moment
from tests.collegium.reviews import (
    BEGIN,
    HOSTS,
    NAMES,
    NOW,
    act,
    an_app,
    case_of,
    drive,
    launch,
    pages_of,
    the_office,
    told,
)
from workflows import loader

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def office() -> Application:
    return the_office()


# the same facts, the same text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "audience", "host", "language", "format_"),
    [
        ("office.nl.md", "office", None, "nl", "md"),
        ("office.en.html", "office", None, "en", "html"),
        ("linde.nl.html", "partnership", "linde", "nl", "html"),
        ("linde.en.md", "partnership", "linde", "en", "md"),
        ("eik.nl.md", "partnership", "eik", "nl", "md"),
        ("iep.nl.md", "partnership", "iep", "nl", "md"),
        ("els.nl.md", "partnership", "els", "nl", "md"),
        ("region.nl.md", "region", None, "nl", "md"),
        ("cycle.nl.md", "cycle", None, "nl", "md"),
        ("cycle.en.html", "cycle", None, "en", "html"),
        ("reviewer.nl.md", "reviewer", "els", "nl", "md"),
        ("reviewer.en.md", "reviewer", "els", "en", "md"),
    ],
)
def test_the_same_facts_give_the_same_text(
    office: Application, name: str, audience: Audience, host: str | None, language: str, format_: str
) -> None:
    case = case_of(office, host) if host and audience == "partnership" else None
    region = "Duinrand" if audience == "region" else None
    person = f"contact-{host}" if audience == "reviewer" else None
    text = render(told(office, audience, case=case, region=region, person=person), language, format_)
    golden = GOLDEN / name
    if os.environ.get("COLLEGIUM_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_a_reviewer_reads_their_own_page_in_their_own_form_of_address(office: Application) -> None:
    formal = told(office, "reviewer", person="contact-els")
    assert formal.reviewer is not None
    informal = replace(formal, reviewer=replace(formal.reviewer, informal=True))
    t = texts("nl")
    assert misplaced(render(formal, "nl", "md"), t.series("informal_words"), informal=False) is None
    assert misplaced(render(informal, "nl", "md"), t.series("formal_words"), informal=True) is None
    assert ("Wat moet u doen?" in render(formal), "Wat moet je doen?" in render(informal)) == (True, True)


def test_a_meeting_without_cases_says_so(office: Application) -> None:
    summary = told(office, "office")
    day = (next(iter(summary.wordings)), "committee_day", (date(2027, 3, 4),))
    body = replace(summary, audience="committee", meetings=(day,))
    assert "nog geen zaken" in render(body, "nl", "md")
    assert "no cases yet" in render(body, "en", "md")


def test_writing_twice_gives_identical_files(office: Application, tmp_path: Path) -> None:
    first = write_all(office, tmp_path / "first", NOW)
    second = write_all(office, tmp_path / "second", NOW)
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert sorted(path.name for path in first if path.name.endswith(".nl.html")) == [
        "de-eik-co-west--small-review.nl.html", "de-els--small-review.nl.html", "de-iep-zuid--small-review.nl.html",
        "de-linde--small-review.nl.html", "office.nl.html",
    ]  # fmt: skip


def test_the_office_page_links_to_every_other_page(office: Application, tmp_path: Path) -> None:
    written = {path.name for path in write_all(office, tmp_path, NOW)}
    page = (tmp_path / "office.nl.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="([^":]+\.html)"', page)) == {
        name for name in written if name.endswith(".nl.html") and not name.startswith("office")
    }


# as of a past day -----------------------------------------------------------------------------------------------------


def test_a_summary_as_of_a_past_day_is_the_one_that_was_made_then() -> None:
    app = an_app()
    app.mailroom.start()
    cases = launch(app, small_review_files(), ["linde"])
    act(app, cases["linde"], Take(transition="begin", answers={"day": date(2027, 6, 24)}), 3, "coordinator")
    then = BEGIN + timedelta(days=10)
    drive(app, 10)
    before = summarise(app, audience="partnership", case=cases["linde"], now=then)
    act(app, cases["linde"], Correct(reason="mistake", state="proposed"), 12)
    after = summarise(app, audience="partnership", case=cases["linde"], now=NOW, as_of=then)
    assert after.cases == before.cases
    assert "U ziet de stand van 21 januari 2027 om 09:00 uur." in render(after)
    assert summarise(app, audience="partnership", case=cases["linde"], now=NOW).cases != before.cases


def test_before_a_case_began_there_is_nothing_to_tell(office: Application) -> None:
    then = BEGIN - timedelta(days=1)
    with pytest.raises(NothingToSummarise):
        told(office, "partnership", case=case_of(office, "els"), as_of=then)
    assert told(office, "office", as_of=then).cases == ()
    assert "Er zijn nog geen zaken." in render(told(office, "office", as_of=then))


# who may see what -----------------------------------------------------------------------------------------------------


def test_only_the_office_reads_names_of_people(office: Application) -> None:
    assert "MARK coordinator" in render(told(office, "office"))
    assert "MARK contact-els" not in render(told(office, "office"))  # not late: the coordinator is


def test_no_mark_comes_through_to_partnership_or_region(office: Application) -> None:
    found = [told(office, "region"), *(told(office, "partnership", case=case_of(office, host)) for host in HOSTS)]
    assert all(summary.people == {} for summary in found)
    pages = [
        render(each, language, format_) for each in found for language in ("nl", "en") for format_ in ("md", "html")
    ]
    assert [page for page in pages if "MARK" in page] == []


def test_no_reason_or_answer_comes_through_even_to_the_office(office: Application) -> None:
    page = render(told(office, "office"))
    assert [
        word for word in ("MARK move", "MARK pause", "MARK extension", "MARK what", "MARK author") if word in page
    ] == []


def test_a_partnership_reads_nothing_of_another(office: Application) -> None:
    for host in HOSTS:
        page = render(told(office, "partnership", case=case_of(office, host)))
        assert [other for other in HOSTS if other != host and NAMES[other] in page] == []


def test_candidates_and_reviewers_stay_unknown_to_the_partnership() -> None:
    """A panel is proposed, somebody is invited: neither their names nor their organisations are told."""
    app = an_app()
    app.mailroom.start()
    cases = launch(app, loader.bundle(loader.shipped()["development-review"]), ["linde"])
    case = cases["linde"]
    act(app, case, Correct(reason="MARK correction", state="planning"), 5)
    with app.store.write() as work:
        keys = [participant_of(work, case, f"pool-{host}", app.keys) for host in ("eik", "iep")]
        work.commit()
    waived = dict.fromkeys(keys, "MARK waived")
    act(app, case, Assign(name="chair", participants=tuple(keys), places=1, waive=waived), 6)
    drive(app, 30)
    summary = summarise(app, audience="partnership", case=case, now=NOW)
    hidden = ["MARK", "De Eik", "De Iep", "pool-"]
    assert [word for word in hidden for page in pages_of(summary) if word in page] == []
    assert summary.cases[0].tally.corrections == 1


# whom to ring, and what the office must decide ------------------------------------------------------------------------


def test_the_office_reads_once_whom_to_ring_with_the_number_and_every_reason() -> None:
    app = an_app()
    app.mailroom.start()
    cases = launch(app, small_review_files(), ["els", "linde", "iep"])
    begin = Take(transition="begin", answers={"day": date(2027, 3, 25)})
    for host, day in (("els", 1), ("linde", 2)):
        act(app, cases[host], begin, day)
    drive(app, 50)
    with app.store.write() as work:
        for id, phone in (("coordinator", "030 22"), ("contact-els", "030 33")):
            person = work.people.person(id)
            assert person is not None
            fails = id == "contact-els"
            since = BEGIN + timedelta(days=9) if fails else None
            work.people.put_person(
                replace(person, phone=phone, reachable=not fails, unreachable_since=since, unreachable_why="550 5.1.1")
            )
        work.commit()
    page = render(summarise(app, audience="office", now=BEGIN + timedelta(days=50)))
    ring, _, late = page.partition("## Wat is te laat?")
    assert (
        "| MARK contact-els | 030 33 | De Els: Korte reflectie schrijven; de mail komt niet aan | 20 januari 2027 "
        "| 7 werkdagen |\n"
        "| MARK contact-linde |  | De Linde: Korte reflectie schrijven | 19 februari 2027 | 7 werkdagen |\n"
    ) in ring
    assert "MARK coordinator" not in ring.partition("## ")[2]
    assert "| De Iep \\| Zuid | Bezoekdag kiezen | MARK coordinator |" in late
    assert "| MARK contact-els | **Adres werkt niet** | 20 januari 2027 | De Els | 550 5.1.1 |" in page


def test_who_is_on_leave_is_not_rung_but_their_substitute_or_nobody() -> None:
    app = an_app()
    app.mailroom.start()
    cases = launch(app, small_review_files(), ["els", "linde", "iep"])
    for host in cases:
        act(app, cases[host], Take(transition="begin", answers={"day": date(2027, 3, 25)}), 1)
    drive(app, 50)
    with app.store.write() as work:
        for id, substitute in (("contact-els", "contact-linde"), ("contact-iep", None)):
            person = work.people.person(id)
            assert person is not None
            leave = Absence(first=date(2027, 3, 1), last=date(2027, 3, 5), substitute=substitute)
            work.people.put_person(replace(person, absences=(leave,), reachable=id != "contact-iep"))
        work.commit()
    page = render(summarise(app, audience="office", now=BEGIN + timedelta(days=50)))
    table = page.partition("| --- | --- | --- | --- | --- |\n")[2].partition("\n\n")[0]
    assert table.splitlines() == [
        "| MARK contact-linde, vervangt MARK contact-els (afwezig tot en met 5 maart 2027) |  "
        "| De Els: Korte reflectie schrijven; De Linde: Korte reflectie schrijven | 19 februari 2027 | 7 werkdagen |",
        "| MARK contact-iep (afwezig tot en met 5 maart 2027, niemand vervangt) |  "
        "| De Iep \\| Zuid: Korte reflectie schrijven | 19 februari 2027 | 7 werkdagen |",
    ]
    assert "| MARK contact-els (afwezig tot en met 5 maart 2027, vervanger: MARK contact-linde) |" in page
    after = render(summarise(app, audience="office", now=BEGIN + timedelta(days=55)))
    assert "| MARK contact-els |  | De Els: Korte reflectie schrijven |" in after


def test_the_office_and_the_partnership_read_that_a_case_is_about_to_lapse() -> None:
    app = an_app()
    app.mailroom.start()
    case = launch(app, small_review_files(), ["els"])["els"]
    drive(app, 355)
    soon = BEGIN + timedelta(days=355)
    page = render(summarise(app, audience="office", now=soon))
    assert "| Vervallen zonder begin (gebeurt vanzelf) | 11 januari 2028 |" in page
    own = render(summarise(app, audience="partnership", case=case, now=soon))
    assert "Vervallen zonder begin (gebeurt vanzelf): 11 januari 2028" in own


def test_the_office_reads_what_waits_for_its_decision_and_which_mail_is_held() -> None:
    app = an_app()
    app.mailroom.start()
    cases = launch(app, small_review_files(), ["els"])
    held = Message(
        id="m1", secretariat="office", person="contact-els", address="x@example.org", language="nl", kind="opened",
        subject="s", text="t", html="h", message_id="<m1@example.org>", references=None, reply_to="b@example.org",
        local_day="2027-01-12", reminder=False, asks=(), cases=(cases["els"],), created_at=BEGIN, state="held",
    )  # fmt: skip
    with app.store.write() as work:
        work.outbox.add(held, [])
        work.outbox.add(replace(held, id="m2", message_id="<m2@example.org>", state="unknown", legal=True), [])
        work.commit()
    page = render(told(app, "office"))
    assert "| De Els | Vastgehouden: Nieuwe taak, aan MARK contact-els | 11 januari 2027 |  |" in page
    assert "| De Els | Onzeker of aangekomen: Nieuwe taak, aan MARK contact-els | 11 januari 2027 |  |" in page


# undelivered mail -----------------------------------------------------------------------------------------------------


def test_mail_that_did_not_arrive_needs_the_attention_of_the_office() -> None:
    app = an_app()
    cases = launch(app, small_review_files(), ["els"])
    lost = Message(
        id="m1", secretariat="office", person="contact-els", address="x@example.org", language="nl", kind="opened",
        subject="s", text="t", html="h", message_id="<m1@example.org>", references=None, reply_to="b@example.org",
        local_day="2027-01-12", reminder=False, asks=(), cases=(cases["els"],), created_at=BEGIN,
    )  # fmt: skip
    with app.store.write() as work:
        contact = work.people.person("contact-els")
        assert contact is not None
        work.people.put_person(replace(contact, reachable=False))
        work.outbox.add(lost, [])
        assert work.outbox.lease(BEGIN, 9, BEGIN) == []  # it is refused, for why we keep words of our own
        work.commit()
    why = "het adres van de lezer werkt niet"
    assert f"| MARK contact-els | **Geweigerd**: Nieuwe taak | 11 januari 2027 | De Els | {why} |" in render(
        told(app, "office")
    )
    assert "Geweigerd" not in render(told(app, "partnership", case=cases["els"]))
    past = summarise(app, audience="office", now=NOW, as_of=BEGIN + timedelta(days=1))
    assert "Geweigerd" not in render(past)
    assert "Voor een dag in het verleden laten wij dit niet zien." in render(past)


# what cannot be told --------------------------------------------------------------------------------------------------


def test_what_does_not_exist_is_refused(office: Application) -> None:
    with pytest.raises(NothingToSummarise):
        told(office, "partnership")
    with pytest.raises(NothingToSummarise):
        told(office, "partnership", case="nobody")
    with pytest.raises(NothingToSummarise):
        told(office, "office", cycle="Ronde 1900")
    with pytest.raises(NothingToSummarise, match='There is no round 1900; there are: "Ronde 2027"'):
        told(office, "cycle", cycle="1900")
    with pytest.raises(NothingToSummarise, match="about one person: say who"):
        told(office, "reviewer")
    with pytest.raises(NothingToSummarise, match="There is no person nobody"):
        told(office, "reviewer", person="nobody")
    with pytest.raises(NothingToSummarise, match="None of these cases comes before a committee"):
        told(office, "committee")
    with pytest.raises(NothingToSummarise, match="had no cases yet"):
        told(office, "cycle", as_of=BEGIN - timedelta(days=1))
    with pytest.raises(NothingToSummarise):
        told(office, "region", region="Nergens")
    with pytest.raises(NothingToSummarise, match="there are: Duinrand"):
        told(office, "region", region="Nergens")
    with pytest.raises(NothingToSummarise):
        told(office, "office", secretariat="other")
    with pytest.raises(UnknownFormat):
        render(told(office, "office"), "nl", "pdf")


def test_a_round_can_be_chosen_by_its_name(office: Application) -> None:
    assert len(told(office, "office", cycle="Ronde 2027").cases) == len(HOSTS)
    assert len(told(office, "office", case=case_of(office, "eik")).cases) == 1


# visits to others -----------------------------------------------------------------------------------------------------


def test_who_was_present_at_a_visit_has_served_and_who_only_met_before_it_has_not() -> None:
    day = date(2027, 3, 10)
    seated = [a_holding(f"peer-{number}", participant=f"p{number}", state="seated") for number in (1, 2, 3)]
    case = a_case(
        holdings=seated,
        subject="host",
        present={
            "attendance": Present(of="panel", participants=("p1", "p2", "guest"), seq=2),
            "meeting": Present(of="panel", participants=("p3",), seq=1),
        },
        moments={
            "attendance.done": a_moment(datetime(2027, 3, 11, 9, tzinfo=UTC)),
            "meeting.done": a_moment(datetime(2027, 3, 1, 9, tzinfo=UTC)),
        },
    )
    people = {
        key: Person(participant=key, organisation=where)
        for key, where in {"p1": "east", "p2": "host", "p3": "west", "guest": "south"}.items()
    }
    world = World(host=Organisation(id="host", name="Host"), people=people, general={})
    there = present(case, day, NOW + timedelta(days=30))
    assert (there, visitors(case, there, world)) == ({"p1", "p2"}, {"east"})
    assert present(case, day, NOW) == set()  # it lies ahead
    assert present(case, day, NOW + timedelta(days=365 * 7)) == set()  # too long ago


# cases that belong together -------------------------------------------------------------------------------------------


def test_a_case_that_another_called_for_stands_on_the_same_page(office: Application) -> None:
    alone = told(office, "partnership", case=case_of(office, "linde"))
    again = replace(alone.cases[0], case="again", child="again")
    wording = alone.wordings[again.behaviour]
    for labels, said in (({("child", "again"): {"nl": "Opnieuw"}}, " (opnieuw)"), ({}, "")):
        worded = {again.behaviour: replace(wording, labels={**wording.labels, **labels})}
        page = render(replace(alone, cases=(alone.cases[0], again), wordings=worded))
        titles = ["Ronde 2027: Kleine review", f"Ronde 2027: Kleine review{said}"]
        assert re.findall("^## (Ronde.*)$", page, re.MULTILINE) == titles
        assert page.count("### Waar staat het?") == 2
