"""Between fairapp and a partner: brings messages on, and does to them what networks and servers do."""

import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAYS = ("bring", "refuse", "drop", "lose the answer", "twice", "later", "slow")


class Postman:
    """Where to bring messages, how, and how often each was done. Whoever is down stays down: `is_down`."""

    def __init__(self, target: str, seed: int) -> None:
        self.target, self.url, self.is_down = target, "", False
        self.done: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._kept: list[tuple[dict[str, str], bytes]] = []
        self._lock = threading.Lock()

    def way(self) -> str:
        """Choose what happens to the next message; at first each way once."""
        with self._lock:
            new = [one for one in WAYS if not self.done[one]]
            chosen = "down" if self.is_down else self._chance.choice(new or [*WAYS, "bring", "bring"])
            self.done[chosen] += 1
        return chosen

    def bring(self, headers: dict[str, str], body: bytes) -> int:
        """Bring a message to the partner and return its answer, 502 where nobody is there."""
        request = urllib.request.Request(self.target, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 502

    def take(self, way: str, headers: dict[str, str], body: bytes) -> int | None:
        """Do to the message what was chosen and return how to answer, None for not at all."""
        if way in {"refuse", "down"}:
            return 500
        if way == "drop":
            return None
        if way == "later":  # taken, and brought after those that come after it
            self._kept.append((headers, body))
            return 204
        if way == "slow":
            time.sleep(0.3)
        status = self.bring(headers, body)
        for kept in [(headers, body)] if way == "twice" else self._late():
            self.bring(*kept)
        return None if way == "lose the answer" else status

    def _late(self) -> list[tuple[dict[str, str], bytes]]:
        with self._lock:
            kept, self._kept = self._kept[::-1], []
        return kept


def _handler(postman: Postman) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower().startswith("webhook-")}
            status = postman.take(postman.way(), headers | {"Content-Type": "application/json"}, body)
            if status is None:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def postman_to(target: str, seed: int) -> Iterator[Postman]:
    """Run a postman in a thread."""
    made = Postman(target, seed)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
