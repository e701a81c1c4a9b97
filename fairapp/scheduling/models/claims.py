"""Tables of claimed time: resources, claims, blocks, and what limits a host or lies between two places."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Resource(Base):
    """What can be in one place at a time: a person or a room."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (room_id IS NULL)", name="person_or_room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), unique=True)


class TimeClaim(Base):
    """One grain (five minutes, epoch // 300) of one resource's time. Its primary key makes double booking impossible.

    Only scheduling/actions/claims.py writes here.
    """

    __tablename__ = "time_claim"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN slot_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN block_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_owner",
        ),
    )

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True, autoincrement=False)
    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))


class Block(Base):
    """Time that its resource keeps for something else: a break, a private appointment, the way between two sites."""

    __tablename__ = "block"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(120), default="")
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())  # read from the person's calendar
    travel: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # a way that a plan keeps, not the person
    removed_at: Mapped[datetime | None]


class SiteDistance(Base):
    """How long it takes from one site to another, where that is not the longer reach of the two; site_a < site_b."""

    __tablename__ = "site_distance"
    __table_args__ = (
        CheckConstraint("site_a < site_b", name="order"),
        CheckConstraint("minutes BETWEEN 0 AND 240", name="minutes"),
    )

    site_a: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, autoincrement=False)
    site_b: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, autoincrement=False)
    minutes: Mapped[int]


class HostLimit(Base):
    """How many meetings a host takes at a fair; null: as many as there are times."""

    __tablename__ = "host_limit"
    __table_args__ = (
        CheckConstraint("in_row IS NULL OR in_row >= 1", name="in_row"),
        CheckConstraint("per_day IS NULL OR per_day >= 1", name="per_day"),
        CheckConstraint("per_fair IS NULL OR per_fair >= 1", name="per_fair"),
    )

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    in_row: Mapped[int | None]  # without a break between them
    per_day: Mapped[int | None]  # of the fair's zone
    per_fair: Mapped[int | None]
