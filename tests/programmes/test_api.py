"""The calls of the way to a job."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.accounts.actions import withdraw_consent
from fairapp.accounts.models import Consent
from fairapp.programmes import actions
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.programmes.cast import Cast, allow
from tests.signing_in import bearer_of

pytestmark = pytest.mark.usefixtures("at_now")


def test_one_reads_one_s_plan_and_answers_it(cast: Cast):
    who, by = cast.seekers[0], cast.counsellors[0]
    cast.case()
    cast.write(actions.begin, cast.programme, who, by, NOW)
    goal = cast.write(actions.add_goal, cast.agency, who, "이력서", date(2026, 12, 1), by, NOW)
    plan = cast.write(actions.offer_plan, cast.agency, who, "계획", by, NOW)
    client, head = cast.app.test_client(), bearer_of(cast.app, who)
    told = client.get("/api/v1/me/plan", headers=head).get_json()
    told_goal = {
        "id": str(goal),
        "text": "이력서",
        "due_on": "2026-12-01",
        "state": "open",
        "sessions": None,
        "attended": 0,
    }
    at = {"agency": str(cast.agency), "agency_name": "서울일자리센터"}
    told_plan = {"version": 1, "text": "계획", "offered_at": "2026-11-24T01:00:00Z", "agreed": None, "answer": ""}
    assert told == {
        "counselled": [at | {"counsellor_name": "박상담", "stage": 1, "goals": [told_goal]}],
        "plans": [at | {"id": str(plan)} | told_plan],
    }
    path = f"/api/v1/plans/{plan}/answer"
    assert client.post(path, json={"agrees": True}, headers=bearer_of(cast.app, cast.stranger)).status_code == 404
    for bad in (
        {},
        {"agrees": "perhaps"},
        {"agrees": False},
        {"agrees": True, "text": "x" * 1001},
        {"agrees": True, "x": 1},
    ):
        assert client.post(path, json=bad, headers=head).status_code == 422, bad
    assert client.post(path, json={"agrees": True}, headers=head).status_code == 204
    assert client.post(path, json={"agrees": True}, headers=head).get_json()["type"] == "/problems/plan-answered"


def test_a_counsellor_reads_her_caseload_with_names_by_consent(cast: Cast):
    for who in cast.counsellors[1:]:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    for who in cast.seekers[:2]:
        cast.case(who)
    consent = cast.read(lambda s: s.scalar(select(Consent.id).where(Consent.seeker_id == cast.seekers[1])))
    cast.write(withdraw_consent, cast.seekers[1], consent, NOW)
    client, head = cast.app.test_client(), bearer_of(cast.app, cast.counsellors[0])
    told = client.get("/api/v1/caseload", headers=head).get_json()
    assert [row["name"] for row in told["items"]] == ["최정한별", None]
    first = client.get("/api/v1/caseload?limit=1", headers=head).get_json()
    rest = client.get(f"/api/v1/caseload?limit=1&cursor={first['next']}", headers=head).get_json()
    assert [first["items"][0]["id"], rest["items"][0]["id"]] == [row["id"] for row in told["items"]]
    assert client.get("/api/v1/caseload", headers=bearer_of(cast.app, cast.stranger)).status_code == 403
    assert client.get("/api/v1/caseload?cursor=x", headers=head).status_code == 422


def test_the_caseload_takes_the_same_queries_for_three_and_thirty(cast: Cast):
    def more(session: Any, number: int) -> None:
        for _ in range(number):
            who = factories.make_seeker(session).id
            allow(session, who, cast.agency)
            actions.assign(session, cast.agency, who, NOW)

    for who in cast.counsellors[1:]:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    cast.write(more, 3)
    client, head = cast.app.test_client(), bearer_of(cast.app, cast.counsellors[0])
    client.get("/api/v1/caseload", headers=head)
    with counted(cast.app) as few:
        client.get("/api/v1/caseload", headers=head)
    cast.write(more, 27)
    client.get("/api/v1/caseload", headers=head)
    with counted(cast.app) as many:
        page = client.get("/api/v1/caseload", headers=head).get_json()
    assert len(page["items"]) == 30
    assert int(few) == int(many), f"{few}\n{many}"


def test_an_agency_s_figures_are_for_its_organizers(cast: Cast):
    cast.case()
    cast.write(actions.begin, cast.programme, cast.seekers[0], cast.counsellors[0], NOW)
    path = f"/api/v1/agencies/{cast.agency}/counselling"
    told = cast.app.test_client().get(path, headers=bearer_of(cast.app, cast.organizer)).get_json()
    nobody = {"limit": 0, "goal": 0, "stage": 0, "contact": 0}
    assert told == {
        "counsellors": 3,
        "people": 1,
        "waiting": 0,
        "stages": {"1": 1, "2": 0, "3": 0, "4": 0},
        "late": nobody,
        "whole": {"began": 0, "placed": 0, "share": None},
        "running": {"began": 1, "placed": 0, "share": 0.0},
    }
    other = path.replace(str(cast.agency), str(cast.other_agency))
    assert cast.app.test_client().get(other, headers=bearer_of(cast.app, cast.organizer)).status_code == 404
    assert cast.app.test_client().get(path, headers=bearer_of(cast.app, cast.counsellors[0])).status_code == 403
