"""Timed work with contested values: who must answer is told before the time is over."""

from datetime import datetime, timedelta

from fairapp import db
from fairapp.partners import actions, queries
from fairapp.partners.rules import WARNED_BEFORE


def warn_of_corrections(now: datetime) -> int:
    """Tell organizers of answers that are due within three days, once; return how many letters."""
    with db.read() as session:
        due = queries.due_corrections(session, actions.day_of(now) + timedelta(days=WARNED_BEFORE))
    return sum(db.write(actions.warn, one, now) for one in due)
