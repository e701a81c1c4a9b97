"""Job centres that come to where young people are, told by a student, a coach and an organizer in real browsers."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fairapp import audit, create_app, db
from fairapp.scheduling.models import Booking, Slot
from tests.conftest import settings_for
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import DESK
from tests.journeys.visiting import OPEN_IN, TODAY, City, sites
from tests.servers import MailServer


@pytest.fixture
def city(tmp_path: Path, sqlite_url: str) -> Iterator[City]:
    """Return the network of 41 sites, in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        yield City(db.of(made))
        db.of(made).close()


def when(city: City, booking: int) -> datetime:
    """Return when the student has been with the coach for five minutes."""
    with city.database.read() as session:
        slot = session.get_one(Slot, session.get_one(Booking, booking).slot_id)
        return slot.starts_at + timedelta(minutes=5)


def plans_the_coachs_day(page: Page) -> None:
    """Let the organizer find an order of a campus, a café and a district centre, and plan it."""
    page.goto(f"/organize/visiting/tours?day={TODAY.isoformat()}")
    page.select_option("select[name=coach]", index=1)
    for box in page.locator("input[name=visits]").all():
        box.check()
    page.fill("input[name=stay]", "60")
    page.fill("input[name=earliest]", "11:00")
    page.click("button[value=look]")
    expect(page.locator("#preview")).to_contain_text("이 순서가 가장 가까워요")
    page.click("button[value=go]")
    expect(page.locator("main ol.day").first).to_contain_text("이동")


def books_at_her_campus(page: Page) -> tuple[int, int]:
    """Let the student find her campus branch on her phone and book the first time there; return visit and booking."""
    page.goto("/visits?when=today")
    page.select_option("select[name=kind]", "campus")
    page.locator(".filter button").click()
    page.wait_for_url(re.compile("kind=campus"))
    page.locator("article a", has_text="누리대 캠퍼스").first.click()
    page.wait_for_url(re.compile(r"/visits/\d+$"))
    visit = int(page.url.rsplit("/", 1)[1])
    page.locator(".visit-times a").first.click()
    page.wait_for_url(re.compile(r"/coaches/\d+"))
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+"))
    expect(page.locator("main")).to_contain_text("누리대 캠퍼스")
    return visit, int(re.search(r"/bookings/(\d+)", page.url)[1])  # type: ignore[index]


def comes_and_is_marked(coach: Page, visit: int, booking: int) -> None:
    """Let the coach see the student come, and seat a friend who walks in."""
    coach.goto("/me/visits")
    expect(coach.locator("main")).to_contain_text("이동")
    coach.locator("a", has_text="현황판").first.click()
    form = coach.locator(f"form[action='/bookings/{booking}/attendance']").first
    form.locator("button[value='seeker:present']").click()
    pressed = coach.locator(f"form[action='/bookings/{booking}/attendance'] button[value='seeker:']").first
    expect(pressed).to_have_attribute("aria-pressed", "true")
    coach.goto(f"/visits/{visit}/walk-ins")
    coach.fill("input[name=name]", "김하늘")
    coach.fill("input[name=phone]", "010-1234-5678")
    coach.check("input[name=agreed]")
    coach.locator(".action-bar button").click()
    expect(coach.locator("body")).to_contain_text("에 만나기로 했어요")


def counts(page: Page) -> tuple[list[list[str]], list[dict[str, str]]]:
    """Return the months of the network with their sites, as the page says them, and the rows of the file."""
    page.goto("/organize/visiting/visit-figures")
    table = page.locator("figure.visit-growth tbody tr")
    grown = [row.locator("th, td").all_inner_texts()[:2] for row in table.all()]
    answer = page.request.get("/organize/visiting/visit-figures.csv")
    return grown, list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_s8_visiting_centres_where_young_people_are(
    city: City, sqlite_url: str, browser: Browser, mail: MailServer
) -> None:
    assert Counter(kind for kind, *_ in sites()) == {"district": 27, "campus": 10, "cafe": 3, "video": 1}
    acts = Acts(sqlite_url, browser, mail)
    with acts.at(NOW) as people:
        plans_the_coachs_day(people.person("organizer@visiting.example.kr", DESK))
        visit, booking = books_at_her_campus(people.person("student@visiting.example.kr"))
    with acts.at(when(city, booking)) as people:
        comes_and_is_marked(people.person("coach@visiting.example.kr"), visit, booking)
        grown, rows = counts(people.person("organizer@visiting.example.kr", DESK))
    assert [count for _, count in grown[:4]] == [str(one) for one in OPEN_IN]
    assert (grown[0][0], grown[3][0]) == ("2026-08", "2026-11")
    assert (grown[0][1], grown[3][1]) == ("28", "41")
    [campus] = [row for row in rows if row["name"] == "누리대 캠퍼스" and row["month"] == "2026-11"]
    assert {name: campus[name] for name in ("visits", "bookings", "seen", "absent")} == {
        "visits": "2",
        "bookings": "2",
        "seen": "1",
        "absent": "0",
    }
    with city.database.read() as session:
        assert audit.breaches(session) == []
