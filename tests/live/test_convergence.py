"""A client that loses its socket and comes back has the same state as one that never left."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from fairapp.live.actions import forget_news
from tests.live.telling import AT, Screen, Teller, fresh_url, teller
from tests.servers import app_server, hub_server, wait_until

HISTORIES = 24  # in every run; 200 in the soak
Places = tuple[str, str, Teller]  # where the sockets are, where the calls are, who writes


@pytest.fixture(scope="module", params=["embedded, SQLite", "hub, PostgreSQL"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Run the server under test and somebody who writes from another process."""
    kind = "sqlite" if "SQLite" in request.param else "postgresql"
    urls = fresh_url(request, kind, tmp_path_factory.mktemp("live"))
    url = next(urls)
    with teller(url) as writes, app_server({"DATABASE_URL": url}, timeout=90) as web:
        if "SQLite" in request.param:
            yield web.url, web.url, writes
        else:
            with hub_server({"DATABASE_URL": url}, timeout=90) as hub:
                yield hub.url, web.url, writes
    next(urls, None)


def live_through(places: Places, seed: int) -> tuple[Screen, Screen]:
    """Live through one random history of a fair; return the screen that stayed and the one that came and went."""
    chance, (sockets, calls, writes) = random.Random(seed), places
    fair_id, secret = writes.make_fair(), f"secret {seed}"
    account_id = writes.make_person(secret)
    stayed, unsteady = (Screen(sockets, fair_id, writes, token=secret) for _ in range(2))
    stayed.come()
    unsteady.come()
    for _ in range(chance.randint(4, 12)):
        for _ in range(chance.choice([0, 1, 1, 2, 5])):
            slots = [(f"s{chance.randint(1, 5)}", chance.randint(0, 9)) for _ in range(chance.randint(1, 4))]
            writes.tell(fair_id, *slots, account_id=chance.choice([None, account_id]))
        if chance.random() < 0.04:
            writes.tell(fair_id, *[(f"s{n % 7}", n) for n in range(600)])  # more than is caught up with
        step = chance.choice(["leave", "come", "poll", "watch", "forget", "nothing"])
        if step == "leave" and unsteady.client:
            unsteady.leave(rudely=chance.random() < 0.5)
        elif step == "come" and not unsteady.client:
            unsteady.come()
        elif step == "poll" and not unsteady.client:
            unsteady.url = calls
            unsteady.poll()
            unsteady.url = sockets
        elif step == "watch" and unsteady.client:
            unsteady.watch()
        elif step == "forget" and not unsteady.client and chance.random() < 0.3:
            writes.database.write(forget_news, AT - timedelta(days=1))  # nothing is that old
    if not unsteady.client:
        unsteady.come()
    return stayed, unsteady


def check(places: Places, seed: int) -> int:
    """Compare both screens and a fresh page; return how often one had to reload."""
    stayed, unsteady = live_through(places, seed)
    try:
        page = stayed.teller.page(stayed.fair_id)
        for screen in (stayed, unsteady):
            wait_until(lambda s=screen: s.seq >= page[0], 10, f"history {seed}: {screen.seq} of {page[0]}")
            assert (screen.seq, screen.shown) == page, f"history {seed}"
            assert screen.numbers == sorted(set(screen.numbers)), "nothing is applied twice"
        wait_until(lambda: stayed.mine == unsteady.mine, 10, f"history {seed}: {stayed.mine} != {unsteady.mine}")
        assert stayed.numbers == list(range(1, page[0] + 1)), "who stayed was pushed every number"
        return unsteady.resets
    finally:
        for screen in (stayed, unsteady):
            screen.leave(rudely=False)


def converge(places: Places, seeds: range) -> None:
    with ThreadPoolExecutor(8) as pool:
        resets = sum(pool.map(lambda seed: check(places, seed), seeds))
    assert resets > 0, "some histories were too long to be caught up with"


def test_who_comes_back_sees_what_one_sees_who_never_left(places: Places) -> None:
    converge(places, range(HISTORIES))


@pytest.mark.soak
def test_who_comes_back_sees_what_one_sees_who_never_left_in_200_histories(places: Places) -> None:
    converge(places, range(1000, 1200))


def test_a_page_without_a_socket_polls_to_the_same_state(places: Places) -> None:
    _, calls, writes = places
    fair_id = writes.make_fair()
    screen = Screen(calls, fair_id, writes)
    for n in range(20):
        writes.tell(fair_id, (f"s{n % 3}", n))
        if n % 4 == 0:
            screen.poll()
    screen.poll()
    assert (screen.seq, screen.shown) == writes.page(fair_id) == (20, {"s0": 18, "s1": 19, "s2": 17})
    assert screen.numbers == list(range(1, 21))
