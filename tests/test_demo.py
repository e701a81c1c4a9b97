"""The demo fair: among other data, and run again long after it has ended."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from fairapp import audit, db, demo
from fairapp.agencies.models import Agency
from fairapp.booths.models import Listing
from fairapp.coaching.models import Coach
from fairapp.demo_people import Size
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Booking, Slot
from tests import factories
from tests.factories import NOW

SMALL = Size(seekers=12, recruiters=2, listings=3)


def found(app: Flask, statement: Any) -> list[Any]:
    """Return the rows of a select, as tuples."""
    with db.of(app).read() as session:
        return [tuple(row) for row in session.execute(statement)]


def test_demo_coaches_join_the_demos_own_agencies(app: Flask) -> None:
    db.of(app).write(lambda s: [factories.make_agency(s).id for _ in range(2)])
    demo.build(db.of(app), SMALL, NOW)
    own = select(Agency.slug).join(Coach, Coach.agency_id == Agency.id).distinct().order_by(Agency.slug)
    assert found(app, own) == [("daegu-onestop",), ("dalseo",), ("demo-youth",)]


def test_an_ended_demo_fair_is_moved_to_today_as_long_as_it_ever_was(app: Flask) -> None:
    fair = select(Fair.starts_at, Fair.ends_at).where(Fair.slug == "demo")
    bookings = select(Booking.id, Booking.status, Booking.slot_id, Booking.rev).order_by(Booking.id)
    demo.build(db.of(app), SMALL, NOW)
    [(starts, ends)], booked = found(app, fair), found(app, bookings)
    assert booked
    demo.build(db.of(app), SMALL, NOW + timedelta(hours=1))
    assert found(app, fair) == [(starts, ends)]  # it still runs
    for later in (timedelta(days=20), timedelta(days=1500)):
        now = NOW + later
        demo.build(db.of(app), SMALL, now)
        assert found(app, fair) == [(starts + later, ends + later)]
        assert found(app, bookings) == booked
        free = select(func.count()).where(Slot.starts_at > now, Slot.ends_at < ends + later)
        assert found(app, free)[0][0] > 20
        open_now = select(func.count()).where(Listing.opens_at <= now, Listing.closes_at > now)
        assert found(app, open_now)[0][0] > 20
        with db.of(app).read() as session:
            assert audit.breaches(session) == []
