"""What a key of an agency may be: its scopes, how often it calls, how long it lasts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import KEY_PREFIX
from fairapp.errors import Conflict, FieldError, Invalid
from fairapp.partners.models import SCOPES

LASTS = (30, 90, 180, 365)  # days that a key may last
LATEST = timedelta(days=max(LASTS))
BOTH_HOLD = timedelta(days=7)  # how long an old key holds beside the one that replaces it
NOTED_EVERY = timedelta(minutes=10)  # the use of a key is noted no more often
MOST_KEYS = 20  # of an agency, that hold at a time
MOST_PER_MINUTE = 6000
HINT = 14  # signs of the secret that are kept to tell keys apart: the prefix and 36 of its 256 bits

SCOPE_NAMES: dict[str, LazyString] = {
    "listings:read": _l("공고 읽기"),
    "changes:read": _l("바뀐 것 이어 받기"),
    "seekers:write": _l("구직자 보내기"),
    "employers:write": _l("기업 보내기"),
    "trainees:write": _l("훈련생 보내기"),
    "listings:write": _l("공고 보내기"),
}


class TooManyKeys(Conflict):
    """The agency has as many keys as it may have."""

    slug = "too-many-keys"
    title = _l("쓸 수 있는 키가 이미 %(most)s개예요. 쓰지 않는 키를 먼저 없애 주세요", most=MOST_KEYS)


class KeyEnded(Conflict):
    """A key that no longer holds cannot be rotated."""

    slug = "key-ended"
    title = _l("이미 끝난 키예요. 새 키를 만들어 주세요")


@dataclass(frozen=True, slots=True)
class KeyFields:
    """What an organizer says of a new key; `per_minute` calls at most, for `days` days."""

    name: str
    scopes: Sequence[str]
    per_minute: int = 120
    days: int = 180


def check_key(fields: KeyFields) -> None:
    """Raise Invalid with everything that is wrong."""
    errors: list[FieldError] = []
    if not fields.name.strip() or len(fields.name) > 80:
        errors.append(FieldError("name", _l("이름을 80자까지 적어 주세요")))
    if not fields.scopes or not set(fields.scopes) <= set(SCOPES):
        errors.append(FieldError("scopes", _l("할 수 있는 일을 하나 이상 골라 주세요")))
    if not 1 <= fields.per_minute <= MOST_PER_MINUTE:
        errors.append(FieldError("per_minute", _l("1부터 %(most)s까지 쓸 수 있어요", most=MOST_PER_MINUTE)))
    if fields.days not in LASTS:
        errors.append(FieldError("days", _l("목록에 있는 값을 골라 주세요")))
    if errors:
        raise Invalid(errors=errors)


def new_secret() -> str:
    """Return the secret of a new key: a prefix that is recognised, and 256 random bits."""
    return f"{KEY_PREFIX}{secrets.token_urlsafe(32)}"


def hint_of(secret: str) -> str:
    """Return how the secret begins, enough for a person to tell keys apart."""
    return secret[:HINT]


def state_of(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> str:
    """Return `valid`, `expired` or `revoked`."""
    if revoked_at is not None:
        return "revoked"
    return "valid" if expires_at > now else "expired"


def is_use_to_be_noted(used_at: datetime | None, now: datetime) -> bool:
    """Whether the last noted use is old enough for another note."""
    return used_at is None or used_at <= now - NOTED_EVERY
