import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from collegium.catch_all import CatchAll
from engine.mail import Delivery, Wire
from notifications.smtp import SmtpSender
from tests.notifications.builders import wire
from tests.notifications.scripted_server import Misbehaviour, Moment, ScriptedServer

ODD = "odd@school.example"
LARGE = b"Subject: large\r\n\r\n" + (b"x" * 900 + b"\r\n") * 20_000  # more than the buffers of a socket hold


def send(
    script: Mapping[str, Misbehaviour], mails: Sequence[Wire], **options: Any
) -> tuple[ScriptedServer, Mapping[str, Delivery]]:
    """Send all in one go to a server with that script."""

    async def run() -> tuple[ScriptedServer, Mapping[str, Delivery]]:
        server = ScriptedServer(script)
        async with server.listening():
            sender = SmtpSender("127.0.0.1", server.port, **{"timeout": 5.0, "final_timeout": 5.0, **options})
            deliveries = await sender.send(mails)
            await sender.close()
            return server, deliveries

    return asyncio.run(run())


def crowd(n: int) -> list[Wire]:
    """Mails for n people, and one for somebody odd in their midst."""
    mails = [wire(f"m-{k}", f"p{k}@school.example") for k in range(n)]
    return [*mails[: n // 2], wire("odd", ODD), *mails[n // 2 :]]


def test_each_mail_is_taken_once() -> None:
    server, deliveries = send({}, crowd(50), connections=5)
    assert {delivery.outcome for delivery in deliveries.values()} == {"sent"}
    assert len(deliveries) == 51
    assert server.taken == {**{f"p{k}@school.example": 1 for k in range(50)}, ODD: 1}
    assert server.connections == 5


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize(
    ("at", "reply", "outcome"),
    [
        ("RCPT", "450 greylisted, come back later", "retry"),
        ("RCPT", "451 local error", "retry"),
        ("RCPT", "452 too many recipients", "retry"),
        ("RCPT", "550 no such user", "refused"),
        ("RCPT", "421 going down", "retry"),
        ("DATA", "451 not now", "retry"),
        ("DATA", "554 no mail from you", "refused"),
        ("DATA", "421 going down", "retry"),
        ("dot", "421 going down", "retry"),
        ("dot", "451 local error", "retry"),
        ("dot", "452 disk full", "retry"),
        ("dot", "550 spam", "refused"),
        ("dot", "552 mailbox full", "refused"),
    ],
)
def test_a_reply_decides_about_its_mail_alone(at: Moment, reply: str, outcome: str, connections: int) -> None:
    server, deliveries = send({ODD: Misbehaviour(at, reply)}, crowd(8), connections=connections)
    odd = deliveries["odd"]
    assert (odd.outcome, odd.code) == (outcome, int(reply[:3]))
    assert reply in odd.answer
    assert odd.next_try is None
    assert {delivery.outcome for id, delivery in deliveries.items() if id != "odd"} == {"sent"}
    assert server.taken == {f"p{k}@school.example": 1 for k in range(8)}


@pytest.mark.parametrize(
    ("at", "reply", "unreachable"),
    [
        ("MAIL", "530 5.7.0 Authentication required", True),
        ("MAIL", "530 5.7.0 Must issue a STARTTLS command first", True),
        ("RCPT", "554 5.7.1 Relay access denied", False),
        ("RCPT", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", False),
        ("RCPT", "550 relay not permitted", False),
    ],
)
def test_what_is_said_of_us_is_not_held_against_the_mail(at: Moment, reply: str, unreachable: bool) -> None:
    server, deliveries = send({"*": Misbehaviour(at, reply)}, [wire()])
    delivery = deliveries["m-1"]
    assert (delivery.outcome, delivery.code, delivery.unreachable) == ("retry", int(reply[:3]), unreachable)
    assert delivery.answer.startswith(f"{at}: {reply}. Nothing was sent. ")
    assert server.swallowed.total() == 0


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("stall", [False, True], ids=["drop", "stall"])
@pytest.mark.parametrize(
    ("at", "outcome", "swallowed"),
    [("RCPT", "retry", 0), ("DATA", "retry", 0), ("dot", "unknown", 1)],
)
def test_a_lost_connection_is_honest(at: Moment, outcome: str, swallowed: int, stall: bool, connections: int) -> None:
    misbehaviour = Misbehaviour(at, stall=stall)
    server, deliveries = send({ODD: misbehaviour}, crowd(8), connections=connections, timeout=1.0, final_timeout=1.0)
    assert deliveries["odd"].outcome == outcome
    assert server.swallowed[ODD] == swallowed
    assert {delivery.outcome for id, delivery in deliveries.items() if id != "odd"} == {"sent"}
    assert {count for name, count in server.swallowed.items() if name != ODD} == {1}


def test_a_connection_that_dies_before_the_final_dot_is_tried_again() -> None:
    large = wire("odd", ODD, LARGE)
    server, deliveries = send({ODD: Misbehaviour("content")}, [large, wire("m-1")], connections=1)
    assert [deliveries[id].outcome for id in ("odd", "m-1")] == ["retry", "sent"]
    assert server.swallowed == {"anke@school.example": 1}


def test_a_server_that_does_not_read_is_left() -> None:
    large = wire("odd", ODD, LARGE)

    async def run() -> Delivery:
        async def stubborn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for reply in (b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 x\r\n"):
                writer.write(reply)
                await reader.readline()
            await done.wait()
            writer.close()

        done = asyncio.Event()
        server = await asyncio.start_server(stubborn, "127.0.0.1", 0, limit=1024)
        sender = SmtpSender("127.0.0.1", server.sockets[0].getsockname()[1], final_timeout=0.2)
        deliveries = await sender.send([large])
        done.set()
        server.close()
        await asyncio.sleep(0.05)
        return deliveries["odd"]

    delivery = asyncio.run(run())
    assert (delivery.outcome, delivery.answer) == ("retry", "content: the server does not read")


def test_nobody_listens() -> None:
    async def run() -> Mapping[str, Delivery]:
        server = ScriptedServer({})
        async with server.listening():
            pass
        return await SmtpSender("127.0.0.1", server.port).send(crowd(20))

    deliveries = asyncio.run(run())
    assert {delivery.outcome for delivery in deliveries.values()} == {"retry"}
    assert len(deliveries) == 21
    assert deliveries["odd"].answer.startswith("no connection: ")
    assert {(delivery.unreachable, delivery.cause) for delivery in deliveries.values()} == {(True, "away")}


@pytest.mark.parametrize(
    "misbehaviour",
    [
        Misbehaviour("greeting", "421 too busy"),
        Misbehaviour("greeting", "554 go away"),
        Misbehaviour("greeting"),
        Misbehaviour("greeting", stall=True),
    ],
    ids=str,
)
def test_a_server_that_lets_nobody_in_costs_no_mail_its_life(misbehaviour: Misbehaviour) -> None:
    server, deliveries = send({"*": misbehaviour}, crowd(6), connections=2, timeout=0.2)
    assert {delivery.outcome for delivery in deliveries.values()} == {"retry"}
    assert len(deliveries) == 7
    assert server.connections == 2  # not one connection a mail


def test_a_server_that_allows_few_connections_gets_all_mails_over_those() -> None:
    server, deliveries = send({"*": Misbehaviour("greeting", "421 too many of you", times=2)}, crowd(12), connections=3)
    assert {delivery.outcome for delivery in deliveries.values()} == {"sent"}
    assert server.taken.total() == 13


def test_connections_are_replaced_after_so_many_mails() -> None:
    server, deliveries = send({}, crowd(19), connections=1, per_connection=5)
    assert {delivery.outcome for delivery in deliveries.values()} == {"sent"}
    assert server.connections == 4


def test_connections_are_kept_between_calls() -> None:
    async def run() -> ScriptedServer:
        server = ScriptedServer({})
        async with server.listening():
            sender = SmtpSender("127.0.0.1", server.port, connections=2)
            for _ in range(3):
                await sender.send(crowd(4))
            await sender.close()
        return server

    server = asyncio.run(run())
    assert (server.connections, server.taken.total()) == (2, 15)


@pytest.mark.parametrize("mails_per_connection", [1, 3])
def test_a_server_that_hung_up_meanwhile_is_called_again(mails_per_connection: int) -> None:
    async def run() -> ScriptedServer:
        server = ScriptedServer({}, mails_per_connection=mails_per_connection)
        async with server.listening():
            sender = SmtpSender("127.0.0.1", server.port, connections=1)
            for _ in range(2):
                deliveries = await sender.send(crowd(4))
                assert {delivery.outcome for delivery in deliveries.values()} == {"sent"}
                await server.hang_up()
            await sender.close()
        return server

    assert asyncio.run(run()).taken == {**{f"p{k}@school.example": 2 for k in range(4)}, ODD: 2}


def test_a_sender_can_be_used_on_one_event_loop_after_another(tmp_path: Path) -> None:
    with CatchAll("127.0.0.1", 0, tmp_path) as server:
        sender = SmtpSender("127.0.0.1", server.port)

        async def run(id: str) -> Delivery:
            delivery = (await sender.send([wire(id)]))[id]
            await sender.close()
            return delivery

        assert [asyncio.run(run(id)).outcome for id in ("m-1", "m-2")] == ["sent", "sent"]
        assert server.received.total() == 2


def test_dots_and_line_ends_arrive_as_they_were() -> None:
    server, _ = send({}, [wire(data=b"Subject: x\n\n.\n..\n.a\r\nlast\rline")])
    assert server.mails == [b"Subject: x\r\n\r\n..\r\n...\r\n..a\r\nlast\r\nline\r\n.\r\n"]


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(tmp_path: Path) -> None:
    mails = [wire("local", "andré@school.example"), wire("domain", "anke@exämple.example"), wire("plain")]
    server, deliveries = send({}, mails, connections=1)
    assert {id: delivery.outcome for id, delivery in deliveries.items()} == {
        "local": "refused",
        "domain": "sent",
        "plain": "sent",
    }
    assert server.taken == {"anke@xn--exmple-cua.example": 1, "anke@school.example": 1}
    with CatchAll("127.0.0.1", 0, tmp_path) as able:

        async def run() -> Mapping[str, Delivery]:
            sender = SmtpSender("127.0.0.1", able.port)
            found = await sender.send(mails)
            await sender.close()
            return found

        assert {delivery.outcome for delivery in asyncio.run(run()).values()} == {"sent"}
        assert able.received.total() == 3


def test_an_address_with_a_line_break_never_reaches_the_server() -> None:
    mails = [wire("odd", "anke@school.example>\r\nRCPT TO:<all@school.example"), wire("plain")]
    server, deliveries = send({}, mails, connections=1)
    assert [deliveries[id].outcome for id in ("odd", "plain")] == ["refused", "sent"]
    assert server.taken == {"anke@school.example": 1}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_without_the_demanded_encryption_gets_no_mail(security: str) -> None:
    server, deliveries = send({}, [wire()], security=security, timeout=1.0)
    delivery = deliveries["m-1"]
    assert (delivery.outcome, delivery.unreachable, delivery.cause) == ("retry", True, "tls")
    assert server.swallowed.total() == 0


@pytest.mark.parametrize(("password", "outcome"), [("right", "sent"), ("wrong", "retry")])
def test_a_wrong_password_costs_no_mail_its_life(password: str, outcome: str) -> None:
    class Taking:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            return "250 ok"

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    async def run() -> Delivery:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Taking(), hostname="test", loop=loop, authenticator=authenticate, auth_require_tls=False),
            "127.0.0.1",
            0,
        )
        port = server.sockets[0].getsockname()[1]
        sender = SmtpSender("127.0.0.1", port, username="collegium", password=password, timeout=5.0)
        delivery = (await sender.send([wire()]))["m-1"]
        await sender.close()
        server.close()
        await asyncio.sleep(0.05)
        return delivery

    delivery = asyncio.run(run())
    assert delivery.outcome == outcome
    assert (delivery.code, delivery.cause) == {"sent": (250, None), "retry": (535, "login")}[outcome]
    assert password not in delivery.answer.split()
