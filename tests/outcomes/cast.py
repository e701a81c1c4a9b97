"""A fair with its people, and a booked interview and coaching session that start at NOW."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions as booths
from fairapp.booths.models import Listing
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.actions import open_slots
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW

BEFORE = NOW - timedelta(hours=3)  # when bookings are made


@dataclass
class Cast:
    """Ids of everybody and everything."""

    fair: int
    slug: str
    agency: int
    employer: int
    booth: int
    listing: int
    organizer: int
    recruiter: int
    coach: int
    coach_account: int
    coach_agency: int
    seeker: int
    stranger: int
    booking: int
    coaching: int
    other_fair: int


def open_listing(session: Session, booth_id: int, **changes: Any) -> int:
    """Make a listing with its history, as actions do."""
    row = factories.make_listing(session, booth_id=booth_id, opens_at=NOW - timedelta(days=3), **changes)
    session.flush()
    booths.fill(session, row.id, None, BEFORE)
    booths.unfill(session, row.id, None, BEFORE)
    return row.id


def open_slot(session: Session, fair_id: int, host_id: int, at: datetime, **giver: Any) -> int:
    """Open a meeting of 20 minutes at that time; give booth_id, or coach_id and agency_id."""
    kind = "interview" if "booth_id" in giver else "coaching"
    offer = Offer(fair_id, kind, host_id, **giver)
    return open_slots(session, offer, [(at, at + timedelta(minutes=20))], BEFORE).slots[0]


def make_cast(session: Session) -> Cast:
    """Make everybody."""
    fair = factories.make_fair(session, slug="daegu", hire_target=150, starts_at=NOW - timedelta(hours=4))
    booth = factories.make_booth(session, fair_id=fair.id)
    listing = open_listing(session, booth.id)
    organizer = factories.make_membership(session, role="organizer", agency_id=fair.agency_id)
    recruiter = factories.make_membership(session, role="recruiter", employer_id=booth.employer_id)
    coach = factories.make_coach(session, fair.id)
    seeker = factories.make_seeker(session, name="최정한별")
    stranger = factories.make_seeker(session, name="이방인")
    host = factories.make_seeker(session, name="김면접").id
    slot = open_slot(session, fair.id, host, NOW, booth_id=booth.id)
    at_coach = {"coach_id": coach.id, "agency_id": coach.agency_id}
    session_slot = open_slot(session, fair.id, coach.account_id, NOW + timedelta(hours=1), **at_coach)
    wish = Wish(listing_id=listing, consent=True)
    booking = scheduling.book(session, slot, seeker.id, wish, BEFORE).id
    coaching = scheduling.book(session, session_slot, seeker.id, Wish(consent=True), BEFORE).id
    other = factories.make_fair(session, slug="seoul")
    return Cast(
        fair=fair.id,
        slug=fair.slug,
        agency=fair.agency_id,
        employer=booth.employer_id,
        booth=booth.id,
        listing=listing,
        organizer=organizer.account_id,
        recruiter=recruiter.account_id,
        coach=coach.id,
        coach_account=coach.account_id,
        coach_agency=coach.agency_id,
        seeker=seeker.id,
        stranger=stranger.id,
        booking=booking,
        coaching=coaching,
        other_fair=other.id,
    )


def book_interview(app: Flask, cast: Cast, at: datetime, *, seeker: int | None = None, **wish: Any) -> int:
    """Book an interview at the cast's booth by a new seeker, in a new slot of a new host at that time."""

    def make(session: Session) -> int:
        who = seeker or factories.make_seeker(session).id
        slot = open_slot(session, cast.fair, factories.make_seeker(session).id, at, booth_id=cast.booth)
        return scheduling.book(session, slot, who, Wish(listing_id=cast.listing, **wish), BEFORE).id

    return db.of(app).write(make)


def listing_state(app: Flask, listing_id: int) -> tuple[int, int]:
    """Return headcount and filled."""
    with db.of(app).read() as session:
        row = session.get_one(Listing, listing_id)
        return row.headcount, row.filled
