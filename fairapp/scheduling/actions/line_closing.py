"""Closing a walk-in line: everybody in it is told, and what time is left is offered to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.booths import queries as booths
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries
from fairapp.scheduling.actions.calling import fair_of, locked_line, tell_line
from fairapp.scheduling.actions.changes import end_booking, lock_for_end
from fairapp.scheduling.actions.offers import offer_freed
from fairapp.scheduling.actions.waitlist import join_waitlist
from fairapp.scheduling.models import Booking, Line, LineEntry

MOST_LEFT = 50  # free slots that are offered when a line closes


def close_line(session: Session, booth_id: int, now: datetime) -> int:
    """Close the line and return how many were in it: each is told, and offered a time that is left, as a hold to accept.

    Who meets somebody at that moment goes on, and who is just being called to a freed time may still come.
    """
    line = locked_line(session, booth_id)
    fair_id = fair_of(session, booth_id)
    session.execute(update(Line).where(Line.id == line.id).values(closed_at=now))
    people, free = _take_all(session, line, now)
    gone = [one for one in people if _send_away(session, one, now)]
    announce(session, [pushes.line_closed_news(entry, booth_id, fair_id, now) for entry in gone])
    post(session, [pushes.line_closed_letter(entry, booth_id, now) for entry in gone])
    if gone and booths.is_hiring(session, booth_id, now):
        for entry in gone:
            join_waitlist(session, entry.seeker_id, now, booth_id=booth_id)
        _offer_what_is_left(session, free, now)
    tell_line(session, booth_id, fair_id, now)
    return len(gone)


def _take_all(session: Session, line: Line, now: datetime) -> tuple[list[LineEntry], list[queries.SlotRow]]:
    """Return who is in the line, and the booth's free slots, all locked in the order in which everybody takes them.

    Slots, bookings, people, and only then a place in the line: whoever gives a freed time to somebody here does so too.
    """
    live = select(LineEntry).where(LineEntry.line_id == line.id, LineEntry.status.in_(("waiting", "called", "skipped")))
    people = list(session.scalars(live.order_by(LineEntry.id)))
    called = [entry.booking_id for entry in people if entry.status == "called" and entry.booking_id is not None]
    at: dict[str, Any] = {
        "booth_id": line.booth_id,
        "starts_from": now,
        "free_only": True,
        "now": now,
        "limit": MOST_LEFT,
    }
    free = list(queries.slot_rows(session, **at)) if people else []
    theirs = session.scalars(select(Booking.slot_id).where(Booking.id.in_(called)))
    slots = {*theirs, *(row.id for row in free)}
    queries.lock_slots(session, slots)
    held = [facts for one in sorted(called) if (facts := queries.lock_booking(session, one)) is not None]
    lock_for_end(session, held, slots, [entry.seeker_id for entry in people])
    return people, free


def _send_away(session: Session, entry: LineEntry, now: datetime) -> bool:
    """End a place in the line, and the call that stands for it; False for one that has become a meeting or a call since."""
    again = select(LineEntry.status).where(LineEntry.id == entry.id)
    if entry.status == "called" and session.scalar(again) == "called":
        facts = queries.booking_facts(session, entry.booking_id or 0)
        if facts is not None:
            end_booking(session, facts, "cancelled", None, "", now)
    ended = {"status": "closed", "ended_at": now, "call_expires_at": None}
    closed = update(LineEntry).where(LineEntry.id == entry.id, LineEntry.status.in_(("waiting", "skipped")))
    return session.execute(closed.values(ended).returning(LineEntry.id)).first() is not None


def _offer_what_is_left(session: Session, free: Sequence[queries.SlotRow], now: datetime) -> None:
    """Offer the free slots to who waits for one, the people of the line among them, in its order."""
    for row in free:
        for _ in range(row.seats_left):
            if not offer_freed(session, row.id, now):
                break
