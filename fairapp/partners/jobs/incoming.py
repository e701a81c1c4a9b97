"""Timed work with partners' data: imports that are due are read."""

from datetime import datetime

from fairapp import db
from fairapp.partners import actions


def bring_in(now: datetime) -> int:
    """Bring in the rows of the next import that is due, and return how many were taken on."""
    return actions.bring_in(db.write, db.read, now)


def join(now: datetime) -> int:
    """Find out whom records are about that nobody has joined yet, and return how many were looked at."""
    joined = actions.join(db.write, db.read, now)
    if joined:
        actions.merge_sure(db.write, db.read, now)
    return joined
