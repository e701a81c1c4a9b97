"""The table of employers."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base


class Employer(Base):
    """An organisation that hires. Its business registration is verified once, by an organizer."""

    __tablename__ = "employer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    name_key: Mapped[str] = mapped_column(String(120), index=True)  # rules.name_key: (주), spaces and width folded
    registration_number: Mapped[str | None] = mapped_column(String(10), unique=True)  # ten digits
    industry: Mapped[str] = mapped_column(String(120), default="")
    industry_en: Mapped[str] = mapped_column(String(120), default="")
    employees: Mapped[int | None]
    region: Mapped[str | None] = mapped_column(String(5))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), server_default=text("''"))  # of the office, as written
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    rev: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("employer.id"), index=True
    )  # rests: the one that stays
