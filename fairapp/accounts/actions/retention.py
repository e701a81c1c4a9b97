"""Destroying what is kept long enough, some rows at a time, with a record of each day and rule."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from fairapp import idempotency, trace
from fairapp.accounts import pushes
from fairapp.accounts.models import (
    Account,
    AccountSession,
    Consent,
    ConsentBar,
    Destruction,
    Disclosure,
    MailedLink,
    Resume,
    SignInFailure,
    Token,
)
from fairapp.accounts.rules import WARNED_BEFORE, clock_of
from fairapp.live.actions import forget_all_news, forget_letters, post

MOST = 500  # rows destroyed in one transaction: whoever else writes waits no longer than that

Forget = Callable[[Session, datetime], int]


def record_destruction(session: Session, rule: str, rows: int, now: datetime, *, account_id: int | None = None) -> None:
    """Write the record that so much was destroyed by that rule: one for a rule and a day, but one for each erased person."""
    if account_id is None:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        today = Destruction.rule == rule, Destruction.account_id.is_(None), Destruction.at >= midnight
        more = update(Destruction).where(*today).values(rows=Destruction.rows + rows, at=now)
        if session.execute(more.returning(Destruction.id)).first() is not None:
            return
    session.execute(insert(Destruction).values(rule=rule, account_id=account_id, rows=rows, at=now))


def destroy(session: Session, rule: str, now: datetime) -> int:
    """Destroy some of what the rule says is kept long enough, and record it; return how many rows, 0 at the end."""
    rows = clocks[rule](session, now - clock_of(rule).kept)
    if rows:
        record_destruction(session, rule, rows, now)
    return rows


def _some(session: Session, table: Any, where: Any) -> int:
    """Delete at most MOST rows of the table; return how many."""
    ids = session.scalars(select(table.id).where(where).order_by(table.id).limit(MOST)).all()
    session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _failures(session: Session, before: datetime) -> int:
    return _some(session, SignInFailure, SignInFailure.at < before)


def _sessions(session: Session, before: datetime) -> int:
    return _some(session, AccountSession, or_(AccountSession.ended_at < before, AccountSession.expires_at < before))


def _tokens(session: Session, before: datetime) -> int:
    return _some(session, Token, or_(Token.revoked_at < before, Token.expires_at < before))


def _links(session: Session, before: datetime) -> int:
    return _some(session, MailedLink, MailedLink.expires_at < before)


def _receipts(session: Session, before: datetime) -> int:
    """Delete entries of the log of access, and then receipts that nothing points to."""
    ended = select(Consent.id).where(or_(Consent.until < before, Consent.withdrawn_at < before))
    looks = _some(session, Disclosure, Disclosure.consent_id.in_(ended))
    if looks:
        return looks
    for free in receipts_wait:
        rows = free(session, before)
        if rows:
            return rows
    session.execute(delete(ConsentBar).where(ConsentBar.consent_id.in_(ended)))
    return _some(session, Consent, Consent.id.in_(ended))


def _resumes(session: Session, before: datetime) -> int:
    """Delete résumés that were uploaded long ago and that nobody may see now."""
    holds = exists().where(
        Consent.seeker_id == Resume.account_id, Consent.withdrawn_at.is_(None), Consent.until > before
    )
    # A receipt that ended since `before` still speaks for somebody who looks for work.
    wanted = (
        select(Resume.account_id).where(Resume.uploaded_at < before, ~holds).order_by(Resume.account_id).limit(MOST)
    )
    ids = session.scalars(wanted).all()
    session.execute(delete(Resume).where(Resume.account_id.in_(ids)))
    return len(ids)


# By code of a clock; later domains add theirs in wiring.py.
clocks: dict[str, Forget] = {
    "failures": _failures,
    "sessions": _sessions,
    "tokens": _tokens,
    "links": _links,
    "receipts": _receipts,
    "resumes": _resumes,
    "addresses": trace.forget_old_addresses,
    "answers": idempotency.forget_old,
    "news": forget_all_news,
    "letters": forget_letters,
}
# Filled by later domains: deletes some rows that point to receipts ended before then; returns how many.
receipts_wait: list[Forget] = []


def _came() -> Any:
    return func.coalesce(Account.seen_at, Account.created_at)


def warn_quiet(session: Session, now: datetime) -> int:
    """Tell some of those who have not come for nearly three years that they will be erased; return how many."""
    quiet = _came() < now - clock_of("quiet").kept + WARNED_BEFORE
    untold = Account.warned_at.is_(None), Account.erased_at.is_(None), Account.is_admin.is_(False)
    found = session.execute(
        select(Account.id, Account.email).where(quiet, *untold).order_by(Account.id).limit(MOST)
    ).all()
    told = update(Account).where(Account.id.in_([row.id for row in found]))
    session.execute(told.values(warned_at=now))
    at = now + WARNED_BEFORE
    post(session, [pushes.quiet_letter(row.id, at, now) for row in found if row.email])
    return len(found)


def note_seen(session: Session, account_id: int, now: datetime) -> None:
    """Keep that the person came: the clock of a quiet account begins anew."""
    session.execute(update(Account).where(Account.id == account_id).values(seen_at=now, warned_at=None))
