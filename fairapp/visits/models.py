"""Tables of visits: rules by the week, the days that follow from them, and the stops of coaches' tours."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

OFF = ("holiday", "exception", "cancelled")


class VisitRule(Base):
    """That a site is open on these days of the week, from one day to another. Its days are rows of their own: Visit."""

    __tablename__ = "visit_rule"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    weekdays: Mapped[str] = mapped_column(String(13))  # 0 is Monday: "0,2"
    without_holidays: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Visit(Base):
    """A site that is open on one day, from – until. Off, it keeps its row: the calendar says that nobody is there, and why."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("rooms >= 1", name="rooms"),
        CheckConstraint("off IN ('holiday', 'exception', 'cancelled')", name="off"),
        CheckConstraint("(off IS NULL) = (off_at IS NULL)", name="off_at"),
        Index("ix_visit_starts", "starts_at", "id"),
        Index("ix_visit_fair_starts", "fair_id", "starts_at", "id"),
        Index("ix_visit_site_starts", "site_id", "starts_at"),
        Index(
            "uq_visit_live",
            "fair_id",
            "site_id",
            "starts_at",
            unique=True,
            sqlite_where=text("off IS NULL"),
            postgresql_where=text("off IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("visit_rule.id"), index=True)  # null: of this day alone
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]  # in the fair's zone
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    rooms: Mapped[int]  # so many coaches at a time
    off: Mapped[str | None] = mapped_column(String(10))  # why nobody is there: holiday, exception, cancelled
    off_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(default=1)  # rises with every change: the calendar's SEQUENCE


class TourStop(Base):
    """A coach's part in a visit, from – until. The way to it from the stop before is claimed as a block of her time."""

    __tablename__ = "tour_stop"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("(way_block_id IS NULL) = (way_minutes IS NULL)", name="way"),
        UniqueConstraint("way_block_id"),
        Index("ix_tour_stop_account_starts", "account_id", "starts_at"),
        Index("ix_tour_stop_visit", "visit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # the coach's: tours cross fairs
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    way_block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    way_minutes: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]  # taken back
