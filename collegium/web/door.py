"""How is the door opened and closed? uvicorn in a thread of its own, over an installation of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from threading import Thread

import uvicorn

from collegium.bootstrap import Application, build
from collegium.clock import utc_now
from collegium.web.site import site
from engine.errors import CollegiumError
from storage.unit_of_work import SqlStore

PATIENCE = 10.0  # seconds for answers that are being given when the door closes
MOST = 64  # requests at one time; more are told to come back
LONGEST_HEAD = 16 * 1024  # bytes of a request's head


class NoDoor(CollegiumError):
    """The pages behind links in mails cannot be served."""


def opened(app: Application) -> AbstractContextManager[object]:
    """Serve while the block lasts, where the settings say so. Raises NoDoor where the port is taken."""
    if not app.settings.web_port:
        return nullcontext()
    return open_at(app, app.settings.web_host, app.settings.web_port)


@contextmanager
def open_at(app: Application, host: str, port: int, clock: Callable[[], datetime] = utc_now) -> Iterator[int]:
    """Serve at that address while the block lasts; port 0 is any free one. Gives the port."""
    with closing(_listening(host, port)) as listener, closing(_beside(app)) as own:
        server = uvicorn.Server(
            uvicorn.Config(
                site(own, clock), access_log=False, log_level="warning", log_config=None,
                lifespan="off", server_header=False, proxy_headers=False, limit_concurrency=MOST, timeout_keep_alive=5,
                h11_max_incomplete_event_size=LONGEST_HEAD, timeout_graceful_shutdown=int(PATIENCE), http="h11",
                ws="none",
            )
        )  # fmt: skip
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="web door", daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(2 * PATIENCE)


def _beside(app: Application) -> Application:
    """The same installation with nothing shared but the data: what the clock keeps in memory is for its thread only."""
    store = SqlStore(app.settings.database) if isinstance(app.store, SqlStore) else app.store
    return build(app.settings, store=store)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise NoDoor(
            f"Can't open the door for links in mails at {host}:{port}: {error.strerror or error}. "
            "Choose another address with web_host and web_port, or 0 for no door"
        ) from error
