"""The calls of slots and bookings as others rely on them: ids for names, conflicts for states, sentences for bad input."""

from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.factories import NOW
from tests.scheduling.cast import Cast
from tests.signing_in import bearer_of

API = "/api/v1"


class Calls:
    """Somebody who calls."""

    def __init__(self, app: Flask, who: int) -> None:
        self.app, self.headers = app, bearer_of(app, who)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"json": body}
        return self.app.test_client().open(API + path, method=method, headers={**self.headers, **names}, **sent)


@pytest.fixture
def cast(app: Flask) -> Any:
    """Return the cast, at its time."""
    with time_machine.travel(NOW, tick=False):
        yield Cast(app)


@pytest.fixture
def seeker(app: Flask, cast: Cast) -> Calls:
    """Return the seeker."""
    return Calls(app, cast.seeker)


def test_a_booking_names_things_by_their_ids(cast: Cast, seeker: Calls) -> None:
    slot, booth = str(cast.slots[0]), str(cast.booth)
    made = seeker("POST", "/bookings", {"slot": slot, "listing": str(cast.listing), "consent": True})
    body = made.json
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    named = {"slot": slot, "booth": booth, "coach": None, "fair": str(cast.fair), "seeker": str(cast.seeker)}
    assert body | named | {"listing": str(cast.listing), "hosts": [str(cast.recruiter)]} == body
    assert (body["host_names"], body["room"], body["status"]) == (["김면접"], None, "confirmed")
    assert seeker("GET", f"/bookings/{body['id']}").json == body
    assert seeker("GET", "/bookings").json["items"] == [body]
    [shown] = [one for one in seeker("GET", f"/booths/{booth}/slots").json["items"] if one["id"] == slot]
    assert (shown["hosts"], shown["seats_left"], shown["starts_at"]) == (body["hosts"], 0, body["starts_at"])


def test_a_refusal_brings_whole_slots_as_alternatives(app: Flask, cast: Cast, seeker: Calls) -> None:
    slot = str(cast.slots[0])
    seeker("POST", "/bookings", {"slot": slot, "consent": True})
    refused = Calls(app, cast.other)("POST", "/bookings", {"slot": slot, "consent": True})
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/slot-taken")
    shown = seeker("GET", f"/booths/{cast.booth}/slots?state=free").json["items"]
    assert refused.json["alternatives"] == shown[:3]


def test_confirming_what_is_no_hold_is_a_conflict(cast: Cast, seeker: Calls) -> None:
    held = seeker("POST", "/bookings", {"slot": str(cast.slots[0]), "hold": True, "consent": True}).json
    path = f"/bookings/{held['id']}/confirmation"
    assert seeker("POST", path).status_code == 428
    assert seeker("POST", path, If_Match='"7"').json["type"] == "/problems/stale"
    assert seeker("POST", path, If_Match='"1"').json["status"] == "confirmed"
    again = seeker("POST", path, If_Match='"2"')
    assert (again.status_code, again.json["type"]) == (409, "/problems/already-confirmed")
    assert seeker("DELETE", f"/bookings/{held['id']}", If_Match='"2"').json["status"] == "cancelled"
    ended = seeker("POST", path, If_Match='"3"')
    assert (ended.status_code, ended.json["type"]) == (409, "/problems/booking-ended")


def test_every_mutation_takes_a_key_and_answers_a_repeat_alike(cast: Cast, seeker: Calls) -> None:
    made = seeker("POST", "/bookings", {"slot": str(cast.slots[0]), "consent": True}).json
    path = f"/bookings/{made['id']}"
    move = {"slot": str(cast.slots[1])}
    first, second = (seeker("PATCH", path, move, If_Match='"1"', Idempotency_Key="m") for _ in range(2))
    assert (first.status_code, second.status_code, first.json) == (200, 200, second.json)
    first, second = (seeker("DELETE", path, If_Match='"2"', Idempotency_Key="c") for _ in range(2))
    assert (first.status_code, second.status_code, first.json) == (200, 200, second.json)


@pytest.mark.parametrize(
    "given",
    [
        {"consent": "yes"},
        {"consent": 1},
        {"consent": None},
        {"consent": True, "hold": "true"},
        {"consent": True, "x": 1},
    ],
)
def test_what_is_agreed_to_is_true_or_false_and_nothing_else(cast: Cast, seeker: Calls, given: dict[str, Any]) -> None:
    refused = seeker("POST", "/bookings", {"slot": str(cast.slots[0]), **given})
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/invalid")
    assert seeker("GET", "/bookings").json["items"] == []


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00%2B09:00", "9999-12-31T23:59:59-09:00", "1700000000", "2026-11-24", "2026-11-24T10:00:00"],
)
def test_a_moment_that_cannot_be_is_refused(cast: Cast, seeker: Calls, name: str, moment: str) -> None:
    for giver in (f"/booths/{cast.booth}", f"/coaches/{cast.coach}"):
        refused = seeker("GET", f"{giver}/slots?{name}={moment}")
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, name)


def test_an_offset_may_be_written_as_it_is(cast: Cast, seeker: Calls) -> None:
    path = f"/booths/{cast.booth}/slots?to="
    plain, escaped = (seeker("GET", f"{path}2026-11-30T10:00:00{sign}09:00").json for sign in ("+", "%2B"))
    assert plain == escaped
    assert len(plain["items"]) == 4


def test_an_obstacle_is_told_before_anybody_books(app: Flask, cast: Cast, seeker: Calls) -> None:
    slot = str(cast.slots[0])
    free = {"bookable": True, "type": None, "detail": None}
    assert seeker("GET", f"/slots/{slot}/obstacle").json == free
    assert seeker("GET", "/bookings").json["items"] == []  # nothing of it was kept
    other = Calls(app, cast.other)
    other("POST", "/bookings", {"slot": slot, "consent": True})
    taken = seeker("GET", f"/slots/{slot}/obstacle").json
    assert (taken["bookable"], taken["type"]) == (False, "/problems/slot-taken")
    assert taken["detail"] == "방금 다른 분이 예약한 시간이에요"
    own = other("GET", f"/slots/{cast.slots[1]}/obstacle").json
    assert own["type"] == "/problems/already-booked"
    request = seeker("GET", f"/slots/{cast.slots[1]}/obstacle?request=true").json
    assert request["type"] == "/problems/not-open"
    # For somebody else only who keeps the hours asks.
    asked = f"/slots/{cast.slots[1]}/obstacle?seeker={cast.other}"
    assert seeker("GET", asked).status_code == 404
    assert Calls(app, cast.recruiter)("GET", asked).json == own
    assert Calls(app, cast.organizer)("GET", asked).json == own
    assert seeker("GET", "/slots/999/obstacle").status_code == 404
    assert seeker("GET", f"/slots/{slot}/obstacle?seeker=x").status_code == 422
    assert app.test_client().get(f"/api/v1/slots/{slot}/obstacle").status_code == 401
