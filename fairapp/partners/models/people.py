"""Tables of people as partners know them: their rows, which account each is about, likely pairs, and merges."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Record(Base):
    """One partner's row about one person, as it reads now. Until it was joined, nobody's screen shows it."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("source_id", "own_id"),
        Index("ix_record_account", "account_id"),
        # What the job looks for: rows that are not joined yet.
        Index(
            "ix_record_unjoined",
            "id",
            sqlite_where=text("account_id IS NULL AND gone_at IS NULL"),
            postgresql_where=text("account_id IS NULL AND gone_at IS NULL"),
        ),
        Index("ix_record_name_key", "name_key"),
        Index("ix_record_phone", "phone"),
        Index("ix_record_birth_date", "birth_date"),
        Index("ix_record_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"))
    own_id: Mapped[str] = mapped_column(String(120))  # the partner's number; without one a digest of who it is
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    joined_by: Mapped[str | None] = mapped_column(String(8))  # `new`, `linked`, `person`: how it came to the account
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(20))
    birth_date: Mapped[date | None]
    values: Mapped[dict[str, Any]]  # what else it tells: rules.PersonRow
    said_on: Mapped[date]  # the day of which it speaks: the partner's, else that of the import
    consented_on: Mapped[date | None]  # the day on which the partner says that the person agreed; null: not yet
    first_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # the last import that had it
    gone_at: Mapped[datetime | None]  # missing in a whole list, or withdrawn
    rev: Mapped[int] = mapped_column(server_default=text("1"))


class RecordVersion(Base):
    """What a record told before it was changed. Erased with the person."""

    __tablename__ = "record_version"
    __table_args__ = (UniqueConstraint("record_id", "rev"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    rev: Mapped[int]
    said_on: Mapped[date]
    until: Mapped[datetime]  # when the next version came
    values: Mapped[dict[str, Any]]


class Pair(Base):
    """Two accounts that are likely one person. Somebody decides, once; what was found different stays so."""

    __tablename__ = "likely_pair"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="order"),
        CheckConstraint("decision IN ('same', 'different', 'gone')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(asked_at IS NULL) = (asked_by IS NULL)", name="asked"),
        CheckConstraint("asked_at IS NOT NULL OR (low_yes_at IS NULL AND high_yes_at IS NULL)", name="answered"),
        UniqueConstraint("low_id", "high_id"),
        Index("ix_likely_pair_high", "high_id"),
        Index("ix_likely_pair_open", "decision", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    permille: Mapped[int]  # how likely, in thousandths
    found_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(9))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # Both accounts have owners: only they can say it, each from her account.
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    low_yes_at: Mapped[datetime | None]
    high_yes_at: Mapped[datetime | None]


class Merge(Base):
    """Two accounts became one: `kept` goes on, `absorbed` rests. What moved is written down, so that it can be undone."""

    __tablename__ = "account_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> absorbed_id", name="two"),
        Index(
            "uq_account_merge_absorbed",
            "absorbed_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_account_merge_kept", "kept_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # null: the linking itself was sure enough
    moved: Mapped[dict[str, Any]]  # table: ids of the rows that went from the one to the other
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
