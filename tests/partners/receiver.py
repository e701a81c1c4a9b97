"""A server that takes messages of webhooks, checks their signatures by the published rules alone, and can be told to fail."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    """One request as it came."""

    id: str
    timestamp: int
    signatures: list[str]
    body: bytes

    @property
    def says(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is of this secret (whsec_…)."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b"%s.%d.%s" % (self.id.encode(), self.timestamp, self.body)
        wanted = f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
        return any(hmac.compare_digest(wanted, one) for one in self.signatures)


class Receiver:
    """What came, and how to answer: a status, `drop` the connection, `slow`, or `redirect`; then again 204."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: list[int | str] = []
        self.url = ""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stamp, signatures = int(self.headers["webhook-timestamp"]), self.headers["webhook-signature"].split(" ")
            receiver.messages.append(Message(self.headers["webhook-id"], stamp, signatures, body))
            how = receiver.answers.pop(0) if receiver.answers else 204
            if how == "drop":
                self.connection.close()
                return
            if how == "slow":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                time.sleep(3)
                how = 200
            self.send_response(302 if how == "redirect" else int(how))
            if how == "redirect":
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver in a thread."""
    found = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
