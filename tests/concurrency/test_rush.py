"""A rush: many people want one slot, or all the slots of a fair, at once. The possible number win; nobody is left without."""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.scheduling import actions
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.models import Booking, WaitlistEntry
from tests import factories
from tests.concurrency.crowd import Ask, over_http
from tests.concurrency.hall import Hall, make_booth, make_token
from tests.concurrency.test_race import within
from tests.concurrency.test_servers_race import servers
from tests.concurrency.truth import audited, doubles
from tests.conftest import BOTH, settings_for

THREADS = 64
MINUTE = timedelta(minutes=1)


def build(session: Session, now: datetime, booths: int, slots: int, people: int) -> Hall:
    """Make so many booths with as many slots each, all apart in time, and people who want them."""
    day = timedelta(days=1)
    times = {"announced_at": now - 9 * day, "booking_opens_at": now - 5 * day, "created_at": now - 9 * day}
    fair = factories.make_fair(session, **times, starts_at=now - day, ends_at=now + 2 * day)
    begin = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4)
    made: list[int] = []
    ids = [make_booth(session, fair.id, now, many=False) for _ in range(booths)]
    for booth in ids:
        host = factories.make_seeker(session, created_at=now).id
        cut = [(begin + 20 * n * MINUTE, begin + 20 * (n + 1) * MINUTE) for n in range(slots)]
        made += actions.open_slots(session, Offer(fair.id, "interview", host, booth_id=booth), cut, now).slots
    accounts = [factories.make_seeker(session, created_at=now).id for _ in range(people)]
    return Hall(fair.id, ids, made, [make_token(session, one, now) for one in accounts])


@dataclass
class Rush:
    """What became of each person: booked, waiting, or neither."""

    won: list[int] = field(default_factory=list)
    waiting: int = 0
    without: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def one(self, ask: Ask, hall: Hall, token: str, place: int) -> None:
        """Be one person: try a slot, then the alternatives that come with each refusal, then wait."""
        slots = len(hall.slots) // len(hall.booths)
        slot = str(hall.slots[place])
        for _ in range(slots * 4):
            status, said = ask("POST", "/api/v1/bookings", token, {"slot": slot, "consent": True}, {})
            with self.lock:
                self.statuses[f"{status} {said.get('type', '')}".strip()] += 1
            if status == 201:
                with self.lock:
                    self.won.append(int(said["id"]))
                return
            if status != 409 or not said["alternatives"]:
                break
            slot = random.Random(token).choice(said["alternatives"])["id"]
        path = f"/api/v1/booths/{hall.booths[place // slots]}/waitlist"
        status, said = ask("POST", path, token, None, {})
        with self.lock:
            if status == 201 and said["position"] > 0:
                self.waiting += 1
            else:
                self.without.append(f"{status} {said}")


def rush(hall: Hall, connect: Callable[[], Ask]) -> Rush:
    """Let everybody want a slot at the same moment; return what became of them."""
    found, start = Rush(), threading.Barrier(THREADS)
    shares = [range(n, len(hall.tokens), THREADS) for n in range(THREADS)]

    def some(mine: range) -> None:
        ask = connect()
        start.wait(60)
        for n in mine:
            found.one(ask, hall, hall.tokens[n], random.Random(n).randrange(len(hall.slots)))

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(some, mine) for mine in shares]:
            done.result()
    return found


def seen_to_be_fair(database: db.Database, hall: Hall, found: Rush) -> None:
    """See that exactly the possible number won, nobody twice, and everybody else waits."""
    assert found.without == []
    assert (len(set(found.won)), found.waiting) == (len(hall.slots), len(hall.tokens) - len(hall.slots))
    assert {status.split()[0] for status in found.statuses} <= {"201", "409"}
    with database.read() as session:
        active = select(func.count(), func.count(Booking.seeker_id.distinct())).where(Booking.seat_no.is_not(None))
        assert tuple(session.execute(active).one()) == (len(hall.slots), len(hall.slots))
        both = (
            select(func.count()).select_from(Booking).join(WaitlistEntry, WaitlistEntry.seeker_id == Booking.seeker_id)
        )
        assert session.scalar(both) == 0
    assert doubles(database) == {}
    assert audited(database) == []


@pytest.mark.parametrize(("booths", "slots", "people"), [(1, 1, 100), (5, 4, 120)])
def test_a_rush_is_fair(app_on_both: Flask, booths: int, slots: int, people: int) -> None:
    database = db.of(app_on_both)
    hall = database.write(build, clock.now(), booths, slots, people)
    seen_to_be_fair(database, hall, rush(hall, within(app_on_both)))


@pytest.fixture(params=BOTH)
def served(
    request: pytest.FixtureRequest, make_url_of: Callable[[str], str], tmp_path: Path
) -> Iterator[tuple[db.Database, Any]]:
    """Run real servers, two on PostgreSQL; return the database, whose rows the test makes, and how to ask them."""
    url = settings_for(make_url_of(request.param)).database_url
    database = db.Database(url)
    yield database, lambda: servers(url, 1 if database.sqlite else 2, tmp_path / "mail")
    database.close()


@pytest.mark.soak
@pytest.mark.parametrize(("booths", "slots", "people"), [(1, 1, 1000), (20, 10, 2000)])
def test_a_rush_on_real_servers_is_fair(
    served: tuple[db.Database, Any], booths: int, slots: int, people: int, capsys: pytest.CaptureFixture[str]
) -> None:
    database, serve = served
    hall = database.write(build, clock.now(), booths, slots, people)
    database.writer.stop()
    with serve() as urls:
        began = time.monotonic()
        found = rush(hall, over_http(urls))
        took = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{people} people, {booths * slots} slots: {took:.1f} s, {dict(found.statuses)}\n")
    seen_to_be_fair(database, hall, found)
