"""The pages of visits: for everybody, for coaches, for who takes the figures; counted."""

from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from fairapp.fairs.models import Fair, Site
from fairapp.outcomes.models import Attendance, ExportLog
from fairapp.scheduling.models import Booking, Slot
from fairapp.visits import actions
from fairapp.visits.actions import Plan
from fairapp.visits.rules import Day, Hours
from tests.counting import counted
from tests.factories import NOW
from tests.visits.cast import TODAY, Cast, at, by, page_of, post

LIVE = select(Slot.id).where(Slot.closed_at.is_(None)).order_by(Slot.starts_at)


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
