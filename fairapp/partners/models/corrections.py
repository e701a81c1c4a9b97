"""What people say is wrong in what partners tell about them, and what became of it (PIPA art. 36)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Correction(Base):
    """One value of a record that its person contests. Answered, it goes on acting: the same wrong value is not kept again.

    `digest` knows the contested value when its words are forgotten; `value` takes its place, none where it was deleted.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'corrected', 'deleted', 'refused', 'dropped')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'corrected') = (value IS NOT NULL)", name="value"),
        # One at a time of each value, whoever is faster.
        Index(
            "uq_correction_open",
            "record_id",
            "field",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_correction_account", "account_id", "id"),
        Index("ix_correction_record", "record_id", "id"),
        Index("ix_correction_due", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # who asks
    field: Mapped[str] = mapped_column(String(20))  # of rules.corrections.CONTESTED
    contested: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[str] = mapped_column(String(64))
    wished: Mapped[str] = mapped_column(Text)  # what is right; empty: it should be deleted
    why: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]  # the last day on which it may be answered
    warned_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(9), server_default=text("'open'"))
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    answer: Mapped[str] = mapped_column(Text, server_default=text("''"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # staff; null: it was taken back
