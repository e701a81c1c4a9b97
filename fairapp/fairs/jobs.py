"""Timed calls of fairs."""

from datetime import datetime

from sqlalchemy import or_, select

from fairapp import db
from fairapp.fairs import actions
from fairapp.fairs.models import Fair
from fairapp.fairs.queries import phase_is


def tell_phases(now: datetime) -> int:
    """Announce each fair's phase that is not the one last told; return how many. No decision waits for it."""
    with db.read() as session:
        untold = or_(Fair.phase_told.is_(None), Fair.phase_told != phase_is(now))
        due = list(session.scalars(select(Fair.id).where(untold).order_by(Fair.id).limit(200)))
    return sum(db.write(actions.tell_phase, fair_id, now) for fair_id in due)
