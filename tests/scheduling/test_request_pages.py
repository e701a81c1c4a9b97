"""Requests on the pages: a host lets people ask, a seeker asks, staff accept or decline."""

from typing import Any

import pytest
from sqlalchemy import select, update

from fairapp.scheduling.models import Booking, BookingHistory, Slot
from tests.counting import counted
from tests.scheduling.cast import Cast, words


def only_by_request(cast: Cast) -> None:
    """Let every slot be booked by request alone."""
    cast.write(lambda session: session.execute(update(Slot).values(requests_only=True, request_minutes=60)))


def ask(cast: Cast, slot: int, who: int) -> Any:
    """Ask for a slot on the booth's page."""
    return cast.client(who).post(f"/booths/{cast.booth}/bookings", data=cast.form(slot, note="재무 5년"))


def answer(cast: Cast, booking: int, do: str, who: int | None = None, **told: Any) -> Any:
    """Answer a request."""
    data = {"rev": "1", "reason": "", "do": do} | told
    return cast.client(who or cast.recruiter).post(f"/bookings/{booking}/answer", data=data)


def test_a_seeker_asks_and_the_booth_accepts(cast_on_both: Cast) -> None:
    cast = cast_on_both
    only_by_request(cast)
    assert "신청</span>" in words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    made = ask(cast, cast.slots[0], cast.seeker)
    assert made.status_code == 303
    booking = cast.rows(select(Booking))[0]
    assert booking.status == "requested"
    page = words(cast.client(cast.recruiter).get(f"/stand/{cast.booth}/requests"))
    assert "재무 5년" in page
    assert "정한별" not in page
    assert answer(cast, booking.id, "accept").status_code == 303
    assert cast.booking(booking.id).status == "confirmed"
    assert "기다리는 신청이 없어요" in words(cast.client(cast.recruiter).get(f"/stand/{cast.booth}/requests"))


def test_declining_frees_the_time_and_keeps_the_reason(cast_on_both: Cast) -> None:
    cast = cast_on_both
    only_by_request(cast)
    ask(cast, cast.slots[0], cast.seeker)
    assert answer(cast, 1, "decline", reason="자리가 찼어요").status_code == 303
    assert cast.booking(1).status == "cancelled"
    assert cast.rows(select(BookingHistory.reason).order_by(BookingHistory.id.desc()))[0] == "자리가 찼어요"


def test_a_coach_is_asked_likewise(cast_on_both: Cast) -> None:
    cast = cast_on_both
    only_by_request(cast)
    form = {"slot": str(cast.sessions[0]), "note": "", "consent": "y"}
    made = cast.client(cast.seeker).post(f"/coaches/{cast.coach}/bookings", data=form)
    assert made.status_code == 303
    assert cast.rows(select(Booking))[0].status == "requested"
    assert cast.client(cast.coach_account).get(f"/coach/{cast.coach}/requests").status_code == 200
    assert answer(cast, 1, "accept", cast.coach_account).status_code == 303
    assert cast.booking(1).status == "confirmed"


@pytest.mark.parametrize(("told", "said"), [({"rev": "9"}, ""), ({"rev": "x"}, ""), ({"reason": "가" * 501}, "500자")])
def test_a_bad_answer_changes_nothing(cast: Cast, told: dict[str, str], said: str) -> None:
    only_by_request(cast)
    ask(cast, cast.slots[0], cast.seeker)
    client = cast.client(cast.recruiter)
    refused = client.post("/bookings/1/answer", data={"rev": "1", "reason": "", "do": "accept"} | told)
    assert refused.status_code == 303
    assert cast.booking(1).status == "requested"
    page = words(client.get(refused.location))
    assert said in page
    assert "수락했어요" not in page


def test_nobody_else_sees_or_answers(cast: Cast) -> None:
    only_by_request(cast)
    ask(cast, cast.slots[0], cast.seeker)
    for who in (cast.seeker, cast.stranger):
        assert cast.client(who).get(f"/stand/{cast.booth}/requests").status_code == 404
        assert answer(cast, 1, "accept", who).status_code == 404
    assert answer(cast, 99, "accept").status_code == 404
    assert cast.booking(1).status == "requested"


def test_the_page_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    only_by_request(cast)
    ask(cast, cast.slots[0], cast.seeker)
    client = cast.client(cast.recruiter)
    with counted(cast.app) as few:
        client.get(f"/stand/{cast.booth}/requests")
    ask(cast, cast.slots[1], cast.other)
    ask(cast, cast.slots[2], cast.coach_account)
    with counted(cast.app) as many:
        client.get(f"/stand/{cast.booth}/requests")
    assert few == many


def test_a_host_opens_hours_that_are_booked_by_request(cast: Cast) -> None:
    form = {
        "day": "2026-11-24", "starts_at": "15:00", "ends_at": "16:00", "length": "20", "gap": "0", "room": "",
        "host": str(cast.recruiter), "requests": "y", "do": "open",
    }  # fmt: skip
    done = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/hours", data=form)
    assert done.status_code == 303, words(done)
    made = cast.rows(select(Slot).where(Slot.requests_only))
    assert [(one.request_minutes, one.capacity) for one in made] == [(1440, 1)] * 3
