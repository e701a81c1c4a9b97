"""Programmes that are fitted to whom they are for: a company tour for the young, beside training, and a centre near by."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert
from sqlalchemy.orm import Session

from fairapp import audit, create_app, db
from fairapp.accounts.models import Profile
from fairapp.fairs.models import Fair
from fairapp.programmes import actions as programmes
from fairapp.scheduling import actions as scheduling
from fairapp.visits import actions as visits
from fairapp.visits.actions import Plan
from fairapp.visits.rules import Day, Hours
from tests import factories
from tests.conftest import settings_for
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import DESK
from tests.journeys.test_pools import makes_a_pool
from tests.journeys.test_way import applies, opens, sets_goal
from tests.journeys.way import Centre, day
from tests.servers import MailServer

SEEKER, COUNSELLOR, ORGANIZER = "seeker@way.example", "counsellor1@way.example", "organizer@way.example"
TOUR_AT = NOW + timedelta(hours=5)  # three in the afternoon in Seoul


class Tour(Centre):
    """The centre with a counsellor who gives sessions for many, a firm to be toured, a campus branch that is open today."""

    def _build(self, session: Session) -> None:
        super()._build(session)
        fair = session.query(Fair).one()
        profile = {"birth_date": date(2001, 3, 2), "skills": [], "updated_at": NOW}
        profile |= {"intro": "", "experience": "", "experience_years": 0}
        session.execute(insert(Profile).values(account_id=self.seeker, **profile))
        training = ("course", "디지털 설계", day(NOW, -20), day(NOW, 60), "active", NOW)
        programmes.enrol(session, self.seeker, self.agency, *training)
        coach = {"account_id": self.counsellors[0], "agency_id": self.agency}
        self.post = factories.make_coach(session, fair.id, **coach).id
        for kind, name in (("hall", "명성정밀 본사"), ("campus", "한강대 캠퍼스")):
            site = factories.make_site(session, fair_id=fair.id, kind=kind, name=name, reach_minutes=10)
            scheduling.make_room(session, factories.make_room(session, site_id=site.id, name="1번").id)
        open_today = Plan([Day(day(NOW))], Hours(time(10), time(17)))
        visits.make_visits(session, fair.id, site.id, open_today, self.counsellors[0], NOW)

    post: int


@pytest.fixture
def tour(tmp_path: Path, sqlite_url: str) -> Iterator[Tour]:
    """Return the centre, in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        yield Tour(db.of(made))
        db.of(made).close()


def opens_a_tour(page: Page, post: int) -> None:
    """Let the counsellor open a company tour of two hours with ten seats, at the firm."""
    page.goto(f"/coach/{post}/hours")
    page.fill("[name=day]", day(NOW).isoformat())
    page.fill("[name=starts_at]", "15:00")
    page.fill("[name=ends_at]", "17:00")
    page.locator("summary", has_text="준비 시간·단체 프로그램").click()
    page.select_option("[name=program]", "tour")
    page.fill("[name=seats]", "10")
    page.fill("[name=length]", "120")
    page.select_option("[name=room]", label="명성정밀 본사 1번")
    page.get_by_role("button", name="나눠 보기").click()
    page.get_by_role("button", name="1개의 시간 열기").click()
    expect(page.locator("body")).to_contain_text("1개의 시간을 열었어요")


def invites_the_young(page: Page) -> None:
    """Let the counsellor invite the pool of the young to the tour."""
    page.goto("/caseload")
    page.get_by_role("link", name="단체 프로그램에 초대하기").click()
    card = page.locator("main article", has_text="기업 탐방")
    card.locator("select[name=who]").select_option(label="청년")
    card.get_by_role("button", name="초대하기").click()
    expect(page.locator("body")).to_contain_text("새로 초대한 사람: 1명")


def books_the_tour(page: Page) -> int:
    """Let the young seeker find her invitation on her phone and book with consent; return the booking."""
    page.goto("/me/plan")
    page.locator("#invited ~ article a", has_text="기업 탐방").click()
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+$"))
    for said in ("기업 탐방", "명성정밀 본사"):
        expect(page.locator("main")).to_contain_text(said)
    return int(page.url.rsplit("/", 1)[1])


def finds_a_centre(page: Page) -> None:
    """Find the campus branch on the way, where somebody is today."""
    page.goto("/me/plan")
    page.get_by_role("link", name="가까이 찾아오는 방문 센터 보기").click()
    page.locator("article a", has_text="한강대 캠퍼스").first.click()
    page.wait_for_url(re.compile(r"/visits/\d+$"))
    expect(page.locator(".page-head")).to_contain_text("10:00")


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_d7_a_company_tour_for_the_young_beside_training_and_a_visiting_centre(
    tour: Tour, sqlite_url: str, browser: Browser, mail: MailServer
) -> None:
    acts = Acts(sqlite_url, browser, mail)
    with acts.at(NOW) as people:
        seeker, counsellor = people.person(SEEKER), people.person(COUNSELLOR, DESK)
        applies(seeker)
        makes_a_pool(people.person(ORGANIZER, DESK), tour.agency, "youth", "청년")
        opens(counsellor)
        expect(counsellor.locator("main")).to_contain_text("디지털 설계")
        sets_goal(counsellor, "기업 탐방 다녀오기", day(NOW, 30).isoformat(), "1")
        opens_a_tour(counsellor, tour.post)
        invites_the_young(counsellor)
        booking = books_the_tour(seeker)
        finds_a_centre(seeker)
    with acts.at(TOUR_AT + timedelta(minutes=20)) as people:
        counsellor = people.person(COUNSELLOR, DESK)
        counsellor.goto(f"/coach/{tour.post}")
        form = f"form[action='/bookings/{booking}/attendance']"
        counsellor.locator(f"{form} button[value='seeker:present']").first.click()
        pressed = counsellor.locator(f"{form} button[value='seeker:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")
        opens(counsellor)
        goal = counsellor.locator("#goals ~ article", has_text="기업 탐방 다녀오기")
        expect(goal).to_contain_text("1번 가운데 1번 참석")
        expect(goal).to_contain_text("이룸")
    with tour.database.read() as session:
        assert audit.breaches(session) == []
