"""Reads for the way back after a fair: who left it without a job, what happened to her, and what there is for her now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Profile
from fairapp.booths.models import Booth, Listing
from fairapp.booths.queries import is_visible
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules as outcomes
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting, fair_scope
from fairapp.programmes import rules
from fairapp.programmes.models import ListingWish, Plan, WayBack
from fairapp.programmes.queries.candidates import people, wanted_of
from fairapp.programmes.queries.meetings import coming_sessions
from fairapp.programmes.rules import AtFair
from fairapp.scheduling.models import Booking, Slot

LOOKED_BACK = timedelta(days=60)  # a fair that ended longer ago is through
MOST_LISTINGS = 500


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left a fair without a job, and her next steps."""

    seeker_id: int
    facts: AtFair


def ended_fairs(session: Session, now: datetime) -> list[tuple[int, int, datetime]]:
    """Return the fairs that ended lately: id, agency, and from when on those without a result count as unmatched."""
    found = select(Fair).where(Fair.ends_at <= now, Fair.ends_at > now - LOOKED_BACK).order_by(Fair.id)
    return [
        (fair.id, fair.agency_id, fair.ends_at + timedelta(days=fair.result_days)) for fair in session.scalars(found)
    ]


def unmatched(session: Session, fair_id: int, results_by: datetime, now: datetime, limit: int = 200) -> list[int]:
    """Return seekers of the fair without a job who are not on the way back yet, by id, at most `limit`.

    Nobody who passed, was offered the job or was hired, unless that ended in a rejection or withdrawal. Who waits for the
    result of an interview is among them only after the fair's days for results.
    """
    everybody = counting.registered(fair_scope(fair_id), counting.FOREVER).subquery()
    end = select(Outcome.booking_id).where(
        Outcome.fair_id == fair_id, Outcome.stage.in_(outcomes.ENDS), counting.stands(Outcome, counting.FOREVER)
    )
    going = select(Outcome.id).where(
        Outcome.seeker_id == everybody.c.seeker_id,
        Outcome.fair_id == fair_id,
        Outcome.stage.in_(outcomes.PASSED_STAGES),
        counting.stands(Outcome, counting.FOREVER),
        Outcome.booking_id.not_in(end),
    )
    seen = select(WayBack.id).where(WayBack.fair_id == fair_id, WayBack.seeker_id == everybody.c.seeker_id)
    found = select(everybody.c.seeker_id).where(~going.exists(), ~seen.exists())
    if now < results_by:
        open_one = (
            select(Booking.id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Booking.seeker_id == everybody.c.seeker_id, Booking.fair_id == fair_id, Slot.kind == "interview")
            .where(Booking.status.in_(outcomes.MARKED_STATUSES), Booking.id.not_in(end))
        )
        absent = counting.mark(Booking.id, "seeker", counting.FOREVER) == "absent"
        found = found.where(~open_one.where(or_(~absent, absent.is_(None))).exists())
    return list(session.scalars(found.order_by(everybody.c.seeker_id).limit(limit)))


def what_happened(
    session: Session, fair_id: int, agency_id: int, seekers: Collection[int], now: datetime
) -> list[Left]:
    """Return what happened to each of the people at the fair, and what there is for her now; the same statements for all."""
    wanted = sorted(set(seekers))
    counts = _counts(session, fair_id, wanted)
    whole = set(session.scalars(select(Profile.account_id).where(Profile.account_id.in_(wanted), *_whole_profile())))
    planned = set(
        session.scalars(select(Plan.seeker_id).where(Plan.seeker_id.in_(wanted), Plan.agency_id == agency_id))
    )
    fits = _listings_for(session, wanted, now)
    sessions = coming_sessions(session, agency_id, now, 1)
    coming = select(Fair.id).where(Fair.agency_id == agency_id, Fair.announced_at <= now, Fair.ends_at > now)
    fair = session.scalar(coming.where(Fair.id != fair_id).order_by(Fair.starts_at, Fair.id).limit(1))
    return [
        Left(
            who,
            AtFair(
                **counts.get(who, {}),
                listing=fits.get(who),
                session=sessions[0].id if sessions else None,
                fair=fair,
                whole_profile=who in whole,
                has_plan=who in planned,
            ),
        )
        for who in wanted
    ]


def _whole_profile() -> list[Any]:
    return [Profile.wish_occupation.is_not(None), Profile.wish_region.is_not(None), Profile.education.is_not(None)]


def _counts(session: Session, fair_id: int, seekers: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return how many interviews each had at the fair, how many were rejected or withdrawn, and how many she missed."""
    found = (
        select(Booking.seeker_id, counting.mark(Booking.id, "seeker", counting.FOREVER).label("mark"))
        .add_columns(*(counting.has_stage(Booking.id, (end,), counting.FOREVER).label(end) for end in outcomes.ENDS))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id == fair_id, Booking.seeker_id.in_(seekers), Slot.kind == "interview")
        .where(Booking.status.in_(outcomes.MARKED_STATUSES))
    )
    told: dict[int, dict[str, int]] = {}
    for row in session.execute(found):
        mine = told.setdefault(row.seeker_id, {"interviews": 0, "rejected": 0, "withdrawn": 0, "missed": 0})
        mine["missed" if row.mark == "absent" else "interviews"] += 1
        mine["rejected"] += bool(row.rejected)
        mine["withdrawn"] += bool(row.withdrawn)
    return told


def _listings_for(session: Session, seekers: Sequence[int], now: datetime) -> dict[int, int]:
    """Return the listing that fits each best among the newest that are open now; nothing where she was interviewed for it."""
    found = (
        select(Listing, ListingWish)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .outerjoin(ListingWish, ListingWish.listing_id == Listing.id)
        .where(is_visible(now))
        .order_by(Listing.id.desc())
        .limit(MOST_LISTINGS)
    )
    listings = [(row.Listing.id, wanted_of(row.Listing, row.ListingWish)) for row in session.execute(found)]
    tried = select(Booking.seeker_id, Booking.listing_id).where(
        Booking.seeker_id.in_(seekers), Booking.listing_id.is_not(None)
    )
    before = {(row.seeker_id, row.listing_id) for row in session.execute(tried)}
    today = rules.day_of(now)
    best: dict[int, int] = {}
    for person in people(session, dict.fromkeys(seekers, today)):
        fits = [
            (-one.score, listing_id)
            for listing_id, wanted in listings
            if (person.seeker_id, listing_id) not in before and (one := rules.fit(wanted, person, today)) is not None
        ]
        if fits:
            best[person.seeker_id] = min(fits)[1]
    return best


def ways_back(session: Session, seeker_id: int, agency_id: int | None = None, limit: int = 10) -> Sequence[Any]:
    """Return what followed fairs for a person, the latest first: WayBack, the fair's name and name_en."""
    found = (
        select(WayBack, Fair.name, Fair.name_en)
        .join(Fair, Fair.id == WayBack.fair_id)
        .where(WayBack.seeker_id == seeker_id)
        .order_by(WayBack.id.desc())
        .limit(limit)
    )
    return session.execute(found if agency_id is None else found.where(WayBack.agency_id == agency_id)).all()


def way_back_counts(session: Session, agency_id: int, since: datetime) -> dict[str, int]:
    """Return how many people left fairs of the agency without a job since then, by what became of them."""
    found = (
        select(WayBack.state, func.count())
        .where(WayBack.agency_id == agency_id, WayBack.at >= since)
        .group_by(WayBack.state)
    )
    return {row[0]: row[1] for row in session.execute(found)}
