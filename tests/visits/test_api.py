"""The call of visits."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.visits.cast import TODAY, Cast, at

PATH = "/api/v1/fairs/visiting/visits"


def test_visits_are_listed_by_start_in_pages(cast: Cast, client: FlaskClient) -> None:
    ids = [cast.visit("campus", day=TODAY + timedelta(days=n)) for n in range(3)]
    cast.stop(ids[0], at(11), at(12))
    first = client.get(f"{PATH}?limit=2").json
    assert first is not None
    assert [one["id"] for one in first["items"]] == [str(one) for one in ids[:2]]
    second = client.get(f"{PATH}?limit=2&cursor={first['next']}").json
    assert second is not None
    assert ([one["id"] for one in second["items"]], second["next"]) == ([str(ids[2])], None)
    assert first["items"][0] == {
        "id": str(ids[0]),
        "fair": str(cast.fair),
        "site": {
            "id": str(cast.sites["campus"]),
            "kind": "campus",
            "name": "campus 센터",
            "name_en": "",
            "address": "",
            "region": "11140",
            "latitude": 37.5665,
            "longitude": 126.978,
            "access": [],
            "contact": "",
        },
        "day": "2026-11-24",
        "starts_at": "2026-11-24T01:00:00Z",
        "ends_at": "2026-11-24T09:00:00Z",
        "coaches": 1,
        "free_slots": 2,
        "next_free_at": "2026-11-24T02:00:00Z",
        "off": None,
    }


def test_visits_are_narrowed(cast: Cast, client: FlaskClient) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe", day=TODAY + timedelta(days=2))
    for query, found in (
        ("kind=cafe", [cafe]),
        ("region=11000", [campus, cafe]),
        ("region=26110", []),
        ("to=2026-11-25T00:00:00Z", [campus]),
        ("from=2026-11-25T00:00:00Z", [cafe]),
        ("off=true", [campus, cafe]),
    ):
        answer = client.get(f"{PATH}?{query}").json
        assert answer is not None
        assert [one["id"] for one in answer["items"]] == [str(one) for one in found], query


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "cursor=x", "region=1", "kind=moon", "from=yesterday", "to=2026-11-25", "off=maybe"],
)
def test_a_bad_query_is_a_problem(cast: Cast, client: FlaskClient, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert client.get("/api/v1/fairs/nowhere/visits").status_code == 404
