"""Somebody who writes news from another process than the server's, and a screen that shows what it was told."""

import contextlib
import json
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import socketio
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Token, secret_hash
from fairapp.live.actions import FairNews, OwnNews, announce, notify, write_letters, write_news
from fairapp.live.models import News, NewsCounter
from tests import factories
from tests.conftest import psycopg
from tests.servers import Program

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def say(session: Session, fair_id: int, values: list[tuple[str, int]], account_id: int | None = None) -> None:
    """Announce that slots have changed to these values, to the fair, and to a person if one is named."""
    data = [{"slot": slot, "value": value} for slot, value in values]
    announce(session, [FairNews(fair_id, "slot.changed", AT, one) for one in data])
    if account_id is not None:
        announce(session, [OwnNews(account_id, "booking.changed", AT, one, fair_id) for one in data])


class Teller:
    """A process beside the server that writes into the same database."""

    def __init__(self, url: str) -> None:
        self.database = db.Database(psycopg(url) if url.startswith("postgres") else url)
        self.database.writer.last_writes = [write_letters, write_news, notify]

    def make_fair(self, **changes: Any) -> int:
        """Return the id of a new fair that anybody may see."""
        return self.database.write(lambda session: factories.make_fair(session, announced_at=LONG_AGO, **changes).id)

    def make_person(self, secret: str) -> int:
        """Return the id of a new account that has the token."""

        def make(session: Session) -> int:
            account = factories.make_account(session)
            token = Token(account_id=account.id, name="t", secret_hash=secret_hash(secret), created_at=AT)
            token.expires_at = AT + timedelta(days=36500)
            session.add(token)
            session.flush()
            return account.id

        return self.database.write(make)

    def tell(self, fair_id: int, *values: tuple[str, int], account_id: int | None = None) -> None:
        """Commit that slots have changed."""
        self.database.write(say, fair_id, list(values), account_id)

    def page(self, fair_id: int) -> tuple[int, dict[str, int]]:
        """Return what a freshly loaded page shows: the last number and the value of every slot."""
        with self.database.read() as session:
            seq = session.scalar(select(NewsCounter.seq).where(NewsCounter.fair_id == fair_id)) or 0
            news = select(News.data).where(News.fair_id == fair_id, News.seq <= seq).order_by(News.seq)
            return seq, {data["slot"]: data["value"] for data in session.scalars(news)}


@contextmanager
def teller(url: str) -> Iterator[Teller]:
    """Lend a teller for the database."""
    made = Teller(url)
    try:
        yield made
    finally:
        made.database.close()


def in_order(client: Any) -> Any:
    """Have the library hand over messages as they come, as a browser does; by itself it gives each a thread of its own."""
    trigger = client.eio._trigger_event
    client.eio._trigger_event = lambda event, *args, **how: trigger(event, *args, **{**how, "run_async": False})
    return client


class Screen:
    """One open page. It keeps no more than a browser would: the last number, and what it shows."""

    def __init__(self, url: str, fair_id: int, teller: Teller, *, token: str | None = None) -> None:
        self.url, self.fair_id, self.teller, self.token = url, fair_id, teller, token
        self.seq, self.shown = teller.page(fair_id)
        self.mine_seq, self.mine = 0, []
        self.numbers: list[int] = []  # of all that was applied, in order
        self.resets = 0
        self.arrived: list[float] = []
        self._lock = threading.RLock()
        self._held: list[dict[str, Any]] | None = None
        self.client: Any = None

    def come(self) -> None:
        """Connect and ask for what was missed."""
        self.client = in_order(socketio.Client(reconnection=False))
        self.client.on("news", self._news, namespace="/live")
        self.client.on("mine", self._mine, namespace="/live")
        with self._lock:
            self._held = []
        auth = {"token": self.token} if self.token else None
        self.client.connect(self.url, namespaces=["/live"], transports=["websocket"], auth=auth, wait_timeout=10)
        self.watch()

    def watch(self) -> dict[str, Any]:
        """Ask for what was missed, and apply it before what came meanwhile."""
        with self._lock:
            self._held = self._held or []
        asked = {"fair": str(self.fair_id), "after": self.seq} | ({"after_mine": self.mine_seq} if self.token else {})
        answer = self.client.call("watch", asked, namespace="/live", timeout=15)
        with self._lock:
            self.take({"seq": answer["seq"], "items": answer["missed"], "reset": answer["reset"]})
            self._apply_mine(answer["mine"])
            held, self._held = self._held, None
            for message in held:
                self._apply(message["items"])
        return answer

    def leave(self, *, rudely: bool) -> None:
        """Lose the connection: with a goodbye or without."""
        going = self.client
        if rudely:
            going.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        # The library waits up to three seconds for an answer to its goodbye; a screen that goes does not.
        threading.Thread(target=going.disconnect, daemon=True).start()
        self.client = None

    def poll(self) -> None:
        """Ask for what was missed over HTTP, as a page without a socket does."""
        with urllib.request.urlopen(f"{self.url}/api/v1/fairs/{self.fair_id}/news?after={self.seq}") as answer:  # noqa: S310
            self.take(json.load(answer))

    def take(self, news: dict[str, Any]) -> None:
        """Take an answer to "what did I miss"."""
        with self._lock:
            if news["reset"]:
                self.resets += 1
                self.seq, self.shown = self.teller.page(self.fair_id)
            else:
                self._apply(news["items"])
                assert self.seq >= news["seq"], "the answer's number is the last of its items"

    def _news(self, message: dict[str, Any]) -> None:
        with self._lock:
            self.arrived.append(time.monotonic())
            assert message["fair"] == str(self.fair_id)
            assert message["seq"] == message["items"][-1]["seq"]
            if self._held is not None:
                self._held.append(message)
            else:
                self._apply(message["items"])

    def _mine(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._apply_mine(message["items"])

    def _apply(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            if item["seq"] <= self.seq:
                continue
            assert item["seq"] == self.seq + 1, f"{item['seq']} after {self.seq}: something was lost"
            self.seq = item["seq"]
            self.numbers.append(item["seq"])
            self.shown[item["data"]["slot"]] = item["data"]["value"]

    def _apply_mine(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            if item["seq"] > self.mine_seq:
                assert item["seq"] == self.mine_seq + 1, "something of one's own was lost"
                self.mine_seq = item["seq"]
                self.mine.append(item["data"]["value"])


def fresh_url(request: Any, kind: str, folder: Any) -> Iterator[str]:
    """Give the URL of a fresh, migrated database for a fixture of any scope."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "fairapp.db")
        yield f"sqlite:///{folder / 'fairapp.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        with server.database(template=request.getfixturevalue("migrated_postgres")) as url:
            yield url


Place = tuple[Program, Teller]  # where the sockets are, and who writes beside them


@contextmanager
def connected(server: Program, auth: Any = None) -> Iterator[socketio.Client]:
    """Lend a client; it goes without the library's long goodbye."""
    client = socketio.Client(reconnection=False)
    client.connect(server.url, namespaces=["/live"], transports=["websocket"], auth=auth, wait_timeout=10)
    try:
        yield client
    finally:
        with contextlib.suppress(OSError, AttributeError):
            client.eio.ws.sock.shutdown(socket.SHUT_RDWR)


def fetch(url: str) -> int:
    """Return the status of a page."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 (an http address of ours)
        return int(answer.status)
