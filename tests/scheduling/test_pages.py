"""A seeker's pages: her day, one booking, confirming, accepting, moving, cancelling."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fairapp.booths.models import Booth
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, Offer, WaitlistEntry
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words


def test_a_day_shows_what_comes_next_where_and_with_whom(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[0], cast.seeker, listing_id=cast.listing)
    cast.book(cast.sessions[2], cast.seeker)
    cast.write(actions.join_waitlist, cast.other, NOW, coach_id=cast.coach)
    cast.write(actions.join_waitlist, cast.seeker, NOW, coach_id=cast.coach)
    text = words(cast.client(cast.seeker).get("/me/schedule"))
    assert "면접 · (주)명성" in text
    assert "면접 코칭 · 박코치 코치" in text
    assert "2시간 0분 뒤" in text
    assert "11월 24일 (화)" in text
    assert "오후 12:00" in text
    assert "재무 담당" in text
    assert "2번째" in text
    assert f'href="/coaches/{cast.coach}"' in text
    assert "(주)명성" not in words(cast.client(cast.other).get("/me/schedule"))


def test_an_empty_day_says_how_to_fill_it(cast: Cast) -> None:
    page = cast.client(cast.seeker).get("/me/schedule")
    assert page.status_code == 200
    assert "아직 일정이 없어요" in words(page)
    assert cast.client(None).get("/me/schedule").location == "/sign-in?next=/me/schedule"


def test_the_day_takes_as_many_queries_for_thirty_meetings_as_for_three(cast: Cast) -> None:
    client = cast.client(cast.seeker)

    def meet(session: Any, count: int, start: Any) -> None:
        booth = session.get_one(Booth, cast.booth)
        booth.many_interviews = True
        for slot in factories.make_slots(session, booth, count, start=start):
            actions.book(session, slot, cast.seeker, actions.booking.Wish(), NOW)

    cast.write(meet, 2, NOW + timedelta(hours=4))
    cast.write(actions.join_waitlist, cast.seeker, NOW, booth_id=cast.booth)
    held = cast.book(cast.sessions[0], cast.seeker, hold=True)
    assert held
    with counted(cast.app) as few:
        client.get("/me/schedule")
    cast.write(meet, 28, NOW + timedelta(hours=8))
    cast.write(actions.join_waitlist, cast.seeker, NOW, coach_id=cast.coach)
    with counted(cast.app) as many:
        page = client.get("/me/schedule")
    assert words(page).count("data-booking=") == 31
    assert int(few) == int(many), f"{few}\n{many}"


def test_what_is_over_stands_below_page_by_page(cast: Cast) -> None:
    client = cast.client(cast.seeker)

    def meet(session: Any) -> None:
        booth = session.get_one(Booth, cast.booth)
        booth.many_interviews = True
        for slot in factories.make_slots(session, booth, 12, start=NOW + timedelta(hours=4)):
            made = actions.book(session, slot, cast.seeker, actions.booking.Wish(), NOW).id
            actions.cancel(session, made, cast.seeker, NOW)

    cast.write(meet)
    first = words(client.get("/me/schedule"))
    assert first.count("is-cancelled") == 10
    following = (
        first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&").partition("#")[0]
    )
    assert words(client.get(following)).count("is-cancelled") == 2
    for cursor in ("x", "WzFd", "e30", "bnVsbA"):
        assert client.get(f"/me/schedule?past={cursor}").status_code == 422


def test_a_booking_is_shown_to_its_seeker_alone(cast: Cast) -> None:
    booking = cast.book(cast.slots[0], cast.seeker, note="재무 5년 했어요")
    text = words(cast.client(cast.seeker).get(f"/bookings/{booking}"))
    assert "확정" in text
    assert "재무 5년 했어요" in text
    assert "11월 24일 (화) 오전 11:00까지" in text
    for who in (cast.other, cast.stranger, cast.recruiter, cast.organizer):
        client = cast.client(who)
        for path in ("", "/move", "/cancellation", ".ics"):
            assert client.get(f"/bookings/{booking}{path}").status_code == 404
        for path in ("/confirmation", "/acceptance", "/move", "/cancellation"):
            assert client.post(f"/bookings/{booking}{path}", data={"rev": "1"}).status_code == 404
    assert cast.client(None).get(f"/bookings/{booking}").status_code == 303
    assert cast.booking(booking).status == "confirmed"


@pytest.mark.parametrize("ref", ["0", "abc", "-1", "9" * 30, "1.5"])
def test_no_such_booking(cast: Cast, ref: str) -> None:
    client = cast.client(cast.seeker)
    assert client.get(f"/bookings/{ref}").status_code == 404
    assert client.post(f"/bookings/{ref}/cancellation").status_code == 404
    assert client.post(f"/waitlist/{ref}/removal").status_code == 404


def test_the_calendar_file_carries_the_uid(cast: Cast) -> None:
    booking = cast.book(cast.slots[0], cast.seeker)
    answer = cast.client(cast.seeker).get(f"/bookings/{booking}.ics")
    assert answer.mimetype == "text/calendar"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert cast.booking(booking).ics_uid in words(answer)
    assert "DTSTART:20261124T030000Z" in words(answer)


def test_a_hold_is_confirmed_in_time(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    held = cast.book(cast.slots[0], cast.seeker, hold=True)
    assert "예약 확정하기" in words(client.get("/me/schedule"))
    assert "5:00 남음" in words(client.get(f"/bookings/{held}"))
    assert client.post(f"/bookings/{held}/confirmation", data={"rev": "1"}).status_code == 303
    assert cast.booking(held).status == "confirmed"
    again = client.post(f"/bookings/{held}/confirmation", data={"rev": "1"})
    assert again.status_code == 412
    assert "그 사이에 내용이 바뀌었어요" in words(again)


def test_a_hold_past_its_time_is_not_confirmed(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    held = cast.book(cast.slots[0], cast.seeker, hold=True)
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        late = client.post(f"/bookings/{held}/confirmation", data={"rev": "1"})
        assert late.status_code == 409
        assert "잡아 둔 시간이 지났어요" in words(late)
        assert "예약 확정하기" not in words(client.get("/me/schedule"))


def test_an_offer_is_accepted_with_consent(cast: Cast) -> None:
    booked = cast.book(cast.slots[0], cast.other)
    cast.write(actions.join_waitlist, cast.seeker, NOW, booth_id=cast.booth)
    cast.write(actions.cancel, booked, cast.other, NOW)
    offered = cast.rows(select(Booking.id).where(Booking.seeker_id == cast.seeker))[0]
    client = cast.client(cast.seeker)
    assert "이 시간 받기" in words(client.get("/me/schedule"))
    assert "시간이 났어요" in words(client.get(f"/bookings/{offered}"))
    refused = client.post(f"/bookings/{offered}/acceptance")
    assert refused.status_code == 422
    assert "동의해야" in words(refused)
    assert client.post(f"/bookings/{offered}/acceptance", data={"consent": "y"}).status_code == 303
    assert cast.booking(offered).status == "confirmed"
    assert [offer.status for offer in cast.rows(select(Offer))] == ["accepted"]
    assert client.post(f"/bookings/{offered}/acceptance", data={"consent": "y"}).status_code == 412


def test_an_offer_that_ran_out_is_not_accepted(cast: Cast) -> None:
    booked = cast.book(cast.slots[3], cast.other)
    cast.write(actions.join_waitlist, cast.seeker, NOW, booth_id=cast.booth)
    cast.write(actions.cancel, booked, cast.other, NOW)
    offered = cast.rows(select(Booking.id).where(Booking.seeker_id == cast.seeker))[0]
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        late = cast.client(cast.seeker).post(f"/bookings/{offered}/acceptance", data={"consent": "y"})
    assert late.status_code == 409
    assert "잡아 둔 시간이 지났어요" in words(late)


def test_declining_an_offer_is_releasing_it(cast: Cast) -> None:
    booked = cast.book(cast.slots[0], cast.other)
    cast.write(actions.join_waitlist, cast.seeker, NOW, booth_id=cast.booth)
    cast.write(actions.cancel, booked, cast.other, NOW)
    offered = cast.rows(select(Booking.id).where(Booking.seeker_id == cast.seeker))[0]
    answer = cast.client(cast.seeker).post(f"/bookings/{offered}/cancellation", data={"rev": "1"})
    assert answer.status_code == 303
    assert cast.booking(offered).status == "cancelled"


def test_moving_keeps_the_booking_and_marks_the_present_time(cast: Cast) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    text = words(client.get(f"/bookings/{booking}/move"))
    assert "지금 예약" in text.split(f'id="slot-{cast.slots[0]}"')[1].split("</label>")[0]
    form = {"rev": "1", "slot": str(cast.slots[2])}
    assert client.post(f"/bookings/{booking}/move", data=form).location == f"/bookings/{booking}"
    assert (cast.booking(booking).slot_id, cast.booking(booking).rev) == (cast.slots[2], 2)
    stale = client.post(f"/bookings/{booking}/move", data={"rev": "1", "slot": str(cast.slots[3])})
    assert stale.status_code == 412
    assert "그 사이에 내용이 바뀌었어요" in words(stale)


def test_a_move_to_a_taken_time_names_the_nearest(cast: Cast) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    cast.book(cast.slots[1], cast.other)
    answer = client.post(f"/bookings/{booking}/move", data={"rev": "1", "slot": str(cast.slots[1])})
    assert answer.status_code == 409
    assert 'id="nearest"' in words(answer)
    assert cast.booking(booking).slot_id == cast.slots[0]


@pytest.mark.parametrize("slot", ["", "abc", "99999", "9" * 40, "coaching"])
def test_a_move_to_nowhere_gets_a_sentence(cast: Cast, slot: str) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    wanted = str(cast.sessions[0]) if slot == "coaching" else slot
    answer = client.post(f"/bookings/{booking}/move", data={"rev": "1", "slot": wanted})
    assert answer.status_code == 422
    assert ("골라 주세요" if not slot else "같은 기업이나") in words(answer)
    assert cast.booking(booking).slot_id == cast.slots[0]


def test_cancelling_asks_first_and_then_does_it(cast: Cast) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    asked = words(client.get(f"/bookings/{booking}/cancellation"))
    assert "되돌릴 수 없어요" in asked
    assert 'name="rev" value="1"' in asked
    assert cast.booking(booking).status == "confirmed"
    for rev in ("", "x", "7", "-1", "9" * 30):
        stale = client.post(f"/bookings/{booking}/cancellation", data={"rev": rev})
        assert stale.status_code == 412
        assert "그 사이에 내용이 바뀌었어요" in words(stale)
    assert client.post(f"/bookings/{booking}/cancellation", data={"rev": "1"}).location == "/me/schedule"
    assert cast.booking(booking).status == "cancelled"
    ended = client.post(f"/bookings/{booking}/cancellation", data={"rev": "2"})
    assert ended.status_code == 409
    assert "이미 끝난 예약이에요" in words(ended)
    assert client.get(f"/bookings/{booking}/move").status_code == 409


def test_past_the_policy_nothing_changes(cast: Cast) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert "안내에 꼭 알려 주세요" in words(client.get(f"/bookings/{booking}"))
        assert client.get(f"/bookings/{booking}/cancellation").status_code == 409
        late = client.post(f"/bookings/{booking}/cancellation", data={"rev": "1"})
        assert late.status_code == 409
        assert "시간이 지났어요" in words(late)
        moved = client.post(f"/bookings/{booking}/move", data={"rev": "1", "slot": str(cast.slots[1])})
        assert moved.status_code == 409
    assert (cast.booking(booking).status, cast.booking(booking).slot_id) == ("confirmed", cast.slots[0])


def test_reading_changes_nothing(cast: Cast) -> None:
    booking, client = cast.book(cast.slots[0], cast.seeker), cast.client(cast.seeker)
    entry = cast.write(actions.join_waitlist, cast.seeker, NOW, coach_id=cast.coach)
    for path in (f"/bookings/{booking}/confirmation", f"/bookings/{booking}/acceptance", f"/waitlist/{entry}/removal"):
        assert client.get(path).status_code == 405
    assert cast.booking(booking).rev == 1
    assert [one.status for one in cast.rows(select(WaitlistEntry))] == ["waiting"]
