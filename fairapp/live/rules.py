"""Who may be told what since when: limits of catching up, and what a client may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from fairapp.errors import Invalid

MOST_MISSED = 500  # items given at once; who missed more reloads, which costs less
KEPT = timedelta(days=30)  # how long news can be caught up with
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Watch:
    """What a client asks for: a fair by id or slug, and how far it has come in the fair's news and in its own."""

    fair: str
    after: int | None
    after_mine: int | None


def must_reset(after: int, seq: int, oldest: int) -> bool:
    """Whether news can no longer be caught up with: too old, too many, or numbers that this fair never gave."""
    return after > seq or after < oldest - 1 or seq - after > MOST_MISSED


def must_reset_mine(after: int, seq: int, found: int) -> bool:
    """Whether a person's own news cannot be caught up with: of the numbers between, some are not kept any more."""
    return after > seq or found != seq - after


def read_watch(payload: Any) -> Watch:
    """Return what a `watch` or `unwatch` asks for; Invalid if it cannot be read."""
    if not isinstance(payload, Mapping):
        raise Invalid(_l("{fair, after}를 보내 주세요"))
    fair = payload.get("fair")
    if isinstance(fair, int) and not isinstance(fair, bool):
        fair = str(fair)
    if not isinstance(fair, str) or not 0 < len(fair) <= 60 or not fair.isprintable():
        raise Invalid.one("fair", _l("박람회의 id나 slug여야 해요"))
    return Watch(fair, _number(payload, "after"), _number(payload, "after_mine"))


def _number(payload: Mapping[str, Any], name: str) -> int | None:
    value = payload.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise Invalid.one(name, _l("0 이상의 정수여야 해요"))
    return value


RETRY_MINUTES = (1, 5, 15, 60, 120, 240, 480, 720, 1440)  # after the first, second, … failure: ten tries in two days
WAITED_FOR = "account."  # letters of these kinds go first: somebody has the page open that tells her to look for it
CLAIMED_FOR = timedelta(minutes=2)  # a letter claimed longer ago than this belongs to a process that died


def retry_at(tries: int, now: datetime) -> datetime | None:
    """Return when a letter that failed for the `tries`th time is due again; None when it has been tried enough."""
    return now + timedelta(minutes=RETRY_MINUTES[tries - 1]) if tries <= len(RETRY_MINUTES) else None
