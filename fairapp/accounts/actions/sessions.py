"""Signing in and out, and personal tokens."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from fairapp.accounts.actions.retention import note_seen
from fairapp.accounts.models import Account, AccountSession, SignInFailure, Token
from fairapp.accounts.rules import (
    MOST_TOKENS,
    MOST_WRONG,
    SESSION_LASTS,
    TOKEN_LASTS,
    TOUCH_EVERY,
    WRONG_WINDOW,
    TooManyTokens,
)
from fairapp.errors import Invalid, NotFound, TooMany


def begin_attempt(session: Session, email: str, browser: str, now: datetime) -> None:
    """Count a try to sign in before the password is looked at; TooMany after ten within a quarter of an hour.

    It counts whether or not there is such an account. `browser` is the id of one in which this address signed in before,
    otherwise empty: all strangers share one count, from however many addresses they come. `sign_in` clears the count.
    """
    recent = SignInFailure.email == email, SignInFailure.browser == browser, SignInFailure.at > now - WRONG_WINDOW
    count, oldest = session.execute(select(func.count(), func.min(SignInFailure.at)).where(*recent)).one()
    if count >= MOST_WRONG:
        error = TooMany(_l("비밀번호를 여러 번 틀렸어요. 잠시 뒤에 다시 하거나, 메일로 비밀번호를 새로 정해 주세요"))
        error.headers = {"Retry-After": str(int((oldest + WRONG_WINDOW - now).total_seconds()) + 1)}
        raise error
    session.execute(insert(SignInFailure).values(email=email, browser=browser, at=now))


def passed(session: Session, email: str, browser: str, account_id: int, new_hash: str | None) -> None:
    """Clear the count of tries after a right password, and keep its hash with today's parameters."""
    theirs = SignInFailure.email == email, SignInFailure.browser == browser
    session.execute(delete(SignInFailure).where(*theirs))
    if new_hash is not None:
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=new_hash))


def sign_in(
    session: Session,
    account_id: int,
    email: str,
    secret_hash: str,
    now: datetime,
    *,
    known_browser: str = "",
    new_hash: str | None = None,
    old_secret_hash: str | None = None,
    browser: str = "",
    address: str = "",
) -> int:
    """Open a browser session for somebody who gave the right password, end the one this browser had, return its id."""
    passed(session, email, known_browser, account_id, new_hash)
    if old_secret_hash:
        sign_out(session, old_secret_hash, now)
    new = AccountSession(
        account_id=account_id,
        secret_hash=secret_hash,
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_LASTS,
        browser=browser[:200],
        address=address[:45],
    )
    session.add(new)
    session.flush()
    note_seen(session, account_id, now)
    return new.id


def touch_session(session: Session, session_id: int, now: datetime) -> None:
    """Note that the session was seen, and let it last from now on again; at most once an hour."""
    stale = AccountSession.id == session_id, AccountSession.seen_at <= now - TOUCH_EVERY
    seen = update(AccountSession).where(*stale, AccountSession.ended_at.is_(None), AccountSession.expires_at > now)
    touched = session.execute(
        seen.values(seen_at=now, expires_at=now + SESSION_LASTS).returning(AccountSession.account_id)
    )
    for account_id in touched.scalars().all():
        note_seen(session, account_id, now)


def sign_out(session: Session, secret_hash: str, now: datetime) -> None:
    """End the session of this secret."""
    mine = update(AccountSession).where(AccountSession.secret_hash == secret_hash, AccountSession.ended_at.is_(None))
    session.execute(mine.values(ended_at=now))


def end_session(session: Session, account_id: int, session_id: int, now: datetime) -> None:
    """End one of the account's own sessions; NotFound for anything else."""
    mine = update(AccountSession).where(AccountSession.id == session_id, AccountSession.account_id == account_id)
    done = session.execute(mine.values(ended_at=func.coalesce(AccountSession.ended_at, now)))
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
        raise NotFound


def end_all_sessions(session: Session, account_id: int, now: datetime, but: int | None = None) -> None:
    """End every session of the account, except one if that is said."""
    theirs = update(AccountSession).where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
    session.execute(theirs.where(AccountSession.id != (but or 0)).values(ended_at=now))


def make_token(
    session: Session,
    account_id: int,
    name: str,
    secret_hash: str,
    now: datetime,
    *,
    email: str = "",
    known_browser: str = "",
    new_hash: str | None = None,
) -> datetime:
    """Keep a new personal token by its hash and return when it ends; TooManyTokens past 200 that hold.

    `email` is given where a password was just proved for it: the count of tries is then cleared.
    """
    if email:
        passed(session, email, known_browser, account_id, new_hash)
    if len(name) > 80:
        raise Invalid.one("name", _l("이름은 80자까지 쓸 수 있어요"))
    holding = Token.account_id == account_id, Token.revoked_at.is_(None), Token.expires_at > now
    if (session.scalar(select(func.count()).select_from(Token).where(*holding)) or 0) >= MOST_TOKENS:
        raise TooManyTokens
    until = now + TOKEN_LASTS
    kept = insert(Token).values(
        account_id=account_id, name=name or "API", secret_hash=secret_hash, created_at=now, expires_at=until
    )
    session.execute(kept)
    return until


def revoke_token(session: Session, account_id: int, token_id: int, now: datetime) -> None:
    """Make one of the account's own tokens useless; NotFound for anything else."""
    mine = update(Token).where(Token.id == token_id, Token.account_id == account_id)
    done = session.execute(mine.values(revoked_at=func.coalesce(Token.revoked_at, now)))
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
        raise NotFound


def revoke_all_tokens(session: Session, account_id: int, now: datetime) -> None:
    """Make every token of the account useless."""
    theirs = update(Token).where(Token.account_id == account_id, Token.revoked_at.is_(None))
    session.execute(theirs.values(revoked_at=now))
