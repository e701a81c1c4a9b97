"""Timed work on the way to a job."""

from datetime import datetime

from fairapp import db
from fairapp.programmes import actions, queries, rules

AT_ONCE = 50  # people in one transaction


def settle_counsellors(now: datetime) -> int:
    """Hand over whose counsellor is away or has left, and serve who waits; return how many got a counsellor."""
    with db.read() as session:
        agencies = queries.unsettled(session, now, rules.day_of(now))
    return sum(db.write(actions.settle, agency_id, now) for agency_id in agencies)


def see_pools(now: datetime) -> int:
    """Write down who came into which pool and who left, and tell the counsellors in charge; return how many came."""
    with db.read() as session:
        pools = queries.every_pool(session, rules.day_of(now))
    return sum(db.write(actions.see_pool, pool_id, now) for pool_id in pools)


def remind_of_referrals(now: datetime) -> int:
    """Remind who is late with an answer to a referral, once a week; return how many referrals."""
    with db.read() as session:
        due = queries.referrals_due(session, rules.day_of(now), now - actions.EVERY)
    return sum(db.write(actions.remind_of_referral, referral_id, now) for referral_id in due)


def lead_back(now: datetime) -> int:
    """Lead everybody who left a fair without a job back into the way; return how many."""
    with db.read() as session:
        fairs = queries.ended_fairs(session, now)
    new = 0
    for fair_id, agency_id, results_by in fairs:
        with db.read() as session:
            seekers = queries.unmatched(session, fair_id, results_by, now)
        for start in range(0, len(seekers), AT_ONCE):
            new += db.write(actions.lead_back, fair_id, agency_id, seekers[start : start + AT_ONCE], now)
    return new
