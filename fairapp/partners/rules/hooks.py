"""Webhooks: which addresses may be, how a message is signed, when it is tried again.

Signed as the Standard Webhooks specification has it (github.com/standard-webhooks): `webhook-id`, `webhook-timestamp` and
`webhook-signature`, the last one `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, FieldError, Invalid
from fairapp.partners.models import TOPICS

BATCH = 100  # changes in one message
BOTH_SIGN = timedelta(days=1)  # how long the former secret signs beside the new one
CLAIMED_FOR = timedelta(seconds=30)  # a delivery claimed longer ago belongs to a process that died: sending takes 15 s
MOST_HOOKS = 10  # of an agency
# Seconds after the first, second, … failure: in all about three days, then the webhook counts as dead.
RETRY_SECONDS = (2, 10, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 57_600, 86_400)
JITTER = 0.2  # a fifth more or less, so that those who failed together do not come together
GONE = 410  # the answer by which an address says that it is not to be used any more
INSIDE = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")
NAT64 = ipaddress.ip_network("64:ff9b::/96")

TOPIC_NAMES: dict[str, LazyString] = {
    "listing": _l("공고가 열리고, 바뀌고, 닫힐 때"),
    "booth": _l("부스가 열리고 닫힐 때"),
    "fair": _l("박람회 단계가 바뀔 때"),
}


class TooManyHooks(Conflict):
    """The agency has as many webhooks as it may have."""

    slug = "too-many-webhooks"
    title = _l("웹훅이 이미 %(most)s개예요. 쓰지 않는 웹훅을 먼저 없애 주세요", most=MOST_HOOKS)


class AlreadyWaiting(Conflict):
    """The message is on its way, so it need not be sent again."""

    slug = "already-waiting"
    title = _l("이미 보내고 있어요")


@dataclass(frozen=True, slots=True)
class HookFields:
    """Where to send what: topics are what the kinds of changes begin with."""

    url: str
    topics: Sequence[str]


def check_hook(fields: HookFields, *, plain: bool, anywhere: bool) -> None:
    """Raise Invalid for what is wrong. `plain` allows http, `anywhere` addresses that are not public."""
    errors: list[FieldError] = []
    refused = _refused(fields.url, plain=plain, anywhere=anywhere)
    if refused:
        errors.append(FieldError("url", refused))
    if not fields.topics or not set(fields.topics) <= set(TOPICS):
        errors.append(FieldError("topics", _l("받을 소식을 하나 이상 골라 주세요")))
    if errors:
        raise Invalid(errors=errors)


def _refused(url: str, *, plain: bool, anywhere: bool) -> LazyString | None:
    unreadable = _l("https://로 시작하는 주소를 500자까지 적어 주세요")
    parts = _split(url)
    if parts is None or parts.username is not None or parts.fragment or "@" in parts.netloc:
        return unreadable
    if parts.scheme not in ({"https", "http"} if plain else {"https"}):
        return unreadable
    return None if anywhere or not _is_inside(str(parts.hostname)) else _l("밖에서 닿을 수 있는 주소여야 해요")


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address that a request can be sent to, None for anything else."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 500:
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and (parts.port is None or parts.port > 0) else None
    except ValueError:
        return None


def _is_inside(host: str) -> bool:
    """Whether the name itself says that it is not for everybody: an address of a private network, or a local name."""
    try:
        return not is_public(host)
    except ValueError:
        name = host.lower().rstrip(".")
        return any(name == one.lstrip(".") or name.endswith(one) for one in INSIDE) or name.isdigit()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the whole internet; ValueError for what is none.

    Not private, loopback, link-local (also the one by which clouds tell secrets), shared or multicast, nor one of these
    within an IPv6 address.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.sixtofour or found.teredo:
            return False
        within = found.ipv4_mapped or (ipaddress.ip_address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if within is not None:
            found = within
    return found.is_global and not found.is_multicast


def secret_of(server_key: str, webhook_id: int, version: int) -> bytes:
    """Return the secret of a webhook: derived, so that a copy of the database signs nothing, and a number renews it."""
    return hmac.new(server_key.encode(), f"webhook:{webhook_id}:{version}".encode(), hashlib.sha256).digest()


def said(secret: bytes) -> str:
    """Return a secret as its receiver is given it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signature(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: one signature a secret, a space between them."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    made = (hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)


def retry_at(tries: int, now: datetime, chance: float) -> datetime | None:
    """Return when a delivery that failed for the `tries`th time is due again; None when it has been tried enough.

    `chance` from 0 to 1 spreads it by a fifth to both sides.
    """
    if tries > len(RETRY_SECONDS):
        return None
    return now + timedelta(seconds=RETRY_SECONDS[tries - 1] * (1 - JITTER + 2 * JITTER * chance))


def is_for(topics: Sequence[str], kind: str) -> bool:
    """Whether a change of this kind is to be told on these topics."""
    return kind.partition(".")[0] in topics


def message(kind: str, at: str, data: Any) -> dict[str, Any]:
    """Return a message as the specification has it: what it is, when that was, and the rest."""
    return {"type": kind, "timestamp": at, "data": data}
