"""Tables of what a person and her counsellor agree on: goals, plans, notes, invitations to sessions for many."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

CONTACTS = ("call", "visit", "meeting", "message")


class Goal(Base):
    """What somebody wants to reach by a day. One that counts sessions is reached when she attended so many."""

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR dropped_at IS NULL", name="one_end"),
        CheckConstraint("sessions BETWEEN 1 AND 20", name="sessions"),
        Index("ix_goal_seeker", "agency_id", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    sessions: Mapped[int | None]  # of kind `group` to attend, from when the goal was set
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(300), default="")  # it was dropped


class Plan(Base):
    """A version of the plan; what was agreed on is never changed, a new version replaces it."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("agency_id", "seeker_id", "version"),
        CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="answered"),
        Index("ix_plan_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    goals: Mapped[dict[str, Any]]  # as they were then: {"goals": [{"text", "due_on"}]}
    offered_at: Mapped[datetime]
    offered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")  # what she asks to be changed


class CaseNote(Base):
    """What a counsellor wrote about a person. Shared ones are appended and go on to the next; private ones are read by
    their author alone."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint("contact IN ('call', 'visit', 'meeting', 'message')", name="contact"),
        Index("ix_case_note_seeker", "agency_id", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    private: Mapped[bool]
    contact: Mapped[str | None] = mapped_column(String(8))  # how they were in touch; null: they were not
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class SessionInvite(Base):
    """A counsellor invited somebody to a session for many."""

    __tablename__ = "session_invite"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True, autoincrement=False)
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False, index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
