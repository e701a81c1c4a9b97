"""Tables of coaching: coaches at a fair, and the notes of their sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

TOPICS = ("interview", "resume", "career")


class Coach(Base):
    """One coach at one fair: what she coaches in. Her slots belong to this row."""

    __tablename__ = "coach"
    __table_args__ = (UniqueConstraint("fair_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    topics: Mapped[list[str]] = mapped_column(default=list)
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]


class SessionNote(Base):
    """What somebody wrote about a coaching session. Private ones are read by their author alone, whoever else coaches."""

    __tablename__ = "session_note"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    private: Mapped[bool] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
