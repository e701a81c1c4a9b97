"""Somebody cancels while a longer change has locked her and who waits for her seat: both go through at the first try."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fairapp import audit, create_app, db
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, Resource, TimeClaim
from tests.concurrency.test_calls import somebody_waits
from tests.conftest import settings_for
from tests.factories import NOW
from tests.scheduling.floors import Hall


def test_a_cancellation_waits_before_it_frees_time_not_after(make_url_of: Callable[[str], Any]) -> None:
    app = create_app(settings_for(make_url_of("postgresql")))
    with app.app_context():
        database = db.of(app)
        hall = Hall(database)
        booked, waiting = hall.seekers[:2]
        booking = hall.book(hall.open(120), 0)
        hall.write(actions.join_waitlist, waiting, NOW, booth_id=hall.booth)
        [held] = hall.rows(
            select(TimeClaim)
            .join(Resource, Resource.id == TimeClaim.resource_id)
            .where(Resource.account_id == booked)
            .limit(1)
        )
        tries: list[int] = []

        def cancel(session: Any) -> int:
            tries.append(1)
            return actions.cancel(session, booking, booked, NOW)

        with database.write_engine.connect() as other, ThreadPoolExecutor(1) as pool:
            people = select(Resource.id).where(Resource.account_id.in_((booked, waiting))).order_by(Resource.id)
            other.execute(people.with_for_update())
            cancelled = pool.submit(hall.write, cancel)
            with database.read_engine.connect() as watching:
                waited = threading.Event()
                while not somebody_waits(watching) and not cancelled.done():
                    waited.wait(0.01)
            again = insert(TimeClaim).values(resource_id=held.resource_id, grain=held.grain, booking_id=booking)
            other.execute(again.on_conflict_do_nothing())  # does she have time then? waits if it is just being freed
            other.commit()
            cancelled.result(20)
        assert tries == [1]
        live = [(row.seeker_id, row.status) for row in hall.rows(select(Booking).order_by(Booking.id))]
        assert live == [(booked, "cancelled"), (waiting, "held")]
        with database.read() as session:
            assert audit.breaches(session) == []
        database.close()
