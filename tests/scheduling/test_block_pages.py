"""The page of one's own appointments: kept, shown, let go of; nobody is in two places for it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.scheduling import actions, rules
from fairapp.scheduling.models import Block, Slot
from fairapp.scheduling.rules import Wish
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

PATH = "/me/appointments"


def add(cast: Cast, who: int, **told: str) -> Any:
    """Keep the hour after noon, when the booth's four slots are, for a dentist."""
    form = {"day": "2026-11-24", "starts_at": "12:00", "ends_at": "13:00", "reason": "<b>치과</b>"} | told
    return cast.client(who).post(PATH, data=form)


def blocks(cast: Cast) -> list[Block]:
    """Return those that stand."""
    return cast.rows(select(Block).where(Block.removed_at.is_(None)).order_by(Block.id))


def test_an_appointment_keeps_meetings_away_until_it_is_let_go_of(cast_on_both: Cast) -> None:
    cast = cast_on_both
    assert add(cast, cast.seeker).status_code == 303
    [kept] = blocks(cast)
    slot = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    assert (kept.starts_at, kept.ends_at - kept.starts_at) == (slot.starts_at, timedelta(hours=1))
    page = cast.client(cast.seeker).get(PATH)
    assert "&lt;b&gt;치과&lt;/b&gt;" in page.text
    with pytest.raises(rules.SeekerBusy):
        cast.book(cast.slots[0], cast.seeker)
    assert cast.client(cast.other).post(f"{PATH}/{kept.id}/removal").status_code == 404
    assert [one.id for one in blocks(cast)] == [kept.id]
    assert cast.client(cast.seeker).post(f"{PATH}/{kept.id}/removal").status_code == 303
    assert blocks(cast) == []
    assert cast.client(cast.seeker).post(f"{PATH}/{kept.id}/removal").status_code == 404
    cast.book(cast.slots[0], cast.seeker)


def test_what_is_promised_already_cannot_be_kept_for_something_else(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.book(cast.slots[0], cast.seeker)
    for who in (cast.seeker, cast.recruiter):
        refused = add(cast, who)
        assert refused.status_code == 409
        assert "이미 만남이나 다른 일정이 있어요" in words(refused)
    assert blocks(cast) == []
    assert add(cast, cast.seeker, starts_at="12:20").status_code == 303


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"day": ""}, "적어 주세요"),
        ({"day": "x"}, "날짜"),
        ({"day": "2026-11-23"}, "이미 지난 시각이에요"),
        ({"ends_at": "11:00"}, "끝나는 시각은 시작하는 시각보다"),
        ({"starts_at": "25:00"}, "시"),
        ({"reason": "가" * 121}, "120자까지"),
    ],
)
def test_bad_input_is_refused_beside_its_field(cast: Cast, told: dict[str, str], said: str) -> None:
    page = add(cast, cast.seeker, **told)
    assert page.status_code == 422
    assert said in words(page).split('class="error-summary"')[1].split("</div>")[0]
    assert blocks(cast) == []


def test_it_is_ones_own(cast: Cast) -> None:
    assert cast.client(None).get(PATH).status_code == 303
    add(cast, cast.seeker)
    assert "치과" not in words(cast.client(cast.other).get(PATH))
    for ref in ("0", "x", "9" * 30, "77777"):
        assert cast.client(cast.seeker).post(f"{PATH}/{ref}/removal").status_code == 404


def test_as_many_statements_for_thirty_as_for_one(cast: Cast) -> None:
    client = cast.client(cast.seeker)

    def look() -> int:
        with counted(cast.app) as count:
            assert client.get(PATH).status_code == 200
        return int(count)

    add(cast, cast.seeker)
    look()
    few = look()
    for day in range(1, 30):
        at = NOW + timedelta(days=day)
        cast.write(actions.block_own_time, cast.seeker, at, at + timedelta(minutes=30), "", NOW)
    assert len(blocks(cast)) == 30
    assert look() == few


def test_a_seeker_picks_whom_to_meet_where_several_share_the_time(cast_on_both: Cast) -> None:
    cast = cast_on_both
    assert 'name="host"' not in words(cast.client(cast.seeker).get(f"/booths/{cast.booth}"))
    colleague = cast.add_colleague()
    hours = {"day": "2026-11-25", "starts_at": "09:00", "ends_at": "10:00", "length": "30", "gap": "0", "room": ""}
    opened = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/hours", data=hours | {"host": "any", "do": "open"})
    assert opened.status_code == 303
    first = cast.rows(select(Slot.id).where(Slot.hosting == "any").order_by(Slot.starts_at))[0]
    client = cast.client(cast.seeker)
    assert f'<option value="{colleague}">남동료</option>' in words(client.get(f"/booths/{cast.booth}"))
    for bad in ("99999", "x", str(cast.stranger)):
        refused = client.post(f"/booths/{cast.booth}/bookings", data=cast.form(first, host=bad))
        assert refused.status_code == 422, bad
    booked = client.post(f"/booths/{cast.booth}/bookings", data=cast.form(first, host=str(colleague)))
    assert booked.status_code == 303
    assert cast.booking(1).host_id == colleague
    taken = cast.client(cast.other).post(f"/booths/{cast.booth}/bookings", data=cast.form(first, host=str(colleague)))
    assert taken.status_code == 409
    assert (
        cast.write(actions.book, cast.slots[0], cast.other, Wish(host_id=colleague), NOW).slot.host_id == cast.recruiter
    )
