"""The pages of visits: for everybody, for organizers, for coaches; each with bad input and counted."""

from datetime import date, time, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from fairapp.fairs.models import Fair, Site
from fairapp.outcomes.models import Attendance, ExportLog
from fairapp.scheduling.models import Booking, SiteDistance, Slot
from fairapp.visits import actions
from fairapp.visits.actions import Plan
from fairapp.visits.models import TourStop, Visit
from fairapp.visits.rules import Day, Hours
from tests.counting import counted
from tests.factories import NOW
from tests.visits.cast import TODAY, Cast, at, by, page_of

LIVE = select(Slot.id).where(Slot.closed_at.is_(None)).order_by(Slot.starts_at)
VISIT = {"site": "", "day": TODAY.isoformat(), "starts": "10:00", "ends": "18:00", "rooms": "", "holidays": "y"}


def post(client: FlaskClient, path: str, who: str = "organizer", /, **data: object) -> tuple[int, str]:
    answer = client.post(path, data=data, **by(who))
    return answer.status_code, answer.get_data(as_text=True)


def test_everybody_sees_where_somebody_is(cast: Cast, client: FlaskClient) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe", 13, 17, TODAY + timedelta(days=3))
    cast.stop(campus, at(11), at(12))
    page = page_of(client, "/visits")
    assert f"/visits/{campus}" in page
    assert f"/visits/{cafe}" in page
    assert "오전 11:00 가능 · 2자리" in page
    assert f"/visits/{cafe}" not in page_of(client, "/visits?when=today")
    assert f"/visits/{campus}" not in page_of(client, "/visits?kind=cafe")
    assert f"/visits/{campus}" in page_of(client, "/visits?region=11000")
    assert "이때는 방문이 없어요" in page_of(client, "/visits?region=26110")
    cast.write(lambda s: s.execute(update(Fair).values(announced_at=None)) and None)
    assert f"/visits/{campus}" not in page_of(client, "/visits")
    page_of(client, f"/visits/{campus}", status=404)


def test_the_nearest_come_first_for_whoever_says_where_she_lives(cast: Cast, client: FlaskClient) -> None:
    district, campus = cast.visit("district"), cast.visit("campus")  # by start and id the district first
    page = page_of(client, "/visits?near=11140")
    assert page.index(f'href="/visits/{campus}"') < page.index(f'href="/visits/{district}"')
    assert "km" in page
    assert page_of(client, "/visits").index(f'href="/visits/{district}"') > 0


@pytest.mark.parametrize(
    "query",
    ["when=x", "when=9999-99-99", "region=zz", "kind=moon", "near=1", "month=abc", "month=9999-12", "when=2026-02-30"],
)
def test_what_makes_no_sense_counts_as_not_said(cast: Cast, client: FlaskClient, query: str) -> None:
    campus = cast.visit("campus")
    assert f"/visits/{campus}" in page_of(client, f"/visits?{query}")


@pytest.mark.parametrize(("query", "status"), [("fair=nowhere", 404), ("site=x", 404), ("cursor=x", 422)])
def test_what_is_not_there_is_said(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/visits?{query}").status_code == status


def test_the_month_the_map_and_the_feed_say_the_same(cast: Cast, client: FlaskClient) -> None:
    campus = cast.visit("campus")
    cast.visit("cafe")
    page = page_of(client, "/visits")
    assert '<span class="visit-count">2곳</span>' in page
    assert page.count('class="visit-mark') == 4  # two on the sheet, two in the legend
    assert '<table class="visit-month">' in page
    feed = client.get("/visits.ics?kind=campus")
    assert feed.mimetype == "text/calendar"
    [event] = Calendar.from_ical(feed.data).walk("VEVENT")
    assert (str(event["UID"]), event["DTSTART"].dt, event["DTEND"].dt) == (f"visit-{campus}@fairapp", at(10), at(18))


def test_a_seeker_books_a_free_time_of_a_visit_in_the_usual_way(cast: Cast, client: FlaskClient) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(12))
    slot = cast.rows(LIVE)[0]
    page = page_of(client, f"/visits/{campus}")
    address = f"/coaches/{cast.coaches[0]}?slot={slot}&amp;day=2026-11-24#book"
    assert address in page
    shown = page_of(client, f"/coaches/{cast.coaches[0]}?slot={slot}&day=2026-11-24", "seeker")
    assert f'value="{slot}"' in shown
    status, _ = post(client, f"/coaches/{cast.coaches[0]}/bookings", "seeker", slot=slot, note="", consent="y")
    assert status == 303
    [booking] = cast.rows(select(Booking))
    assert (booking.seeker_id, booking.slot_id, booking.status) == (cast.seeker, slot, "confirmed")
    assert f"slot={slot}&amp;" not in page_of(client, f"/visits/{campus}")


def test_a_visit_that_is_off_says_why(cast: Cast, client: FlaskClient) -> None:
    plan = Plan([Day(TODAY + timedelta(days=1), "holiday")], Hours(time(10), time(12)))
    [visit] = cast.write(actions.make_visits, cast.fair, cast.sites["cafe"], plan, cast.organizer, NOW)
    assert "공휴일이라 이날은 아무도 가지 않아요" in page_of(client, f"/visits/{visit}")
    assert f"/visits/{visit}" not in page_of(client, "/visits")
    assert post(client, f"/organize/{cast.slug}/visits/{visit}/opening")[0] == 303
    assert f"/visits/{visit}" in page_of(client, "/visits")


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


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [
        ("/organize/visiting/visits", "other", 403),
        ("/organize/visiting/visits", "seeker", 403),
        ("/organize/visiting/tours", "other", 403),
        ("/organize/visiting/visit-figures", "other", 403),
        ("/organize/visiting/visit-figures.csv", "other", 403),
        ("/organize/visiting/visit-figures.doc", "organizer", 404),
        ("/organize/visiting/visits/999", "organizer", 404),
        ("/organize/visiting/stops/999/removal", "organizer", 404),
        ("/organize/visiting/sites/999", "organizer", 404),
        ("/me/visits", "seeker", 403),
        ("/visits/999", "", 404),
        ("/visits/x", "", 404),
    ],
)
def test_nobody_sees_what_is_not_hers(cast: Cast, client: FlaskClient, path: str, name: str, status: int) -> None:
    assert client.get(path, **by(name)).status_code == status


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


def test_who_walks_in_is_seated_by_the_coach_there(cast: Cast, client: FlaskClient) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(12))
    path = f"/visits/{campus}/walk-ins"
    page_of(client, path, "coach")
    page_of(client, path, "second", 404)
    page_of(client, path, "seeker", 404)
    data = {"code": "", "name": "김하늘", "phone": "010-1234-5678", "language": "ko"}
    status, page = post(client, path, "coach", **data)
    assert (status, "agreed-error" in page) == (422, True)
    assert post(client, path, "coach", **data, agreed="y")[0] == 303
    assert post(client, path, "coach", **(data | {"name": ""}))[0] == 422
    assert post(client, path, "coach", **(data | {"code": "NOBODY"}))[0] == 422
    assert post(client, path, "coach", **(data | {"phone": "what"}), agreed="y")[0] == 422
    other = data | {"name": "박바다", "phone": "010-9999-0000", "agreed": "y"}
    assert post(client, path, "coach", **other)[0] == 303
    full = data | {"name": "이구름", "phone": "010-8888-0000", "agreed": "y"}
    assert post(client, path, "coach", **full)[0] == 409
    assert len(cast.rows(select(Booking))) == 2


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


def test_figures_are_shown_and_taken_as_files(cast: Cast, client: FlaskClient) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(12))
    booking = cast.book(cast.rows(LIVE)[0])
    mark = {"booking_id": booking, "side": "seeker", "state": "present", "at": NOW, "recorded_by": cast.organizer}
    cast.write(lambda s: s.add(Attendance(**mark)))
    cast.write(lambda s: s.execute(update(Site).where(Site.kind == "campus").values(name="=cmd")) and None)
    assert "이어진 채용" in page_of(client, f"/organize/{cast.slug}/visit-figures", "organizer")
    taken = client.get(f"/organize/{cast.slug}/visit-figures.csv", **by("organizer"))
    assert taken.data.decode("utf-8-sig").splitlines() == [
        "month,site,name,kind,region,visits,bookings,seen,absent,interviewed,hired",
        f"2026-11,{cast.sites['campus']},'=cmd,campus,11140,1,1,1,0,0,0",
    ]
    book = client.get(f"/organize/{cast.slug}/visit-figures.xlsx", **by("organizer"))
    assert book.data[:2] == b"PK"
    assert [(one.kind, one.format, one.rows) for one in cast.rows(select(ExportLog).order_by(ExportLog.id))] == [
        ("sites", "csv", 1),
        ("sites", "xlsx", 1),
    ]


PAGES = (
    "/visits",
    "/visits?near=11140",
    "/visits?when=month",
    "/organize/visiting/visits",
    "/organize/visiting/tours",
    "/organize/visiting/visit-figures",
    "/me/visits",
    "/api/v1/fairs/visiting/visits",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_for_one_visit_as_for_thirty(cast: Cast, client: FlaskClient, path: str) -> None:
    def asked() -> int:
        who = "coach" if path == "/me/visits" else "organizer"
        with counted(cast.app) as count:
            page_of(client, path, who)
        return int(count)

    first = cast.visit("campus")
    cast.stop(first, at(10, 30), at(11))
    asked()  # what is read once for a process
    one = asked()
    for n in range(29):
        kind = ("campus", "cafe", "district")[n % 3]
        visit = cast.visit(kind, 9, 20, TODAY + timedelta(days=1 + n // 3))
        if n % 3 == 0:
            cast.stop(
                visit, at(10, 0, TODAY + timedelta(days=1 + n // 3)), at(11, 0, TODAY + timedelta(days=1 + n // 3))
            )
    assert asked() == one


def test_a_told_way_shows_on_the_page_of_ways(cast: Cast, client: FlaskClient) -> None:
    a, b = sorted([cast.sites["campus"], cast.sites["cafe"]])
    assert "↔" not in page_of(client, f"/organize/{cast.slug}/ways", "organizer")
    cast.write(lambda s: s.add(SiteDistance(site_a=a, site_b=b, minutes=25)))
    assert "25분" in page_of(client, f"/organize/{cast.slug}/ways", "organizer")
