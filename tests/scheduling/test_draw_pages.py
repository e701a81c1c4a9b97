"""The pages of draws: staff open one, seekers wish, the result is shown to everybody and to her who won."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fairapp.scheduling import jobs
from fairapp.scheduling.models import Booking, Draw, DrawEntry, DrawSlot
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

DAY = NOW.date().isoformat()


def local(minutes: int) -> str:
    """Return a time of the fair's zone as the form sends it."""
    return (NOW + timedelta(hours=9, minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


def told(**changes: str) -> dict[str, str]:
    """Return what the form of the stand sends."""
    return {"day": DAY, "closes_at": local(30), "draws_at": local(40), "share": "0"} | changes


def opened(cast: Cast) -> int:
    """Open a draw over all four times."""
    answer = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/draws", data=told())
    assert answer.status_code == 303, words(answer)
    [draw] = cast.rows(select(Draw.id))
    assert answer.location.endswith(f"/draws/{draw}")
    return int(draw)


def wishes(cast: Cast, *slots: int, **changes: Any) -> dict[str, Any]:
    """Return what the form of a seeker sends."""
    chosen = {f"wish{n}": str(slot) for n, slot in enumerate(slots, 1)}
    return (
        {"wish1": "", "wish2": "", "wish3": "", "wish4": "", "consent": "y", "listing": str(cast.listing)}
        | chosen
        | changes
    )


def test_a_draw_from_its_opening_to_the_winner_s_day(cast_on_both: Cast) -> None:
    cast = cast_on_both
    draw = opened(cast)
    assert sorted(cast.rows(select(DrawSlot.slot_id))) == sorted(cast.slots)
    page = f"/draws/{draw}"
    assert f'href="{page}"' in cast.client(None).get(f"/booths/{cast.booth}").text
    assert "로그인하고 신청하기" in cast.client(None).get(page).text
    one, other = cast.client(cast.seeker), cast.client(cast.other)
    assert one.post(page, data=wishes(cast, cast.slots[0])).status_code == 303
    assert one.post(page, data=wishes(cast, cast.slots[1], cast.slots[0])).status_code == 303
    assert "바라는 시간 바꾸기" in one.get(page).text
    assert other.post(page, data=wishes(cast, cast.slots[2])).status_code == 303
    assert other.post(f"{page}/leaving").status_code == 303
    [entry] = cast.rows(select(DrawEntry))
    assert (entry.seeker_id, entry.wishes, entry.listing_id) == (
        cast.seeker,
        [str(cast.slots[1]), str(cast.slots[0])],
        cast.listing,
    )
    with time_machine.travel(NOW + timedelta(minutes=41), tick=False):
        assert jobs.hold_draws(NOW + timedelta(minutes=41)) == 1
        assert [(b.seeker_id, b.slot_id) for b in cast.rows(select(Booking))] == [(cast.seeker, cast.slots[1])]
        assert "당첨됐어요" in one.get(page).text
        shown = cast.client(None).get(page).text
        assert (entry.code in shown, "정한별" in shown, "씨앗: " in shown) == (True, False, True)
        refused = other.post(page, data=wishes(cast, cast.slots[2]), follow_redirects=True)
        assert "당첨됐어요" not in refused.text
        assert [e.seeker_id for e in cast.rows(select(DrawEntry))] == [cast.seeker]
        assert other.post(f"{page}/leaving").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": ""}, "day-error"),
        ({"day": "2030-01-01"}, "day-error"),
        ({"closes_at": "언제"}, "closes_at-error"),
        ({"draws_at": local(10)}, "draws_at-error"),
        ({"closes_at": local(-10)}, "closes_at-error"),
        ({"share": "51"}, "share-error"),
        ({"starts_at": "12:00", "ends_at": "11:00"}, "ends_at-error"),
    ],
)
def test_a_draw_that_cannot_be_is_not_opened(cast: Cast, changes: dict[str, str], field: str) -> None:
    answer = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/draws", data=told(**changes))
    assert (answer.status_code, field in answer.text) == (422, True), words(answer)
    assert cast.rows(select(Draw)) == []


def test_bad_wishes_come_back_and_nothing_is_kept(cast: Cast) -> None:
    page = f"/draws/{opened(cast)}"
    client = cast.client(cast.seeker)
    bad = [
        wishes(cast),
        wishes(cast, cast.sessions[0]),
        wishes(cast, cast.slots[0], consent=""),
        wishes(cast, cast.slots[0], listing="999"),
        {},
    ]
    for data in bad:
        answer = client.post(page, data=data)
        assert (answer.status_code, "-error" in answer.text) == (422, True)
    assert cast.rows(select(DrawEntry)) == []
    for missing in ("/draws/999", "/draws/x"):
        assert client.get(missing).status_code == 404
        assert client.post(missing, data={}).status_code == 404
    assert client.post(f"{page}/leaving").status_code == 404


def test_only_who_keeps_the_booth_opens_one(cast: Cast) -> None:
    for account in (cast.seeker, cast.stranger, cast.coach_account):
        client = cast.client(account)
        assert client.get(f"/stand/{cast.booth}/draws").status_code == 404
        assert client.post(f"/stand/{cast.booth}/draws", data=told()).status_code == 404
    assert cast.rows(select(Draw)) == []


def test_as_many_statements_for_many_entries(cast: Cast) -> None:
    draw = opened(cast)
    client, page = cast.client(cast.seeker), f"/draws/{draw}"
    client.post(page, data=wishes(cast, cast.slots[0]))
    with counted(cast.app) as few:
        client.get(page)
    for account in (cast.other, cast.stranger, cast.coach_account):
        cast.client(account).post(page, data=wishes(cast, cast.slots[0], cast.slots[1]))
    with counted(cast.app) as many:
        client.get(page)
    assert few == many
