"""What do digests say, and to whom no more than they may know? Golden texts, marked names, mails as they are sent."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from imap_tools import MailMessage

from collegium.bootstrap import Application
from collegium.digests.issuing import composed, facts_of, issue_due
from collegium.digests.words import catalogue
from engine.actions import Take
from engine.digests import Subscription
from engine.directory import Absence
from engine.mail import Delivery, Wire
from notifications import links
from notifications.composing import Composed
from notifications.mailroom import SyncDispatcher
from tests.builders.storage import a_message
from tests.collegium import reviews
from tests.collegium.digests.office import at, digests, launched, pass_time, subscriber, with_a_reader
from tests.collegium.reviews import OPERATOR

GOLDEN = Path(__file__).parents[1] / "golden"
NOW = at("2027-03-01T09:00")


@dataclass
class Pigeonhole:
    """Implements engine.ports.Sender: keeps what it is given."""

    mails: list[Wire] = field(default_factory=list)

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        self.mails += mails
        return {mail.message: Delivery(outcome="sent", code=250) for mail in mails}

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    """Seven weeks after the launch: one is on its way, three have no day yet; two mails went wrong."""
    made, cases = launched()
    begin = Take(transition="begin", answers={"day": date(2027, 4, 22)})
    pass_time(made, at("2027-01-13T10:00"))
    made.operations.act(cases["linde"], begin, OPERATOR, at("2027-01-13T10:00"))
    pass_time(made, NOW, at("2027-01-13T10:00"))
    with made.store.write() as work:
        signatory = work.people.person("signatory-iep")
        assert signatory is not None
        work.people.put_person(replace(signatory, reachable=False, unreachable_since=at("2027-02-20T10:00"),
                                       unreachable_why="550 5.1.1 no such user", phone="030 2"))  # fmt: skip
        more = {"person": "contact-eik", "address": "contact-eik@example.org", "asks": (), "created_at": NOW}
        work.outbox.add(a_message("lost", subject="Stop", **more), [])
        work.outbox.record("lost", Delivery(outcome="refused", code=552, answer="552 mailbox full"), NOW)
        work.outbox.add(a_message("unsure", subject="Besluit", legal=True, **more), [])
        work.outbox.record("unsure", Delivery(outcome="unknown", answer="the line died"), NOW)
        work.outbox.add(a_message("held", subject="Lees eerst", state="held", hold="eerst bellen", **more), [])
        work.commit()
    yield made
    made.close()


def written(app: Application, person: str, kind: str, language: str = "nl") -> Composed:
    to = subscriber(app, person, kind, NOW)
    to = replace(to, person=replace(to.person, language=language))
    with app.store.read() as work:
        gathered = facts_of(app, work, work.people.secretariats()[0], NOW, [to])
        return composed(work, gathered, to, "month")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("person", "kind"), [("coordinator", "week"), ("contact-linde", "partnership"), ("reader", "region")]
)
def test_the_same_facts_give_the_same_mail(app: Application, person: str, kind: str, language: str) -> None:
    words = written(app, person, kind, language)
    text = f"Subject: {words.subject}\n\n{words.text}"
    golden = GOLDEN / f"digest-{kind}.{language}.txt"
    if os.environ.get("COLLEGIUM_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("person", "kind"), [("contact-linde", "partnership"), ("reader", "region")])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_summary_names_nobody_but_its_reader(app: Application, person: str, kind: str, language: str) -> None:
    words = written(app, person, kind, language)
    for part in (words.subject, words.text, words.html):
        assert [each for each in part.replace(f"MARK {person}", "").split() if "MARK" in each] == []


def test_the_subject_says_what_the_process_calls_itself_and_nothing_where_there_are_several() -> None:
    app, _ = launched()
    subjects = [
        written(app, who, kind, "nl").subject for who, kind in (("reader", "region"), ("contact-eik", "partnership"))
    ]
    assert subjects == [
        "Stand van zaken Duinrand (Kleine review)",
        "Stand van zaken De Eik & Co <West> (Kleine review)",
    ]
    files = with_a_reader()
    text = files["process.yaml"].decode().replace("process: small-review", "process: other-review", 1)
    reviews.launch(app, files | {"process.yaml": text.replace("Kleine review", "Andere review").encode()}, ["linde"])
    subjects = [
        written(app, who, kind, "nl").subject for who, kind in (("reader", "region"), ("contact-eik", "partnership"))
    ]
    assert subjects == ["Stand van zaken Duinrand", "Stand van zaken De Eik & Co <West> (Kleine review)"]


def test_no_text_knows_what_kind_of_review_it_is() -> None:
    assert [text for text in str(catalogue()).casefold().split() if text.startswith(("peerreview", "peer"))] == []


def test_lines_are_at_most_72_columns_wide(app: Application) -> None:
    words = written(app, "coordinator", "week")
    assert [line for line in words.text.splitlines() if len(line) > 72 and "%%" not in line] == []


def test_an_office_where_nothing_is_late_hears_so() -> None:
    quiet, _ = launched()
    pass_time(quiet, at("2027-01-12T10:00"))
    to = subscriber(quiet, "coordinator", "week", at("2027-01-12T10:00"))
    with quiet.store.read() as work:
        gathered = facts_of(quiet, work, work.people.secretariats()[0], at("2027-01-12T10:00"), [to])
        words = composed(work, gathered, to, "week")
    assert words.subject == "Weekoverzicht week 2: niets te laat"
    assert "Er is niets te laat, er wacht niets op een besluit en er is geen mail teruggekomen." in " ".join(
        words.text.split()
    )


def test_the_week_sends_nobody_after_somebody_on_leave() -> None:
    app, cases = launched()
    for host in ("els", "iep"):
        begin = Take(transition="begin", answers={"day": date(2027, 3, 25)})
        app.operations.act(cases[host], begin, OPERATOR, at("2027-01-13T10:00"))
    with app.store.write() as work:
        for id, substitute in (("contact-els", "signatory-els"), ("contact-iep", None)):
            person = work.people.person(id)
            assert person is not None
            leave = Absence(first=date(2027, 3, 1), last=date(2027, 3, 5), substitute=substitute)
            work.people.put_person(replace(person, absences=(leave,)))
        work.commit()
    pass_time(app, at("2027-01-14T10:00"), at("2027-01-13T10:00"))
    to = subscriber(app, "coordinator", "week", NOW)
    with app.store.read() as work:
        gathered = facts_of(app, work, work.people.secretariats()[0], NOW, [to])
        text = " ".join(composed(work, gathered, to, "week").text.split())
    assert (
        "- MARK signatory-els (signatory-els@example.org), vervangt MARK contact-els "
        "(afwezig tot en met vrijdag 5 maart 2027) De Els: Korte reflectie schrijven."
    ) in text
    assert "- MARK contact-iep (afwezig tot en met vrijdag 5 maart 2027, niemand vervangt) De Iep | Zuid:" in text


def test_the_office_hears_of_a_review_that_is_about_to_end_by_itself() -> None:
    app, _ = launched()
    soon = at("2028-01-03T09:00")
    pass_time(app, soon)
    to = subscriber(app, "coordinator", "week", soon)
    with app.store.read() as work:
        gathered = facts_of(app, work, work.people.secretariats()[0], soon, [to])
        text = " ".join(composed(work, gathered, to, "week").text.split())
    assert "dinsdag 11 januari 2028" in text
    assert "De Els: Vervallen zonder begin, vanzelf, als er niets gebeurt" in text


def test_texts_are_there_in_both_languages_and_address_nobody() -> None:
    texts = {**catalogue()["texts"], **catalogue()["list_names"]}
    assert [name for name, each in texts.items() if set(each) != {"nl", "en"}] == []
    dutch = " ".join(str(each["nl"]) for each in texts.values()).lower().replace("(", " ").split()
    assert {"u", "uw", "je", "jouw"} & {word.strip(".,:;!?'\"[]") for word in dutch} == set()


# as it is sent --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sent() -> tuple[Application, list[Wire]]:
    """All mails of the first month of a round."""
    made, _ = launched()
    post = Pigeonhole()
    made.mailroom.stop()
    made.mailroom = SyncDispatcher(made.store, post, made.letters, made.service)
    with made.mailroom:
        pass_time(made, at("2027-02-03T00:00"))
    return made, post.mails


def headers(mail: Wire) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(mail.data)


def test_a_digest_can_be_stopped_and_a_mail_about_a_task_cannot(
    sent: tuple[Application, list[Wire]],
) -> None:
    app, mails = sent
    made = {each.id: each for each in digests(app)}
    assert 0 < len(made) < len(mails)
    for mail in mails:
        read, other = headers(mail), MailMessage.from_bytes(mail.data)
        digest = made.get(mail.message)
        names = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id")
        if digest is None:
            assert [name for name in names if name in read] == []
            assert "/u/" not in other.text + other.html
            continue
        token = links.make(app.service.key, f"{digest.person}/{digest.digest}", 1, links.DIGEST)
        address = f"http://localhost:8000/u/{token}"
        assert [read.get(name) for name in names] == [
            f"<{address}>", None, f"<{digest.digest}.example.org>",
        ]  # fmt: skip
        assert other.headers["list-unsubscribe"] == (f"<{address}>",)
        assert address in other.text
        assert f'href="{address}"' in other.html
        assert b"%%link" not in mail.data


def test_the_address_at_which_a_digest_is_stopped_is_stored_nowhere(sent: tuple[Application, list[Wire]]) -> None:
    app, _ = sent
    assert [each.id for each in digests(app) if "/u/" in each.text + each.html] == []


def test_who_stopped_one_kind_still_gets_the_others_and_all_tasks() -> None:
    made, _ = launched()
    with made.store.write() as work:
        work.digests.put_subscription(Subscription(person="contact-els", kind="region", off_since=NOW))
        work.commit()
    with made.store.read() as work:
        office = work.people.secretariats()[0]
    issue_due(made, office, at("2027-02-01T09:00"))
    assert [each.digest for each in digests(made, person="contact-els")] == ["partnership"]
