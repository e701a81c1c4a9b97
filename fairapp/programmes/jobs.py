"""Timed work on the way to a job."""

from datetime import datetime

from fairapp import db
from fairapp.programmes import actions, queries, rules


def settle_counsellors(now: datetime) -> int:
    """Hand over whose counsellor is away or has left, and serve who waits; return how many got a counsellor."""
    with db.read() as session:
        agencies = queries.unsettled(session, now, rules.day_of(now))
    return sum(db.write(actions.settle, agency_id, now) for agency_id in agencies)
