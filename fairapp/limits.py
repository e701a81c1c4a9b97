"""How often something may be done: generous for an address, behind which a whole campus may sit, strict for an account.

Counted in memory, or in Redis where REDIS_URL is set, so that several processes count together. RATE_LIMITS=off turns all of
it off, for load measurements. The count of wrong passwords is kept in the database, see accounts/actions/sessions.py.
"""

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import structlog
from flask import Flask, current_app, g, request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError

from fairapp.config import Settings
from fairapp.errors import NotSignedIn, TooMany

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so many seconds."""

    name: str
    amount: int
    seconds: int

    @property
    def item(self) -> RateLimitItem:
        """The limit as the library has it; the name keeps the counts of different limits apart."""
        return RateLimitItemPerSecond(self.amount, self.seconds, namespace=self.name)


# 500 people behind one address come in within ten minutes, each with a try to spare.
SIGN_IN_ADDRESS = Limit("sign-in", 1200, 600)
REGISTER_ADDRESS = Limit("register", 600, 3600)
RESET_ADDRESS = Limit("reset", 600, 3600)
# One person's mailbox is not to be filled by somebody else.
LETTERS_TO = Limit("letters", 5, 3600)
CALLS_BY_ACCOUNT = Limit("calls", 1200, 60)
# Screens of a whole hall that poll because websockets are blocked there: 2,000 of them every four seconds.
CALLS_BY_ADDRESS = Limit("public-calls", 30_000, 60)
BAD_TOKENS = Limit("bad-tokens", 600, 600)


def register(app: Flask) -> None:
    """Give the app its counters."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["fairapp.limits"] = Limiter(
        address,
        app=app,
        enabled=settings.rate_limits,
        storage_uri=settings.redis_url or "memory://",
        storage_options={"wrap_exceptions": True} if settings.redis_url else {},
        strategy="fixed-window",
        key_prefix="fairapp",
    )


def active() -> bool:
    """Whether limits are on."""
    return bool(current_app.config["SETTINGS"].rate_limits)


def address() -> str:
    """Return where the request comes from: an IPv4 address, or the /64 network that one IPv6 household has."""
    text = request.remote_addr or ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text or "unknown"
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def spend(limit: Limit, key: str) -> None:
    """Count one time against the limit for this key; TooMany, with Retry-After, when it is used up.

    When Redis does not answer nothing is counted: people get in, and the log says so.
    """
    if not active():
        return
    counters = cast(Limiter, current_app.extensions["fairapp.limits"]).limiter
    item = limit.item
    try:
        if counters.hit(item, key):
            return
        wait = counters.get_window_stats(item, key).reset_time - time.time()
    except StorageError as error:
        log.warning("limits_not_counted", error=str(error), limit=limit.name)
        return
    raise refusal(wait)


def refusal(seconds: float) -> TooMany:
    """Return the error that says how long to wait."""
    wait = max(1, math.ceil(seconds))
    error = TooMany(_l("너무 자주 시도했어요. %(minutes)s분 뒤에 다시 해 주세요", minutes=math.ceil(wait / 60)))
    error.headers = {"Retry-After": str(wait)}
    return error


def per_caller(identify: Callable[[], T]) -> Callable[[], T]:
    """Return `identify` with the limit on calls of the API: by account, by a partner's key, for others by address."""

    def limited() -> T:
        try:
            found = identify()
        except NotSignedIn:
            spend(BAD_TOKENS, address())
            raise
        partner = g.get("partner")  # a program of an agency, with a limit of its own
        if partner is not None:
            spend(Limit("key", partner.per_minute, 60), str(partner.key_id))
        elif found is None:
            spend(CALLS_BY_ADDRESS, address())
        else:
            spend(CALLS_BY_ACCOUNT, str(g.get("caller_id")))
        return found

    return limited
