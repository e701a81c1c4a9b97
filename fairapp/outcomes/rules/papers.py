"""Decisions on the documents of applicants who were not hired: until when an employer sees them, when its copies are gone.

Fair Hiring Procedure Act (채용절차법) art. 11: who was not hired may ask for her documents back (1); the employer keeps
them as long as that may be asked (3) and then destroys them, as PIPA says (4). What was handed in electronically need not be
given back (1, proviso), but is destroyed. Enforcement Decree art. 2(1): within 14 days of the request; art. 4: the employer
sets in which time it may be asked, from 14 to 180 days after the decision.
"""

from datetime import datetime, timedelta
from typing import Literal

SHORTEST, LONGEST = timedelta(days=14), timedelta(days=180)  # Enforcement Decree art. 4
KEPT_AFTER = timedelta(days=30)  # after a rejection the employer sees the documents so long, and no longer
DESTROYED_WITHIN = timedelta(days=14)  # Enforcement Decree art. 2(1): copies are gone so long after request or end

# What a person says is wrong about her is corrected or answered within ten days: PIPA art. 36 and its Enforcement Decree.
ANSWERED_WITHIN = timedelta(days=10)

State = Literal["shown", "keeping", "asked", "due", "destroyed", "ended"]


def ends_at(decided_at: datetime, until: datetime, now: datetime) -> datetime:
    """Return when an employer ceases to see the documents of somebody it rejected; never later than was consented to."""
    return min(until, max(decided_at + KEPT_AFTER, now + timedelta(seconds=1)))


def state_of(
    until: datetime | None, rejected: bool, asked_at: datetime | None, opened: bool, done_at: datetime | None
) -> State:
    """Return where the documents of one person at one employer are; `until` is None where no consent holds."""
    if done_at is not None:
        return "destroyed"
    if asked_at is not None:
        return "asked"
    if until is not None:
        return "keeping" if rejected else "shown"
    return "due" if opened else "ended"
