"""Tables of what is told: numbered news of a fair, numbered news of one person, and letters on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class NewsCounter(Base):
    """The last number given in a fair. Updated as the last write of a transaction: the numbers have no gaps."""

    __tablename__ = "news_counter"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)
    oldest: Mapped[int] = mapped_column(default=1)  # the first number still kept; older ones mean a reset


class News(Base):
    """One event of a fair that anyone may know. Names no seeker."""

    __tablename__ = "news"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class PersonalCounter(Base):
    """The last number given to a person."""

    __tablename__ = "personal_counter"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)


class PersonalNews(Base):
    """One event that concerns one person: a booking, an offer, a call in a line."""

    __tablename__ = "personal_news"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    fair_id: Mapped[int | None] = mapped_column(ForeignKey("fair.id"))


class Outbox(Base):
    """A letter to be sent, written in the transaction that caused it; delivered at least once.

    `message_id` is fixed when the row is written: a letter repeated after a crash is the same letter.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'sending', 'sent', 'failed', 'dropped')", name="state"),
        Index("ix_outbox_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # one letter per cause: booking:7:2:seeker
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    address: Mapped[str | None] = mapped_column(String(320))  # only where no account can say it: a new address
    kind: Mapped[str] = mapped_column(String(40))  # which letter; rendered when sent, in the reader's language
    data: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="due")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
