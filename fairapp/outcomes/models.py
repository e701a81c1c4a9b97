"""Tables of what happened: passes and check-ins, attendance, the outcome ledger, and the files made of them.

Check-ins, attendance and outcomes are rows that are added, never changed.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

STAGES = (
    "interviewed",
    "passed",
    "final_interview",
    "offered",
    "hired",
    "started",
    "retained",
    "rejected",
    "withdrawn",
)
EVIDENCE = ("contract", "insurance", "payslip", "visit", "call")
MONTHS = (1, 3, 6)  # after which a hire is asked about again


class FairPass(Base):
    """A seeker's pass for a fair; its code is what the desk scans."""

    __tablename__ = "fair_pass"
    __table_args__ = (UniqueConstraint("fair_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime]


class CheckIn(Base):
    """A person came to a fair. Further rows are only added for times before those known, by a device that was cut off:
    the earliest counts. When it came in decides from when on it is part of a report."""

    __tablename__ = "check_in"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(40), server_default=text("''"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Attendance(Base):
    """Who came to a meeting, as marked; the newest row of a booking and side is what holds. A null state takes it back."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("side IN ('seeker', 'host')", name="side"),
        CheckConstraint("state IN ('present', 'absent')", name="state"),
        Index("ix_attendance_booking_side", "booking_id", "side", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    side: Mapped[str] = mapped_column(String(6))
    state: Mapped[str | None] = mapped_column(String(8))
    at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Appeal(Base):
    """What a seeker says to a mark of absence. Until it is answered, and where it is accepted, the absence does not count."""

    __tablename__ = "appeal"
    __table_args__ = (CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Outcome(Base):
    """One row of the ledger: what followed an interview. Corrected by another row, never changed."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('interviewed', 'passed', 'final_interview', 'offered', 'hired', 'started', 'retained',"
            " 'rejected', 'withdrawn')",
            name="stage",
        ),
        CheckConstraint("evidence IN ('contract', 'insurance', 'payslip', 'visit', 'call')", name="evidence"),
        CheckConstraint("months IS NULL OR (stage = 'retained' AND months IN (1, 3, 6))", name="months"),
        Index("ix_outcome_fair", "fair_id", "id"),
        Index("ix_outcome_booking", "booking_id", "id"),
        Index("ix_outcome_stage", "stage", "on"),
        Index("ix_outcome_seeker", "seeker_id", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    stage: Mapped[str] = mapped_column(String(16))
    on: Mapped[date]  # the day it happened, in the fair's zone
    employment_type: Mapped[str | None] = mapped_column(String(12))
    salary: Mapped[int | None]  # KRW a year
    occupation: Mapped[str | None] = mapped_column(String(4))
    corrects: Mapped[int | None] = mapped_column(
        ForeignKey("outcome.id"), unique=True
    )  # the row that this one replaces
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(10), server_default=text("''"))  # as who: recruiter, coach, organizer
    evidence: Mapped[str | None] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(60), server_default=text("''"))  # the number of the document seen
    months: Mapped[int | None]  # of `retained`: still there after 1, 3 or 6
    # Of a hire, as known when it was written: later changes of the profile, or its erasure, change no past report.
    age: Mapped[int | None]  # completed years on that day
    segment: Mapped[str | None] = mapped_column(String(12))
    region: Mapped[str | None] = mapped_column(String(5))  # where the person lives


class OutcomeReply(Base):
    """What the seeker says to a row of the ledger about her: that it is so, or is not. A dispute waits for an answer."""

    __tablename__ = "outcome_reply"
    __table_args__ = (Index("ix_outcome_reply_open", "agrees", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), unique=True)
    agrees: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")


class ExportLog(Base):
    """Somebody took a file of a fair's people: who, what, as of when, how many rows. Written before the first byte."""

    __tablename__ = "export_log"
    __table_args__ = (Index("ix_export_log_fair_at", "fair_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    kind: Mapped[str] = mapped_column(String(12))
    format: Mapped[str] = mapped_column(String(4))
    as_of: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # null: from the command line
    at: Mapped[datetime]
    rows: Mapped[int | None]  # null: not sent to its end


class ExportJob(Base):
    """A workbook too long to be made while somebody waits. Its file lies in the exports folder for a day."""

    __tablename__ = "export_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'making', 'ready', 'failed', 'deleted')", name="state"),
        Index("ix_export_job_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    kind: Mapped[str] = mapped_column(String(12))
    format: Mapped[str] = mapped_column(String(4))
    as_of: Mapped[datetime]
    requested_by: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    requested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    leased_until: Mapped[datetime | None]  # while making; a maker that died is followed by another
    file: Mapped[str | None] = mapped_column(String(120))  # its name within the exports folder
    rows: Mapped[int | None]
    made_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(server_default=text("0"))  # rows written so far
    expected: Mapped[int | None]  # of so many


class MailOrder(Base):
    """A fair's report sent by mail every day, week or month to somebody who may have it."""

    __tablename__ = "mail_order"
    __table_args__ = (
        CheckConstraint("every IN ('day', 'week', 'month')", name="every"),
        Index("ix_mail_order_due", "ended_at", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    every: Mapped[str] = mapped_column(String(6))
    next_at: Mapped[datetime]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PaperDuty(Base):
    """An employer destroys its copies of somebody's documents: because the consent ended, or because she asked for it."""

    __tablename__ = "paper_duty"
    __table_args__ = (
        Index("ix_paper_duty_employer", "employer_id", "done_at", "due_at"),
        Index("ix_paper_duty_seeker", "seeker_id", "employer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), unique=True)
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    asked_at: Mapped[datetime | None]  # null: nobody asked, the consent ended
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
