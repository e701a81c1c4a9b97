"""Reads of accounts, their sessions, tokens and memberships."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, AccountSession, MailedLink, Membership, Token
from fairapp.accounts.rules import Rights

# Filled by later domains: the resource ids (person's time) of an account, for GET /me.
resource_ids: list[Callable[[Session, int], Sequence[int]]] = []

MOST_SHOWN = 200  # sessions and memberships on one page; tokens cannot be more


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know of an account."""

    id: int
    email: str
    name: str
    language: str
    password_hash: str | None
    is_admin: bool
    created_at: datetime
    confirmed_at: datetime | None
    disabled_at: datetime | None
    erased_at: datetime | None


_CREDENTIALS: Select[*tuple[Any, ...]] = select(
    Account.id,
    func.coalesce(Account.email, ""),
    Account.name,
    Account.language,
    Account.password_hash,
    Account.is_admin,
    Account.created_at,
    Account.confirmed_at,
    Account.disabled_at,
    Account.erased_at,
)


def credentials(session: Session, email: str) -> Credentials | None:
    """Return the account of a normalised address."""
    row = session.execute(_CREDENTIALS.where(Account.email == email)).first()
    return Credentials(*row) if row else None


def person(session: Session, account_id: int) -> Credentials | None:
    """Return the account of that id."""
    row = session.execute(_CREDENTIALS.where(Account.id == account_id)).first()
    return Credentials(*row) if row else None


def account_id_of(session: Session, email: str) -> int | None:
    """Return the id of the account with a normalised address."""
    return session.scalar(select(Account.id).where(Account.email == email))


def account_names(session: Session, account_ids: Collection[int]) -> Mapping[int, str]:
    """Return the names of these accounts, in one query."""
    if not account_ids:
        return {}
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(set(account_ids))))
    return {row.id: row.name for row in found}


def accounts(session: Session, beginning: str, after: str | None, limit: int) -> Sequence[Any]:
    """Return `limit + 1` accounts in order of address, those that begin so, after an address."""
    wanted = (
        select(Account.id, Account.email, Account.name, Account.is_admin, Account.confirmed_at, Account.disabled_at)
        .where(Account.email.is_not(None))
        .order_by(Account.email)
        .limit(limit + 1)
    )
    if beginning:
        wanted = wanted.where(Account.email >= beginning, Account.email < beginning + "\U0010ffff")
    if after is not None:
        wanted = wanted.where(Account.email > after)
    return session.execute(wanted).all()


def rights(session: Session, account_id: int) -> Rights:
    """Return what decides which roles this person may give; read in the transaction that gives one."""
    admin = session.scalar(select(Account.is_admin).where(Account.id == account_id, Account.disabled_at.is_(None)))
    agencies = session.scalars(
        select(Membership.agency_id).where(
            Membership.account_id == account_id, Membership.role == "organizer", Membership.ended_at.is_(None)
        )
    )
    return Rights(bool(admin), frozenset(agency for agency in agencies if agency) if admin is not None else frozenset())


def memberships(session: Session, account_id: int) -> Sequence[Any]:
    """Return an account's roles that last: id, role, employer_id, agency_id."""
    wanted = (
        select(Membership.id, Membership.role, Membership.employer_id, Membership.agency_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .limit(MOST_SHOWN)
    )
    return session.execute(wanted).all()


def members(session: Session, *, employer_id: int | None = None, agency_id: int | None = None) -> Sequence[Any]:
    """Return the people of an organisation: id (of the membership), role, account_id, name, email."""
    where = Membership.employer_id == employer_id if employer_id else Membership.agency_id == agency_id
    wanted = (
        select(Membership.id, Membership.role, Membership.account_id, Account.name, Account.email)
        .join(Account, Account.id == Membership.account_id)
        .where(where, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .limit(MOST_SHOWN)
    )
    return session.execute(wanted).all()


def open_sessions(session: Session, account_id: int, now: datetime) -> Sequence[Any]:
    """Return the browsers in which the account is signed in, the newest first."""
    wanted = (
        select(
            AccountSession.id,
            AccountSession.created_at,
            AccountSession.seen_at,
            AccountSession.browser,
            AccountSession.address,
        )
        .where(
            AccountSession.account_id == account_id, AccountSession.ended_at.is_(None), AccountSession.expires_at > now
        )
        .order_by(AccountSession.id.desc())
        .limit(MOST_SHOWN)
    )
    return session.execute(wanted).all()


def open_tokens(session: Session, account_id: int, now: datetime) -> Sequence[Any]:
    """Return the account's tokens that hold, the newest first."""
    wanted = (
        select(Token.id, Token.name, Token.created_at, Token.expires_at)
        .where(Token.account_id == account_id, Token.revoked_at.is_(None), Token.expires_at > now)
        .order_by(Token.id.desc())
        .limit(MOST_SHOWN)
    )
    return session.execute(wanted).all()


def link_owner(session: Session, key_hash: str, purpose: str, now: datetime) -> Any:
    """Return email and name of the account that a mailed link of this purpose belongs to, if it can still be used."""
    wanted = (
        select(Account.id, Account.email, MailedLink.name.label("registered_as"), Account.name)
        .join(Account, Account.id == MailedLink.account_id)
        .where(
            MailedLink.key_hash == key_hash,
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
    return session.execute(wanted).first()
