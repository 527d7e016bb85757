"""Is a mail lost or doubled by a kill at any point of its path? One life is killed at each point, then it is let live.

The path: a date comes, notices, composing, the lease, each word to the server, a retry after greylisting, the record;
and the way back: a report in the mailbox, the address flagged, a task for the office, the mail about it.
``python -m tests.faults.mail_path`` kills at every point and writes the table into docs/explanation/faults.md.
"""

from __future__ import annotations

import email
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message as Mail
from pathlib import Path
from typing import Self

from notifications.event_loop import LoopThread
from notifications.links import named
from notifications.mailboxes import DONE
from notifications.mime import build
from storage.unit_of_work import SqlStore
from tests.collegium.street import report_on
from tests.faults.driven_cycle import REMINDERS, RETURNED, WARM_UP
from tests.faults.lives import BROKEN_OFF, Course, Nursery, Office
from tests.journeys import stage
from tests.journeys.journey import Postbox
from tests.notifications.scripted_server import Misbehaviour, ScriptedServer

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "faults.md"
BEGIN, END = "<!-- the table: made by `python -m tests.faults.mail_path` -->", "<!-- end of the table -->"
STATEMENT = re.compile(
    r"(?:before|after|answer to) "
    r"(?:(?P<smtp>SMTP [\w ]+)|(?P<verb>INSERT|UPDATE|DELETE|SELECT)(?P<rest>.*)|(?P<other>\w+))",
    re.DOTALL,
)
TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM)\s+(\w+)")


class MailPath(Office):
    """The week of an office in which reminders are due, and a mail of an earlier week comes back."""

    def __init__(self, nursery: Nursery, folder: Path, template: Path, script: dict[str, Misbehaviour]) -> None:
        super().__init__(nursery, folder, REMINDERS)
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
        """What is left of the week: mails of earlier weeks do not count."""
        whole = super().course()
        return replace(whole, messages=[each for each in whole.messages if each.created_at >= SINCE])


SINCE = datetime(2026, 10, 18, tzinfo=UTC)


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
    """The same week again and again, each time killed elsewhere."""

    nursery: Nursery
    folder: Path
    expected: Course
    script: dict[str, Misbehaviour]
    points: int
    ended: list[Ended] = field(default_factory=list)

    @classmethod
    def begin(cls, nursery: Nursery, folder: Path) -> Experiment:
        """The weeks before, once; then the week that nobody disturbs, first without and then with a greylist."""
        with Office(nursery, folder / "template", f"before-{REMINDERS}") as office:
            assert office.live()
        shutil.rmtree(folder / "template" / "mail")
        with MailPath(nursery, folder / "plain", folder / "template", {}) as plain:
            assert plain.live(WARM_UP)
        readers = {reader for _, reader, _ in plain.course().mails}
        _send_back(folder / "template", readers)
        slow = min(readers)
        script = {slow: Misbehaviour("RCPT", "450 4.7.1 Greylisted", times=1)}
        with MailPath(nursery, folder / "undisturbed", folder / "template", script) as office:
            assert office.live()
        expected = office.course()
        assert expected.problems == expected.without_next == []
        assert {message.state for message in expected.messages} == {"sent"}
        assert office.put_aside() == [f".{DONE}"], office.put_aside()
        assert [report.kind for report in expected.returned[:1]] == ["hard"]
        assert office.tries == {slow: 1}
        return cls(nursery, folder, expected, script, office.points)

    def kill_at(self, at: int, where: str = "") -> Ended:
        """One life that ends at the `at`-th point whose name holds `where`, and one that goes on."""
        folder = self.folder / "killed"
        with MailPath(self.nursery, folder, self.folder / "template", self.script) as office:
            if not office.live(at, where):
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
            "what came back was put aside": office.put_aside() == [f".{DONE}"],
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
            message, app.service, SINCE, dict.fromkeys(named(message.text + message.html), "https://x.example")
        )
    report = report_on(mail, "5.1.1", "550 5.1.1 There is nobody of that name here")
    (folder / RETURNED / "new" / "1.report").write_text(report)


def table(ended: Sequence[Ended]) -> str:
    """A line per kind of point: how many, and what became of the mails."""
    kinds: dict[str, list[Ended]] = {}
    for each in ended:
        kinds.setdefault(kind(each.point), []).append(each)
    lines = [_line("point", "kills", "as if never killed", "mails unknown, not received", "mails unknown, received",
                   "promises broken"), _line("---", *["---:"] * 5)]  # fmt: skip
    for name, those in sorted(kinds.items()):
        lines.append(_row(name, those))
    lines.append(_row("**all**", ended))
    return "\n".join(lines)


def _row(name: str, those: Sequence[Ended]) -> str:
    whole = sum(1 for each in those if not (each.unknown or each.unknown_received or each.faults))
    unknown, received = sum(each.unknown for each in those), sum(each.unknown_received for each in those)
    return _line(name, len(those), whole, unknown, received, sum(1 for each in those if each.faults))


def _line(*cells: object) -> str:
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


def main(every: int = 1) -> int:
    """Kill at each point, print, write the page; 1 where a promise was broken."""
    with Nursery() as nursery, tempfile.TemporaryDirectory() as folder:
        experiment = Experiment.begin(nursery, Path(folder))
        print(f"{experiment.points} points; {experiment.expected.mails.total()} mails", flush=True)
        for at in range(1, experiment.points + 1, every):
            ended = experiment.kill_at(at)
            for fault in ended.faults:
                print(f"{ended.at} {ended.point}: not so: {fault}", flush=True)
    made = table(experiment.ended)
    print(made)
    write(made, experiment.ended)
    return int(any(each.faults for each in experiment.ended))


def write(made: str, ended: Iterable[Ended]) -> None:
    """Put the table into its place on the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
