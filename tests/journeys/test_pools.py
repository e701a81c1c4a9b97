"""Pools that open by rule: people in public work and applicants to city jobs, students before they graduate."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from fairapp import audit, create_app, db
from tests import factories
from tests.conftest import settings_for
from tests.factories import NOW
from tests.journeys.acts import Acts
from tests.journeys.story import DESK
from tests.journeys.test_one_stop import sends
from tests.journeys.test_way import agrees_to_plan, opens, refers, sets_goal
from tests.journeys.way import Centre, day, make_person
from tests.partners.network import agree
from tests.servers import MailServer

COUNSELLOR, ORGANIZER = "counsellor1@way.example", "organizer@way.example"
WORK, JOBS = "공공근로", "시 일자리 지원"
GRADUATES = (day(NOW, 80), day(NOW, 400))  # a vocational school's and a university's last days


class Region(Centre):
    """The centre, a vocational school, a university, and two of the people in the lists with accounts of their own."""

    def _build(self, session: Session) -> None:
        super()._build(session)
        for kind, name, email in (
            ("school", "서울마이스터고", "teacher@school.example"),
            ("school", "한강대학교", "teacher@university.example"),
        ):
            school = factories.make_agency(session, name=name, kind=kind)
            teacher = make_person(session, "문선생", email, role="organizer", agency_id=school.id)
            agree(session, school.id, self.agency, ("trainees",), (teacher, self.recruiter))
            setattr(self, email.split("@")[1].split(".")[0], school.id)
        make_person(session, "김하늘", "haneul@way.example")
        make_person(session, "이바다", "bada@way.example")

    school: int
    university: int


@pytest.fixture
def region(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Region]:
    """Return the centre and its schools, in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    monkeypatch.setattr("fairapp.clock.now", lambda: NOW)  # the agreements are of the story's time
    with made.app_context():
        yield Region(db.of(made))
        db.of(made).close()


@pytest.fixture
def acts(region: Region, sqlite_url: str, browser: Browser, mail: MailServer) -> Acts:
    """Return the times at which the centre can be served."""
    return Acts(sqlite_url, browser, mail)


def makes_a_pool(page: Page, agency: int, kind: str, name: str) -> str:
    """Let the organizer make a pool with its counsellor in charge; return its address."""
    page.goto(f"/agencies/{agency}/pools")
    page.select_option("select[name=kind]", kind)
    page.fill("input[name=name]", name)
    page.get_by_label("박상담").check()
    page.get_by_role("button", name="만들기").click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".page-head")).to_contain_text("박상담")
    return page.url


def has(page: Page, pool: str, count: int) -> None:
    """See so many people in the pool, as soon as the timed job has joined the lists."""
    members = page.locator("[data-member]")
    page.goto(pool)
    for _ in range(60):
        if members.count() == count:
            break
        time.sleep(1)
        page.goto(pool)
    expect(members).to_have_count(count)


def list_of(kind: str, name: str, email: str, phone: str, title: str, days: str) -> str:
    """Return a list of one person, as the city keeps it."""
    head = "관리번호,성명,이메일,휴대폰번호,사업구분,사업명,지원일,종료일자,개인정보동의\n"
    return head + f"{email},{name},{email},{phone},{kind},{title},{days},예\n"


def takes_on(page: Page, pool: str, phone: Page, name: str) -> None:
    """Let the counsellor ask somebody of the pool, and her agree; she is counselled then."""
    page.goto(pool)
    page.get_by_role("button", name="메일로 동의 묻기").last.click()
    expect(page.locator("main")).to_contain_text("동의를 물었어요")
    phone.goto("/me/plan")
    phone.get_by_role("link", name="읽고 답하기").click()
    phone.get_by_role("button", name="동의하기", exact=True).click()
    expect(phone.locator("main")).to_contain_text("내 상담사: 박상담")
    opens(page, name)


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_s3_public_work_first_then_every_applicant_to_a_city_job(region: Region, acts: Acts) -> None:
    first = list_of(
        WORK, "김하늘", "haneul@way.example", "010-1234-5678", "하천 가꾸기", f"{day(NOW, -60)},{day(NOW, 20)}"
    )
    later = list_of(JOBS, "이바다", "bada@way.example", "010-2222-3333", "도서관 사서 보조", f"{day(NOW, -1)},")
    with acts.at(NOW) as people:
        city, counsellor = people.person(ORGANIZER, DESK), people.person(COUNSELLOR, DESK)
        sends(city, region.agency, "seekers", first)
        pool = makes_a_pool(city, region.agency, "public_work", "공공일자리 참여자")
        has(counsellor, pool, 1)
        phone = people.person("haneul@way.example")
        takes_on(counsellor, pool, phone, "김하늘")
        expect(counsellor.locator("main")).to_contain_text("하천 가꾸기")
        sets_goal(counsellor, "조경 기능사 특강", day(NOW, 60).isoformat(), "1")  # to her a training
        agrees_to_plan(counsellor, phone)
        sends(city, region.agency, "seekers", later)
        has(counsellor, pool, 2)
        phone = people.person("bada@way.example")
        takes_on(counsellor, pool, phone, "이바다")
        expect(counsellor.locator("main")).to_contain_text("도서관 사서 보조")
        refers(counsellor, phone, region.listing)  # to him an open job
    with region.database.read() as session:
        assert audit.breaches(session) == []


def students(name: str, email: str, title: str, last: object) -> str:
    """Return a school's list of one student."""
    head = "학번,학생명,이메일,학과,입학일,졸업예정일,개인정보동의\n"
    return head + f"{email},{name},{email},{title},2024-03-02,{last},예\n"


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_s4_a_pool_of_final_year_students_opens_before_graduation(region: Region, acts: Acts) -> None:
    with acts.at(NOW) as people:
        for teacher, school, name, email, title, last in (
            ("teacher@school.example", region.school, "김하늘", "haneul@way.example", "전기과", GRADUATES[0]),
            ("teacher@university.example", region.university, "이바다", "bada@way.example", "회계학과", GRADUATES[1]),
        ):
            sends(
                people.person(teacher, DESK), school, "trainees", students(name, email, title, last), "서울일자리센터"
            )
        pool = makes_a_pool(people.person(ORGANIZER, DESK), region.agency, "graduates", "졸업 예정자")
        counsellor = people.person(COUNSELLOR, DESK)
        has(counsellor, pool, 1)  # the school's: 80 days before the end; the university's has more than a year
        expect(counsellor.locator("main")).to_contain_text("졸업 6달 전부터 열려요")
        phone = people.person("haneul@way.example")
        takes_on(counsellor, pool, phone, "김하늘")
        expect(counsellor.locator("main")).to_contain_text("전기과")
        refers(counsellor, phone, region.listing)
    with acts.at(NOW + timedelta(days=230)) as people:  # 170 days before the university's
        counsellor = people.person(COUNSELLOR, DESK)
        has(counsellor, pool.replace(pool.split("/pools")[0], ""), 2)
        members = counsellor.locator("[data-member]")
        expect(members.first).to_contain_text("김하늘")  # she has graduated and has no job yet
        starts = f"{GRADUATES[1] + timedelta(days=1):%-m월 %-d일}"
        expect(members.last).to_contain_text(starts)
        takes_on(counsellor, counsellor.url, people.person("bada@way.example"), "이바다")
        expect(counsellor.locator("main")).to_contain_text("회계학과")
    with region.database.read() as session:
        assert audit.breaches(session) == []
