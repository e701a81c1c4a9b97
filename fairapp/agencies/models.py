"""The table of agencies."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, text
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
    absence_limit: Mapped[int | None]  # so many meetings missed in so many days: one interview at a time; None: no rule
    absence_days: Mapped[int] = mapped_column(server_default=text("90"))
    created_at: Mapped[datetime]
