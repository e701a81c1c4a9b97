"""Requests: a meeting that somebody asks for is kept for a while, until the staff of the booth or the coach answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from fairapp.errors import Stale
from fairapp.live.actions import announce, post
from fairapp.prepared import prepared
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.changes import end_booking
from fairapp.scheduling.actions.locking import locked
from fairapp.scheduling.actions.seats import record
from fairapp.scheduling.actions.telling import people_of
from fairapp.scheduling.models import Booking


@prepared
def _accept(dialect: str) -> Any:
    """Confirm a request if it is still as it was seen."""
    return (
        update(Booking)
        .where(
            Booking.id == bindparam("booking"),
            Booking.status == "requested",
            Booking.rev == bindparam("at_rev"),
            Booking.hold_expires_at > bindparam("now"),
        )
        .values(status="confirmed", hold_expires_at=None, rev=Booking.rev + 1)
        .returning(Booking.rev)
    )


def answer_request(
    session: Session,
    booking_id: int,
    actor_id: int,
    now: datetime,
    *,
    accept: bool,
    rev: int | None = None,
    reason: str = "",
) -> int:
    """Accept or decline a request, by staff whom the caller of this admitted; return the booking's new rev.

    Accepting confirms it by compare-and-swap on status, rev and expiry; declining frees its time. Raises NotFound, Stale,
    NoRequest for what is no request any more, Ended for one that is over.
    """
    facts = locked(session, booking_id, now, rev)
    if facts.status != "requested":
        raise rules.NoRequest
    if not accept:
        return end_booking(session, facts, "cancelled", actor_id, reason, now)
    new_rev = _accept.scalar(session, {"booking": booking_id, "at_rev": facts.rev, "now": now})
    if new_rev is None:
        raise Stale
    record(session, booking_id, new_rev, "confirmed", facts.slot_id, actor_id, now, reason, facts.chosen)
    slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
    announce(session, pushes.booking_news("booking.confirmed", booking_id, slot, people_of(facts, slot), now))
    letter = pushes.booking_letter(
        "booking.confirmed", booking_id, slot.id, facts.seeker_id, new_rev, facts.time_rev, now
    )
    post(session, [letter])
    return int(new_rev)
