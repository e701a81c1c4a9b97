"""Timed: news becomes changes within a second, listings lapse, and fairs are compared in case anything was missed."""

from datetime import datetime

from fairapp import db
from fairapp.partners import actions, queries, rules

MOST_ROUNDS = 20  # of one run: so many times AT_ONCE news


def publish(now: datetime) -> int:
    """Number what has happened to public listings; return how many changes."""
    with db.read() as session:
        unknown = queries.unknown_fairs(session)
    if unknown:
        db.write(actions.begin_fairs, unknown)
    written = 0
    for _ in range(MOST_ROUNDS):
        with db.read() as session:
            put_off = queries.put_off(session, now)
            due = put_off or queries.unread(session) or queries.lapsed(session, now)
        if not due:
            break
        written += db.write(actions.publish, now, put_off)
    return written


def compare(now: datetime) -> int:
    """Look at every listing of fairs that have waited for it, and number what differs; return how many changes."""
    written = 0
    for _ in range(MOST_ROUNDS):
        with db.read() as session:
            fair_id = queries.to_compare(session, now)
        if fair_id is None:
            break
        written += compare_fair(fair_id, now)
    return written


def compare_fair(fair_id: int, now: datetime) -> int:
    """Look at every listing of the fair, a part at a time; return how many changes that made."""
    written, reached = 0, 0
    while True:
        with db.read() as session:
            ids, last = queries.differing(session, fair_id, now, reached)
        if ids:
            written += db.write(actions.publish, now, ids)
        if last is None:
            break
        reached = last
    db.write(actions.compared, fair_id, now)
    return written


def forget_changes(now: datetime) -> int:
    """Delete changes that nobody can catch up with any more; return how many."""
    forgotten = 0
    while done := db.write(actions.forget_changes, now - rules.KEPT):
        forgotten += done
    return forgotten
