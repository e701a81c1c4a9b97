"""Staff over the API: book for somebody past the rules, swap two people, give a meeting to a colleague."""

from typing import Any

import pytest
from sqlalchemy import select, update

from fairapp.scheduling.models import Booking, BookingHistory, Slot
from tests.scheduling.cast import Cast

WHY = "전화로 약속했어요"


def post(cast: Cast, who: int, path: str, **body: Any) -> Any:
    """Call the API."""
    return cast.client(who).post(f"/api/v1{path}", json=body)


def problem(answer: Any) -> str:
    """Return which problem it is."""
    return str(answer.json["type"]).rsplit("/", 1)[-1]


def test_staff_book_past_the_rules_with_a_reason_that_is_kept(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.write(lambda session: session.execute(update(Slot).values(for_line=True)))
    refused = cast.client(cast.seeker).post("/api/v1/bookings", json={"slot": str(cast.slots[0]), "consent": True})
    assert (refused.status_code, problem(refused)) == (409, "not-open")
    told = {"seeker": str(cast.seeker), "reason": WHY}
    made = post(cast, cast.recruiter, f"/slots/{cast.slots[0]}/bookings", **told)
    assert made.status_code == 201
    assert (made.json["seeker"], made.json["status"], made.headers["ETag"]) == (str(cast.seeker), "confirmed", '"1"')
    (history,) = cast.rows(select(BookingHistory))
    assert (history.reason, history.actor_id) == (WHY, cast.recruiter)
    again = post(cast, cast.recruiter, f"/slots/{cast.slots[0]}/bookings", seeker=str(cast.other), reason=WHY)
    assert (again.status_code, problem(again)) == (409, "slot-taken")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"seeker": "x", "reason": WHY}, 422),
        ({"seeker": "99999", "reason": WHY}, 404),
        ({"seeker": "4", "reason": ""}, 422),
        ({"seeker": "4", "reason": "가" * 501}, 422),
        ({"seeker": "4", "reason": WHY, "listing": "99999"}, 409),
    ],
)
def test_bad_input_books_nothing(cast: Cast, body: dict[str, Any], status: int) -> None:
    answer = post(cast, cast.recruiter, f"/slots/{cast.slots[0]}/bookings", **body)
    assert answer.status_code == status, answer.text
    assert cast.rows(select(Booking)) == []


def test_only_who_keeps_the_hours_may(cast: Cast) -> None:
    booking = cast.book(cast.slots[0], cast.seeker)
    for who in (cast.seeker, cast.stranger, cast.coach_account):
        told = {"seeker": str(cast.other), "reason": WHY}
        assert post(cast, who, f"/slots/{cast.slots[1]}/bookings", **told).status_code == 404
        assert post(cast, who, f"/bookings/{booking}/swap", other=str(booking)).status_code == 404
        assert post(cast, who, f"/bookings/{booking}/reassignment", host=str(cast.recruiter)).status_code == 404
    assert len(cast.rows(select(Booking))) == 1


def test_two_change_places(cast_on_both: Cast) -> None:
    cast = cast_on_both
    one, other = cast.book(cast.slots[0], cast.seeker), cast.book(cast.slots[1], cast.other)
    answer = post(cast, cast.recruiter, f"/bookings/{one}/swap", other=str(other), reason=WHY)
    assert answer.status_code == 200
    assert [row["slot"] for row in answer.json["items"]] == [str(cast.slots[1]), str(cast.slots[0])]
    session = cast.book(cast.sessions[2], cast.seeker)
    mixed = post(cast, cast.recruiter, f"/bookings/{one}/swap", other=str(session))
    assert mixed.status_code == 404  # the coach's is not the recruiter's to change
    assert cast.booking(one).rev == 2


def test_a_meeting_is_given_to_a_colleague(cast_on_both: Cast) -> None:
    cast = cast_on_both
    booking = cast.book(cast.slots[0], cast.seeker)
    colleague = cast.add_colleague()
    given = post(cast, cast.recruiter, f"/bookings/{booking}/reassignment", host=str(colleague), reason=WHY)
    assert given.status_code == 200
    assert given.json["hosts"] == [str(colleague)]
    nobody = post(cast, cast.recruiter, f"/bookings/{booking}/reassignment", host=str(cast.stranger))
    assert nobody.status_code == 422
    assert cast.booking(booking).rev == 2
