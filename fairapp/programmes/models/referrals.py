"""Tables of referrals: to a listing or to another agency, and each step of one, appended."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

REFERRAL_STEPS = ("asked", "refused", "sent", "seen", "accepted", "declined", "result", "withdrawn", "reminded")
ANSWERS = ("accepted", "declined")


class Referral(Base):
    """A counsellor sends a person on. It goes out only when she agreed to this one, by a receipt of her consent."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("(listing_id IS NULL) <> (to_agency_id IS NULL)", name="one_receiver"),
        CheckConstraint(
            "state IN ('asked', 'refused', 'sent', 'seen', 'accepted', 'declined', 'result', 'withdrawn')",
            name="state",
        ),
        Index("ix_referral_seeker", "seeker_id", "id"),
        Index("ix_referral_agency", "agency_id", "state", "due_on"),
        Index("ix_referral_listing", "listing_id", "id"),
        Index("ix_referral_to", "to_agency_id", "id"),
        Index("ix_referral_due", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))  # from
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    to_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    why: Mapped[str] = mapped_column(Text)  # what the receiver reads, once she agreed
    state: Mapped[str] = mapped_column(String(10))  # as the last step says
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    due_on: Mapped[date]  # the day by which an answer is expected
    made_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]


class ReferralStep(Base):
    """One step of a referral; appended, numbered without gaps."""

    __tablename__ = "referral_step"
    __table_args__ = (
        CheckConstraint(
            "what IN ('asked', 'refused', 'sent', 'seen', 'accepted', 'declined', 'result', 'withdrawn', 'reminded')",
            name="what",
        ),
        UniqueConstraint("referral_id", "no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    no: Mapped[int]
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text, default="")
