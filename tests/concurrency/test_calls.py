"""Somebody leaves the line at the very moment in which she is called: the next is, and nothing is left of it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, select, text, update

from fairapp import audit, create_app, db
from fairapp.scheduling import actions
from fairapp.scheduling.models import BookingHistory, LineEntry
from tests.conftest import settings_for
from tests.factories import NOW
from tests.scheduling.floors import Hall


def somebody_waits(connection: Connection) -> bool:
    """Whether a transaction waits for a lock."""
    return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def test_who_leaves_while_she_is_called_is_passed_over_without_a_trace(make_url_of: Callable[[str], Any]) -> None:
    app = create_app(settings_for(make_url_of("postgresql")))
    with app.app_context():
        database = db.of(app)
        hall = Hall(database)
        hall.write(actions.open_line, hall.booth, 15, NOW)
        leaving, staying = (hall.write(actions.join_line, hall.booth, one, True, NOW) for one in hall.seekers[:2])
        with database.write_engine.connect() as other, ThreadPoolExecutor(1) as pool:
            other.execute(update(LineEntry).where(LineEntry.id == leaving).values(status="left", ended_at=NOW))
            called = pool.submit(hall.write, actions.call, hall.booth, hall.hosts[0], NOW)
            with database.read_engine.connect() as watching:
                waited = threading.Event()
                while not somebody_waits(watching) and not called.done():
                    waited.wait(0.01)
            other.commit()
            assert called.result(20) == staying
        entries = hall.rows(select(LineEntry.status).order_by(LineEntry.id))
        assert entries == ["left", "called"]
        assert len(hall.rows(select(BookingHistory.id))) == 1
        with database.read() as session:
            assert audit.breaches(session) == []
        database.close()
