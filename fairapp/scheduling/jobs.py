"""Timed calls: holds and calls whose time has run out, meetings of a line that are over."""

from contextlib import suppress
from datetime import datetime

from fairapp import db
from fairapp.scheduling import actions, queries, rules


def expire_holds(now: datetime) -> int:
    """Expire outdated holds and requests, each in a transaction of its own; return how many."""
    with db.read() as session:
        stale = queries.stale_holds(session, now)
    return sum(db.write(actions.expire, [booking_id], now) for booking_id in stale)


def hold_draws(now: datetime) -> int:
    """Hold the draws whose time has come, one entry a transaction; return how many ended."""
    with db.read() as session:
        due = queries.draws_due(session, now)
    for draw_id in due:
        while db.write(actions.draw_next, draw_id, now):
            pass
    return len(due)


def remind(now: datetime) -> int:
    """Write the letters that remind of meetings a day and two hours ahead; return how many."""
    made = 0
    for kind in rules.LEADS:
        with db.read() as session:
            due = queries.reminders_due(session, kind, now)
        if due:
            made += db.write(actions.remind, due, now)
    return made


def end_meetings(now: datetime) -> int:
    """End the meetings of walk-in lines whose time is over and which nobody ended; return how many."""
    with db.read() as session:
        over = queries.over_calls(session, now)
    for entry_id in over:
        with suppress(rules.NotCalled):  # somebody ended it in this moment
            db.write(actions.finish_meeting, entry_id, now)
    return len(over)
