"""Idempotency-Key: the same answer for a day, made once however often and however fast it is asked for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, g
from sqlalchemy import func, select, update

from fairapp import clock, db
from fairapp.accounts.models import Account, Token
from fairapp.errors import NotFound
from fairapp.idempotency import KEPT, InFlight, RememberedAnswer, forget_old, remembered
from fairapp.scheduling.models import Booking
from tests.concurrency.hall import build_hall
from tests.signing_in import bearer_of

MAKE = "/api/v1/bookings"


class Caller:
    """A seeker with slots to book, who calls with keys."""

    def __init__(self, app: Flask) -> None:
        self.app, self.database = app, db.of(app)
        self.hall = build_hall(self.database, clock.now(), seekers=4)
        self.headers = {"Authorization": f"Bearer {self.hall.tokens[2]}"}

    def book(self, key: str | None, slot: int = 0, **body: Any) -> Any:
        """Try to book the n-th slot of the hall."""
        sent = {"slot": str(self.hall.slots[slot]), "consent": False, **body}
        headers = self.headers if key is None else {**self.headers, "Idempotency-Key": key}
        return self.app.test_client().post(MAKE, json=sent, headers=headers)

    def count(self, what: Any) -> int:
        """Return the number of rows."""
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(what)) or 0

    def age(self, **values: Any) -> None:
        """Change the row of the only key."""
        self.database.write(lambda session: session.execute(update(RememberedAnswer).values(**values)) and None)


@pytest.fixture
def caller(app: Flask) -> Caller:
    """Return a caller."""
    return Caller(app)


@pytest.fixture
def caller_on_both(app_on_both: Flask) -> Caller:
    """Return a caller on each database."""
    return Caller(app_on_both)


def test_a_repeat_gets_the_same_answer_and_makes_nothing(caller_on_both: Caller) -> None:
    first, again = caller_on_both.book("k"), caller_on_both.book("k")
    assert (first.status_code, first.data) == (201, again.data) == (again.status_code, first.data)
    for name in ("ETag", "Location", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert caller_on_both.count(Booking) == 1


def test_the_answer_is_kept_for_a_day_whatever_became_of_the_booking(caller: Caller) -> None:
    first = caller.book("k")
    caller.app.test_client().delete(f"{MAKE}/{first.get_json()['id']}", headers={**caller.headers, "If-Match": '"1"'})
    caller.age(created_at=clock.now() - timedelta(hours=23, minutes=59))
    assert caller.book("k").data == first.data
    caller.age(created_at=clock.now() - timedelta(hours=24, minutes=1))
    second = caller.book("k")
    assert (second.status_code, second.get_json()["id"]) == (201, "2")
    assert caller.book("k").data == second.data


def test_another_request_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.book("k")
    for answer in (caller.book("k", slot=1), caller.book("k", note="x")):
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert caller.count(Booking) == 1


def test_keys_of_others_are_their_own(caller: Caller) -> None:
    caller.book("k")
    caller.headers = {"Authorization": f"Bearer {caller.hall.tokens[3]}"}
    assert (caller.book("k").status_code, caller.count(RememberedAnswer)) == (409, 0 + 1)  # taken, and not remembered
    assert caller.book("k", slot=1).status_code == 201


def test_a_conflict_is_not_remembered(caller: Caller) -> None:
    first = caller.book(None)
    caller.headers = {"Authorization": f"Bearer {caller.hall.tokens[3]}"}
    assert caller.book("k").status_code == 409
    owner = {"Authorization": f"Bearer {caller.hall.tokens[2]}", "If-Match": '"1"'}
    assert caller.app.test_client().delete(f"{MAKE}/{first.get_json()['id']}", headers=owner).status_code == 200
    assert caller.book("k").status_code == 201


def test_a_refusal_that_stays_is_remembered(caller: Caller) -> None:
    caller.hall.slots[0] = 999
    first = caller.book("k")
    assert (first.status_code, caller.book("k").data) == (404, first.data)
    assert caller.count(RememberedAnswer) == 1


def test_a_stale_revision_is_not_remembered(caller: Caller) -> None:
    held = caller.book(None, hold=True).get_json()
    url = f"{MAKE}/{held['id']}/confirmation"
    for match, expected in ((None, 428), ('"7"', 412), ('"1"', 200)):
        headers = {**caller.headers, "Idempotency-Key": "k", **({"If-Match": match} if match else {})}
        assert caller.app.test_client().post(url, headers=headers).status_code == expected


def test_who_comes_while_it_is_answered_gets_409(caller: Caller) -> None:
    first = caller.book("k")
    caller.age(status=None, leased_until=clock.now() + timedelta(seconds=30))
    answer = caller.book("k")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/in-flight")
    caller.age(leased_until=clock.now() - timedelta(seconds=1))  # the process that answered has died
    assert caller.book("k").get_json()["type"] == "/problems/already-booked"
    assert first.status_code == 201


def test_sixteen_at_once_make_one_booking(caller_on_both: Caller) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: caller_on_both.book("k"), range(16)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.get_json()["type"] for answer in answers if answer.status_code == 409} <= {"/problems/in-flight"}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert caller_on_both.count(Booking) == 1


@pytest.mark.parametrize("key", ["k" * 201, "a\tb", "a\x7fb"])
def test_a_key_that_is_too_long_or_cannot_be_read_is_refused(caller: Caller, key: str) -> None:
    answer = caller.book(key)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert caller.count(Booking) == 0
    assert caller.book("k" * 200).status_code == 201


def within(app: Flask, view: Callable[[], Response]) -> Response:
    """Run the view under a key of account 1, as a request would."""
    with app.test_request_context("/x", method="POST", headers={"Idempotency-Key": "k"}, data=b"{}"):
        g.caller_id = 1
        return remembered(view)


def test_a_view_that_crashes_gives_its_key_back(app: Flask, caller: Caller) -> None:
    def crash() -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        within(app, crash)
    assert caller.count(RememberedAnswer) == 0
    assert within(app, lambda: Response("made", 201)).status_code == 201
    assert within(app, crash).data == b"made"


@pytest.mark.parametrize("status", [409, 412, 429, 500, 503])
def test_what_may_pass_is_forgotten(app: Flask, caller: Caller, status: int) -> None:
    assert within(app, lambda: Response("no", status)).status_code == status
    assert caller.count(RememberedAnswer) == 0


def test_a_key_is_in_flight_while_its_view_runs(app: Flask, caller: Caller) -> None:
    def again() -> Response:
        with pytest.raises(InFlight):
            within(app, lambda: Response("twice"))
        raise NotFound

    assert within(app, again).status_code == 404


def test_tokens_are_never_remembered(app: Flask, caller: Caller) -> None:
    caller.database.write(lambda session: session.execute(update(Account).values(password_hash=None)) and None)
    for headers in ({}, bearer_of(app, 1)):
        body = {"email": "nobody@example.kr", "password": "x", "name": "x"}
        answer = app.test_client().post("/api/v1/tokens", json=body, headers={**headers, "Idempotency-Key": "k"})
        assert answer.status_code == 401
    assert caller.count(RememberedAnswer) == 0
    assert caller.count(Token) == len(caller.hall.tokens) + 1


def test_old_answers_are_swept(caller: Caller) -> None:
    caller.book("k")
    assert caller.database.write(forget_old, clock.now() - KEPT) == 0
    assert caller.database.write(forget_old, clock.now() + timedelta(minutes=1)) == 1
    assert caller.count(RememberedAnswer) == 0
