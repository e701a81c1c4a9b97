"""Reads of the meetings of a person with an agency's coaches, and of the sessions for many that they give."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.coaching.models import Coach
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Attendance
from fairapp.programmes.models import SessionInvite
from fairapp.scheduling.models import ACTIVE, Booking, Slot


def meetings_with(session: Session, agency_id: int, seeker_id: int, limit: int = 50) -> Sequence[Any]:
    """Return the meetings with coaches of the agency, the latest first, with the seeker's newest mark."""
    newest = (
        select(Attendance.state)
        .where(Attendance.booking_id == Booking.id, Attendance.side == "seeker")
        .order_by(Attendance.id.desc())
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    found = (
        select(Booking.id.label("booking_id"), Slot.kind, Slot.topic, Slot.starts_at, Fair.zone, Booking.status)
        .add_columns(Account.name.label("host"), newest.label("mark"))
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .join(Coach, Coach.id == Slot.coach_id)
        .join(Account, Account.id == Coach.account_id)
        .where(Booking.seeker_id == seeker_id, Slot.agency_id == agency_id, Booking.status.in_(ACTIVE))
        .order_by(Slot.starts_at.desc(), Booking.id.desc())
        .limit(limit)
    )
    return session.execute(found).all()


def coming_sessions(session: Session, agency_id: int, now: datetime, limit: int = 50) -> Sequence[Any]:
    """Return sessions for many that coaches of the agency give: id, topic, starts_at, zone, capacity, taken, invited."""
    taken = (
        select(func.count())
        .where(Booking.slot_id == Slot.id, Booking.status.in_(ACTIVE))
        .correlate(Slot)
        .scalar_subquery()
    )
    invited = select(func.count()).where(SessionInvite.slot_id == Slot.id).correlate(Slot).scalar_subquery()
    found = (
        select(Slot.id, Slot.coach_id, Slot.topic, Slot.starts_at, Fair.zone, Slot.capacity)
        .add_columns(taken.label("taken"), invited.label("invited"))
        .join(Fair, Fair.id == Slot.fair_id)
        .where(Slot.agency_id == agency_id, Slot.kind == "group", Slot.closed_at.is_(None), Slot.starts_at > now)
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    return session.execute(found).all()


def invitations_of(session: Session, seeker_id: int, now: datetime, limit: int = 20) -> Sequence[Any]:
    """Return the coming sessions for many to which the person is invited and which she has not booked, the first first."""
    has = select(Booking.id).where(
        Booking.slot_id == Slot.id, Booking.seeker_id == seeker_id, Booking.status.in_(ACTIVE)
    )
    found = (
        select(Slot.id, Slot.coach_id, Slot.kind, Slot.topic, Slot.starts_at, Fair.zone, Agency.name, Agency.name_en)
        .join(SessionInvite, SessionInvite.slot_id == Slot.id)
        .join(Fair, Fair.id == Slot.fair_id)
        .join(Agency, Agency.id == SessionInvite.agency_id)
        .where(SessionInvite.seeker_id == seeker_id, Slot.closed_at.is_(None), Slot.starts_at > now)
        .where(~has.correlate(Slot).exists())
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    return session.execute(found).all()
