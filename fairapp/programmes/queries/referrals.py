"""Reads of referrals: of a person, from and to an agency, to an employer's listings; with what the ledger says of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Membership
from fairapp.agencies.models import Agency
from fairapp.booths.models import Booth, Listing
from fairapp.booths.queries import is_visible
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.programmes import rules
from fairapp.programmes.models import Referral, ReferralStep
from fairapp.scheduling.models import Booking, Slot

TO_AGENCY = aliased(Agency)


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as its sides see it. `outcome` is the last that stands of the person at the listing, by the ledger."""

    id: int
    agency_id: int
    agency_name: str
    agency_name_en: str
    seeker_id: int
    by: int
    listing_id: int | None
    title: str
    title_en: str
    employer_id: int | None
    to_agency_id: int | None
    to_name: str
    to_name_en: str
    why: str
    state: str
    consent_id: int | None
    due_on: date
    made_at: datetime
    interview_at: datetime | None
    outcome: str | None


def _interview() -> Any:
    """Select when the person's interview for the listing is, or was, since she was referred."""
    return (
        select(func.max(Slot.starts_at))
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.seeker_id == Referral.seeker_id, Booking.listing_id == Referral.listing_id)
        .where(Booking.status.in_(("confirmed", "completed")), Slot.starts_at >= Referral.made_at)
        .correlate(Referral)
        .scalar_subquery()
        .label("interview_at")
    )


def _outcome() -> Any:
    """Select what the ledger says last of the person at the listing, since she was referred."""
    return (
        select(Outcome.stage)
        .where(Outcome.seeker_id == Referral.seeker_id, Outcome.listing_id == Referral.listing_id)
        .where(Outcome.recorded_at >= Referral.made_at, counting.stands(Outcome, counting.FOREVER))
        .order_by(Outcome.id.desc())
        .limit(1)
        .correlate(Referral)
        .scalar_subquery()
        .label("outcome")
    )


_OWN = ("id", "agency_id", "seeker_id", "by", "listing_id", "to_agency_id", "why", "state", "consent_id", "due_on")


def _statement() -> Any:
    return (
        select(
            *(getattr(Referral, name) for name in (*_OWN, "made_at")),
            Agency.name.label("agency_name"),
            Agency.name_en.label("agency_name_en"),
            func.coalesce(Listing.title, "").label("title"),
            func.coalesce(Listing.title_en, "").label("title_en"),
            Booth.employer_id,
            func.coalesce(Employer.name, TO_AGENCY.name).label("to_name"),
            func.coalesce(Employer.name_en, TO_AGENCY.name_en).label("to_name_en"),
            _interview(),
            _outcome(),
        )
        .join(Agency, Agency.id == Referral.agency_id)
        .outerjoin(Listing, Listing.id == Referral.listing_id)
        .outerjoin(Booth, Booth.id == Listing.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(TO_AGENCY, TO_AGENCY.id == Referral.to_agency_id)
    )


def referral(session: Session, referral_id: int) -> ReferralRow:
    """Return the referral; NotFound where there is none. Who may see it is for the caller to know."""
    row = session.execute(_statement().where(Referral.id == referral_id)).first()
    if row is None:
        raise NotFound
    return ReferralRow(**row._mapping)


def referrals_of(session: Session, seeker_id: int, agency_id: int | None = None, limit: int = 50) -> list[ReferralRow]:
    """Return a person's referrals, the latest first; of one agency, or of all, for herself."""
    found = _statement().where(Referral.seeker_id == seeker_id).order_by(Referral.id.desc()).limit(limit)
    if agency_id is not None:
        found = found.where(Referral.agency_id == agency_id)
    return [ReferralRow(**row._mapping) for row in session.execute(found)]


def referrals_to(
    session: Session, employer_ids: Collection[int], agency_ids: Collection[int], after: int | None, limit: int
) -> list[ReferralRow]:
    """Return `limit + 1` referrals that were sent to these employers' listings or to these agencies, the latest first."""
    mine = or_(Booth.employer_id.in_(set(employer_ids)), Referral.to_agency_id.in_(set(agency_ids)))
    found = _statement().where(mine, Referral.consent_id.is_not(None), Referral.state != "withdrawn")
    if after is not None:
        found = found.where(Referral.id < after)
    return [ReferralRow(**row._mapping) for row in session.execute(found.order_by(Referral.id.desc()).limit(limit + 1))]


def steps_of_referral(session: Session, referral_id: int) -> Sequence[ReferralStep]:
    """Return the steps of a referral in order."""
    found = select(ReferralStep).where(ReferralStep.referral_id == referral_id).order_by(ReferralStep.no)
    return list(session.scalars(found))


def receivers(session: Session, row: ReferralRow) -> list[int]:
    """Return who answers a referral: the employer's recruiters, or the other agency's organizers and coaches."""
    at = (
        and_(Membership.employer_id == row.employer_id, Membership.role == "recruiter")
        if row.to_agency_id is None
        else Membership.agency_id == row.to_agency_id
    )
    found = select(Membership.account_id).where(at, Membership.ended_at.is_(None)).distinct()
    return list(session.scalars(found.order_by(Membership.account_id).limit(50)))


def open_listing(session: Session, listing_id: int, now: datetime) -> int | None:
    """Return the employer of a listing that can be seen at `now`, or None."""
    found = (
        select(Booth.employer_id)
        .select_from(Listing)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(Listing.id == listing_id, is_visible(now))
    )
    return session.scalar(found)


def referred(session: Session, seeker_id: int, listing_id: int | None, to_agency_id: int | None) -> bool:
    """Whether the person is being referred there already."""
    there = Referral.listing_id == listing_id if listing_id else Referral.to_agency_id == to_agency_id
    going = Referral.state.in_(("asked", "sent", "seen", "accepted"))
    return session.scalar(select(Referral.id).where(Referral.seeker_id == seeker_id, there, going)) is not None


def referrals_due(session: Session, today: date, since: datetime, limit: int = 500) -> list[int]:
    """Return referrals whose receiver is late and was not reminded after that moment."""
    found = select(Referral.id).where(Referral.state.in_(rules.WAITING), Referral.due_on < today)
    quiet = or_(Referral.reminded_at.is_(None), Referral.reminded_at <= since)
    return list(session.scalars(found.where(quiet).order_by(Referral.due_on, Referral.id).limit(limit)))
