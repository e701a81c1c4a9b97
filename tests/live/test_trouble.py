"""Slow readers, many sockets, killed hubs: what happens when not all goes well."""

import contextlib
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import socketio

from tests.live.telling import Place, Screen, connected, fetch, teller
from tests.servers import Program, app_server, wait_until
from tests.servers.app import healthy


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
