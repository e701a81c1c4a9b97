"""Tables of offered time: slots, and the hosts of those that have several."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Slot(Base):
    """An offer of time by a booth or a coach. Published, it holds the claims of its named hosts and room.

    `hosting` says who meets: `one` host, a `panel` (host_id leads, slot_host names the others), or `any` of those in
    slot_host, of whom one is chosen at booking. A room may be left open too: one of pool_site_id's is taken at booking.
    """

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("kind IN ('interview', 'coaching', 'group')", name="kind"),
        CheckConstraint("(booth_id IS NULL) <> (coach_id IS NULL)", name="one_giver"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("hosting IN ('one', 'panel', 'any')", name="hosting"),
        CheckConstraint("(hosting = 'any') = (host_id IS NULL)", name="host"),
        CheckConstraint("room_id IS NULL OR pool_site_id IS NULL", name="one_place"),
        CheckConstraint("busy_from <= starts_at AND ends_at <= busy_until", name="busy"),
        CheckConstraint("request_minutes >= 0 AND (request_minutes > 0 OR NOT requests_only)", name="requests"),
        Index("ix_slot_booth_starts", "booth_id", "starts_at", "id"),
        Index("ix_slot_coach_starts", "coach_id", "starts_at", "id"),
        Index("ix_slot_fair_starts", "fair_id", "starts_at", "id"),
        Index("ix_slot_host_starts", "host_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    kind: Mapped[str] = mapped_column(String(10))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("coach.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))  # the coach's, kept with the offer
    hosting: Mapped[str] = mapped_column(String(5), server_default="one")
    host_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # null: any of slot_host
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    pool_site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))  # this and room_id null: on a screen
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from: Mapped[datetime]  # the hosts' time: that of the meeting and the buffers around it
    busy_until: Mapped[datetime]
    capacity: Mapped[int] = mapped_column(default=1)
    topic: Mapped[str] = mapped_column(String(12), default="")  # of a coaching session: interview, resume, career
    opens_at: Mapped[datetime | None]  # bookable from then on; null: as soon as the fair is
    for_line: Mapped[bool] = mapped_column(server_default=false())  # kept for people who walk in
    request_minutes: Mapped[int] = mapped_column(server_default=text("0"))  # how long a request may keep it; 0: none
    requests_only: Mapped[bool] = mapped_column(server_default=false())  # booked only by a request that is accepted
    closed_at: Mapped[datetime | None]  # taken back by its host
    created_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(default=1)


class SlotHost(Base):
    """A further host of a panel, or one of those of whom any may meet."""

    __tablename__ = "slot_host"
    __table_args__ = (Index("ix_slot_host_account", "account_id", "slot_id"),)

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
