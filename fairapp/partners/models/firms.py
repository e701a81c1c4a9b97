"""Tables of employers that may be one: by what they are found, likely pairs, and merges."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class FirmKey(Base):
    """What another employer must have in common with this one to be compared with it; see rules.firm_forms."""

    __tablename__ = "firm_key"
    __table_args__ = (Index("ix_firm_key_key", "key"),)

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)


class FirmLook(Base):
    """At which revision an employer was compared with the others; a later one is compared again."""

    __tablename__ = "firm_look"

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), primary_key=True, autoincrement=False)
    rev: Mapped[int]


class FirmPair(Base):
    """Two employers that are likely one. Somebody decides, once; what was found different stays so."""

    __tablename__ = "firm_pair"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="order"),
        CheckConstraint("decision IN ('same', 'different', 'gone')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        UniqueConstraint("low_id", "high_id"),
        Index("ix_firm_pair_high", "high_id"),
        Index("ix_firm_pair_open", "decision", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    permille: Mapped[int]  # how likely, in thousandths
    evidence: Mapped[dict[str, Any]]  # of name, phone, address, region: how they stand
    found_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(9))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class FirmValue(Base):
    """What a source tells of an employer: one value of one field, from its first day to its last; a new one is a new row."""

    __tablename__ = "firm_value"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days"),
        Index("ix_firm_value_employer", "employer_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"))
    field: Mapped[str] = mapped_column(String(20))  # of employers.rules.EmployerFields
    value: Mapped[str] = mapped_column(Text)
    first_on: Mapped[date]
    last_on: Mapped[date]


class FirmMerge(Base):
    """Two employers became one: `kept` goes on, `absorbed` rests. What moved is written down, so that it can be undone."""

    __tablename__ = "employer_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> absorbed_id", name="two"),
        Index(
            "uq_employer_merge_absorbed",
            "absorbed_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_employer_merge_kept", "kept_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("employer.id"))
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    moved: Mapped[dict[str, Any]]  # table: ids of the rows that went from the one to the other
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
