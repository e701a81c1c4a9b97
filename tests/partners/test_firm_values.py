"""Every value of an employer knows which source told it and since when; merged employers are told of together."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select

from fairapp import clock, db
from fairapp.employers.models import Employer
from fairapp.partners import actions, queries
from fairapp.partners.models import FirmValue
from tests.casting import Cast, by, page_of
from tests.counting import counted
from tests.partners.network import make_source
from tests.partners.test_sources import brought_in

DAY = date(2026, 11, 24)
ROWS = "회사명,사업자번호,업종,대표전화\n(주)명성,123-45-67891,기계부품,053-123-4567\n"


def told(app: Flask, employer: int) -> list[tuple[str, str, str, int]]:
    """Return field, value, source, and for how many days it has been told."""
    with db.of(app).read() as session:
        rows = queries.told_of_firm(session, employer)
    return sorted((one.field, one.value, one.source_name, (one.last_on - one.first_on).days) for one in rows)


@pytest.fixture
def firm(app: Flask, network: dict[str, Any]) -> int:
    """Let two sources of the city tell of one employer, the second a week later; return the employer."""
    first = make_source(app, network, kind="employers", giver_id=network["city"], name="상공회의소")
    second = make_source(app, network, kind="employers", giver_id=network["city"], name="산업단지")
    brought_in(network["official"], first, ROWS)
    with time_machine.travel(clock.now() + timedelta(days=7), tick=False):
        brought_in(network["official"], first, ROWS)
        brought_in(network["official"], second, ROWS.replace("기계부품", "금속 가공").replace("053-123-4567", ""))
    with db.of(app).read() as session:
        return session.scalars(select(Employer.id).where(Employer.registration_number == "1234567891")).one()


def test_each_source_s_values_are_kept_with_their_days(app: Flask, firm: int) -> None:
    assert told(app, firm) == [
        ("industry", "금속 가공", "산업단지", 0),
        ("industry", "기계부품", "상공회의소", 7),
        ("name", "(주)명성", "산업단지", 0),
        ("name", "(주)명성", "상공회의소", 7),
        ("phone", "053-123-4567", "상공회의소", 7),
        ("registration_number", "1234567891", "산업단지", 0),
        ("registration_number", "1234567891", "상공회의소", 7),
    ]


def test_a_value_that_changes_is_a_new_row_and_the_old_one_stays(
    app: Flask, network: dict[str, Any], firm: int
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        brought_in(network["official"], 1, ROWS.replace("기계부품", "베어링"))
        brought_in(network["official"], 1, ROWS)
    found = [row[1:] for row in told(app, firm) if row[0] == "industry" and row[2] == "상공회의소"]
    assert found == [("기계부품", "상공회의소", 0), ("기계부품", "상공회의소", 7), ("베어링", "상공회의소", 0)]
    with db.of(app).read() as session:
        assert len(session.scalars(select(FirmValue.id)).all()) == 9


def test_the_page_tells_them_also_of_one_that_rests(
    app: Flask, client: Any, cast: Cast, network: dict[str, Any]
) -> None:
    source = make_source(app, network, kind="employers", giver_id=network["city"], name="상공회의소")
    brought_in(network["official"], source, ROWS.replace("명성", "새벽"))
    with db.of(app).read() as session:
        other = session.scalars(select(Employer.id).where(Employer.name_key == "새벽")).one()
    db.of(app).write(actions.merge_firms, cast.employer, other, network["ids"][1], clock.now())
    stays = _stays(app, other)
    page = page_of(client, f"/organize/employers/{stays}/told", "organizer")
    assert all(said in page for said in ("상공회의소 (대구일자리센터): 기계부품", "123-45-67891", "(주)새벽"))
    moved = client.get(f"/organize/employers/{cast.employer + other - stays}/told", **by("organizer"))
    assert (moved.status_code, moved.location) == (303, f"/organize/employers/{stays}/told")
    page_of(client, f"/organize/employers/{stays}/told", "recruiter", 403)
    page_of(client, "/organize/employers/999/told", "organizer", 404)


def _stays(app: Flask, employer: int) -> int:
    with db.of(app).read() as session:
        return session.get_one(Employer, employer).merged_into_id or employer


def test_one_value_costs_as_many_questions_as_thirty(
    app: Flask, client: Any, cast: Cast, network: dict[str, Any], firm: int
) -> None:
    costs = []
    for some in (1, 30):
        values = [
            {
                "employer_id": firm,
                "source_id": 1,
                "field": "about",
                "value": f"{some} {n}",
                "first_on": DAY,
                "last_on": DAY,
            }
            for n in range(some)
        ]
        db.of(app).write(lambda session, values=values: session.execute(insert(FirmValue), values) and None)
        with counted(app) as count:
            page_of(client, f"/organize/employers/{firm}/told", "organizer")
        costs.append(int(count))
    assert costs[0] == costs[1]
