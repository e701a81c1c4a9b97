"""A seat of a slot: the booking's row with its seat and claims, and the history that every change of it appends to."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.appending import append
from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling import queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.choosing import Chosen
from fairapp.scheduling.models import Booking, BookingHistory
from fairapp.scheduling.rules import Booked, SlotFacts, Wish

NO_WISH = Wish()


def new_row(
    slot: SlotFacts,
    seeker_id: int,
    wish: Wish,
    now: datetime,
    until: datetime | None = None,
    chosen: Chosen | None = None,
) -> dict[str, Any]:
    """Return the row of a new booking but for its seat: confirmed, requested, or held for the hold time or `until`."""
    if wish.request:
        until = rules.requested_until(slot, now)
    elif wish.hold and until is None:
        until = min(now + timedelta(minutes=slot.hold_minutes), slot.starts_at)
    return {
        "slot_id": slot.id,
        "fair_id": slot.fair_id,
        "seeker_id": seeker_id,
        "listing_id": wish.listing_id,
        "host_id": chosen.host_id if chosen else None,
        "room_id": chosen.room_id if chosen else None,
        "before_id": wish.before_id,
        "status": "requested" if wish.request else "held" if until else "confirmed",
        "exclusive_key": rules.kinds[slot.kind].exclusive_key(slot, seeker_id),
        "hold_expires_at": until,
        "cancel_until": rules.cancel_until(slot.starts_at, slot.cancel_minutes),
        "change_until": rules.cancel_until(slot.starts_at, slot.change_minutes),
        "ics_uid": f"{secrets.token_hex(16)}@fairapp",
        "note": wish.note,
        "answers": dict(wish.answers),
        "coming_at": None,
        "created_at": now,
        "rev": 1,
        "time_rev": 0,
    }


def seat(session: Session, chosen: Chosen, row: Mapping[str, Any], wish: Wish = NO_WISH) -> Booked:
    """Insert the booking on the lowest free seat, with its claims; SlotTaken, AlreadyBooked or SeekerBusy."""
    slot = chosen.slot
    booking_id = _take_seat(session, slot, row)
    if booking_id is None:
        raise _why_no_seat(session, slot, row["seeker_id"], row["exclusive_key"])
    if not claims.take(session, claims.Owner("booking_id", booking_id), chosen.claims):
        raise rules.SeekerBusy
    actor = wish.by or row["seeker_id"]
    own = (chosen.host_id, chosen.room_id)
    record(session, booking_id, 1, row["status"], slot.id, actor, row["created_at"], wish.override, own)
    left = 0 if slot.capacity == 1 else queries.seats_left(session, slot.id)
    return rules.booked(booking_id, slot, row, left)


@cache
def _insert_bookings(rows: int) -> Prepared:
    """Insert so many bookings, each unless its seat, or its exclusive key, is taken."""

    def make(dialect: str) -> Any:
        kind = postgresql if dialect == "postgresql" else sqlite
        table = Booking.__table__
        columns = [column for column in table.c if column.name != "id"]
        values = [{c.name: bindparam(f"{c.name}{n}", type_=c.type) for c in columns} for n in range(rows)]
        return kind.insert(table).values(values).on_conflict_do_nothing().returning(table.c.id, table.c.slot_id)

    return Prepared(make)


def insert_bookings(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Insert the bookings, no two of a slot, whose seat and exclusive key are free; return their ids by slot."""
    # Keys in order: two processes that insert the same ones meet them in the same order.
    rows = sorted(rows, key=lambda row: (row["exclusive_key"] or "", row["slot_id"]))
    made: dict[int, int] = {}
    for part in in_parts(rows):
        values = {f"{name}{n}": value for n, row in enumerate(part) for name, value in row.items()}
        made |= {found.slot_id: found.id for found in _insert_bookings(len(part)).all(session, values)}
    return made


def take_back(session: Session, booking_id: int, slot: SlotFacts) -> None:
    """Undo a booking of this transaction that did not get all of its seeker's time."""
    claims.release(session, claims.Owner("booking_id", booking_id), Chosen(slot).claims)
    session.execute(delete(Booking).where(Booking.id == booking_id))


def _take_seat(session: Session, slot: SlotFacts, row: Mapping[str, Any]) -> int | None:
    """Insert the booking on the lowest free seat; None if there is none or the exclusive key is in use."""
    for seat_no in free_seats(session, slot):
        made = insert_bookings(session, [{**row, "seat_no": seat_no}])
        if made:
            return made[slot.id]
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
    chosen: tuple[int | None, int | None] = (None, None),
) -> None:
    """Append the booking's new state to its history; `chosen` are the host and room that it has of its own."""
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
            "host_id": chosen[0],
            "room_id": chosen[1],
            "reason": reason,
        },
    )
