"""One client's websocket: whole frames only, one writer at a time, and a way to write without ever waiting.

simple-websocket writes with `send`, which under gevent may take a part of a frame and leave the rest out: a slow reader then
gets a corrupt stream. All that it writes goes through Wire.send here, which sends everything.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

import simple_websocket
from socketio import packet

NAMESPACE = "/live"
PING = b"\x89\x00"  # a websocket's own; sent to see whether a client takes anything
LONGEST_MESSAGE = 16 * 1024  # bytes a client may send at once: its questions are short


def frame(event: str, payload: dict[str, Any]) -> bytes:
    """Return the event as a websocket frame, ready to be written to any number of clients."""
    # 4 is Engine.IO's message; the rest is Socket.IO's.
    text = "4" + str(packet.Packet(packet.EVENT, data=[event, payload], namespace=NAMESPACE).encode())
    data = text.encode()
    if len(data) < 126:
        head = bytes([0x81, len(data)])
    elif len(data) < 65536:
        head = bytes([0x81, 126]) + len(data).to_bytes(2)
    else:
        head = bytes([0x81, 127]) + len(data).to_bytes(8)
    return head + data


class Wire:
    """The socket below a websocket, as simple-websocket and the hub write to it."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw: socket.socket = getattr(sock, "_sock", sock)  # below gevent's socket, which would wait
        self._lock = threading.Lock()
        self._rest = b""  # of a frame that the kernel took in part: must go out before anything else

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def send(self, data: bytes) -> int:
        """Write all of it, however long the reader takes."""
        with self._lock:
            rest, self._rest = self._rest, b""
            self._sock.sendall(rest + data)
        return len(data)

    def offer(self, data: bytes) -> bool:
        """Write the frame if that is possible at once; False if not, and then nothing of it was written.

        What the kernel takes in part is kept, see `unfinished`, and goes out first next time.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._flush() and self._begin(data)
        finally:
            self._lock.release()

    @property
    def unfinished(self) -> bool:
        """Whether a part of a frame still has to go out."""
        return bool(self._rest)

    def _flush(self) -> bool:
        self._rest = self._rest[self._push(self._rest) :]
        return not self._rest

    def _begin(self, data: bytes) -> bool:
        taken = self._push(data)
        self._rest = data[taken:] if taken else b""
        return taken > 0 or not data

    def _push(self, data: bytes) -> int:
        try:
            return self._raw.send(data, socket.MSG_DONTWAIT) if data else 0
        except OSError:  # full; or gone, which its own thread notices
            return 0

    def cut(self) -> None:
        """End the connection at once, also for a thread that waits for this reader."""
        with contextlib.suppress(OSError):  # gone already
            self._sock.shutdown(socket.SHUT_RDWR)


class _Server(simple_websocket.Server):  # type: ignore[misc]
    """A websocket whose socket is a Wire, which the WSGI environment then names."""

    sock: Any

    def handshake(self) -> None:
        """Put the Wire in between, then answer the client's handshake."""
        self.sock = self.environ["fairapp.wire"] = Wire(self.sock)
        super().handshake()


class Websocket:
    """What Engine.IO runs a connection with, in place of its own thin layer over simple-websocket."""

    def __init__(self, handler: Callable[[Any], Any], kinds: dict[str, Any]) -> None:
        self.handler = handler
        self.kinds = kinds

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve the connection until it ends; called once, by the thread or greenlet of the request."""
        # Without compression: it would cost 300 KB a connection, and frames could not be shared.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self.ws = _Server(environ, max_message_size=LONGEST_MESSAGE, **self.kinds)
        self.handler(self)
        if self.ws.mode == "gunicorn":
            raise StopIteration  # tells gunicorn that the connection was taken over and is done
        return []

    def close(self) -> None:
        """Say goodbye and close."""
        if self.ws.connected:
            self.ws.close()

    def send(self, message: str | bytes) -> None:
        """Send one message; OSError if the connection is gone."""
        try:
            self.ws.send(message)
        except simple_websocket.ConnectionClosed as error:
            raise OSError("closed") from error

    def wait(self) -> str | bytes | None:
        """Return the next message, None at the end."""
        try:
            received: str | bytes | None = self.ws.receive()
        except simple_websocket.ConnectionClosed:
            return None
        return received
