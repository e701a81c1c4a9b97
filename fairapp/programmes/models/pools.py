"""Tables of what people are in at partners, and of the pools that open by rule from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

ENROLMENT_KINDS = ("course", "school", "public_work", "exam")
ENROLMENT_STATES = ("active", "completed", "dropped")
POOL_KINDS = (
    "trainees",
    "graduates",
    "public_work",
    "returnees",
    "youth",
    "career_break",
    "age_50_plus",
    "open",
)


class Enrolment(Base):
    """What a person is in at a partner: a course, a school, public work, an exam. Both days are included."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("kind IN ('course', 'school', 'public_work', 'exam')", name="kind"),
        CheckConstraint("state IN ('active', 'completed', 'dropped')", name="state"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="days"),
        UniqueConstraint("account_id", "agency_id", "kind", "title", "starts_on"),
        Index("ix_enrolment_pool", "agency_id", "kind", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(60))  # where it came from; null: typed here
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Homecoming(Base):
    """Somebody who lives away and wants to come back to her home region (고향)."""

    __tablename__ = "homecoming"
    __table_args__ = (Index("ix_homecoming_region", "home_region", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    home_region: Mapped[str] = mapped_column(String(5))
    from_on: Mapped[date | None]  # from when she could work there; null: at once
    told_at: Mapped[datetime]


class Pool(Base):
    """People whom an agency leads to work. Who is in it is computed at `now`: queries.members."""

    __tablename__ = "pool"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('trainees', 'graduates', 'public_work', 'returnees', 'youth', 'career_break', 'age_50_plus',"
            " 'open')",
            name="kind",
        ),
        CheckConstraint("share BETWEEN 70 AND 80", name="share"),
        CheckConstraint("months_before BETWEEN 1 AND 12", name="months_before"),
        Index("ix_pool_agency", "agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    share: Mapped[int] = mapped_column(default=70)  # of a course's days, in per cent, after which a trainee is in
    months_before: Mapped[int] = mapped_column(default=6)  # graduation, from when on a student is in
    made_at: Mapped[datetime]
    ends_on: Mapped[date | None]  # the last day; null: no end


class PoolCounsellor(Base):
    """A counsellor who is in charge of a pool."""

    __tablename__ = "pool_counsellor"

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False, index=True)


class PoolEntry(Base):
    """When somebody was first seen in a pool, or no more; appended, numbered without gaps for each person and pool."""

    __tablename__ = "pool_entry"
    __table_args__ = (
        CheckConstraint("what IN ('entered', 'left')", name="what"),
        UniqueConstraint("pool_id", "account_id", "no"),
        Index("ix_pool_entry_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    no: Mapped[int]
    what: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    available_from: Mapped[date | None]  # as it was then
