"""Reads about somebody who is to be erased, or who asks for what is known of her: where she still is, what is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_ngettext as _ln
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import (
    Block,
    Booking,
    BookingHistory,
    Draw,
    DrawEntry,
    LineEntry,
    Resource,
    Slot,
    SlotHost,
    WaitlistEntry,
)

IN_LINE = ("waiting", "called", "skipped")


def bookings_to_leave(session: Session, account_id: int, now: datetime) -> list[tuple[int, int]]:
    """Return (booking, slot) of the seeker's meetings to come, in the order of slots."""
    lasts = or_(
        and_(Booking.status == "confirmed", Slot.starts_at > now),
        and_(Booking.status.in_(("held", "requested")), Booking.hold_expires_at > now),
    )
    found = select(Booking.id, Booking.slot_id).join(Slot, Slot.id == Booking.slot_id)
    rows = session.execute(found.where(Booking.seeker_id == account_id, lasts).order_by(Slot.id, Booking.id))
    return [(row.id, row.slot_id) for row in rows]


def waits_to_leave(session: Session, account_id: int) -> list[int]:
    """Return the waitlist entries that are live."""
    live = WaitlistEntry.seeker_id == account_id, WaitlistEntry.wait_key.is_not(None)
    return list(session.scalars(select(WaitlistEntry.id).where(*live).order_by(WaitlistEntry.id)))


def lines_to_leave(session: Session, account_id: int) -> list[int]:
    """Return the places in walk-in lines that are live; a meeting that goes on is none."""
    live = LineEntry.seeker_id == account_id, LineEntry.status.in_(IN_LINE)
    return list(session.scalars(select(LineEntry.id).where(*live).order_by(LineEntry.id)))


def draws_to_leave(session: Session, account_id: int) -> Select[Any]:
    """Select the entries of draws that have not been held to the end."""
    found = select(DrawEntry.id).join(Draw, Draw.id == DrawEntry.draw_id)
    return found.where(DrawEntry.seeker_id == account_id, Draw.drawn_at.is_(None))


def is_engaged(session: Session, account_id: int, now: datetime) -> bool:
    """Whether the person has a booking to come, waits somewhere, or has entered a draw."""
    return bool(
        bookings_to_leave(session, account_id, now)
        or waits_to_leave(session, account_id)
        or lines_to_leave(session, account_id)
        or session.scalar(draws_to_leave(session, account_id).limit(1))
    )


def hosting_duties(session: Session, account_id: int, now: datetime) -> Sequence[LazyString]:
    """Return, as a sentence, how many times to come the person gives as a host, if any."""
    hosts = or_(
        Slot.host_id == account_id, Slot.id.in_(select(SlotHost.slot_id).where(SlotHost.account_id == account_id))
    )
    offered = select(func.count()).where(hosts, Slot.closed_at.is_(None), Slot.starts_at > now)
    count = session.scalar(offered) or 0
    if not count:
        return []
    return [
        _ln(
            "맡은 시간이 %(num)s개 남아 있어요. 다른 사람에게 넘기거나 닫아 주세요",
            "맡은 시간이 %(num)s개 남아 있어요. 다른 사람에게 넘기거나 닫아 주세요",
            count,
        )
    ]


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what this domain keeps about a person, for her own export."""
    seeker = Booking.seeker_id == account_id
    booked = (
        select(Booking.id, Booking.fair_id, Slot.kind, Slot.starts_at, Slot.ends_at, Booking.status, Booking.note)
        .add_columns(Booking.answers, Booking.coming_at, Booking.created_at, Booking.listing_id, Slot.booth_id)
        .add_columns(Fair.name.label("fair"), Employer.name.label("employer"))
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .where(seeker)
        .order_by(Booking.id)
    )
    history = (
        select(BookingHistory.booking_id, BookingHistory.rev, BookingHistory.at, BookingHistory.status)
        .add_columns(BookingHistory.reason)
        .join(Booking, Booking.id == BookingHistory.booking_id)
        .where(seeker)
        .order_by(BookingHistory.id)
    )
    waits = select(WaitlistEntry.id, WaitlistEntry.booth_id, WaitlistEntry.coach_id, WaitlistEntry.status)
    lines = select(LineEntry.id, LineEntry.line_id, LineEntry.ticket, LineEntry.status, LineEntry.joined_at)
    draws = select(DrawEntry.id, DrawEntry.draw_id, DrawEntry.code, DrawEntry.wishes, DrawEntry.entered_at)
    blocks = (
        select(Block.id, Block.starts_at, Block.ends_at, Block.reason)
        .join(Resource, Resource.id == Block.resource_id)
        .where(Resource.account_id == account_id, Block.removed_at.is_(None))
        .order_by(Block.id)
    )
    found = {
        "bookings": booked,
        "booking_history": history,
        "waits": waits.where(WaitlistEntry.seeker_id == account_id).order_by(WaitlistEntry.id),
        "lines": lines.where(LineEntry.seeker_id == account_id).order_by(LineEntry.id),
        "draws": draws.where(DrawEntry.seeker_id == account_id).order_by(DrawEntry.id),
        "blocks": blocks,
    }
    return {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}
