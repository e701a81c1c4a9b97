"""The page on which staff give one meeting to a colleague, or let two people change places."""

from typing import Any

import pytest
from sqlalchemy import select

from fairapp.live.models import Outbox
from fairapp.scheduling.models import Booking, BookingHistory
from tests.counting import counted
from tests.scheduling.cast import Cast, words


def test_two_people_change_places(cast_on_both: Cast) -> None:
    cast = cast_on_both
    one, other = cast.book(cast.slots[0], cast.seeker), cast.book(cast.slots[2], cast.other)
    client = cast.client(cast.recruiter)
    page = client.get(f"/bookings/{one}/arrangement")
    assert ("곽○" in page.text, "곽솔" in page.text, "정한별" in page.text) == (True, False, False), words(page)
    told = {"other": str(other), "reason": "서로 부탁했어요"}
    assert client.post(f"/bookings/{one}/swap", data=told).status_code == 303
    assert (cast.booking(one).slot_id, cast.booking(other).slot_id) == (cast.slots[2], cast.slots[0])
    kinds = [row.kind for row in cast.rows(select(Outbox).where(Outbox.kind == "booking.moved"))]
    assert kinds == ["booking.moved"] * 2
    reasons = cast.rows(select(BookingHistory.reason).where(BookingHistory.reason != ""))
    assert reasons == ["서로 부탁했어요"] * 2


def test_a_colleague_takes_a_meeting_and_only_as_it_was_seen(cast_on_both: Cast) -> None:
    cast = cast_on_both
    colleague, booking = cast.add_colleague(), cast.book(cast.slots[0], cast.seeker)
    client, path = cast.client(cast.recruiter), f"/bookings/{booking}/reassignment"
    assert "남동료" in client.get(f"/bookings/{booking}/arrangement").text
    for rev in ("0", "9", "", "x"):
        client.post(path, data={"host": str(colleague), "rev": rev})
        assert cast.booking(booking).rev == 1
    assert client.post(path, data={"host": str(colleague), "rev": "1", "reason": "병가"}).status_code == 303
    assert cast.booking(booking).rev == 2
    assert "남동료" in client.get(f"/bookings/{booking}/arrangement").text


@pytest.mark.parametrize("data", [{}, {"other": "x"}, {"other": "9999"}])
def test_a_swap_with_nobody_changes_nothing(cast: Cast, data: dict[str, Any]) -> None:
    one, other = cast.book(cast.slots[0], cast.seeker), cast.book(cast.slots[2], cast.other)
    answer = cast.client(cast.recruiter).post(f"/bookings/{one}/swap", data=data)
    assert (answer.status_code, "other-error" in answer.text) == (422, True)
    long = cast.client(cast.recruiter).post(f"/bookings/{one}/swap", data={"other": str(other), "reason": "가" * 501})
    assert long.status_code == 422
    assert [cast.booking(n).rev for n in (one, other)] == [1, 1]


def test_nobody_else_arranges(cast: Cast) -> None:
    one, other = cast.book(cast.slots[0], cast.seeker), cast.book(cast.slots[2], cast.other)
    for account in (cast.seeker, cast.stranger, cast.coach_account):
        client = cast.client(account)
        assert client.get(f"/bookings/{one}/arrangement").status_code == 404
        assert client.post(f"/bookings/{one}/swap", data={"other": str(other)}).status_code == 404
        told = {"host": str(cast.recruiter), "rev": "1"}
        assert client.post(f"/bookings/{one}/reassignment", data=told).status_code == 404
    assert cast.client(cast.recruiter).get("/bookings/9999/arrangement").status_code == 404
    assert [row.rev for row in cast.rows(select(Booking))] == [1, 1]


def test_as_many_statements_for_one_other_meeting_as_for_two(cast: Cast) -> None:
    one = cast.book(cast.slots[0], cast.seeker)
    cast.book(cast.slots[1], cast.other)
    client = cast.client(cast.recruiter)
    client.get(f"/bookings/{one}/arrangement")
    with counted(cast.app) as few:
        client.get(f"/bookings/{one}/arrangement")
    cast.book(cast.slots[2], cast.stranger)
    with counted(cast.app) as many:
        client.get(f"/bookings/{one}/arrangement")
    assert few == many
