"""GET …/news: the same news for those whom no socket reaches."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from fairapp import db
from fairapp.live.models import NewsCounter
from tests import factories
from tests.live.telling import LONG_AGO, say


def fair_with_news(app: Flask, count: int) -> int:
    database = db.of(app)
    fair_id = database.write(lambda session: factories.make_fair(session, announced_at=LONG_AGO, slug="spring").id)
    if count:
        database.write(say, fair_id, [("a", n) for n in range(1, count + 1)])
    return fair_id


def test_news_after_a_number(app: Flask, client: FlaskClient) -> None:
    fair_id = fair_with_news(app, 3)
    at = "2026-11-24T01:00:00Z"
    items = [{"seq": n, "kind": "slot.changed", "at": at, "data": {"slot": "a", "value": n}} for n in (2, 3)]
    for ref in (fair_id, "spring"):
        answer = client.get(f"/api/v1/fairs/{ref}/news?after=1")
        assert (answer.status_code, answer.json) == (200, {"seq": 3, "items": items, "reset": False})
    assert client.get(f"/api/v1/fairs/{fair_id}/news").json["seq"] == 3
    assert client.get(f"/api/v1/fairs/{fair_id}/news?after=3").json == {"seq": 3, "items": [], "reset": False}


@pytest.mark.parametrize(("after", "reset"), [(98, True), (99, False), (100, False), (700, True), (2**63 - 1, True)])
def test_too_old_or_never_given_is_a_reset(app: Flask, client: FlaskClient, after: int, reset: bool) -> None:
    fair_id = fair_with_news(app, 599)
    raised = update(NewsCounter).where(NewsCounter.fair_id == fair_id).values(oldest=100)
    db.of(app).write(lambda session: session.execute(raised) and None)
    answer = client.get(f"/api/v1/fairs/{fair_id}/news?after={after}").json
    assert (answer["seq"], answer["reset"]) == (599, reset)
    assert [item["seq"] for item in answer["items"]] == ([] if reset else list(range(after + 1, 600)))


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "%00", "٣"])
def test_a_number_that_is_none_is_a_problem(app: Flask, client: FlaskClient, after: str) -> None:
    fair_with_news(app, 1)
    answer = client.get(f"/api/v1/fairs/spring/news?after={after}")
    assert answer.status_code in {422} or (after == "٣" and answer.status_code == 200)
    assert answer.status_code == 200 or answer.json["errors"]


def test_a_draft_has_no_public_news(app: Flask, client: FlaskClient) -> None:
    later = factories.NOW + timedelta(days=36500)
    for announced_at in (None, later):
        fair_id = db.of(app).write(lambda session, at=announced_at: factories.make_fair(session, announced_at=at).id)
        assert client.get(f"/api/v1/fairs/{fair_id}/news").status_code == 404
    for ref in ("0", "99999", "9" * 30, "none", "%00", "٣"):
        assert client.get(f"/api/v1/fairs/{ref}/news").status_code in {404, 422}, ref
