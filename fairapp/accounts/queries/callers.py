"""Who is behind a token or a browser session. Runs at every request, so each is one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, AccountSession, Membership, Token

_FACTS = (
    select(
        Account.id,
        Account.email,
        Account.name,
        Account.language,
        Account.is_admin,
        Membership.role,
        Membership.employer_id,
        Membership.agency_id,
    )
    .outerjoin(Membership, (Membership.account_id == Account.id) & Membership.ended_at.is_(None))
    .where(Account.disabled_at.is_(None))
)
_BY_TOKEN = _FACTS.join(Token, Token.account_id == Account.id).where(
    Token.secret_hash == bindparam("hash"), Token.revoked_at.is_(None), Token.expires_at > bindparam("now")
)
_BY_SESSION = (
    _FACTS.add_columns(AccountSession.id.label("session_id"), AccountSession.seen_at)
    .join(AccountSession, AccountSession.account_id == Account.id)
    .where(
        AccountSession.secret_hash == bindparam("hash"),
        AccountSession.ended_at.is_(None),
        AccountSession.expires_at > bindparam("now"),
    )
)


def caller_by_token(session: Session, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    """Return account and roles behind a token that holds at `now`, as guards.Caller takes them."""
    return _facts(session, _BY_TOKEN, secret_hash, now)


def caller_by_session(session: Session, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    """Return account and roles behind a browser session that holds at `now`, with the session's id and last sight."""
    return _facts(session, _BY_SESSION, secret_hash, now)


def _facts(session: Session, found_by: Any, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    rows = session.execute(found_by, {"hash": secret_hash, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    return {
        "id": first.id,
        "email": first.email,
        "name": first.name,
        "language": first.language,
        "is_admin": first.is_admin,
        "recruits_for": _where(rows, "recruiter", "employer_id"),
        "coaches_for": _where(rows, "coach", "agency_id"),
        "organizes_for": _where(rows, "organizer", "agency_id"),
        **({"session_id": first.session_id, "seen_at": first.seen_at} if found_by is _BY_SESSION else {}),
    }


def _where(rows: list[Row[Any]] | Any, role: str, column: str) -> frozenset[int]:
    return frozenset(getattr(row, column) for row in rows if row.role == role)
