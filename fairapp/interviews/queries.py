"""Reads of interviews."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts import queries as accounts
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth, Listing
from fairapp.booths.queries import BoothRow
from fairapp.booths.rules import HiringFacts, ListingFacts, Needs, Readiness, why_not_hiring
from fairapp.scheduling.queries import Post


def needs_of_open(session: Session, listing_id: int, booth_id: int | None, now: datetime) -> Needs | None:
    """Return what the listing asks of who books for it; None if it is none of the booth's, or not open at `now`."""
    found = select(Listing.needs).where(Listing.id == listing_id, Listing.booth_id == booth_id, booths.is_open(now))
    row = session.execute(found).first()
    return None if row is None else Needs.of(row.needs)


def readiness(session: Session, seeker_id: int, on: date) -> Readiness:
    """Return what the seeker has that listings may ask for; the groups are those of that day, the meeting's."""
    has_resume = bool(accounts.resume_facts(session, [seeker_id]))
    return Readiness(has_resume, accounts.segments(session, seeker_id, on))


def fair_of(session: Session, booth_id: int) -> int | None:
    """Return the fair of the booth: its news number is read before anything else of the page."""
    return session.scalar(select(Booth.fair_id).where(Booth.id == booth_id))


def was_visible(booth: BoothRow, now: datetime) -> bool:
    """Whether seekers may know of the booth: it hires now, or it did and its gate has closed since."""
    announced = booth.announced_at is not None and booth.announced_at <= now
    known = booth.verified_at is not None and booth.intent_confirmed_at is not None
    return booth.hiring or (announced and booth.status == "approved" and known)


def post(session: Session, booth_id: int, now: datetime) -> Post:
    """Return the booth as a place where interviews are given: its recruiters are the hosts."""
    booth = booths.get_booth(session, booth_id, now)
    recruiters = accounts.members(session, employer_id=booth.employer_id)
    reasons: list[Any] = []
    if not booth.hiring:
        rows = booths.listings_at_gate(session, [booth_id]).get(booth_id, [])
        facts = HiringFacts(
            booth.verified_at,
            booth.status,
            booth.intent_confirmed_at,
            booth.intent_days,
            booth.announced_at,
            [ListingFacts(r.opens_at, r.closes_at, r.closed_at, r.headcount, r.filled, r.legal_until) for r in rows],
        )
        reasons = list(why_not_hiring(facts, now))
    return Post(
        kind="interview",
        id=booth.id,
        fair_id=booth.fair_id,
        fair_agency_id=booth.agency_id,
        name=booth.employer_name,
        hosts=[(one.account_id, one.name) for one in recruiters if one.role == "recruiter"],
        employer_id=booth.employer_id,
        room_id=booth.room_id,
        hidden=reasons,
    )
