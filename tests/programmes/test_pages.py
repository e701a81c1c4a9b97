"""The pages of counsellor and organizer: who may enter, what they show and do, bad input, counted queries."""

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from fairapp.accounts.actions import withdraw_consent
from fairapp.accounts.models import Consent, Disclosure
from fairapp.programmes import actions, queries
from fairapp.programmes.models import CaseNote, Goal, Participation, Plan
from fairapp.programmes.rules import PoolFields
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.programmes.cast import Cast, allow

pytestmark = pytest.mark.usefixtures("at_now")
TODAY = date(2026, 11, 24)
COURSE = ("course", "자바 개발", date(2026, 7, 1), date(2026, 12, 31), "active")


def words(page: Any) -> str:
    """Return the page as text, its marks and spaces as they are seen."""
    return re.sub(r"\s+", " ", html.unescape(page.get_data(as_text=True)))


def ready(cast: Cast) -> int:
    """Give the first seeker the first counsellor and a course; return the case."""
    case = cast.case()
    cast.write(actions.begin, cast.programme, cast.seekers[0], cast.counsellors[0], NOW)
    return case


def count(cast: Cast, table: Any) -> int:
    """Return how many rows there are."""
    return int(cast.read(lambda s: s.scalar(select(func.count()).select_from(table))))


def test_a_caseload_names_who_allows_it_and_veils_the_others(cast: Cast):
    case = ready(cast)
    consent = cast.read(lambda s: s.scalar(select(Consent.id).where(Consent.seeker_id == cast.seekers[0])))
    client = cast.client(cast.counsellors[0])
    text = words(client.get("/caseload"))
    assert "최정한별" in text
    assert "1단계 진단·경로설정" in text
    page = words(client.get(f"/caseload/{case}"))
    assert "최정한별" in page
    assert count(cast, Disclosure) == 2  # the list and the page are looks, and she can read them
    cast.write(withdraw_consent, cast.seekers[0], consent, NOW)
    for path in ("/caseload", f"/caseload/{case}"):
        text = words(client.get(path))
        assert "최정한별" not in text
        assert "동의를 받지 않은 분" in text
    assert "메일로 동의 묻기" in text
    client.post(f"/caseload/{case}/consent")
    assert "이미 물었고 답을 기다려요" in words(client.get(f"/caseload/{case}"))
    client.post(f"/caseload/{case}/notes", data={"note-text": "몰래"})
    assert count(cast, CaseNote) == 0


@pytest.mark.parametrize("path", ["/caseload", "/caseload/{case}", "/agencies/{agency}/counselling", "/pools/{pool}"])
def test_pages_are_closed_to_others(cast: Cast, path: str):
    case = ready(cast)
    pool = cast.write(actions.make_pool, cast.agency, PoolFields("open", "모두"), NOW)
    path = path.format(case=case, agency=cast.agency, pool=pool)
    assert cast.app.test_client().get(path).status_code == 303
    assert cast.client(cast.seekers[0]).get(path).status_code in (403, 404)
    if "{case}" in path or "caseload/" in path:
        for other in (cast.counsellors[1], cast.organizer):
            assert cast.client(other).get(path).status_code in (403, 404)


def test_the_old_counsellor_s_page_is_gone_after_a_hand_over(cast: Cast):
    case = ready(cast)
    old = cast.client(cast.counsellors[0])
    done = old.post(f"/caseload/{case}/hand-over", data={"hand-to": "", "hand-reason": "육아휴직"})
    assert done.headers["Location"] == "/caseload"
    for path in (f"/caseload/{case}", f"/caseload/{case + 1}"):
        assert old.get(path).status_code == 404
    assert old.post(f"/caseload/{case}/notes", data={"note-text": "늦게"}).status_code == 404
    new = cast.read(queries.open_assignment, cast.agency, cast.seekers[0])
    assert "최정한별" in words(cast.client(new.counsellor_id).get(f"/caseload/{new.id}"))


def typed(cast: Cast, client: Any, path: str) -> None:
    """Begin a course, write two notes, set a goal and send a plan, by the forms of the page."""
    cast.write(actions.enrol, cast.seekers[0], cast.agency, *COURSE, NOW, "hrd-net")
    client.post(f"{path}/course", data={"course-programme": str(cast.programme)})
    client.post(f"{path}/notes", data={"note-text": "반가웠어요", "note-contact": "call", "note-private": ""})
    client.post(f"{path}/notes", data={"note-text": "비밀이에요", "note-contact": "", "note-private": "1"})
    client.post(f"{path}/goals", data={"goal-text": "이력서", "goal-due_on": "2026-12-01", "goal-sessions": ""})
    client.post(f"{path}/plan", data={"plan-text": "차근차근"})


def test_a_counsellor_does_everything_on_one_page(cast: Cast):
    case = cast.case()
    client, path = cast.client(cast.counsellors[0]), f"/caseload/{case}"
    typed(cast, client, path)
    page = words(client.get(path))
    for said in (
        "자바 개발",
        "서울일자리센터 hrd-net",
        "반가웠어요",
        "비밀이에요",
        "나만 봐요",
        "이력서",
        "차근차근",
        "답을 기다려요",
        "1단계 진단·경로설정",
    ):
        assert said in page
    plan = cast.read(lambda s: s.scalar(select(Plan.id)))
    own = cast.client(cast.seekers[0])
    mine = words(own.get("/me/plan"))
    assert "차근차근" in mine
    assert "내 상담사: 박상담" in mine
    assert "비밀이에요" not in mine
    assert "반가웠어요" not in mine
    own.post(f"/me/plan/{plan}", data={"do": "agree"})
    client.post(f"{path}/stage", data={"do": "move", "stage-to": "2", "stage-why": ""})
    goal = cast.read(lambda s: s.scalar(select(Goal.id)))
    client.post(f"{path}/goals/{goal}", data={"do": "done"})
    client.post(f"{path}/stage", data={"do": "pause", "stage-why": "입원"})
    assert "쉬는 중" in words(client.get(path))
    client.post(f"{path}/stage", data={"do": "resume"})
    client.post(f"{path}/end", data={"end-reason": "job"})
    way = cast.read(lambda s: s.scalar(select(Participation)))
    assert (way.stage, way.end_reason) == (2, "job")
    page = words(client.get(path))
    assert "지난 과정: 일자리를 찾았어요" in page
    assert "단계 기록" in page


@pytest.mark.parametrize(
    ("way", "data", "said"),
    [
        ("notes", {"note-text": " "}, "적어 주세요"),
        ("notes", {"note-text": "x" * 4001}, "4000자까지"),
        ("notes", {"note-text": "말", "note-contact": "telepathy"}, "목록에 있는 값"),
        ("notes", {"note-text": "a\x00b"}, "쓸 수 없는 글자"),
        ("goals", {"goal-text": "", "goal-due_on": "2026-12-01"}, "적어 주세요"),
        ("goals", {"goal-text": "이력서", "goal-due_on": "어제"}, "날을 다시 골라 주세요"),
        ("goals", {"goal-text": "이력서", "goal-due_on": "2026-11-23"}, "2년 안의 날"),
        ("goals", {"goal-text": "이력서", "goal-due_on": "2026-12-01", "goal-sessions": "많이"}, "숫자로 적어 주세요"),
        (
            "goals",
            {"goal-text": "이력서", "goal-due_on": "2026-12-01", "goal-sessions": "9" * 30},
            "숫자로 적어 주세요",
        ),
        ("plan", {"plan-text": ""}, "적어 주세요"),
        ("stage", {"do": "move", "stage-to": "7"}, "단계를 골라 주세요"),
        ("stage", {"do": "pause", "stage-why": ""}, "까닭을 500자까지"),
        ("end", {"end-reason": "tired"}, "목록에 있는 값"),
        ("hand-over", {"hand-reason": ""}, "적어 주세요"),
        ("referrals", {"refer-why": "좋아요"}, "공고나 기관 가운데 하나"),
        ("referrals", {"refer-why": "좋아요", "refer-listing": "abc"}, "번호를 확인해 주세요"),
        ("referrals", {"refer-why": "좋아요", "refer-listing": "99"}, "지금 열린 공고가 아니에요"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_changes_nothing(cast: Cast, way: str, data: dict[str, str], said: str):
    case = ready(cast)
    before = [count(cast, table) for table in (CaseNote, Goal, Plan)]
    page = cast.client(cast.counsellors[0]).post(f"/caseload/{case}/{way}", data=data)
    assert page.status_code == 422, words(page)[:300]
    assert said in words(page)
    assert [count(cast, table) for table in (CaseNote, Goal, Plan)] == before


@pytest.mark.parametrize("path", ["/caseload/0", "/caseload/abc", "/caseload/99999999999999999999", "/caseload/-1"])
def test_what_is_no_case_is_not_found(cast: Cast, path: str):
    cast.case()
    client = cast.client(cast.counsellors[0])
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/notes", data={"note-text": "말"}).status_code == 404
    assert client.get("/caseload?cursor=%FF&stage=9").status_code == 422


def test_the_caseload_is_paged_filtered_and_takes_the_same_queries(cast: Cast):
    for who in cast.counsellors[1:]:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    client = cast.client(cast.counsellors[0])
    ready(cast)
    client.get("/caseload")
    with counted(cast.app) as few:
        client.get("/caseload")

    def more(session: Any) -> None:
        for n in range(34):
            who = factories.make_seeker(session, name=f"김{n:02d}").id
            allow(session, who, cast.agency)
            actions.assign(session, cast.agency, who, NOW)
            actions.begin(session, cast.programme, who, cast.counsellors[0], NOW)

    cast.write(more)
    client.get("/caseload")
    with counted(cast.app) as many:
        page = client.get("/caseload")
    assert words(page).count("data-case=") == 30
    assert int(few) == int(many), f"{few}\n{many}"
    following = words(page).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert words(client.get(following)).count("data-case=") == 5
    assert words(client.get("/caseload?stage=1")).count("data-case=") == 30
    assert "여기에 보일 사람이 없어요" in words(client.get("/caseload?stage=4"))
    assert "여기에 보일 사람이 없어요" in words(client.get("/caseload?late=1"))


def test_the_person_s_page_takes_the_same_queries_for_one_and_thirty_of_everything(cast: Cast):
    case = ready(cast)
    who, by = cast.seekers[0], cast.counsellors[0]

    def add(count: int) -> None:
        for n in range(count):
            cast.write(actions.add_goal, cast.agency, who, f"목표 {n}", TODAY, by, NOW)
            cast.write(actions.write_note, cast.agency, who, by, "말", NOW, private=False)
            cast.write(actions.offer_plan, cast.agency, who, "계획", by, NOW)

    add(1)
    client = cast.client(by)
    client.get(f"/caseload/{case}")
    with counted(cast.app) as few:
        client.get(f"/caseload/{case}")
    add(20)
    with counted(cast.app) as many:
        client.get(f"/caseload/{case}")
    assert int(few) == int(many), f"{few}\n{many}"


def test_the_overview_is_whole_for_its_organizer_and_veiled_above(cast: Cast):
    ready(cast)
    text = words(cast.client(cast.organizer).get(f"/agencies/{cast.agency}/counselling"))
    assert "60명 가운데 1명" in text
    assert "취업성공패키지" in text
    above = cast.write(_above, cast.agency)
    text = words(cast.client(above).get(f"/agencies/{cast.agency}/counselling"))
    assert "5명 미만" in text
    assert "박상담" not in text
    assert "60명 가운데" not in text
    stranger = cast.write(
        lambda s: factories.make_membership(s, role="organizer", agency_id=cast.other_agency).account_id
    )
    assert cast.client(stranger).get(f"/agencies/{cast.agency}/counselling").status_code == 404


def _above(session: Any, agency_id: int) -> int:
    """Put the agency below another one; return that one's organizer."""
    above = factories.make_agency(session)
    session.get(type(above), agency_id).parent_id = above.id
    return int(factories.make_membership(session, role="organizer", agency_id=above.id).account_id)


def test_limits_and_absences_are_set_by_the_organizer_alone(cast: Cast):
    case = cast.case()
    path = f"/agencies/{cast.agency}/counsellors/{cast.counsellors[0]}"
    client = cast.client(cast.organizer)
    for bad in ({"do": "limit", "load_limit": "501"}, {"do": "limit", "load_limit": "많이"}, {"do": "limit"}):
        assert client.post(path, data=bad).status_code == 422
    absent = {"do": "away", "away_from": "2026-11-24", "away_until": "2026-11-20"}
    assert "돌아오는 날이 떠나는 날보다 빨라요" in words(client.post(path, data=absent))
    assert client.post(path, data={"do": "limit", "load_limit": "5"}).status_code == 303
    assert client.post(path, data={"do": "away", "away_from": "2026-11-24"}).status_code == 303
    assert cast.client(cast.counsellors[0]).get(f"/caseload/{case}").status_code == 404
    assert cast.client(cast.counsellors[0]).post(path, data={"do": "limit", "load_limit": "9"}).status_code == 403
    assert (
        client.post(
            f"/agencies/{cast.agency}/counsellors/{cast.stranger}", data=absent | {"away_until": ""}
        ).status_code
        == 404
    )
    page = words(client.get(f"/agencies/{cast.agency}/counselling"))
    assert "5명 가운데 0명" in page
    assert "자리를 비웠어요" in page


def test_a_course_is_made_and_changed_on_pages(cast: Cast):
    client = cast.client(cast.organizer)
    page = client.get(f"/agencies/{cast.agency}/programmes/new")
    fields = {"name": "청년 과정", "name_en": "", "days": "180", "quiet_days": "14"}
    for no in ("1", "2", "3", "4"):
        fields |= {f"name{no}": f"{no}단계", f"english{no}": "", f"days{no}": "30", f"entry{no}": "consent"}
    assert "진단·경로설정" in words(page)
    assert client.post(f"/agencies/{cast.agency}/programmes/new", data=fields).status_code == 303
    made = cast.read(queries.programmes_of, cast.agency)[0]
    assert (made.name, made.days) == ("청년 과정", 180)
    for bad in ({"days": "9"}, {"name": ""}, {"days1": "many"}, {"entry1": "luck"}, {"name2": "x" * 61}):
        assert client.post(f"/programmes/{made.id}", data=fields | bad).status_code == 422, bad
    assert client.post(f"/programmes/{made.id}", data=fields | {"days": "200"}).status_code == 303
    assert client.get(f"/programmes/{made.id}").status_code == 200
    assert cast.client(cast.counsellors[0]).get(f"/programmes/{made.id}").status_code == 403
