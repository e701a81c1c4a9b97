"""Tables of the course through four stages: programmes, who takes part, and each step, appended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

STAGES = (1, 2, 3, 4)  # diagnosis and path, counselling and placement, will and ability, intensive placement
CONDITIONS = ("consent", "contact", "plan", "goals", "referral")
STEPS = ("entered", "left", "paused", "resumed", "ended")
END_REASONS = ("job", "end", "own_wish", "moved")
_OPEN = text("ended_at IS NULL")


class Programme(Base):
    """An agency's course of four stages, in which people take part for a limited time."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("days BETWEEN 30 AND 730", name="days"),
        CheckConstraint("quiet_days BETWEEN 7 AND 180", name="quiet_days"),
        Index("ix_programme_agency", "agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    days: Mapped[int] = mapped_column(default=365)  # that a participation may last, without its pauses
    quiet_days: Mapped[int] = mapped_column(default=30)  # without contact, after which somebody is overdue
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # nobody begins any more


class ProgrammeStage(Base):
    """One of the four stages as the agency names and conditions it."""

    __tablename__ = "programme_stage"
    __table_args__ = (
        CheckConstraint("no BETWEEN 1 AND 4", name="no"),
        CheckConstraint("usual_days BETWEEN 1 AND 365", name="usual_days"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    usual_days: Mapped[int]
    entry: Mapped[list[str]] = mapped_column(default=list)  # CONDITIONS that hold before somebody enters
    leave: Mapped[list[str]] = mapped_column(default=list)  # and before she goes on to the next


class Participation(Base):
    """A person on the way. Stage and pause are what the last steps say; `audit` compares them."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("stage BETWEEN 1 AND 4", name="stage"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
        CheckConstraint("end_reason IN ('job', 'end', 'own_wish', 'moved')", name="end_reason"),
        Index(
            "uq_participation_open", "agency_id", "seeker_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_participation_agency", "agency_id", "began_at"),
        Index("ix_participation_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # the programme's
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    began_at: Mapped[datetime]
    stage: Mapped[int]
    stage_since: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    stage_pause: Mapped[int] = mapped_column(default=0)  # seconds paused within the present stage
    whole_pause: Mapped[int] = mapped_column(default=0)  # and altogether
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(8))


class StageStep(Base):
    """One step of a participation; appended, numbered without gaps."""

    __tablename__ = "stage_step"
    __table_args__ = (
        CheckConstraint("what IN ('entered', 'left', 'paused', 'resumed', 'ended')", name="what"),
        UniqueConstraint("participation_id", "no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    no: Mapped[int]
    what: Mapped[str] = mapped_column(String(8))
    stage: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(Text, default="")
