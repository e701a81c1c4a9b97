"""What partners were told of listings: the changes in one order over all fairs, and the state after the last of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class ChangeCounter(Base):
    """The number of the last change: one row. Whoever writes changes locks it first, so numbers are commits in order."""

    __tablename__ = "change_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)


class Change(Base):
    """One change that anybody may know. `data` of a listing is the whole listing; a closed one has none."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_at", "at"), Index("ix_change_listing", "listing_id", "seq"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))  # listing.opened, …changed, …closed, booth.*, fair.phase
    at: Mapped[datetime]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    data: Mapped[dict[str, Any]]


class PublicListing(Base):
    """A listing as partners were last told of it; who may see it now is decided by the gate, never here."""

    __tablename__ = "public_listing"
    __table_args__ = (
        Index("ix_public_listing_until", "until"),
        Index("ix_public_listing_fair", "fair_id", "listing_id"),
        Index("ix_public_listing_booth", "booth_id"),
        Index("ix_public_listing_seq", "seq"),
        Index("ix_public_listing_fair_seq", "fair_id", "seq"),
    )

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True, autoincrement=False)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    seq: Mapped[int]  # of the last change that told of it
    at: Mapped[datetime]  # when that was
    until: Mapped[datetime]  # when time alone will close it
    data: Mapped[dict[str, Any]]


class FairRead(Base):
    """How far a fair's news has been read into changes, and when its listings were last compared one by one."""

    __tablename__ = "fair_read"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]  # when the last change of this fair was written
    compared_at: Mapped[datetime | None]
