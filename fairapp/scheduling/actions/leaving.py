"""Somebody leaves for good: what she takes part in ends and goes to others; then what she wrote is erased."""

from datetime import datetime

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from fairapp.scheduling import queries
from fairapp.scheduling.actions.changes import cancel, lock_for_end
from fairapp.scheduling.actions.lines import leave_line
from fairapp.scheduling.actions.resources import remove_block
from fairapp.scheduling.actions.waitlist import leave_waitlist
from fairapp.scheduling.models import Block, Booking, BookingHistory, Draw, DrawEntry, Resource, Slot

MOST_FORGOTTEN = 500  # bookings at once


def leave_all(session: Session, account_id: int, now: datetime) -> None:
    """Cancel the person's meetings to come and take her out of waitlists, lines and draws; freed places go to who waits.

    Slots, bookings and then people are locked for all of them together, in the order in which everybody takes them.
    """
    coming = queries.bookings_to_leave(session, account_id, now)
    queries.lock_slots(session, [slot for _, slot in coming])
    facts = [found for one, _ in sorted(coming) if (found := queries.lock_booking(session, one)) is not None]
    lock_for_end(session, facts, people=[account_id])
    in_lines = queries.lines_to_leave(session, account_id)
    for entry_id in in_lines:
        leave_line(session, entry_id, account_id, now)
    for entry_id in queries.waits_to_leave(session, account_id):
        leave_waitlist(session, entry_id, account_id, now)
    for booking_id, _ in queries.bookings_to_leave(session, account_id, now):
        cancel(session, booking_id, account_id, now, by_staff=True)
    begun = select(Draw.id).where(Draw.begun_at.is_not(None))
    mine = DrawEntry.id.in_(queries.draws_to_leave(session, account_id)), DrawEntry.draw_id.not_in(begun)
    session.execute(delete(DrawEntry).where(*mine))


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Blank what the person wrote to hosts and why a booking of hers changed, and give her blocked time back."""
    resource = select(Resource.id).where(Resource.account_id == account_id)
    blocks = select(Block.id).where(Block.resource_id.in_(resource), Block.removed_at.is_(None)).order_by(Block.id)
    for block_id in session.scalars(blocks).all():
        remove_block(session, block_id, now)
    session.execute(update(Block).where(Block.resource_id.in_(resource)).values(reason=""))
    bookings = select(Booking.id).where(Booking.seeker_id == account_id)
    session.execute(update(Booking).where(Booking.seeker_id == account_id).values(note="", answers={}))
    session.execute(update(BookingHistory).where(BookingHistory.booking_id.in_(bookings)).values(reason=""))


def forget_words(session: Session, before: datetime) -> int:
    """Blank what was written to hosts for some meetings that ended before then, and why they changed; return how many."""
    said = or_(Booking.note != "", cast(Booking.answers, String) != "{}")
    ended = select(Booking.id).join(Slot, Slot.id == Booking.slot_id).where(Slot.ends_at < before, said)
    ids = session.scalars(ended.order_by(Booking.id).limit(MOST_FORGOTTEN)).all()
    session.execute(update(Booking).where(Booking.id.in_(ids)).values(note="", answers={}))
    session.execute(update(BookingHistory).where(BookingHistory.booking_id.in_(ids)).values(reason=""))
    return len(ids)
