"""What does a mail server's bad day cost? Each fault meets a mail to one reader of a round; counted at the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from engine.mail import Message, MessageState
from notifications.smtp import SmtpSender
from tests.faults.table import PAGE
from tests.journeys.journey import Journey
from tests.notifications.scripted_server import Misbehaviour, ScriptedServer, on_its_own_loop

END = date(2026, 10, 5)
PATIENCE = 2.0  # seconds that the sender waits for an answer; 30 and 120 in an installation
SHORT = 0.15  # a pause that it waits out


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the server does with the first mail to a reader, and what must become of that mail."""

    does: Misbehaviour
    state: MessageState
    tries: int  # attempts in our own record
    read: int  # how often the server read the whole of it
    races: bool = False  # the dot may leave before the hang-up is seen: then it is unknown, and not read


def once(fault: Misbehaviour, *, pause: float = 0.0) -> Misbehaviour:
    return Misbehaviour(fault.at, fault.reply, fault.stall, pause, times=1)


FAULTS: Mapping[str, Fault] = {
    "421 at RCPT": Fault(does=once(Misbehaviour("RCPT", "421 going down")), state="sent", tries=2, read=1),
    "450 at RCPT (greylisting)": Fault(does=once(Misbehaviour("RCPT", "450 4.7.1")), state="sent", tries=2, read=1),
    "451 at DATA": Fault(does=once(Misbehaviour("DATA", "451 4.3.0 not now")), state="sent", tries=2, read=1),
    "452 at RCPT": Fault(does=once(Misbehaviour("RCPT", "452 4.2.2 over quota")), state="sent", tries=2, read=1),
    "421 after the final dot": Fault(does=once(Misbehaviour("dot", "421 going down")), state="sent", tries=2, read=2),
    "452 after the final dot": Fault(does=once(Misbehaviour("dot", "452 4.3.1")), state="sent", tries=2, read=2),
    "550 at RCPT": Fault(does=once(Misbehaviour("RCPT", "550 5.7.1 not you")), state="refused", tries=1, read=0),
    "552 after the final dot": Fault(does=once(Misbehaviour("dot", "552 5.2.2")), state="refused", tries=1, read=1),
    "hangs up before the final dot": Fault(
        does=once(Misbehaviour("content")), state="sent", tries=2, read=1, races=True
    ),
    "hangs up after the final dot": Fault(does=once(Misbehaviour("dot")), state="unknown", tries=1, read=1),
    "silent at RCPT, for ever": Fault(does=once(Misbehaviour("RCPT", stall=True)), state="sent", tries=2, read=1),
    "silent after the final dot, for ever": Fault(
        does=once(Misbehaviour("dot", stall=True)), state="unknown", tries=1, read=1
    ),
    "silent at RCPT, for a while": Fault(does=once(Misbehaviour("RCPT"), pause=SHORT), state="sent", tries=1, read=1),
    "silent after the final dot, for a while": Fault(
        does=once(Misbehaviour("dot"), pause=SHORT), state="sent", tries=1, read=1
    ),
}  # fmt: skip


@dataclass(slots=True)
class Day:
    """A round, and what its server has seen."""

    messages: dict[str, list[Message]] = field(default_factory=dict)  # by reader, in the order of composing
    read: Counter[str] = field(default_factory=Counter)  # mails whose final dot was read, by reader
    taken: Counter[str] = field(default_factory=Counter)  # mails that were answered with 250


def lived(script: Mapping[str, Misbehaviour]) -> Day:
    """A month of a round of eight cases, with a server that does so by reader."""
    server = ScriptedServer(script)
    with on_its_own_loop(server):
        sender = SmtpSender("127.0.0.1", server.port, connections=2, timeout=PATIENCE, final_timeout=PATIENCE)
        with Journey("development-review", hosts=8, sender=sender) as story:
            story.until_day(END)
            with story.app.store.read() as work:
                messages = work.outbox.messages()
    day = Day(read=server.swallowed, taken=server.taken)
    for message in messages:
        day.messages.setdefault(message.address, []).append(message)
    return day


@pytest.fixture(scope="module")
def readers() -> Mapping[str, str]:
    """Which reader meets which fault: those who are written to in a month in which nothing goes wrong."""
    good = lived({})
    assert good.taken == {reader: len(messages) for reader, messages in good.messages.items()}
    assert len(good.taken) >= len(FAULTS)
    return dict(zip(FAULTS, sorted(good.taken), strict=False))


@pytest.fixture(scope="module")
def bad_day(readers: Mapping[str, str]) -> Day:
    return lived({reader: FAULTS[fault].does for fault, reader in readers.items()})


@pytest.mark.parametrize("name", FAULTS)
def test_a_mail_that_meets_a_fault_is_sent_refused_or_unknown_and_never_doubled(
    bad_day: Day, readers: Mapping[str, str], name: str
) -> None:
    reader, fault = readers[name], FAULTS[name]
    first, *later = bad_day.messages[reader]
    # What the server has of this reader's mails is what is recorded as sent, each once.
    sent = sum(1 for message in (first, *later) if message.state == "sent")
    assert bad_day.taken[reader] == sent
    read = bad_day.read[reader] - (sent - (first.state == "sent"))
    possible = {(fault.state, fault.tries, fault.read), *({("unknown", 1, 0)} if fault.races else ())}
    assert (first.state, first.attempts, read) in possible, first.last_error


def test_nobody_elses_mail_suffers(bad_day: Day, readers: Mapping[str, str]) -> None:
    others = {reader: messages for reader, messages in bad_day.messages.items() if reader not in readers.values()}
    assert {message.state for messages in others.values() for message in messages} <= {"sent", "cancelled"}
    for reader, messages in others.items():
        assert bad_day.taken[reader] == sum(1 for message in messages if message.state == "sent")


def test_the_page_holds_this_table() -> None:
    rows = [f"| {name} | {fault.state} | {fault.tries} | {fault.read} |" for name, fault in FAULTS.items()]
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row not in page] == []
