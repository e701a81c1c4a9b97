"""Tables of time: resources, claims, blocks, slots, bookings with their history, waitlists and offers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

ACTIVE = ("requested", "held", "confirmed", "completed")


class Resource(Base):
    """What can be in one place at a time: a person or a room."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (room_id IS NULL)", name="person_or_room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), unique=True)


class TimeClaim(Base):
    """One grain (five minutes, epoch // 300) of one resource's time. Its primary key makes double booking impossible.

    Only scheduling/actions/claims.py writes here.
    """

    __tablename__ = "time_claim"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN slot_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN block_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_owner",
        ),
    )

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True, autoincrement=False)
    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))


class Block(Base):
    """Time that its resource keeps for something else: a break, a private appointment."""

    __tablename__ = "block"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(120), default="")
    removed_at: Mapped[datetime | None]


class Slot(Base):
    """An offer of time by a booth's recruiter or a coach. Published, it holds the claims of its host and room."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("kind IN ('interview', 'coaching', 'group')", name="kind"),
        CheckConstraint("(booth_id IS NULL) <> (coach_id IS NULL)", name="one_giver"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("capacity >= 1", name="capacity"),
        Index("ix_slot_booth_starts", "booth_id", "starts_at", "id"),
        Index("ix_slot_coach_starts", "coach_id", "starts_at", "id"),
        Index("ix_slot_fair_starts", "fair_id", "starts_at", "id"),
        Index("ix_slot_host_starts", "host_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    kind: Mapped[str] = mapped_column(String(10))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("coach.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))  # the coach's, kept with the offer
    host_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))  # null: online without a room of ours
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int] = mapped_column(default=1)
    topic: Mapped[str] = mapped_column(String(12), default="")  # of a coaching session: interview, resume, career
    closed_at: Mapped[datetime | None]  # taken back by its host
    created_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(default=1)


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
    status: Mapped[str] = mapped_column(String(10))
    seat_no: Mapped[int | None]
    exclusive_key: Mapped[str | None] = mapped_column(String(60))  # one active interview per booth and seeker
    hold_expires_at: Mapped[datetime | None]
    cancel_until: Mapped[datetime]  # the policy as it stood when this was booked
    ics_uid: Mapped[str] = mapped_column(String(80), unique=True)
    rev: Mapped[int] = mapped_column(default=1)  # rises with every change
    time_rev: Mapped[int] = mapped_column(default=0)  # the calendar's SEQUENCE: time, place or people changed
    note: Mapped[str] = mapped_column(Text, default="")
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
    reason: Mapped[str] = mapped_column(Text, default="")


class WaitlistEntry(Base):
    """A wish for a booth's or coach's full slots. The order of ids is the order of the wait."""

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'offered', 'accepted', 'lapsed', 'left')", name="status"),
        CheckConstraint("(booth_id IS NULL) <> (coach_id IS NULL)", name="one_giver"),
        Index(
            "uq_waitlist_entry_wait",
            "wait_key",
            unique=True,
            sqlite_where=text("wait_key IS NOT NULL"),
            postgresql_where=text("wait_key IS NOT NULL"),
        ),
        Index("ix_waitlist_entry_booth", "booth_id", "status", "id"),
        Index("ix_waitlist_entry_coach", "coach_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("coach.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    wait_key: Mapped[str | None] = mapped_column(String(60))  # one live entry per list and seeker
    created_at: Mapped[datetime]


class Offer(Base):
    """A freed slot offered to somebody waiting: a held booking with a deadline."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'accepted', 'lapsed', 'declined')", name="status"),
        UniqueConstraint("booking_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("waitlist_entry.id"), index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    status: Mapped[str] = mapped_column(String(10), default="open")
    made_at: Mapped[datetime]
