"""Tables of the way back after a fair, and of candidates from the pools for listings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class WayBack(Base):
    """A seeker who left a fair without a job: what happened to her there, and three next steps. One a fair and seeker."""

    __tablename__ = "way_back"
    __table_args__ = (
        CheckConstraint("state IN ('handed', 'waiting', 'offered', 'refused')", name="state"),
        UniqueConstraint("fair_id", "seeker_id"),
        Index("ix_way_back_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[str] = mapped_column(String(8))  # handed to a counsellor, waiting for one, offered by letter
    happened: Mapped[dict[str, Any]]  # counts: interviews, rejected, missed, …
    steps: Mapped[dict[str, Any]]  # {"steps": [{"kind", "id"}]}, three of them
    at: Mapped[datetime]


class ListingWish(Base):
    """What a listing says to the pools: whether it looks for key people, and when the work begins."""

    __tablename__ = "listing_wish"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True, autoincrement=False)
    key_people: Mapped[bool] = mapped_column(server_default=false())
    starts_on: Mapped[date | None]  # null: as soon as somebody is found
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Candidacy(Base):
    """Somebody of a pool whom an employer asked through her agency; until she agrees he does not know who she is."""

    __tablename__ = "candidacy"
    __table_args__ = (
        UniqueConstraint("listing_id", "seeker_id"),
        CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="answered"),
        Index("ix_candidacy_seeker", "seeker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    available_from: Mapped[date | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    invited_at: Mapped[datetime | None]  # last, to an interview
