"""The table of coaches at a fair."""

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
