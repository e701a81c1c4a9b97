"""Accounts: made, confirmed, changed, disabled. Passwords arrive hashed: hashing is slow and has no place in a transaction."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import pushes, queries
from fairapp.accounts.actions import links, sessions
from fairapp.accounts.models import Account, SignInFailure
from fairapp.accounts.rules import AddressTaken, normal_name
from fairapp.errors import Invalid, NotFound
from fairapp.live.actions import post

# Filled by later domains; each is called with the session, the new account's id and now, in the same transaction.
after_registration: list[Callable[[Session, int, datetime], None]] = []


def _add(
    session: Session,
    email: str | None,
    name: str,
    password_hash: str | None,
    language: str,
    confirmed: bool,
    now: datetime,
) -> int | None:
    """Insert an account and tell the later domains; None if the address has one already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    mine = dialect.insert(Account).values(
        email=email,
        name=name,
        password_hash=password_hash,
        language=language,
        is_admin=False,
        created_at=now,
        confirmed_at=now if confirmed else None,
    )
    account_id: int | None = session.scalar(mine.on_conflict_do_nothing().returning(Account.id))
    if account_id is not None:
        for told in after_registration:
            told(session, account_id, now)
    return account_id


def register_at_desk(session: Session, name: str, language: str, now: datetime) -> int:
    """Make the account of somebody without an address, who has come, and return its id; it cannot sign in.

    Invalid for a name that is empty or too long.
    """
    said = normal_name(name)
    made = insert(Account).values(
        email=None, name=said, password_hash=None, language=language, is_admin=False, created_at=now, confirmed_at=now
    )
    account_id: int = session.execute(made.returning(Account.id)).scalar_one()
    for told in after_registration:
        told(session, account_id, now)
    return account_id


def register(session: Session, email: str, name: str, password_hash: str, language: str, now: datetime) -> None:
    """Make an account, not yet confirmed, and post its letter. Whether there was one already shows in the letter alone."""
    account_id = _add(session, email, name, password_hash, language, False, now)
    if account_id is not None:
        links.send_confirm(session, account_id, name, password_hash, now)
        return
    known = queries.credentials(session, email)
    if known is None or known.disabled_at is not None:
        return
    if known.confirmed_at is not None:
        post(session, [pushes.known_letter(known.id, now)])
        return
    renewed = {"name": name, "password_hash": password_hash, "language": language}
    session.execute(update(Account).where(Account.id == known.id).values(renewed))
    links.send_confirm(session, known.id, name, password_hash, now)


def make_account(
    session: Session,
    email: str,
    name: str,
    password_hash: str | None,
    confirmed: bool,
    now: datetime,
    language: str = "ko",
) -> int:
    """Make an account without a letter, for imports and the demo, and return its id; AddressTaken if there is one.

    `email` is as rules.normal_email gives it. Without a password its owner gets in by asking for a new one.
    """
    account_id = _add(session, email, name, password_hash, language, confirmed, now)
    if account_id is None:
        raise AddressTaken
    return account_id


def make_listed(session: Session, name: str, email: str | None, now: datetime) -> int:
    """Make the account of somebody whom a partner's list names, and return its id; nobody has claimed it.

    It gets the address only if nobody has that yet: families share addresses.
    """
    account_id = _add(session, email, name, None, "ko", False, now) if email else None
    if account_id is None:
        account_id = _add(session, None, name, None, "ko", False, now)
    assert account_id is not None  # noqa: S101  # without an address nothing conflicts
    return account_id


def make_admin(session: Session, account_id: int, yes: bool = True) -> None:
    """Let the account run the place, or no longer."""
    session.execute(update(Account).where(Account.id == account_id).values(is_admin=yes))


def appoint_admin(session: Session, email: str, name: str, now: datetime) -> None:
    """Let the person with this normalised address run the place; somebody new gets a letter with a link for a password."""
    account_id = _add(session, email, name, None, "ko", False, now)
    if account_id is not None:
        links.ask_reset(session, email, now)
    found = queries.credentials(session, email)
    if found is None or found.disabled_at is not None:
        raise NotFound
    make_admin(session, found.id)
    trace.record(session, "admin.appointed", "account", found.id, now, person_id=found.id)


def confirm_address(session: Session, key: str, now: datetime) -> int:
    """Confirm the address by the key of a mailed link and return the account's id; LinkGone if the link is of no use.

    The name and password of that very registration come into force, and every other link ends.
    """
    used = links.use(session, key, "confirm", now)
    chosen = {"name": used.name, "password_hash": used.password_hash}
    fresh = update(Account).where(Account.id == used.account_id, Account.confirmed_at.is_(None))
    session.execute(fresh.values(confirmed_at=now, **{k: v for k, v in chosen.items() if v is not None}))
    links.use_up_others(session, used.account_id, now)
    return used.account_id


def reset_password(session: Session, key: str, password_hash: str, now: datetime) -> int:
    """Set a new password by the key of a mailed link; LinkGone if it is of no use. Ends all sessions and tokens.

    Whoever got the letter owns the address, so it counts as confirmed.
    """
    used = links.use(session, key, "reset", now)
    owner = queries.person(session, used.account_id)
    if owner is None:
        raise NotFound
    confirmed = {} if owner.confirmed_at else {"confirmed_at": now}
    changed = update(Account).where(Account.id == owner.id)
    session.execute(changed.values(password_hash=password_hash, **confirmed))
    links.use_up_others(session, owner.id, now)
    sessions.end_all_sessions(session, owner.id, now)
    sessions.revoke_all_tokens(session, owner.id, now)
    session.execute(delete(SignInFailure).where(SignInFailure.email == owner.email))
    post(session, [pushes.changed_letter(owner.id, now)])
    return owner.id


def change_password(
    session: Session, account_id: int, password_hash: str, session_id: int | None, now: datetime
) -> None:
    """Set a new password for somebody who just proved the old one; every session but this one and all tokens end."""
    session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))
    sessions.end_all_sessions(session, account_id, now, but=session_id)
    sessions.revoke_all_tokens(session, account_id, now)
    links.use_up_others(session, account_id, now)
    post(session, [pushes.changed_letter(account_id, now)])


def change_name(session: Session, account_id: int, name: str) -> None:
    """Set the name, as rules.normal_name gives it."""
    session.execute(update(Account).where(Account.id == account_id).values(name=name))


def change_language(session: Session, account_id: int, language: str) -> None:
    """Set the language of pages and letters: `ko` or `en`."""
    if language not in {"ko", "en"}:
        raise Invalid.one("language", _l("한국어나 영어를 골라 주세요"))
    session.execute(update(Account).where(Account.id == account_id).values(language=language))


def disable_account(session: Session, actor_id: int, account_id: int, now: datetime) -> None:
    """Shut an account out: nobody signs in with it, its sessions and tokens end. One cannot shut oneself out."""
    if actor_id == account_id:
        raise Invalid.one("", _l("자기 계정은 막을 수 없어요"))
    if queries.person(session, account_id) is None:
        raise NotFound
    open_now = update(Account).where(Account.id == account_id, Account.disabled_at.is_(None))
    session.execute(open_now.values(disabled_at=now))
    trace.record(session, "account.disabled", "account", account_id, now, by=actor_id, person_id=account_id)
    sessions.end_all_sessions(session, account_id, now)
    sessions.revoke_all_tokens(session, account_id, now)
    links.use_up_others(session, account_id, now)


def enable_account(session: Session, account_id: int) -> None:
    """Let a disabled account in again."""
    if queries.person(session, account_id) is None:
        raise NotFound
    session.execute(update(Account).where(Account.id == account_id).values(disabled_at=None))
