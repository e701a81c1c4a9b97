"""Calls by which a partner keeps a copy."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from fairapp import db
from fairapp.booths import actions as booths
from fairapp.partners.api.changes import ChangesOut, PublicListings
from tests.casting import Cast, change_fair
from tests.counting import counted
from tests.factories import NOW, make_listing
from tests.partners.conftest import key_of, published
from tests.partners.test_changes import fields

pytestmark = pytest.mark.usefixtures("at_now")


def test_all_listings_are_those_of_each_fair_and_say_more(app: Flask, cast: Cast, client: FlaskClient) -> None:
    db.of(app).write(booths.open_listing, cast.booth, fields(description="하는 일", skills=["회계"]), None, NOW)
    published()
    answer = client.get("/api/v1/listings").get_json()
    PublicListings.model_validate(answer)
    of_fair = {one["id"]: one for one in client.get("/api/v1/fairs/daegu/listings").get_json()["items"]}
    assert {one["id"] for one in answer["items"]} == set(of_fair)
    for one in answer["items"]:
        own = of_fair[one["id"]]
        assert {name: one[name] for name in own} == own
        assert set(one) - set(own) == {
            "description",
            "workplace",
            "hours_per_week",
            "skills",
            "employer_region",
            "source_url",
            "url",
            "visible_until",
        }
    last = answer["items"][-1]
    assert (last["description"], last["skills"]) == ("하는 일", ["회계"])
    assert (last["url"], last["visible_until"]) == (
        f"http://127.0.0.1:5000/listings/{last['id']}",
        "2026-11-25T01:00:00Z",
    )


def test_a_list_goes_on_from_its_cursor_and_keeps_the_first_part_s_place(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    for _ in range(4):
        db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    published()
    first = client.get("/api/v1/listings?limit=3").get_json()
    db.of(app).write(booths.open_listing, cast.booth, fields(title="나중"), None, NOW)
    published()
    second = client.get(f"/api/v1/listings?limit=3&cursor={first['next']}").get_json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 3, None)
    assert first["changes"] == second["changes"]
    _, headers = key_of(app, cast.agency, "changes:read")
    after = client.get(f"/api/v1/changes?after={first['changes']}", headers=headers).get_json()
    assert [one["listing"]["title"] for one in after["items"]] == ["나중"]


def test_changes_are_as_described_and_each_names_the_cursor_after_it(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    _, headers = key_of(app, cast.agency, "changes:read")
    start = client.get("/api/v1/changes", headers=headers).get_json()
    assert start == {"items": [], "cursor": start["cursor"], "more": False, "reset": False}
    published()
    db.of(app).write(booths.close_listing, cast.listing, None, NOW)
    published()
    path = f"/api/v1/changes?after={start['cursor']}"
    found = client.get(path, headers=headers).get_json()
    ChangesOut.model_validate(found)
    kinds = [(one["kind"], one["id"], one["listing"] is not None) for one in found["items"]]
    assert kinds == [
        ("listing.opened", str(cast.listing), True),
        ("booth.closed", str(cast.booth), False),
        ("listing.closed", str(cast.listing), False),
    ]
    assert (found["more"], found["reset"], found["items"][-1]["cursor"]) == (False, False, found["cursor"])
    part = client.get(f"{path}&limit=1", headers=headers).get_json()
    assert (part["more"], part["cursor"]) == (True, found["items"][0]["cursor"])
    rest = client.get(f"/api/v1/changes?after={part['cursor']}", headers=headers).get_json()
    assert part["items"] + rest["items"] == found["items"]


def test_an_unknown_cursor_says_reset_and_an_unreadable_one_is_refused(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    _, headers = key_of(app, cast.agency, "changes:read")
    published()
    answer = client.get("/api/v1/changes?after=WzcsN10", headers=headers).get_json()  # [7,7]
    assert (answer["items"], answer["reset"]) == ([], True)
    for bad in ("x", "W10", "WzFd", "WzEsIngiXQ", "W3RydWUsMV0", "bnVsbA", "A" * 101):
        refused = client.get(f"/api/v1/changes?after={bad}", headers=headers)
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json"), bad
    for bad in ("limit=0", "limit=201", "limit=x"):
        assert client.get(f"/api/v1/changes?{bad}", headers=headers).status_code == 422


def test_a_draft_s_listings_and_those_whose_time_is_up_are_not_in_the_list(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    published()
    assert len(client.get("/api/v1/listings").get_json()["items"]) == 1
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert client.get("/api/v1/listings").get_json()["items"] == []
    change_fair(app, cast.fair, announced_at=None)
    published(NOW + timedelta(minutes=10))
    assert client.get("/api/v1/listings").get_json()["items"] == []


def test_as_many_statements_for_one_listing_as_for_thirty(app: Flask, cast: Cast, client: FlaskClient) -> None:
    _, headers = key_of(app, cast.agency, "changes:read")
    client.get("/api/v1/changes", headers=headers)
    published()

    def statements() -> list[int]:
        seen = []
        for path in ("listings", "changes?after=WzAsMF0"):
            with counted(app) as count:
                assert client.get(f"/api/v1/{path}", headers=headers if "changes" in path else {}).status_code == 200
            seen.append(int(count))
        return seen

    few = statements()
    db.of(app).write(lambda session: [make_listing(session, booth_id=cast.booth).id for _ in range(29)])
    published(NOW + timedelta(minutes=10))
    assert len(client.get("/api/v1/listings").get_json()["items"]) == 30
    assert statements() == few
