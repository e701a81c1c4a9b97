"""Closing a slot: nobody books it any more, and its hosts and room are free."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp.live.actions import announce
from fairapp.scheduling import pushes, queries
from fairapp.scheduling.actions import claims
from fairapp.scheduling.models import Slot


def shut(session: Session, slot: queries.SlotRow, now: datetime) -> None:
    """Close a slot whatever is in it; the caller has locked it and looks after its bookings."""
    if slot.closed_at is not None:
        return
    closed = {"closed_at": now, "rev": Slot.rev + 1}
    session.execute(update(Slot).where(Slot.id == slot.id).values(closed))
    claims.release(session, claims.Owner("slot_id", slot.id), queries.slot_claims(session, [slot.id])[slot.id])
    announce(session, [pushes.slot_closed(slot, now)])
