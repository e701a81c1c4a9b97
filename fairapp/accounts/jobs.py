"""Timed calls about accounts."""

from datetime import datetime

from fairapp import db
from fairapp.accounts import actions


def forget_old(now: datetime) -> None:
    """Delete sessions, links and counts of wrong passwords that no longer say anything."""
    db.write(actions.forget_old, now)
