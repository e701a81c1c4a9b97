"""Letters: how one is rendered, put together for mail programs, and handed to the mail server.

A domain says what a kind of letter reads by filling `renderers` (in wiring.py); `live/jobs.py` sends what is due.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

PATIENCE = 20  # seconds for the mail server to answer each step
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A letter that is due, as its row has it. `data` is what the domain's pushes wrote."""

    id: int
    key: str
    kind: str
    account_id: int | None
    address: str | None
    data: dict[str, Any]
    message_id: str
    tries: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a letter goes and in which language."""

    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a letter; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a letter says. `calendar` is an iCalendar object and `method` its METHOD: REQUEST or CANCEL."""

    subject: str
    text: str
    html: str | None = None
    calendar: bytes | None = None
    method: str | None = None
    files: tuple[File, ...] = ()


# By kind of letter. Called in a reading session, in the language given; None: the letter is not wanted any more.
Renderer = Callable[[Session, OutboxRow, str, datetime], Rendered | None]
renderers: dict[str, Renderer] = {}


class CannotSend(Exception):
    """The letter did not go out. `lasting`: trying again would not help."""

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.lasting = lasting


def _one_line(text: str, longest: int) -> str:
    """Return the text without line breaks and control characters, so that it cannot start a header of its own."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:longest]


def _address(email: str, name: str = "") -> Address:
    """Return the address for a header; CannotSend if it is none. A domain in Hangul is sent as its ASCII form."""
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
        return Address(_one_line(name, 80), checked.local_part, checked.ascii_domain)
    except (EmailNotValidError, HeaderParseError, ValueError) as error:
        raise CannotSend(f"not an address: {email!r}", lasting=True) from error


def compose(row: OutboxRow, recipient: Recipient, rendered: Rendered, sender: str, now: datetime) -> EmailMessage:
    """Put the letter together; CannotSend if it has no usable address.

    An invitation stands twice: as an alternative, which mail programs show with its buttons, and as a file, which the
    others can open. Its METHOD is in the object and in the header alike (RFC 6047).
    """
    message = EmailMessage(policy=SMTP)
    name, email = parseaddr(sender)
    message["From"] = _address(email, name)
    message["To"] = _address(recipient.email, recipient.name)
    message["Subject"] = _one_line(rendered.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = row.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = recipient.language
    message.set_content(rendered.text, cte="base64")
    if rendered.html is not None:
        message.add_alternative(rendered.html, subtype="html", cte="base64")
    if rendered.calendar is not None:
        method = rendered.method or "REQUEST"
        text = rendered.calendar.decode("utf-8")
        message.add_alternative(text, subtype="calendar", params={"method": method}, cte="base64")
        message.add_attachment(rendered.calendar, maintype="application", subtype="ics", filename="invite.ics")
    for file in rendered.files:
        maintype, _, subtype = file.kind.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return message


class Sender(Protocol):
    """Something that takes letters one after the other."""

    def send(self, message: EmailMessage) -> None:
        """Hand over one letter; CannotSend if it was not taken."""


class _Folder:
    """Writes each letter as a file: for one's own machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the letter as `<Message-ID>.eml`: a repeated letter replaces itself."""
        if self.folder == Path("/dev/null"):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "", message["Message-ID"])
        (self.folder / f"{name}.eml").write_bytes(message.as_bytes())


class _Server:
    """One connection to the mail server for as many letters as there are."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self.client: smtplib.SMTP | None = None
        self.down: CannotSend | None = None  # could not be reached: the other letters need not wait for that again

    def _connect(self) -> smtplib.SMTP:
        host = self.url.hostname or "localhost"
        if self.url.scheme == "smtps":
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=PATIENCE, context=context)
        else:
            secure = self.url.scheme == "smtp+starttls"
            client = smtplib.SMTP(host, self.url.port or (587 if secure else 25), timeout=PATIENCE)
            if secure:
                client.starttls(context=ssl.create_default_context())
        if self.url.username:
            client.login(unquote(self.url.username), unquote(self.url.password or ""))
        return client

    def send(self, message: EmailMessage) -> None:
        """Send over the open connection, or a new one; after a failure the next letter gets a new one."""
        if self.down is not None:
            raise self.down
        try:
            self.client = self.client or self._connect()
        except (smtplib.SMTPException, OSError) as error:
            self.down = CannotSend(_reason(error), lasting=False)
            raise self.down from error
        try:
            self.client.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            # A server that refused one letter politely takes the next on the same connection.
            if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
                self.close()
            raise CannotSend(_reason(error), lasting=_lasting(error)) from error

    def close(self) -> None:
        """Take leave, if there still is somebody to take it of."""
        if self.client is not None:
            try:
                self.client.quit()
            except (smtplib.SMTPException, OSError):
                self.client.close()
            self.client = None


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _lasting(error: Exception) -> bool:
    """Whether the refusal of this letter is for good (5xx)."""
    return isinstance(error, smtplib.SMTPNotSupportedError) or any(500 <= code <= 599 for code in _codes(error))


def _reason(error: Exception) -> str:
    return _one_line(f"{type(error).__name__}: {error}", 500)


@contextmanager
def connection(mail_url: str) -> Iterator[Sender]:
    """Give what sends for a MAIL_URL: smtp://, smtps://, smtp+starttls:// or file:FOLDER."""
    if mail_url.startswith("file:"):
        yield _Folder(Path(mail_url.removeprefix("file:")))
        return
    server = _Server(mail_url)
    try:
        yield server
    finally:
        server.close()


def deliver(message: EmailMessage, mail_url: str) -> None:
    """Send one letter; CannotSend says why not and whether trying again helps."""
    with connection(mail_url) as sender:
        sender.send(message)
