"""The keys by which an agency's programs call."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

# What a key may be for. A call that names none of these takes no key at all.
SCOPES = (
    "listings:read",
    "changes:read",
    "seekers:write",
    "employers:write",
    "trainees:write",
    "listings:write",
)


class ApiKey(Base):
    """A key of an agency. Only the hash of its secret is kept; an old and a new key may hold side by side."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("per_minute BETWEEN 1 AND 6000", name="per_minute"),
        Index("ix_api_key_agency", "agency_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(80))  # what its organizer calls it
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]  # calls in a minute, at most
    hint: Mapped[str] = mapped_column(String(20))  # how the secret begins, to tell keys apart
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # to within rules.keys.NOTED_EVERY
    revoked_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("api_key.id"))  # the one it was rotated from
