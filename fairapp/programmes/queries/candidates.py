"""Reads of candidates from the pools for a listing, and of what listings say to the pools."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Consent, Profile
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair, FairAgency
from fairapp.programmes import rules
from fairapp.programmes.models import Candidacy, Homecoming, ListingWish, Pool
from fairapp.programmes.queries.consents import allowed
from fairapp.programmes.queries.pools import members
from fairapp.programmes.rules import Fit, Person, Wanted
from fairapp.scheduling.models import Booking, Slot

MOST_LOOKED_AT = 2000  # people of one pool
SHOWN = 30


@dataclass(frozen=True, slots=True)
class OpenListing:
    """A listing as its recruiter and the pools see it."""

    id: int
    title: str
    title_en: str
    fair_id: int
    booth_id: int
    employer_id: int
    agency_id: int  # that runs the fair
    openings_left: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of a pool who fits. Who she is is not told here; `state`: new, asked, agreed, declined."""

    seeker_id: int
    pool_id: int
    fit: Fit
    state: str
    candidacy_id: int | None


def wanted_of(one: Listing, wish: ListingWish | None) -> Wanted:
    """Return what a listing looks for, with what it says to the pools."""
    return Wanted(
        occupation=one.occupation,
        region=one.region,
        experience=one.experience,
        experience_years=one.experience_years,
        education=one.education,
        salary_max=one.salary_max or one.salary_min,
        salary_period=one.salary_period,
        hours_per_week=one.hours_per_week,
        key_people=bool(wish and wish.key_people),
        starts_on=wish.starts_on if wish else None,
    )


def listing_for_pools(session: Session, listing_id: int) -> OpenListing:
    """Return a listing with what it looks for; NotFound where there is none."""
    found = (
        select(Listing, Booth.employer_id, Fair.agency_id, ListingWish)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .outerjoin(ListingWish, ListingWish.listing_id == Listing.id)
        .where(Listing.id == listing_id)
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound
    one, wish = row.Listing, row.ListingWish
    wanted = wanted_of(one, wish)
    left = max(0, one.headcount - one.filled) if one.closed_at is None else 0
    places = one.fair_id, one.booth_id, row.employer_id, row.agency_id
    return OpenListing(one.id, one.title, one.title_en, *places, left, wanted)


def _pools_for(session: Session, listing: OpenListing, today: date) -> Sequence[Pool]:
    """Return the pools of the agencies of the listing's fair: who runs it and who takes part."""
    joined = select(FairAgency.agency_id).where(FairAgency.fair_id == listing.fair_id)
    mine = (Pool.agency_id == listing.agency_id) | Pool.agency_id.in_(joined)
    going = Pool.ends_on.is_(None) | (Pool.ends_on >= today)
    return list(session.scalars(select(Pool).where(mine, going).order_by(Pool.id).limit(50)))


def people(session: Session, free: dict[int, date]) -> list[Person]:
    """Return what counts of these people's profiles, with the first day each could work; who told nothing fits nowhere."""
    if not free:
        return []
    found = (
        select(Profile, Homecoming.home_region)
        .outerjoin(Homecoming, Homecoming.account_id == Profile.account_id)
        .where(Profile.account_id.in_(free))
    )
    return [
        Person(
            seeker_id=row.Profile.account_id,
            available_from=free[row.Profile.account_id],
            occupation=row.Profile.wish_occupation,
            region=row.Profile.wish_region or row.Profile.region,
            experience_years=row.Profile.experience_years,
            education=row.Profile.education,
            wish_salary=row.Profile.wish_salary,
            wants_home=row.home_region,
        )
        for row in session.execute(found)
    ]


def candidates(session: Session, listing: OpenListing, now: datetime, limit: int = SHOWN) -> list[Candidate]:
    """Return who of the pools fits the listing, the best first, each once; only who lets the pool's agency counsel her.

    At most MOST_LOOKED_AT people of each pool are looked at. Who declined is not among them.
    """
    today = rules.day_of(now)
    pool_of: dict[int, int] = {}
    everybody: list[Person] = []
    for pool in _pools_for(session, listing, today):
        free = {one.seeker_id: one.available_from for one in members(session, pool, now, limit=MOST_LOOKED_AT)}
        may = allowed(session, free, pool.agency_id, now)
        everybody += people(session, {who: day for who, day in free.items() if who in may})
        for who in may:
            pool_of.setdefault(who, pool.id)
    asked = asked_for(session, listing.id)
    found = []
    for one in rules.ranked(listing.wanted, everybody, today):
        known = asked.get(one.person.seeker_id)
        if known is not None and known.agreed is False:
            continue
        state = "new" if known is None else "agreed" if known.agreed else "asked"
        pool_id = pool_of[one.person.seeker_id]
        found.append(Candidate(one.person.seeker_id, pool_id, one, state, None if known is None else known.id))
    return found[:limit]


def asked_for(session: Session, listing_id: int) -> dict[int, Candidacy]:
    """Return whom the listing's employer asked, by seeker."""
    found = select(Candidacy).where(Candidacy.listing_id == listing_id).limit(1000)
    return {row.seeker_id: row for row in session.scalars(found)}


def own_candidacy(session: Session, candidacy_id: int, seeker_id: int) -> Any:
    """Return who asks the person, for which listing; NotFound for anybody else's."""
    row = session.execute(_asking().where(Candidacy.id == candidacy_id, Candidacy.seeker_id == seeker_id)).first()
    if row is None:
        raise NotFound
    return row


def _asking() -> Any:
    return (
        select(Candidacy, Listing.title, Listing.title_en, Listing.booth_id, Employer.id.label("employer_id"))
        .add_columns(Employer.name, Employer.name_en)
        .join(Listing, Listing.id == Candidacy.listing_id)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
    )


def candidacies_of(session: Session, seeker_id: int, limit: int = 30) -> Sequence[Any]:
    """Return which employers ask the person and wait for her answer, the latest first."""
    found = _asking().where(Candidacy.seeker_id == seeker_id, Candidacy.answered_at.is_(None))
    rows: Sequence[Any] = session.execute(found.order_by(Candidacy.id.desc()).limit(limit)).all()
    return rows


def meetings_offered(session: Session, seeker_id: int, now: datetime, limit: int = 30) -> Sequence[Any]:
    """Return which employers see the person at `now` because she agreed, for listings that are open, the latest first."""
    found = (
        _asking()
        .join(Consent, Consent.id == Candidacy.consent_id)
        .where(Candidacy.seeker_id == seeker_id, Candidacy.agreed.is_(True), Listing.closed_at.is_(None))
        .where(Listing.closes_at > now, Consent.withdrawn_at.is_(None), Consent.until > now)
    )
    rows: Sequence[Any] = session.execute(found.order_by(Candidacy.id.desc()).limit(limit)).all()
    return rows


def interviews_at(session: Session, booth_id: int, seeker_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of these people has, or had, her latest interview at the booth."""
    found = (
        select(Booking.seeker_id, func.max(Slot.starts_at))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.booth_id == booth_id, Booking.seeker_id.in_(set(seeker_ids)))
        .where(Booking.status.in_(("confirmed", "completed")))
        .group_by(Booking.seeker_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def wishes(session: Session, listing_ids: Collection[int]) -> dict[int, ListingWish]:
    """Return what these listings say to the pools."""
    found = select(ListingWish).where(ListingWish.listing_id.in_(set(listing_ids)))
    return {row.listing_id: row for row in session.scalars(found)}


def agreed_to(session: Session, listing_id: int, now: datetime) -> list[int]:
    """Return who agreed to be seen for the listing and whose receipt for it holds at `now`."""
    found = (
        select(Candidacy.seeker_id)
        .join(Consent, Consent.id == Candidacy.consent_id)
        .where(Candidacy.listing_id == listing_id, Candidacy.agreed.is_(True))
        .where(Consent.withdrawn_at.is_(None), Consent.until > now)
        .order_by(Candidacy.score.desc(), Candidacy.id)
        .limit(200)
    )
    return list(session.scalars(found))
