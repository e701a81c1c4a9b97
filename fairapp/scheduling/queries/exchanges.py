"""Reads for who lets two people change places."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.scheduling.models import Booking, Slot
from fairapp.scheduling.queries.bookings import BookingFacts


def could_swap(session: Session, facts: BookingFacts, now: datetime, limit: int = 100) -> Sequence[Any]:
    """Return (id, starts_at, seeker_name) of the giver's other confirmed meetings that have not begun, the earliest first."""
    giver = Slot.booth_id == facts.booth_id if facts.booth_id is not None else Slot.coach_id == facts.coach_id
    found = (
        select(Booking.id, Slot.starts_at, Account.name.label("seeker_name"))
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Account, Account.id == Booking.seeker_id)
        .where(giver, Booking.status == "confirmed", Slot.starts_at > now, Booking.slot_id != facts.slot_id)
    )
    return session.execute(found.order_by(Slot.starts_at, Booking.id).limit(limit)).all()
