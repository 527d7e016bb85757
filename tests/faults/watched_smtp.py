"""Where is a process killed while it talks to a mail server? At each word that is said and each answer that is heard.

One connection at a time, so that the n-th word is the same in every run. A word of a mail is named after the mail's
number on the way, another after its connection's: no two points have one name.
"""

from __future__ import annotations

import email
import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from aiosmtplib.response import SMTPResponse

from engine.mail import Delivery, Wire
from notifications.smtp import Security, SmtpSender
from notifications.smtp_client import Client

FINAL_DOT = b".\r\n"
OF_A_MAIL = ("MAIL", "RCPT", "DATA", "content", "final dot", "RSET")
USER, PASSWORD = "collegium", "a secret of the tests"
GO_ON = 334  # the server wants the next word of a login

Point = Callable[[str], None]


class WatchedSender(SmtpSender):
    """The sender as it is, over one connection, which passes the executioner at each word that it says and hears.

    With `security` it gives a name and a password too, and each step of the handshake is a point.
    """

    def __init__(
        self, host: str, port: int, point: Point, security: Security = "none", trusted: ssl.SSLContext | None = None
    ) -> None:
        user, password = (None, None) if security == "none" else (USER, PASSWORD)
        super().__init__(
            host, port, connections=1, security=security, username=user, password=password, tls_context=trusted
        )
        steps = _Steps(point)
        if trusted is not None:
            trusted.sslobject_class = _watched_handshake(steps)
        known = self.client
        self.client = cast("partial[Client]", partial(_Watched, steps, **known.keywords))

    async def send(self, mails: Sequence[Wire]) -> Mapping[str, Delivery]:
        """By reader and subject: the order in which mails of one moment are leased is that of ids that were drawn."""
        return await super().send(sorted(mails, key=_reader_and_subject))


def _reader_and_subject(mail: Wire) -> tuple[str, str]:
    return mail.recipient, str(email.message_from_bytes(mail.data)["Subject"])


class _Steps:
    """Which connection it is and which mail."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self.connection = 0
        self.mail = 0

    def pass_by(self, when: str, word: str) -> None:
        of = f"mail {self.mail}" if word in OF_A_MAIL else f"connection {self.connection}"
        self._point(f"{when} SMTP {word}, {of}")


def _watched_handshake(steps: _Steps) -> type[ssl.SSLObject]:
    class Handshake(ssl.SSLObject):
        """Each step takes what the server has said and prepares the answer, which leaves right after it."""

        def do_handshake(self) -> None:
            number = vars(self).setdefault("number", 0) + 1
            vars(self)["number"] = number
            steps.pass_by("before", f"handshake {number}")
            try:
                super().do_handshake()
            finally:
                steps.pass_by("after", f"handshake {number}")

    return Handshake


class _Watched(Client):
    def __init__(self, steps: _Steps, **settings: Any) -> None:
        super().__init__(**settings)
        self._steps = steps
        self._said = "connect"
        self._heard = 0

    async def _create_connection(self, timeout: float | None) -> SMTPResponse:
        self._steps.connection += 1
        self._steps.pass_by("before", "connect")
        response = await super()._create_connection(timeout)
        self._steps.pass_by("answer to", "connect")
        protocol = self.protocol
        assert protocol is not None
        write, read_response = protocol.write, protocol.read_response

        def watched_write(data: bytes) -> None:
            self._said = self._name(data)
            self._steps.mail += self._said == "MAIL"
            self._steps.pass_by("before", self._said)
            write(data)
            self._steps.pass_by("after", self._said)

        async def watched_read(timeout: float | None = None) -> SMTPResponse:
            answer = await read_response(timeout)
            self._heard = answer.code
            self._steps.pass_by("answer to", self._said)
            return answer

        protocol.write = watched_write  # type: ignore[method-assign]  # this one connection is watched
        protocol.read_response = watched_read  # type: ignore[method-assign]  # likewise
        return response

    def _name(self, data: bytes) -> str:
        """What is said: its first word, never what a password or a mail says."""
        if data == FINAL_DOT:
            return "final dot"
        line, _, rest = data.partition(b"\r\n")
        if rest:
            return "content"
        if self._said == "AUTH" and self._heard == GO_ON:
            return "password"
        word = line.split(b" ")[0].decode()
        return f"{word} encrypted" if word == "EHLO" and self.get_transport_info("sslcontext") else word
