"""Does the demo show all that it promises?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collegium.demo import show
from engine.mail import Message
from engine.ports import UnitOfWork
from storage.unit_of_work import SqlStore
from workflows.loader import shipped

REMINDERS = {"opened", "reminder", "today", "late"}
OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")
Played = tuple[show.Result, SqlStore]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The whole demo, once for all tests of this module."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    result = show.run(folder)
    store = SqlStore(f"sqlite:///{folder}/collegium.db")
    yield result, store
    store.close()


def sent(work: UnitOfWork) -> list[Message]:
    return work.outbox.messages("sent")


def when(message: Message) -> datetime:
    assert message.sent_at is not None
    return message.sent_at


@pytest.mark.slow
def test_all_outcomes_occur(played: Played) -> None:
    outcomes = played[0].outcomes
    assert set(outcomes) == {
        ("assessment-review", "recognised"), ("assessment-review", "rejected"), ("assessment-review", "withdrawn"),
        ("development-review", "done"), ("development-review", "lapsed"), ("development-review", "withdrawn"),
    }  # fmt: skip


@pytest.mark.slow
def test_recovery_ends_both_ways(played: Played) -> None:
    with played[1].read() as work:
        cases = [work.cases.load(id) for id in work.cases.all_ids("office")]
    assert {case.outcome for case in cases if case.parent is not None} == {"recognised", "rejected"}
    assert {case.outcome for case in cases if case.counts.get("reassessing")} == {"recognised", "rejected"}


@pytest.mark.slow
def test_everything_out_of_the_ordinary_occurs(played: Played) -> None:
    tally = played[0].tally
    counts = (tally.extensions, tally.substitutions, tally.moves, tally.pauses, tally.corrections)
    assert all(number > 0 for number in counts), counts


@pytest.mark.slow
def test_more_time_was_given_after_the_date(played: Played) -> None:
    late = []
    with played[1].read() as work:
        for id in work.cases.all_ids("office"):
            due: dict[str, str] = {}
            for row in work.cases.history(id):
                if row.event.kind == "extended":
                    late.append(row.event.recorded_at > datetime.fromisoformat(due[row.event.name]))
                due |= {key: value["due"]["at"] for field, key, value in row.event.effects
                        if field == "tasks" and value and isinstance(value.get("due"), dict)}  # fmt: skip
    assert late == [True]


@pytest.mark.slow
def test_mails_at_the_server_are_those_recorded_as_sent_per_kind_and_none_came_twice(played: Played) -> None:
    result, store = played
    assert dict(result.received) == dict(result.sent)
    with store.read() as work:
        ids = [message.message_id for message in sent(work)]
    assert len(ids) == len(set(ids)) == sum(result.received.values())


@pytest.mark.slow
def test_nobody_has_two_reminder_mails_on_one_day(played: Played) -> None:
    with played[1].read() as work:
        days = Counter(
            (message.address, when(message).astimezone(OFFICE_ZONE).date())
            for message in sent(work)
            if message.kind in REMINDERS
        )
    assert [key for key, number in days.items() if number > 1] == []


@pytest.mark.slow
def test_nobody_is_asked_for_what_was_done(played: Played) -> None:
    with played[1].read() as work:
        ended = _ended(work)
        late = [
            (message.kind, ask)
            for message in sent(work)
            for ask in message.asks
            if message.kind != "not_needed" and ask in ended and ended[ask] < when(message)
        ]
    assert late == []


def _ended(work: UnitOfWork) -> dict[tuple[str, str], datetime]:
    """When each task instance ended for good."""
    ended: dict[tuple[str, str], datetime] = {}
    for id in work.cases.all_ids("office"):
        for row in work.cases.history(id):
            for field, key, value in row.event.effects:
                state = value.get("state") if field == "tasks" and value else None
                if state in ("done", "expired", "closed", "skipped"):
                    ended[id, key] = row.event.recorded_at
                elif state == "open":
                    ended.pop((id, key), None)
    return ended


@pytest.mark.slow
def test_nothing_was_sent_during_the_outage(played: Played) -> None:
    begin, end = show.OUTAGE
    with played[1].read() as work:
        assert [message.id for message in sent(work) if begin <= when(message) < end] == []


@pytest.mark.slow
def test_every_history_is_whole_and_no_mail_failed(played: Played) -> None:
    result = played[0]
    assert (result.problems, result.driven.failures, result.driven.failed) == ((), [], 0)


@pytest.mark.slow
def test_it_leaves_mails_summaries_and_diagrams(played: Played) -> None:
    folder: Path = played[0].folder
    names = {path.name for path in (folder / "summaries").glob("office.*")}
    assert names == {
        "office.nl.md", "office.nl.html", "office.en.md", "office.en.html", "office.nl.xlsx", "office.nl.pdf",
    }  # fmt: skip
    kinds = {path.name.partition("-")[0].partition(".")[0] for path in (folder / "summaries").glob("*.pdf")}
    assert kinds == {"office", "region", "committee", "cycle", "reviewer"}
    drawn = {f"{name}.{language}.{ending}" for name in shipped() for language in ("nl", "en") for ending in show.DRAWN}
    assert {path.name for path in (folder / "diagrams").iterdir()} == drawn
    assert len(list((folder / "mail" / "new").iterdir())) == sum(played[0].received.values())
