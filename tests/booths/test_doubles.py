"""One opening that two sources tell is shown once; whoever knows better parts them."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from fairapp import db, intake
from fairapp.booths import actions, queries, rules
from fairapp.booths.models import Booth, Listing, ListingDouble
from fairapp.employers.rules import name_key
from fairapp.errors import NotFound
from tests.booths.test_importing import ENDS, ROW, bring, count, counts, table
from tests.casting import Cast, by, make_cast, page_of
from tests.counting import counted
from tests.factories import NOW

SECOND = {**ROW, "source": "jobs", "source_id": "7", "title": "[한빛전자] 회로 설계 채용", "url": "https://jobs.kr/7"}
ONE = rules.Opening(1, "work24", "회로설계", "regular", "27290", "entry", 36_000_000, 40_000_000, "year", ENDS)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("회로 설계", "회로설계"),
        ("[㈜한빛전자] 회로설계 모집 공고", "회로설계"),
        ("한빛전자 회로 설계", "회로설계"),
        ("회로 설계 [한빛전자]", "회로설계"),
        ("회로 설계 (신입)", "회로설계신입"),
        ("(주)한빛전자 채용", "한빛전자채용"),  # says nothing else: the whole of it
        ("Circuit Design (Hiring)", "circuitdesign"),
    ],
)
def test_a_title_without_what_every_listing_says(title: str, key: str) -> None:
    assert rules.title_key(title, "한빛전자") == key


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"source": "work24"}, False),
        ({"source": None}, True),
        ({"title_key": "회로설계신입"}, False),
        ({"employment_type": None}, True),
        ({"employment_type": "contract"}, False),
        ({"region": None}, True),
        ({"region": "27000"}, True),
        ({"region": "27110"}, False),
        ({"experience": "any"}, True),
        ({"experience": "experienced"}, False),
        ({"low": 40_000_000, "high": 45_000_000}, True),
        ({"low": 40_000_001, "high": 45_000_000}, False),
        ({"low": 3_000_000, "high": 3_000_000, "period": "month"}, True),
        ({"low": None, "high": None, "period": None}, True),
    ],
)
def test_nothing_may_contradict(changes: dict[str, Any], same: bool) -> None:
    other = replace(ONE, listing_id=2, **{"source": "jobs"} | changes)
    assert (rules.is_double(ONE, other), rules.is_double(other, ONE)) == (same, same)


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_title_has_a_key(title: str, employer: str) -> None:
    key = rules.title_key(title, name_key(employer))
    assert key == rules.title_key(f" {title}　", name_key(employer))
    assert (key == "") == (name_key(title) == "")


def doubles(app: Flask, fair: int) -> list[tuple[str, str, str]]:
    """Return what is told twice: the title, its source, and that of the listing that is shown."""
    with db.of(app).read() as session:
        return [(row.title, row.source, row.shown_source) for row in queries.listing_doubles(session, fair)]


def test_a_second_source_is_kept_beside_and_shown_once(app_on_both: Flask) -> None:
    app, fair = app_on_both, db.of(app_on_both).write(make_cast).fair
    before = count(app, Listing)
    bring(app, fair, ROW)
    for _twice in range(2):
        report = bring(app, fair, SECOND)
        assert counts(report) == (0, 0, 1, 0)
        assert [str(note.reason) for note in report.warnings] == ["다른 출처가 알린 공고와 같아 한 번만 보여 줘요"]
    assert doubles(app, fair) == [("[한빛전자] 회로 설계 채용", "jobs", "work24")]
    assert counts(bring(app, fair, ROW | {"title": "회로 설계"})) == (0, 0, 1, 0)
    assert count(app, Listing) == before + 1


def test_both_in_one_file_and_other_openings_beside(app: Flask) -> None:
    fair = db.of(app).write(make_cast).fair
    other = SECOND | {"source_id": "8", "title": "품질 관리"}
    elsewhere = SECOND | {"source_id": "9", "employer": "한빛전기"}
    again = ROW | {"source_id": "K-2"}  # the same source says twice that it has such an opening
    assert counts(bring(app, fair, ROW, SECOND, other, elsewhere, again)) == (4, 0, 1, 0)
    assert [row[0] for row in doubles(app, fair)] == [SECOND["title"]]


def test_when_the_first_closes_the_second_takes_its_place(app_on_both: Flask) -> None:
    app, fair = app_on_both, db.of(app_on_both).write(make_cast).fair
    bring(app, fair, ROW, SECOND)
    with db.of(app).read() as session:
        first = session.scalars(select(Listing.id).where(Listing.source == "work24")).one()
    db.of(app).write(actions.close_listing, first, None, NOW)
    assert counts(bring(app, fair, SECOND)) == (1, 0, 0, 0)
    assert doubles(app, fair) == []


def test_a_row_that_tells_something_else_is_an_opening_of_its_own(app: Flask) -> None:
    fair = db.of(app).write(make_cast).fair
    bring(app, fair, ROW, SECOND)
    assert counts(bring(app, fair, SECOND | {"salary": "연봉 5,000만원"})) == (1, 0, 0, 0)
    assert doubles(app, fair) == []


def test_an_organizer_parts_them(app: Flask, client: FlaskClient, cast: Cast, at_now: None) -> None:
    bring(app, cast.fair, ROW, SECOND)
    path = f"/organize/{cast.slug}/doubles"
    page = page_of(client, path, "organizer")
    assert all(said in page for said in ("겹친 공고", "jobs", "work24", "https://jobs.kr/7"))
    assert client.get(path, **by("recruiter")).status_code in (403, 404)
    assert client.get(path, **by("other-organizer")).status_code in (403, 404)
    assert client.post(f"{path}/1", **by("other-organizer")).status_code in (403, 404)
    assert client.get("/organize/busan/doubles", **by("other-organizer")).status_code == 200
    assert client.post("/organize/busan/doubles/1", **by("other-organizer")).status_code == 404
    assert client.post(f"{path}/x", **by("organizer")).status_code == 404
    assert len(doubles(app, cast.fair)) == 1
    assert client.post(f"{path}/1", **by("organizer")).status_code == 303
    assert client.post(f"{path}/1", **by("organizer")).status_code == 404
    assert "겹친 공고가 없어요" in page_of(client, path, "organizer")
    assert counts(bring(app, cast.fair, SECOND)) == (1, 0, 0, 0)
    assert counts(bring(app, cast.fair, SECOND, ROW)) == (0, 0, 2, 0)


def test_a_double_is_parted_once(app_on_both: Flask) -> None:
    cast = db.of(app_on_both).write(make_cast)
    bring(app_on_both, cast.fair, ROW, SECOND)
    with db.of(app_on_both).read() as session:
        double = session.scalars(select(ListingDouble.id)).one()
    db.of(app_on_both).write(actions.part, double, cast.fair, 1, NOW)
    with pytest.raises(NotFound):
        db.of(app_on_both).write(actions.part, double, cast.fair, 1, NOW)


def test_of_two_sources_at_once_one_comes_second(app_on_both: Flask) -> None:
    app, cast = app_on_both, db.of(app_on_both).write(make_cast)
    bring(app, cast.fair, ROW | {"title": "먼저", "source_id": "K-0"})
    rows = [ROW | {"source": f"s{number}"} for number in range(6)]
    gate, reports = threading.Barrier(len(rows)), []

    def run(row: dict[str, Any]) -> None:
        drafts = rules.listing_rows(table(row), rules.FairTimes("Asia/Seoul", ENDS, NOW))
        gate.wait()
        write = db.of(app).write
        reports.append(intake.bring_in(write, drafts, actions.import_listings, cast.fair, None, NOW))

    threads = [threading.Thread(target=run, args=(row,)) for row in rows]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(report.added for report in reports) == 1
    assert len(doubles(app, cast.fair)) == 5


def test_a_listing_that_is_over_is_nobody_s_double(app: Flask) -> None:
    fair = db.of(app).write(make_cast).fair
    bring(app, fair, ROW | {"closes_on": "2026-11-24"})
    assert counts(bring(app, fair, SECOND, at=NOW + timedelta(days=1))) == (1, 0, 0, 0)
    with db.of(app).read() as session:
        assert len(session.scalars(select(Booth.id).where(Booth.fair_id == fair)).all()) == 2


def test_one_double_costs_as_many_questions_as_thirty(
    app: Flask, client: FlaskClient, cast: Cast, at_now: None
) -> None:
    path, costs = f"/organize/{cast.slug}/doubles", []
    for some in (1, 30):
        rows = [ROW | {"title": f"자리 {some} {n}", "source_id": f"{some}-{n}"} for n in range(some)]
        bring(app, cast.fair, *rows, *(row | {"source": "source-9"} for row in rows))
        with counted(app) as count:
            page = page_of(client, path, "organizer")
        costs.append(int(count))
    assert page.count("다른 공고예요") == 31
    assert costs[0] == costs[1]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzFd&cursor=y", "cursor=%00"])
def test_a_strange_question_is_no_failure(client: FlaskClient, cast: Cast, query: str, at_now: None) -> None:
    assert client.get(f"/organize/{cast.slug}/doubles?{query}", **by("organizer")).status_code in {200, 400, 422}
