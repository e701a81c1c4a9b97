"""The calls about the caller."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fairapp import clock, db
from fairapp.accounts import queries
from fairapp.accounts.models import Account
from tests.accounts.steps import PASSWORD, with_password
from tests.factories import make_agency, make_membership
from tests.signing_in import bearer_of, browser_of


def test_a_token_is_made_and_signs_in(client: FlaskClient, person: Account) -> None:
    asked = {"email": person.email.upper(), "password": PASSWORD, "name": "안내판"}
    made = client.post("/api/v1/tokens", json=asked)
    assert (made.status_code, sorted(made.json)) == (201, ["expires_at", "token"])  # type: ignore[arg-type]
    assert made.json["expires_at"].endswith("Z")  # type: ignore[index]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {made.json['token']}"})  # type: ignore[index]
    assert me.json["email"] == person.email  # type: ignore[index]


def test_a_wrong_token_request_never_tells_which(app: Flask, client: FlaskClient, person: Account) -> None:
    with_password(app, email="new@example.kr", confirmed_at=None)
    with_password(app, email="shut@example.kr", disabled_at=clock.now())
    asked = [(person.email, "wrong"), ("nobody@example.kr", PASSWORD), ("no address", PASSWORD), ("", "")]
    asked += [("new@example.kr", PASSWORD), ("shut@example.kr", PASSWORD)]
    answers = {
        (a.status_code, a.data)
        for a in (client.post("/api/v1/tokens", json={"email": e, "password": p}) for e, p in asked)
    }
    assert len(answers) == 1
    status, body = answers.pop()
    assert (status, b"/problems/wrong-credentials" in body) == (401, True)


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "x", 1, {"email": 1, "password": 2}, {"email": "a@b.kr"}, {"email": "a@b.kr", "password": "x" * 2000},
        {"email": "a\x00@b.kr", "password": "x"}, {"email": "a@b.kr", "password": "x", "role": "admin"},
        {"email": None, "password": None}, {"email": "a@b.kr", "password": "x", "name": "x" * 81},
    ],
)  # fmt: skip
def test_a_malformed_token_request_is_refused(client: FlaskClient, body: Any) -> None:
    answer = client.post("/api/v1/tokens", json=body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert b"Traceback" not in answer.data


def test_a_token_request_is_not_remembered(client: FlaskClient, person: Account) -> None:
    asked = {"email": person.email, "password": PASSWORD}
    tokens = {
        client.post("/api/v1/tokens", json=asked, headers={"Idempotency-Key": "same"}).json["token"]  # type: ignore[index]
        for _ in range(2)
    }
    assert len(tokens) == 2


def test_a_bad_token_never_falls_back_to_the_cookie(app: Flask, person: Account) -> None:
    browser = browser_of(app, person.id)
    assert browser.get("/api/v1/me").status_code == 200
    for header in ("Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer \xff"):
        answer = browser.get("/api/v1/me", headers={"Authorization": header})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_me_tells_roles_and_resources(app: Flask, client: FlaskClient) -> None:
    agency = db.of(app).write(lambda s: make_agency(s).id)
    held = db.of(app).write(lambda s: make_membership(s, role="coach", agency_id=agency))
    me = client.get("/api/v1/me", headers=bearer_of(app, held.account_id)).json
    assert me is not None
    assert me["roles"] == ["seeker", "coach"]
    assert me["memberships"] == [{"id": str(held.id), "role": "coach", "employer": None, "agency": str(agency)}]
    with db.of(app).read() as session:
        resources = [str(r) for find in queries.resource_ids for r in find(session, held.account_id)]
    assert me["resources"] == resources
    assert client.get("/api/v1/me").status_code == 401


FULL = {
    "phone": "010-1234-5678", "birth_date": "1999-02-03", "region": "27110", "intro": "안녕하세요", "experience": "가게",
    "experience_years": 2, "education": "bachelor", "skills": ["엑셀"], "wish_occupation": "0111", "wish_region": "27000",
    "wish_employment_type": "regular", "wish_salary": 32_000_000, "segment": "youth",
}  # fmt: skip


def test_a_profile_is_put_and_got(app: Flask, client: FlaskClient, person: Account) -> None:
    headers = bearer_of(app, person.id)
    empty = client.get("/api/v1/me/profile", headers=headers).json
    put = client.put("/api/v1/me/profile", json=FULL, headers=headers)
    assert (put.status_code, put.json) == (200, FULL | {"phone": "+821012345678", "resume": None})
    assert client.get("/api/v1/me/profile", headers=headers).json == put.json
    assert client.put("/api/v1/me/profile", json={}, headers=headers).json == empty
    assert client.put("/api/v1/me/profile", json=FULL).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "12"}, {"birth_date": "2026-02-30"}, {"birth_date": 5}, {"region": "99999"}, {"skills": "엑셀"},
        {"skills": ["x"] * 31}, {"skills": [""]}, {"skills": ["x" * 41]}, {"wish_salary": -1}, {"wish_salary": 1.5},
        {"wish_salary": 2**70}, {"segment": "rich"}, {"intro": "x" * 2001}, {"intro": None}, {"birth_date": 86400},
        {"id": "1"}, {"experience_years": True}, {"education": {"$ne": 1}},
    ],
)  # fmt: skip
def test_a_wrong_profile_changes_nothing(app: Flask, client: FlaskClient, person: Account, wrong: Any) -> None:
    headers = bearer_of(app, person.id)
    client.put("/api/v1/me/profile", json=FULL, headers=headers)
    before = client.get("/api/v1/me/profile", headers=headers).json
    answer = client.put("/api/v1/me/profile", json=FULL | wrong, headers=headers)
    assert answer.status_code in {400, 422}
    assert client.get("/api/v1/me/profile", headers=headers).json == before


def test_text_that_no_database_keeps_is_refused(app: Flask, client: FlaskClient, person: Account) -> None:
    headers = bearer_of(app, person.id) | {"Content-Type": "application/json"}
    for text in (rb"\ud800", rb"a\u0000b"):
        answer = client.put("/api/v1/me/profile", data=b'{"intro": "%b"}' % text, headers=headers)
        assert answer.status_code == 422


def test_one_revokes_ones_own_token_alone(app: Flask, client: FlaskClient, person: Account) -> None:
    mine, theirs = bearer_of(app, person.id), bearer_of(app, with_password(app).id)
    with db.of(app).read() as session:
        token = queries.open_tokens(session, person.id, clock.now())[0].id
    assert client.delete(f"/api/v1/tokens/{token}", headers=theirs).status_code == 404
    assert client.delete(f"/api/v1/tokens/{token}", headers=mine).status_code == 204
    assert client.get("/api/v1/me", headers=mine).status_code == 401
    for wrong in ("x", "0", "9" * 40):
        assert client.delete(f"/api/v1/tokens/{wrong}", headers=theirs).status_code == 404


def test_a_browser_needs_its_csrf_token_and_a_program_does_not(app: Flask, person: Account) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = browser_of(app, person.id)
    assert browser.put("/api/v1/me/profile", json={}).status_code == 400
    headers = bearer_of(app, person.id)
    assert app.test_client().put("/api/v1/me/profile", json={}, headers=headers).status_code == 200
