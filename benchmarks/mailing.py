"""How many mails a second are composed, sent over loopback and recorded? Against aiosmtplib alone to the same sink."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from aiosmtplib import SMTP

from benchmarks.copying import copy, launch_one
from benchmarks.installation import NOW, folder, made, opened
from benchmarks.measuring import Benchmark, Row, Stopwatch, exponent
from benchmarks.sink import HOST, Sink, sink
from benchmarks.walking import ANSWERS
from engine.actions import Actor, Submit
from engine.mail import Message, Wire
from notifications import links
from notifications.mime import Service, build
from notifications.smtp import SmtpSender

CONNECTIONS = 10
LATER = NOW + timedelta(hours=8)  # when all that is told at the launch may be sent
GOAL, WIRE_GOAL = 300, 0.5
SERVICE = Service(address="collegium@example.org", key=b"only for benchmarks")


def run(sizes: Sequence[int]) -> list[Row]:
    """`sizes` are numbers of cases that each have one mail to send, to somebody else."""
    whole: dict[int, float] = {}
    wire: dict[int, float] = {}
    alone: dict[int, float] = {}
    first = busy = 0.0
    with sink() as server:
        for size in sizes:
            with folder() as place:
                messages, watch, first = _sent(place / "mails.db", size, server)
            whole[size], busy = len(messages) / watch.seconds, len(messages) / watch.busy
            wires = [build(message, SERVICE, NOW, _addresses(message)) for message in messages]
            alone[size] = len(wires) / asyncio.run(_alone(wires, server.port))
            wire[size] = len(wires) / asyncio.run(_wire(wires, server.port))
    shown, last = " / ".join(f"{size:,}" for size in sizes) + " mails", max(sizes)
    against = f"aiosmtplib alone, {CONNECTIONS} connections, sink: {server.name}"
    return [
        Row(
            measure="mails composed, sent and recorded", size=shown, unit="mails/s", ours=whole[last], against=against,
            reference=alone[last], goal=f">= {GOAL}/s", met=whole[last] >= GOAL,
            growth=exponent({size: size / rate for size, rate in whole.items()}),
            note=f"by processor time {busy:,.0f}/s; one mail alone is out in {first * 1000:.0f} ms after its change",
        ),
        Row(
            measure="the wire alone", size=shown, unit="mails/s", ours=wire[last], against=against,
            reference=alone[last], goal=f">= {WIRE_GOAL} of it", met=wire[last] >= WIRE_GOAL * alone[last],
            growth=exponent({size: size / rate for size, rate in wire.items()}),
        ),
    ]  # fmt: skip


def _sent(database: Path, size: int, server: Sink) -> tuple[list[Message], Stopwatch, float]:
    """All mails of a round, from waiting notices to recorded deliveries; and the seconds of one more after a change."""
    case = launch_one(database, made(database, 1))
    copy(database, 1, size)
    sender = SmtpSender(HOST, server.port, connections=CONNECTIONS)
    watch, first = Stopwatch(), Stopwatch()
    with opened(database, sender) as app:
        app.mailroom.start()
        with watch.timing():
            round_ = app.mailroom.run(LATER)
        with app.store.read() as work:
            messages = work.outbox.messages(state="sent")
        with first.timing():
            task = next(iter(case.tasks))
            app.operations.act(case.id, Submit(task=task, answers=ANSWERS), Actor(kind="operator"), LATER)
            one = app.mailroom.run(LATER)
    if (round_.dispatched.sent, len(messages), one.dispatched.sent) != (size, size, 1):
        raise AssertionError(f"{round_} and {one} instead of {size} mails and one")
    return messages, watch, first.seconds


def _addresses(message: Message) -> dict[str, str]:
    found = links.named(message.text + message.html)
    return dict.fromkeys(found, "https://example.org/t/abcdefghijklmnopqrstuvwxyz")


async def _wire(wires: Sequence[Wire], port: int) -> float:
    """Our sender, without composing and recording."""
    sender = SmtpSender(HOST, port, connections=CONNECTIONS)
    start = time.perf_counter()
    outcomes = await sender.send(wires)
    took = time.perf_counter() - start
    await sender.close()
    if any(delivery.outcome != "sent" for delivery in outcomes.values()):
        raise AssertionError(f"not all were sent: {outcomes}")
    return took


async def _alone(wires: Sequence[Wire], port: int) -> float:
    """The library alone: bytes over as many connections, each mail to one of them."""
    waiting = deque(wires)

    async def work() -> None:
        async with SMTP(hostname=HOST, port=port, local_hostname="localhost") as client:
            while waiting:
                wire = waiting.popleft()
                await client.sendmail(wire.sender, [wire.recipient], wire.data)

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return time.perf_counter() - start


BENCHMARK = Benchmark(
    name="mailing", says="mails composed, sent and recorded", run=run, sizes=(100, 300, 1_000), tiny=(3, 25)
)
