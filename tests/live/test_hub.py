"""The sockets as the contract has them: who may connect and watch, what is answered, what is pushed."""

import contextlib
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import simple_websocket
import socketio

from tests import factories
from tests.live.telling import Screen, Teller, fresh_url, teller
from tests.servers import Program, app_server, hub_server, wait_until
from tests.servers.app import healthy

Place = tuple[Program, Teller]


@pytest.fixture(scope="module", params=["embedded, SQLite", "hub, PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Run the sockets in the web process, and in a process of their own."""
    embedded = "SQLite" in request.param
    urls = fresh_url(request, "sqlite" if embedded else "postgresql", tmp_path_factory.mktemp("live"))
    url = next(urls)
    with teller(url) as writes:
        with (app_server if embedded else hub_server)({"DATABASE_URL": url}, timeout=90) as server:
            yield server, writes
    next(urls, None)


@contextlib.contextmanager
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


def ask(client: socketio.Client, payload: Any, event: str = "watch") -> Any:
    return client.call(event, payload, namespace="/live", timeout=15)


def test_a_fair_is_watched_by_id_or_slug_and_told_what_was_missed(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair(slug=f"spring-{time.time_ns()}")
    writes.tell(fair_id, ("a", 1), ("b", 2))
    item = {"seq": 2, "kind": "slot.changed", "at": "2026-11-24T01:00:00Z", "data": {"slot": "b", "value": 2}}
    with connected(server) as client:
        answer = ask(client, {"fair": str(fair_id), "after": 1})
        assert answer == {"fair": str(fair_id), "seq": 2, "missed": [item], "reset": False, "mine": []}
        assert ask(client, {"fair": fair_id, "after": 2})["missed"] == []
        with writes.database.read() as session:
            slug = session.get_one(factories.Fair, fair_id).slug
        assert ask(client, {"fair": slug, "after": 0})["seq"] == 2
        assert ask(client, {"fair": slug})["missed"] == []  # without a number: from now on


@pytest.mark.parametrize(("after", "reset"), [(0, True), (599, True), (600, False), (1100, False), (1101, True)])
def test_what_is_too_old_or_was_never_given_is_to_be_reloaded(place: Place, after: int, reset: bool) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    writes.tell(fair_id, *[("a", n) for n in range(1100)])
    with connected(server) as client:
        answer = ask(client, {"fair": str(fair_id), "after": after})
        assert (answer["seq"], answer["reset"]) == (1100, reset)
        assert [item["seq"] for item in answer["missed"]] == ([] if reset else list(range(after + 1, 1101)))


def test_news_comes_as_one_message_with_the_fair_and_its_last_number(place: Place) -> None:
    server, writes = place
    fair_id, other_id = writes.make_fair(), writes.make_fair()
    got: list[Any] = []
    with connected(server) as client:
        client.on("news", got.append, namespace="/live")
        ask(client, {"fair": str(fair_id), "after": 0})
        writes.tell(other_id, ("z", 9))
        writes.tell(fair_id, ("a", 1), ("b", 2))
        wait_until(lambda: got, 5)
        [message] = got
        assert (message["fair"], message["seq"]) == (str(fair_id), 2)
        assert [item["data"] for item in message["items"]] == [{"slot": "a", "value": 1}, {"slot": "b", "value": 2}]
        assert ask(client, {"fair": str(fair_id)}, "unwatch") == {}
        writes.tell(fair_id, ("a", 3))
        time.sleep(0.7)
        assert len(got) == 1


def test_ones_own_news_comes_to_nobody_else(place: Place) -> None:
    server, writes = place
    fair_id, mine, others = writes.make_fair(), [], []
    secret = f"secret {time.time_ns()}"
    account_id = writes.make_person(secret)
    writes.make_person(secret + "x")
    writes.tell(fair_id, ("a", 1), account_id=account_id)
    with connected(server, {"token": secret}) as client, connected(server, {"token": secret + "x"}) as other:
        client.on("mine", mine.append, namespace="/live")
        other.on("mine", others.append, namespace="/live")
        answer = ask(client, {"fair": str(fair_id), "after": 0, "after_mine": 0})
        assert [(item["seq"], item["kind"], item["fair"]) for item in answer["mine"]] == [
            (1, "booking.changed", str(fair_id))
        ]
        assert ask(other, {"fair": str(fair_id), "after": 0, "after_mine": 0})["mine"] == []
        writes.tell(fair_id, ("a", 2), account_id=account_id)
        wait_until(lambda: mine, 5)
        assert [(m["fair"], m["seq"], [i["seq"] for i in m["items"]]) for m in mine] == [(None, 2, [2])]
        assert others == []


@pytest.mark.parametrize("token", ["wrong", "", "\x00", 7, "x" * 5000])
def test_a_bad_token_is_refused(place: Place, token: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        with connected(place[0], {"token": token}):
            pass


def test_a_draft_cannot_be_watched_by_the_public(place: Place) -> None:
    server, writes = place
    hidden = writes.database.write(lambda session: factories.make_fair(session, announced_at=None).id)
    later = datetime(2200, 1, 1, tzinfo=UTC)
    planned = writes.database.write(lambda session: factories.make_fair(session, announced_at=later).id)
    with connected(server) as client:
        for fair_id in (hidden, planned, 987654321):
            assert ask(client, {"fair": str(fair_id), "after": 0})["error"] == "not-found"
            assert ask(client, {"fair": str(fair_id)}, "unwatch") == {}


BAD = [None, [], "fair", 7, {}, {"fair": None}, {"fair": ""}, {"fair": "x" * 100}, {"fair": "\x00"}, {"fair": ["1"]}]
BAD += [{"fair": "1", "after": bad} for bad in (-1, "0", 1.5, True, 2**70, [], {})]
BAD += [{"fair": "1", "after": 0, "after_mine": bad} for bad in (-1, "x", {})]


def test_what_cannot_be_read_is_answered_with_an_error_and_the_socket_lives_on(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    with connected(server) as client:
        for payload in BAD:
            answer = ask(client, payload)
            assert answer.get("error") in {"invalid", "not-found"} or "seq" in answer, payload
        for payload in BAD[:10]:
            assert ask(client, payload)["error"] in {"invalid", "not-found"}, payload
        assert ask(client, {"fair": str(fair_id), "after": 0})["seq"] == 0


def test_too_many_fairs_for_one_socket(place: Place) -> None:
    server, writes = place
    with connected(server) as client:
        answers = [ask(client, {"fair": str(writes.make_fair()), "after": 0}) for _ in range(23)]
    assert ["seq" in answer for answer in answers].count(True) in {20, 21}
    assert answers[-1]["error"] == "too-many-requests"


def test_the_push_is_quick(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    screen = Screen(server.url, fair_id, writes)
    screen.come()
    took = []
    for n in range(1, 11):
        start = time.monotonic()
        writes.tell(fair_id, ("a", n))
        wait_until(lambda n=n: screen.seq == n, 5)
        took.append(time.monotonic() - start)
    screen.leave(rudely=True)
    assert sorted(took)[5] < 0.8, took  # a tick and the time of a busy machine


def test_what_a_slow_reader_gets_is_whole_and_nobody_waits_for_it(place: Place) -> None:
    """The reader takes 4 KB now and then while some MB are sent; `send` in place of `sendall` gives it broken frames."""
    server, writes = place
    fair_id = writes.make_fair()
    quick = Screen(server.url, fair_id, writes)
    quick.come()
    slow = Slow(server, fair_id)
    for n in range(40):
        writes.tell(fair_id, *[("가" * 2000 + str(n), n)] * 20)
        if n % 4 == 0:
            slow.take(4096)
    last = writes.page(fair_id)[0]
    wait_until(lambda: quick.seq == last, 20, "who reads is not held up by who does not")
    assert slow.numbers_until(last) == list(range(1, last + 1))
    slow.say('42/live,2["watch",' + json.dumps({"fair": str(fair_id), "after": last - 400}) + "]")
    time.sleep(1)  # until the server's buffer is full with the beginning of the answer
    text = slow.frame()
    assert [item["seq"] for item in json.loads(text.removeprefix("43/live,2"))[0]["missed"]] == [*range(401, last + 1)]
    quick.leave(rudely=True)


class Slow:
    """A client on a raw socket with a small buffer, which reads when told to."""

    def __init__(self, server: Program, fair_id: int) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self.raw = socket.socket()
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.raw.settimeout(20)
        self.raw.connect((host, int(port)))
        head = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        head += (
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self.raw.sendall(head.encode())
        self.got = b""
        while b"\r\n\r\n" not in self.got:
            self.take(1)
        assert self.got.startswith(b"HTTP/1.1 101")
        self.got = b""
        self.say("40/live,")
        self.say('42/live,1["watch",' + json.dumps({"fair": str(fair_id), "after": 0}) + "]")
        while not self.frame().startswith("43/live,1["):
            pass

    def say(self, text: str) -> None:
        data = text.encode()
        self.raw.sendall(bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data)  # masked with zeros

    def take(self, most: int) -> None:
        chunk = self.raw.recv(most)
        assert chunk, "the server hung up"
        self.got += chunk

    def frame(self) -> str:
        """Return the next text frame, read to its end; the pings before it ask whether somebody is there."""
        self.need(2)
        while self.got[:2] == b"\x89\x00":
            self.got = self.got[2:]
            self.need(2)
        assert self.got[0] == 0x81, f"not the head of a text frame: {self.got[:8]!r}"
        size, start = self.got[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            self.need(start)
            size = int.from_bytes(self.got[2:start])
        self.need(start + size)
        text, self.got = self.got[start : start + size].decode(), self.got[start + size :]
        return text

    def need(self, size: int) -> None:
        while len(self.got) < size:
            self.take(65536)

    def numbers_until(self, last: int) -> list[int]:
        numbers: list[int] = []
        while not numbers or numbers[-1] < last:
            text = self.frame()
            if text.startswith('42/live,["news"'):
                numbers += [item["seq"] for item in json.loads(text.removeprefix("42/live,"))[1]["items"]]
        return numbers


def test_a_page_of_another_site_cannot_open_a_socket(place: Place) -> None:
    url = place[0].url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(simple_websocket.ConnectionError):
        simple_websocket.Client(url, headers={"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:  # nor poll in Socket.IO's own way
        fetch(place[0].url + "/socket.io/?EIO=4&transport=polling")
    assert refused.value.code == 400


def test_past_the_cap_sockets_are_refused_and_pages_still_come(sqlite_url: str) -> None:
    with teller(sqlite_url) as writes:
        env = {"DATABASE_URL": sqlite_url, "FAIRAPP_SOCKETS": "5", "FAIRAPP_THREADS": "4"}
        with app_server(env) as server, contextlib.ExitStack() as stack:
            fair_id = writes.make_fair()
            for _ in range(5):
                stack.enter_context(connected(server))
            with pytest.raises(socketio.exceptions.ConnectionError), connected(server):
                pass
            screen = Screen(server.url, fair_id, writes)
            writes.tell(fair_id, ("a", 1))
            screen.poll()
            assert screen.seq == 1


def test_three_hundred_sockets_and_pages_together(sqlite_url: str) -> None:
    with teller(sqlite_url) as writes, app_server({"DATABASE_URL": sqlite_url}) as server:
        fair_id = writes.make_fair()
        screens = [Screen(server.url, fair_id, writes) for _ in range(300)]
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda screen: screen.come(), screens))
            for n in range(5):
                writes.tell(fair_id, ("a", n))
                answers = pool.map(lambda _: fetch(f"{server.url}/healthz"), range(64))
                assert list(answers) == [200] * 64
            wait_until(lambda: all(screen.seq == 5 for screen in screens), 20)
        for screen in screens:
            screen.leave(rudely=True)


def test_a_killed_hub_comes_back_and_its_clients_catch_up(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    screen = Screen(server.url, fair_id, writes)
    screen.come()
    writes.tell(fair_id, ("a", 1))
    wait_until(lambda: screen.seq == 1, 5)
    server.kill()
    writes.tell(fair_id, ("a", 2), ("b", 3))
    server.start()
    server.wait_ready(lambda: healthy(server.url))
    screen.client = None
    screen.come()
    writes.tell(fair_id, ("a", 4))
    wait_until(lambda: screen.seq == 4, 5)
    assert (screen.seq, screen.shown) == writes.page(fair_id)
    assert screen.numbers == [1, 2, 3, 4]
    screen.leave(rudely=True)
