"""Reads of draws: one with its slots, its entries, which are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.scheduling.models import ACTIVE, Booking, Draw, DrawEntry, DrawSlot, Slot


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw with its slots by id and how many entered."""

    draw: Draw
    seats: dict[int, int]
    entries: int


def draw_of(session: Session, draw_id: int) -> DrawRow | None:
    """Return the draw, or None. Three statements."""
    draw = session.get(Draw, draw_id)
    if draw is None:
        return None
    seats = session.execute(
        select(DrawSlot.slot_id, DrawSlot.seats).where(DrawSlot.draw_id == draw_id).order_by(DrawSlot.slot_id)
    )
    count = session.scalar(select(func.count()).select_from(DrawEntry).where(DrawEntry.draw_id == draw_id))
    return DrawRow(draw, {row.slot_id: row.seats for row in seats}, count or 0)


def draws_at_booth(session: Session, booth_id: int, limit: int = 20) -> Sequence[Draw]:
    """Return the booth's draws, the latest first."""
    return list(session.scalars(select(Draw).where(Draw.booth_id == booth_id).order_by(Draw.id.desc()).limit(limit)))


def lock_draw(session: Session, draw_id: int) -> Draw | None:
    """Return the draw as it is now and keep others from changing it until the transaction ends."""
    return session.scalar(
        select(Draw).where(Draw.id == draw_id).with_for_update().execution_options(populate_existing=True)
    )


def own_draw_entry(session: Session, draw_id: int, seeker_id: int) -> DrawEntry | None:
    """Return somebody's entry."""
    return session.scalar(select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.seeker_id == seeker_id))


def drawn_entries(session: Session, draw_id: int) -> Sequence[Any]:
    """Return (code, wishes, excluded, won_id) of every entry in the order drawn. Names nobody."""
    found = select(DrawEntry.code, DrawEntry.wishes, DrawEntry.excluded, DrawEntry.won_id)
    return session.execute(found.where(DrawEntry.draw_id == draw_id).order_by(DrawEntry.place)).all()


def draws_due(session: Session, now: datetime) -> Sequence[int]:
    """Return the draws that are to be held."""
    return list(session.scalars(select(Draw.id).where(Draw.draws_at <= now, Draw.drawn_at.is_(None)).order_by(Draw.id)))


def next_entry(session: Session, draw_id: int, after: int) -> DrawEntry | None:
    """Return the entry whose turn comes after that place."""
    found = select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.place > after)
    return session.scalar(found.order_by(DrawEntry.place).limit(1))


def won_seats(session: Session, draw_id: int) -> dict[int, int]:
    """Return how many seats of each slot were won so far."""
    found = select(DrawEntry.won_id, func.count()).where(DrawEntry.draw_id == draw_id, DrawEntry.won_id.is_not(None))
    return {slot_id: n for slot_id, n in session.execute(found.group_by(DrawEntry.won_id)) if slot_id is not None}


def seats_to_draw(session: Session, draw_id: int) -> dict[int, int]:
    """Return the free seats of the draw's slots that are open, as they are now."""
    taken = (
        select(func.count())
        .where(Booking.slot_id == Slot.id, Booking.status.in_(ACTIVE))
        .correlate(Slot)
        .scalar_subquery()
    )
    found = (
        select(Slot.id, Slot.capacity - taken)
        .join(DrawSlot, DrawSlot.slot_id == Slot.id)
        .where(DrawSlot.draw_id == draw_id, Slot.closed_at.is_(None))
    )
    return {slot_id: max(seats, 0) for slot_id, seats in session.execute(found)}


def can_be_drawn(session: Session, slot_ids: Sequence[int], booth_id: int) -> dict[int, datetime]:
    """Return the starts of those of the slots that are the booth's, open, unbooked, booked at once, and in no draw."""
    booked = select(Booking.slot_id).where(Booking.slot_id.in_(slot_ids), Booking.status.in_(ACTIVE))
    drawn = select(DrawSlot.slot_id).where(DrawSlot.slot_id.in_(slot_ids))
    found = (
        select(Slot.id, Slot.starts_at)
        .where(Slot.id.in_(slot_ids), Slot.booth_id == booth_id, Slot.closed_at.is_(None))
        .where(Slot.for_line.is_(False), Slot.requests_only.is_(False))
        .where(Slot.id.not_in(booked), Slot.id.not_in(drawn))
    )
    return {row[0]: row[1] for row in session.execute(found)}


def drawable(session: Session, booth_id: int, start: datetime, end: datetime, limit: int = 200) -> list[int]:
    """Return the ids of a booth's times from start to end (UTC) that could be drawn for, the earliest first."""
    found = select(Slot.id).where(Slot.booth_id == booth_id, Slot.starts_at >= start, Slot.starts_at < end)
    ids = list(session.scalars(found.order_by(Slot.starts_at, Slot.id).limit(limit)))
    possible = can_be_drawn(session, ids, booth_id)
    return [one for one in ids if one in possible]


def open_draws(session: Session, booth_id: int, now: datetime, limit: int = 5) -> Sequence[Draw]:
    """Return the booth's draws that can still be entered, the next to close first."""
    found = select(Draw).where(Draw.booth_id == booth_id, Draw.closes_at > now)
    return list(session.scalars(found.order_by(Draw.closes_at, Draw.id).limit(limit)))
