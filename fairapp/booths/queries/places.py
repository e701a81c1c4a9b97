"""Reads of where booths stand in a hall."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth
from fairapp.booths.queries.gate import hiring
from fairapp.employers.models import Employer

MOST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """An approved booth with the room where it stands, if it does."""

    id: int
    room_id: int | None
    name: str
    name_en: str
    hiring: bool


def places(session: Session, fair_id: int, now: datetime, *, shown: bool = False) -> list[Place]:
    """Return the approved booths of a fair in order of name, at most 1,000; with `shown` those that are hiring now alone."""
    found = (
        select(Booth.id, Booth.room_id, Employer.name, Employer.name_en, hiring(now).label("hiring"))
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Booth.fair_id == fair_id, Booth.status == "approved")
        .order_by(Employer.name, Booth.id)
        .limit(MOST)
    )
    if shown:
        found = found.where(hiring(now))
    return [Place(*row[:4], bool(row.hiring)) for row in session.execute(found)]
