"""Writes of keys: making, replacing and revoking one. The secret itself never comes here, only its hash and beginning."""

from datetime import datetime, timedelta

from sqlalchemy import insert, or_, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.partners import queries, rules
from fairapp.partners.models import ApiKey


def make_key(
    session: Session, agency_id: int, fields: rules.KeyFields, hint: str, secret_hash: str, by: int, now: datetime
) -> int:
    """Make a key of the agency and return its id; Invalid or TooManyKeys."""
    rules.check_key(fields)
    values = {
        "name": fields.name.strip(),
        "scopes": sorted(set(fields.scopes)),
        "per_minute": fields.per_minute,
        "expires_at": now + timedelta(days=fields.days),
    }
    return _insert(session, agency_id, values, hint, secret_hash, by, now, "key.made")


def rotate_key(
    session: Session, agency_id: int, key_id: int, hint: str, secret_hash: str, by: int, now: datetime
) -> int:
    """Make a key like this one, for as long as it lasted, and return its id; both hold for BOTH_HOLD.

    KeyEnded for a key that holds no more, TooManyKeys, or NotFound.
    """
    old = queries.get_key(session, agency_id, key_id)
    if rules.state_of(old.expires_at, old.revoked_at, now) != "valid":
        raise rules.KeyEnded
    values = {
        "name": old.name,
        "scopes": old.scopes,
        "per_minute": old.per_minute,
        "expires_at": now + min(old.expires_at - old.created_at, rules.LATEST),
        "replaces_id": old.id,
    }
    ends = min(old.expires_at, now + rules.BOTH_HOLD)
    made = _insert(session, agency_id, values, hint, secret_hash, by, now, "key.rotated")
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(expires_at=ends))
    return made


def revoke_key(session: Session, agency_id: int, key_id: int, by: int, now: datetime) -> None:
    """Make a key useless from now on; one that is revoked stays so. NotFound for another agency's."""
    queries.get_key(session, agency_id, key_id)
    ended = update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    if session.execute(ended).rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
        trace.record(session, "key.revoked", "key", key_id, now, by=by, data={"agency": agency_id})


def note_use(session: Session, key_id: int, now: datetime) -> None:
    """Keep that the key was used, unless somebody noted it a moment ago."""
    old = or_(ApiKey.used_at.is_(None), ApiKey.used_at <= now - rules.NOTED_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, old).values(used_at=now))


def _insert(
    session: Session,
    agency_id: int,
    values: dict[str, object],
    hint: str,
    secret_hash: str,
    by: int,
    now: datetime,
    what: str,
) -> int:
    if queries.count_valid(session, agency_id, now) >= rules.MOST_KEYS:
        raise rules.TooManyKeys
    kept = {"agency_id": agency_id, "hint": hint, "secret_hash": secret_hash, "created_at": now, "created_by": by}
    key_id = session.execute(insert(ApiKey).values(**kept, **values).returning(ApiKey.id)).scalar_one()
    data = {name: values[name] for name in ("scopes", "per_minute")} | {"agency": agency_id}
    data |= {"replaces": values["replaces_id"]} if "replaces_id" in values else {}
    trace.record(session, what, "key", key_id, now, by=by, data=data)
    return int(key_id)
