"""Reads of keys: who calls by one, and an agency's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.orm import Session

from fairapp.accounts.rules import Partner
from fairapp.errors import NotFound
from fairapp.partners.models import ApiKey
from fairapp.prepared import prepared

MOST_SHOWN = 50  # keys on an agency's page, those that ended among them


@prepared
def _by_secret(dialect: str) -> Select[Any]:
    names = ("id", "agency_id", "scopes", "per_minute", "used_at")
    return select(*(ApiKey.__table__.c[name] for name in names)).where(
        ApiKey.secret_hash == bindparam("hash"), ApiKey.revoked_at.is_(None), ApiKey.expires_at > bindparam("now")
    )


def partner_by_key(on: Session | Connection, secret_hash: str, now: datetime) -> Partner | None:
    """Return who calls by the key with this hash, if it holds at `now`; one prepared statement."""
    row = _by_secret.first(on, {"hash": secret_hash, "now": now})
    return row and Partner(row.id, row.agency_id, frozenset(row.scopes), row.per_minute, row.used_at)


def keys_of(session: Session, agency_id: int) -> Sequence[ApiKey]:
    """Return the agency's keys, the newest first, with those that ended."""
    found = select(ApiKey).where(ApiKey.agency_id == agency_id).order_by(ApiKey.id.desc()).limit(MOST_SHOWN)
    return session.scalars(found).all()


def get_key(session: Session, agency_id: int, key_id: int) -> ApiKey:
    """Return a key of the agency; NotFound where it has none of that id."""
    key = session.get(ApiKey, key_id)
    if key is None or key.agency_id != agency_id:
        raise NotFound
    return key


def count_valid(session: Session, agency_id: int, now: datetime) -> int:
    """Return how many keys of the agency hold at `now`."""
    valid = (ApiKey.agency_id == agency_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
    return session.scalar(select(func.count()).select_from(ApiKey).where(*valid)) or 0
