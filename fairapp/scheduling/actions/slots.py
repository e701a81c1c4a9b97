"""Slots: offers of time that hold the claims of their host and room from the moment they are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.changes import expire_in_the_way
from fairapp.scheduling.models import Resource, Slot


@dataclass(frozen=True, slots=True)
class Offer:
    """Who offers time, as what and where."""

    fair_id: int
    kind: str
    host_id: int
    booth_id: int | None = None
    coach_id: int | None = None
    agency_id: int | None = None
    room_id: int | None = None
    capacity: int = 1
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a host's hours: slots made, and times at which host or room were taken."""

    slots: list[int]
    clashes: list[tuple[datetime, datetime]]


def open_slots(session: Session, offer: Offer, times: Sequence[tuple[datetime, datetime]], now: datetime) -> Opened:
    """Open a slot for each time (UTC) at which host and room are free; the others are returned as clashes.

    Raises Invalid for times in the past or outside the fair, NotFound for a host or room that is no resource.
    """
    fair = session.get(Fair, offer.fair_id)
    if fair is None:
        raise NotFound
    if any(start <= now for start, _ in times):
        raise Invalid.one("starts_at", rules.PAST)
    if any(start < fair.booking_opens_at or end > fair.ends_at for start, end in times):
        raise Invalid.one("starts_at", rules.OUTSIDE_FAIR)
    resources = _resources(session, offer.host_id, offer.room_id)
    made: list[int] = []
    clashes: list[tuple[datetime, datetime]] = []
    for start, end in times:
        slot_id = _open_one(session, offer, resources, start, end, now)
        if slot_id is None:
            clashes.append((start, end))
        else:
            made.append(slot_id)
    opened = queries.slots_by_id(session, made)
    announce(session, [pushes.slot_opened(opened[slot_id], now) for slot_id in made])
    return Opened(made, clashes)


def _resources(session: Session, host_id: int, room_id: int | None) -> list[int]:
    host = session.scalar(select(Resource.id).where(Resource.account_id == host_id))
    room = None if room_id is None else session.scalar(select(Resource.id).where(Resource.room_id == room_id))
    if host is None or (room_id is not None and room is None):
        raise NotFound
    return [host] if room is None else [host, room]


def _open_one(
    session: Session, offer: Offer, resources: list[int], start: datetime, end: datetime, now: datetime
) -> int | None:
    """Insert the slot and its claims; None, and nothing left behind, where host or room are taken."""
    row = {
        "fair_id": offer.fair_id,
        "kind": offer.kind,
        "booth_id": offer.booth_id,
        "coach_id": offer.coach_id,
        "agency_id": offer.agency_id,
        "host_id": offer.host_id,
        "room_id": offer.room_id,
        "starts_at": start,
        "ends_at": end,
        "capacity": offer.capacity,
        "topic": offer.topic,
        "created_at": now,
        "rev": 1,
    }
    slot_id: int = session.execute(insert(Slot).returning(Slot.id), row).scalar_one()
    owner, span = claims.Owner("slot_id", slot_id), rules.grains(start, end)
    if claims.take(session, owner, resources, span):
        return slot_id
    claims.release(session, owner, resources, span)
    session.execute(delete(Slot).where(Slot.id == slot_id))
    return None


def close_slot(session: Session, slot_id: int, now: datetime) -> None:
    """Take back a free slot; SlotInUse while somebody has booked it. Closing twice changes nothing."""
    queries.lock_slots(session, [slot_id])
    slot = queries.slots_by_id(session, [slot_id]).get(slot_id)
    if slot is None:
        raise NotFound
    if slot.closed_at is not None:
        return
    if slot.seats_left < slot.capacity:
        expire_in_the_way(session, slot_id, None, rules.grains(slot.starts_at, slot.ends_at), now)
        raise SlotInUse
    closed = {"closed_at": now, "rev": Slot.rev + 1}
    session.execute(update(Slot).where(Slot.id == slot_id).values(closed))
    resources = _resources(session, slot.host_id, slot.room_id)
    span = rules.grains(slot.starts_at, slot.ends_at)
    claims.release(session, claims.Owner("slot_id", slot_id), resources, span)
    announce(session, [pushes.slot_closed(slot, now)])


class SlotInUse(Conflict):
    """Somebody has booked the slot: the booking is moved or cancelled first."""

    slug = "slot-in-use"
    title = rules.IN_USE
