"""What the hub does with a client that is not ready, has gone, or is no longer who it was."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.live.hub import tailer
from fairapp.live.hub.tailer import Client, Hub
from tests import factories
from tests.live.telling import say


class Pretended:
    """A wire that takes frames or not, as told."""

    def __init__(self) -> None:
        self.ready, self.unfinished, self.was_cut = True, False, False
        self.taken: list[Any] = []

    def offer(self, data: bytes) -> bool:
        if self.ready and data != tailer.PING:
            self.taken.append(json.loads(data[data.index(b"[") :])[1])
        return self.ready

    def cut(self) -> None:
        self.was_cut = True


@pytest.fixture
def hub(app: Flask) -> Hub:
    return Hub(app)


def joined(hub: Hub, topic: tuple[str, int], reached: int = 0) -> Any:
    client: Any = Client(Pretended(), None, None)  # type: ignore[arg-type]
    hub.join(str(len(hub.clients)), client)
    hub.watch(client, topic, reached)
    client.quiet_until = 0
    return client


def make_fair(hub: Hub) -> int:
    return db.of(hub.app).write(lambda session: factories.make_fair(session).id)


def numbers(client: Any) -> list[list[int]]:
    return [[item["seq"] for item in message["items"]] for message in client.wire.taken]


def test_each_client_gets_what_lies_between_its_number_and_the_present(hub: Hub) -> None:
    fair_id = make_fair(hub)
    clients = [joined(hub, ("fair", fair_id), reached) for reached in (0, 0, 2, 3)]
    db.of(hub.app).write(say, fair_id, [("a", 1), ("b", 2), ("c", 3)])
    hub.tick()
    assert [numbers(client) for client in clients] == [[[1, 2, 3]], [[1, 2, 3]], [[3]], []]
    hub.tick()
    assert [len(client.wire.taken) for client in clients] == [1, 1, 1, 0]


def test_who_is_not_ready_is_passed_over_and_gets_all_of_it_at_once_later(hub: Hub) -> None:
    fair_id = make_fair(hub)
    slow, quick = joined(hub, ("fair", fair_id)), joined(hub, ("fair", fair_id))
    slow.wire.ready = False
    for n in range(3):
        db.of(hub.app).write(say, fair_id, [("a", n)])
        hub.tick()
    assert (numbers(slow), numbers(quick)) == ([], [[1], [2], [3]])
    slow.wire.ready = True
    hub.tick()
    assert numbers(slow) == [[1, 2, 3]]
    assert not slow.wire.was_cut


def test_who_takes_nothing_for_long_is_cut_off(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    fair_id = make_fair(hub)
    slow = joined(hub, ("fair", fair_id))
    slow.wire.ready = False
    db.of(hub.app).write(say, fair_id, [("a", 1)])
    hub.tick()
    hub.tick()
    assert not slow.wire.was_cut
    slow.stuck_since -= tailer.PATIENCE + 1
    hub.tick()
    assert slow.wire.was_cut


def test_the_answer_to_a_watch_goes_before_news(hub: Hub) -> None:
    fair_id = make_fair(hub)
    client = joined(hub, ("fair", fair_id))
    db.of(hub.app).write(say, fair_id, [("a", 1)])
    hub.watch(client, ("fair", fair_id), 0)
    hub.tick()
    assert numbers(client) == []
    client.quiet_until = 0
    hub.tick()
    assert numbers(client) == [[1]]


def test_a_long_absence_of_the_hub_comes_in_parts(hub: Hub) -> None:
    fair_id = make_fair(hub)
    client = joined(hub, ("fair", fair_id))
    db.of(hub.app).write(say, fair_id, [("a", n) for n in range(1203)])
    for _ in range(4):
        hub.tick()
    assert [(part[0], part[-1]) for part in numbers(client)] == [(1, 500), (501, 1000), (1001, 1203)]


def test_who_signed_out_gets_no_more_news_of_her_own(hub: Hub) -> None:
    fair_id = make_fair(hub)

    def make(session: Session) -> int:
        return factories.make_account(session).id

    account_id = db.of(hub.app).write(make)
    client = joined(hub, ("account", account_id))
    client.whose = lambda: account_id
    for n in range(3):
        if n == 2:
            client.whose = lambda: None
        client.asked_at -= tailer.ASKED_EVERY + 1
        db.of(hub.app).write(say, fair_id, [("a", n)], account_id)
        hub.tick()
    assert numbers(client) == [[1], [2]]
    assert client.reached == {}


def test_who_left_or_unwatched_is_told_nothing(hub: Hub) -> None:
    fair_id = make_fair(hub)
    gone, bored = joined(hub, ("fair", fair_id)), joined(hub, ("fair", fair_id))
    hub.leave("0")
    hub.leave("0")
    hub.unwatch(bored, ("fair", fair_id))
    db.of(hub.app).write(say, fair_id, [("a", 1)])
    hub.tick()
    assert (numbers(gone), numbers(bored)) == ([], [])
