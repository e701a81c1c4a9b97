"""Erasing a person: asked for, taken back, carried out. What others rely on stays, with ids alone.

Personal Information Protection Act (PIPA) art. 36 (the person asks), art. 21 (what is not needed is destroyed without delay);
GDPR art. 17.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fairapp import idempotency, trace
from fairapp.accounts import pushes, queries
from fairapp.accounts.actions.retention import record_destruction
from fairapp.accounts.models import (
    Account,
    AccountSession,
    Consent,
    MailedLink,
    Membership,
    PersonFile,
    Profile,
    Resume,
    SignInFailure,
    Token,
)
from fairapp.accounts.rules import NAMELESS, HandOver, erase_at
from fairapp.db import FirstDo
from fairapp.errors import NotFound
from fairapp.live.actions import erase_person as erase_from_live
from fairapp.live.actions import post

# Filled by later domains, an entry each: blanks everything personal of the account in the domain's tables.
erasers: list[Callable[[Session, int, datetime], None]] = []
# Filled by later domains: ends what the account takes part in, so that its places go to others; see queries.engagements.
leavers: list[Callable[[Session, int, datetime], None]] = []


def ask_erasure(session: Session, account_id: int, at_once: bool, now: datetime) -> datetime:
    """Keep that the person wants to be erased and return when it will be done; a letter says how to take it back.

    HandOver while others depend on her; NotFound for no account, or an empty shell. Asked again, the earlier moment counts.
    """
    person = session.scalar(
        select(Account).where(Account.id == account_id, Account.erased_at.is_(None)).with_for_update()
    )
    if person is None:
        raise NotFound
    duties = queries.open_duties(session, account_id, now)
    if duties:
        raise HandOver(duties)
    wanted = erase_at(now, at_once)
    person.erase_at = wanted if person.erase_at is None else min(person.erase_at, wanted)
    if not at_once:
        post(session, [pushes.erasing_letter(account_id, person.erase_at, now)])
    trace.record(session, "erasure.asked", "account", account_id, now, person_id=account_id)
    return person.erase_at


def take_erasure_back(session: Session, account_id: int, now: datetime) -> None:
    """Keep the account after all; nothing where no erasure was asked for. NotFound once it was carried out."""
    kept = update(Account).where(Account.id == account_id, Account.erased_at.is_(None)).values(erase_at=None)
    if session.execute(kept.returning(Account.id)).first() is None:
        raise NotFound
    trace.record(session, "erasure.taken_back", "account", account_id, now, person_id=account_id)


def leave_all(session: Session, account_id: int, now: datetime) -> None:
    """Shut the account and end what it takes part in: bookings to come, waits, places in lines; others get the places."""
    shut = update(Account).where(Account.id == account_id, Account.disabled_at.is_(None)).values(disabled_at=now)
    session.execute(shut)
    for leave in leavers:
        leave(session, account_id, now)


def erase(session: Session, account_id: int, rule: str, now: datetime) -> None:
    """Blank everything personal of the account in every domain and write the record of it; `rule` says why.

    What it takes part in is left before, in a transaction of its own (FirstDo), so that what that tells others is erased
    here too. HandOver while others depend on it, unless the account is a mere seeker's. Repeating changes nothing.
    """
    found = select(Account.email, Account.name, Account.erased_at, Profile.phone).where(Account.id == account_id)
    person = session.execute(found.outerjoin(Profile, Profile.account_id == Account.id)).first()
    if person is None:
        raise NotFound
    if person.erased_at is not None:
        return
    duties = queries.open_duties(session, account_id, now)
    if duties:
        raise HandOver(duties)
    if queries.is_engaged(session, account_id, now):
        raise FirstDo(leave_all, account_id, now)
    known_by = [text for text in (person.email, person.name, person.phone) if text]
    for erase_there in erasers:
        erase_there(session, account_id, now)
    erase_from_live(session, account_id, now)
    idempotency.forget_person(session, account_id, known_by)
    trace.forget_addresses(session, account_id)
    _erase_here(session, account_id, person.email, now)
    record_destruction(session, rule, 1, now, account_id=account_id)
    trace.record(session, "account.erased", "account", account_id, now, person_id=account_id, data={"rule": rule})


def _erase_here(session: Session, account_id: int, email: str | None, now: datetime) -> None:
    """Erase what this domain keeps; receipts and the log of access stay, which hold ids and codes."""
    for table in (AccountSession, Token, MailedLink, Profile, Resume):
        session.execute(delete(table).where(table.account_id == account_id))
    if email:
        session.execute(delete(SignInFailure).where(SignInFailure.email == email))
    ended = {"ended_at": now}
    session.execute(
        update(Membership).where(Membership.account_id == account_id, Membership.ended_at.is_(None)).values(ended)
    )
    withdrawn = update(Consent).where(Consent.seeker_id == account_id, Consent.withdrawn_at.is_(None))
    session.execute(withdrawn.values(withdrawn_at=now))
    # The job takes the file off the disk and the name out of the row.
    files = update(PersonFile).where(PersonFile.account_id == account_id)
    session.execute(files.values(state="deleted", leased_until=None))
    blank = {
        "email": None,
        "name": NAMELESS,
        "password_hash": None,
        "is_admin": False,
        "disabled_at": func.coalesce(Account.disabled_at, now),
        "seen_at": None,
        "warned_at": None,
        "erase_at": None,
        "erased_at": now,
    }
    session.execute(update(Account).where(Account.id == account_id).values(blank))
