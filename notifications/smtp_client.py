"""When is a connection to a mail server really over? A client that closes at once and can be waited for."""

from __future__ import annotations

import asyncio
from asyncio.trsock import TransportSocket

from aiosmtplib import SMTP, SMTPConnectTimeoutError, SMTPException, SMTPResponse

TURNS = 3  # of the loop, after which a connection that was given up while it was made has closed its socket


class Client(SMTP):
    """Lets go of its socket wherever aiosmtplib or we close it, whatever the server does.

    By itself a transport stays open until the server has taken what is still to be written, and one with TLS until
    the server has said goodbye too: one that does neither would keep the socket beyond the event loop.
    """

    _socket: TransportSocket | None = None

    async def _create_connection(self, timeout: float | None) -> SMTPResponse:
        """As aiosmtplib does, but bounded from outside.

        Its own bound is `asyncio.wait_for`, which in 3.11 loses a connection that is made as it is cancelled.
        """
        try:
            async with asyncio.timeout(timeout):
                return await super()._create_connection(None)
        except TimeoutError as error:
            if isinstance(error, SMTPException):
                raise
            raise SMTPConnectTimeoutError(f"Timed out connecting to {self.hostname} on port {self.port}") from error

    def close(self) -> None:
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.WriteTransport):
            self._socket = transport.get_extra_info("socket") or self._socket
            transport.abort()

    async def closed(self) -> None:
        """Close, and return when the socket is closed, which is a few turns of the loop later."""
        self.close()
        for _ in range(TURNS if self._socket is None else 0):
            await asyncio.sleep(0)
        while self._socket is not None and self._socket.fileno() >= 0:
            await asyncio.sleep(0)
