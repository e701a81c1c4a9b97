"""Timed calls: holds whose time has run out."""

from datetime import datetime

from fairapp import db
from fairapp.scheduling import actions, queries


def expire_holds(now: datetime) -> int:
    """Expire outdated holds and requests, each in a transaction of its own; return how many."""
    with db.read() as session:
        stale = queries.stale_holds(session, now)
    return sum(db.write(actions.expire, [booking_id], now) for booking_id in stale)
