"""A training institute and a city centre that agreed on sharing, and what their organizers do on the pages."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.agencies import actions as agencies
from fairapp.agencies.rules import AgreementFields
from fairapp.partners import actions
from fairapp.partners.models import Record
from fairapp.partners.rules import SourceFields
from tests.factories import make_agency, make_fair, make_membership
from tests.signing_in import browser_of


def agree(session: Session, giver: int, receiver: int, kinds: tuple[str, ...], people: tuple[int, int]) -> None:
    """Let the two agencies agree, from today on."""
    now = clock.now()
    today = clock.local(now, "Asia/Seoul").date()
    fields = AgreementFields(giver, receiver, kinds, "취업 상담과 알선", today, today + timedelta(days=300))
    made = agencies.offer_agreement(session, fields, giver, people[0], now)
    agencies.accept_agreement(session, made, [receiver], people[1], now)


def make_network(app: Flask) -> dict[str, Any]:
    """Return a training institute and a city centre that agreed, a fair, and the browsers of their organizers."""

    def make(session: Session) -> dict[str, Any]:
        school = make_agency(session, kind="training", name="직업전문학교")
        city = make_agency(session, name="대구일자리센터")
        people = [make_membership(session, role="organizer", agency_id=a.id).account_id for a in (school, city)]
        others = make_membership(session, role="organizer", agency_id=make_agency(session).id).account_id
        fair = make_fair(session, agency_id=city.id, ends_at=clock.now() + timedelta(days=30))
        agree(session, school.id, city.id, ("trainees", "seekers", "listings"), (people[0], people[1]))
        return {"school": school.id, "city": city.id, "fair": fair.id, "ids": [*people, others]}

    made = db.of(app).write(make)
    names = ("teacher", "official", "other")
    return made | {name: browser_of(app, one) for name, one in zip(names, made["ids"], strict=True)}


def make_source(app: Flask, network: dict[str, Any], **changes: Any) -> int:
    """Make a source of trainees from the institute to the city centre."""
    fields = {"name": "훈련생 명단", "kind": "trainees", "giver_id": network["school"], "receiver_id": network["city"]}
    source = SourceFields(**{**fields, **changes})
    return db.of(app).write(actions.make_source, source, network["ids"][1], clock.now())


LIST = (
    "관리번호,훈련생명,휴대폰번호,생년월일,훈련과정명,시작일자,종료일자,개인정보동의\n"
    "T-1,김하늘,010-1234-5678,1998-03-02,용접,2026-09-01,2027-01-31,예\n"
    "T-2,이바다,010-2222-3333,2001-11-30,용접,2026-09-01,2027-01-31,아니오\n"
    "T-3,박구름,123,2000-01-01,용접,2026-09-01,2027-01-31,예\n"
)


def upload(browser: FlaskClient, source: int, content: bytes | str, name: str = "list.csv") -> Any:
    """Upload a file and return the answer."""
    data = content.encode() if isinstance(content, str) else content
    return browser.post(f"/sources/{source}", data={"table": (BytesIO(data), name)})


def selects(page: str) -> dict[str, str]:
    """Return what the mapping page has chosen, by field."""
    chosen = {}
    for part in page.split("<select ")[1:]:
        name = part.split('name="')[1].split('"')[0]
        options = part.split("</select>")[0].split("<option ")
        picked = [one.split('value="')[1].split('"')[0] for one in options if one.startswith("selected")]
        chosen[name] = picked[0] if picked else ""
    return {name: value for name, value in chosen.items() if value}


def brought_in(browser: FlaskClient, source: int, content: bytes | str, name: str = "list.csv") -> str:
    """Upload a file, save what is proposed, bring its rows in; return the path of the import."""
    path = upload(browser, source, content, name).location
    page = browser.get(path).text
    if "어느 열이 무엇인가요?" in page:
        assert browser.post(f"{path}/mapping", data=selects(page)).status_code == 303
        page = browser.get(path).text
    assert "넣기 전에 살펴보기" in page
    assert browser.post(f"{path}/order").location == path
    return str(path)


def records(app: Flask) -> list[Record]:
    """Return the records in the order of their numbers."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Record).order_by(Record.own_id)))
