"""Reads of consent for counselling: whose data an agency may see, and whom it asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Consent
from fairapp.agencies.models import Agency
from fairapp.errors import NotFound
from fairapp.programmes.models import ConsentAsk

COUNSELLING = "counselling"


def allowed(session: Session, seeker_ids: Collection[int], agency_id: int, now: datetime) -> set[int]:
    """Return those of the people who let the agency see their data for counselling at `now`, in one statement."""
    if not seeker_ids:
        return set()
    found = select(Consent.seeker_id).where(
        Consent.seeker_id.in_(set(seeker_ids)),
        Consent.agency_id == agency_id,
        Consent.purpose == COUNSELLING,
        Consent.withdrawn_at.is_(None),
        Consent.until > now,
    )
    return set(session.scalars(found))


def receipt_holds(session: Session, consent_id: int | None, now: datetime) -> bool:
    """Whether this very receipt holds at `now`."""
    if consent_id is None:
        return False
    row = session.execute(select(Consent.until, Consent.withdrawn_at).where(Consent.id == consent_id)).first()
    return row is not None and row.withdrawn_at is None and row.until > now


def open_asks(session: Session, agency_id: int, seeker_ids: Collection[int]) -> set[int]:
    """Return those of the people whom the agency asked and who have not answered."""
    found = select(ConsentAsk.seeker_id).where(
        ConsentAsk.agency_id == agency_id, ConsentAsk.seeker_id.in_(set(seeker_ids)), ConsentAsk.answered_at.is_(None)
    )
    return set(session.scalars(found))


def own_ask(session: Session, ask_id: int, seeker_id: int) -> Any:
    """Return the ask with the agency's names if it goes to this person; NotFound for anybody else's."""
    row = session.execute(
        select(ConsentAsk, Agency.name, Agency.name_en)
        .join(Agency, Agency.id == ConsentAsk.agency_id)
        .where(ConsentAsk.id == ask_id, ConsentAsk.seeker_id == seeker_id)
    ).first()
    if row is None:
        raise NotFound
    return row


def asks_of(session: Session, seeker_id: int, limit: int = 20) -> Sequence[Any]:
    """Return what agencies ask this person and she has not answered: ConsentAsk, name, name_en."""
    found = (
        select(ConsentAsk, Agency.name, Agency.name_en)
        .join(Agency, Agency.id == ConsentAsk.agency_id)
        .where(ConsentAsk.seeker_id == seeker_id, ConsentAsk.answered_at.is_(None))
        .order_by(ConsentAsk.id.desc())
        .limit(limit)
    )
    return session.execute(found).all()


def counselling_consents(session: Session, agency_id: int, seeker_id: int, now: datetime) -> list[int]:
    """Return the person's receipts that let the agency see her data for counselling at `now`."""
    found = select(Consent.id).where(
        Consent.seeker_id == seeker_id, Consent.agency_id == agency_id, Consent.purpose == COUNSELLING
    )
    return list(session.scalars(found.where(Consent.withdrawn_at.is_(None), Consent.until > now)))
