"""Start the web process: `python run.py`. `flask --app run …` finds the app here.

One process with threads serves pages, calls and sockets. On SQLite it is the only one that may serve the database, and has
the scheduler too; on PostgreSQL `flask --app run work` has the scheduler, and `hub` processes may take over the sockets.
"""

import gc

gc.disable()  # while everything is loaded: nothing of it is garbage, and looking takes a fifth of the time

import contextlib
import fcntl
import os
import resource
import select
import socket
import sys
import time
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from fairapp import cli, config, cores, create_app, db, schedule
from fairapp.live import hub

PATIENCE = 3.0  # seconds to wait for the lock of a server that was just killed
FOLLOWS_WITHIN = 50  # milliseconds in which a thread waits for the next request of its connection
SPARE = 256  # connections beyond threads and sockets that may wait, kept alive, without a thread
HELD: list[Any] = []  # what lasts as long as the worker: its lock and its scheduler

try:
    app = create_app()
except config.ConfigError as error:
    sys.exit(str(error))
# What was loaded stays until the end: no collection has to look at it, also not the two at a process's end (2 s each).
gc.freeze()
gc.enable()


class Refusal(Exception):
    """The server cannot start; the sentence says why and what to do."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, of which there are many here.

    A thread that has answered stays with its connection for a moment, as the next request of a page follows at once:
    handing each one through gunicorn's main thread and back costs more than many a request itself. Asked to stop, the
    worker cuts the sockets, which would otherwise never end.
    """

    def handle(self, conn: Any) -> Any:
        """Serve a connection while requests follow each other closely; return what gunicorn's own would."""
        kept = super().handle(conn)
        while kept is True and self.alive and not conn.is_http2 and follows(conn):
            kept = super().handle(conn)
        return kept

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop taking connections, end the sockets; their clients come back and catch up."""
        app.extensions["fairapp.hub"].close()
        super().handle_exit(sig, frame)


def follows(conn: Any) -> bool:
    """Whether the next request of the connection is there, or comes within a moment."""
    if conn.parser.unreader.buf.getvalue():
        return False  # read ahead already: gunicorn knows what to do
    waiting = select.poll()
    waiting.register(conn.sock, select.POLLIN)
    return bool(waiting.poll(FOLLOWS_WITHIN))


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn inside this program, with one worker."""

    def __init__(self, settings: config.Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults. Every socket holds a thread, so there are many."""
        threads = self.settings.threads + self.settings.sockets
        options = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": 1,
            "worker_class": Worker,
            "threads": threads,
            "worker_connections": threads + SPARE,
            "keepalive": 15,
            "graceful_timeout": 3,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "fairapp",
            "post_fork": _begin,
            "post_worker_init": _ready,
            "worker_exit": _end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app for the worker."""
        return app


def _begin(_server: Any, _worker: Any) -> None:
    """Take the database, in the worker itself: it is what serves, and what may outlive gunicorn's parent by a moment."""
    settings: config.Settings = app.config["SETTINGS"]
    if settings.sqlite:
        cores.stay_on_one()
        try:
            HELD.append(lock(f"{db.of(app).url.database}.lock", PATIENCE))
        except Refusal as refusal:
            print(refusal, file=sys.stderr, flush=True)
            sys.exit(4)  # gunicorn's code for "will never start", so that it does not try again


def _ready(_worker: Any) -> None:
    settings: config.Settings = app.config["SETTINGS"]
    hub.start(app)
    if settings.sqlite:
        HELD.append(schedule.start(app))
    print(f"fairapp: http://{settings.host}:{settings.port}", flush=True)


def _end(_server: Any, _worker: Any) -> None:
    """Let the last writes reach the disk. What else runs may be killed: nothing is lost by that."""
    for held in HELD[1:]:
        held.shutdown(wait=False)
    db.of(app).writer.stop()


def lock(path: str, patience: float) -> Any:
    """Return the open lock file; Refusal when another process keeps it for longer than `patience` seconds."""
    file = open(path, "a+")  # noqa: SIM115 - stays open as long as the process lives
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > end:
                raise Refusal(
                    f"Another fairapp server already uses {path.removesuffix('.lock')}. "
                    "An SQLite database has one server; use PostgreSQL for more (DATABASE_URL)."
                ) from None
            time.sleep(0.1)
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def check_port(settings: config.Settings) -> None:
    """Raise Refusal when something else listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Refusal(
                f"{settings.host}:{settings.port} cannot be used ({error.strerror}). Choose another port with PORT."
            ) from error


def main() -> None:
    """Check what can be checked before, then serve until stopped."""
    settings: config.Settings = app.config["SETTINGS"]
    try:
        check_port(settings)
        if not cli.is_migrated(settings.database_url):
            raise Refusal("The database has not the present schema. Run first: flask --app run migrate")
    except Refusal as refusal:
        sys.exit(str(refusal))
    wanted = 4 * (settings.threads + settings.sockets) + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    hub.attach(app, "threading", settings.sockets)
    sys.argv = sys.argv[:1]  # settings come from the environment alone
    Server(settings).run()


if __name__ == "__main__":
    main()
