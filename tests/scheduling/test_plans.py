"""The page on which staff shift a day or give it to colleagues: what it shows first, and what it then does."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, BookingHistory, Resource, Slot
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words


def path(cast: Cast) -> str:
    """Return the page of the booth."""
    return f"/stand/{cast.booth}/plan"


def told(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what the form sends."""
    day = {"day": "2026-11-24", "whose": f"host:{cast.recruiter}", "how": "shift", "minutes": "10", "reason": "늦어요"}
    return day | changes


def look(cast: Cast, **changes: Any) -> Any:
    """Look at what would happen."""
    return cast.client(cast.recruiter).post(path(cast), data=told(cast, do="look", **changes))


def go(cast: Cast, seen: str, **changes: Any) -> Any:
    """Do what was looked at."""
    return cast.client(cast.recruiter).post(path(cast), data=told(cast, do="go", seen=seen, **changes))


def seen_in(page: Any) -> str:
    """Return the word for what was looked at."""
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found, words(page)
    return found[1]


def test_it_shows_whom_a_shift_touches_and_then_does_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    first, second = cast.book(cast.slots[0], cast.seeker), cast.book(cast.slots[1], cast.other)
    before = [cast.booking(one) for one in (first, second)]
    page = look(cast)
    assert page.status_code == 200
    text = words(page)
    assert "영향을 받는 만남 2개" in text
    assert "예약이 없는 시간 2개도 함께 바뀌어요" in text
    assert "정한별" not in text
    assert [cast.booking(one).rev for one in (first, second)] == [1, 1]
    done = go(cast, seen_in(page))
    assert done.status_code == 303
    with cast.database.read() as session:
        for was in before:
            now = session.get_one(Booking, was.id)
            moved = session.get_one(Slot, now.slot_id).starts_at - session.get_one(Slot, was.slot_id).starts_at
            assert (moved.seconds, now.ics_uid) == (600, was.ics_uid)
    reasons = cast.rows(select(BookingHistory.reason).where(BookingHistory.rev == 2))
    assert reasons == ["늦어요", "늦어요"]


def test_only_the_told_part_of_the_day_moves(cast_on_both: Cast) -> None:
    cast = cast_on_both
    slots = {one.id: one.starts_at for one in cast.rows(select(Slot).where(Slot.booth_id == cast.booth))}
    until = max(slots.values()).astimezone(ZoneInfo("Asia/Seoul"))
    page = look(cast, starts_at=until.strftime("%H:%M"))
    assert "예약이 없는 시간 1개도 함께 바뀌어요" in words(page)


def test_what_changed_since_it_was_looked_at_is_shown_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[0], cast.seeker)
    seen = seen_in(look(cast))
    cast.book(cast.slots[1], cast.other)
    page = go(cast, seen)
    assert page.status_code == 409
    assert "그 사이에 예약이 바뀌었어요" in words(page)
    assert "영향을 받는 만남 2개" in words(page)
    assert cast.rows(select(Slot).where(Slot.closed_at.is_not(None))) == []


def test_what_stands_in_the_way_is_named_and_cannot_be_pressed(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[0], cast.seeker)
    slot = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    mine = cast.rows(select(Resource.id).where(Resource.account_id == cast.seeker))[0]
    cast.write(actions.add_block, mine, slot.ends_at, slot.ends_at + (slot.ends_at - slot.starts_at), "", NOW)
    page = look(cast)
    assert "이대로는 바꿀 수 없어요" in words(page)
    assert 'value="go"' not in page.text
    refused = go(cast, seen_in(page))
    assert refused.status_code == 409
    assert cast.booking(1).rev == 1


def test_a_colleague_takes_over(cast_on_both: Cast) -> None:
    cast = cast_on_both
    booking = cast.book(cast.slots[0], cast.seeker)
    colleague = cast.add_colleague()
    page = look(cast, how="colleagues")
    assert "남동료" in words(page)
    assert go(cast, seen_in(page), how="colleagues").status_code == 303
    with cast.database.read() as session:
        assert session.get_one(Slot, session.get_one(Booking, booking).slot_id).host_id == colleague


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": "7"}, "5분 단위로"),
        ({"minutes": "0"}, "몇 분 옮길지"),
        ({"minutes": ""}, "몇 분 옮길지"),
        ({"minutes": "9999"}, "480분까지"),
        ({"minutes": "-480"}, "이미 지난 시각이에요"),
        ({"day": "2026-11-25"}, "이 시간에는 바꿀 것이 없어요"),
        ({"day": "말이 안 됨"}, "날짜"),
        ({"whose": "host:99999"}, ""),
        ({"whose": "room:x"}, ""),
        ({"starts_at": "13:00", "ends_at": "12:00"}, "끝나는 시각은 시작하는 시각보다"),
        ({"how": "magic"}, ""),
    ],
)
def test_bad_input_is_refused_beside_its_field(cast: Cast, changes: dict[str, str], said: str) -> None:
    page = look(cast, **changes)
    assert page.status_code == 422, changes
    assert said in words(page)
    assert 'class="error-summary"' in page.text


def test_nobody_else_sees_it(cast: Cast) -> None:
    for who in (cast.seeker, cast.stranger):
        assert cast.client(who).get(path(cast)).status_code == 404
        assert cast.client(who).post(path(cast), data=told(cast)).status_code == 404
    assert cast.client(cast.recruiter).get(f"/coach/{cast.coach}/plan").status_code == 404
    assert cast.client(cast.coach_account).get(f"/coach/{cast.coach}/plan").status_code == 200


def test_looking_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.seeker)
    client = cast.client(cast.recruiter)
    client.get(path(cast))
    with counted(cast.app) as few:
        client.post(path(cast), data=told(cast, do="look"))
    for slot in cast.slots[1:]:
        someone = cast.write(lambda session: factories.make_seeker(session).id)
        cast.write(actions.book, slot, someone, Wish(), NOW)
    with counted(cast.app) as many:
        client.post(path(cast), data=told(cast, do="look"))
    # Where everybody is around these times is read for two, four, eight … of them at once: 2 statements for 5, 1 for 8.
    assert (int(few), int(many)) == (20, 19)
