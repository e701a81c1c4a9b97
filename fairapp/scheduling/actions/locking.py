"""The order in which whoever changes a booking takes its locks: slots by id, bookings, then people and rooms by id."""

from datetime import datetime

from sqlalchemy.orm import Session

from fairapp.errors import NotFound, Stale
from fairapp.scheduling import queries, rules
from fairapp.scheduling.queries import BookingFacts

CHANGEABLE = ("requested", "held", "confirmed")


def locked(session: Session, booking_id: int, now: datetime, rev: int | None, *slots: int) -> BookingFacts:
    """Return the booking, its slot and itself locked in that order, if it is active and still as the caller saw it."""
    seen = queries.booking_facts(session, booking_id)
    if seen is None:
        raise NotFound
    queries.lock_slots(session, [seen.slot_id, *slots])
    facts = queries.lock_booking(session, booking_id)
    if facts is None or facts.slot_id != seen.slot_id:
        raise Stale
    if rev is not None and facts.rev != rev:
        raise Stale
    if rules.state_of(facts, now) not in CHANGEABLE:
        raise rules.Ended
    return facts
