"""What the leaders in this field do wrong, by the numbers of the list: where the whole system is needed to show it."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from collegium.demo.scripts import Script
from engine.mail import Delivery, Wire
from notifications.mailroom import SyncDispatcher
from tests.collegium.command_line import HOST, an_office_with_a_case
from tests.collegium.street import Street
from tests.faults.test_outages import DAY, asked, asleep, midnight
from tests.journeys import stage
from tests.journeys.journey import ZONE, Journey, Postbox

NOBODY_WRITES = Script(what="nobody writes", silent=frozenset({"reflection"}))


def test_defect_1_a_day_that_is_missed_loses_no_reminder() -> None:
    with Journey("small-review", NOBODY_WRITES) as story:
        due = story.until_open("reflection").due
        assert due is not None
        reminded = due.day - 14 * DAY
    outage = asleep(midnight(reminded), midnight(reminded + 2 * DAY))  # the day on which it was to be reminded
    with Journey("small-review", NOBODY_WRITES, asleep=outage) as story:
        story.until_midnight(reminded)
        assert story.mails("reminder") == []
        story.until_midnight(reminded + 3 * DAY)
        (reminder,) = story.mails("reminder")
        assert asked(reminder) == ["reflection:1"]
        assert reminder.local_day == (reminded + 2 * DAY).isoformat()


def test_defect_2_two_rules_of_one_kind_on_one_day_do_not_swallow_each_other() -> None:
    script = Script(what="nobody chooses a day", silent=frozenset({"choose_day"}))
    with Journey("small-review", script, hosts=6) as story:
        story.until(lambda case: len(story.mails("today")) > 0)
        with story.app.store.read() as work:
            by_person: Counter[str | None] = Counter(
                each.person for each in work.outbox.notices() if each.notice.template == "today"
            )
            states = {each.state for each in work.outbox.notices() if each.notice.template == "today"}
        assert states == {"composed"}
        assert by_person.total() == 6
        assert max(by_person.values()) > 1
        # One mail a person, and in it every task of every case.
        assert {message.person: len(message.asks) for message in story.mails("today")} == by_person


class Overtaken(Postbox):
    """While it sends, somebody else on the same store begins to send as well."""

    def __init__(self) -> None:
        self.others: list[SyncDispatcher] = []
        self.now: Callable[[], datetime] = lambda: stage.START
        self.sent: Counter[str] = Counter()
        self.by_others = 0

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        self.sent.update(mail.message for mail in mails)
        for other in self.others:
            self.by_others += other.dispatch(self.now()).sent
        return await super().send(mails)


def test_defect_3_a_mail_that_is_being_sent_is_sent_by_nobody_else() -> None:
    wire = Overtaken()
    with Journey("small-review", hosts=6, sender=wire) as story:
        second = SyncDispatcher(story.app.store, Postbox(), story.app.letters, story.app.service)
        with second:
            wire.others = [second]
            wire.now = lambda: story.now
            story.until(lambda case: all(each.closed for each in story.cases()))
        assert set(wire.sent.values()) == {1}
        assert wire.by_others == 0
        assert sorted(wire.sent) == sorted(message.id for message in story.mails())


def test_defect_4_what_comes_after_a_date_needs_nothing_from_before_it() -> None:
    with Journey("small-review", Script(what="all is late", silent=frozenset({"choose_day", "reflection"}))) as story:
        scene = story.scene
        soon = scene.next_day(story.today + timedelta(days=10), "host")
        lines = [line.text for line in scene.arrow("begin").condition if line.waive]
        scene.take("begin", scene.holder("coordinator"), waive=dict.fromkeys(lines, "Het moet nu."), day=soon)
        due = story.task("reflection").due
        assert due is not None
        assert due.day < story.today + timedelta(days=14)  # the reminder of two weeks before was past at once
        story.until_midnight(due.day + 7 * DAY)
        kinds = [message.kind for message in story.mails() if "reflection:1" in asked(message)]
        assert "reminder" not in kinds[:1]
        assert "late" in kinds
        assert story.told("escalation") == 1


def test_defect_5_each_reader_is_written_to_in_their_own_language() -> None:
    with Journey("small-review", NOBODY_WRITES) as story:
        with story.app.store.write() as work:
            contact = work.people.person(story.person(story.contact) or "")
            assert contact is not None
            work.people.put_person(replace(contact, language="en"))
            work.commit()
        due = story.until_open("reflection").due
        assert due is not None
        story.until_midnight(due.day + 7 * DAY)
        languages = {(message.person == contact.id, message.language) for message in story.mails()}
        assert languages == {(True, "en"), (False, "nl")}
        subjects = {message.kind: message.subject for message in story.mails() if message.person == contact.id}
        assert subjects["begun"].startswith("Small review of ")
        assert subjects["today"].startswith("Today: ")
        signatory = [message for message in story.mails("begun") if message.person != contact.id]
        assert [message.subject.startswith("Kleine review van ") for message in signatory] == [True]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server whose own day is another one than that of the office."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def course() -> list[tuple[object, ...]]:
    with Journey("small-review", NOBODY_WRITES) as story:
        story.until(lambda case: case.closed)
        mails = [(one.kind, one.person, one.local_day, one.created_at, one.subject) for one in story.mails()]
        with story.app.store.read() as work:
            return sorted(mails) + [(row.hash,) for row in work.cases.history(story.id)]


def test_defect_7_today_is_that_of_the_office_wherever_the_server_stands(elsewhere: None) -> None:
    assert datetime.now().astimezone().utcoffset() == timedelta(hours=14)
    far = course()
    time.tzset()
    assert far == _at_home()
    with Journey("small-review", NOBODY_WRITES) as story:
        due = story.until_open("reflection").due
        assert due is not None
        assert due.at.astimezone(ZONE).isoformat() == f"{due.day}T23:59:59+01:00"


def _at_home() -> list[tuple[object, ...]]:
    with pytest.MonkeyPatch.context() as home:
        home.setenv("TZ", "UTC")
        time.tzset()
        found = course()
    time.tzset()
    return found


def test_defect_8_nobody_is_asked_for_what_is_done_while_the_mail_was_on_its_way() -> None:
    wire = Away()
    with Journey("small-review", NOBODY_WRITES, sender=wire) as story:
        due = story.until_open("reflection").due
        assert due is not None
        story.until_midnight(due.day)
        wire.away = True
        story.until(lambda case: bool(waiting(story, "today")))
        (stopped,) = waiting(story, "today")
        story.script = Script(what="the contact writes")
        story.scene.do("reflection:1")
        wire.away = False
        story.until_midnight(due.day + 10 * DAY)
        assert story.case.outcome == "done"
        assert story.mails("today") == []
        with story.app.store.read() as work:
            ends = {message.id: (message.state, message.last_error) for message in work.outbox.messages()}
        assert ends[stopped] == ("cancelled", "done")


def test_defect_8_nobody_is_asked_any_more_when_the_case_is_decided() -> None:
    with Journey("small-review", NOBODY_WRITES) as story:
        story.until_open("reflection")
        story.until_midnight(story.today + timedelta(days=3))
        scene = story.scene
        scene.take("stop", scene.holder("contact"))
        story.until(lambda case: case.closed)
        ended = story.now
        with story.app.store.read() as work:
            left = [each for each in work.outbox.notices("waiting") if each.notice.kind == "ask"]
            dates = dict(work.cases.load(story.id).deadlines)
        assert (left, dates) == ([], {})
        story.until_midnight(story.today + timedelta(days=120))
        assert [message.kind for message in story.mails() if message.created_at > ended and message.asks] == []


def test_defect_9_an_address_that_bounces_is_seen_at_once_and_sent_to_no_more(tmp_path: Path) -> None:
    with Street(tmp_path) as street:
        street.begin().wait(hours=2)
        participant, contact = street.holder("contact")
        (mail,) = street.mails_to(contact)
        street.come_back(mail)
        street.wait(minutes=1)
        (task,) = street.open("unreached")
        assert (task.about, task.assignees) == (participant, street.case.roles["coordinator"])
        street.wait(days=150)
        assert street.mails_to(contact) == [mail]


def test_defect_15_a_running_case_keeps_the_process_with_which_it_began() -> None:
    sooner = {
        b"version: 1": b"version: 2", b"due: {at: visit - 4w,": b"due: {at: visit - 6w,",
        b"remind: [-2w, -5wd]": b"remind: [-3w, -1w]",
    }  # fmt: skip
    with Journey("small-review", NOBODY_WRITES) as story:
        due = story.until_open("reflection").due
        assert due is not None
        story.until_midnight(due.day - timedelta(days=10))  # one reminder has gone out, another is to come
        files = stage.files_of("small-review")
        for old, new in sooner.items():
            assert old in files["process.yaml"]
            files["process.yaml"] = files["process.yaml"].replace(old, new)
        with story.app.store.write() as work:
            changed = story.app.launcher.store_definition(work, files)
            work.commit()
        afresh = stage.an_application(story.app.store, Postbox())  # as after a restart: nothing is in memory
        with story.app.store.read() as work:
            case = work.cases.load(story.id)
            assert changed.behaviour != case.behaviour
            assert afresh.library.of(work, case).behaviour == case.behaviour
            assert afresh.library.of(work, case).tasks["reflection"].remind[0].text == "-2w"
        story.driver.operations = afresh.operations
        story.until(lambda case: case.closed)
        mails = asked_of_it(story)
    with Journey("small-review", NOBODY_WRITES) as undisturbed:
        undisturbed.until(lambda case: case.closed)
        assert mails == asked_of_it(undisturbed)


def asked_of_it(story: Journey) -> list[tuple[str, str]]:
    """The mails about cases, without the digests."""
    return [(one.kind, one.local_day) for one in story.mails() if one.digest is None]


def test_defect_17_nobody_sends_to_many_without_having_seen_number_and_text(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    few = {"COLLEGIUM_BULK_FROM": "1"}
    office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15", env=few)
    process = ("launch", "development-review", "--name", "Ronde 2028", "--hosts", "Partnerschap De Wulp",
               "--date", "latest=2028-06-30")  # fmt: skip
    shown = office.run(*process, "--dry-run", env=few).stdout
    number = int(shown.rpartition("--mails ")[2].removesuffix(".\n"))
    assert number > 1
    assert "Beste " in shown or "Geachte " in shown
    before = office.json("cases")
    assert f"{number} mails go out at once" in office.run(*process, env=few, code=1).stderr
    assert f"{number} mails would go out now" in office.run(*process, "--mails", "1", env=few, code=1).stderr
    assert office.json("cases") == before
    office.run(*process, "--mails", str(number), env=few)
    assert len(office.json("cases")) == len(before) + 1


def test_defect_18_nobody_is_told_of_a_lock(tmp_path: Path) -> None:
    office = an_office_with_a_case(tmp_path)
    ready = Event()

    def hold() -> None:
        with closing(sqlite3.connect(office.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ready.set()
            time.sleep(1.0)
            other.execute("COMMIT")

    holder = Thread(target=hold)
    holder.start()
    ready.wait()
    told = office.run("act", HOST, "take", "begin", "--answer", "day=2027-06-15")
    holder.join()
    assert "lock" not in (told.stdout + told.stderr).casefold()
    assert office.json("cases")[0]["stage"] == "writing"


class Away(Postbox):
    """A server that is away for a time."""

    away = False

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        if self.away:
            return {mail.message: Delivery(outcome="retry", answer="away", unreachable=True) for mail in mails}
        return await super().send(mails)


def waiting(story: Journey, kind: str) -> list[str]:
    """Mails of a kind that could not leave yet."""
    with story.app.store.read() as work:
        return [message.id for message in work.outbox.messages("ready") if message.kind == kind]
