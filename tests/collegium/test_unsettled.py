"""Which mails need the office: the list of mails, the week, the summary and the doctor agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from collegium.bootstrap import build
from collegium.settings import Settings
from collegium.unsettled import doubted, lost, refused
from engine.mail import Delivery, outbox_stream
from storage.memory import MemoryStore
from tests.builders.storage import NOW, a_message, furnish
from tests.collegium.command_line import Office, a_writing_office

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def a_store() -> MemoryStore:
    """A mail that was refused, a decision that may not have arrived, and a word without effect of which that holds."""
    store = MemoryStore()
    furnish(store)
    with store.write() as work:
        for id, outcome, legal in (
            ("refused", "refused", False),
            ("doubted", "unknown", True),
            ("word", "unknown", False),
        ):
            work.outbox.add(a_message(id, legal=legal), [])
            work.outbox.record(id, Delivery(outcome=outcome, answer="550"), NOW)  # type: ignore[arg-type]  # a literal
        work.commit()
    return store


def ids(store: MemoryStore) -> tuple[list[str], list[str], list[str]]:
    with store.read() as work:
        found = (doubted(work, "office"), refused(work, "office"), lost(work, "office"))
    return tuple([each.id for each in one] for one in found)  # type: ignore[return-value]  # three of them


def test_what_nobody_has_looked_after_is_told() -> None:
    assert ids(a_store()) == (["doubted"], ["refused"], ["refused", "doubted", "word"])


def test_what_the_office_has_decided_needs_nobody_any_more() -> None:
    store = a_store()
    with store.write() as work:
        for id in ("doubted", "word"):
            work.record(outbox_stream("office"), "mail_decided", {"message": id, "how": "by-phone"}, LATER)
        work.commit()
    assert ids(store) == ([], ["refused"], ["refused"])


def test_what_was_sent_again_is_told_of_by_the_mail_that_does_so() -> None:
    store = a_store()
    with store.write() as work:
        for id in ("refused", "doubted", "word"):
            work.outbox.add(a_message(f"{id}-again", resends=id), [])
        work.commit()
    assert ids(store) == ([], [], [])


def test_refused_mails_of_before_the_last_week_are_not_the_weeks() -> None:
    store = a_store()
    with store.read() as work:
        assert [len(refused(work, "office", since)) for since in (NOW, LATER)] == [1, 0]


def test_of_another_office_nobody_hears() -> None:
    with a_store().read() as work:
        assert (doubted(work, "elsewhere"), refused(work, "elsewhere"), lost(work, "elsewhere")) == ([], [], [])


def told_of(office: Office) -> list[bool]:
    """Whether the doctor, the summary and the week name the mail whose outcome nobody knows."""
    checks = office.json("doctor", "--offline")["findings"]
    summary = office.run("summary", "--for", "office", "--format", "md").stdout
    week = office.run("digest", "preview", "cora@bureau.example", "--kind", "week").stdout
    return [
        any(each["check"] == "mail" and each["grade"] == "look" for each in checks),
        "Arrival uncertain" in summary,
        "Besluit" in week,
    ]


def test_a_decision_on_the_phone_ends_it_everywhere(tmp_path: Path) -> None:
    office = a_writing_office(tmp_path)
    with build(Settings(database=f"sqlite:///{office.database}")) as app, app.store.write() as work:
        cases = tuple(work.cases.all_ids("office") or work.cases.all_ids(work.people.secretariats()[0].id))
        own = {"secretariat": work.people.secretariats()[0].id, "asks": (), "cases": cases, "created_at": AT}
        person = work.people.persons(own["secretariat"])[0]  # type: ignore[arg-type]  # a name
        mail = a_message("deadbeef", person=person.id, address=person.email, subject="Besluit", legal=True, **own)
        work.outbox.add(mail, [])
        work.outbox.record("deadbeef", Delivery(outcome="unknown", answer="no answer"), AT)
        work.commit()
    office = office.at("2027-03-02T09:00")
    assert told_of(office) == [True, True, True]
    office.run("outbox", "decide", "deadbeef", "by-phone", "--reason", "Gebeld")
    assert told_of(office) == [False, False, False]
