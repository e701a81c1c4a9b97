"""Finding listings by words and by filters, the same on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, queries
from fairapp.booths.queries import Filters
from fairapp.employers import actions as employer_actions
from fairapp.employers.rules import EmployerFields
from tests.booths.told import empty_booth, fields
from tests.factories import NOW, make_booth, make_employer, make_listing

TITLES = {
    "재무담당자": {"description": "월 결산", "region": "27290", "occupation": "0231"},
    "데이터 분석": {"description": "Python, SQL", "region": "27710", "occupation": "1341", "skills": ["C++"]},
    "ＳＱＬ 개발 (신입)": {"region": "41111", "occupation": "1331", "employment_type": "contract"},
    "이사": {"region": "26110", "occupation": "0112", "salary_min": None, "salary_period": None},
    "주방 보조": {"salary_min": 12_000, "salary_period": "hour", "hours_per_week": 20, "employment_type": "part_time"},
}


@pytest.fixture
def fair_id(app_on_both: Flask) -> int:
    """Return a fair with these listings at one booth."""
    database = db.of(app_on_both)
    made, booth_id = database.write(empty_booth)
    for title, changes in TITLES.items():
        database.write(actions.open_listing, booth_id, fields(title=title, **changes), None, NOW)
    return int(made)


def found(app: Flask, fair_id: int, **asked: Any) -> set[str]:
    """Return the titles of what is found."""
    with db.of(app).read() as session:
        rows = queries.visible_listings(session, fair_id, NOW, Filters(**asked))
        assert queries.count_visible(session, fair_id, NOW, Filters(**asked)) == len(rows)
        return {row.title for row in rows}


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("재무", {"재무담당자"}),
        ("담당", {"재무담당자"}),
        ("재무 결산", {"재무담당자"}),
        ("재무 개발", set()),
        ("데이터분석", {"데이터 분석"}),
        ("sql", {"데이터 분석", "ＳＱＬ 개발 (신입)"}),
        ("c++", {"데이터 분석"}),
        ("명성", set(TITLES)),
        ("사", {"이사"}),
        ("자", {"재무담당자"}),
        ("!!!", set()),
        ("' OR 1=1 --", set()),
        ('"', set()),
        ("없는낱말", set()),
        ("재" * 500, set()),
    ],
)
def test_words_find_listings(app_on_both: Flask, fair_id: int, q: str, titles: set[str]) -> None:
    assert found(app_on_both, fair_id, q=q) == titles


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"region": "27000"}, {"재무담당자", "데이터 분석", "주방 보조"}),
        ({"region": "27710"}, {"데이터 분석"}),
        ({"region": "27200"}, set()),
        ({"region": "41110"}, {"ＳＱＬ 개발 (신입)"}),
        ({"occupation": "1"}, {"데이터 분석", "ＳＱＬ 개발 (신입)"}),
        ({"occupation": "1331"}, {"ＳＱＬ 개발 (신입)"}),
        ({"employment_type": "contract"}, {"ＳＱＬ 개발 (신입)"}),
        # 12,000 an hour, 20 hours and 4 of paid holiday a week: 12,000 * 24 * 365 / 7.
        ({"min_salary": 15_017_142}, {"재무담당자", "데이터 분석", "ＳＱＬ 개발 (신입)", "주방 보조"}),
        ({"min_salary": 15_017_143}, {"재무담당자", "데이터 분석", "ＳＱＬ 개발 (신입)"}),
        ({"min_salary": 42_000_001}, set()),
        ({"q": "개발", "region": "27000"}, set()),
        ({"booth_id": 999}, set()),
    ],
)
def test_filters_narrow_the_list(app_on_both: Flask, fair_id: int, asked: dict[str, Any], titles: set[str]) -> None:
    assert found(app_on_both, fair_id, **asked) == titles


def test_an_edited_listing_is_found_by_its_new_words_alone(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.edit_listing, listing_id, 1, fields(title="간호사", description=""), None, NOW)
    assert found(app_on_both, fair_id, q="간호") == {"간호사"}
    assert found(app_on_both, fair_id, q="재무") == set()


def test_a_renamed_employer_is_found_by_its_new_name(app_on_both: Flask) -> None:
    database = db.of(app_on_both)

    def one(session: Session) -> tuple[int, int, int]:
        employer = make_employer(session, name="한빛", name_key="한빛")
        booth = make_booth(session, employer_id=employer.id)
        return booth.fair_id, booth.id, employer.id

    fair_id, booth_id, employer_id = database.write(one)
    database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(employer_actions.edit_employer, employer_id, 1, EmployerFields(name="은하수"), NOW)
    database.write(employer_actions.verify_employers, [employer_id], None, NOW)
    assert (found(app_on_both, fair_id, q="한빛"), found(app_on_both, fair_id, q="은하수")) == (set(), {"재무 담당"})


def test_pages_follow_each_other_without_gap_or_double(app_on_both: Flask) -> None:
    database = db.of(app_on_both)

    def many(session: Session) -> int:
        booth = make_booth(session)
        for n in range(7):
            make_listing(session, booth_id=booth.id, opens_at=NOW - timedelta(hours=n // 3), title=str(n))
        return booth.fair_id

    fair_id = database.write(many)
    seen, after = [], None
    with database.read() as session:
        while True:
            rows = queries.visible_listings(session, fair_id, NOW, None, after, 2)
            seen += [row.title for row in rows[:2]]
            if len(rows) < 3:
                break
            after = (rows[1].opens_at, rows[1].id)
    assert seen == ["2", "1", "0", "5", "4", "3", "6"]
