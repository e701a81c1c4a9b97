"""Reads of notices: what is told to everybody at a fair, and what to one person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths.models import Notice

MOST_SHOWN = 5


def public_notices(session: Session, fair_id: int, now: datetime) -> Sequence[Notice]:
    """Return what is told to everybody at the fair now, the newest first."""
    found = select(Notice).where(Notice.fair_id == fair_id, Notice.audience == "fair", Notice.until > now)
    return session.scalars(found.order_by(Notice.id.desc()).limit(MOST_SHOWN)).all()


def notices_of(session: Session, fair_id: int, limit: int = 20) -> Sequence[Notice]:
    """Return the last notices of a fair, to whomever, the newest first."""
    return session.scalars(
        select(Notice).where(Notice.fair_id == fair_id).order_by(Notice.id.desc()).limit(limit)
    ).all()
