"""What a whole city does together, told in browsers: a year's results, the control tower, desks, partners, everybody served."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp import create_app, db
from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.outcomes.models import Outcome
from tests import factories
from tests.conftest import settings_for
from tests.journeys.acts import Acts
from tests.journeys.city import City, build, chosen, marks_present, person, row_of, staff, who
from tests.journeys.story import DESK
from tests.outcomes.year import People as Counts
from tests.outcomes.year import make_year_fair, populate
from tests.servers import MailServer

YEAR = Counts(registered=2400, interviewed=1800, passed=1300, hired=1156, youth=549, regular=876, professional=579)
BEFORE = Counts(registered=1500, interviewed=1200, passed=1000, hired=1000, youth=347, regular=700, professional=450)


@pytest.fixture
def city(sqlite_url: str, browser: Browser, mail: MailServer) -> Iterator[City]:
    """Return the city in a database that is served later."""
    made = create_app(settings_for(sqlite_url))
    with made.app_context():
        found = City(db.of(made), Acts(sqlite_url, browser, mail))
        build(found)
        yield found
        db.of(made).close()


def rows_of(page: Page, path: str) -> dict[str, dict[str, str]]:
    """Return the rows of a CSV of figures by their name."""
    text = page.request.get(path).body().decode("utf-8-sig")
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.timeout(240)
@pytest.mark.soak
def test_d5_the_results_of_a_year_against_the_former_operator(city: City) -> None:
    def fill(session: Session) -> None:
        former = factories.make_agency(session, name="이전 운영 기관", slug="former", region="27000")
        for agency, slug, first, days, counts in (
            (city.ids["centre"], "year", date(2015, 4, 1), 366, YEAR),
            (former.id, "before", date(2014, 4, 1), 365, BEFORE),
        ):
            fair = make_year_fair(session, first, days, agency, slug=slug, name=f"{slug} 상시 채용")
            populate(session, *fair, counts)
        chief = session.query(Account).filter_by(email=who("chief")).one()
        factories.make_membership(session, account_id=chief.id, role="organizer", agency_id=former.id)

    city.database.write(fill)
    with city.at(datetime(2016, 12, 1, tzinfo=UTC)) as people:
        page = people.person(who("chief"), DESK)
        page.goto("/organize/tower")
        page.select_option("#agency", label="대구일자리센터")
        page.fill("#since", "2015-04-01")
        page.fill("#until", "2016-03-31")
        page.select_option("#against", "previous")
        page.get_by_role("button", name="이렇게 보기").click()
        expect(page.locator(".indicators")).to_contain_text("1,156")
        page.goto("/organize/year/report")
        page.select_option("#against", "before")
        page.get_by_role("button", name="이렇게 보기").click()
        shown = page.locator(".indicators")
        for figure in ("1,156", "47.5%", "34.7%", "+12.8%p", "75.8%", "50.1%"):
            expect(shown).to_contain_text(figure)
        for by, name, hires in (("나이별", "25~34세", "549"), ("고용형태별", "정규직", "876")):
            page.get_by_role("link", name=by, exact=True).click()
            assert row_of(page, "by", name)[3] == hires
        page.get_by_role("link", name="직업별", exact=True).click()
        expect(page.locator("section:has(> #by) table tbody tr")).to_have_count(3)
        rows = rows_of(page, "/organize/year/report.csv?against=before")
    assert (rows["youth"]["rate"], rows["youth"]["before"], rows["youth"]["difference"]) == ("47.5", "34.7", "12.8")
    assert (rows["hires"]["value"], rows["regular"]["rate"], rows["professional"]["rate"]) == ("1156", "75.8", "50.1")


def _centres(session: Session, parent: int) -> None:
    """Make three centres of a city, each for a group of people, with what followed their fairs of a year."""
    for name, slug, age, segment, hired in (
        ("청년일자리카페", "cafe", 25, "youth", 120),
        ("여성새로일하기센터", "women", 41, "career_break", 30),
        ("중장년내일센터", "older", 57, "age_50_plus", 20),
    ):
        agency = factories.make_agency(session, name=name, slug=slug, region="27260", parent_id=parent)
        fair, booth, listing = make_year_fair(session, date(2026, 3, 1), 30, agency.id, slug=f"{slug}-fair")
        populate(session, fair, booth, listing, Counts(4 * hired, 3 * hired, 2 * hired, hired, regular=hired))
        hires = update(Outcome).where(Outcome.fair_id == fair.id, Outcome.stage == "hired")
        session.execute(hires.values(age=age, segment=segment))
    staff(
        session,
        "cafe",
        "카페지기",
        "organizer",
        agency_id=session.query(Agency).filter_by(slug="cafe").one().id,
    )


def _desks(session: Session, ids: dict[str, int]) -> dict[str, int]:
    """Make a coach of the centre and one of the desk, and two people; return the coaches."""
    made = {}
    for name, agency in (("ours", "centre"), ("young_coach", "desk")):
        account = person(session, name, f"{agency} 코치")
        coach = factories.make_coach(session, ids["fair"], account_id=account, agency_id=ids[agency])
        factories.make_coaching(session, coach, 3)
        made[name] = coach.id
    person(session, "young", "정한별", date(1999, 5, 5))
    person(session, "older", "한가람", date(1969, 5, 5))
    return made


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_d9_one_centre_is_the_tower_for_the_young_later_for_career_break_women_and_older_people(city: City) -> None:
    city.database.write(_centres, city.ids["centre"])
    with city.at() as people:
        page = people.person(who("chief"), DESK)
        page.goto("/organize/tower?by=agency")
        expect(page.locator(".indicators")).to_contain_text("170")
        assert [row_of(page, "by", name)[3] for name in ("청년일자리카페", "여성새로일하기센터", "중장년내일센터")] == [
            "120",
            "30",
            "20",
        ]
        rows = rows_of(page, "/organize/tower.csv")
        shares = {name: (rows[name]["value"], rows[name]["rate"]) for name in ("youth", "career_break", "age_50_plus")}
        assert shares == {"youth": ("120", "70.6"), "career_break": ("30", "17.6"), "age_50_plus": ("20", "11.8")}
        for share in ("70.6%", "17.6%", "11.8%"):
            expect(page.locator(".indicators")).to_contain_text(share)
        page.get_by_role("link", name="대상별", exact=True).click()
        assert row_of(page, "by", "경력 보유 여성")[3] == "30"
        page.select_option("#agency", label="중장년내일센터")
        page.get_by_role("button", name="이렇게 보기").click()
        expect(page.locator(".indicators")).not_to_contain_text("170")
        assert rows_of(page, page.url.replace("/tower?", "/tower.csv?"))["hires"]["value"] == "20"
        own = people.person(who("cafe"), DESK)  # one of the centres sees its own alone
        own.goto("/organize/tower")
        assert rows_of(own, "/organize/tower.csv")["hires"]["value"] == "120"
        expect(own.locator("main")).not_to_contain_text("중장년내일센터")


@pytest.mark.soak
@pytest.mark.timeout(240)
def test_d10_a_desk_for_young_people_alone_kept_apart_in_booking_and_in_figures(city: City) -> None:
    city.ids |= city.database.write(_desks, city.ids)
    with city.at() as people:
        admin = people.person(who("admin"), DESK)
        admin.goto(f"/admin/agencies/{city.ids['desk']}")
        admin.check("input[name=serves][value=youth]")
        admin.get_by_role("button", name="저장하기").click()
        expect(admin.locator("body")).to_contain_text("기관을 고쳤어요")
        older = people.person(who("older"))
        older.goto(f"/coaches/{city.ids['young_coach']}")
        expect(older.locator("main")).to_contain_text("청년(만 15~34세)만 예약할 수 있는 창구예요")
        older.locator("label[data-slot]").first.click()
        older.check("input[name=consent]")
        older.locator(".action-bar button").first.click()
        expect(older.locator("main")).to_contain_text("정해진 대상을 위한 창구예요")
        older.goto(f"/coaches/{city.ids['ours']}")
        elsewhere = chosen(older)
        young = people.person(who("young"))
        young.goto(f"/coaches/{city.ids['young_coach']}")
        booked = chosen(young)
    with city.at(city.begins(booked) + timedelta(minutes=5)) as people:
        for name, coach, booking in (("ours", "ours", elsewhere), ("young_coach", "young_coach", booked)):
            page = people.person(who(name), DESK)
            page.goto(f"/coach/{city.ids[coach]}")
            marks_present(page, booking, "seeker")
        page = people.person(who("chief"), DESK)
        page.goto("/organize/tower")
        assert {name: row_of(page, "centres", name)[-1] for name in ("대구일자리센터", "청년 전용 창구")} == {
            "대구일자리센터": "1",
            "청년 전용 창구": "1",
        }
    city.check()
