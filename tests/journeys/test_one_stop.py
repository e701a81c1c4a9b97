"""One stop: what partner agencies know is joined, told in the browsers of a school, a city centre and a counsellor."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from fairapp import audit, clock, create_app, db
from fairapp.accounts.rules import hash_password
from tests import factories
from tests.conftest import settings_for
from tests.journeys.story import DESK, PASSWORD, People, Place
from tests.servers import MailServer
from tests.servers.app import serve

HASHED = hash_password(PASSWORD)
COLUMNS = "관리번호,훈련생명,휴대폰번호,생년월일,이메일,훈련과정명,시작일자,종료일자,개인정보동의\n"


@dataclass
class Network:
    """Two agencies in a database that is served later."""

    database: db.Database
    school: int
    city: int

    @property
    def today(self) -> date:
        """The calendar day of agencies."""
        return clock.local(clock.now(), "Asia/Seoul").date()


def make(session: Session) -> tuple[int, int]:
    """Make a training institute and a city centre with their organizers, and a counsellor."""
    school = factories.make_agency(session, name="한빛직업전문학교", kind="training")
    city = factories.make_agency(session, name="대구일자리센터", region="27000")
    for agency, name, email, role in (
        (school, "문선생", "teacher@school.example", "organizer"),
        (city, "윤주무", "official@city.example", "organizer"),
        (city, "박상담", "counsellor@city.example", "coach"),
    ):
        account = factories.make_seeker(session, name=name, email=email, password_hash=HASHED)
        factories.make_membership(session, account_id=account.id, role=role, agency_id=agency.id)
    return school.id, city.id


@pytest.fixture
def network(sqlite_url: str) -> Iterator[Network]:
    """Return the two agencies."""
    app: Flask = create_app(settings_for(sqlite_url))
    with app.app_context():
        yield Network(db.of(app), *db.of(app).write(make))
        db.of(app).close()


def trainees(today: date) -> str:
    """Return the school's list: one at three quarters of her course, one who has just begun, one who does not agree."""
    early, late = today - timedelta(days=75), today + timedelta(days=24)
    begun, far = today - timedelta(days=5), today + timedelta(days=94)
    return COLUMNS + (
        f"T-1,김하늘,010-1234-5678,2001-03-02,haneul@example.kr,용접,{early},{late},예\n"
        f"T-2,이바다,010-2222-3333,2001-11-30,,용접,{begun},{far},예\n"
        f"T-3,박구름,010-4444-5555,1999-01-01,,용접,{early},{late},아니오\n"
    )


SEEKERS = (
    "성명,H.P,생년월일,이메일,동의여부,희망직종\n"
    "김 하늘,01012345678,2001/03/02,,동의,용접원\n"
    "이바람,010-2222-3333,2001-11-30,,동의,\n"
)


def agrees(official: Page, teacher: Page, network: Network) -> None:
    """Let the city centre propose to get the school's trainees, and the school accept."""
    official.goto(f"/agencies/{network.city}/agreements")
    official.select_option("select[name=other]", label="한빛직업전문학교")
    official.check("input[name=direction][value=receive]")
    official.check("input[name=kinds][value=trainees]")
    official.fill("input[name=purpose]", "취업 상담과 알선")
    official.fill("input[name=ends_on]", (network.today + timedelta(days=300)).isoformat())
    official.get_by_role("button", name="제안하기").click()
    expect(official.locator("main")).to_contain_text("답을 기다려요")
    teacher.goto(f"/agencies/{network.school}/agreements")
    teacher.get_by_role("button", name="받아들이기").click()
    expect(teacher.locator("main")).to_contain_text("진행 중")


def makes_source(page: Page, agency: int, kind: str, other: str = "", direction: str = "give", fair: str = "") -> None:
    """Let somebody say which list comes from whom; what it takes files for is shown."""
    page.goto(f"/agencies/{agency}/sources/new")
    page.fill("input[name=name]", "매주 보내는 명단")
    page.select_option("select[name=kind]", kind)
    if other:
        page.select_option("select[name=other]", label=other)
        page.check(f"input[name=direction][value={direction}]")
    if fair:
        page.select_option("select[name=fair]", label=fair)
    if kind in ("seekers", "trainees"):
        page.check("input[name=consent][value=column]")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("input[name=table]")).to_be_attached()


def uploads(page: Page, content: str) -> None:
    """Let somebody upload a file to the list shown, see that each column was recognised, and bring its rows in."""
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": content.encode("cp949")}
    page.set_input_files("input[name=table]", files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="올리고 살펴보기").click()
    expect(page.locator("h1")).to_have_text("어느 열이 무엇인가요?")
    page.get_by_role("button", name="저장하고 살펴보기").click()
    page.get_by_role("button", name="줄 넣기").click()
    expect(page.locator("main")).to_contain_text("거절 0개")


def sends(page: Page, agency: int, kind: str, content: str, other: str = "") -> None:
    """Let somebody make a list and bring the rows of its first file in."""
    makes_source(page, agency, kind, other)
    uploads(page, content)


def sees_joined(official: Page, network: Network, words: str) -> None:
    """Wait until the timed job has joined the rows: the page says so."""
    for _ in range(60):
        official.goto(f"/agencies/{network.city}/people")
        if words in official.locator("main").inner_text():
            return
        time.sleep(1)
    expect(official.locator("main")).to_contain_text(words)


@pytest.mark.timeout(300)
def test_s1_s2_s6_partners_lists_become_one_person_each_and_trainees_enter_the_pool(
    network: Network, sqlite_url: str, browser: Browser, mail: MailServer
) -> None:
    env = {"DATABASE_URL": sqlite_url, "FAIRAPP_ENV": "development", "MAIL_URL": mail.url, "RATE_LIMITS": "off"}
    with serve([sys.executable, "run.py"], env) as server:
        people = People(browser, Place(server.url, "", "", 0, 0, "", ""), mail)
        official, teacher = people.person("official@city.example", DESK), people.person("teacher@school.example")
        agrees(official, teacher, network)
        sends(teacher, network.school, "trainees", trainees(network.today), other="대구일자리센터")
        sends(official, network.city, "seekers", SEEKERS)
        sees_joined(official, network, "동의한 사람 3명, 동의를 기다리는 사람 1명")
        expect(official.locator("main")).not_to_contain_text("박구름")
        official.get_by_role("link", name="김하늘").or_(official.get_by_role("link", name="김 하늘")).click()
        expect(official.locator("main")).to_contain_text("한빛직업전문학교")
        expect(official.locator("main")).to_contain_text("용접")
        official.goto(f"/agencies/{network.city}/pairs")  # two people with one telephone and one birthday
        official.get_by_role("button", name="다른 사람이에요").click()
        expect(official.locator("main")).to_contain_text("살펴볼 짝이 없어요")
        official.goto(f"/agencies/{network.city}/pools")
        official.select_option("select[name=kind]", "trainees")
        official.fill("input[name=name]", "수료 예정 훈련생")
        official.get_by_role("button", name="만들기").click()
        expect(official.locator("h1")).to_have_text("수료 예정 훈련생")
        members = official.locator("[data-member]")
        expect(members).to_have_count(2)  # who has passed 70 %: one of them has not agreed and has no name here
        expect(official.locator("main")).to_contain_text("과정의 70%가 지나면 열려요")
        expect(official.locator("main")).not_to_contain_text("박구름")
        people.close()
    with network.database.read() as session:
        assert audit.breaches(session) == []
