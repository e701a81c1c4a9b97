"""A giver's hours: preview, opening, clashes, closing, bad input, who may."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from fairapp.accounts.models import AccountSession
from fairapp.fairs.models import Fair, Room
from fairapp.scheduling import actions
from fairapp.scheduling.models import Slot, SlotHost
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words


def hours(cast: Cast, **changes: str) -> dict[str, str]:
    """Return what the form sends: Wednesday from nine to twelve, online."""
    form = {"day": "2026-11-25", "starts_at": "09:00", "ends_at": "12:00", "length": "20", "gap": "0", "room": ""}
    return {**form, "host": str(cast.recruiter), "do": "open"} | changes


def slots(cast: Cast) -> list[Any]:
    """Return the slots of Wednesday."""
    since = datetime(2026, 11, 24, 15, tzinfo=UTC)
    return cast.rows(select(Slot).where(Slot.starts_at >= since).order_by(Slot.starts_at))


def test_hours_are_cut_shown_and_then_opened(cast_on_both: Cast) -> None:
    cast = cast_on_both
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    assert client.get(url).status_code == 200
    form = hours(cast, gap="10", break1_from="10:00", break1_to="10:30", room=str(cast.room))
    seen = client.post(url, data=form | {"do": "preview"})
    assert seen.status_code == 200
    assert "열릴 시간 5개" in words(seen)
    assert slots(cast) == []
    answer = client.post(url, data=form)
    assert answer.status_code == 303
    assert answer.location == f"{url}?day=2026-11-25"
    made = slots(cast)
    assert [s.starts_at.strftime("%H:%M") for s in made] == ["00:00", "00:30", "01:30", "02:00", "02:30"]
    assert {(s.booth_id, s.host_id, s.room_id, s.kind) for s in made} == {
        (cast.booth, cast.recruiter, cast.room, "interview")
    }
    assert "연 시간 5개" in words(client.get(answer.location))


def test_times_at_which_host_or_room_are_taken_are_named_and_the_rest_opens(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    client.post(url, data=hours(cast, starts_at="10:00", ends_at="10:40"))
    seen = words(client.post(url, data=hours(cast, do="preview")))
    assert "열릴 시간 7개" in seen
    assert "2개는 담당자나 자리가" in seen
    answer = client.post(url, data=hours(cast), follow_redirects=True)
    assert "7개의 시간을 열었어요" in words(answer)
    assert "열지 못한 시간이에요: 오전 10:00, 오전 10:20" in words(answer)
    assert len(slots(cast)) == 9


def test_a_whole_day_opens_with_few_statements_a_slot(cast: Cast) -> None:
    client = cast.client(cast.recruiter)
    client.get(f"/stand/{cast.booth}/hours")

    def opened(starts_at: str, ends_at: str) -> int:
        with counted(cast.app) as count:
            form = hours(cast, starts_at=starts_at, ends_at=ends_at, length="15")
            assert client.post(f"/stand/{cast.booth}/hours", data=form).status_code == 303
        return int(count)

    few, many = opened("08:00", "10:00"), opened("10:00", "18:00")
    assert len(slots(cast)) == 40
    assert many - few == 2 * 24 + 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": ""}, "적어 주세요"),
        ({"day": "banana"}, "날짜"),
        ({"day": "0001-01-01"}, "열 수 있어요"),
        ({"day": "9999-12-31"}, "열 수 있어요"),
        ({"day": "2026-11-24"}, "이미 지난 시각이에요"),
        ({"starts_at": "25:00"}, "시"),
        ({"ends_at": "08:00"}, "끝나는 시각은 시작하는 시각보다"),
        ({"starts_at": "09:03"}, "5분 단위로"),
        ({"length": "4"}, "5분부터"),
        ({"length": "7"}, "5분 단위로"),
        ({"length": "99999999999999999999"}, "5분부터"),
        ({"length": "x"}, "정수"),
        ({"length": "240"}, "한 번도 들어가지"),
        ({"gap": "-5"}, "0분부터"),
        ({"break1_from": "10:00"}, "시작과 끝을 모두"),
        ({"break2_from": "11:00", "break2_to": "10:00"}, "쉬는 시간의 끝은"),
        ({"host": "99999"}, "만나는 사람"),
        ({"room": "99999"}, "장소"),
        ({"day": "2026-11-26", "starts_at": "09:00", "ends_at": "12:00"}, "박람회 기간 안"),
        ({"room": "site:99999"}, "장소"),
        ({"host": "any"}, "만나는 사람"),
        ({"before": "7"}, "5분 단위로"),
        ({"after": "125"}, "0분부터 120분까지"),
        ({"program": "party"}, "무엇을"),
        ({"program": "tour", "seats": "1"}, "2명부터 500명까지"),
        ({"program": "tour", "seats": ""}, "몇 명까지"),
        ({"program": "tour", "seats": "", "do": "preview"}, "몇 명까지"),
    ],
)
def test_bad_hours_get_a_sentence_and_open_nothing(cast: Cast, changes: dict[str, str], sentence: str) -> None:
    before = len(cast.rows(select(Slot.id)))
    answer = cast.client(cast.recruiter).post(f"/stand/{cast.booth}/hours", data=hours(cast, **changes))
    assert answer.status_code == 422, words(answer)
    summary = words(answer).split('class="error-summary"')[1].split("</div>")[0]
    assert sentence in summary
    assert len(cast.rows(select(Slot.id))) == before


def test_a_time_that_the_clocks_skip_is_an_error_at_its_field(app: Flask) -> None:
    march = datetime(2027, 3, 13, 12, tzinfo=UTC)
    with time_machine.travel(NOW, tick=False):
        cast = Cast(app, zone="America/New_York", ends_at=datetime(2027, 3, 20, tzinfo=UTC))
    with time_machine.travel(march, tick=False):
        client, url = cast.client(cast.organizer), f"/stand/{cast.booth}/hours"
        cast.write(lambda s: setattr(s.get_one(Fair, cast.fair), "announced_at", NOW))
        cast.write(_renew, cast.organizer)
        form = hours(cast, day="2027-03-14", starts_at="02:30", ends_at="05:00")
        answer = client.post(url, data=form)
        assert answer.status_code == 422
        assert "이 날에는 없는 시각이에요" in words(answer)
        good = client.post(url, data=form | {"starts_at": "03:00"})
        assert good.status_code == 303
        assert cast.rows(select(Slot.starts_at).order_by(Slot.starts_at.desc()))[-1] < march
        assert len(cast.rows(select(Slot).where(Slot.starts_at > march))) == 6


def _renew(session: Any, account_id: int) -> None:
    found = select(AccountSession).where(AccountSession.account_id == account_id)
    session.scalar(found).expires_at = datetime(2027, 12, 1, tzinfo=UTC)


def test_only_who_keeps_the_post_opens_and_closes(cast: Cast) -> None:
    booth, coach = f"/stand/{cast.booth}/hours", f"/coach/{cast.coach}/hours"
    for who in (cast.seeker, cast.stranger, cast.coach_account):
        assert cast.client(who).get(booth).status_code == 404
        assert cast.client(who).post(booth, data=hours(cast)).status_code == 404
        assert cast.client(who).post(f"/slots/{cast.slots[0]}/closure").status_code == 403
    for who in (cast.seeker, cast.stranger, cast.recruiter):
        assert cast.client(who).get(coach).status_code == 404
        assert cast.client(who).post(f"/slots/{cast.sessions[0]}/closure").status_code == 403
    assert cast.client(None).get(booth).status_code == 303
    for who, url in ((cast.organizer, booth), (cast.organizer, coach), (cast.coach_account, coach)):
        assert cast.client(who).get(url).status_code == 200
    assert cast.rows(select(Slot).where(Slot.closed_at.is_not(None))) == []
    for ref in ("0", "x", "9" * 30, "77777"):
        assert cast.client(cast.organizer).get(f"/stand/{ref}/hours").status_code == 404
        assert cast.client(cast.organizer).post(f"/slots/{ref}/closure").status_code == 404


def test_a_free_slot_is_closed_and_a_booked_one_stays(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.seeker)
    client = cast.client(cast.recruiter)
    kept = client.post(f"/slots/{cast.slots[0]}/closure", follow_redirects=True)
    assert "예약이 있는 시간은 닫을 수 없어요" in words(kept)
    assert "예약 있음" in words(kept)
    closed = client.post(f"/slots/{cast.slots[1]}/closure", follow_redirects=True)
    assert "오후 12:20 시간을 닫았어요" in words(closed)
    ended = cast.rows(select(Slot.id).where(Slot.closed_at.is_not(None)))
    assert ended == [cast.slots[1]]


def test_a_coach_opens_sessions_on_a_topic_of_hers(cast: Cast) -> None:
    client, url = cast.client(cast.coach_account), f"/coach/{cast.coach}/hours"
    form = hours(cast, host=str(cast.coach_account), length="30", topic="interview")
    assert client.post(url, data=form | {"topic": "career"}).status_code == 422
    assert client.post(url, data=form).status_code == 303
    made = slots(cast)
    assert len(made) == 6
    assert {(s.coach_id, s.agency_id, s.topic, s.kind) for s in made} == {
        (cast.coach, cast.agency, "interview", "coaching")
    }


def teams(cast: Cast, made: list[Any]) -> set[tuple[Any, ...]]:
    """Return the further hosts of each slot."""
    found = cast.rows(select(SlotHost).order_by(SlotHost.account_id))
    return {tuple(one.account_id for one in found if one.slot_id == slot.id) for slot in made}


def test_two_meet_together_or_whoever_is_free(cast_on_both: Cast) -> None:
    cast = cast_on_both
    colleague = cast.add_colleague()
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    form = hours(cast, ends_at="10:00", length="30")
    assert client.post(url, data=form | {"team": [str(colleague)]}).status_code == 303
    panel = slots(cast)
    assert {(s.hosting, s.host_id) for s in panel} == {("panel", cast.recruiter)}
    assert teams(cast, panel) == {(colleague,)}
    taken = client.post(url, data=form | {"host": str(colleague), "do": "preview"})
    assert "열릴 시간 0개" in words(taken)
    assert client.post(url, data=form | {"host": "any", "starts_at": "11:00", "ends_at": "12:00"}).status_code == 303
    free = slots(cast)[2:]
    assert {(s.hosting, s.host_id) for s in free} == {("any", None)}
    assert teams(cast, free) == {(cast.recruiter, colleague)}
    page = words(client.get(f"{url}?day=2026-11-25"))
    assert "김면접, 남동료" in page
    assert "김면접, 남동료 중 한 명" in page


def test_hosts_have_time_before_and_after_each_meeting(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    form = hours(cast, ends_at="11:00", length="30", before="5", after="10")
    assert client.post(url, data=form).status_code == 303
    made = slots(cast)
    assert [s.starts_at.strftime("%H:%M") for s in made] == ["00:00", "00:45", "01:30"]
    assert {(s.starts_at - s.busy_from, s.busy_until - s.ends_at) for s in made} == {
        (timedelta(minutes=5), timedelta(minutes=10))
    }
    seen = client.post(url, data=form | {"starts_at": "11:10", "ends_at": "11:40", "before": "15", "do": "preview"})
    assert "열릴 시간 0개" in words(seen)


def pool(cast: Cast) -> int:
    """Give the site of the fair a second room and return the site."""
    with cast.database.read() as session:
        site = session.get_one(Room, cast.room).site_id

    def add_room(session: Any) -> None:
        actions.make_room(session, factories.make_room(session, site_id=site, name="둘째 방").id)

    cast.write(add_room)
    return site


def test_a_room_is_taken_from_a_pool_when_somebody_books(cast: Cast) -> None:
    site = pool(cast)
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    assert f'value="site:{site}"' in words(client.get(url))
    assert client.post(url, data=hours(cast, ends_at="10:00", room=f"site:{site}")).status_code == 303
    made = slots(cast)
    assert {(s.room_id, s.pool_site_id) for s in made} == {(None, site)}
    booked = cast.booking(cast.book(made[0].id, cast.seeker))
    assert booked.room_id is not None


def test_a_tour_has_seats_for_many(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours"
    form = hours(cast, ends_at="10:00", length="60", program="tour", seats="12")
    assert client.post(url, data=form).status_code == 303
    cast.add_colleague()
    for wrong, said in (({"host": "any"}, "이끄는 사람을"), ({"room": f"site:{pool(cast)}"}, "방 하나를")):
        for do in ("preview", "open"):
            refused = client.post(url, data=form | wrong | {"do": do})
            assert (refused.status_code, said in words(refused)) == (422, True)
    [tour] = slots(cast)
    assert (tour.kind, tour.topic, tour.capacity, tour.host_id) == ("group", "tour", 12, cast.recruiter)
    booking = cast.book(tour.id, cast.seeker)
    booth = words(cast.client(cast.other).get(f"/booths/{cast.booth}"))
    assert "기업 탐방" in booth
    assert "11자리" in booth
    assert "기업 탐방 · " in words(cast.client(cast.seeker).get(f"/bookings/{booking}"))
    assert "기업 탐방" in words(client.get(f"{url}?day=2026-11-25"))


def test_who_has_her_interview_takes_a_tour_and_who_has_a_tour_an_interview(cast: Cast) -> None:
    form = hours(cast, ends_at="10:00", length="60", program="tour", seats="12")
    cast.client(cast.recruiter).post(f"/stand/{cast.booth}/hours", data=form)
    [tour] = slots(cast)
    path = f"/booths/{cast.booth}"
    for who, first, then in ((cast.seeker, cast.slots[0], tour.id), (cast.other, tour.id, cast.slots[1])):
        client = cast.client(who)
        assert client.post(f"{path}/bookings", data=cast.form(first)).status_code == 303
        key = words(client.get(path)).split(f'id="slot-{then}"')[1].split("</label>")[0]
        assert "disabled" not in key
        assert client.post(f"{path}/bookings", data=cast.form(then)).status_code == 303
    assert 'id="book"' not in words(cast.client(cast.seeker).get(path))


def test_a_booth_that_seekers_do_not_see_says_why(cast: Cast) -> None:
    cast.write(lambda s: setattr(s.get_one(factories.Booth, cast.booth), "status", "applied"))
    text = words(cast.client(cast.recruiter).get(f"/stand/{cast.booth}/hours"))
    assert "지금은 구직자에게 보이지 않아요" in text
    assert "아직 검토하고 있어요" in text
