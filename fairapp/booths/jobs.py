"""Timed calls of booths."""

from datetime import datetime

from sqlalchemy import select

from fairapp import db
from fairapp.booths import actions, queries
from fairapp.booths.models import Booth, Listing

AT_ONCE = 500


def tell_lapsed(now: datetime) -> int:
    """Announce listings and booths that have appeared or disappeared by the passing of time; return how many.

    The gate is a query and needs no help: this only tells those who are looking, and the people with bookings.
    """
    with db.read() as session:
        turned = list(session.scalars(select(Listing.id).where(queries.has_turned(now)).limit(AT_ONCE)))
    told = db.write(actions.tell_turns, turned, now) if turned else 0
    with db.read() as session:
        flipped = select(Booth.id).where(Booth.shown != queries.hiring(now)).order_by(Booth.id).limit(AT_ONCE)
        due = list(session.scalars(flipped))
    return told + (db.write(actions.tell_flips, due, now) if due else 0)


def remind_lapsing(now: datetime) -> int:
    """Ask the recruiters of booths whose intent lapses within a day whether they are still hiring; return how many booths."""
    with db.read() as session:
        due = queries.lapsing(session, now)
    if due:
        db.write(actions.remind_lapsing, due, now)
    return len(due)
