"""A mail server that keeps what it is given, and can be told to fail."""

import contextlib
import email
import email.policy
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.program import free_port, wait_until


@dataclass(frozen=True)
class Letter:
    """One message as it came: the envelope, the bytes, and the parsed message."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The decoded subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""

    @property
    def message_id(self) -> str:
        """The Message-ID, by which a repeat is recognised."""
        return str(self.message["Message-ID"])


class MailServer:
    """What arrived, and what to answer next."""

    def __init__(self) -> None:
        self.url = ""
        self.letters: list[Letter] = []
        self._lock = threading.Lock()
        self._failures: list[tuple[str, bool]] = []

    def fail_next(self, times: int = 1, reply: str = "451 4.3.0 Try again later", *, keep: bool = False) -> None:
        """Answer the next messages with the reply. With `keep` they are kept all the same, as by a server whose
        answer got lost: the sender then repeats a message that had arrived."""
        with self._lock:
            self._failures += [(reply, keep)] * times

    def to(self, address: str) -> list[Letter]:
        """Return the letters to that address, oldest first."""
        with self._lock:
            return [letter for letter in self.letters if address in letter.recipients]

    def wait_for(self, address: str, count: int = 1, timeout: float = 10) -> list[Letter]:
        """Wait until that many letters to the address have come, and return them."""
        wait_until(lambda: len(self.to(address)) >= count, timeout, f"{count} letters to {address}")
        return self.to(address)

    def clear(self) -> None:
        """Forget all letters and planned failures."""
        with self._lock:
            self.letters.clear()
            self._failures.clear()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (the library's name)
        """Keep the message, or answer as told."""
        with self._lock:
            reply, keep = self._failures.pop(0) if self._failures else ("250 2.0.0 Kept", True)
            if keep:
                self.letters.append(_letter(envelope))
        return reply


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server in a thread; `.url` goes into MAIL_URL."""
    server = MailServer()
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    try:
        yield server
    finally:
        controller.stop()


def _letter(envelope: Any) -> Letter:
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Letter(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, message)
