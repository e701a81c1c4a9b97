"""Tables of the walk-in line: people who wait at a booth now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

LIVE_ENTRY = ("waiting", "called", "meeting", "skipped")


class Line(Base):
    """The line of a booth. It is open while `closed_at` is null; its row is the lock of whoever calls."""

    __tablename__ = "line"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 120 AND minutes % 5 = 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), unique=True)
    minutes: Mapped[int]  # of a meeting
    last_ticket: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LineEntry(Base):
    """Somebody's place in a line. The order of ids is the order of the line, also for who was skipped and comes back."""

    __tablename__ = "line_entry"
    __table_args__ = (
        CheckConstraint(
            "status IN ('waiting', 'called', 'meeting', 'met', 'skipped', 'left', 'closed')", name="status"
        ),
        CheckConstraint("(status = 'called') = (call_expires_at IS NOT NULL)", name="call"),
        CheckConstraint("status NOT IN ('called', 'meeting') OR booking_id IS NOT NULL", name="booking"),
        Index(
            "uq_line_entry_live",
            "line_id",
            "seeker_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_line_entry_line", "line_id", "status", "id"),
        Index("ix_line_entry_booking", "booking_id"),
        Index("ix_line_entry_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ticket: Mapped[int]  # the number that is called out
    status: Mapped[str] = mapped_column(String(8))
    consent: Mapped[bool]  # to show the profile to the employer
    joined_at: Mapped[datetime]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # at the desk, for who has no phone
    called_at: Mapped[datetime | None]
    call_expires_at: Mapped[datetime | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    ended_at: Mapped[datetime | None]
