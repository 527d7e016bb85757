"""Which addresses are there, and what goes with every answer? A Starlette application over one installation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collegium.bootstrap import Application
from collegium.feeds import feed_at
from collegium.web import tasks, unsubscribing
from collegium.web.pages import both, style_hash
from collegium.web.requests import fields_of, token_of

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {style_hash()}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SOON = {"Retry-After": "60"}
METHOD_NOT_ALLOWED = 405


def site(app: Application, clock: Callable[[], datetime]) -> ASGIApp:
    """The pages behind links in mails. Answers are made one after another: they share what `app` keeps in memory."""
    door = _Door(app, clock)
    routes = [
        Route("/health", door.health),
        Route("/u/{token}", door.digest, methods=["GET", "POST"]),
        Route("/t/{token}", door.task),
        Route("/c/{token}.ics", door.calendar),
    ]
    made = Starlette(
        routes=routes, exception_handlers={HTTPException: _refused, Exception: _failed}
    )  # fmt: skip
    made.router.redirect_slashes = False  # a redirect would write the token into one more log
    return _Headers(made)


class _Door:
    """Answers requests over one installation."""

    def __init__(self, app: Application, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._clock = clock
        self._turn = Lock()

    async def digest(self, request: Request) -> Response:
        token = token_of(request)
        if request.method == "POST":
            fields = await fields_of(request)
            return await self._answer(lambda: unsubscribing.change(self._app, token, fields, self._clock()))
        return await self._answer(lambda: unsubscribing.show(self._app, token))

    async def task(self, request: Request) -> Response:
        token = token_of(request)
        return await self._answer(lambda: tasks.show(self._app, token, self._clock()))

    async def calendar(self, request: Request) -> Response:
        token = token_of(request)
        return await self._answer(lambda: self._feed(token))

    def _feed(self, token: str) -> Response:
        found = feed_at(self._app, token, self._clock())
        return both("bad", 404) if found is None else Response(found, media_type="text/calendar; charset=utf-8")

    async def health(self, request: Request) -> Response:
        """Whether the store can be read; says nothing else."""
        return await self._answer(self._healthy)

    def _healthy(self) -> Response:
        with self._app.store.read() as work:
            work.people.revision()
        return PlainTextResponse("ok\n")

    async def _answer(self, make: Callable[[], Response]) -> Response:
        def in_turn() -> Response:
            with self._turn:
                return make()

        return await run_in_threadpool(in_turn)


async def _refused(request: Request, error: Exception) -> Response:
    """The same words for every address that is not there."""
    assert isinstance(error, HTTPException)
    if error.status_code in (400, 413):
        return both("asked", error.status_code)
    if error.status_code == METHOD_NOT_ALLOWED:
        return both("asked", METHOD_NOT_ALLOWED, error.headers)
    return both("bad", 404)


async def _failed(request: Request, error: Exception) -> Response:
    """Nobody reads an error of ours; it stands in the log, without the address."""
    return both("trouble", 503, SOON)


class _Headers:
    """Puts what belongs to every answer on it, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        await self._app(scope, receive, with_headers)
