"""Tables of reminders and calendar feeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Reminder(Base):
    """That somebody was reminded of a meeting: once per booking, time, kind and person. The row is the claim."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("booking_id", "time_rev", "kind", "account_id"),
        CheckConstraint("kind IN ('day', 'hours')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    time_rev: Mapped[int]  # of the booking, so a moved meeting is told of again
    kind: Mapped[str] = mapped_column(String(5))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]


class CalendarFeed(Base):
    """Which secret opens somebody's feed: version 0, without a row, until she renews it. The secret stands nowhere."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    version: Mapped[int]
    renewed_at: Mapped[datetime]
