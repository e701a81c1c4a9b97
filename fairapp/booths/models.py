"""Tables of booths and listings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

EMPLOYMENT_TYPES = ("regular", "contract", "part_time", "internship")
SALARY_PERIODS = ("year", "month", "hour")
EXPERIENCES = ("any", "entry", "experienced")
EDUCATIONS = ("any", "high_school", "associate", "bachelor", "master", "doctorate")


class Booth(Base):
    """One employer at one fair."""

    __tablename__ = "booth"
    __table_args__ = (
        CheckConstraint(
            "status IN ('invited', 'applied', 'waiting', 'approved', 'rejected', 'withdrawn')", name="status"
        ),
        UniqueConstraint("fair_id", "employer_id"),
        Index("ix_booth_fair_status", "fair_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="applied")
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    intent_confirmed_at: Mapped[datetime | None]  # "we are hiring now", said by the recruiter or the organizer
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))  # its place in the hall
    many_interviews: Mapped[bool] = mapped_column(default=False)  # one seeker may hold several interviews here
    shown: Mapped[bool] = mapped_column(default=False)  # the last visibility announced as news; decides nothing
    rev: Mapped[int] = mapped_column(default=1)
    invited_at: Mapped[datetime | None]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reminded_at: Mapped[datetime | None]  # when its recruiters were last asked whether they are still hiring


AUDIENCES = ("fair", "booth", "seekers", "recruiters", "coaches")


class Notice(Base):
    """A sentence told to a fair, to the people of a booth, or to a group; shown on their screens until then."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("audience IN ('fair', 'booth', 'seekers', 'recruiters', 'coaches')", name="audience"),
        CheckConstraint("(audience = 'booth') = (booth_id IS NOT NULL)", name="booth"),
        Index("ix_notice_fair", "fair_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    audience: Mapped[str] = mapped_column(String(10))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    until: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reached: Mapped[int]  # how many people got it as news of their own and by mail


REPORT_REASONS = ("not_hiring", "other_terms", "filled", "conduct")
REPORT_RESULTS = ("confirmed", "asked", "unfounded")


class BoothReport(Base):
    """A seeker says that a booth is not what it says, such as hiring now; an organizer handles it."""

    __tablename__ = "booth_report"
    __table_args__ = (
        CheckConstraint("reason IN ('not_hiring', 'other_terms', 'filled', 'conduct')", name="reason"),
        CheckConstraint("result IN ('confirmed', 'asked', 'unfounded')", name="result"),
        CheckConstraint("(handled_at IS NULL) = (result IS NULL)", name="handled"),
        Index("ix_booth_report_booth", "booth_id", "handled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # who says it; the employer does not learn it
    reason: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(Text, default="")


class Listing(Base):
    """One open position with a headcount, offered at a booth."""

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint(
            "employment_type IN ('regular', 'contract', 'part_time', 'internship')", name="employment_type"
        ),
        CheckConstraint("salary_period IN ('year', 'month', 'hour')", name="salary_period"),
        CheckConstraint("experience IN ('any', 'entry', 'experienced')", name="experience"),
        CheckConstraint("headcount >= 1 AND filled >= 0", name="headcount"),
        CheckConstraint("opens_at < closes_at", name="times"),
        CheckConstraint("salary_min IS NULL OR salary_max IS NULL OR salary_min <= salary_max", name="salary"),
        Index("ix_listing_booth_closes", "booth_id", "closes_at"),
        Index(
            "uq_listing_source",
            "fair_id",
            "source",
            "source_id",
            unique=True,
            sqlite_where=text("source IS NOT NULL"),
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index("ix_listing_fair_opens", "fair_id", "opens_at", "id"),
        Index("ix_listing_shown_closes", "shown", "closes_at"),  # this and the next: queries.has_turned
        Index("ix_listing_shown_legal", "shown", "legal_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))  # that of its booth: lists of a fair need no join
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    occupation: Mapped[str | None] = mapped_column(String(4))  # KECO 2018; null where an import could not tell
    occupation_text: Mapped[str] = mapped_column(String(200), default="")  # as the source named it
    employment_type: Mapped[str | None] = mapped_column(String(12))
    region: Mapped[str | None] = mapped_column(String(5))
    workplace: Mapped[str] = mapped_column(String(200), default="")
    salary_min: Mapped[int | None]  # KRW per salary_period; both null: negotiable
    salary_max: Mapped[int | None]
    salary_period: Mapped[str | None] = mapped_column(String(6))
    hours_per_week: Mapped[int] = mapped_column(default=40)
    legal_until: Mapped[datetime | None]  # rules.legal_until, kept where the gate's query can see it
    headcount: Mapped[int] = mapped_column(default=1)
    filled: Mapped[int] = mapped_column(default=0)  # hires in the ledger; `audit` counts them again
    experience: Mapped[str] = mapped_column(String(12), default="any")
    experience_years: Mapped[int] = mapped_column(default=0)
    education: Mapped[str] = mapped_column(String(12), default="any")
    skills: Mapped[list[str]] = mapped_column(default=list)
    needs: Mapped[dict[str, Any] | None]  # of who books an interview for it; see rules.needs
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # closed early by its recruiter
    source: Mapped[str | None] = mapped_column(String(60))  # where an import had it from
    source_id: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    shown: Mapped[bool] = mapped_column(server_default=false())  # last announced as open; like that of its booth
    rev: Mapped[int] = mapped_column(default=1)


class ListingDouble(Base):
    """A row of another source that tells of an opening which is a listing already: it is shown once. See rules.is_double."""

    __tablename__ = "listing_double"
    __table_args__ = (
        UniqueConstraint("fair_id", "identity"),
        Index("ix_listing_double_fair", "fair_id", "id"),
        Index("ix_listing_double_listing", "listing_id"),
        CheckConstraint("(apart_at IS NULL) = (apart_by IS NULL)", name="apart"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    identity: Mapped[str] = mapped_column(String(64))  # rules.identity_digest of the row
    source: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    first_at: Mapped[datetime]
    apart_at: Mapped[datetime | None]  # somebody found that it is another opening: the next import brings it in
    apart_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ListingHistory(Base):
    """Every state a listing has had, appended in the transaction that made it: exports as of a date read this."""

    __tablename__ = "listing_history"
    __table_args__ = (UniqueConstraint("listing_id", "rev"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    rev: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    what: Mapped[str] = mapped_column(String(20))  # opened, changed, closed, filled
    state: Mapped[dict[str, Any]]
