"""A closed loop of HTTP clients in one thread of a process of its own: each sends its next request when answered."""

import json
import resource
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import cast


@dataclass(frozen=True, slots=True)
class Load:
    """What came back: statuses, seconds, latencies in seconds, and the generator's own share of one core."""

    statuses: Counter[int]
    seconds: float
    latencies: list[float]
    own_share: float

    @property
    def rate(self) -> float:
        """Answers of 201 a second."""
        return self.statuses[201] / self.seconds


def booking_request(port: int, slot: int, token: str) -> bytes:
    """Return the whole request that books a slot."""
    body = json.dumps({"slot": str(slot), "consent": True}).encode()
    head = (
        f"POST /api/v1/bookings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Sequence[bytes], clients: int) -> Load:
    """Send the requests to loopback with so many clients, from a process of its own; each request once."""
    context = get_context("spawn")
    queue = context.SimpleQueue()
    process = context.Process(target=_process, args=(port, list(requests), clients, queue))
    process.start()
    load: Load = queue.get()
    process.join()
    return load


def _process(port: int, requests: list[bytes], clients: int, queue: object) -> None:
    queue.put(_loop(port, requests, clients))


class _Clients:
    """Clients on loopback, each with its connection and what has come so far."""

    def __init__(self, port: int, requests: list[bytes], count: int) -> None:
        self.waiting = iter(requests)
        self.selector = selectors.DefaultSelector()
        self.busy: dict[socket.socket, tuple[float, bytes]] = {}
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(client, selectors.EVENT_READ)
            self.busy[client] = (0.0, b"")

    def send(self, client: socket.socket) -> None:
        """Send the next request, or close the client when there is none."""
        request = next(self.waiting, None)
        if request is None:
            self.selector.unregister(client)
            client.close()
            del self.busy[client]
            return
        self.busy[client] = (time.perf_counter(), b"")
        client.sendall(request)

    def receive(self, client: socket.socket) -> None:
        """Take what has come; a whole answer is counted and followed by the next request."""
        sent, data = self.busy[client]
        more = client.recv(65536)
        if not more:
            sys.exit("the server closed a connection")
        data += more
        if not _whole(data):
            self.busy[client] = (sent, data)
            return
        self.statuses[int(data[9:12])] += 1
        self.latencies.append(time.perf_counter() - sent)
        self.send(client)


def _loop(port: int, requests: list[bytes], clients: int) -> Load:
    group = _Clients(port, requests, clients)
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for client in list(group.busy):
        group.send(client)
    while group.busy:
        for key, _ in group.selector.select(60):
            group.receive(cast(socket.socket, key.fileobj))
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    own = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / seconds
    return Load(group.statuses, seconds, group.latencies, own)


def _whole(data: bytes) -> bool:
    """Whether the answer has arrived whole, by its Content-Length."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return False
