"""Is a mail lost or doubled by a kill at any point of its path? One life is killed at each point, then it is let live.

The path: a date comes, notices, composing, the lease, each word to the server, a retry after greylisting, the record;
and the way back: a report in the mailbox, the address flagged, a task for the office, the mail about it. In other hours
digests go out, and calendars are told of a day, of another day, and of none.
"""

from __future__ import annotations

import email
import re
import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from email.message import Message as Mail
from pathlib import Path
from typing import Self

from notifications.event_loop import LoopThread
from notifications.links import named
from notifications.mailboxes import DONE
from notifications.mime import build
from storage.unit_of_work import SqlStore
from tests.collegium.street import report_on
from tests.faults.driven_cycle import REMINDERS, RETURNED, WINDOWS
from tests.faults.executioner import CHANGES, WARM_UP
from tests.faults.lives import BROKEN_OFF, Course, Nursery, Office
from tests.journeys import stage
from tests.journeys.journey import Postbox
from tests.notifications.scripted_server import Misbehaviour, ScriptedServer

STATEMENT = re.compile(
    r"(?:before|after|answer to) "
    r"(?:(?P<smtp>SMTP [\w ]+)|(?P<verb>INSERT|UPDATE|DELETE|SELECT)(?P<rest>.*)|(?P<other>\w+))",
    re.DOTALL,
)
TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM)\s+(\w+)")


class MailPath(Office):
    """The hours of an office in which mail of a kind goes out."""

    def __init__(
        self, nursery: Nursery, folder: Path, template: Path, script: dict[str, Misbehaviour], window: str
    ) -> None:
        super().__init__(nursery, folder, window)
        self._since = WINDOWS[window].begins
        self._template = template
        self._receiver = ScriptedServer(script)

    def __enter__(self) -> Self:
        shutil.copytree(self._template, self._folder)
        self._stack = ExitStack()
        self._loop = LoopThread("receiver")
        self._stack.callback(self._loop.close)
        self._listening = self._receiver.listening()
        self._loop.run(self._listening.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.run(self._listening.__aexit__(None, None, None))
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

    def put_aside(self) -> list[str]:
        """Where the mails lie that came back."""
        return sorted(file.parent.parent.name for file in (self._folder / RETURNED).rglob("*") if file.is_file())

    def course(self) -> Course:
        """What is left of these hours: mails of earlier ones do not count."""
        whole = super().course()
        return replace(whole, messages=[each for each in whole.messages if each.created_at >= self._since])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a kill at one point led to."""

    at: int
    point: str  # its name
    unknown: int = 0  # mails whose outcome nobody knows, and nobody got
    unknown_received: int = 0  # likewise, and the reader has it
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class Experiment:
    """The same hours again and again, each time killed elsewhere."""

    nursery: Nursery
    folder: Path
    expected: Course
    script: dict[str, Misbehaviour]
    points: int
    window: str = REMINDERS
    ended: list[Ended] = field(default_factory=list)

    @classmethod
    def begin(cls, nursery: Nursery, folder: Path, window: str = REMINDERS) -> Experiment:
        """All that lies before, once; then the hours that nobody disturbs, first without and then with a greylist."""
        with Office(nursery, folder / "template", f"before-{window}") as office:
            assert office.live()
        shutil.rmtree(folder / "template" / "mail")
        with MailPath(nursery, folder / "plain", folder / "template", {}, window) as plain:
            assert plain.live(WARM_UP)
        readers = {reader for _, reader, _ in plain.course().mails}
        returned = WINDOWS[window].returned
        if returned:
            _send_back(folder / "template", readers)
        slow = min(readers)
        script = {slow: Misbehaviour("RCPT", "450 4.7.1 Greylisted", times=1)}
        with MailPath(nursery, folder / "undisturbed", folder / "template", script, window) as office:
            assert office.live(where=CHANGES if not returned else "")
        expected = office.course()
        assert expected.problems == expected.without_next == []
        assert {message.state for message in expected.messages} == {"sent"}
        assert office.put_aside() == ([f".{DONE}"] if returned else [])
        assert [report.kind for report in expected.returned[:1]] == (["hard"] if returned else [])
        assert office.tries == {slow: 1}
        return cls(nursery, folder, expected, script, office.points, window)

    @property
    def returned(self) -> bool:
        return WINDOWS[self.window].returned

    def kill_at(self, at: int, where: str = "") -> Ended:
        """One life that ends at the `at`-th point whose name holds `where`, and one that goes on."""
        folder = self.folder / "killed"
        with MailPath(self.nursery, folder, self.folder / "template", self.script, self.window) as office:
            if not office.live(at, where or ("" if self.returned else CHANGES)):
                assert office.live()
        point = (folder / "killed").read_text() if office.kills else "never reached"
        ended = self._judged(at, point, office)
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
            "what came back was put aside": office.put_aside() == ([f".{DONE}"] if self.returned else []),
            "an unknown says so": {message.last_error for message in course.unknown} <= {BROKEN_OFF},
        }
        return Ended(
            at=at, point=point, unknown=len(unknown - set(course.received)),
            unknown_received=len(unknown & set(course.received)),
            faults=tuple(promise for promise, kept in promises.items() if not kept),
        )  # fmt: skip


def _send_back(folder: Path, but: Collection[str]) -> None:
    """Lay a report into the mailbox of that office: some mail of earlier weeks met a dead address, but not of these."""
    for part in ("new", "cur", "tmp"):
        (folder / RETURNED / part).mkdir(parents=True)
    store = SqlStore(f"sqlite:///{folder}/office.db")
    with store.read() as work:
        message = next(each for each in work.outbox.messages("sent") if each.address not in but and not each.reminder)
    with stage.an_application(store, Postbox(), mailbox=f"maildir:{folder / RETURNED}") as app:
        mail = build(
            message,
            app.service,
            WINDOWS[REMINDERS].begins,
            dict.fromkeys(named(message.text + message.html), "https://x.example"),
        )
    report = report_on(mail, "5.1.1", "550 5.1.1 There is nobody of that name here")
    (folder / RETURNED / "new" / "1.report").write_text(report)


def table(ended: Sequence[Ended]) -> str:
    """A line per kind of point: how many, and what became of the mails."""
    kinds: dict[str, list[Ended]] = {}
    for each in ended:
        kinds.setdefault(kind(each.point), []).append(each)
    lines = [line("point", "kills", "as if never killed", "mails unknown, not received", "mails unknown, received",
                   "promises broken"), line("---", *["---:"] * 5)]  # fmt: skip
    for name, those in sorted(kinds.items()):
        lines.append(row(name, those))
    lines.append(row("**all**", ended))
    return "\n".join(lines)


def row(name: str, those: Sequence[Ended], *more: object) -> str:
    """What became of the mails of all these kills."""
    whole = sum(1 for each in those if not (each.unknown or each.unknown_received or each.faults))
    unknown, received = sum(each.unknown for each in those), sum(each.unknown_received for each in those)
    return line(name, len(those), whole, unknown, received, sum(1 for each in those if each.faults), *more)


def line(*cells: object) -> str:
    """Of a table in Markdown."""
    return f"| {' | '.join(map(str, cells))} |"


def kind(point: str) -> str:
    """A point's kind: which statement on which table, or which word to the server."""
    found = STATEMENT.match(point)
    if found is None:
        return point
    if found["smtp"]:
        return point
    if found["verb"] is None:
        return found["other"]
    tables = TABLE.findall(found["verb"] + found["rest"])
    return "SELECT" if found["verb"] == "SELECT" else f"{found['verb']} {tables[0] if tables else ''}".strip()
