"""Timed work with employers: those that are new or changed are compared with the others."""

from datetime import datetime

from fairapp import db
from fairapp.partners import actions


def find_firm_pairs(now: datetime) -> int:
    """Compare the next employers that are new or changed, and return how many; let latecomers of merges follow first."""
    db.write(actions.settle_firms, now)
    return actions.find_firm_pairs(db.write, db.read, now)
