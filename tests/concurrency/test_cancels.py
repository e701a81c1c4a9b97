"""Meetings end while a longer change has locked people whom that concerns: both go through at the first try."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fairapp import audit, create_app, db
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, Resource, TimeClaim
from tests.concurrency.test_calls import somebody_waits
from tests.conftest import settings_for
from tests.factories import NOW
from tests.scheduling.floors import Hall


@pytest.fixture
def hall(make_url_of: Callable[[str], Any]) -> Iterator[Hall]:
    """Return a hall on PostgreSQL, where several write at a time."""
    app = create_app(settings_for(make_url_of("postgresql")))
    with app.app_context():
        yield Hall(db.of(app))
        db.of(app).close()


def tries_beside(hall: Hall, locked: Sequence[int], freed: int, change: Callable[[Any], Any]) -> int:
    """Make a change while somebody else has locked the resources of people and then wants time of `freed`; count the tries.

    The change frees that time. What is not locked before it is freed closes a circle: the change is undone and tried again.
    """
    database, tries = hall.database, []

    def counted(session: Any) -> Any:
        tries.append(1)
        return change(session)

    mine = select(TimeClaim).join(Resource, Resource.id == TimeClaim.resource_id)
    [held] = hall.rows(mine.where(Resource.account_id == freed).limit(1))
    with database.write_engine.connect() as other, ThreadPoolExecutor(1) as pool:
        people = select(Resource.id).where(Resource.account_id.in_(locked)).order_by(Resource.id)
        other.execute(people.with_for_update())
        changed = pool.submit(hall.write, counted)
        with database.read_engine.connect() as watching:
            waited = threading.Event()
            while not somebody_waits(watching) and not changed.done():
                waited.wait(0.01)
        again = insert(TimeClaim).values(
            resource_id=held.resource_id, grain=held.grain, booking_id=held.booking_id, slot_id=held.slot_id
        )
        other.execute(again.on_conflict_do_nothing())  # is she free then? waits if the time is just being freed
        other.commit()
        changed.result(20)
    with database.read() as session:
        assert audit.breaches(session) == []
    return len(tries)


def states(hall: Hall) -> list[tuple[int, str]]:
    """Return whose bookings there are, and their states."""
    return [(row.seeker_id, row.status) for row in hall.rows(select(Booking).order_by(Booking.id))]


def test_a_cancellation_waits_before_it_frees_time_not_after(hall: Hall) -> None:
    booked, waiting = hall.seekers[:2]
    booking = hall.book(hall.open(120), 0)
    hall.write(actions.join_waitlist, waiting, NOW, booth_id=hall.booth)
    cancel = (actions.cancel, booking, booked, NOW)
    assert tries_beside(hall, (booked, waiting), booked, lambda session: cancel[0](session, *cancel[1:])) == 1
    assert states(hall) == [(booked, "cancelled"), (waiting, "held")]


def test_a_shorter_day_waits_before_it_frees_the_first_time_not_after(hall: Hall) -> None:
    slots = hall.open(120, 160)
    first, second = (hall.book(slot, n) for n, slot in enumerate(slots))
    choices: dict[int, Any] = {first: "tell", second: "tell"}
    host, (one, other) = hall.hosts[0], hall.seekers[:2]
    cut = (slots, choices, host, "일찍 닫아요", NOW)
    assert tries_beside(hall, (other,), one, lambda session: actions.cut_day(session, *cut)) == 1
    assert states(hall) == [(one, "cancelled"), (other, "cancelled")]


def test_its_closed_slots_free_nothing_of_a_host_who_is_locked(hall: Hall) -> None:
    slots = hall.open(120, 160)
    booking = hall.book(slots[1], 0)
    host, seeker = hall.hosts[0], hall.seekers[0]
    cut = (slots, {booking: "tell"}, host, "일찍 닫아요", NOW)
    assert tries_beside(hall, (seeker,), host, lambda session: actions.cut_day(session, *cut)) == 1
    assert states(hall) == [(seeker, "cancelled")]
