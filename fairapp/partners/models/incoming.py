"""Tables of what partner agencies send in: from where, how their columns are read, and each import."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class DataSource(Base):
    """A kind of data that one agency hands to another, again and again, in its own columns."""

    __tablename__ = "data_source"
    __table_args__ = (
        CheckConstraint("kind IN ('seekers', 'trainees', 'employers', 'listings')", name="kind"),
        CheckConstraint("(kind = 'listings') = (fair_id IS NOT NULL)", name="fair"),
        CheckConstraint("consent IN ('column', 'stated', 'ask')", name="consent"),
        CheckConstraint("(consent = 'stated') = (consented_on IS NOT NULL)", name="stated"),
        CheckConstraint("every_hours IS NULL OR every_hours BETWEEN 1 AND 720", name="every"),
        Index("ix_data_source_giver", "giver_id", "id"),
        Index("ix_data_source_receiver", "receiver_id", "id"),
        Index("ix_data_source_next", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    giver_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # the giver itself: its own data
    fair_id: Mapped[int | None] = mapped_column(ForeignKey("fair.id"))  # where listings go
    consent: Mapped[str] = mapped_column(String(8), default="ask")  # how it is known that people agreed
    consented_on: Mapped[date | None]  # `stated`: the day on which all of them had agreed
    whole: Mapped[bool] = mapped_column(
        server_default=false()
    )  # each import is the whole list: who is missing has left
    address: Mapped[str] = mapped_column(String(500), server_default=text("''"))  # fetched from there by itself
    every_hours: Mapped[int | None]
    next_at: Mapped[datetime | None]  # when it is fetched next
    etag: Mapped[str] = mapped_column(String(200), server_default=text("''"))  # of what was fetched last
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ColumnMap(Base):
    """How a file with these headings is read: said once, remembered."""

    __tablename__ = "column_map"
    __table_args__ = (UniqueConstraint("source_id", "headings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"))
    headings: Mapped[str] = mapped_column(String(64))  # rules.headings_digest
    columns: Mapped[dict[str, Any]]  # our field: the headings that together tell it
    constants: Mapped[dict[str, Any]]  # our field: what holds for every row
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]


class ImportRun(Base):
    """One file, or one call, of a source, and what became of its rows. The file itself is forgotten once it was read."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("way IN ('upload', 'api', 'fetch')", name="way"),
        CheckConstraint("state IN ('unmapped', 'ready', 'due', 'done', 'failed', 'dropped')", name="state"),
        Index("ix_import_run_source", "source_id", "id"),
        Index("ix_import_run_due", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"))
    way: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(8))
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # until it was read, a day at most
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, server_default=text("''"))  # why nothing could be read
    added: Mapped[int] = mapped_column(server_default=text("0"))
    changed: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    refused: Mapped[int] = mapped_column(server_default=text("0"))
    gone: Mapped[int] = mapped_column(server_default=text("0"))  # of a whole list: rows that are in it no more
    rejected: Mapped[str | None] = mapped_column(Text, deferred=True)  # CSV to be mended; forgotten after 30 days
