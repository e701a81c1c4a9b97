"""The page on which staff take back a part of a day: what it shows first, and what becomes of each meeting."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from fairapp.live.models import Outbox
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, Resource, Slot
from fairapp.scheduling.pushes import LETTERS
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

DAY = "2026-11-24"


def path(cast: Cast) -> str:
    """Return the page of the booth."""
    return f"/stand/{cast.booth}/cut"


def send(cast: Cast, do: str, **told: str) -> Any:
    """Send the form: everything from 12:20 on, which is all but the first of the four slots."""
    form = {"day": DAY, "whose": "", "starts_at": "12:20", "ends_at": "", "reason": "일찍 닫아요", "do": do}
    return cast.client(cast.recruiter).post(
        path(cast), data=form | {k.replace("_of_", "-"): v for k, v in told.items()}
    )


def seen_in(page: Any) -> str:
    """Return the word for what was looked at."""
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found, words(page)
    return found[1]


def chosen_in(page: Any, booking: int) -> str:
    """Return what is chosen for a booking."""
    part = page.text.split(f'name="choice-{booking}"')[1].split("</select>")[0]
    found = re.search(r'value="(\w*)" selected', part)
    return found[1] if found else ""


def closed(cast: Cast) -> list[int]:
    """Return the slots that were closed."""
    return cast.rows(select(Slot.id).where(Slot.closed_at.is_not(None)).order_by(Slot.id))


def test_each_meeting_stays_moves_or_ends_and_all_are_told(cast_on_both: Cast) -> None:
    cast = cast_on_both
    third = cast.write(lambda session: factories.make_seeker(session, name="셋째").id)
    kept, moved, told = (
        cast.book(slot, who) for slot, who in zip(cast.slots[1:], (cast.seeker, cast.other, third), strict=True)
    )
    page = send(cast, "look")
    assert page.status_code == 200
    assert "닫을 시간 3개" in words(page)
    assert "정한별" not in page.text
    assert [chosen_in(page, one) for one in (kept, moved, told)] == [str(cast.slots[0]), "", ""]
    assert closed(cast) == []
    choices = {f"choice_of_{kept}": "keep", f"choice_of_{moved}": str(cast.slots[0]), f"choice_of_{told}": "tell"}
    done = send(cast, "go", seen=seen_in(page), **choices)
    assert (done.status_code, done.location) == (303, f"/stand/{cast.booth}/hours?day={DAY}")
    assert closed(cast) == cast.slots[2:]
    assert [cast.booking(one).status for one in (kept, moved, told)] == ["confirmed", "confirmed", "cancelled"]
    assert [cast.booking(one).slot_id for one in (kept, moved)] == [cast.slots[1], cast.slots[0]]
    letters = cast.rows(select(Outbox).where(Outbox.account_id.in_([cast.other, third])).order_by(Outbox.id))
    assert [(one.kind, one.data.get("reason")) for one in letters] == [
        ("booking.confirmed", None),
        ("booking.confirmed", None),
        ("booking.moved", None),
        ("booking.cancelled", "일찍 닫아요"),
    ]
    with force_locale("ko"), cast.database.read() as session:
        text = LETTERS["booking.cancelled"](session, letters[-1], "ko", NOW).text
    assert "까닭: 일찍 닫아요" in text


def test_nobody_is_ended_without_a_choice(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[0], cast.other)
    booking = cast.book(cast.slots[1], cast.seeker)
    page = send(cast, "look")
    assert chosen_in(page, booking) == ""
    for bad in ("", "burn", str(cast.slots[2]), "999", str(cast.sessions[0])):
        refused = send(cast, "go", seen=seen_in(page), **{f"choice_of_{booking}": bad})
        assert refused.status_code == 422, bad
        assert "예약마다 어떻게 할지" in words(refused)
    assert closed(cast) == []
    assert cast.booking(booking).rev == 1


def test_a_place_is_offered_only_where_the_seeker_is_free(cast_on_both: Cast) -> None:
    cast = cast_on_both
    booking = cast.book(cast.slots[1], cast.seeker)
    first = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    mine = cast.rows(select(Resource.id).where(Resource.account_id == cast.seeker))[0]
    cast.write(actions.add_block, mine, first.starts_at, first.starts_at + timedelta(minutes=5), "", NOW)
    page = send(cast, "look")
    assert chosen_in(page, booking) == ""
    assert f'value="{cast.slots[0]}"' not in page.text


def test_two_who_choose_one_place_change_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    both = [cast.book(cast.slots[1], cast.seeker), cast.book(cast.slots[2], cast.other)]
    page = send(cast, "look")
    choices = {f"choice_of_{one}": str(cast.slots[0]) for one in both}
    refused = send(cast, "go", seen=seen_in(page), **choices)
    assert refused.status_code == 409
    assert closed(cast) == []
    assert [cast.booking(one).rev for one in both] == [1, 1]


def test_what_changed_since_it_was_looked_at_is_shown_again(cast: Cast) -> None:
    seen = seen_in(send(cast, "look"))
    cast.book(cast.slots[2], cast.seeker)
    page = send(cast, "go", seen=seen)
    assert page.status_code == 409
    assert "그 사이에 예약이 바뀌었어요" in words(page)
    assert closed(cast) == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"day": ""}, "적어 주세요"),
        ({"day": "2026-11-25"}, "닫을 것이 없어요"),
        ({"starts_at": "13:00", "ends_at": "12:00"}, "끝나는 시각은 시작하는 시각보다"),
        ({"whose": "99999"}, "누구의"),
        ({"whose": "x"}, "누구의"),
        ({"reason": "가" * 501}, "500자까지"),
    ],
)
def test_bad_input_is_refused_beside_its_field(cast: Cast, told: dict[str, str], said: str) -> None:
    page = send(cast, "look", **told)
    assert page.status_code == 422, told
    assert said in words(page).split('class="error-summary"')[1].split("</div>")[0]


def test_more_than_goes_at_once_is_said_and_not_cut_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairapp.scheduling.queries.cutting.MOST_SLOTS", 3)
    assert "닫을 시간 3개" in words(send(cast, "look"))
    page = send(cast, "look", starts_at="")
    assert page.status_code == 422
    assert "한 번에 200개까지 닫을 수 있어요" in words(page)


def test_only_one_hosts_time_is_taken_back(cast: Cast) -> None:
    page = send(cast, "look", whose=str(cast.recruiter))
    assert "닫을 시간 3개" in words(page)
    other = cast.add_colleague()
    assert "닫을 것이 없어요" in words(send(cast, "look", whose=str(other)))


def test_a_coach_takes_back_her_own_day_and_nobody_elses(cast: Cast) -> None:
    page = f"/coach/{cast.coach}/cut"
    mine = cast.client(cast.coach_account)
    seen = mine.post(page, data={"day": DAY, "do": "look"})
    assert "닫을 시간 3개" in words(seen)
    assert mine.post(page, data={"day": DAY, "do": "go", "seen": seen_in(seen)}).status_code == 303
    assert closed(cast) == cast.sessions
    for who in (cast.seeker, cast.stranger, cast.coach_account):
        assert cast.client(who).get(path(cast)).status_code == 404
    assert cast.client(None).get(path(cast)).status_code == 303
    for ref in ("0", "x", "9" * 30, "77777"):
        assert cast.client(cast.organizer).get(f"/stand/{ref}/cut").status_code == 404


def test_as_many_statements_for_thirty_meetings_as_for_one(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[1], cast.seeker)

    def look() -> int:
        with counted(cast.app) as count:
            page = send(cast, "look", day="2026-11-25", starts_at="")
            assert page.status_code == 200, words(page)
        return int(count)

    def fill(n: int) -> list[int]:
        def act(session: Any) -> list[Any]:
            booth = session.get_one(factories.Booth, cast.booth)
            slots = factories.make_slots(
                session, booth, n, host_id=cast.recruiter, start=NOW + timedelta(hours=15 if n == 1 else 16)
            )
            return [(slot, factories.make_seeker(session).id) for slot in slots]

        return [cast.book(slot, who) for slot, who in cast.write(act)]

    fill(1)
    send(cast, "look")
    few = look()
    fill(30)
    assert look() == few
    assert len(cast.rows(select(Booking.id))) == 32
