"""The sockets as the contract has them: who may connect and watch, what is answered, what is pushed."""

import socket
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
import simple_websocket
import socketio
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from fairapp import clock, create_app
from fairapp.accounts.models import AccountSession, secret_hash
from tests import factories
from tests.conftest import settings_for
from tests.live.telling import AT, Place, Screen, connected, fetch
from tests.servers import wait_until
from tests.servers.app import app_env


def ask(client: socketio.Client, payload: Any, event: str = "watch") -> Any:
    return client.call(event, payload, namespace="/live", timeout=15)


def test_a_fair_is_watched_by_id_or_slug_and_told_what_was_missed(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair(slug=f"spring-{time.time_ns()}")
    writes.tell(fair_id, ("a", 1), ("b", 2))
    item = {"seq": 2, "kind": "slot.changed", "at": "2026-11-24T01:00:00Z", "data": {"slot": "b", "value": 2}}
    with connected(server) as client:
        answer = ask(client, {"fair": str(fair_id), "after": 1})
        assert answer == {"fair": str(fair_id), "seq": 2, "missed": [item], "reset": False, "mine": []}
        assert ask(client, {"fair": fair_id, "after": 2})["missed"] == []
        with writes.database.read() as session:
            slug = session.get_one(factories.Fair, fair_id).slug
        assert ask(client, {"fair": slug, "after": 0})["seq"] == 2
        assert ask(client, {"fair": slug})["missed"] == []  # without a number: from now on


@pytest.mark.parametrize(("after", "reset"), [(0, True), (599, True), (600, False), (1100, False), (1101, True)])
def test_what_is_too_old_or_was_never_given_is_to_be_reloaded(place: Place, after: int, reset: bool) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    writes.tell(fair_id, *[("a", n) for n in range(1100)])
    with connected(server) as client:
        answer = ask(client, {"fair": str(fair_id), "after": after})
        assert (answer["seq"], answer["reset"]) == (1100, reset)
        assert [item["seq"] for item in answer["missed"]] == ([] if reset else list(range(after + 1, 1101)))


def test_news_comes_as_one_message_with_the_fair_and_its_last_number(place: Place) -> None:
    server, writes = place
    fair_id, other_id = writes.make_fair(), writes.make_fair()
    got: list[Any] = []
    with connected(server) as client:
        client.on("news", got.append, namespace="/live")
        ask(client, {"fair": str(fair_id), "after": 0})
        writes.tell(other_id, ("z", 9))
        writes.tell(fair_id, ("a", 1), ("b", 2))
        wait_until(lambda: got, 5)
        [message] = got
        assert (message["fair"], message["seq"]) == (str(fair_id), 2)
        assert [item["data"] for item in message["items"]] == [{"slot": "a", "value": 1}, {"slot": "b", "value": 2}]
        assert ask(client, {"fair": str(fair_id)}, "unwatch") == {}
        writes.tell(fair_id, ("a", 3))
        time.sleep(0.7)
        assert len(got) == 1


def test_ones_own_news_comes_to_nobody_else(place: Place) -> None:
    server, writes = place
    fair_id, mine, others = writes.make_fair(), [], []
    secret = f"secret {time.time_ns()}"
    account_id = writes.make_person(secret)
    writes.make_person(secret + "x")
    writes.tell(fair_id, ("a", 1), account_id=account_id)
    with connected(server, {"token": secret}) as client, connected(server, {"token": secret + "x"}) as other:
        client.on("mine", mine.append, namespace="/live")
        other.on("mine", others.append, namespace="/live")
        answer = ask(client, {"fair": str(fair_id), "after": 0, "after_mine": 0})
        assert [(item["seq"], item["kind"], item["fair"]) for item in answer["mine"]] == [
            (1, "booking.changed", str(fair_id))
        ]
        assert ask(other, {"fair": str(fair_id), "after": 0, "after_mine": 0})["mine"] == []
        writes.tell(fair_id, ("a", 2), account_id=account_id)
        wait_until(lambda: mine, 5)
        assert [(m["fair"], m["seq"], [i["seq"] for i in m["items"]]) for m in mine] == [(None, 2, [2])]
        assert others == []


@pytest.mark.parametrize("token", ["wrong", "", "\x00", 7, "x" * 5000])
def test_a_bad_token_is_refused(place: Place, token: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        with connected(place[0], {"token": token}):
            pass


def test_a_draft_cannot_be_watched_by_the_public(place: Place) -> None:
    server, writes = place
    hidden = writes.database.write(lambda session: factories.make_fair(session, announced_at=None).id)
    later = datetime(2200, 1, 1, tzinfo=UTC)
    planned = writes.database.write(lambda session: factories.make_fair(session, announced_at=later).id)
    with connected(server) as client:
        for fair_id in (hidden, planned, 987654321):
            assert ask(client, {"fair": str(fair_id), "after": 0})["error"] == "not-found"
            assert ask(client, {"fair": str(fair_id)}, "unwatch") == {}


BAD = [None, [], "fair", 7, {}, {"fair": None}, {"fair": ""}, {"fair": "x" * 100}, {"fair": "\x00"}, {"fair": ["1"]}]
BAD += [{"fair": "1", "after": bad} for bad in (-1, "0", 1.5, True, 2**70, [], {})]
BAD += [{"fair": "1", "after": 0, "after_mine": bad} for bad in (-1, "x", {})]


def test_what_cannot_be_read_is_answered_with_an_error_and_the_socket_lives_on(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    with connected(server) as client:
        for payload in BAD:
            answer = ask(client, payload)
            assert answer.get("error") in {"invalid", "not-found"} or "seq" in answer, payload
        for payload in BAD[:10]:
            assert ask(client, payload)["error"] in {"invalid", "not-found"}, payload
        assert ask(client, {"fair": str(fair_id), "after": 0})["seq"] == 0


def test_too_many_fairs_for_one_socket(place: Place) -> None:
    server, writes = place
    with connected(server) as client:
        answers = [ask(client, {"fair": str(writes.make_fair()), "after": 0}) for _ in range(23)]
    assert ["seq" in answer for answer in answers].count(True) in {20, 21}
    assert answers[-1]["error"] == "too-many-requests"


def test_the_push_is_quick(place: Place) -> None:
    server, writes = place
    fair_id = writes.make_fair()
    screen = Screen(server.url, fair_id, writes)
    screen.come()
    took = []
    for n in range(1, 11):
        start = time.monotonic()
        writes.tell(fair_id, ("a", n))
        wait_until(lambda n=n: screen.seq == n, 5)
        took.append(time.monotonic() - start)
    screen.leave(rudely=True)
    assert sorted(took)[5] < 0.8, took  # a tick and the time of a busy machine


def test_a_page_of_another_site_cannot_open_a_socket(place: Place) -> None:
    url = place[0].url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(simple_websocket.ConnectionError):
        simple_websocket.Client(url, headers={"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:  # nor poll in Socket.IO's own way
        fetch(place[0].url + "/socket.io/?EIO=4&transport=polling")
    assert refused.value.code == 400


def test_the_browsers_session_signs_a_socket_in(place: Place) -> None:
    server, writes = place
    fair_id, secret = writes.make_fair(), f"session {time.time_ns()}"
    account_id = writes.make_person(secret)
    until = datetime(2200, 1, 1, tzinfo=UTC)

    def sign_in(session: Session) -> None:
        row = {"account_id": account_id, "secret_hash": secret_hash(secret), "created_at": AT, "seen_at": clock.now()}
        session.add(AccountSession(**row, expires_at=until))

    writes.database.write(sign_in)
    writes.tell(fair_id, ("a", 1), account_id=account_id)
    settings = settings_for("sqlite:////tmp/none.db", SECRET_KEY=app_env({})["SECRET_KEY"])
    cookie = SecureCookieSessionInterface().get_signing_serializer(create_app(settings)).dumps({"secret": secret})
    asked = {"fair": str(fair_id), "after": 0, "after_mine": 0}
    for sent, mine in ((f"fairapp={cookie}", 1), (f"fairapp={cookie}x", 0), ("", 0)):
        client = socketio.Client(reconnection=False)
        client.connect(server.url, {"Cookie": sent}, namespaces=["/live"], transports=["websocket"])
        assert len(ask(client, asked)["mine"]) == mine
        client.eio.ws.sock.shutdown(socket.SHUT_RDWR)
