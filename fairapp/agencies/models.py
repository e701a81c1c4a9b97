"""Tables of agencies, and of what they agreed to share."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

KINDS = ("city", "district", "school", "training", "private", "public")


class Agency(Base):
    """An organisation that runs fairs or coaches people."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint("kind IN ('city', 'district', 'school', 'training', 'private', 'public')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    region: Mapped[str | None] = mapped_column(String(5))  # where it is: a 시도 or 시군구
    serves: Mapped[list[str]] = mapped_column(default=list)  # a desk for these groups alone; none: everybody
    absence_limit: Mapped[int | None]  # so many meetings missed in so many days: one interview at a time; None: no rule
    absence_days: Mapped[int] = mapped_column(server_default=text("90"))
    created_at: Mapped[datetime]


SHARED = ("seekers", "trainees", "employers", "listings")


class Agreement(Base):
    """One agency hands data of some kinds to another, for a purpose and until a day. Both agree; either ends it."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("giver_id <> receiver_id", name="two_agencies"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
        Index("ix_agreement_giver", "giver_id", "receiver_id"),
        Index("ix_agreement_receiver", "receiver_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kinds: Mapped[list[str]]  # of SHARED
    purpose: Mapped[str] = mapped_column(String(300))
    starts_on: Mapped[date]  # days of Korea, both included
    ends_on: Mapped[date]
    offered_for: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # which of the two wrote it; the other accepts
    offered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
