"""Addresses of partners that changes are sent to, and each sending."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

TOPICS = ("listing", "booth", "fair")  # what the kinds of changes begin with


class Webhook(Base):
    """An address of an agency. Its secret is derived from the server's key, id and version: no copy of this table signs."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'dead', 'removed')", name="state"),
        Index("ix_webhook_agency", "agency_id", "id"),
        Index("ix_webhook_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    url: Mapped[str] = mapped_column(String(500))
    topics: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1)  # of the secret
    former_until: Mapped[datetime | None]  # until then the secret of the version before signs too
    position: Mapped[int]  # the last change that is in a delivery, or was passed over
    state: Mapped[str] = mapped_column(String(8), default="active")
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Delivery(Base):
    """One message to a webhook: the changes from one number to another. A webhook has one at a time, so they keep order."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("kind IN ('changes', 'again', 'test')", name="kind"),
        CheckConstraint("state IN ('due', 'sending', 'sent', 'failed')", name="state"),
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_webhook", "webhook_id", "id"),
        Index(
            "uq_delivery_waiting",
            "webhook_id",
            unique=True,
            sqlite_where=text("kind = 'changes' AND state <> 'sent'"),
            postgresql_where=text("kind = 'changes' AND state <> 'sent'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    kind: Mapped[str] = mapped_column(String(8))
    message_id: Mapped[str] = mapped_column(String(60))  # the same in every repetition
    after: Mapped[int]  # changes with numbers above this
    up_to: Mapped[int]  # and not above this
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="due")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    status: Mapped[int | None]  # of the last answer
    error: Mapped[str | None] = mapped_column(Text)
