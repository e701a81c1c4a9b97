"""The hub: reads new rows of news and writes them to who watches. It holds no truth, only how far each client has come.

A client gets exactly what lies between its number and the present, so it cannot matter when it joined, which tick it missed
because it was slow, or how many hubs there are.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog
from flask import Flask
from prometheus_client import Counter, Gauge

from fairapp import db
from fairapp.live import queries
from fairapp.live.actions import CHANNEL
from fairapp.live.hub.wire import PING, Wire, frame

log = structlog.get_logger()

TICK = 0.2  # seconds between looks where nothing wakes the hub
SPACING = 0.1  # seconds at least between two looks: bookings come in hundreds, messages need not
ANSWERED_AFTER = 0.05  # seconds in which the answer to a `watch` is on its way
PATIENCE = 30.0  # seconds a client may take nothing at all before it is cut off
ASKED_EVERY = 60.0  # seconds in which somebody who signed out may still be told her own news
MOST_FAIRS = 20  # that one client may watch

SOCKETS = Gauge("fairapp_live_sockets", "Clients connected to this process")
MESSAGES = Counter("fairapp_live_messages_total", "Messages written to clients")
DROPPED = Counter("fairapp_live_dropped_total", "Clients cut off because they took nothing")
BEHIND = Gauge("fairapp_live_unready", "Clients that could not take the last message at once")

Topic = tuple[str, int]  # ("fair", 3) or ("account", 7)


@dataclass(eq=False, slots=True)
class Client:
    """One connection: whose it is, and the last number sent to it of each thing it watches."""

    wire: Wire
    token: str | None
    account_id: int | None
    whose: Callable[[], int | None] = lambda: None  # asks again who this is: somebody may have signed out
    asked_at: float = field(default_factory=time.monotonic)
    reached: dict[Topic, int] = field(default_factory=dict)
    quiet_until: float = 0.0  # when it may be sent news: the answer to its question goes first
    stuck_since: float | None = None


class Hub:
    """The clients of this process, and the thread that keeps them told."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: dict[str, Client] = {}
        self._database = db.of(app)
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._unready: set[Client] = set()

    # Joining and leaving

    def join(self, sid: str, client: Client) -> None:
        """Add a client that connected."""
        with self._lock:
            self.clients[sid] = client
            SOCKETS.set(len(self.clients))

    def leave(self, sid: str) -> None:
        """Forget a client that is gone."""
        with self._lock:
            client = self.clients.pop(sid, None)
            if client is not None:
                self._unready.discard(client)
            SOCKETS.set(len(self.clients))

    def watch(self, client: Client, topic: Topic, reached: int) -> bool:
        """Send the client what comes after `reached` from now on; False if it watches too much already."""
        with self._lock:
            if topic not in client.reached and len(client.reached) > MOST_FAIRS:
                return False
            client.reached[topic] = reached
            client.quiet_until = time.monotonic() + ANSWERED_AFTER
            return True

    def unwatch(self, client: Client, topic: Topic) -> None:
        """Send the client no more of it."""
        with self._lock:
            client.reached.pop(topic, None)

    def close(self) -> None:
        """Stop looking and cut every connection; clients come back elsewhere and catch up by number."""
        self._stopped.set()
        self.wake()
        for client in list(self.clients.values()):
            client.wire.cut()

    # Looking for news

    def wake(self) -> None:
        """Say that something may be new."""
        self._woken.set()

    def start(self, run: Callable[[Callable[[], None]], Any]) -> None:
        """Look for news until closed; `run` starts a background task the way the process has them."""
        self._database.writer.after_commit.append(self.wake)
        run(self._tail)
        if not self._database.sqlite:
            run(self._listen)

    def _tail(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait(TICK - SPACING)
            self._woken.clear()
            try:
                self.tick()
            except Exception:
                log.exception("live_tick_failed")
                time.sleep(1)
            time.sleep(SPACING)

    def _listen(self) -> None:
        """Be woken by other processes' commits. Without it the ticks still find everything, a little later."""
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopped.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopped.is_set():
                        if any(True for _ in connection.notifies(timeout=5, stop_after=1)):
                            self.wake()
            except psycopg.Error as error:
                log.warning("live_listen_failed", error=str(error))
                time.sleep(1)

    def tick(self) -> None:
        """Read what is new of all that is watched, and write to each client that is ready what it has not had yet."""
        self._nudge()
        with self._lock:
            now = time.monotonic()
            watched = [
                (topic, reached, client)
                for client in self.clients.values()
                if client.quiet_until <= now and client not in self._unready
                for topic, reached in client.reached.items()
            ]
        if not watched:
            return
        for topic, head, audience in self._behind(watched):
            self._tell(topic, head, audience)

    def _behind(
        self, watched: Iterable[tuple[Topic, int, Client]]
    ) -> list[tuple[Topic, int, list[tuple[int, Client]]]]:
        """Return each topic that has moved on, its last number, and who has not had that number."""
        audiences: dict[Topic, list[tuple[int, Client]]] = {}
        for topic, reached, client in watched:
            audiences.setdefault(topic, []).append((reached, client))
        with self._database.read() as session:
            fairs = queries.heads(session, [which for kind, which in audiences if kind == "fair"])
            people = queries.own_heads(session, [which for kind, which in audiences if kind == "account"])
        behind = []
        for topic, audience in audiences.items():
            head = (fairs if topic[0] == "fair" else people).get(topic[1], 0)
            late = [(reached, client) for reached, client in audience if reached < head]
            if late:
                behind.append((topic, head, late))
        return behind

    def _tell(self, topic: Topic, head: int, audience: list[tuple[int, Client]]) -> None:
        """Write to each client the news between its number and the head: one frame for all that stand at the same."""
        first = min(reached for reached, _ in audience)
        kind, which = topic
        with self._database.read() as session:
            read = queries.news_after if kind == "fair" else queries.own_news_after
            items = read(session, which, first, head)
        frames: dict[int, bytes] = {}
        last = items[-1]["seq"] if items else head
        for reached, client in audience:
            if reached >= last or (kind == "account" and not self._is_still(client, which)):
                continue
            if reached not in frames:
                frames[reached] = self._frame(topic, last, [item for item in items if item["seq"] > reached])
            self._write(client, topic, frames[reached], last)

    def _is_still(self, client: Client, account_id: int) -> bool:
        """Whether the client is still signed in as that person; if not it gets no more of her news."""
        if time.monotonic() - client.asked_at < ASKED_EVERY:
            return True
        client.asked_at = time.monotonic()
        if client.whose() == account_id:
            return True
        self.unwatch(client, ("account", account_id))
        return False

    def _frame(self, topic: Topic, seq: int, items: list[queries.Item]) -> bytes:
        if topic[0] == "fair":
            return frame("news", {"fair": str(topic[1]), "seq": seq, "items": items})
        return frame("mine", {"fair": None, "seq": seq, "items": items})

    def _write(self, client: Client, topic: Topic, data: bytes, seq: int) -> None:
        taken = client.wire.offer(data)
        if taken:
            MESSAGES.inc()
            with self._lock:
                # It may have watched anew meanwhile, and then knows more, or no longer watches at all.
                if topic in client.reached:
                    client.reached[topic] = max(client.reached[topic], seq)
        if taken and not client.wire.unfinished:
            client.stuck_since = None
            self._unready.discard(client)
        else:
            client.stuck_since = client.stuck_since or time.monotonic()
            self._unready.add(client)

    def _nudge(self) -> None:
        """Go on with frames that were taken in part, and see who takes something again; cut off who has not for long."""
        for client in list(self._unready):
            if client.wire.offer(PING):
                client.stuck_since = None
                self._unready.discard(client)
            elif client.stuck_since and time.monotonic() - client.stuck_since > PATIENCE:
                DROPPED.inc()
                client.wire.cut()
                self._unready.discard(client)
        BEHIND.set(len(self._unready))
