"""The page of a booth: what it shows, booking and each refusal, waiting, who may see it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Booking, WaitlistEntry
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words


def change(cast: Cast, model: type[Any], row_id: int, **values: Any) -> None:
    """Change a row."""

    def act(session: Any) -> None:
        for name, value in values.items():
            setattr(session.get_one(model, row_id), name, value)

    cast.write(act)


def test_a_booth_shows_who_hires_and_when_one_can_meet_them(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[1], cast.other)
    page = cast.client(cast.seeker).get(f"/booths/{cast.booth}")
    assert page.status_code == 200
    text = words(page)
    assert "지금 채용 중" in text
    assert "재무 담당" in text
    assert "오후 12:00" in text
    assert "<h3" in text
    assert "오늘" in text
    assert f'id="slot-{cast.slots[0]}"' in text
    taken = text.split(f'id="slot-{cast.slots[1]}"')[1].split("</label>")[0]
    assert "disabled" in taken
    assert "마감" in taken


def test_a_seeker_books_and_comes_to_the_booking(cast_on_both: Cast) -> None:
    cast = cast_on_both
    form = cast.form(cast.slots[0], note="재무 5년")
    answer = cast.client(cast.seeker).post(f"/booths/{cast.booth}/bookings", data=form)
    assert answer.status_code == 303
    booking = cast.rows(select(Booking))[0]
    assert answer.location == f"/bookings/{booking.id}"
    assert (booking.status, booking.slot_id, booking.listing_id, booking.note) == (
        "confirmed",
        cast.slots[0],
        cast.listing,
        "재무 5년",
    )


def test_a_slot_taken_meanwhile_is_refused_with_the_nearest_times_and_what_was_typed(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.other)
    form = cast.form(cast.slots[0], note="미리 적은 말")
    answer = cast.client(cast.seeker).post(f"/booths/{cast.booth}/bookings", data=form)
    assert answer.status_code == 409
    text = words(answer)
    assert "방금 다른 분이 예약한 시간이에요" in text
    assert "미리 적은 말" in text
    nearest = text.split('id="nearest"')[1].split("</fieldset>")[0]
    assert [slot for slot in cast.slots if f'value="{slot}"' in nearest] == cast.slots[1:]
    assert nearest.count("checked") == 1
    assert text.count('name="slot"') == text.count("data-slot=")
    assert f'value="{cast.slots[1]}" required checked' in " ".join(nearest.split())


def test_a_button_pressed_twice_leads_to_the_one_booking(cast: Cast) -> None:
    client, form = cast.client(cast.seeker), cast.form(cast.slots[0])
    first = client.post(f"/booths/{cast.booth}/bookings", data=form)
    second = client.post(f"/booths/{cast.booth}/bookings", data=form)
    assert (second.status_code, second.location) == (303, first.location)
    assert cast.rows(select(func.count()).select_from(Booking)) == [1]


def test_a_second_interview_and_an_overlap_are_refused(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    cast.book(cast.sessions[0], cast.seeker)
    overlap = client.post(f"/booths/{cast.booth}/bookings", data=cast.form(cast.slots[0]))
    assert overlap.status_code == 409
    assert "그 시간에 다른 일정이 있어요" in words(overlap)
    cast.book(cast.slots[2], cast.seeker)
    again = client.post(f"/booths/{cast.booth}/bookings", data=cast.form(cast.slots[3]))
    assert again.status_code == 409
    assert "이 기업의 면접을 이미 예약했어요" in words(again)


def test_a_time_at_which_the_reader_is_elsewhere_says_so(cast: Cast) -> None:
    cast.book(cast.sessions[0], cast.seeker)
    text = words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    assert "다른 일정" in text.split(f'id="slot-{cast.slots[0]}"')[1].split("</label>")[0]
    assert "다른 일정" not in words(cast.client(None).get(f"/booths/{cast.booth}"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slot": ""}, "시간을 골라 주세요"),
        ({"slot": "abc"}, "시간을 골라 주세요"),
        ({"slot": "9" * 40}, "시간을 골라 주세요"),
        ({"slot": "99999"}, "이 기업의 시간 가운데서"),
        ({"listing": ""}, "공고를 골라 주세요"),
        ({"listing": "99999"}, "지원할 수 없는 공고"),
        ({"listing": "-1 OR 1"}, "지원할 수 없는 공고"),
        ({"note": "가" * 1001}, "1,000자까지"),
        ({"note": "a\x00b"}, "쓸 수 없는 글자"),
        ({"consent": ""}, "동의해야"),
    ],
)
def test_bad_input_gets_a_sentence_and_books_nothing(cast: Cast, changes: dict[str, str], sentence: str) -> None:
    form = cast.form(cast.slots[0], **changes)
    if not changes.get("consent", "y"):
        form.pop("consent")
    answer = cast.client(cast.seeker).post(f"/booths/{cast.booth}/bookings", data=form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert cast.rows(select(Booking)) == []


def test_a_coach_s_slot_is_not_the_booth_s(cast: Cast) -> None:
    answer = cast.client(cast.seeker).post(f"/booths/{cast.booth}/bookings", data=cast.form(cast.sessions[0]))
    assert answer.status_code == 422
    assert cast.rows(select(Booking)) == []


def test_a_slot_that_has_begun_and_a_fair_that_is_over_are_refused(cast: Cast) -> None:
    client, form = cast.client(cast.seeker), cast.form(cast.slots[0])
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        begun = client.post(f"/booths/{cast.booth}/bookings", data=form)
    assert begun.status_code == 409
    assert "이미 시작한 시간이에요" in words(begun)
    change(cast, Fair, cast.fair, ends_at=NOW)
    over = cast.client(cast.seeker).post(f"/booths/{cast.booth}/bookings", data=form)
    assert over.status_code == 409
    assert "예약은 끝났어요" in words(over)


def test_who_is_not_signed_in_signs_in_and_comes_back_with_the_choice(cast: Cast) -> None:
    visitor = cast.client(None)
    page = words(visitor.get(f"/booths/{cast.booth}"))
    assert "로그인하고 예약하기" in page
    assert 'method="get"' in page
    assert 'name="consent"' not in page
    path = f"/booths/{cast.booth}/bookings?slot={cast.slots[2]}&listing={cast.listing}"
    answer = visitor.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=/booths/")
    back = cast.client(cast.seeker).get(path)
    assert back.location == f"/booths/{cast.booth}?slot={cast.slots[2]}&listing={cast.listing}#book"
    assert f'value="{cast.slots[2]}" required\n           checked' in words(
        cast.client(cast.seeker).get(back.location.partition("#")[0])
    )
    assert visitor.post(f"/booths/{cast.booth}/bookings", data=cast.form(cast.slots[0])).status_code == 303
    assert cast.rows(select(Booking)) == []


def test_a_booth_that_stopped_hiring_says_so_and_cannot_be_booked(cast: Cast) -> None:
    change(cast, Booth, cast.booth, intent_confirmed_at=NOW - timedelta(days=8))
    client = cast.client(cast.seeker)
    page = client.get(f"/booths/{cast.booth}")
    assert page.status_code == 200
    assert "지금 채용 중이 아니에요" in words(page)
    assert "slot-picker" not in words(page)
    refused = client.post(f"/booths/{cast.booth}/bookings", data=cast.form(cast.slots[0]))
    assert refused.status_code == 422
    assert "지금 채용 중이 아니에요" in words(refused)
    assert cast.rows(select(Booking)) == []


@pytest.mark.parametrize(
    ("model", "values"),
    [(Booth, {"status": "applied"}), (Booth, {"intent_confirmed_at": None}), (Fair, {"announced_at": None})],
)
def test_a_booth_that_never_was_visible_is_not_there(cast: Cast, model: type[Any], values: dict[str, Any]) -> None:
    change(cast, model, cast.booth if model is Booth else cast.fair, **values)
    for who in (None, cast.seeker, cast.stranger):
        assert cast.client(who).get(f"/booths/{cast.booth}").status_code == 404
    for who in (cast.recruiter, cast.organizer):
        assert cast.client(who).get(f"/booths/{cast.booth}").status_code == 200


@pytest.mark.parametrize("booth", ["999", "0", "abc", "1e9", "9" * 30, "%00"])
def test_no_such_booth(cast: Cast, booth: str) -> None:
    assert cast.client(None).get(f"/booths/{booth}").status_code == 404
    assert cast.client(cast.seeker).post(f"/booths/{booth}/waitlist").status_code == 404


def test_a_full_booth_offers_to_wait_shows_the_place_and_lets_go(cast: Cast) -> None:
    people = cast.write(lambda s: [factories.make_seeker(s).id for _ in range(4)])
    for slot, who in zip(cast.slots, people, strict=True):
        cast.book(slot, who)
    assert "지금은 빈 시간이 없어요" in words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    assert cast.client(None).post(f"/booths/{cast.booth}/waitlist").status_code == 303
    assert cast.rows(select(WaitlistEntry)) == []
    cast.client(cast.other).post(f"/booths/{cast.booth}/waitlist")
    client = cast.client(cast.seeker)
    assert client.post(f"/booths/{cast.booth}/waitlist").status_code == 303
    assert "2번째로 기다리고 있어요" in words(client.get(f"/booths/{cast.booth}"))
    entry = cast.rows(select(WaitlistEntry).where(WaitlistEntry.seeker_id == cast.seeker))[0]
    assert cast.client(cast.other).post(f"/waitlist/{entry.id}/removal").status_code == 404
    assert client.post(f"/waitlist/{entry.id}/removal").status_code == 303
    assert "번째로 기다리고" not in words(client.get(f"/booths/{cast.booth}"))


def test_the_page_takes_as_many_queries_for_thirty_slots_and_listings_as_for_three(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    cast.book(cast.slots[0], cast.other)
    with counted(cast.app) as few:
        client.get(f"/booths/{cast.booth}")

    def more(session: Any) -> None:
        booth = session.get_one(Booth, cast.booth)
        for _ in range(27):
            factories.make_listing(session, booth_id=booth.id)
        factories.make_slots(session, booth, 30, start=NOW + timedelta(hours=5))

    cast.write(more)
    with counted(cast.app) as many:
        page = client.get(f"/booths/{cast.booth}")
    assert words(page).count("data-slot=") == 34
    assert words(page).count("data-listing=") == 28
    assert int(few) == int(many), f"{few}\n{many}"


def test_later_days_are_a_link_away_and_senseless_days_are_ignored(cast: Cast) -> None:
    change(cast, Fair, cast.fair, ends_at=NOW + timedelta(days=20))

    def later(session: Any) -> None:
        factories.make_slots(session, session.get_one(Booth, cast.booth), 1, start=NOW + timedelta(days=9))

    cast.write(later)
    client = cast.client(None)
    assert 'href="?day=2026-12-03"' in words(client.get(f"/booths/{cast.booth}"))
    shown = words(client.get(f"/booths/{cast.booth}?day=2026-12-03"))
    assert shown.count("data-slot=") == 1
    assert "12월 3일" in shown
    for day in ("0001-01-01", "9999-12-31", "banana", "2026-13-01"):
        assert client.get(f"/booths/{cast.booth}?day={day}").status_code == 200


def test_a_listing_that_closed_meanwhile_is_refused_in_words(cast: Cast) -> None:
    second = cast.write(lambda s: factories.make_listing(s, booth_id=cast.booth).id)
    change(cast, Listing, second, closed_at=NOW)
    answer = cast.client(cast.seeker).post(
        f"/booths/{cast.booth}/bookings", data=cast.form(cast.slots[0], listing=str(second))
    )
    assert answer.status_code == 422
    assert "지원할 수 없는 공고" in words(answer)
