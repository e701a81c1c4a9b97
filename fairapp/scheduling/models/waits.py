"""Tables of waiting: wishes for what is full, and what is offered to who waits."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class WaitlistEntry(Base):
    """A wish for a booth's or coach's full slots. The order of ids is the order of the wait.

    It may name a host, a listing, and a time of day in the fair's zone: other slots are not offered for it.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'offered', 'accepted', 'lapsed', 'left')", name="status"),
        CheckConstraint("(booth_id IS NULL) <> (coach_id IS NULL)", name="one_giver"),
        CheckConstraint("0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440", name="minutes"),
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
    host_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    from_minute: Mapped[int] = mapped_column(server_default=text("0"))  # of the day in the fair's zone
    to_minute: Mapped[int] = mapped_column(server_default=text("1440"))
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
