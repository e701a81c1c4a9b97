"""Namespace /live of Socket.IO: who connects, what they watch, and the WSGI door in front of it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any, cast

import structlog
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO

from fairapp import clock, db
from fairapp.errors import AppError, NotFound, NotSignedIn, TooMany
from fairapp.live import queries
from fairapp.live.hub.tailer import Client, Hub
from fairapp.live.hub.wire import LONGEST_MESSAGE, NAMESPACE, Websocket
from fairapp.live.rules import read_watch

log = structlog.get_logger()

PATH = "/socket.io"
MOST_UNSENT = 16  # answers waiting for a client that asks but does not read
READS_AT_ONCE = 8  # of all who come back together; the rest of the connections is for pages


def _nobody(token: str | None) -> Any:
    if token is not None:
        raise NotSignedIn
    return None


# Hook: who connects, by token or, without one, by the cookie of the present request: a guards.Caller, or None for the public;
# NotSignedIn for a bad token. wiring.py fills it.
identify: Callable[[str | None], Any] = _nobody


def _sid() -> str:
    """Return the id of the connection whose event this is."""
    return cast(str, request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO adds it


def _asking(environ: dict[str, Any], token: str | None) -> Callable[[], int | None]:
    """Return what finds out, at any later time, whose connection this is."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def ask() -> int | None:
        with app.request_context(environ):
            try:
                caller = identify(token)
            except AppError:
                return None
            return None if caller is None else cast(int, caller.id)

    return ask


class Live(Namespace):  # type: ignore[misc]
    """The events of the contract."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(NAMESPACE)
        self.hub = hub
        self._reading = threading.Semaphore(READS_AT_ONCE)

    def on_connect(self, auth: Any = None) -> None:
        """Let in who has no token (public, or by cookie) or a good one."""
        token = auth.get("token") if isinstance(auth, dict) else None
        if token is not None and not isinstance(token, str):
            raise ConnectionRefusedError(NotSignedIn.slug)
        client = Client(request.environ["fairapp.wire"], token, None, _asking(request.environ, token))
        try:
            with self._reading:
                caller = identify(token)
                if caller is not None:
                    client.account_id = caller.id
                    with db.read() as session:
                        reached = queries.catch_up_mine(session, caller.id, None).seq
        except AppError as error:
            raise ConnectionRefusedError(error.slug) from error
        self.hub.join(_sid(), client)
        if client.account_id is not None:
            self.hub.watch(client, ("account", client.account_id), reached)

    def on_disconnect(self, _reason: str | None = None) -> None:
        """Forget the client."""
        self.hub.leave(_sid())

    def on_watch(self, payload: Any = None) -> dict[str, Any]:
        """Join a fair: answer with its last number and what the client missed, and send what follows."""
        return self._answered(self._watch, payload)

    def on_unwatch(self, payload: Any = None) -> dict[str, Any]:
        """Leave a fair."""
        return self._answered(self._unwatch, payload)

    def _answered(self, does: Callable[[Client, Any], dict[str, Any]], payload: Any) -> dict[str, Any]:
        client = self.hub.clients.get(_sid())
        if client is None:
            return {"error": "gone"}
        self._refuse_flood(client)
        try:
            with self._reading:
                return does(client, payload)
        except AppError as error:
            return {"error": error.slug, "status": error.status, "title": str(error.title)}
        except Exception:
            log.exception("live_event_failed")
            return {"error": "internal", "status": 500}

    def _refuse_flood(self, client: Client) -> None:
        """Cut off a client that asks and asks and reads none of the answers."""
        server = self.socketio.server
        connection = server.eio.sockets.get(server.manager.eio_sid_from_sid(_sid(), NAMESPACE))
        if connection is not None and connection.queue.qsize() > MOST_UNSENT:
            client.wire.cut()

    def _watch(self, client: Client, payload: Any) -> dict[str, Any]:
        asked = read_watch(payload)
        caller = identify(client.token)  # anew: what was allowed at connecting may not be any more
        with db.read() as session:
            fair_id = queries.find_visible_fair(session, asked.fair, caller, clock.now())
            if fair_id is None:
                raise NotFound
            missed = queries.catch_up(session, fair_id, asked.after)
            mine = None
            if caller is not None and caller.id == client.account_id and asked.after_mine is not None:
                mine = queries.catch_up_mine(session, caller.id, asked.after_mine)
        if not self.hub.watch(client, ("fair", fair_id), missed.seq):
            raise TooMany
        if mine is not None:
            self.hub.watch(client, ("account", caller.id), mine.seq)
        return {
            "fair": str(fair_id),
            "seq": missed.seq,
            "missed": missed.items,
            "reset": missed.reset or (mine is not None and mine.reset),
            "mine": mine.items if mine else [],
        }

    def _unwatch(self, client: Client, payload: Any) -> dict[str, Any]:
        asked = read_watch(payload)
        with db.read() as session:
            fair_id = queries.find_visible_fair(session, asked.fair, identify(client.token), clock.now())
        if fair_id is not None:
            self.hub.unwatch(client, ("fair", fair_id))
        return {}


class Door:
    """In front of the app: a limit of sockets at once; past it clients are refused and poll instead."""

    def __init__(self, inner: Any, most: int, *, alone: bool) -> None:
        self.inner = inner
        self.alone = alone  # a process for sockets only: whatever else is asked for belongs elsewhere
        self._places = threading.Semaphore(most)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Let one request in."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PATH):
            if self.alone and path not in {"/healthz", "/readyz", "/metrics"}:
                return _refused(start_response, "404 Not Found")
            return cast(Iterable[bytes], self.inner(environ, start_response))
        if not self._places.acquire(blocking=False):
            return _refused(start_response, "503 Service Unavailable")
        try:  # the call lasts as long as the socket
            return cast(Iterable[bytes], self.inner(environ, start_response))
        finally:
            self._places.release()


def _refused(start_response: Any, status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Retry-After", "30")])
    return [b""]


def attach(app: Flask, async_mode: str, most: int, *, alone: bool = False) -> Hub:
    """Give the app its sockets: `threading` in the web process, `gevent` in one of their own. Returns the hub, not started."""
    hub = Hub(app)
    sockets = SocketIO(
        async_mode=async_mode,
        transports=["websocket"],
        max_http_buffer_size=LONGEST_MESSAGE,
        async_handlers=False,  # one question of a client after the other
        manage_session=False,
        ping_interval=25,
        ping_timeout=20,
    )
    sockets.on_namespace(Live(hub))
    sockets.init_app(app)
    engine = sockets.server.eio
    kinds = {"thread_class": engine._async["thread"], "event_class": engine._async["event"]}
    engine._async = {**engine._async, "websocket": lambda handler, _server: Websocket(handler, kinds)}
    app.wsgi_app = Door(app.wsgi_app, most, alone=alone)  # type: ignore[method-assign]
    app.extensions["fairapp.hub"] = hub
    return hub


def start(app: Flask) -> None:
    """Start the app's hub, in the process that serves."""
    app.extensions["fairapp.hub"].start(app.extensions["socketio"].start_background_task)
