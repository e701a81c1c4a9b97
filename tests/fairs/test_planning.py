"""Planning a fair: templates, a past fair moved, what is missing, the rehearsal, the agencies, the floor."""

import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import clock, db
from fairapp.errors import Invalid
from fairapp.fairs import actions, queries, rules
from fairapp.fairs.models import Fair, FairAgency, FairSite, Room
from tests import factories
from tests.casting import Cast, by, page_of
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("at_now")
FIRST = date(2027, 3, 2)
BOX = '<input type="checkbox" name="employer"'
SPRING = {
    "name": "봄 박람회",
    "slug": "spring",
    "mode": "hybrid",
    "zone": "Asia/Seoul",
    "booking_opens_at": "2027-02-25T10:00",
    "starts_at": "2027-03-02T10:00",
    "ends_at": "2027-03-04T17:00",
    "intent_days": 7,
    "book_minutes": 0,
    "change_minutes": 60,
    "cancel_minutes": 60,
    "quota_relaxes_minutes": 0,
    "hold_minutes": 5,
    "grace_minutes": 10,
}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.mark.parametrize("name", rules.TEMPLATES)
def test_a_template_gives_a_fair_that_can_be_kept(name: str) -> None:
    values = rules.from_template(name, FIRST, "Asia/Seoul")
    rules.check_fair(rules.FairFields(slug="a-fair", name="박람회", **values))
    days = (values["ends_at"] - values["starts_at"]) // timedelta(days=1) + 1
    assert days == rules.TEMPLATES[name].days
    assert clock.local(values["starts_at"], "Asia/Seoul").date() == FIRST
    moments = [values[one] for one in ("announced_at", "booking_opens_at", "starts_at", "ends_at", "archived_at")]
    assert moments == sorted(moments)


def test_a_past_fair_moves_by_whole_days_and_keeps_its_hours_over_a_change_of_clocks() -> None:
    zone = "Europe/Berlin"
    times = {
        "starts_at": datetime(2026, 3, 20, 8, tzinfo=UTC),
        "announced_at": None,
        "ends_at": datetime(2026, 3, 21, 16, tzinfo=UTC),
    }
    moved = rules.moved_to(times, date(2026, 4, 10), zone)  # summer time begins on 29 March
    assert moved == {
        "starts_at": datetime(2026, 4, 10, 7, tzinfo=UTC),
        "announced_at": None,
        "ends_at": datetime(2026, 4, 11, 15, tzinfo=UTC),
    }
    half_past_two = {"starts_at": datetime(2026, 3, 20, 1, 30, tzinfo=UTC)}
    gap = rules.moved_to(half_past_two, date(2026, 3, 29), zone)["starts_at"]
    assert gap is not None
    assert clock.local(gap, zone).time() == time(3, 30)


def test_the_form_of_a_new_fair_begins_with_the_template(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    begin = page_of(client, "/organize/fairs/begin", "organizer")
    assert "하루 현장 박람회" in begin
    page = page_of(client, "/organize/fairs/new?template=hall&first=2027-03-02", "organizer")
    for value in ("2027-03-02 10:00", "2027-03-02 17:00", "2027-02-09 09:00"):
        assert f'value="{value}' in page.replace("T", " "), value
    page_of(client, "/organize/fairs/new?template=nothing", "organizer", 404)
    page_of(client, "/organize/fairs/new?copy=busan", "organizer", 403)
    page_of(client, "/organize/fairs/new?template=hall&first=x", "organizer")


def test_a_copied_fair_brings_its_sites_and_agencies(app: Flask, cast: Cast) -> None:
    def prepare(session: Any) -> None:
        site = factories.make_site(session, fair_id=cast.fair)
        factories.make_room(session, site_id=site.id)
        actions.set_agencies(session, cast.fair, {factories.make_agency(session).id}, NOW)

    db.of(app).write(prepare)
    client = app.test_client()
    page = page_of(client, "/organize/fairs/new?copy=daegu&first=2027-03-02", "organizer")
    assert f'name="copied" type="hidden" value="{cast.fair}"' in page
    data = SPRING | {"agency_id": cast.agency, "copied": cast.fair}
    made = client.post("/organize/fairs/new", data=data, **by("organizer"))
    assert made.status_code == 303
    assert made.location.endswith("/organize/spring/plan?copied=daegu")
    with db.of(app).read() as session:
        fair = queries.get_fair(session, "spring")
        for table in (FairSite, FairAgency):
            assert len(session.scalars(select(table).where(table.fair_id == fair.id)).all()) == 1
    other = data | {"slug": "stolen", "agency_id": cast.agency}
    with db.of(app).read() as session:
        other["copied"] = queries.get_fair(session, "busan").id
    assert client.post("/organize/fairs/new", data=other, **by("organizer")).status_code == 403


def test_a_copied_fair_invites_the_employers_of_the_other_again(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    data = SPRING | {"agency_id": cast.agency, "copied": cast.fair}
    made = client.post("/organize/fairs/new", data=data, **by("organizer"))
    assert 'href="/organize/spring/invitations?fair=daegu"' in page_of(client, made.location, "organizer")
    for wrong in ("", "?copied=", "?copied=%22%3E%3Cb%3E"):
        assert "invitations?fair" not in page_of(client, f"/organize/spring/plan{wrong}", "organizer")
    again = page_of(client, "/organize/spring/invitations?fair=daegu", "organizer")
    assert again.count(BOX) == 1  # who had a booth there, of all employers there are
    assert f'value="{cast.employer}"' in again
    for other in ("", "?fair=", "?fair=busan", "?fair=nothing"):  # a fair of others is no choice
        everybody = page_of(client, f"/organize/spring/invitations{other}", "organizer")
        assert everybody.count(BOX) == 2
        assert 'value="busan"' not in everybody
    assert BOX not in page_of(client, "/organize/spring/invitations?fair=daegu&q=없음", "organizer")


def test_the_plan_lists_what_is_missing_and_no_more(app: Flask, cast: Cast) -> None:
    page = page_of(app.test_client(), "/organize/daegu/plan", "organizer")
    assert "/organize/daegu/edit#hire_target" in page
    with db.of(app).read() as session:
        plan = queries.plan_of(session, queries.get_fair(session, "daegu"), NOW)
    assert (plan.booths, plan.hiring, plan.listings, plan.free_slots, plan.unplaced) == (1, 1, 1, 0, 1)
    missing = {step.key for step in rules.steps(plan) if not step.done and not step.optional}
    assert missing == {"texts", "target", "sites", "rooms", "places", "hours"}
    whole = rules.Plan("online", False, "", "소개", "", True, 150, 0, 0, 0, 0, "", 3, 3, 3, 9, 20, 0)
    assert {step.key for step in rules.steps(whole) if not step.done} == {"letters", "agencies", "coaches"}
    assert all(step.optional for step in rules.steps(whole) if not step.done)


def test_the_rehearsal_shows_each_phase_and_what_will_have_lapsed(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    now = page_of(client, "/organize/daegu/rehearsal", "organizer")
    assert "입장하고, 면접을 보고, 줄을 서요" in now
    later = page_of(client, "/organize/daegu/rehearsal?at=2026-12-20T10:00", "organizer")
    assert "결과를 보고, 사실과 다르면 알려요" in later
    assert "승인된 부스 1곳은 보이지 않아요" in later
    page_of(client, "/organize/daegu/rehearsal?at=soon", "organizer", 422)
    page_of(client, "/organize/daegu/rehearsal?at=9999-99-99", "organizer", 422)
    page_of(client, "/organize/daegu/rehearsal", "other-organizer", 403)


def test_agencies_are_chosen(app: Flask, cast: Cast) -> None:
    one, other = (db.of(app).write(lambda session: factories.make_agency(session).id) for _ in range(2))
    client = app.test_client()
    for chosen in ([one, other], [other], []):
        assert client.post("/organize/daegu/agencies", data={"agency": chosen}, **by("organizer")).status_code == 303
        with db.of(app).read() as session:
            assert {agency.id for agency in queries.agencies_of(session, cast.fair)} == set(chosen)
    with pytest.raises(Invalid):
        db.of(app).write(actions.set_agencies, cast.fair, {999_999}, NOW)


@pytest.fixture
def hall(app: Flask, cast: Cast) -> tuple[int, list[int]]:
    """Return a site of the fair with three rooms."""

    def make(session: Any) -> tuple[int, list[int]]:
        site = factories.make_site(session, fair_id=cast.fair)
        return site.id, [factories.make_room(session, site_id=site.id, name=f"A{n}").id for n in range(3)]

    return db.of(app).write(make)


def places(app: Flask, site: int) -> list[tuple[int | None, int | None]]:
    """Return where the rooms stand, in order of room."""
    with db.of(app).read() as session:
        rooms = session.scalars(select(Room).where(Room.site_id == site).order_by(Room.id))
        return [(room.at_column, room.at_row) for room in rooms]


def test_a_floor_is_drawn_and_rooms_change_places(app: Flask, cast: Cast, hall: tuple[int, list[int]]) -> None:
    site, (one, two, three) = hall
    client = app.test_client()
    post = f"/organize/daegu/floor/{site}"
    assert client.post(post, data={"columns": 2, "rows": 2}, **by("organizer")).status_code == 303
    assert places(app, site) == [(1, 1), (2, 1), (1, 2)]
    swapped = {f"c{one}": 2, f"r{one}": 1, f"c{two}": 1, f"r{two}": 1, f"c{three}": "", f"r{three}": ""}
    assert client.post(f"{post}/rooms", data=swapped, **by("organizer")).status_code == 303
    assert places(app, site) == [(2, 1), (1, 1), (None, None)]
    page = page_of(client, "/organize/daegu/floor", "organizer")
    assert page.count('class="floor-room') == 2
    assert client.post(f"{post}/rooms", data={"do": "line-up"}, **by("organizer")).status_code == 303
    assert places(app, site)[2] == (1, 2)
    assert client.post(post, data={"columns": 1, "rows": 1}, **by("organizer")).status_code == 303
    assert None not in [column for column, _ in places(app, site)]  # the floor grows again for those that did not fit


@pytest.mark.parametrize(
    ("places_given", "said"),
    [
        ({"c": "9", "r": "1"}, "배치도 밖이에요"),
        ({"c": "2", "r": "1"}, "한 칸에 있어요"),
        ({"c": "x", "r": "1"}, "숫자로 적어 주세요"),
        ({"c": "0", "r": "1"}, "배치도 밖이에요"),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    app: Flask, cast: Cast, hall: tuple[int, list[int]], places_given: dict[str, str], said: str
) -> None:
    site, (one, *_) = hall
    client = app.test_client()
    client.post(f"/organize/daegu/floor/{site}", data={"columns": 3, "rows": 2}, **by("organizer"))
    before = places(app, site)
    data = {f"{name}{one}": value for name, value in places_given.items()}
    answer = client.post(f"/organize/daegu/floor/{site}/rooms", data=data, **by("organizer"))
    assert answer.status_code == 422
    assert said in answer.text
    assert places(app, site) == before


def test_a_picture_lies_under_the_floor(app: Flask, cast: Cast, hall: tuple[int, list[int]]) -> None:
    site, _ = hall
    client = app.test_client()
    client.post(f"/organize/daegu/floor/{site}", data={"columns": 3, "rows": 2}, **by("organizer"))
    upload = f"/organize/daegu/floor/{site}/picture"
    assert client.get(f"/sites/{site}/floor-picture").status_code == 404
    for content in (b"<svg/>", b"MZ" + b"0" * 100, b"RIFF0000WAVE"):
        bad = client.post(upload, data={"image": (io.BytesIO(content), "a.png")}, **by("organizer"))
        assert bad.status_code == 422
    good = client.post(upload, data={"image": (io.BytesIO(PNG), "a.png")}, **by("organizer"))
    assert good.status_code == 303
    shown = client.get(f"/sites/{site}/floor-picture")
    assert (shown.data, shown.mimetype) == (PNG, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "floor-picture?v=" in page_of(client, "/organize/daegu/floor", "organizer")
    client.post(upload, data={}, **by("organizer"))
    assert client.get(f"/sites/{site}/floor-picture").status_code == 404


def test_only_who_runs_the_fair_draws_its_sites(app: Flask, cast: Cast, hall: tuple[int, list[int]]) -> None:
    site, _ = hall
    client = app.test_client()
    data = {"columns": 3, "rows": 2}
    assert client.post(f"/organize/daegu/floor/{site}", data=data, **by("other-organizer")).status_code == 403
    assert client.post(f"/organize/busan/floor/{site}", data=data, **by("other-organizer")).status_code == 404
    for bad in ({"columns": 0, "rows": 2}, {"columns": 61, "rows": 2}, {"columns": "", "rows": "x"}):
        assert client.post(f"/organize/daegu/floor/{site}", data=bad, **by("organizer")).status_code == 422
    with db.of(app).read() as session:
        assert session.get(Fair, cast.fair) is not None
        assert queries.floors_of(session, cast.fair) == []
