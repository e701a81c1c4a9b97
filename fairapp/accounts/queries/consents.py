"""Reads of consent receipts and of the log of disclosures."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Consent, ConsentBar, Disclosure
from fairapp.errors import NotFound


@dataclass(frozen=True, slots=True)
class Given:
    """A consent receipt. `scope` holds `profile`, `resume`, `contact`."""

    id: int
    seeker_id: int
    employer_id: int | None
    agency_id: int | None
    purpose: str
    scope: frozenset[str]
    given_at: datetime
    until: datetime
    withdrawn_at: datetime | None = None
    way: str = "page"
    stated_on: date | None = None
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One entry of the log: who saw what of a seeker, for whom, when."""

    id: int
    viewer: str
    employer_id: int | None
    agency_id: int | None
    purpose: str
    what: str
    at: datetime


_GIVEN = select(
    Consent.id,
    Consent.seeker_id,
    Consent.employer_id,
    Consent.agency_id,
    Consent.purpose,
    Consent.scope,
    Consent.given_at,
    Consent.until,
    Consent.withdrawn_at,
    Consent.way,
    Consent.stated_on,
    Consent.wording,
)


def _given(row: Any) -> Given:
    facts = dict(row._mapping)
    return Given(**{**facts, "scope": frozenset(facts["scope"].split(","))})


def _valid(seeker_ids: Collection[int], now: datetime) -> Any:
    return _GIVEN.where(
        Consent.seeker_id.in_(set(seeker_ids)), Consent.withdrawn_at.is_(None), Consent.until > now
    ).order_by(Consent.id.desc())


def valid_consent(
    session: Session, seeker_id: int, now: datetime, *, employer_id: int | None = None, agency_id: int | None = None
) -> Given | None:
    """Return the newest receipt by which this employer or agency may see the seeker's data at `now`."""
    receiver = Consent.employer_id == employer_id if employer_id else Consent.agency_id == agency_id
    row = session.execute(_valid([seeker_id], now).where(receiver).limit(1)).first()
    return _given(row) if row else None


def employers_allowed(session: Session, seeker_id: int, employer_ids: Collection[int], now: datetime) -> set[int]:
    """Return those of the employers that may see the seeker's data at `now`, in one query."""
    wanted = _valid([seeker_id], now).where(Consent.employer_id.in_(set(employer_ids)))
    return {row.employer_id for row in session.execute(wanted)}


def seekers_who_allow(
    session: Session,
    seeker_ids: Collection[int],
    employer_ids: Collection[int],
    agency_ids: Collection[int],
    what: str,
    now: datetime,
    viewer_id: int | None = None,
) -> dict[int, Given]:
    """Return, for each seeker who lets one of these receivers see `what`, the newest such receipt, in one query.

    With `viewer_id` only by receipts by which that person of the receiver's sees (ConsentBar).
    """
    receivers = or_(Consent.employer_id.in_(set(employer_ids)), Consent.agency_id.in_(set(agency_ids)))
    wanted = _valid(seeker_ids, now).where(receivers)
    if viewer_id is not None:
        wanted = wanted.where(~exists(_bars(viewer_id).where(ConsentBar.consent_id == Consent.id)))
    found: dict[int, Given] = {}
    for row in session.execute(wanted):
        receipt = _given(row)
        if what in receipt.scope:
            found.setdefault(receipt.seeker_id, receipt)
    return found


def _bars(account_id: int) -> Any:
    return select(ConsentBar.consent_id).where(ConsentBar.account_id == account_id)


def barred(session: Session, account_id: int, consent_ids: Collection[int]) -> set[int]:
    """Return those of the receipts by which this person sees nothing, though his employer holds them."""
    return set(session.scalars(_bars(account_id).where(ConsentBar.consent_id.in_(set(consent_ids)))))


def given_consents(session: Session, seeker_id: int, now: datetime, limit: int = 200) -> Sequence[Given]:
    """Return the seeker's receipts that hold at `now`, the newest first."""
    return [_given(row) for row in session.execute(_valid([seeker_id], now).limit(limit))]


def receipts(session: Session, seeker_id: int, before: int | None, limit: int) -> Sequence[Given]:
    """Return `limit + 1` receipts of the person, those that have ended too, the newest first, before a receipt's id."""
    mine = _GIVEN.where(Consent.seeker_id == seeker_id).order_by(Consent.id.desc()).limit(limit + 1)
    return [_given(row) for row in session.execute(mine if before is None else mine.where(Consent.id < before))]


def receipt(session: Session, seeker_id: int, consent_id: int) -> Given:
    """Return a receipt of the person; NotFound for anybody else's."""
    row = session.execute(_GIVEN.where(Consent.id == consent_id, Consent.seeker_id == seeker_id)).first()
    if row is None:
        raise NotFound
    return _given(row)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw the person's name or contacts without a receipt, because the service needs it: in a list or file."""

    at: datetime
    who: str
    what: str  # `export`, `badges`, `check_in`
    where: str  # the fair
    where_en: str


# Filled by later domains, an entry each: the last looks of a person, the newest first.
other_looks: list[Callable[[Session, int], Sequence[Look]]] = []


def looks(session: Session, seeker_id: int, limit: int = 50) -> list[Look]:
    """Return the last looks without a receipt, from every domain."""
    found = [one for gather in other_looks for one in gather(session, seeker_id)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def disclosures(session: Session, seeker_id: int, before: int | None, limit: int) -> Sequence[Disclosed]:
    """Return `limit + 1` entries of the log of a seeker's data, the newest first, before an entry's id."""
    wanted = (
        select(
            Disclosure.id,
            Account.name,
            Consent.employer_id,
            Consent.agency_id,
            Consent.purpose,
            Disclosure.what,
            Disclosure.at,
        )
        .join(Account, Account.id == Disclosure.viewer_id)
        .join(Consent, Consent.id == Disclosure.consent_id)
        .where(Disclosure.seeker_id == seeker_id)
        .order_by(Disclosure.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(Disclosure.id < before)
    return [Disclosed(*row) for row in session.execute(wanted)]
