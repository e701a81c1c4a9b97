"""Everybody is served at the same fair: the young, career-break women, baby boomers, and who has no telephone."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from fairapp import create_app, db
from fairapp.booths.models import Booth
from tests import factories
from tests.conftest import settings_for
from tests.journeys.acts import Acts
from tests.journeys.city import City, booth, build, chosen, marks_present, person, row_of, staff, who
from tests.journeys.life_days import write
from tests.journeys.story import DESK, PHONE
from tests.servers import MailServer

NARROW = {"width": 320, "height": 700}
POOLS = (
    ("youth", "청년", "정한별"),
    ("career_break", "다시 일하는 여성", "한가람"),
    ("age_50_plus", "신중년", "윤나래"),
)


@pytest.fixture
def city(sqlite_url: str, browser: Browser, mail: MailServer) -> Iterator[City]:
    """Return the city with two booths that hire, of which one keeps its places for career-break women."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        found = City(db.of(made), Acts(sqlite_url, browser, mail))
        build(found)
        found.ids |= found.database.write(_fill, found.ids)
        yield found
        db.of(made).close()


def _fill(session: Session, ids: dict[str, int]) -> dict[str, int]:
    made: dict[str, int] = {}
    needs = {"resume": False, "questions": [], "segments": ["career_break"]}
    for name, firm, asks in (("all", "모두상사", None), ("women", "다시봄회계", needs)):
        made[name], _ = booth(session, ids["fair"], firm, needs=asks)
        factories.make_slots(session, session.get_one(Booth, made[name]), 4)
    staff(session, "counsellor", "박상담", "coach", agency_id=ids["centre"])
    for name, said, born, segment in (
        ("young", "정한별", date(1999, 5, 5), None),
        ("woman", "한가람", date(1985, 5, 5), "career_break"),
        ("boomer", "윤나래", date(1963, 5, 5), None),
    ):
        person(session, name, said, born, segment)
    return made


def tab_to(page: Page, selector: str) -> None:
    """Move the focus with the key alone until it stands on what is named."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")


def books_by_keyboard(page: Page, booth_id: int) -> int:
    """Book an interview without touching or a mouse; the page is never wider than the screen."""
    page.goto(f"/booths/{booth_id}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab_to(page, "input[name=listing]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=slot]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=consent]")
    page.keyboard.press("Space")
    tab_to(page, ".action-bar button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookings/*")
    return int(page.url.rsplit("/", 1)[1])


def gets_a_counsellor(page: Page) -> None:
    """Ask the centre for a counsellor, who may see one's data from then on."""
    page.goto("/me/plan")
    page.select_option("select[name=agency]", label="대구일자리센터")
    page.get_by_role("button", name="동의하고 신청하기").click()
    expect(page.locator("main")).to_contain_text("박상담")


def comes_without_a_phone(chief: Page, recruiter: Page, booth_id: int) -> None:
    """Let the desk register somebody who has neither telephone nor address, and the booth put her in its line."""
    chief.goto("/organize/city/walk-in")
    chief.fill("[name=name]", "곽솔")
    chief.check("[name=agreed]")
    chief.get_by_role("button", name="등록하고 입장 확인하기").click()
    expect(chief.locator(".pass-code")).to_be_visible()
    recruiter.goto(f"/stand/{booth_id}/line")
    recruiter.get_by_role("button", name="줄 열기").click()
    recruiter.locator("form[action$='/line/people'] input[name=name]").fill("곽솔")
    recruiter.get_by_role("button", name="줄에 세우기").click()
    expect(recruiter.locator("[data-ticket]")).to_have_count(1)


def makes_pools(chief: Page, agency: int) -> None:
    """Let the centre make a pool for each group; everybody is in hers and in no other."""
    for kind, name, member in POOLS:
        chief.goto(f"/agencies/{agency}/pools")
        chief.select_option("select[name=kind]", kind)
        chief.fill("input[name=name]", name)
        chief.get_by_role("button", name="만들기").click()
        expect(chief.locator("h1")).to_have_text(name)
        expect(chief.locator("[data-member] h2")).to_have_text([member])


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_s11_everybody_is_served_the_young_career_break_women_baby_boomers_and_who_has_no_phone(city: City) -> None:
    every, women = city.ids["all"], city.ids["women"]
    with city.at() as people:
        boomer = people.person(who("boomer"), NARROW)
        meetings = {"boomer": books_by_keyboard(boomer, every)}
        young = people.person(who("young"), PHONE)
        young.goto(f"/booths/{women}")
        young.check("input[name=listing]")
        young.locator("label[data-slot]").first.click()
        young.check("input[name=consent]")
        young.locator(".action-bar button").first.click()
        expect(young.locator("main")).to_contain_text("이 공고는 정해진 대상을 위한 자리예요")
        woman = people.person(who("woman"), PHONE)
        woman.goto(f"/booths/{women}")
        woman.check("input[name=listing]")
        meetings["woman"] = chosen(woman)
        young.goto(f"/booths/{every}")
        young.check("input[name=listing]")
        meetings["young"] = chosen(young)
        for page in (young, woman, boomer):
            gets_a_counsellor(page)
        chief = people.person(who("chief"), DESK)
        comes_without_a_phone(chief, people.person(who(f"recruiter{every}"), DESK), every)
        makes_pools(chief, city.ids["centre"])
    with city.at(max(map(city.begins, meetings.values())) + timedelta(minutes=5)) as people:
        for booth_id, names in ((every, ("boomer", "young")), (women, ("woman",))):
            page = people.person(who(f"recruiter{booth_id}"), DESK)
            page.goto(f"/stand/{booth_id}")
            for name in names:
                marks_present(page, meetings[name], "seeker", "host")
                write(page, meetings[name], "hired")
        chief = people.person(who("chief"), DESK)
        chief.goto("/organize/city/report?by=segment")
        assert row_of(chief, "by", "경력 보유 여성")[3] == "1"
        chief.get_by_role("link", name="나이별", exact=True).click()
        assert [row_of(chief, "by", band)[3] for band in ("25~34세", "35~49세", "50~64세")] == ["1", "1", "1"]
    city.check()
