"""Tables of counsellors: their limits, whom each counsels, who waits for one, and whom an agency asked for consent."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

ASK_PURPOSES = ("counselling", "joining")
_OPEN = text("ended_at IS NULL")


class Counsellor(Base):
    """What an agency set for one of its counsellors; who has no row has the usual limit and is there."""

    __tablename__ = "counsellor"
    __table_args__ = (
        CheckConstraint("load_limit BETWEEN 0 AND 500", name="load_limit"),
        CheckConstraint("away_until IS NULL OR away_from <= away_until", name="away"),
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    load_limit: Mapped[int] = mapped_column(default=60)  # people at a time
    away_from: Mapped[date | None]  # both days included; until null: until somebody says otherwise
    away_until: Mapped[date | None]


class Assignment(Base):
    """One counsellor has one person at an agency: one row for as long as that lasts. The index is the lock."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("uq_assignment_open", "agency_id", "seeker_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_assignment_counsellor", "counsellor_id", "agency_id", "ended_at"),
        Index("ix_assignment_agency", "agency_id", "ended_at"),
        Index("ix_assignment_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    began_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(20))  # first, again, pool, fair, handed, chosen
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    why_ended: Mapped[str | None] = mapped_column(String(20))  # handed, away, left, over, erased
    reason: Mapped[str] = mapped_column(Text, default="")  # of a hand-over, as it was said


class CounsellorWait(Base):
    """Somebody waits for a counsellor, because all were full; served in order of id."""

    __tablename__ = "counsellor_wait"
    __table_args__ = (
        Index(
            "uq_counsellor_wait_open", "agency_id", "seeker_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ix_counsellor_wait_agency", "agency_id", "ended_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    why: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    served: Mapped[bool] = mapped_column(default=False)


_UNANSWERED = text("answered_at IS NULL")


class ConsentAsk(Base):
    """An agency asks a person whether it may see her data; a letter brings her to the page where she answers."""

    __tablename__ = "consent_ask"
    __table_args__ = (
        Index(
            "uq_consent_ask_open",
            "agency_id",
            "seeker_id",
            unique=True,
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        Index("ix_consent_ask_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    fair_id: Mapped[int | None] = mapped_column(ForeignKey("fair.id"))  # after this fair; else a counsellor asks
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
