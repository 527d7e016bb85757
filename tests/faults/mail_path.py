"""Is a mail lost or doubled by a kill at any point of its path? One life is killed at each point, then it is let live.

The path: a date comes, notices, composing, the lease, each word to the server, a retry after greylisting, the record;
and the way back: a report in the mailbox, the address flagged, a task for the office, the mail about it. In other hours
digests go out, and calendars are told of a day, of another day, and of none.
"""

from __future__ import annotations

import email
import shutil
import ssl
from collections import Counter
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, ExitStack
from dataclasses import dataclass, field, replace
from email.message import Message as Mail
from pathlib import Path
from typing import Self

from notifications.event_loop import LoopThread
from notifications.links import named
from notifications.mailboxes import DONE, TO_READ
from notifications.mime import build
from storage.unit_of_work import SqlStore
from tests.collegium.street import answer_to, report_on
from tests.faults.driven_cycle import CA, MAILBOX, MORNING, REMINDERS, RETURNED, WINDOWS, Window
from tests.faults.executioner import WARM_UP
from tests.faults.kinds import Ended
from tests.faults.lives import BROKEN_OFF, Course, Nursery, Office
from tests.faults.watched_smtp import PASSWORD
from tests.journeys import stage
from tests.journeys.journey import Postbox
from tests.notifications.imap_server import INBOX, ImapServer
from tests.notifications.scripted_server import Lock, Misbehaviour, ScriptedServer
from tests.wire.certificates import GOOD, Authority

GREYLISTED = Misbehaviour("RCPT", "450 4.7.1 Greylisted", times=1)


class MailPath(Office):
    """The hours of an office in which mail of a kind goes out, and the servers that survive its lives."""

    def __init__(
        self, nursery: Nursery, folder: Path, template: Path, script: dict[str, Misbehaviour], window: str
    ) -> None:
        super().__init__(nursery, folder, window)
        self._window = WINDOWS[window]
        self._template = template
        self._receiver = ScriptedServer(script, lock=_lock(template, self._window))
        came_back = sorted((template / RETURNED / "new").glob("*"))
        self._mailbox = ImapServer(
            [file.read_bytes().replace(b"\n", b"\r\n") for file in came_back], moves=self._window.returned == "imap"
        )

    def __enter__(self) -> Self:
        shutil.copytree(self._template, self._folder)
        self._stack = ExitStack()
        self._loop = LoopThread("receiver")
        self._stack.callback(self._loop.close)
        for listening in (self._receiver.listening(), self._mailbox.listening()):
            self._open(listening)
        if "imap" in self._window.returned:
            (self._folder / MAILBOX).write_text(f"imap://bounces@127.0.0.1:{self._mailbox.port}/INBOX")
        return self

    def _open(self, listening: AbstractAsyncContextManager[object]) -> None:
        self._loop.run(listening.__aenter__())
        self._stack.callback(lambda: self._loop.run(listening.__aexit__(None, None, None)))

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        return self._receiver.port

    @property
    def tries(self) -> Counter[str]:
        """Mails that were put off by the server, by reader."""
        return self._receiver.refused

    def _mails(self) -> list[Mail]:
        return [email.message_from_bytes(mail) for mail in self._receiver.mails]

    def put_aside(self) -> Counter[str]:
        """In which folders the mails lie that came back."""
        if "imap" in self._window.returned:
            return self._mailbox.shown()
        files = (file for file in (self._folder / RETURNED).rglob("*") if file.is_file())
        return Counter(file.parent.parent.name.removeprefix(".").replace(RETURNED, INBOX) for file in files)

    def course(self) -> Course:
        """What is left of these hours: mails of earlier ones do not count."""
        whole = super().course()
        return replace(whole, messages=[each for each in whole.messages if each.created_at >= self._window.begins])


@dataclass(slots=True)
class Experiment:
    """The same hours again and again, each time killed elsewhere."""

    nursery: Nursery
    folder: Path
    expected: Course
    script: dict[str, Misbehaviour]
    points: list[str]  # by name, in the order in which a life that nobody disturbs comes by
    put_aside: Counter[str]
    window: str = REMINDERS
    ended: list[Ended] = field(default_factory=list)

    @classmethod
    def begin(cls, nursery: Nursery, folder: Path, window: str = REMINDERS) -> Experiment:
        """All that lies before, once; then the hours that nobody disturbs, first without and then with a greylist."""
        with Office(nursery, folder / "template", f"before-{window}") as office:
            assert office.live()
        shutil.rmtree(folder / "template" / "mail")
        wanted = WINDOWS[window]
        if wanted.security != "none":
            (folder / "template" / CA).parent.mkdir()
            Authority((folder / "template" / CA).parent).make()
        with MailPath(nursery, folder / "plain", folder / "template", {}, window) as plain:
            assert plain.live(WARM_UP)
        readers = {reader for _, reader, _ in plain.course().mails}
        if wanted.returned:
            _send_back(folder / "template", readers)
        slow = min(readers)
        script = {slow: GREYLISTED}
        with MailPath(nursery, folder / "undisturbed", folder / "template", script, window) as office:
            assert office.live(where=wanted.where)
        expected, put_aside = office.course(), office.put_aside()
        assert expected.problems == expected.without_next == []
        assert {message.state for message in expected.messages} == {"sent"}
        assert put_aside == (Counter({DONE: 2, TO_READ: 1}) if wanted.returned else Counter())
        assert office.tries == {slow: 1}
        return cls(nursery, folder, expected, script, office.points, put_aside, window)

    def kill_at(self, at: int, where: str = "") -> Ended:
        """One life that ends at the `at`-th point whose name holds `where`, and one that goes on."""
        folder = self.folder / "killed"
        with MailPath(self.nursery, folder, self.folder / "template", self.script, self.window) as office:
            if not office.live(at, where or WINDOWS[self.window].where):
                assert office.live()
        point = (folder / "killed").read_text() if office.kills else "never reached"
        ended = self._judged(at, point, office)
        if not where and point != self.points[at - 1]:
            ended = replace(ended, faults=(*ended.faults, f"the point is {self.points[at - 1]}"))
        self.ended.append(ended)
        shutil.rmtree(folder)
        return ended

    def _judged(self, at: int, point: str, office: MailPath) -> Ended:
        course, expected = office.course(), self.expected
        unknown = {message.id for message in course.unknown}
        sent = {message.id for message in course.messages if message.state == "sent"}
        on_their_way = frozenset().union(*office.on_their_way)
        promises = {
            "the hash chain holds and no case sleeps": course.problems == course.without_next == [],
            "end state, history and notices are the same": course.state() == expected.state(),
            "each mail was composed once": course.recorded("sent", "unknown") == expected.recorded("sent"),
            "no mail came twice": max(Counter(course.received).values(), default=0) <= 1,
            "what is recorded as sent has come": sent <= set(course.received) <= sent | unknown,
            "what has not come is recorded as unknown": not (expected.mails - course.mails)
            - course.recorded("unknown"),
            "nothing came that was not to come": not course.mails - expected.mails,
            "an unknown was on its way at the kill": unknown == on_their_way,
            "what came back was put aside": self._is_put_aside(office.put_aside()),
            "an unknown says so": {message.last_error for message in course.unknown} <= {BROKEN_OFF},
        }
        return Ended(
            at=at, point=point, unknown=len(unknown - set(course.received)),
            unknown_received=len(unknown & set(course.received)),
            faults=tuple(promise for promise, kept in promises.items() if not kept),
        )  # fmt: skip

    def _is_put_aside(self, found: Counter[str]) -> bool:
        """Once; a mail may be copied once more where a life ended before the first copy's original was removed."""
        if WINDOWS[self.window].returned == "imap without MOVE":
            return found.keys() == self.put_aside.keys() and 0 <= (found - self.put_aside).total() <= 1
        return found == self.put_aside


def _lock(template: Path, window: Window) -> Lock | None:
    """Whom the mail server lets in."""
    if window.security == "none":
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Authority((template / CA).parent).chain(GOOD))
    at_once = window.security == "tls"
    return Lock(context, PASSWORD, by="PLAIN" if at_once else "LOGIN", at_once=at_once)


def _send_back(folder: Path, but: Collection[str]) -> None:
    """Lay mails into the mailbox of that office: two of earlier weeks met dead addresses, and a reader wrote back."""
    for part in ("new", "cur", "tmp"):
        (folder / RETURNED / part).mkdir(parents=True)
    store = SqlStore(f"sqlite:///{folder}/office.db")
    with store.read() as work:
        earlier = [each for each in work.outbox.messages("sent") if each.address not in but and not each.reminder]
        by_reader = {each.address: each for each in reversed(earlier)}
    with stage.an_application(store, Postbox(), mailbox=f"maildir:{folder / RETURNED}") as app:
        sent = [
            build(each, app.service, MORNING.begins, dict.fromkeys(named(each.text + each.html), "https://x.example"))
            for each in sorted(by_reader.values(), key=lambda each: (each.created_at, each.id))[:3]
        ]
    came_back = [report_on(mail, "5.1.1", "550 5.1.1 There is nobody of that name here") for mail in sent[:2]]
    came_back += [answer_to(mail, subject="Re: taak", text="Mag het een week later?") for mail in sent[2:]]
    for number, mail in enumerate(came_back):
        (folder / RETURNED / "new" / f"{number}.mail").write_text(mail)
