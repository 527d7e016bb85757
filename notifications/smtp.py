"""How does a mail get to a server, and what became of it? Kept connections, one recipient a mail, every code read."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.protocol import SMTPProtocol

from engine.mail import Cause, Delivery, Wire
from notifications import admission, trust
from notifications.addresses import on_the_wire
from notifications.event_loop import together
from notifications.smtp_client import Client

Security = Literal["none", "starttls", "tls"]
START_INPUT, SHUTTING_DOWN = 354, 421
LINE_BREAK = re.compile(rb"\r\n|\n|\r")
LEADING_DOT = re.compile(rb"(?m)^\.")
LOST = (SMTPException, OSError, TimeoutError)
FLUSH_EVERY = 0.01  # seconds between two looks at what is still to be written
GOODBYE = 2.0  # seconds to wait for the answer to QUIT


class SmtpSender:
    """Sends over up to `connections` kept connections, each replaced after `per_connection` mails.

    With `security` starttls or tls nothing is sent to a server that does not encrypt, or whose certificate
    `tls_context` (by default that of trust.tls_context) does not accept. A reply of class 4 means retry, of class 5
    refused; what is said of us and not of the mail (no password, no relaying) means retry. What fails before the final
    dot may be tried again; where the connection dies after it, or no answer comes within `final_timeout`, nobody knows:
    the outcome is unknown.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connections: int = 10,
        per_connection: int = 80,
        security: Security = "none",
        username: str | None = None,
        password: str | None = None,
        tls_context: ssl.SSLContext | None = None,
        hello: str = "localhost",
        timeout: float = 30.0,
        final_timeout: float = 120.0,
    ) -> None:
        self.client = partial(
            Client,
            hostname=host,
            port=port,
            use_tls=security == "tls",
            start_tls=security == "starttls",
            username=username,
            password=password,
            tls_context=tls_context or (trust.tls_context() if security != "none" else None),
            local_hostname=hello,
            timeout=timeout,
        )
        self.host = host
        self.named = username is not None
        self.per_connection = per_connection
        self.timeout = timeout
        self.final_timeout = final_timeout
        self._lines = [_Line(self) for _ in range(connections)]
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        """One delivery per message id, whatever the server and the network do."""
        self._settle_in(asyncio.get_running_loop())
        waiting, outcomes = deque(mails), dict[str, Delivery]()
        lines = self._lines[: len(mails)]
        failure: Delivery | None = None
        # A line that cannot connect leaves its mail to the others: each round empties the queue or loses a line.
        while waiting and lines:
            failures = await together(line.work(waiting, outcomes) for line in lines)
            failure = next(filter(None, failures), failure)
            lines = [line for line, lost in zip(lines, failures, strict=True) if lost is None]
        if failure is not None:
            outcomes |= {mail.message: failure for mail in waiting}
        return outcomes

    async def close(self) -> None:
        """Take leave of the server on every connection."""
        self._settle_in(asyncio.get_running_loop())
        await together(line.leave() for line in self._lines)

    def _settle_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Connections belong to an event loop; those of a loop that has ended are gone with it."""
        if self._loop is not loop:
            self._lines = [_Line(self) for _ in self._lines]
            self._loop = loop


class _Line:
    """One kept connection."""

    def __init__(self, sender: SmtpSender) -> None:
        self._sender = sender
        self._client: Client | None = None
        self._used = 0

    async def work(self, waiting: deque[Wire], outcomes: dict[str, Delivery]) -> Delivery | None:
        """Send until nothing waits; where no connection can be made, the mail is put back and the failure returned."""
        try:
            while waiting:
                mail = waiting.popleft()
                try:
                    outcomes[mail.message] = await self._deliver(mail)
                except _NoConnection as failed:
                    waiting.appendleft(mail)
                    return failed.delivery
        except BaseException:  # cancelled amid a conversation, which nobody can go on with
            client, self._client = self._client, None
            if client is not None:
                await client.closed()
            raise
        return None

    async def leave(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                await client.quit(timeout=GOODBYE)
        except LOST:
            pass
        finally:
            await client.closed()

    async def _deliver(self, mail: Wire) -> Delivery:
        kept = self._client is not None and self._client.is_connected and self._used < self._sender.per_connection
        client = self._client if kept and self._client else await self._open()
        attempt = _Attempt(client, mail, self._sender)
        delivery = await attempt.run()
        if kept and not attempt.begun and not client.is_connected:
            # The server hung up on an idle connection, before it had heard of this mail: that is no failed attempt.
            delivery = await _Attempt(await self._open(), mail, self._sender).run()
        self._used += 1
        if delivery.unreachable:
            await self.leave()
            raise _NoConnection(delivery)
        return delivery

    async def _open(self) -> Client:
        await self.leave()
        client = self._sender.client()
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
        except (*LOST, ValueError) as error:
            await client.closed()
            put_off = _put_off("no connection", error)
            words = f"no connection: {admission.why(error, self._sender.host)}"
            raise _NoConnection(replace(put_off, answer=words, unreachable=True, cause=_cause(error))) from error
        except BaseException:  # cancelled: nobody else knows of this connection
            await client.closed()
            raise
        self._client, self._used = client, 0
        return client


class _NoConnection(Exception):
    """The server cannot be reached, or does not let us in."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        super().__init__(delivery.answer)


class _Attempt:
    """One mail over one open connection."""

    def __init__(self, client: Client, mail: Wire, sender: SmtpSender) -> None:
        self._client = client
        self._mail = mail
        self._sender = sender
        self.begun = False  # the server has accepted the first command of this mail

    async def run(self) -> Delivery:
        command = "MAIL"
        try:
            sender, recipient, options = self._envelope()
            await self._client.mail(sender, options=options, encoding="utf-8")
            self.begun, command = True, "RCPT"
            await self._client.rcpt(recipient, encoding="utf-8")
            command = "DATA"
            code, answer = await self._client.execute_command(b"DATA")
            if code != START_INPUT:
                raise SMTPResponseException(code, answer)
        except SMTPResponseException as error:
            await self._reset()
            return self._refused(command, error)
        except LOST as error:
            self._client.close()
            return _put_off(command, error)
        except ValueError as error:
            await self._reset()
            return Delivery(outcome="refused", answer=f"{command}: {error}")
        return await self._content()

    def _refused(self, command: str, error: SMTPResponseException) -> Delivery:
        """A reply that is about us says nothing against the mail: it is put off until somebody has seen to it."""
        delivery = _answered(command, error.code, error.message)
        nameless = self._client.supports_extension("auth") and not self._sender.named
        if delivery.outcome != "refused" or not (hint := admission.about_us(command, error, nameless)):
            return delivery
        put_off = replace(delivery, outcome="retry", answer=f"{delivery.answer}. {hint}")
        return replace(put_off, unreachable=True, cause="login") if command == "MAIL" else put_off

    async def _content(self) -> Delivery:
        """The mail itself. The final dot is written apart: as long as it is not, the server cannot have taken it."""
        client = self._client
        try:
            protocol = await self._write_content()
            protocol.write(b".\r\n")
        except LOST as error:
            client.close()
            return _put_off("content", error)
        try:
            code, answer = await protocol.read_response(timeout=self._sender.final_timeout)
        except LOST as error:
            client.close()
            return Delivery(outcome="unknown", answer=f"no answer after the final dot: {_words(error)}")
        delivery = _answered("content", code, answer)
        if code == SHUTTING_DOWN:
            client.close()
        elif delivery.outcome != "sent":
            await self._reset()  # a server that failed amid its own work may still hold the envelope
        return delivery

    async def _write_content(self) -> SMTPProtocol:
        """Write all lines and wait until they have left; raises where the server hangs up meanwhile."""
        client = self._client
        protocol, transport = client.protocol, client.transport
        if protocol is None or not isinstance(transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("Connection lost")
        data = LINE_BREAK.sub(b"\r\n", self._mail.data)
        data = data if data.endswith(b"\r\n") else data + b"\r\n"
        protocol.write(LEADING_DOT.sub(b"..", data))
        deadline = asyncio.get_running_loop().time() + self._sender.final_timeout
        while transport.get_write_buffer_size() and not transport.is_closing():
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("the server does not read")
            await asyncio.sleep(FLUSH_EVERY)
        for _ in range(2):  # one turn of the loop reads from the socket, the next hands on what was read
            await asyncio.sleep(0)
        return protocol

    async def _reset(self) -> None:
        """End an envelope that was begun, so that the next mail can be."""
        if self._client.is_connected:
            try:
                await self._client.rset()
            except LOST:
                self._client.close()

    def _envelope(self) -> tuple[str, str, list[str]]:
        """Sender, recipient and the options of MAIL; a domain beyond ASCII goes as IDNA, a local part as SMTPUTF8.

        Headers beyond ASCII ask for SMTPUTF8 too (RFC 6531 section 3.4).
        """
        addresses = [on_the_wire(address) for address in (self._mail.sender, self._mail.recipient)]
        foreign = [address for address in addresses if not address.isascii()]
        if not foreign and self._mail.data.isascii():
            return addresses[0], addresses[1], []
        if not self._client.supports_extension("smtputf8"):
            named = foreign[-1] if foreign else "that of the office or the service in the headers of this mail"
            raise ValueError(f"the server takes no addresses with letters beyond ASCII (SMTPUTF8), such as {named}")
        return addresses[0], addresses[1], ["SMTPUTF8"]


async def _greet(client: Client) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError:
        await client.helo()


def _answered(command: str, code: int, answer: str) -> Delivery:
    """What a reply means: 2 sent, 5 refused, everything else is tried again."""
    words = f"{command}: {code} {' '.join(answer.split())}"
    if 200 <= code < 300 and command == "content":
        return Delivery(outcome="sent", code=code, answer=words)
    return Delivery(outcome="refused" if 500 <= code < 600 else "retry", code=code, answer=words)


def _put_off(where: str, error: BaseException) -> Delivery:
    code = error.code if isinstance(error, SMTPResponseException) else None
    return Delivery(outcome="retry", code=code, answer=f"{where}: {_words(error)}")


def _cause(error: BaseException) -> Cause:
    """Whether a person must act: the server does not let us in, or shows no certificate that holds."""
    if isinstance(error, SMTPAuthenticationError):
        return "login" if error.code >= 500 else "away"
    causes = [error, error.__cause__, error.__context__]
    if any(isinstance(each, ssl.SSLError) for each in causes) or "STARTTLS" in str(error):
        return "tls"
    return "login" if "SMTP AUTH" in str(error) else "away"


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
