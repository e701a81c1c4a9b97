"""Reads of waitlists: who waits where, and which offer is open."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from fairapp.scheduling.models import Offer, WaitlistEntry


def _at(booth_id: int | None, coach_id: int | None) -> ColumnElement[bool]:
    if booth_id is not None:
        return WaitlistEntry.booth_id == booth_id
    return WaitlistEntry.coach_id == coach_id


def waiting_at(
    session: Session, *, booth_id: int | None, coach_id: int | None, limit: int = 50
) -> Sequence[WaitlistEntry]:
    """Return who waits at the booth or coach, first come first."""
    found = select(WaitlistEntry).where(_at(booth_id, coach_id), WaitlistEntry.status == "waiting")
    return list(session.scalars(found.order_by(WaitlistEntry.id).limit(limit)))


def position(session: Session, entry: WaitlistEntry) -> int:
    """Return the place in the line, 1 for the next; 0 for an entry that no longer waits."""
    if entry.status != "waiting":
        return 0
    ahead = select(func.count()).where(
        _at(entry.booth_id, entry.coach_id),
        WaitlistEntry.status == "waiting",
        WaitlistEntry.id <= entry.id,
    )
    return session.scalar(ahead) or 0


def entry_of(
    session: Session, seeker_id: int, *, booth_id: int | None = None, coach_id: int | None = None
) -> WaitlistEntry | None:
    """Return the seeker's live entry at the booth or coach."""
    return session.scalar(
        select(WaitlistEntry).where(
            _at(booth_id, coach_id),
            WaitlistEntry.seeker_id == seeker_id,
            WaitlistEntry.wait_key.is_not(None),
        )
    )


def open_offer(session: Session, offer_id: int, *, lock: bool = False) -> Any:
    """Return (offer, entry) of an open offer, or None."""
    found = (
        select(Offer, WaitlistEntry).join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id).where(Offer.id == offer_id)
    )
    return session.execute(found.with_for_update(of=Offer) if lock else found).first()
