"""A server killed in the middle of bookings loses none that it acknowledged, and writes each person one letter."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from http.client import HTTPException
from queue import Empty, SimpleQueue

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.live.models import Outbox
from fairapp.scheduling.models import Booking
from tests.concurrency.crowd import over_http
from tests.concurrency.hall import Hall, build_many
from tests.concurrency.truth import audited, doubles
from tests.conftest import BOTH, settings_for
from tests.servers import MailServer, Program, app_server, wait_until, work_process
from tests.servers.app import healthy

CLIENTS = 16


class Service:
    """The programs under test on one database, which can be killed and come back."""

    def __init__(self, url: str, programs: list[Program], mail: MailServer) -> None:
        self.database = db.Database(settings_for(url).database_url)
        self.programs, self.mail, self.url = programs, mail, programs[0].url

    def kill(self) -> None:
        """End every program at once."""
        for program in self.programs:
            program.kill()

    def revive(self) -> None:
        """Start them again, some minutes later as far as the letters are concerned that were on their way."""
        self.database.write(make_due, ("sending", "due"))
        for program in self.programs:
            program.start()
        self.programs[0].wait_ready(lambda: healthy(self.url), 60)


def make_due(session: Session, states: tuple[str, ...]) -> None:
    """Let the minutes pass after which letters in these states are tried again."""
    then = clock.now() - timedelta(minutes=5)
    session.execute(update(Outbox).where(Outbox.state.in_(states)).values(claimed_at=then, due_at=then))


@pytest.fixture(params=BOTH)
def service(request: pytest.FixtureRequest, make_url_of: Callable[[str], str], mail: MailServer) -> Iterator[Service]:
    """Run the server, on PostgreSQL the scheduler beside it, and a mail server."""
    url = make_url_of(request.param)
    env = {"DATABASE_URL": url, "RATE_LIMITS": "off", "MAIL_URL": mail.url}
    with ExitStack() as stack:
        programs = [stack.enter_context(app_server(env))]
        if request.param == "postgresql":
            programs.append(stack.enter_context(work_process(env)))
        made = Service(url, programs, mail)
        yield made
        made.database.close()


def book_all(service: Service, hall: Hall, wanted: list[int], killer: Callable[[int], bool]) -> dict[int, int]:
    """Book slot n by seeker n for each n of `wanted`; `killer(acknowledged)` says when to kill. Return booking by n."""
    acknowledged: dict[int, int] = {}
    waiting: SimpleQueue[int] = SimpleQueue()
    for n in wanted:
        waiting.put(n)
    dead = threading.Event()

    def client() -> None:
        ask = over_http([service.url])()
        while not dead.is_set():
            try:
                n = waiting.get_nowait()
                body = {"slot": str(hall.slots[n]), "consent": True}
                status, data = ask("POST", "/api/v1/bookings", hall.tokens[n], body, {})
            except Empty:
                return
            except (OSError, HTTPException):
                continue  # killed meanwhile: nothing was acknowledged
            # 409: an earlier try reached the disk, but its answer never came.
            assert status in (201, 409), data
            if status == 201:
                acknowledged[n] = int(data["id"])

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        while not all(one.done() for one in clients):
            if not dead.is_set() and killer(len(acknowledged)):
                service.kill()
                dead.set()
            time.sleep(0.001)
        for one in clients:
            one.result()
    return acknowledged


def killed_and_revived(service: Service, bookings: int, kills: int, chance: random.Random) -> None:
    """Book that many, killing the service so many times in between, and check that nothing acknowledged is lost."""
    hall = build_many(service.database, clock.now(), bookings)
    service.mail.fail_next(5, keep=True)  # five answers of the mail server get lost: the letters are repeated
    acknowledged: dict[int, int] = {}
    for part in range(kills + 1):
        left = [n for n in range(bookings) if n not in acknowledged]
        goal = max(1, len(left) // (kills + 1 - part) + chance.randint(-5, 5))
        last = part == kills
        done = book_all(service, hall, left, lambda count, goal=goal, last=last: not last and count >= goal)
        acknowledged |= done
        if last:
            break
        service.revive()
        with service.database.read() as session:
            kept = {row.id: row.status for row in session.execute(select(Booking.id, Booking.status))}
        assert {kept.get(one) for one in acknowledged.values()} == {"confirmed"}, "an acknowledged booking is lost"
        assert doubles(service.database) == {}
        assert audited(service.database) == []
    service.kill()
    service.revive()
    check_letters(service, bookings)


def check_letters(service: Service, bookings: int) -> None:
    """See that each booking has its one letter row, was sent, and that repeats are known by their Message-ID."""

    def rows() -> dict[str, tuple[str, str]]:
        with service.database.read() as session:
            found = session.execute(select(Outbox.key, Outbox.state, Outbox.message_id)).all()
        return {row.key: (row.state, row.message_id) for row in found}

    def all_sent() -> bool:
        service.database.write(make_due, ("due",))
        return all(state == "sent" for state, _ in rows().values())

    wait_until(all_sent, 60, "all letters sent")
    with service.database.read() as session:
        ids = list(session.scalars(select(Booking.id)))
    assert set(rows()) == {f"booking:{one}:1" for one in ids}
    assert len(ids) == bookings
    came = defaultdict(list)
    for letter in service.mail.letters:
        came[letter.recipients].append(letter.message_id)
    assert all(len(set(ids)) == 1 for ids in came.values()), "repeats carry the same Message-ID"
    assert {ids[0] for ids in came.values()} == {message_id for _, message_id in rows().values()}
    assert len(service.mail.letters) > len(came), "some letters came twice"
    assert audited(service.database) == []


def test_a_killed_server_loses_nothing_it_acknowledged(service: Service) -> None:
    killed_and_revived(service, 100, 1, random.Random(1))


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_a_server_killed_ten_times_loses_nothing_it_acknowledged(service: Service, seed: int) -> None:
    killed_and_revived(service, 500, 10, random.Random(seed))
