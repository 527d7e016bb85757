"""Is a wish of the office done once, whole, and honestly, wherever the process that does it is killed?

Ids are random here, so that what is left is compared by what it says: cases, people, mails and deeds by name.
"""

from __future__ import annotations

import email
import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from collegium import bootstrap
from collegium.doubts import Doubts
from collegium.settings import Settings
from engine.mail import outbox_stream
from engine.ports import UnitOfWork
from notifications.event_loop import LoopThread
from notifications.links import named
from storage.unit_of_work import SqlStore
from storage.verify import REMOVALS, problems
from tests.faults.executioner import CHANGES, WARM_UP
from tests.faults.kinds import Ended
from tests.faults.lives import BROKEN_OFF, KILLED, Nursery
from tests.faults.office_life import LATER
from tests.faults.wishes import WISHES
from tests.journeys.journey import Postbox
from tests.notifications.scripted_server import ScriptedServer

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of an office, without the ids that were drawn."""

    facts: tuple[Any, ...]  # cases, histories, tasks, notices, people, records: whatever must be the same
    mails: Counter[Said]  # sent or unknown; others by their state
    unknown: dict[str, str]  # message -> why
    sent: frozenset[str]
    problems: tuple[str, ...]


@dataclass(slots=True)
class Experiment:
    """The same wish again and again, each time killed elsewhere."""

    nursery: Nursery
    folder: Path
    wish: str
    expected: Left = field(init=False)
    received: Counter[Said] = field(init=False)
    points: list[str] = field(default_factory=list)
    gone_before: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        template = self.folder / "template"
        template.mkdir(parents=True)
        WISHES[self.wish].prepare(template)
        before = _read(template)
        self.gone_before = before.sent | before.unknown.keys()
        with _Served(self, self.folder / "warm") as office:
            assert office.live(WARM_UP)
        with _Served(self, self.folder / "undisturbed") as office:
            assert office.live()
        self.expected, self.received = office.left(), office.received
        assert (self.expected.problems, self.expected.unknown.keys() - self.gone_before) == ((), set())
        assert self.expected.facts != before.facts  # something was done
        self.points = (self.folder / "undisturbed" / "points").read_text().splitlines()

    def kill_at(self, at: int, where: str = CHANGES) -> Ended:
        """One life that ends there, and one with the same wish."""
        folder = self.folder / "killed"
        with _Served(self, folder) as office:
            killed = not office.live(at, where)
            if killed:
                assert office.live()
        point = (folder / "killed").read_text() if killed else "never reached"
        ended = self._judged(at, point, office)
        if where == CHANGES and point != self.points[at - 1]:
            ended = replace(ended, faults=(*ended.faults, f"the point is {self.points[at - 1]}"))
        shutil.rmtree(folder)
        return ended

    def _judged(self, at: int, point: str, office: _Served) -> Ended:
        left, expected = office.left(), self.expected
        received, ids = office.received, Counter(office.ids)
        unknown = {id: why for id, why in left.unknown.items() if id not in self.gone_before}
        promises = {
            "the hash chain holds and no case sleeps": left.problems == (),
            "what is left is the same": left.facts == expected.facts,
            "each mail was composed once": left.mails == expected.mails,
            "no mail came twice": max(ids.values(), default=0) <= 1,
            "nothing came that was not to come": not received - self.received,
            "what is recorded as sent has come": left.sent - self.gone_before <= set(ids) <= left.sent | unknown.keys(),
            "what has not come is recorded as unknown": (self.received - received).total()
            == len(unknown.keys() - ids.keys()),
            "an unknown says so": set(unknown.values()) <= {BROKEN_OFF},
            "the office is asked about each unknown with legal effect, once": not unknown or office.is_asked(),
        }
        return Ended(
            at=at, point=point, unknown=len(unknown.keys() - ids.keys()),
            unknown_received=len(unknown.keys() & ids.keys()),
            faults=tuple(promise for promise, kept in promises.items() if not kept),
        )  # fmt: skip


class _Served:
    """A copy of the office, and the mail server that survives its lives."""

    def __init__(self, experiment: Experiment, folder: Path) -> None:
        self._experiment = experiment
        self._folder = folder
        self._receiver = ScriptedServer({})

    def __enter__(self) -> Self:
        shutil.copytree(self._experiment.folder / "template", self._folder)
        self._stack = ExitStack()
        loop = LoopThread("receiver")
        self._stack.callback(loop.close)
        listening = self._receiver.listening()
        loop.run(listening.__aenter__())
        self._stack.callback(lambda: loop.run(listening.__aexit__(None, None, None)))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def live(self, at: int = 0, where: str = CHANGES) -> bool:
        """Whether it came to its end."""
        nursery, wish = self._experiment.nursery, self._experiment.wish
        status = nursery.live(self._folder, self._receiver.port, wish, at, where)
        assert status in (0, KILLED)
        return status == 0

    @property
    def received(self) -> Counter[Said]:
        mails = (email.message_from_bytes(data) for data in self._receiver.mails)
        return Counter((str(mail["X-Collegium-Kind"]), str(mail["To"]), str(mail["Subject"])) for mail in mails)

    @property
    def ids(self) -> list[str]:
        return [str(email.message_from_bytes(data)["X-Collegium-Message"]) for data in self._receiver.mails]

    def left(self) -> Left:
        return _read(self._folder)

    def is_asked(self) -> bool:
        """Whether the next looks of the clock give one task for each case of a doubted mail, whatever was decided."""
        settings = Settings(database=f"sqlite:///{self._folder}/office.db")
        with bootstrap.build(settings, sender=Postbox()) as app:
            for _ in range(2):
                Doubts(app.store, app.operations).run(LATER)
            with app.store.read() as work:
                doubted = [each for each in work.outbox.messages("unknown") if each.legal]
                asked = Counter(
                    (case, task.about)
                    for case in {case for message in doubted for case in message.cases}
                    for task in work.cases.load(case).tasks.values()
                )
        wanted = {(case, f"mail:{message.id}") for message in doubted for case in message.cases}
        return all(asked[each] == 1 for each in wanted)


def _read(folder: Path) -> Left:
    store = SqlStore(f"sqlite:///{folder}/office.db")
    try:
        with store.read() as work:
            return _left(work)
    finally:
        store.close()


def _left(work: UnitOfWork) -> Left:
    (office,) = work.people.secretariats()
    messages = work.outbox.messages()
    gone = {"sent": "gone", "unknown": "gone"}
    return Left(
        facts=(_cases(work, office.id), _people(work, office.id), _notices(work), _records(work, office.id)),
        mails=Counter(
            (each.kind, each.address, each.subject, each.text if each.state == "cancelled" else "", each.local_day,
             gone.get(each.state, each.state), "again" if each.resends else "first")
            for each in messages
        ),
        unknown={each.id: each.last_error for each in messages if each.state == "unknown"},
        sent=frozenset(each.id for each in messages if each.state == "sent"),
        problems=(*problems(work), *work.cases.without_next()),
    )  # fmt: skip


def _cases(work: UnitOfWork, office: str) -> list[Any]:
    found = []
    for id in work.cases.all_ids(office):
        case = work.cases.load(id)
        tasks = sorted((each.name, each.state, str(each.due and each.due.day)) for each in case.tasks.values())
        history = [(each.event.kind, each.event.name) for each in work.cases.history(id)]
        answers = sorted((each.form, bool(each.answers)) for each in work.cases.submissions(id))
        named = sorted(str(each.person is not None) for each in work.people.participants(id))
        found.append((case.subject, case.stage, case.outcome, tasks, history, answers, named))
    return sorted(found, key=str)


def _people(work: UnitOfWork, office: str) -> list[Any]:
    organisations = {each.id: each.name for each in work.people.organisations(office)}
    persons = {each.id: each for each in work.people.persons(office)}
    functions = [
        (persons[each.person].email, organisations[each.organisation], each.role) for each in work.people.memberships()
    ]
    known = sorted((each.name, each.email, each.language, each.reachable) for each in persons.values())
    return [sorted(organisations.values()), known, sorted(functions)]


def _notices(work: UnitOfWork) -> list[Any]:
    return sorted(
        (each.notice.template, each.state, each.reason, each.person is None, each.message is not None)
        for each in work.outbox.notices()
    )


def _records(work: UnitOfWork, office: str) -> list[Any]:
    """Which deeds are on record. Not how often: who looks again is recorded again, and what is unknown says so."""
    streams = (outbox_stream(office), f"people:{office}", REMOVALS)
    kinds = [sorted({sealed.event.kind for sealed in work.stream(name)} - {"mail_unknown"}) for name in streams]
    approved = [(each.template, each.number, each.approved_at is not None) for each in work.outbox.bulks(office)]
    named_links = {id for each in work.outbox.messages() for id in named(each.text)}
    found = [link for id in named_links if (link := work.outbox.find_link(id)) is not None]
    links = sorted((each.task, each.generation, each.revoked) for each in found)
    return [kinds, sorted(approved), len(work.definitions.cycles(office)), links]
