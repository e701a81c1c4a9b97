"""The published years come out of their rows: Daegu 2015/16 on screen, as CSV and as PDF; Seoul's placement rate."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.agencies.models import Agency
from fairapp.fairs.models import FairAgency
from fairapp.outcomes import queries
from fairapp.outcomes.models import ExportLog
from fairapp.trace import NO_FAIR, Trace
from tests import factories
from tests.outcomes.test_pages import words
from tests.outcomes.year import MANUAL, PROFESSIONAL, People, make_year_fair, populate
from tests.signing_in import browser_of

NOW = datetime(2016, 12, 1, tzinfo=UTC)
# 549 of 1,156 are 47.5 %, 876 are 75.8 %, 579 are 50.1 %; of the operator before 347 of 1,000 were young.
YEAR = People(registered=2400, interviewed=1800, passed=1300, hired=1156, youth=549, regular=876, professional=579)
BEFORE = People(registered=1500, interviewed=1200, passed=1000, hired=1000, youth=347, regular=700, professional=450)
HALL = People(registered=300, interviewed=234, passed=56, hired=20, youth=10)
ONLINE = People(registered=900, interviewed=400, passed=200, hired=120, youth=120)
SEOUL = People(registered=2000, interviewed=1500, passed=1300, hired=1230)


@pytest.fixture
def city(app: Flask) -> Iterator[dict[str, Any]]:
    """Return the ids of Daegu's agencies and fairs, and of an organizer, at the end of 2016."""

    def make(session: Session) -> dict[str, Any]:
        operator = factories.make_agency(session, name="대구 원스톱일자리센터", slug="daegu", region="27000")
        former = factories.make_agency(session, name="이전 운영 기관", slug="former", region="27000")
        seoul = factories.make_agency(session, name="서울 일자리플러스센터", slug="seoul", region="11000")
        fairs = {
            "year": make_year_fair(session, date(2015, 4, 1), 366, operator.id, slug="year"),
            "before": make_year_fair(session, date(2014, 4, 1), 365, former.id, slug="before"),
            "hall": make_year_fair(session, date(2016, 4, 20), 1, operator.id, slug="hall", mode="onsite"),
            "online": make_year_fair(
                session, date(2016, 5, 9), 53, operator.id, slug="online", mode="online", hire_target=150
            ),
            "seoul": make_year_fair(session, date(2015, 1, 1), 365, seoul.id, slug="seoul"),
        }
        for name, people in (("year", YEAR), ("before", BEFORE), ("hall", HALL), ("online", ONLINE), ("seoul", SEOUL)):
            populate(session, *fairs[name], people)
        organizer = factories.make_seeker(session, name="윤서진").id
        for agency in (operator, former):
            factories.make_membership(session, account_id=organizer, role="organizer", agency_id=agency.id)
        other = factories.make_membership(session, role="organizer", agency_id=seoul.id).account_id
        return {
            "operator": operator.id,
            "former": former.id,
            "organizer": organizer,
            "other": other,
            **{name: fair.id for name, (fair, *_) in fairs.items()},
        }

    app.config["EXPORTS"] = app.config["SETTINGS"].database_url.removeprefix("sqlite:///") + ".exports"
    with time_machine.travel(NOW, tick=False):
        yield db.of(app).write(make)


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, spaces folded."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def rows_of(content: bytes) -> dict[str, dict[str, str]]:
    """Return the rows of a report's CSV by their name."""
    return {row["name"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}


def test_daegus_year_against_the_former_operator(app: Flask, city: dict[str, Any]) -> None:
    browser = browser_of(app, city["organizer"])
    query = f"agency={city['operator']}&since=2015-04-01&until=2016-03-31&against={city['former']}"
    nothing = rows_of(browser.get(f"/organize/tower.csv?{query}").data)
    assert (nothing["hires"]["value"], nothing["hires"]["before"]) == ("1156", "0")  # the former one had no such days
    query = "since=2015-04-01&until=2016-03-31"
    page = browser.get("/organize/year/report?against=before")
    assert page.status_code == 200
    said = words(page)
    for figure in ("1,156", "47.5%", "견준 값 34.7%", "+12.8%p", "75.8%", "50.1%"):
        assert figure in said, figure
    rows = rows_of(browser.get("/organize/year/report.csv?against=before").data)
    assert (rows["hires"]["value"], rows["hires"]["before"]) == ("1156", "1000")
    youth = rows["youth"]
    assert (youth["value"], youth["known"], youth["rate"], youth["before"], youth["difference"]) == (
        *("549", "1156", "47.5"),
        *("34.7", "12.8"),
    )
    assert (rows["regular"]["rate"], rows["professional"]["rate"]) == ("75.8", "50.1")
    for language, unit in (("ko", "%p"), ("en", "%-pts")):
        answer = browser.get(f"/organize/year/report.pdf?against=before&language={language}")
        assert answer.mimetype == "application/pdf"
        said = text_of(answer.data)
        for figure in ("1,156", "47.5%", "34.7%", f"+12.8{unit}", "75.8%", "50.1%"):
            assert figure in said, (language, figure)
    city_year = browser.get(f"/organize/tower?agency={city['operator']}&{query}")
    assert "1,156" in words(city_year)
    assert "47.5%" in words(city_year)


def test_daegus_year_against_the_year_before_of_the_city(app: Flask, city: dict[str, Any]) -> None:
    browser = browser_of(app, city["organizer"])
    asked = "since=2015-04-01&until=2016-03-31&against=previous&by=agency"
    rows = rows_of(browser.get(f"/organize/tower.csv?{asked}").data)
    assert rows["hires"]["before"] == "1000"  # the former operator's, of April 2014 to March 2015


def test_the_hall_fair_and_the_online_fair(app: Flask, city: dict[str, Any]) -> None:
    with db.of(app).snapshot() as session:
        hall, online, seoul = (queries.report(session, city[name], NOW) for name in ("hall", "online", "seoul"))
    people = {stage.stage: (stage.people, stage.rate) for stage in hall.funnel}
    assert (people["interviewed"], people["passed"]) == ((234, 100.0), (56, 23.9))
    assert {one.name: one.value for one in hall.measures}["success"] == 23.9
    assert (online.hires, online.hire_target, online.target_share) == (120, 150, 80.0)
    assert {one.name: one.value for one in seoul.measures}["placement"] == 61.5
    browser = browser_of(app, city["organizer"])
    said = words(browser.get("/organize/hall/report"))
    assert "234" in said
    assert "56" in said
    assert "23.9%" in said
    assert "목표 150" in words(browser.get("/organize/online/report"))
    assert "61.5%" in words(browser_of(app, city["other"]).get("/organize/seoul/report"))
    for name, figures in (("hall", ("234", "56", "23.9%")), ("online", ("120", "150", "80.0%")), ("seoul", ("61.5%",))):
        browser = browser_of(app, city["other" if name == "seoul" else "organizer"])
        said = text_of(browser.get(f"/organize/{name}/report.pdf").data)
        assert all(figure in said for figure in figures), name
        rows = rows_of(browser.get(f"/organize/{name}/report.csv").data)
        assert {rows[one]["value"] for one in ("interviewed", "hired")} <= {"234", "20", "400", "120", "1500", "1230"}


def test_every_number_opens_the_rows_it_counts(app: Flask, city: dict[str, Any]) -> None:
    with db.of(app).snapshot() as session:
        scope = queries.fair_scope(city["year"])
        report = queries.report_of(session, scope, NOW)
        for stage in report.funnel:
            found = queries.people_behind(session, scope, stage.stage, NOW, limit=5000)
            assert len(found) == stage.people, stage.stage
        for one in report.indicators:
            assert len(queries.hires_behind(session, scope, one.name, NOW, limit=5000)) == one.hires, one.name
        for by in queries.DIMENSIONS:
            rows = queries.breakdown(session, scope, by, NOW)
            assert sum(row.hires for row in rows) == 1156, by
            for row in rows[:4]:
                narrowed = queries.Scope(scope.fairs, narrowed={by: row.key})
                assert len(queries.hires_behind(session, narrowed, "hires", NOW, limit=5000)) == row.hires, (by, row)


def test_the_hires_of_a_year_by_age_group_employment_type_and_occupation(app: Flask, city: dict[str, Any]) -> None:
    with db.of(app).snapshot() as session:
        scope = queries.fair_scope(city["year"])

        def hires(by: str) -> dict[str, int]:
            return {row.key: row.hires for row in queries.breakdown(session, scope, by, NOW) if row.hires}

        assert hires("age") == {"35-49": 607, "25-34": 549}
        assert hires("employment_type") == {"regular": 876, "contract": 280}
        assert hires("occupation") == {PROFESSIONAL: 579, MANUAL: 577}
        assert hires("segment") == {"": 1156}
    browser = browser_of(app, city["organizer"])
    said = words(browser.get("/organize/year/report?by=age"))
    assert "25~34세" in said
    assert "35~49세" in said
    rows = browser.get("/organize/year/report/rows?of=hires&in_age=25-34")
    assert rows.status_code == 200


def test_other_centres_see_no_rows_and_no_small_numbers(app: Flask, city: dict[str, Any]) -> None:
    def below(session: Session) -> int:
        parent = factories.make_agency(session, name="대구광역시", slug="city")
        session.get_one(Agency, city["operator"]).parent_id = parent.id
        return factories.make_membership(session, role="organizer", agency_id=parent.id).account_id

    chief = db.of(app).write(below)
    browser = browser_of(app, chief)
    page = browser.get("/organize/tower?since=2015-04-01&until=2016-03-31&by=district")
    assert page.status_code == 200
    assert "1,156" in words(page)
    assert "/organize/tower/rows" not in page.text
    assert browser.get("/organize/tower/rows?of=hires").status_code == 404
    assert browser.get("/organize/year/report").status_code == 403
    assert "서울 일자리플러스센터" not in words(page)


def test_a_partner_sees_the_fair_that_it_joined_without_small_numbers(app: Flask, city: dict[str, Any]) -> None:
    def join(session: Session) -> tuple[int, int]:
        partner = factories.make_agency(session, name="청년일자리카페", slug="cafe")
        little = make_year_fair(session, date(2016, 6, 2), 1, city["operator"], slug="little", hire_target=30)
        populate(session, *little, People(registered=40, interviewed=20, passed=9, hired=3, youth=2))
        for fair in (city["hall"], little[0].id):
            session.add(FairAgency(fair_id=fair, agency_id=partner.id))
        return factories.make_membership(session, role="organizer", agency_id=partner.id).account_id, little[0].id

    chief, little = db.of(app).write(join)
    browser = browser_of(app, chief)
    page = words(browser.get("/organize/tower"))
    assert "함께하는 박람회" in page
    assert "대구 원스톱일자리센터" in page  # who runs it
    shown = rows_of(browser.get(f"/organize/tower.csv?fair={city['hall']}").data)
    assert [shown[name]["value"] for name in ("interviewed", "passed", "hires")] == ["234", "56", "20"]
    rows = rows_of(browser.get(f"/organize/tower.csv?fair={little}").data)
    assert (rows["passed"]["value"], rows["success"]["value"]) == ("9", "45.0")
    hidden = [rows[name] for name in ("offered", "hired", "hires", "youth", "placement")]
    assert [(row["value"], row["rate"]) for row in hidden] == [("", "")] * 5
    assert (rows["youth"]["known"], rows["regular"]["known"]) == ("", "")
    with db.of(app).read() as session:  # who runs a fair sees who took its figures; those of many belong to none
        logged = session.execute(select(ExportLog.fair_id, ExportLog.taken_by, ExportLog.rows)).all()
        assert logged == [(city["hall"], chief, 24), (little, chief, 24)]
    browser.get("/organize/tower.pdf?since=2016-01-01")
    with db.of(app).read() as session:
        [taken] = session.scalars(select(Trace.data).where(Trace.chain == NO_FAIR, Trace.what == "export.taken")).all()
        assert (taken["kind"], taken["form"], taken["since"]) == ("tower", "pdf", "2016-01-01")
    html = browser.get(f"/organize/tower?fair={little}&by=district").text
    assert "5 미만" in html
    assert "/organize/tower/rows" not in html
    for refused in (f"/organize/tower/rows?of=hires&fair={little}", "/organize/little/report"):
        assert browser.get(refused).status_code in {403, 404}
    assert browser.get(f"/organize/tower?fair={city['year']}").status_code == 422  # one that it has not joined
    # Who runs the fair sees every number.
    own = rows_of(browser_of(app, city["organizer"]).get("/organize/little/report.csv").data)
    assert (own["hires"]["value"], own["youth"]["rate"]) == ("3", "66.7")
