"""Reads for reminders and feeds: which meetings somebody is to be told of now, which secret opens her feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Booking, BookingHistory, CalendarFeed, Reminder, Slot
from fairapp.scheduling.rules import is_reminder_due, reminder_window

MOST_REMINDED = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A meeting of which its seeker is to be reminded."""

    booking_id: int
    slot_id: int
    time_rev: int
    kind: str
    account_id: int


def reminders_due(session: Session, kind: str, now: datetime, limit: int = MOST_REMINDED) -> Sequence[Due]:
    """Return the confirmed meetings of which this kind reminds at `now`, the earliest first, those told of left out.

    A host is not written to: her day is on her board, and forty letters a day would be read by nobody.
    """
    after, until = reminder_window(kind, now)
    told = and_(
        Reminder.booking_id == Booking.id,
        Reminder.time_rev == Booking.time_rev,
        Reminder.kind == kind,
        Reminder.account_id == Booking.seeker_id,
    )
    since = (
        select(func.max(BookingHistory.at))
        .where(BookingHistory.booking_id == Booking.id, BookingHistory.status == "confirmed")
        .scalar_subquery()
    )
    found = (
        select(Booking.id, Booking.slot_id, Booking.time_rev, Booking.seeker_id, Slot.starts_at, since)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Reminder, told)
        .where(Slot.fair_id.in_(select(Fair.id).where(Fair.ends_at > now)))
        .where(Slot.starts_at > after, Slot.starts_at <= until)
        .where(Booking.status == "confirmed", Reminder.id.is_(None))
        .order_by(Slot.starts_at, Booking.id)
    )
    due = (
        Due(booking_id, slot_id, time_rev, kind, seeker_id)
        for booking_id, slot_id, time_rev, seeker_id, starts_at, known_since in session.execute(found)
        if is_reminder_due(kind, starts_at, known_since, now)
    )
    # Limited here, not in the statement: what was agreed on too late would fill it for hours.
    return list(islice(due, limit))


def feed_version(session: Session, account_id: int) -> int:
    """Return which secret opens the person's feed: 0 until she renews it."""
    found = select(CalendarFeed.version).where(CalendarFeed.account_id == account_id)
    return session.scalar(found) or 0
