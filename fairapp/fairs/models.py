"""Tables of fairs: the event, its sites and their rooms. The phase is computed, never stored."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Fair(Base):
    """A time-limited event. Its phase follows from these times and `now`: rules.phase."""

    __tablename__ = "fair"
    __table_args__ = (
        CheckConstraint("mode IN ('online', 'onsite', 'hybrid')", name="mode"),
        CheckConstraint("booking_opens_at <= ends_at AND starts_at < ends_at", name="times"),
        CheckConstraint("change_minutes >= 0 AND book_minutes >= 0 AND quota_relaxes_minutes >= 0", name="policy"),
        CheckConstraint("quota IS NULL OR quota >= 1", name="quota"),
        CheckConstraint("languages IN ('ko', 'ko,en')", name="languages"),
        Index("ix_fair_starts", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    mode: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(60), default="Asia/Seoul")
    announced_at: Mapped[datetime | None]  # null or later than now: a draft
    booking_opens_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    intent_days: Mapped[int] = mapped_column(default=7)  # how long a confirmed hiring intent counts
    cancel_minutes: Mapped[int] = mapped_column(
        default=60
    )  # until how long before its start a booking can be cancelled
    change_minutes: Mapped[int] = mapped_column(server_default=text("60"))  # the same for moving it
    book_minutes: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # until how long before its start a slot is booked
    ahead_days: Mapped[int | None]  # how long before its start it can be booked at the earliest; null: any time
    hold_minutes: Mapped[int] = mapped_column(default=5)
    quota: Mapped[int | None]  # interviews that a seeker may have before her at a time; null: any number
    quota_relaxes_minutes: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # nearer to its start a slot is not counted
    grace_minutes: Mapped[int] = mapped_column(server_default=text("10"))  # how long a meeting waits for who is late
    hire_target: Mapped[int | None]
    cost: Mapped[int | None]  # of the whole fair, in KRW
    result_days: Mapped[int] = mapped_column(server_default=text("7"))  # after an interview, for its result
    booth_limit: Mapped[int | None]  # so many booths at most; further ones wait. Null: no limit
    applications_until: Mapped[datetime | None]  # until when employers apply; null: until the end
    languages: Mapped[str] = mapped_column(String(5), server_default=text("'ko,en'"))  # in which texts are asked for
    letter_note: Mapped[str] = mapped_column(Text, server_default=text("''"))  # stands in every letter about a meeting
    letter_note_en: Mapped[str] = mapped_column(Text, server_default=text("''"))
    phase_told: Mapped[str | None] = mapped_column(String(10))  # the last phase announced as news; decides nothing
    created_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(default=1)


class FairAgency(Base):
    """An agency that takes part in a fair that another one runs: it sees the fair's figures, its coaches coach there."""

    __tablename__ = "fair_agency"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, autoincrement=False, index=True)


class Site(Base):
    """A place: hall, campus branch, youth café, community video room, or `online`."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("kind IN ('hall', 'campus', 'cafe', 'district', 'video', 'online')", name="kind"),
        CheckConstraint("reach_minutes BETWEEN 0 AND 240", name="reach"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL OR"
            " (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180))",
            name="point",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    reach_minutes: Mapped[int] = mapped_column(
        server_default=text("10")
    )  # from another place, or a screen, to this one
    region: Mapped[str | None] = mapped_column(String(5))  # 시군구, codes.regions
    latitude: Mapped[float | None] = mapped_column(Float)  # degrees north, WGS 84
    longitude: Mapped[float | None] = mapped_column(Float)  # degrees east
    access: Mapped[str] = mapped_column(String(80), server_default=text("''"))  # of rules.ACCESS, with commas between
    contact: Mapped[str] = mapped_column(String(200), server_default=text("''"))  # whom to ask, in words


class FairSite(Base):
    """A site used by a fair."""

    __tablename__ = "fair_site"

    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), primary_key=True, autoincrement=False)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, autoincrement=False)


class Room(Base):
    """Something only one meeting can use at a time: a table, a cubicle, a video room."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        UniqueConstraint("site_id", "at_column", "at_row"),
        CheckConstraint("(at_column IS NULL) = (at_row IS NULL)", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(60))
    at_column: Mapped[int | None]  # its place on the site's floor plan, from 1 at the left
    at_row: Mapped[int | None]  # from 1 at the top


class FloorPlan(Base):
    """The floor of a site: a grid on which its rooms stand, over a picture if there is one."""

    __tablename__ = "floor_plan"
    __table_args__ = (
        CheckConstraint("columns BETWEEN 1 AND 60 AND rows BETWEEN 1 AND 60", name="size"),
        CheckConstraint("(image IS NULL) = (image_kind IS NULL)", name="image"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, autoincrement=False)
    columns: Mapped[int]
    rows: Mapped[int]
    image: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    image_kind: Mapped[str | None] = mapped_column(String(10))  # image/png, image/jpeg or image/webp
    changed_at: Mapped[datetime]
