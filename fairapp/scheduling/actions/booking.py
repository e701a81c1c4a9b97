"""Booking a slot, at once or as a hold that is confirmed."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from fairapp.errors import Conflict, NotFound, Stale
from fairapp.live.actions import announce, post
from fairapp.prepared import prepared
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.batch import book_many
from fairapp.scheduling.actions.changes import expire_in_the_way
from fairapp.scheduling.actions.choosing import choose, could_block
from fairapp.scheduling.actions.offers import end_offer
from fairapp.scheduling.actions.pairing import check_prepares
from fairapp.scheduling.actions.seats import new_row, record, seat
from fairapp.scheduling.actions.telling import people_of, tell_booked
from fairapp.scheduling.models import Booking
from fairapp.scheduling.rules import Booked, Wish
from fairapp.writer import together


def book(session: Session, slot_id: int, seeker_id: int, wish: Wish, now: datetime) -> Booked:
    """Give a seat of the slot to the seeker and return the booking, or raise why not.

    With `wish.hold` the seat is held for the fair's hold time, to be confirmed; with `wish.request` it is kept as long as
    the booth lets a request keep it, until its staff accept. With `wish.override` staff, who were admitted by the caller of
    this, pass over the rules of the fair and the booth, with a reason that the history keeps. Raises NotFound, NotOpen,
    BoothNotHiring, AlreadyBooked, SlotTaken, SeekerBusy, HostBusy, QuotaReached, and whatever the slot's kind refuses.
    """
    slot = queries.slot_facts(session, slot_id, seeker_id, now, lock=True)
    if slot is None or slot.seeker_resource is None:
        raise NotFound
    rules.check_bookable(slot, now)
    if not wish.override:
        rules.check_policy(slot, wish, now)
    kind = rules.kinds[slot.kind]
    kind.check(session, slot, seeker_id, wish, now)
    try:
        chosen = choose(session, slot, seeker_id, wish, now)
        check_prepares(session, slot, seeker_id, wish, now)
        booked = seat(session, chosen, new_row(slot, seeker_id, wish, now, chosen=chosen), wish)
    except Conflict:
        key = kind.exclusive_key(slot, seeker_id)
        expire_in_the_way(session, slot.id, could_block(session, slot), now, key)
        raise
    kind.booked(session, [(slot, seeker_id, wish)], now)
    tell_booked(session, booked)
    return booked


together(book, book_many)


@prepared
def _confirm(dialect: str) -> Any:
    """Confirm a hold if it is still as it was seen."""
    return (
        update(Booking)
        .where(
            Booking.id == bindparam("booking"),
            Booking.seeker_id == bindparam("seeker"),
            Booking.status == "held",
            Booking.rev == bindparam("at_rev"),
            Booking.hold_expires_at > bindparam("now"),
        )
        .values(status="confirmed", hold_expires_at=None, rev=Booking.rev + 1)
        .returning(Booking.rev)
    )


def confirm(session: Session, booking_id: int, seeker_id: int, rev: int, now: datetime) -> int:
    """Make a hold a booking by compare-and-swap on status, rev and expiry; return the new rev.

    Raises NotFound, HoldExpired, Stale, and AlreadyConfirmed or Ended for what is no hold.
    """
    values = {"booking": booking_id, "seeker": seeker_id, "at_rev": rev, "now": now}
    new_rev = _confirm.scalar(session, values)
    facts = queries.own_booking(session, booking_id, seeker_id)
    if facts is None:
        raise NotFound
    if new_rev is None:
        if facts.status in ("held", "expired") and (
            facts.status == "expired" or (facts.hold_expires_at and facts.hold_expires_at <= now)
        ):
            raise rules.HoldExpired
        if facts.rev != rev:
            raise Stale
        raise rules.AlreadyConfirmed if facts.status == "confirmed" else rules.Ended
    end_offer(session, booking_id, "accepted", now)
    record(session, booking_id, new_rev, "confirmed", facts.slot_id, seeker_id, now, chosen=facts.chosen)
    slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
    announce(session, pushes.booking_news("booking.confirmed", booking_id, slot, people_of(facts, slot), now))
    post(
        session,
        [pushes.booking_letter("booking.confirmed", booking_id, slot.id, seeker_id, new_rev, facts.time_rev, now)],
    )
    return int(new_rev)
