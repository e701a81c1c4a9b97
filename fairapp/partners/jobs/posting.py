"""A request to somebody else's server: to a public address alone, within ten seconds, without following anywhere.

The name is resolved here and the connection goes to the address that was checked, so that a name which answers with another
address a moment later (DNS rebinding) leads nowhere.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from fairapp.partners.rules import is_public
from fairapp.sheets import MOST_BYTES

CONNECT_WITHIN, ANSWER_WITHIN, FETCHED_WITHIN = 5.0, 10.0, 60.0  # seconds


class CannotDeliver(Exception):
    """The message was not taken; the sentence says why."""


class _Connection(http.client.HTTPSConnection):
    """A connection to an address that was checked; the certificate must be that of the name."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        self._secure = parts.scheme == "https"
        port = parts.port or (443 if self._secure else 80)
        context = ssl.create_default_context()
        super().__init__(str(parts.hostname), port, timeout=CONNECT_WITHIN, context=context)
        self._address, self._tls = address, context
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the checked address."""
        self.sock = socket.create_connection((self._address, self.port), CONNECT_WITHIN)
        if self._secure:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(ANSWER_WITHIN)

    def cut(self) -> None:
        """End it from another thread: a server that sends a sign a second never runs into a timeout."""
        self.was_cut = True
        with suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, headers: Mapping[str, str], body: bytes, *, anywhere: bool) -> int:
    """Send the body and return the status of the answer, whose own body nobody reads; CannotDeliver with the reason."""
    parts = urlsplit(url)
    connection = _Connection(parts, _checked_address(parts, anywhere=anywhere))
    timer = threading.Timer(ANSWER_WITHIN, connection.cut)
    timer.daemon = True
    timer.start()
    target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    try:
        connection.request("POST", target, body, dict(headers))
        status = connection.getresponse().status
        if connection.was_cut:  # what looks like the end of the answer is ours
            raise TimeoutError("no answer in time")
        return status
    except (OSError, http.client.HTTPException) as error:
        raise CannotDeliver(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        timer.cancel()
        connection.close()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave, and the tag by which it says next time that nothing has changed (RFC 9110, 8.8.3)."""

    content: bytes
    etag: str


def fetch(url: str, etag: str, *, anywhere: bool) -> Fetched | None:
    """Return what the address gives; None where it is as it was under the tag. CannotDeliver with the reason."""
    parts = urlsplit(url)
    connection = _Connection(parts, _checked_address(parts, anywhere=anywhere))
    timer = threading.Timer(FETCHED_WITHIN, connection.cut)
    timer.daemon = True
    timer.start()
    target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    try:
        connection.request("GET", target, headers={"If-None-Match": etag} if etag else {})
        answer = connection.getresponse()
        if answer.status == 304:
            return None
        content = answer.read(MOST_BYTES + 1)
        if connection.was_cut:
            raise TimeoutError("no answer in time")
    except (OSError, http.client.HTTPException) as error:
        raise CannotDeliver(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        timer.cancel()
        connection.close()
    if answer.status != 200:
        raise CannotDeliver(f"HTTP {answer.status}")
    if len(content) > MOST_BYTES:
        raise CannotDeliver("more than 20 MB")
    return Fetched(content, (answer.getheader("ETag") or "")[:200])


def _checked_address(parts: SplitResult, *, anywhere: bool) -> str:
    """Return an address of the host; CannotDeliver where one of them is not public."""
    try:
        found: list[Any] = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotDeliver(f"{parts.hostname}: {error}"[:300]) from error
    addresses = [str(one[4][0]) for one in found]
    if not anywhere and not all(map(is_public, addresses)):
        raise CannotDeliver(f"{parts.hostname} is not a public address")
    return addresses[0]
