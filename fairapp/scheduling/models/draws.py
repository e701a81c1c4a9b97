"""Tables of draws: slots given to ranked wishes, by a seed that is published afterwards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Draw(Base):
    """Some slots of a booth that are drawn for. The seed is secret until `drawn_at`; its hash is public from the start."""

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("closes_at <= draws_at", name="times"),
        Index("ix_draw_booth", "booth_id", "id"),
        Index(
            "ix_draw_due",
            "draws_at",
            sqlite_where=text("drawn_at IS NULL"),
            postgresql_where=text("drawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    seed: Mapped[str] = mapped_column(String(64))
    closes_at: Mapped[datetime]  # entries and changes until then
    draws_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # seats and order are fixed
    done: Mapped[int] = mapped_column(default=0)  # the place of the entry that had its turn last
    drawn_at: Mapped[datetime | None]  # every entry has had its turn
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class DrawSlot(Base):
    """A slot that is drawn for, once; `seats` are those it had when the draw began."""

    __tablename__ = "draw_slot"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True, autoincrement=False)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True, autoincrement=False, unique=True)
    seats: Mapped[int]


class DrawEntry(Base):
    """Somebody's wishes, the dearest first. `code` names it in what is published; nobody else knows whose it is."""

    __tablename__ = "draw_entry"
    __table_args__ = (
        UniqueConstraint("draw_id", "seeker_id"),
        UniqueConstraint("draw_id", "code"),
        Index("ix_draw_entry_place", "draw_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code: Mapped[str] = mapped_column(String(16))
    wishes: Mapped[list[str]]  # ids of slots
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    consent: Mapped[bool]
    entered_at: Mapped[datetime]
    place: Mapped[int | None]  # in the order that was drawn; null until then
    excluded: Mapped[list[str]] = mapped_column(default=list)  # wishes that could not be hers when it was her turn
    won_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
