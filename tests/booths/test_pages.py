"""Pages of booths and listings: who sees what, what a form says, and that thirty rows ask no more than three."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions
from fairapp.booths.models import Booth, Listing
from tests.booths.told import fields
from tests.casting import Cast, by, change_fair, page_of
from tests.counting import counted
from tests.factories import NOW, make_booth, make_employer, make_listing

pytestmark = pytest.mark.usefixtures("at_now")

GOOD = {
    "title": "영업 관리",
    "occupation": "0231",
    "employment_type": "regular",
    "region": "27290",
    "salary_period": "year",
    "salary_min": "4,200만",
    "hours_per_week": "40",
    "headcount": "3",
    "experience": "entry",
    "experience_years": "0",
    "education": "any",
    "skills": "SAP, 더존,",
    "opens_at": "2026-11-24T09:00",
    "closes_at": "2026-11-26T18:00",
}


def test_the_fair_page_shows_what_is_open_and_when_it_is_free(app: Flask, client: FlaskClient, cast: Cast) -> None:
    page = page_of(client, "/fairs/daegu")
    assert "재무 담당" in page
    assert "연봉 4,200만원 ~ 4,800만원" in page
    assert "공고 1 · 빈자리 0" in page
    assert 'data-behavior="live"' in page
    assert f'data-listing="{cast.listing}"' in page
    change_fair(app, cast.fair, announced_at=None)
    page_of(client, "/fairs/daegu", status=404)
    assert "재무 담당" not in page_of(client, "/fairs/daegu", "organizer")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "가" * 500,
        "region=xx&occupation=%27&employment_type=no&min_salary=-1&booth=99999999999999999999",
    ],
)
def test_a_filter_that_cannot_be_is_left_out(client: FlaskClient, cast: Cast, query: str) -> None:
    page_of(client, f"/fairs/daegu?{query}")


def test_a_filter_that_finds_nothing_shows_the_way_back(client: FlaskClient, cast: Cast) -> None:
    page = page_of(client, "/fairs/daegu?region=11000&min_salary=50000000&cid=1&_external=1&_anchor=x")
    assert "조건에 맞는 공고가 없어요" in page
    assert 'href="/fairs/daegu?min_salary=50000000"' in page


def test_a_bad_cursor_is_a_sentence(client: FlaskClient, cast: Cast) -> None:
    assert "올바르지 않아요" in page_of(client, "/fairs/daegu?cursor=x", status=422)


def test_a_listing_that_is_not_open_is_shown_to_its_own_people_alone(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    path = f"/listings/{cast.listing}"
    assert "면접 시간 보기" in page_of(client, path)
    db.of(app).write(actions.close_listing, cast.listing, None, NOW)
    assert "지금 열린 공고 보기" in page_of(client, path, status=404)
    page_of(client, path, "other-recruiter", 404)
    for own in ("recruiter", "organizer"):
        assert "구직자에게 보이지 않는 공고" in page_of(client, path, own)
    for nonsense in ("0", "x", "9" * 30, "-1"):
        page_of(client, f"/listings/{nonsense}", status=404)


def test_only_who_recruits_for_the_employer_keeps_its_booth(client: FlaskClient, cast: Cast) -> None:
    for path in (f"/stand/{cast.booth}/listings", f"/stand/{cast.booth}/listings/new"):
        page_of(client, path, "recruiter")
        page_of(client, path, "other-recruiter", 404)
        page_of(client, path, "seeker", 403)
        assert client.get(path).status_code == 303
    assert client.post(f"/stand/{cast.booth}/intent", **by("other-recruiter")).status_code == 404
    own = f"/stand/{cast.booth}/listings/{cast.listing}"
    assert client.post(f"{own}/closing", **by("other-recruiter")).status_code == 404


def test_a_listing_goes_up_is_changed_and_closed_by_forms(app: Flask, client: FlaskClient, cast: Cast) -> None:
    path = f"/stand/{cast.booth}/listings"
    assert client.post(f"{path}/new", data=GOOD, **by("recruiter")).status_code == 303
    with db.of(app).read() as session:
        made = session.scalars(select(Listing).order_by(Listing.id.desc())).first()
    assert made is not None
    assert (made.title, made.salary_min, made.skills, made.headcount) == ("영업 관리", 42_000_000, ["SAP", "더존"], 3)
    assert made.opens_at == NOW - timedelta(hours=1)  # nine in the morning in Seoul
    assert "영업 관리" in page_of(client, f"{path}/{made.id}/edit", "recruiter")
    changed = GOOD | {"title": "영업 팀장", "rev": "1"}
    assert client.post(f"{path}/{made.id}/edit", data=changed, **by("recruiter")).status_code == 303
    stale = client.post(f"{path}/{made.id}/edit", data=changed | {"title": "늦은 사람"}, **by("recruiter"))
    assert stale.status_code == 422
    assert "그 사이에 내용이 바뀌었어요" in stale.text
    assert "늦은 사람" in stale.text
    assert client.post(f"{path}/{made.id}/closing", **by("recruiter")).status_code == 303
    assert "닫음" in page_of(client, path, "recruiter")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "필요한 값이에요"),
        ({"title": "가" * 201}, "200자까지"),
        ({"title": "a\x00b"}, "쓸 수 없는 글자"),
        ({"salary_min": "많이"}, "금액을 숫자로"),
        ({"salary_min": "9" * 30}, "금액을 숫자로"),
        ({"salary_period": "hour", "salary_min": "10,000"}, "2026년 최저임금(시급 10,320원)보다 낮아요"),
        ({"salary_period": "month", "salary_min": "200만"}, "월 2,152,458원 이상"),
        ({"closes_at": "2026-11-23T09:00"}, "여는 시각보다 늦어야"),
        ({"opens_at": "2026-11-20T09:00", "closes_at": "2026-11-21T09:00"}, "이미 지났어요"),
        ({"closes_at": "내일"}, "closes_at"),
        ({"opens_at": "0001-01-01T00:00"}, "그런 시각은 없어요"),
        ({"occupation": "9999"}, "직무를 목록에서"),
        ({"employment_type": "slave"}, "employment_type"),
        ({"headcount": "1" * 5000}, "headcount"),
        ({"headcount": "0"}, "1부터 9999까지"),
        ({"url": "javascript:alert(1)"}, "https://로 시작하는"),
        ({"skills": "x" * 60}, "기술 하나는 40자까지"),
    ],
)
def test_a_bad_listing_comes_back_with_what_was_typed(
    app: Flask, client: FlaskClient, cast: Cast, changes: dict[str, str], said: str
) -> None:
    answer = client.post(f"/stand/{cast.booth}/listings/new", data=GOOD | changes, **by("recruiter"))
    assert answer.status_code == 422
    assert said in answer.text
    assert "더존" in answer.text or "skills" in changes
    with db.of(app).read() as session:
        assert len(session.scalars(select(Listing.id)).all()) == 1


def test_an_overdue_intent_is_confirmed_with_one_button(app: Flask, client: FlaskClient, cast: Cast) -> None:
    def lapse(session: Session) -> None:
        session.get_one(Booth, cast.booth).intent_confirmed_at = NOW - timedelta(days=8)

    db.of(app).write(lapse)
    path = f"/stand/{cast.booth}/listings"
    assert "채용 중이라고 확인한 지 7일이 지났어요" in page_of(client, path, "recruiter")
    assert client.post(f"/stand/{cast.booth}/intent", **by("recruiter")).status_code == 303
    page = page_of(client, path, "recruiter")
    assert "12월 1일 (화) 오전 10:00까지 채용 중으로 보여요" in page
    assert "보이지 않아요" not in page


def test_a_recruiter_applies_and_the_organizer_decides(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert "부스 신청하기" in page_of(client, "/stand", "other-recruiter")
    with db.of(app).read() as session:
        other = max(session.scalars(select(Booth.employer_id))) + 1
    applied = client.post("/stand/booths", data={"fair": "daegu", "employer": str(other)}, **by("other-recruiter"))
    assert applied.status_code == 303
    foreign = {"fair": "daegu", "employer": str(cast.employer)}
    assert client.post("/stand/booths", data=foreign, **by("other-recruiter")).status_code == 404
    with db.of(app).read() as session:
        booth_id = session.scalar(select(Booth.id).where(Booth.employer_id == other))
    page = page_of(client, "/organize/daegu/booths?state=applied", "organizer")
    assert f'value="{booth_id}"' in page
    assert f'value="{cast.booth}"' not in page
    ready = "/organize/daegu/booths?state=ready"
    assert f'value="{booth_id}"' not in page_of(client, ready, "organizer")  # it says that it hires, and offers nothing
    db.of(app).write(lambda session: make_listing(session, booth_id=booth_id).id)
    assert f'value="{booth_id}"' in page_of(client, ready, "organizer")
    url = "/organize/daegu/booths/decisions"
    chosen = {"booth": [str(booth_id)], "do": "reject", "reason": ""}
    refused = client.post(url, data=chosen, **by("organizer"))
    assert (refused.status_code, "반려하는 까닭을 적어 주세요" in refused.text) == (422, True)
    assert f'value="{booth_id}" checked' in refused.text
    assert client.post(url, data=chosen | {"do": "approve"}, **by("organizer")).status_code == 303
    with db.of(app).read() as session:
        assert session.get_one(Booth, booth_id).status == "approved"


@pytest.mark.parametrize(
    "data", [{}, {"booth": "1"}, {"booth": "x", "do": "approve"}, {"booth": "9" * 40, "do": "reject"}]
)
def test_a_decision_about_nothing_is_refused_with_a_sentence(
    client: FlaskClient, cast: Cast, data: dict[str, str]
) -> None:
    assert client.post("/organize/daegu/booths/decisions", data=data, **by("organizer")).status_code in {404, 422}


def test_another_agencys_organizer_decides_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    page_of(client, "/organize/daegu/booths", "other-organizer", 403)
    data = {"booth": str(cast.booth), "do": "reject", "reason": "싫어요"}
    assert client.post("/organize/daegu/booths/decisions", data=data, **by("other-organizer")).status_code == 403
    elsewhere = client.post("/organize/busan/booths/decisions", data=data, **by("other-organizer"))
    assert elsewhere.status_code == 303  # of its own fair: the foreign booth is not among them
    with db.of(app).read() as session:
        assert session.get_one(Booth, cast.booth).status == "approved"


def more(session: Session, cast: Cast, count: int) -> None:
    """Add so many booths to the fair, each with two listings, and listings to the cast's booth."""
    for _ in range(count):
        booth = make_booth(session, fair_id=cast.fair, employer_id=make_employer(session).id)
        for _ in range(2):
            make_listing(session, booth_id=booth.id)
        make_listing(session, booth_id=cast.booth)
        hidden = make_booth(session, fair_id=cast.fair, employer_id=make_employer(session).id, status="applied")
        make_listing(session, booth_id=hidden.id)


PAGES = [
    ("/", ""),
    ("/fairs/daegu", ""),
    ("/fairs/daegu?q=%EC%9E%AC%EB%AC%B4&region=27000", ""),
    ("/fairs/daegu/booths", ""),
    ("/listings/{listing}", ""),
    ("/stand", "recruiter"),
    ("/stand/{booth}/listings", "recruiter"),
    ("/organize", "organizer"),
    ("/organize/daegu", "organizer"),
    ("/organize/daegu/booths", "organizer"),
    ("/organize/employers?state=all", "organizer"),
    ("/api/v1/fairs", ""),
    ("/api/v1/fairs/daegu/listings", ""),
    ("/api/v1/fairs/daegu/booths", ""),
    ("/api/v1/booths/{booth}", ""),
]


@pytest.mark.parametrize(("path", "name"), PAGES)
def test_thirty_rows_ask_no_more_than_three(app: Flask, client: FlaskClient, cast: Cast, path: str, name: str) -> None:
    url = path.format(listing=cast.listing, booth=cast.booth)
    db.of(app).write(more, cast, 2)
    with counted(app) as few:
        small = page_of(client, url, name)
    db.of(app).write(more, cast, 28)
    with counted(app) as many:
        large = page_of(client, url, name)
    assert int(many) == int(few), f"{few}\n{many}"
    assert 0 < int(few) <= 12
    assert len(large) >= len(small) or path == "/listings/{listing}"


def test_the_listing_of_a_new_form_is_found_on_the_fair_page(app: Flask, client: FlaskClient, cast: Cast) -> None:
    db.of(app).write(actions.open_listing, cast.booth, fields(title="용접 기사"), None, NOW)
    assert "용접 기사" in page_of(client, "/fairs/daegu?q=용접")
    assert "재무 담당" not in page_of(client, "/fairs/daegu?q=용접")
