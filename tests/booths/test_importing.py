"""Listings from a table: which column is which, what is refused and why, and that a second time changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import db, intake
from fairapp.booths import actions, rules
from fairapp.booths.models import Booth, Listing, ListingHistory
from fairapp.employers.models import Employer
from fairapp.live.models import News
from fairapp.tables import Unreadable, read_table
from tests.casting import Cast, make_cast
from tests.factories import NOW

ENDS = NOW + timedelta(days=2)
TIMES = rules.FairTimes("Asia/Seoul", ENDS, NOW)
ROW = {
    "employer": "(주)한빛전자",
    "title": "회로 설계",
    "salary": "연봉 3,600만원",
    "region": "대구 달서구",
    "closes_on": "2026-12-24",
    "source": "work24",
    "source_id": "K-1",
}


def table(*rows: dict[str, Any]) -> Any:
    """Return a table with these rows."""
    return read_table("\n".join(json.dumps(row) for row in rows).encode(), "a.jsonl", rules.COLUMNS)


def read(*rows: dict[str, Any], times: rules.FairTimes = TIMES) -> list[Any]:
    """Return what the rows are."""
    return list(rules.listing_rows(table(*rows), times))


def one(**changes: Any) -> rules.ListingFields:
    """Return the listing of a single good row."""
    (draft,) = read(ROW | changes)
    assert isinstance(draft, intake.Draft), [(note.column, str(note.reason)) for note in draft]
    return draft.fields.fields


def refused(**changes: Any) -> list[tuple[str, str]]:
    """Return column and reason of each thing that is wrong with a single row."""
    (notes,) = read(ROW | changes)
    assert isinstance(notes, list)
    return [(note.column, str(note.reason)) for note in notes]


def bring(app: Flask, fair: int, *rows: dict[str, Any], at: datetime = NOW, whole: bool = False) -> intake.Report:
    """Import the rows."""
    times = rules.FairTimes("Asia/Seoul", ENDS, at)
    drafts = rules.listing_rows(table(*rows), times)
    act = actions.import_listings
    return intake.bring_in(db.of(app).write, drafts, act, fair, None, at, all_or_nothing=whole)


def count(app: Flask, model: Any) -> int:
    """Return how many rows the table has."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def counts(report: intake.Report) -> tuple[int, int, int, int]:
    """Return added, changed, unchanged, refused."""
    return report.added, report.changed, report.unchanged, report.refused


def test_a_row_becomes_a_listing() -> None:
    fields = one(
        employment_type="계약직",
        min_experience="경력 3년 이상",
        location="대구 달서구 성서공단로 11",
        occupation="0122",
        headcount="3명",
        posted_on="2026.11.20",
        description="[학력] 대졸(4년)\n[근무조건] 주5일 주 35시간 근로",
        url="https://example.kr/1",
    )
    assert fields == rules.ListingFields(
        title="회로 설계",
        opens_at=datetime(2026, 11, 19, 15, tzinfo=UTC),
        closes_at=datetime(2026, 12, 24, 15, tzinfo=UTC),
        description="[학력] 대졸(4년)\n[근무조건] 주5일 주 35시간 근로",
        occupation="0122",
        occupation_text="0122",
        employment_type="contract",
        region="27290",
        workplace="대구 달서구 성서공단로 11",
        salary_min=36_000_000,
        salary_max=36_000_000,
        salary_period="year",
        hours_per_week=35,
        headcount=3,
        experience="experienced",
        experience_years=3,
        education="bachelor",
        source="work24",
        source_id="K-1",
        url="https://example.kr/1",
    )


@pytest.mark.parametrize("text", ["", "상시채용", "채용시", "정보 없음"])
def test_no_day_of_closing_means_the_end_of_the_fair(text: str) -> None:
    assert one(closes_on=text).closes_at == ENDS


def test_a_listing_closes_with_the_end_of_its_day_at_the_fair() -> None:
    assert one(closes_on="2026-11-24").closes_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert refused(closes_on="2026-11-23") == [("closes_on", "마감일이 지났어요: 2026-11-23")]


def test_what_is_not_stated_is_one_person_and_a_salary_to_be_agreed() -> None:
    fields = one(salary="협의")
    assert (fields.headcount, fields.salary_min, fields.salary_max, fields.salary_period) == (1, None, None, None)
    assert fields.opens_at == NOW


def test_every_wrong_cell_is_named_with_its_column_and_reason(app: Flask) -> None:
    wrong = refused(salary="USD 50,000", closes_on="2026-02-30", employer="", title="")
    assert [column for column, _ in wrong] == ["employer", "closes_on", "salary", "title"]
    assert refused(title="") == [("title", "공고 제목을 적어 주세요")]
    assert refused(title="가" * 201) == [("title", "200자까지 쓸 수 있어요")]
    assert refused(url="javascript:alert(1)") == [("url", "https://로 시작하는 주소를 적어 주세요")]
    assert refused(title="a\u0000b") == [("title", "쓸 수 없는 글자가 들어 있어요")]
    assert refused(registration_number="123-45-67890")[0][0] == "registration_number"
    assert "최저임금" in refused(salary="시급 5,000원")[0][1]


def test_a_description_that_is_too_long_is_cut_and_says_so(app: Flask) -> None:
    (draft,) = read(ROW | {"description": "가" * 20_001, "location": "서울 " + "나" * 300})
    assert len(draft.fields.fields.description) == 20_000
    assert len(draft.fields.fields.workplace) == 200
    assert [(note.row, note.column) for note in draft.warnings] == [(1, "description"), (1, "location")]


def test_columns_of_other_systems_are_known() -> None:
    korean = {
        "회사명": "㈜가나",
        "채용 제목": "간호사",
        "지역": "경기 성남시 분당구",
        "경력": "신입",
        "학력": "초대졸↑",
    }
    wanted = {
        "COMPANY": "가나",
        "TITLE": "연구원",
        "MAINDUTIES": "실험",
        "QUALIFICATION": "석사",
        "RECRUIT_DEADLINE": None,
    }
    (first,), (second,) = read(korean), read(wanted)
    assert (first.fields.fields.region, first.fields.fields.education) == ("41135", "associate")
    assert first.fields.fields.experience == "entry"
    assert second.fields.fields.description == "[주요 업무]\n실험\n\n[자격 요건]\n석사"


def test_a_file_without_listings_is_refused_with_the_missing_columns(app: Flask) -> None:
    with pytest.raises(Unreadable) as error:
        read({"Company": "3M", "Majors": "CHE"})
    assert str(error.value.detail) == "필요한 열이 없어요: title / 공고 제목"


def test_a_fair_that_is_over_takes_no_table() -> None:
    with pytest.raises(rules.FairOver):
        read(ROW, times=rules.FairTimes("Asia/Seoul", NOW, NOW))


def test_the_same_listing_twice_in_a_file_is_refused_the_second_time(app: Flask) -> None:
    first, second = read(ROW, ROW | {"title": "다른 제목"})
    assert isinstance(first, intake.Draft)
    assert [str(note.reason) for note in second] == ["1행과 같은 공고예요"]


def test_employers_and_booths_are_made_unverified_and_unapproved(app_on_both: Flask) -> None:
    cast = db.of(app_on_both).write(make_cast)
    spelled = ["(주)한빛전자", "한빛전자 ㈜", "주식회사 한빛전자"]
    rows = [ROW | {"employer": name, "source_id": str(n), "title": f"직무 {n}"} for n, name in enumerate(spelled)]
    report = bring(app_on_both, cast.fair, *rows)
    assert counts(report) == (3, 0, 0, 0)
    with db.of(app_on_both).read() as session:
        (employer,) = session.scalars(select(Employer).where(Employer.name_key == "한빛전자")).all()
        (booth,) = session.scalars(select(Booth).where(Booth.employer_id == employer.id)).all()
        assert (employer.verified_at, booth.status, booth.intent_confirmed_at) == (None, "applied", None)
        assert len(session.scalars(select(Listing).where(Listing.booth_id == booth.id)).all()) == 3


def test_a_second_time_writes_nothing_and_a_change_is_an_edit(app_on_both: Flask) -> None:
    cast = db.of(app_on_both).write(make_cast)
    plain = {name: value for name, value in ROW.items() if name not in {"source", "source_id"}}
    rows = (ROW, plain | {"title": "품질 관리", "headcount": 2})
    assert counts(bring(app_on_both, cast.fair, *rows)) == (2, 0, 0, 0)
    tables = (Employer, Booth, Listing, ListingHistory, News)
    before = [count(app_on_both, model) for model in tables]
    later = NOW + timedelta(hours=5)
    assert counts(bring(app_on_both, cast.fair, *rows, at=later)) == (0, 0, 2, 0)
    assert [count(app_on_both, model) for model in tables] == before
    changed = (ROW | {"title": "회로 설계 (경력)"}, rows[1])
    assert counts(bring(app_on_both, cast.fair, *changed, at=later)) == (0, 1, 1, 0)
    with db.of(app_on_both).read() as session:
        listing = session.scalars(select(Listing).where(Listing.source_id == "K-1")).one()
        assert (listing.title, listing.rev, listing.opens_at) == ("회로 설계 (경력)", 2, NOW)
        assert session.scalars(select(Listing.headcount).where(Listing.title == "품질 관리")).one() == 2


def test_a_listing_at_a_hiring_booth_is_told_at_once(app: Flask, cast: Cast) -> None:
    bring(app, cast.fair, ROW | {"employer": "명성", "posted_on": "2026-11-20"})
    with db.of(app).read() as session:
        assert [news.kind for news in session.scalars(select(News).where(News.fair_id == cast.fair))] == [
            "listing.opened",
            "booth.opened",
        ]
        assert session.scalar(select(func.count()).select_from(Booth).where(Booth.fair_id == cast.fair)) == 1


def test_a_number_that_belongs_to_another_employers_listing_is_refused(app: Flask, cast: Cast) -> None:
    bring(app, cast.fair, ROW)
    report = bring(app, cast.fair, ROW | {"employer": "다른 기업"})
    assert [(note.column, str(note.reason)) for note in report.rejected] == [
        ("employer", "이미 다른 기업의 공고로 들어 있어요: (주)한빛전자")
    ]


def test_a_closed_listing_is_not_changed(app: Flask, cast: Cast) -> None:
    bring(app, cast.fair, ROW)
    with db.of(app).read() as session:
        listing_id = session.scalars(select(Listing.id).where(Listing.source_id == "K-1")).one()
    db.of(app).write(actions.close_listing, listing_id, None, NOW)
    assert counts(bring(app, cast.fair, ROW)) == (0, 0, 1, 0)
    report = bring(app, cast.fair, ROW | {"title": "다시"})
    assert [str(note.reason) for note in report.rejected] == ["닫은 공고는 고칠 수 없어요. 새 공고를 올려 주세요"]


def test_a_headcount_below_those_who_are_hired_is_refused_and_changes_nothing(app: Flask, cast: Cast) -> None:
    bring(app, cast.fair, ROW | {"headcount": 3})
    with db.of(app).read() as session:
        listing_id = session.scalars(select(Listing.id).where(Listing.source_id == "K-1")).one()
    for _ in range(2):
        db.of(app).write(actions.fill, listing_id, None, NOW)
    history = count(app, ListingHistory)
    report = bring(app, cast.fair, ROW | {"headcount": 1, "title": "다른 제목"})
    assert [(note.column, str(note.reason)) for note in report.rejected] == [
        ("headcount", "이미 2명을 뽑았어요. 그보다 적게 줄일 수 없어요")
    ]
    with db.of(app).read() as session:
        kept = session.get_one(Listing, listing_id)
        assert (kept.title, kept.headcount, kept.filled, count(app, ListingHistory)) == ("회로 설계", 3, 2, history)
    assert counts(bring(app, cast.fair, ROW | {"headcount": 2})) == (0, 1, 0, 0)


def test_good_rows_are_kept_or_none(app_on_both: Flask) -> None:
    cast = db.of(app_on_both).write(make_cast)
    rows = [ROW | {"source_id": str(n), "title": f"직무 {n}"} for n in range(250)]
    rows[120] = rows[120] | {"salary": "EUR 40,000"}
    before = count(app_on_both, Listing)
    whole = bring(app_on_both, cast.fair, *rows, whole=True)
    assert whole.none_kept
    assert (counts(whole), count(app_on_both, Listing)) == ((0, 0, 0, 1), before)
    assert [(note.row, note.column) for note in whole.rejected] == [(121, "salary")]
    assert counts(bring(app_on_both, cast.fair, *rows)) == (249, 0, 0, 1)
    assert counts(bring(app_on_both, cast.fair, *rows[:120], whole=True)) == (0, 0, 120, 0)


def test_all_or_nothing_undoes_what_an_action_refuses_too(app: Flask, cast: Cast) -> None:
    bring(app, cast.fair, ROW)
    before = count(app, Listing), count(app, Employer), count(app, News)
    rows = (ROW | {"source_id": "K-2", "employer": "새 기업"}, ROW | {"employer": "다른 기업"})
    assert bring(app, cast.fair, *rows, whole=True).none_kept
    assert (count(app, Listing), count(app, Employer), count(app, News)) == before
