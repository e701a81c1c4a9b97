"""A seat of a slot: the booking's row with its seat and claims, and the history that every change of it appends to."""

import secrets
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.scheduling import rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.models import Booking, BookingHistory
from fairapp.scheduling.rules import SlotFacts, Wish
from fairapp.writer import append


def seat(
    session: Session,
    slot: SlotFacts,
    seeker_id: int,
    wish: Wish,
    until: datetime | None,
    now: datetime,
) -> int:
    """Insert the booking and its claims, held until `until` or confirmed; SlotTaken, AlreadyBooked or SeekerBusy."""
    key = rules.kinds[slot.kind].exclusive_key(slot, seeker_id)
    row = {
        "slot_id": slot.id,
        "fair_id": slot.fair_id,
        "seeker_id": seeker_id,
        "listing_id": wish.listing_id,
        "status": "held" if until else "confirmed",
        "exclusive_key": key,
        "hold_expires_at": until,
        "cancel_until": rules.cancel_until(slot.starts_at, slot.cancel_minutes),
        "ics_uid": f"{secrets.token_hex(16)}@fairapp",
        "note": wish.note,
        "created_at": now,
        "rev": 1,
        "time_rev": 0,
    }
    booking_id = _take_seat(session, slot, row)
    if booking_id is None:
        raise _why_no_seat(session, slot, seeker_id, key)
    resource = slot.seeker_resource or 0
    if not claims.take(session, claims.Owner("booking_id", booking_id), [resource], slot.grains):
        raise rules.SeekerBusy
    record(session, booking_id, 1, str(row["status"]), slot.id, seeker_id, now)
    return booking_id


@cache
def _insert_booking(dialect: str) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    table = Booking.__table__
    return kind.insert(table).on_conflict_do_nothing().returning(table.c.id)


def _take_seat(session: Session, slot: SlotFacts, row: dict[str, Any]) -> int | None:
    """Insert the booking on the lowest free seat; None if there is none or the exclusive key is in use."""
    connection = session.connection()
    insert_booking = _insert_booking(connection.dialect.name)
    for seat_no in free_seats(session, slot):
        found = connection.execute(insert_booking, {**row, "seat_no": seat_no}).scalar()
        if found is not None:
            return int(found)
    return None


def free_seats(session: Session, slot: SlotFacts) -> list[int]:
    """Return the seat numbers worth trying; for a single seat the unique index alone decides."""
    if slot.capacity == 1:
        return [1]
    taken = select(Booking.seat_no).where(Booking.slot_id == slot.id, Booking.seat_no.is_not(None))
    return sorted(set(range(1, slot.capacity + 1)) - set(session.scalars(taken)))


def _why_no_seat(session: Session, slot: SlotFacts, seeker_id: int, key: str | None) -> Exception:
    mine = select(Booking.slot_id).where(Booking.seeker_id == seeker_id, Booking.exclusive_key == key)
    if key is not None and session.execute(mine).first() is not None:
        return rules.AlreadyBooked()
    return rules.SlotTaken()


def record(
    session: Session,
    booking_id: int,
    rev: int,
    status: str,
    slot_id: int,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Append the booking's new state to its history."""
    append(
        session,
        BookingHistory.__table__,
        {
            "booking_id": booking_id,
            "rev": rev,
            "at": now,
            "actor_id": actor_id,
            "status": status,
            "slot_id": slot_id,
            "reason": reason,
        },
    )
