"""Who is behind a token or a browser session. Runs at every request, so each is one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, AccountSession, Membership, Token
from fairapp.prepared import Prepared, prepared


def _account() -> Any:
    return (
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


@prepared
def _by_token(dialect: str) -> Select[Any]:
    return (
        _account()
        .join(Token, Token.account_id == Account.id)
        .where(Token.secret_hash == bindparam("hash"), Token.revoked_at.is_(None), Token.expires_at > bindparam("now"))
    )


@prepared
def _by_session(dialect: str) -> Select[Any]:
    return (
        _account()
        .add_columns(AccountSession.id.label("session_id"), AccountSession.seen_at)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            AccountSession.secret_hash == bindparam("hash"),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > bindparam("now"),
        )
    )


def caller_by_token(on: Session | Connection, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    """Return account and roles behind a token that holds at `now`, as guards.Caller takes them."""
    return _facts(on, _by_token, secret_hash, now)


def caller_by_session(on: Session | Connection, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    """Return account and roles behind a browser session that holds at `now`, with the session's id and last sight."""
    return _facts(on, _by_session, secret_hash, now)


def _facts(on: Session | Connection, found_by: Prepared, secret_hash: str, now: datetime) -> dict[str, Any] | None:
    rows = found_by.all(on, {"hash": secret_hash, "now": now})
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
        **({"session_id": first.session_id, "seen_at": first.seen_at} if found_by is _by_session else {}),
    }


def _where(rows: list[Any], role: str, column: str) -> frozenset[int]:
    return frozenset(getattr(row, column) for row in rows if row.role == role)
