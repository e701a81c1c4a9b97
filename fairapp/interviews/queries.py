"""Reads of interviews."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths import queries as booths
from fairapp.booths.models import Listing


def listing_is_open(session: Session, listing_id: int, booth_id: int | None, now: datetime) -> bool:
    """Whether the listing is one of the booth's and open at `now`."""
    found = select(Listing.id).where(Listing.id == listing_id, Listing.booth_id == booth_id, booths.is_open(now))
    return session.execute(found).first() is not None
