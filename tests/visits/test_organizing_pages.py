"""The organizer's pages of visits, tours and sites, each with bad input."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp.fairs.models import Site
from fairapp.scheduling.models import Booking, SiteDistance, Slot
from fairapp.visits.models import TourStop, Visit
from tests.visits.cast import TODAY, Cast, at, page_of, post

LIVE = select(Slot.id).where(Slot.closed_at.is_(None)).order_by(Slot.starts_at)
VISIT = {"site": "", "day": TODAY.isoformat(), "starts": "10:00", "ends": "18:00", "rooms": "", "holidays": "y"}


def test_an_organizer_makes_a_weekly_visit(cast: Cast, client: FlaskClient) -> None:
    path = f"/organize/{cast.slug}/visits"
    page_of(client, path, "organizer")
    data = VISIT | {"site": cast.sites["campus"], "day": "2026-12-25", "last_day": "2027-01-15", "weekdays": "4"}
    assert post(client, path, **data, without="2027-01-08")[0] == 303
    rows = cast.rows(select(Visit).order_by(Visit.day))
    assert [(one.day, one.off) for one in rows] == [
        (date(2026, 12, 25), "holiday"),
        (date(2027, 1, 1), "holiday"),
        (date(2027, 1, 8), "exception"),
        (date(2027, 1, 15), None),
    ]
    assert "공휴일이라 쉼" in page_of(client, f"{path}?month=2026-12", "organizer")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"site": ""}, "site"),
        ({"site": "999"}, "site"),
        ({"day": "x"}, "day"),
        ({"day": "1999-01-01"}, "day"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "10:00"}, "ends"),
        ({"rooms": "0"}, "rooms"),
        ({"rooms": "9"}, "rooms"),
        ({"weekdays": "9"}, "weekdays"),
        ({"weekdays": "1"}, "last_day"),
        ({"weekdays": "1", "last_day": "9999-12-31"}, "last_day"),
        ({"weekdays": "1", "last_day": "2026-12-31", "without": "soon"}, "without"),
        ({"without": "\x00"}, "without"),
    ],
)
def test_a_bad_visit_comes_back_with_the_reason(
    cast: Cast, client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    data = VISIT | {"site": str(cast.sites["campus"])} | changes
    status, page = post(client, f"/organize/{cast.slug}/visits", **data)
    assert (status, f"{field}-error" in page) == (422, True)
    assert cast.rows(select(Visit)) == []


def test_shorter_hours_are_shown_first_with_whom_they_touch(cast: Cast, client: FlaskClient) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(13))
    slots = cast.rows(LIVE)
    booking = cast.book(slots[3])
    path = f"/organize/{cast.slug}/visits/{campus}"
    data = {"how": "hours", "scope": "one", "starts": "10:00", "ends": "12:00", "rooms": "2", "reason": "공사"}
    status, page = post(client, path, **data, do="look")
    assert (status, f"choice-{booking}" in page, "닫을 시간 2개" in page) == (200, True, True)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert cast.rows(select(Visit.ends_at)) == [at(18)]
    gone = data | {"do": "go", "seen": "stale"}
    assert post(client, path, **gone)[0] == 409
    wrong = data | {"do": "go", "seen": seen, f"choice-{booking}": "999"}
    assert post(client, path, **wrong)[0] == 422
    right = data | {"do": "go", "seen": seen, f"choice-{booking}": str(slots[0])}
    assert post(client, path, **right)[0] == 303
    assert cast.rows(select(Booking.slot_id)) == [slots[0]]
    assert cast.rows(select(Visit.ends_at)) == [at(12)]
    status, page = post(client, path, **(data | {"ends": "09:00"}), do="look")
    assert (status, "ends-error" in page) == (422, True)


def test_coaches_are_sent_and_taken_back(cast: Cast, client: FlaskClient) -> None:
    campus, district = cast.visit("campus"), cast.visit("district")
    coach = cast.coaches[0]
    data = {"coach": coach, "starts": "11:00", "ends": "13:00", "length": "30", "gap": "0"}
    path = f"/organize/{cast.slug}/visits"
    assert post(client, f"{path}/{campus}/stops", **data)[0] == 303
    late = data | {"starts": "13:00", "ends": "14:00"}
    status, page = post(client, f"{path}/{district}/stops", **late)
    assert (status, "가장 가까운 때는 11월 24일 (화) 오후 1:30부터예요" in page) == (409, True)
    for changes in ({"coach": "x"}, {"coach": "999"}, {"length": "1"}, {"ends": "07:00"}, {"starts": ""}):
        assert post(client, f"{path}/{district}/stops", **(late | changes))[0] == 422, changes
    [stop] = cast.rows(select(TourStop.id))
    booking = cast.book(cast.rows(LIVE)[0])
    away = f"/organize/{cast.slug}/stops/{stop}/removal"
    status, page = post(client, away, reason="아파요", do="look")
    assert (status, f"choice-{booking}" in page) == (200, True)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert post(client, away, reason="아파요", do="go", seen=seen)[0] == 422
    assert post(client, away, reason="아파요", do="go", seen=seen, **{f"choice-{booking}": "tell"})[0] == 303
    assert cast.rows(select(Booking.status)) == ["cancelled"]
    assert cast.breaches() == []


def test_an_order_is_proposed_and_planned(cast: Cast, client: FlaskClient) -> None:
    visits = [cast.visit(kind) for kind in ("district", "campus", "cafe")]
    path = f"/organize/{cast.slug}/tours?day=2026-11-24"
    data = {"coach": cast.coaches[0], "visits": visits, "stay": "60", "earliest": "10:30", "length": "30"}
    status, page = post(client, path, **data, do="look")
    assert (status, "이 순서가 가장 가까워요" in page, "이동은 모두 40분이에요." in page) == (200, True, True)
    assert cast.rows(select(TourStop)) == []
    assert post(client, path, **data, do="go")[0] == 303
    stops = cast.rows(select(TourStop).order_by(TourStop.starts_at))
    assert [one.visit_id for one in stops] == visits
    assert "이동 10분" in page_of(client, path, "organizer")
    assert "이동 10분" in page_of(client, "/me/visits", "coach")
    for changes in ({"visits": []}, {"visits": ["999"]}, {"stay": "0"}, {"coach": ""}, {"earliest": "x"}):
        assert post(client, path, **(data | changes), do="look")[0] == 422, changes
    assert post(client, path, **data, do="go")[0] == 409  # she is there already
    assert cast.breaches() == []


def test_a_site_gets_a_place_and_facts(cast: Cast, client: FlaskClient) -> None:
    site = cast.sites["cafe"]
    path = f"/organize/{cast.slug}/sites/{site}"
    data = {"kind": "cafe", "name": "청년 카페", "region": "11140", "latitude": "37.5", "longitude": "127.1"}
    assert "37.556" in page_of(client, path, "organizer")
    assert post(client, path, **data, access=["lift", "sign"], contact="02-120")[0] == 303
    [row] = cast.rows(select(Site).where(Site.id == site))
    assert (row.name, row.latitude, row.longitude, row.access) == ("청년 카페", 37.5, 127.1, "lift,sign")
    page = page_of(client, f"/visits/{cast.visit('cafe')}")
    assert ("승강기" in page, "수어 통역" in page, "02-120" in page) == (True, True, True)
    for changes in ({"latitude": "91"}, {"latitude": "nan"}, {"longitude": ""}, {"name": ""}, {"region": "x"}):
        assert post(client, path, **(data | changes))[0] == 422, changes
    assert post(client, path, **data, access=["wings"])[0] == 422
    page_of(client, path, "other", 403)


def test_a_told_way_shows_on_the_page_of_ways(cast: Cast, client: FlaskClient) -> None:
    a, b = sorted([cast.sites["campus"], cast.sites["cafe"]])
    assert "↔" not in page_of(client, f"/organize/{cast.slug}/ways", "organizer")
    cast.write(lambda s: s.add(SiteDistance(site_a=a, site_b=b, minutes=25)))
    assert "25분" in page_of(client, f"/organize/{cast.slug}/ways", "organizer")
