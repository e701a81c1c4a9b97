"""Somebody who left comes home: a finance manager of 55 abroad is matched, asked, invited, met and hired."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import audit, create_app, db
from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Slot
from tests import factories
from tests.conftest import settings_for
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import DESK, Place, exported, report
from tests.journeys.way import Centre, make_person
from tests.servers import MailServer

RETURNEE, RECRUITER, ORGANIZER = "returnee@way.example", "recruiter@way.example", "organizer@way.example"
ACCOUNTANT, DAEGU, DALSEO = "0231", "27000", "27290"


class Home(Centre):
    """Daegu's centre with a growing firm that looks for a finance director, and somebody abroad."""

    def _build(self, session: Session) -> None:
        super()._build(session)
        self.returnee = make_person(session, "최귀향", RETURNEE)
        listing = session.get_one(Listing, self.listing)
        listing.title, listing.title_en, listing.headcount = "재무 이사", "Finance director", 1
        listing.occupation, listing.region = ACCOUNTANT, DALSEO
        listing.experience, listing.experience_years = "experienced", 10
        self.booth, host = listing.booth_id, self.recruiter
        self.slot = factories.make_slots(session, session.get_one(Booth, self.booth), 1, host_id=host)[0]

    returnee: int
    booth: int
    slot: int


@pytest.fixture
def home(tmp_path: Path, sqlite_url: str) -> Iterator[Home]:
    """Return the centre, in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        yield Home(db.of(made), name="대구일자리센터", name_en="Daegu Job Centre", region=DAEGU)
        db.of(made).close()


def tells_of_herself(page: Page) -> None:
    """Fill the profile abroad: it has no region of ours."""
    page.goto("/profile")
    page.fill("[name=experience]", "해외 법인 재무 관리자로 18년을 일했어요")
    page.fill("[name=experience_years]", "18")
    page.select_option("[name=education]", "bachelor")
    page.select_option("[name=wish_occupation]", ACCOUNTANT)
    page.fill("[name=birth_date]", "1971-05-04")
    page.select_option("[name=segment]", "returnee")
    page.get_by_role("button", name="프로필 저장하기").click()
    expect(page.locator("body")).to_contain_text("저장했어요")


def wants_home(page: Page) -> None:
    """Ask the centre for a counsellor, and say that one wants to come home."""
    page.goto("/me/plan")
    page.select_option("select[name=agency]", label="대구일자리센터")
    page.get_by_role("button", name="동의하고 신청하기").click()
    page.locator("summary", has_text="고향에서 일자리 찾기").click()
    page.select_option("[name=home_region]", DALSEO)
    page.get_by_role("button", name="적어 두기").click()
    expect(page.locator("main")).to_contain_text("달서구에서 일하고 싶다고 적어 두었어요")


def makes_a_pool(page: Page, agency: int) -> None:
    """Let the organizer open the pool of those who want to come home, and see that somebody is in it."""
    page.goto(f"/agencies/{agency}/pools")
    page.select_option("select[name=kind]", "returnees")
    page.fill("input[name=name]", "대구로 오는 사람들")
    page.get_by_role("button", name="만들기").click()
    expect(page.locator("[data-member]")).to_have_count(1)
    expect(page.locator("[data-member]")).to_contain_text("최귀향")


def looks_for_key_people(page: Page, home: Home) -> None:
    """Let the employer say that key people are wanted, see the reasons, and ask; there is no name yet."""
    page.goto(f"/stand/{home.booth}/listings")
    page.get_by_role("link", name="인재풀의 후보").click()
    page.locator("summary", has_text="어떤 사람을 찾나요?").click()
    page.check("[name=key_people]")
    page.get_by_role("button", name="저장하기").click()
    candidate = page.locator("[data-candidate='1']")
    for reason in ("핵심 인력으로 고향에 돌아오고 싶어 해요", "하고 싶은 일이에요", "원하는 곳이에요", "경력이 맞아요"):
        expect(candidate).to_contain_text(reason)
    expect(page.locator("main")).not_to_contain_text("최귀향")
    page.get_by_role("button", name="만나고 싶다고 전하기").click()
    expect(candidate).to_contain_text("답을 기다려요")


def agrees(page: Page) -> None:
    """Agree on the phone that the employer sees who one is."""
    page.goto("/me/plan")
    page.get_by_role("link", name="읽고 답하기").click()
    page.get_by_role("button", name="동의하기", exact=True).click()
    expect(page.locator("body")).to_contain_text("동의했어요. 고마워요")


def invites(page: Page, home: Home) -> None:
    """See her name and way, and invite her."""
    page.goto(f"/stand/listings/{home.listing}/candidates")
    for said in ("최귀향", "18년", "해외 법인 재무 관리자"):
        expect(page.locator("main")).to_contain_text(said)
    page.get_by_role("button", name="면접에 초대하기").click()
    expect(page.locator("body")).to_contain_text("메일로 초대했어요")


def chooses_a_time(page: Page) -> int:
    """Follow the invitation to the employer's times and book one; return the booking."""
    page.goto("/me/plan")
    page.get_by_role("link", name="면접 시간 보기").click()
    page.locator("label[data-slot]").first.click()
    page.check("input[name=consent]")
    page.locator(".action-bar button").first.click()
    page.wait_for_url(re.compile(r"/bookings/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def meets_and_hires(page: Page, home: Home, booking: int) -> None:
    """Meet her, and write down that she is hired as finance director."""
    page.goto(f"/stand/listings/{home.listing}/candidates")
    expect(page.locator("article", has_text="최귀향")).to_contain_text("면접 11월 24일")
    page.goto(f"/stand/{home.booth}")
    for side in ("seeker", "host"):
        page.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:present']").first.click()
        pressed = page.locator(f"form[action='/bookings/{booking}/attendance'] button[value='{side}:']").first
        expect(pressed).to_have_attribute("aria-pressed", "true")
    for stage in ("passed", "offered", "hired"):
        page.goto(f"/bookings/{booking}/outcomes")
        page.select_option("select[name=stage]", stage)
        page.get_by_role("button", name="결과 적기").click()
        page.wait_for_url(re.compile(r"/stand/\d+"))


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_d6_a_finance_manager_comes_home_as_finance_director(
    home: Home, sqlite_url: str, browser: Browser, mail: MailServer
) -> None:
    acts = Acts(sqlite_url, browser, mail)
    with acts.at(NOW) as people:
        phone, firm, organizer = people.person(RETURNEE), people.person(RECRUITER, DESK), people.person(ORGANIZER, DESK)
        tells_of_herself(phone)
        wants_home(phone)
        makes_a_pool(organizer, home.agency)
        looks_for_key_people(firm, home)
        agrees(phone)
        invites(firm, home)
        booking = chooses_a_time(phone)
    with home.database.read() as session:
        met = session.get_one(Slot, home.slot).starts_at + timedelta(minutes=25)
        fair = session.scalars(select(Fair.slug)).one()
    with acts.at(met) as people:
        meets_and_hires(people.person(RECRUITER, DESK), home, booking)
        organizer = people.person(ORGANIZER, DESK)
        place = Place("", fair, "", home.booth, 0, "", "")
        shares = {one["name"]: (one["hires"], one["share"]) for one in report(organizer, place)["indicators"]}
        assert (shares["returnee"], shares["age_50_plus"]) == ((1, 100.0), (1, 100.0))
        hired = [row for row in exported(organizer, place, "outcomes") if row["stage"] == "hired"]
        assert [(row["segment"], row["occupation"]) for row in hired] == [("returnee", ACCOUNTANT)]
    with home.database.read() as session:
        assert audit.breaches(session) == []
