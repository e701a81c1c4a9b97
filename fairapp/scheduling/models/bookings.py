"""Tables of bookings and their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

ACTIVE = ("requested", "held", "confirmed", "completed")


class Booking(Base):
    """A seeker's part in a slot. Keeps its id and calendar UID when it moves."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(
            "status IN ('requested', 'held', 'confirmed', 'cancelled', 'expired', 'completed')", name="status"
        ),
        # An active booking has a seat, a past one has none: the unique index below is the seat's lock.
        CheckConstraint("(seat_no IS NULL) = (status IN ('cancelled', 'expired'))", name="seat"),
        CheckConstraint("status NOT IN ('held', 'requested') OR hold_expires_at IS NOT NULL", name="hold"),
        Index(
            "uq_booking_seat",
            "slot_id",
            "seat_no",
            unique=True,
            sqlite_where=text("seat_no IS NOT NULL"),
            postgresql_where=text("seat_no IS NOT NULL"),
        ),
        Index(
            "uq_booking_exclusive",
            "exclusive_key",
            unique=True,
            sqlite_where=text("exclusive_key IS NOT NULL"),
            postgresql_where=text("exclusive_key IS NOT NULL"),
        ),
        Index("ix_booking_seeker", "seeker_id", "id"),
        Index("ix_booking_host", "host_id", "id"),
        Index("ix_booking_before", "before_id"),
        Index(
            "ix_booking_expiry",
            "hold_expires_at",
            sqlite_where=text("status IN ('held', 'requested')"),
            postgresql_where=text("status IN ('held', 'requested')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    host_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id")
    )  # chosen at booking, where the slot left it open
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))  # likewise
    before_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))  # the interview that this session prepares
    status: Mapped[str] = mapped_column(String(10))
    seat_no: Mapped[int | None]
    exclusive_key: Mapped[str | None] = mapped_column(String(60))  # one active interview per booth and seeker
    hold_expires_at: Mapped[datetime | None]
    cancel_until: Mapped[datetime]  # the policy as it stood when this was booked
    change_until: Mapped[datetime]  # likewise
    ics_uid: Mapped[str] = mapped_column(String(80), unique=True)
    rev: Mapped[int] = mapped_column(default=1)  # rises with every change
    time_rev: Mapped[int] = mapped_column(default=0)  # the calendar's SEQUENCE: time, place or people changed
    note: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # to the questions of its listing
    coming_at: Mapped[datetime | None]  # when the seeker said that she will come
    created_at: Mapped[datetime]


class BookingHistory(Base):
    """Every state a booking has had, appended with it; ids only, never names."""

    __tablename__ = "booking_history"
    __table_args__ = (UniqueConstraint("booking_id", "rev"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    rev: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    status: Mapped[str] = mapped_column(String(10))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # chosen for it, as on the booking
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
