"""The home page, the organizer's pages of fairs, and the calls about them."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Account, Profile
from fairapp.fairs import queries
from fairapp.fairs.models import Fair
from tests import factories
from tests.casting import Cast, by, change_fair, page_of
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("at_now")

GOOD = {
    "name": "봄 채용 한마당",
    "slug": "spring-2027",
    "mode": "online",
    "zone": "Asia/Seoul",
    "booking_opens_at": "2027-03-01T09:00",
    "starts_at": "2027-03-10T10:00",
    "ends_at": "2027-03-11T18:00",
    "intent_days": "7",
    "book_minutes": "0",
    "change_minutes": "60",
    "quota_relaxes_minutes": "0",
    "grace_minutes": "10",
    "cancel_minutes": "60",
    "hold_minutes": "5",
}


def test_the_home_page_puts_the_one_open_fair_first(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with db.of(app).read() as session:
        other = session.scalars(select(Fair.id).where(Fair.slug == "busan")).one()
    change_fair(app, other, announced_at=None)
    page = page_of(client, "/")
    assert "지금 열려 있어요" in page
    assert "채용 중인 기업 1 · 공고 1 · 빈자리 0" in page
    assert "busan" not in page
    change_fair(app, cast.fair, ends_at=NOW)
    page = page_of(client, "/")
    assert "지금은 열린 박람회가 없어요" in page
    assert "지난 박람회" in page


def test_fairs_are_found_by_the_district_of_their_sites(app: Flask, client: FlaskClient, cast: Cast) -> None:
    def place(session: Session, slug: str, *districts: str) -> None:
        fair = session.scalars(select(Fair.id).where(Fair.slug == slug)).one()
        for one in districts:
            factories.make_site(session, fair_id=fair, region=one)

    db.of(app).write(place, "daegu", "27290")
    assert 'id="region"' not in page_of(client, "/")  # one district is no choice
    db.of(app).write(place, "busan", "26110", "26140", "26170", "27290", "27260")

    def shown(query: str) -> set[str]:
        return {slug for slug in ("daegu", "busan") if f'href="/fairs/{slug}"' in page_of(client, f"/{query}")}

    for query, slugs in {
        "": {"daegu", "busan"},
        "?region=27290": {"daegu", "busan"},
        "?region=27260": {"busan"},
        "?region=27000": {"daegu", "busan"},
        "?region=26000": {"busan"},
        "?region=11110": set(),
        "?region=x": {"daegu", "busan"},
        "?region=%00": {"daegu", "busan"},
    }.items():
        assert shown(query) == slugs, query
        if not query.endswith(("x", "%00")):
            items = client.get(f"/api/v1/fairs{query}").get_json()["items"]
            assert {one["slug"] for one in items} == slugs, query
    assert client.get("/api/v1/fairs?region=x").status_code == 422
    page = page_of(client, "/")
    assert "부산 중구, 부산 서구, 부산 동구 외 2곳" in page
    assert 'value="11110"' not in page
    assert "서울 종로구에는 지금 박람회가 없어요" in page_of(client, "/?region=11110")


def test_a_seeker_is_led_to_the_fairs_of_her_district(app: Flask, client: FlaskClient, cast: Cast) -> None:
    def live(session: Session) -> None:
        for one in ("27290", "27260"):
            factories.make_site(session, fair_id=cast.fair, region=one)
        seeker = session.scalars(select(Account.id).where(Account.name == "seeker")).one()
        session.add(Profile(account_id=seeker, region="27260", updated_at=NOW))

    db.of(app).write(live)
    way = 'href="/?region=27260"'
    assert way in page_of(client, "/", "seeker")
    assert way not in page_of(client, "/?region=27260", "seeker")
    assert way not in page_of(client, "/")


def test_an_organizer_makes_a_draft_and_announces_it(app: Flask, client: FlaskClient, cast: Cast) -> None:
    page_of(client, "/organize/fairs/new", "seeker", 403)
    data = GOOD | {"agency_id": str(cast.agency)}
    assert client.post("/organize/fairs/new", data=data, **by("organizer")).status_code == 303
    assert "아직 운영자에게만 보여요" in page_of(client, "/organize/spring-2027", "organizer")
    page_of(client, "/organize/spring-2027", "other-organizer", 404)
    with db.of(app).read() as session:
        kept = queries.get_fair(session, "spring-2027")
    assert kept.starts_at.isoformat() == "2027-03-10T01:00:00+00:00"
    edit = GOOD | {"rev": "1", "announced_at": "2026-11-20T09:00", "name": "봄 한마당"}
    assert client.post("/organize/spring-2027/edit", data=edit, **by("organizer")).status_code == 303
    assert "봄 한마당" in page_of(client, "/")
    stale = client.post("/organize/spring-2027/edit", data=edit, **by("organizer"))
    assert (stale.status_code, "그 사이에 내용이 바뀌었어요" in stale.text) == (422, True)


def test_the_rules_of_booking_are_kept_as_told(app: Flask, client: FlaskClient, cast: Cast) -> None:
    told = {
        "ahead_days": 14,
        "book_minutes": 30,
        "change_minutes": 90,
        "cancel_minutes": 120,
        "quota": 3,
        "quota_relaxes_minutes": 1440,
        "hold_minutes": 7,
        "grace_minutes": 15,
    }
    data = GOOD | {"agency_id": str(cast.agency)} | {name: str(value) for name, value in told.items()}
    assert client.post("/organize/fairs/new", data=data, **by("organizer")).status_code == 303
    with db.of(app).read() as session:
        kept = queries.get_fair(session, "spring-2027")
        assert {name: getattr(kept, name) for name in told} == told
    page = page_of(client, "/organize/spring-2027/edit", "organizer")
    assert all(f'name="{name}"' in page and f'value="{value}"' in page for name, value in told.items())
    emptied = data | {"rev": "1", "ahead_days": "", "quota": ""}
    assert client.post("/organize/spring-2027/edit", data=emptied, **by("organizer")).status_code == 303
    with db.of(app).read() as session:
        kept = queries.get_fair(session, "spring-2027")
        assert (kept.ahead_days, kept.quota, kept.grace_minutes) == (None, None, 15)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quota": "0"}, "1부터 100까지"),
        ({"grace_minutes": ""}, "grace_minutes-error"),
        ({"name": ""}, "필요한 값이에요"),
        ({"slug": "daegu"}, "이미 쓰이는 주소예요"),
        ({"slug": "대구"}, "영어 소문자"),
        ({"slug": "a\x00"}, "쓸 수 없는 글자"),
        ({"ends_at": "2027-03-10T10:00"}, "시작하는 시각보다 늦어야"),
        ({"starts_at": "언젠가"}, "starts_at-error"),
        ({"starts_at": "9999-12-31T23:59"}, "그런 시각은 없어요"),
        (
            {"zone": "America/New_York", "starts_at": "2027-03-14T02:30", "ends_at": "2027-03-15T10:00"},
            "그런 시각은 없어요",
        ),
        ({"zone": "Moon/Base"}, "그런 시간대가 없어요"),
        ({"zone": "../../etc/passwd"}, "그런 시간대가 없어요"),
        ({"intent_days": "0"}, "1부터 90까지"),
        ({"hold_minutes": "9" * 5000}, "hold_minutes-error"),
        ({"agency_id": "x"}, "agency_id-error"),
    ],
)
def test_a_bad_fair_comes_back_with_what_was_typed(
    client: FlaskClient, cast: Cast, changes: dict[str, str], said: str
) -> None:
    data = GOOD | {"agency_id": str(cast.agency), "about": "처음 적은 소개"} | changes
    answer = client.post("/organize/fairs/new", data=data, **by("organizer"))
    assert answer.status_code == 422
    assert said in answer.text
    assert "처음 적은 소개" in answer.text


def test_nobody_opens_a_fair_for_another_agency(client: FlaskClient, cast: Cast) -> None:
    data = GOOD | {"agency_id": str(cast.agency)}
    assert client.post("/organize/fairs/new", data=data, **by("other-organizer")).status_code == 403
    assert client.post("/organize/daegu/edit", data=GOOD, **by("other-organizer")).status_code == 403


def test_sites_and_rooms_are_added(app: Flask, client: FlaskClient, cast: Cast) -> None:
    path = "/organize/daegu/sites"
    assert client.post(path, data={"kind": "hall", "name": "A홀"}, **by("organizer")).status_code == 303
    bad = client.post(path, data={"kind": "moon", "name": ""}, **by("organizer"))
    assert (bad.status_code, "필요한 값이에요" in bad.text) == (422, True)
    with db.of(app).read() as session:
        site = queries.sites_of(session, cast.fair)[0].site.id
    rooms = {f"site{site}-prefix": "A-", f"site{site}-count": "3"}
    assert client.post(f"{path}/{site}/rooms", data=rooms, **by("organizer")).status_code == 303
    assert "A-3" in page_of(client, path, "organizer")
    many = rooms | {f"site{site}-count": "100000"}
    assert client.post(f"{path}/{site}/rooms", data=many, **by("organizer")).status_code == 422
    assert client.post(f"/organize/busan/sites/{site}/rooms", data=rooms, **by("other-organizer")).status_code == 404
    assert client.post(path, data={"site": "99999"}, **by("organizer")).status_code == 404
    assert client.post(f"{path}/{site}/removal", **by("organizer")).status_code == 303
    assert "있는 장소 쓰기" in page_of(client, path, "organizer")


def test_the_api_lists_fairs_by_phase_and_mode(app: Flask, client: FlaskClient, cast: Cast) -> None:
    shown = client.get("/api/v1/fairs/daegu").get_json()
    assert {name: shown[name] for name in ("id", "slug", "mode", "phase", "zone", "counts", "starts_at")} == {
        "id": str(cast.fair),
        "slug": "daegu",
        "mode": "hybrid",
        "phase": "open",
        "zone": "Asia/Seoul",
        "counts": {"booths": 1, "listings": 1, "free_slots": 0},
        "starts_at": "2026-11-24T00:00:00Z",
    }

    def slugs(query: str, name: str = "") -> set[str]:
        return {item["slug"] for item in client.get(f"/api/v1/fairs?{query}", **by(name)).get_json()["items"]}

    assert slugs("phase=open") == {"daegu", "busan"}
    change_fair(app, cast.fair, announced_at=NOW + timedelta(days=1))
    assert slugs("") == slugs("phase=open") == {"busan"}
    assert (slugs("phase=draft"), slugs("phase=draft", "organizer")) == (set(), {"daegu"})
    assert slugs("phase=draft", "other-organizer") == set()
    assert slugs("mode=online") == set()
    assert client.get("/api/v1/fairs/daegu").status_code == 404
    assert client.get("/api/v1/fairs/daegu", **by("organizer")).status_code == 200
    for bad in ("phase=x", "mode=x", "limit=0", "cursor=x"):
        assert client.get(f"/api/v1/fairs?{bad}").status_code == 422
