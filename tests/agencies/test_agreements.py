"""Agreements: one agency proposes, the other accepts, either ends; data goes only while one is in force."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.agencies import actions, queries
from fairapp.agencies.rules import AgreementFields, agreement_state, check_agreement
from fairapp.errors import Conflict, Invalid, NotFound
from tests.counting import counted
from tests.factories import NOW, make_account, make_agency, make_membership
from tests.signing_in import browser_of

DAY = date(2026, 11, 24)
FIELDS = AgreementFields(1, 2, ("trainees",), "취업 상담과 알선", DAY, date(2027, 6, 30))


@pytest.mark.parametrize(
    ("accepted", "ended", "today", "state"),
    [
        (False, False, DAY, "offered"),
        (True, False, DAY - timedelta(days=1), "coming"),
        (True, False, DAY, "in_force"),
        (True, False, FIELDS.ends_on, "in_force"),
        (True, False, FIELDS.ends_on + timedelta(days=1), "over"),
        (False, False, FIELDS.ends_on + timedelta(days=1), "over"),
        (True, True, DAY, "ended"),
    ],
)
def test_a_state_follows_from_the_days(accepted: bool, ended: bool, today: date, state: str) -> None:
    moments = (NOW if accepted else None, NOW if ended else None)
    assert agreement_state(FIELDS.starts_on, FIELDS.ends_on, *moments, today) == state


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver_id": 1}, "other"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("secrets",)}, "kinds"),
        ({"purpose": " "}, "purpose"),
        ({"purpose": "가" * 301}, "purpose"),
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"starts_on": DAY - timedelta(days=9), "ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": date(2030, 1, 1)}, "ends_on"),
    ],
)
def test_what_cannot_be_agreed_on_is_refused(changes: dict[str, Any], field: str) -> None:
    check_agreement(FIELDS, DAY)
    with pytest.raises(Invalid) as raised:
        check_agreement(replace(FIELDS, **changes), DAY)
    assert [one.field for one in raised.value.errors] == [field]


def two(session: Session) -> tuple[int, int, int, int]:
    """Return a school and a city centre, and an organizer of each."""
    school, city = make_agency(session, kind="school", name="경북공고"), make_agency(session, name="대구일자리센터")
    people = [make_membership(session, role="organizer", agency_id=one.id).account_id for one in (school, city)]
    return school.id, city.id, people[0], people[1]


def until(app: Flask, giver: int, receiver: int, kind: str = "trainees", today: date = DAY) -> date | None:
    """Return until when data goes."""
    with db.of(app).read() as session:
        return queries.in_force(session, giver, receiver, kind, today)


def test_data_goes_only_after_both_agreed_and_until_one_ends_it(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    school, city, teacher, official = database.write(two)
    fields = replace(FIELDS, giver_id=school, receiver_id=city)
    made = database.write(actions.offer_agreement, fields, city, official, NOW)
    assert until(app_on_both, school, city) is None
    with pytest.raises(Conflict):  # nobody accepts what she proposed herself
        database.write(actions.accept_agreement, made, [city], official, NOW)
    with pytest.raises(NotFound):
        database.write(actions.accept_agreement, made, [city + 99], official, NOW)
    database.write(actions.accept_agreement, made, [school], teacher, NOW)
    with pytest.raises(Conflict):
        database.write(actions.accept_agreement, made, [school], teacher, NOW)
    assert until(app_on_both, school, city) == fields.ends_on
    assert until(app_on_both, school, city, "seekers") is None
    assert until(app_on_both, city, school) is None  # the other way is another agreement
    assert until(app_on_both, school, city, today=fields.ends_on + timedelta(days=1)) is None
    assert until(app_on_both, school, school) == date.max
    database.write(actions.end_agreement, made, [school], teacher, NOW)
    assert until(app_on_both, school, city) is None
    with pytest.raises(Conflict):
        database.write(actions.end_agreement, made, [school], teacher, NOW)


@pytest.fixture
def cast(app: Flask) -> dict[str, Any]:
    """Return a school, a city centre and the browsers of their organizers, and of somebody else's."""
    school, city, teacher, official = db.of(app).write(two)
    other = db.of(app).write(lambda s: make_membership(s, role="organizer", agency_id=make_agency(s).id).account_id)
    people = {"teacher": teacher, "official": official, "other": other}
    return {"school": school, "city": city} | {name: browser_of(app, one) for name, one in people.items()}


def proposal(cast: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what the city centre types to get the school's trainees."""
    today = clock.local(clock.now(), "Asia/Seoul").date()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=200)).isoformat()}
    said = {"other": cast["school"], "direction": "receive", "kinds": ["trainees"], "purpose": "취업 알선"}
    return said | days | changes


def test_an_agreement_from_offer_to_end(cast: dict[str, Any]) -> None:
    path, theirs = f"/agencies/{cast['city']}/agreements", f"/agencies/{cast['school']}/agreements"
    official: FlaskClient = cast["official"]
    assert "아직 나누는 정보가 없어요" in official.get(path).text
    assert official.post(path, data=proposal(cast)).status_code == 303
    page = official.get(path).text
    assert "경북공고 → 대구일자리센터" in page
    assert "답을 기다려요" in page
    assert "받아들이기" not in page
    asked = cast["teacher"].get(theirs).text
    accepting = asked.split('action="/agreements/')[1].split('"')[0]
    assert cast["official"].post(f"/agreements/{accepting}").status_code == 409
    assert cast["teacher"].post(f"/agreements/{accepting}").status_code == 303
    assert "진행 중" in official.get(path).text
    ending = accepting.replace("acceptance", "end")
    assert "그만 나눌까요?" in official.get(f"/agreements/{ending}").text
    assert "진행 중" in official.get(path).text  # looking ended nothing
    assert official.post(f"/agreements/{ending}").location == path
    assert "그만두었어요" in official.get(path).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"other": ""},
        {"other": "x"},
        {"other": "99999"},
        {"direction": "both"},
        {"kinds": []},
        {"kinds": ["all"]},
        {"purpose": ""},
        {"purpose": "\x00"},
        {"starts_on": "soon"},
        {"ends_on": "2020-01-01"},
        {"ends_on": ""},
    ],
)
def test_a_wrong_proposal_is_told_and_changes_nothing(cast: dict[str, Any], wrong: dict[str, Any]) -> None:
    path = f"/agencies/{cast['city']}/agreements"
    answer = cast["official"].post(path, data=proposal(cast, **wrong))
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)
    assert "아직 나누는 정보가 없어요" in cast["official"].get(path).text


def test_others_see_and_do_nothing(app: Flask, cast: dict[str, Any]) -> None:
    path = f"/agencies/{cast['city']}/agreements"
    cast["official"].post(path, data=proposal(cast))
    assert cast["teacher"].get(path).status_code == 404
    for wrong in ("1", "0", "x", "999"):
        assert cast["other"].post(f"/agreements/{wrong}/acceptance").status_code == 404
        assert cast["other"].get(f"/agreements/{wrong}/end").status_code == 404
        assert cast["other"].post(f"/agreements/{wrong}/end").status_code == 404
    somebody = browser_of(app, db.of(app).write(lambda s: make_account(s).id))
    assert somebody.get(path).status_code == 403


def test_the_page_needs_the_same_queries_for_many_agreements(app: Flask, cast: dict[str, Any]) -> None:
    path, counts = f"/agencies/{cast['city']}/agreements", []
    for times in (1, 2, 27):
        for _ in range(times):
            cast["official"].post(path, data=proposal(cast))
        with counted(app) as count:
            assert cast["official"].get(path).status_code == 200
        counts.append(int(count))
    assert counts[0] == counts[1] == counts[2]
