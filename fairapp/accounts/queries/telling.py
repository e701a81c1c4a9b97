"""All that is kept about a person, gathered from every domain for herself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import (
    Account,
    AccountSession,
    Consent,
    Disclosure,
    Membership,
    PersonFile,
    Profile,
    Resume,
    SignInFailure,
    Token,
)
from fairapp.accounts.queries.profiles import names_of
from fairapp.live.queries import told_of as told_by_live

Told = Mapping[str, Sequence[Mapping[str, Any]]]
# Filled by later domains, an entry each: what the domain keeps about a person, as sections of rows of plain values.
tellers: list[Callable[[Session, int], Told]] = []


def everything_about(session: Session, account_id: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return what every domain keeps about the person, by section; the session should be a snapshot."""
    told = {**_told_here(session, account_id), **told_by_live(session, account_id)}
    for teller in tellers:
        told.update(teller(session, account_id))
    return told


def _told_here(session: Session, account_id: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    account = (
        *(Account.id, Account.email, Account.name, Account.language, Account.created_at, Account.confirmed_at),
        *(Account.seen_at, Account.erase_at),
    )
    sessions = (AccountSession.created_at, AccountSession.seen_at, AccountSession.ended_at)
    profile: list[Any] = [column for column in Profile.__table__.c if column.name != "account_id"]
    of = {
        "account": select(*account).where(Account.id == account_id),
        "sessions": select(*sessions, AccountSession.browser, AccountSession.address)
        .where(AccountSession.account_id == account_id)
        .order_by(AccountSession.id),
        "tokens": select(Token.name, Token.created_at, Token.expires_at, Token.revoked_at)
        .where(Token.account_id == account_id)
        .order_by(Token.id),
        "wrong_passwords": select(SignInFailure.at)
        .join(Account, Account.email == SignInFailure.email)
        .where(Account.id == account_id)
        .order_by(SignInFailure.id),
        "profile": select(*profile).where(Profile.account_id == account_id),
        "resume": select(Resume.name, Resume.size, Resume.uploaded_at).where(Resume.account_id == account_id),
        "own_files": select(PersonFile.asked_at, PersonFile.made_at, PersonFile.taken_at)
        .where(PersonFile.account_id == account_id)
        .order_by(PersonFile.id),
    }
    rows = {name: [dict(row) for row in session.execute(one).mappings()] for name, one in of.items()}
    return {**rows, **_with_names(session, account_id)}


def _with_names(session: Session, account_id: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the sections in which organisations stand, by their names."""
    consent = (
        *(Consent.id, Consent.employer_id, Consent.agency_id, Consent.purpose, Consent.scope, Consent.given_at),
        *(Consent.until, Consent.withdrawn_at, Consent.way, Consent.stated_on, Consent.wording),
    )
    seen: Select[*tuple[Any, ...]] = (
        select(Disclosure.at, Account.name.label("viewer"), Consent.employer_id, Consent.agency_id)
        .add_columns(Consent.purpose, Disclosure.what, Disclosure.consent_id)
        .join(Account, Account.id == Disclosure.viewer_id)
        .join(Consent, Consent.id == Disclosure.consent_id)
        .where(Disclosure.seeker_id == account_id)
        .order_by(Disclosure.id)
    )
    roles = (Membership.role, Membership.employer_id, Membership.agency_id, Membership.created_at, Membership.ended_at)
    found: dict[str, Select[*tuple[Any, ...]]] = {
        "consents": select(*consent).where(Consent.seeker_id == account_id).order_by(Consent.id),
        "disclosures": seen,
        "roles": select(*roles).where(Membership.account_id == account_id).order_by(Membership.id),
    }
    rows = {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}
    every: list[dict[Any, Any]] = [row for part in rows.values() for row in part]
    names = {kind: names_of(session, kind, [row[f"{kind}_id"] for row in every]) for kind in ("employer", "agency")}
    for row in every:
        for kind, known in names.items():
            found_name = known.get(row.pop(f"{kind}_id"))
            row[kind] = found_name.name if found_name else None
    return dict(rows)
