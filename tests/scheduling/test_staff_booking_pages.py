"""Staff book for somebody past the rules; anybody asks why a time cannot be booked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from fairapp.fairs.models import Fair
from fairapp.language import masked
from fairapp.live.models import Outbox
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, BookingHistory, Resource, Slot
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words


def path(cast: Cast, slot: int) -> str:
    """Return the page on which somebody is booked for a slot."""
    return f"/slots/{slot}/bookings/new"


def close_booking(cast: Cast) -> None:
    """Let the fair take no bookings less than a day ahead: none of the slots can be booked any more."""
    cast.write(lambda session: session.execute(update(Fair).values(book_minutes=24 * 60)))


def wait(cast: Cast, seeker: int) -> None:
    """Let somebody wait for the booth."""
    cast.write(actions.join_waitlist, seeker, NOW, booth_id=cast.booth)


def test_who_waits_is_booked_past_the_rules_and_the_reason_is_kept(cast_on_both: Cast) -> None:
    cast = cast_on_both
    close_booking(cast)
    wait(cast, cast.other)
    client = cast.client(cast.recruiter)
    page = client.get(path(cast, cast.slots[0]))
    assert f"{masked('곽솔')} (1번째로 기다려요)" in words(page)
    told = {"seeker": str(cast.other), "listing": str(cast.listing), "reason": "현장에서 부탁"}
    done = client.post(path(cast, cast.slots[0]), data=told)
    assert (done.status_code, done.location) == (303, f"/stand/{cast.booth}/hours?day=2026-11-24")
    [made] = cast.rows(select(Booking))
    assert (made.seeker_id, made.slot_id, made.listing_id, made.status) == (
        cast.other,
        cast.slots[0],
        cast.listing,
        "confirmed",
    )
    [kept] = cast.rows(select(BookingHistory))
    assert (kept.actor_id, kept.reason) == (cast.recruiter, "현장에서 부탁")
    assert cast.rows(select(Outbox.account_id).where(Outbox.kind == "booking.confirmed")) == [cast.other]


def test_who_was_booked_there_is_known_and_nobody_is_in_two_places(cast_on_both: Cast) -> None:
    cast = cast_on_both
    before = cast.book(cast.slots[0], cast.seeker)
    at = cast.rows(select(Slot.starts_at).where(Slot.id == cast.slots[1]))[0]
    mine = cast.rows(select(Resource.id).where(Resource.account_id == cast.seeker))[0]
    cast.write(actions.cancel, before, cast.seeker, NOW)
    cast.write(actions.add_block, mine, at, at + timedelta(minutes=5), "", NOW)
    client = cast.client(cast.recruiter)
    page = words(client.get(path(cast, cast.slots[1])))
    assert masked("정한별") in page
    assert "정한별" not in page
    refused = client.post(path(cast, cast.slots[1]), data={"seeker": str(cast.seeker), "reason": "부탁"})
    assert refused.status_code == 409
    assert cast.rows(select(Booking.id).where(Booking.slot_id == cast.slots[1])) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "적어 주세요"),
        ({"reason": "가" * 501}, "500자까지"),
        ({"seeker": ""}, "누구를"),
        ({"seeker": "99999"}, "누구를"),
        ({"listing": "99999"}, "공고"),
    ],
)
def test_bad_input_is_refused_beside_its_field(cast: Cast, changes: dict[str, str], said: str) -> None:
    wait(cast, cast.seeker)
    told = {"seeker": str(cast.seeker), "listing": "", "reason": "부탁"} | changes
    page = cast.client(cast.recruiter).post(path(cast, cast.slots[0]), data=told)
    assert page.status_code == 422
    assert said in words(page).split('class="error-summary"')[1].split("</div>")[0]
    assert cast.rows(select(Booking.id)) == []


def test_nobody_else_books_for_others_and_strangers_are_not_offered(cast: Cast) -> None:
    for who in (cast.seeker, cast.stranger, cast.coach_account):
        assert cast.client(who).get(path(cast, cast.slots[0])).status_code == 404
        assert cast.client(who).post(path(cast, cast.slots[0]), data={}).status_code == 404
    assert cast.client(None).get(path(cast, cast.slots[0])).status_code == 303
    for ref in ("0", "x", "9" * 30, "77777"):
        assert cast.client(cast.organizer).get(f"/slots/{ref}/bookings/new").status_code == 404
    empty = cast.client(cast.recruiter).get(path(cast, cast.slots[0]))
    assert "예약해 드릴 분이 아직 없어요" in words(empty)
    refused = cast.client(cast.recruiter).post(path(cast, cast.slots[0]), data={"seeker": "1", "reason": "부탁"})
    assert refused.status_code == 422


def test_as_many_statements_for_thirty_who_wait_as_for_one(cast_on_both: Cast) -> None:
    cast = cast_on_both
    client = cast.client(cast.recruiter)

    def look() -> int:
        with counted(cast.app) as count:
            assert client.get(path(cast, cast.slots[0])).status_code == 200
        return int(count)

    wait(cast, cast.seeker)
    look()
    few = look()
    for who in cast.write(lambda session: [factories.make_seeker(session).id for _ in range(29)]):
        wait(cast, who)
    assert look() == few


def ask(cast: Cast, who: int | None, slot: Any) -> Any:
    """Ask why not."""
    return cast.client(who).get(f"/slots/{slot}/why")


def test_why_not_is_a_sentence_and_books_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    assert "지금 예약할 수 있어요" in words(ask(cast, cast.seeker, cast.slots[0]))
    assert cast.rows(select(Booking.id)) == []
    cast.book(cast.slots[0], cast.other)
    taken = words(ask(cast, cast.seeker, cast.slots[0]))
    assert "가장 가까운 빈 시간" in taken
    assert f"/booths/{cast.booth}?slot={cast.slots[1]}#book" in taken
    assert "이미 내가 예약한 시간이에요" in words(ask(cast, cast.other, cast.slots[0]))
    close_booking(cast)
    assert "예약할 수 있어요" not in words(ask(cast, cast.seeker, cast.slots[1]))
    assert cast.rows(select(Booking.seeker_id)) == [cast.other]
    assert f"/coaches/{cast.coach}" in words(ask(cast, cast.seeker, cast.sessions[0]))


def test_why_not_of_nothing(cast: Cast) -> None:
    assert ask(cast, None, cast.slots[0]).status_code == 303
    for ref in ("0", "x", "9" * 30, "77777"):
        assert ask(cast, cast.seeker, ref).status_code == 404


def test_a_full_time_leads_to_its_reason(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.other)
    page = words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    assert f'href="/slots/{cast.slots[0]}/why"' in page
    assert f'href="/slots/{cast.slots[1]}/why"' not in page
    cast.write(lambda session: setattr(session.get_one(Slot, cast.slots[1]), "opens_at", NOW + timedelta(hours=1)))
    cast.write(lambda session: setattr(session.get_one(Slot, cast.slots[2]), "for_line", True))
    page = words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    assert "곧 열려요" in page
    assert "현장 줄" in page
