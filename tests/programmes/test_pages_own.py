"""The pages of the seeker and of pools."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.accounts.models import Profile
from fairapp.agencies.models import Agency
from fairapp.programmes import actions, queries
from fairapp.programmes.models import Pool
from fairapp.programmes.rules import PoolFields
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.programmes.cast import Cast, allow
from tests.programmes.test_pages import words

pytestmark = pytest.mark.usefixtures("at_now")


def test_a_seeker_applies_answers_and_stops(cast: Cast):
    client = cast.client(cast.stranger)
    assert "서울일자리센터" in words(client.get("/me/plan"))
    for bad in ("", "abc", str(cast.other_agency), "0"):
        assert client.post("/me/counselling", data={"agency": bad}).status_code == 422
    client.post("/me/counselling", data={"agency": str(cast.agency)})
    assert "내 상담사" in words(client.get("/me/plan"))
    has = cast.read(queries.open_assignment, cast.agency, cast.stranger)
    plan = cast.write(actions.offer_plan, cast.agency, cast.stranger, "계획이에요", has.counsellor_id, NOW)
    assert client.post(f"/me/plan/{plan}", data={"do": "change", "answer": " "}).status_code == 422
    assert client.post(f"/me/plan/{plan}", data={"do": "change", "answer": "천천히"}).status_code == 303
    assert cast.client(cast.seekers[0]).post(f"/me/plan/{plan}", data={"do": "agree"}).status_code == 404
    client.post(f"/me/counselling/{cast.agency}/end")
    assert cast.read(queries.open_assignment, cast.agency, cast.stranger) is None
    assert cast.read(queries.allowed, [cast.stranger], cast.agency, NOW) == set()


def test_an_ask_is_read_and_answered_by_her_alone_and_looking_changes_nothing(cast: Cast):
    ask = cast.write(actions.ask_consent, cast.agency, cast.stranger, cast.counsellors[0], NOW)
    path = f"/me/asks/{ask}"
    assert cast.client(cast.seekers[0]).get(path).status_code == 404
    client = cast.client(cast.stranger)
    for _ in range(2):
        assert "동의하기" in words(client.get(path))
    assert client.post(path, data={"do": "maybe"}).status_code == 404
    assert cast.read(queries.allowed, [cast.stranger], cast.agency, NOW) == set()
    assert client.post(path, data={"do": "agree"}).status_code == 303
    assert "이미 답했어요" in words(client.get(path))
    assert client.post(path, data={"do": "refuse"}).status_code == 303
    assert cast.read(queries.allowed, [cast.stranger], cast.agency, NOW) == {cast.stranger}


def test_coming_home_is_told_and_taken_back(cast: Cast):
    client = cast.client(cast.stranger)
    for bad in ({"home_region": ""}, {"home_region": "99999"}, {"home_region": "27290", "from_on": "내일"}):
        assert client.post("/me/home", data=bad).status_code == 422, bad
    assert client.post("/me/home", data={"home_region": "27290", "from_on": "2027-01-01"}).status_code == 303
    assert "이제 바라지 않아요" in words(client.get("/me/plan"))
    assert client.post("/me/home", data={"do": "stop"}).status_code == 303
    assert "이제 바라지 않아요" not in words(client.get("/me/plan"))


def test_pools_are_made_by_organizers_and_worked_by_counsellors(cast: Cast):
    client = cast.client(cast.organizer)
    path = f"/agencies/{cast.agency}/pools"
    fields = {"kind": "trainees", "name": "훈련생 풀", "share": "75", "months_before": "6"}
    for bad in (
        {"share": "90"},
        {"share": "x"},
        {"name": ""},
        {"kind": "party"},
        {"ends_on": "2020-01-01"},
        {"counsellors": "7777"},
    ):
        assert client.post(path, data=fields | bad).status_code == 422, bad
    assert cast.client(cast.counsellors[0]).post(path, data=fields).status_code == 404
    assert client.post(path, data=fields | {"counsellors": str(cast.counsellors[1])}).status_code == 303
    pool = cast.read(lambda s: s.scalar(select(Pool.id)))
    days = (date(2026, 11, 1), date(2026, 11, 25))
    for who in (cast.seekers[0], cast.stranger):
        cast.write(actions.enrol, who, cast.agency, "course", "자바", *days, "active", NOW)
    worker = cast.client(cast.counsellors[1])
    page = words(worker.get(f"/pools/{pool}"))
    assert "최정한별" in page
    assert "이방인" not in page
    assert "11월 26일 (목)부터 일할 수 있어요" in page
    worker.post(f"/pools/{pool}/people/{cast.stranger}", data={"do": "take"})  # without consent she is asked instead
    assert cast.read(queries.open_assignment, cast.agency, cast.stranger) is None
    assert "동의를 물었어요" in words(worker.get(f"/pools/{pool}"))
    worker.post(f"/pools/{pool}/people/{cast.seekers[0]}", data={"do": "take"})
    assert cast.read(queries.open_assignment, cast.agency, cast.seekers[0]).counsellor_id == cast.counsellors[1]
    worker.post(f"/pools/{pool}/people/{cast.seekers[1]}", data={"do": "take"})  # she is not in it
    assert cast.read(queries.open_assignment, cast.agency, cast.seekers[1]) is None
    assert client.get(f"/pools/{pool}/edit").status_code == 200
    assert client.post(f"/pools/{pool}/edit", data=fields | {"share": "80"}).status_code == 303
    assert cast.read(lambda s: s.get(Pool, pool).share) == 80


def test_a_pool_takes_the_same_queries_for_one_and_thirty(cast: Cast):
    pool = cast.write(actions.make_pool, cast.agency, PoolFields("trainees", "훈련생"), NOW)
    client = cast.client(cast.counsellors[0])

    def enrolled(session: Any, number: int) -> None:
        for _ in range(number):
            who = factories.make_seeker(session).id
            allow(session, who, cast.agency)
            actions.enrol(
                session, who, cast.agency, "course", "자바", date(2026, 11, 1), date(2026, 11, 25), "active", NOW
            )

    cast.write(enrolled, 1)
    client.get(f"/pools/{pool}")
    with counted(cast.app) as few:
        client.get(f"/pools/{pool}")
    cast.write(enrolled, 32)
    client.get(f"/pools/{pool}")
    with counted(cast.app) as many:
        page = words(client.get(f"/pools/{pool}"))
    assert page.count("data-member=") == 30
    assert int(few) == int(many), f"{few}\n{many}"


def test_a_desk_counsels_who_belongs_and_says_whom_it_is_for(cast: Cast):
    cast.write(lambda s: s.execute(update(Agency).where(Agency.id == cast.agency).values(serves=["youth"])) and None)
    client = cast.client(cast.stranger)
    assert "서울일자리센터 · 청년(만 15~34세)만" in words(client.get("/me/plan"))
    answer = client.post("/me/counselling", data={"agency": str(cast.agency)})
    assert answer.status_code == 422
    assert "내 프로필의 생년월일과 대상을 확인해 주세요" in words(answer)
    assert cast.read(queries.open_assignment, cast.agency, cast.stranger) is None
    assert cast.read(queries.allowed, [cast.stranger], cast.agency, NOW) == set()
    cast.write(lambda s: s.add(Profile(account_id=cast.stranger, birth_date=date(1999, 1, 1), updated_at=NOW)))
    assert client.post("/me/counselling", data={"agency": str(cast.agency)}).status_code == 303
    assert cast.read(queries.open_assignment, cast.agency, cast.stranger) is not None


def test_after_a_desks_fair_each_goes_to_the_nearest_agency_that_is_for_her(cast_on_both: Cast):
    cast, on = cast_on_both, date(2026, 11, 24)
    young, older, unknown = cast.seekers[:3]

    def make(session: Session) -> int:
        desk = factories.make_agency(session, serves=["youth"], parent_id=cast.agency)
        for who, year in ((young, 1999), (older, 1969)):
            session.add(Profile(account_id=who, birth_date=date(year, 1, 1), updated_at=NOW))
        return int(desk.id)

    desk = cast.write(make)
    assert cast.read(queries.leads, desk, [older, young, unknown], on) == {desk: [young], cast.agency: [older, unknown]}
    assert cast.read(queries.leads, cast.agency, [older, young], on) == {cast.agency: sorted([older, young])}
    cast.write(lambda s: s.execute(update(Agency).where(Agency.id == desk).values(parent_id=None)) and None)
    assert cast.read(queries.leads, desk, [older], on) == {desk: [older]}  # nobody is sent away from nowhere
