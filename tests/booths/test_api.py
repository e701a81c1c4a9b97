"""Calls about booths and listings."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions
from tests.casting import Cast, by, change_fair
from tests.factories import NOW, make_booth, make_employer, make_listing

pytestmark = pytest.mark.usefixtures("at_now")


def test_a_listing_has_the_fields_of_the_contract(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/api/v1/fairs/daegu/listings").get_json()
    assert answer["next"] is None
    (listing,) = answer["items"]
    assert (listing["employer"], listing["employer_name"], listing["employer_name_en"]) == (
        str(cast.employer),
        "(주)명성",
        "",
    )
    names = ("id", "fair", "booth", "title", "occupation", "employment_type", "region", "salary", "headcount")
    assert {name: listing[name] for name in (*names, "openings_left", "opens_at", "closes_at")} == {
        "id": str(cast.listing),
        "fair": str(cast.fair),
        "booth": str(cast.booth),
        "title": "재무 담당",
        "occupation": "0231",
        "employment_type": "regular",
        "region": "27290",
        "salary": {"min": 42_000_000, "max": 48_000_000, "period": "year"},
        "headcount": 2,
        "openings_left": 2,
        "opens_at": "2026-11-23T01:00:00Z",
        "closes_at": "2026-11-26T01:00:00Z",
    }


def test_a_fair_is_known_by_id_or_slug_and_a_draft_by_nobody_else(app: Flask, client: FlaskClient, cast: Cast) -> None:
    for ref in ("daegu", str(cast.fair)):
        for what in ("listings", "booths"):
            assert len(client.get(f"/api/v1/fairs/{ref}/{what}").get_json()["items"]) == 1
    change_fair(app, cast.fair, announced_at=None)
    assert client.get("/api/v1/fairs/daegu/listings").status_code == 404
    assert client.get("/api/v1/fairs/daegu/listings", **by("organizer")).get_json()["items"] == []
    for ref in ("nowhere", "0", "9" * 30, "%00", "%27"):
        assert client.get(f"/api/v1/fairs/{ref}/listings").status_code in {404, 422}


def test_a_booth_that_does_not_hire_is_known_to_its_own_people_alone(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    path = f"/api/v1/booths/{cast.booth}"
    shown = client.get(path).get_json()
    assert (shown["hiring"], shown["listings"]) == (True, [str(cast.listing)])
    assert (shown["next_free_slot"], shown["line"], shown["fair"]) == (None, None, str(cast.fair))
    db.of(app).write(actions.close_listing, cast.listing, None, NOW)
    assert client.get(path).status_code == 404
    assert client.get(path, **by("other-organizer")).status_code == 404
    for own in ("recruiter", "organizer"):
        hidden = client.get(path, **by(own)).get_json()
        assert (hidden["hiring"], hidden["listings"]) == (False, [])
    assert client.get("/api/v1/fairs/daegu/booths").get_json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "min_salary=x",
        "min_salary=-1",
        "region=%27",
        "region=2",
        "occupation=abc",
        "employment_type=slave",
        "booth=0",
        "booth=x",
        "limit=0",
        "limit=201",
        "cursor=x",
        "cursor=WyJ4IiwxXQ",
        "q=%00",
        "q=" + "x" * 201,
    ],
)
def test_a_bad_question_is_a_problem_with_its_field(client: FlaskClient, cast: Cast, query: str) -> None:
    answer = client.get(f"/api/v1/fairs/daegu/listings?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.get_json()["errors"]


@pytest.mark.parametrize("what", ["listings", "booths"])
def test_a_list_is_read_to_its_end_in_parts(app: Flask, client: FlaskClient, cast: Cast, what: str) -> None:
    def more(session: Session) -> None:
        for n in range(6):
            booth = make_booth(session, fair_id=cast.fair, employer_id=make_employer(session).id)
            make_listing(session, booth_id=booth.id, opens_at=NOW - timedelta(hours=n // 2))

    db.of(app).write(more)
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        answer = client.get(f"/api/v1/fairs/daegu/{what}?limit=3&cursor={cursor}").get_json()
        seen += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
    assert len(seen) == len(set(seen)) == 7
