"""Closing a slot: nobody books it any more, and its hosts and room are free. Ending one that is over before its time."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp.live.actions import announce
from fairapp.scheduling import pushes, queries, rules
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


def free_rest(session: Session, booking_id: int, now: datetime) -> None:
    """Free what is left of the time of a meeting to which its seeker has not come; nothing for one that has ended.

    The booking itself stays: it is what the mark of her absence, and an appeal against it, are about.
    """
    seen = queries.booking_facts(session, booking_id)
    if seen is None:
        return
    queries.lock_slots(session, [seen.slot_id])
    facts = queries.lock_booking(session, booking_id)
    if facts is not None and facts.slot_id == seen.slot_id and facts.status == "confirmed":
        end_early(session, facts, now)


def end_early(session: Session, facts: queries.BookingFacts, now: datetime) -> None:
    """End the slot of a one-to-one meeting with the grain of `now`: what was left of everybody's time is free again.

    The only change of a slot's time. It has begun, so nobody else was promised what is cut off; a calendar that was sent
    keeps the later end.
    """
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // rules.GRAIN + 1) * rules.GRAIN, UTC)
    if facts.capacity != 1 or not facts.starts_at < ends_at < facts.ends_at:
        return
    held = queries.slot_claims(session, [facts.slot_id])[facts.slot_id]
    after = facts.busy_until - facts.ends_at
    cut = {"ends_at": ends_at, "busy_until": ends_at + after, "rev": Slot.rev + 1}
    session.execute(update(Slot).where(Slot.id == facts.slot_id).values(cut))
    shorter = queries.booking_facts(session, facts.id) or facts
    left = queries.slot_claims(session, [facts.slot_id])[facts.slot_id]
    claims.release(session, claims.Owner("booking_id", facts.id), facts.claims - shorter.claims)
    claims.release(session, claims.Owner("slot_id", facts.slot_id), held - left)
