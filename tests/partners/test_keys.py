"""Keys: who calls by one may what its scopes say, as often as it says, until it ends."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp import create_app, db, openapi, trace
from fairapp.accounts.models import secret_hash
from fairapp.partners import actions, rules
from fairapp.partners.models import SCOPES, ApiKey
from tests.casting import Cast, by, make_cast
from tests.conftest import settings_for
from tests.counting import counted
from tests.factories import NOW
from tests.partners.conftest import key_of

pytestmark = pytest.mark.usefixtures("at_now")
CALLS = [(one.method, one.path, one.scope) for one in openapi.CALLS]


def path_of(path: str) -> str:
    """Return an address of the call with ids in it."""
    return openapi.PREFIX + "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def slug_of(answer: object) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]  # type: ignore[attr-defined]


def test_a_key_does_nothing_beyond_its_scopes_whichever_call_it_is(app: Flask, cast: Cast, client: FlaskClient) -> None:
    made = {scope: key_of(app, cast.agency, scope)[1] for scope in SCOPES}
    for method, path, wanted in CALLS:
        for scope, headers in made.items():
            answer = client.open(path_of(path), method=method, headers=headers)
            if scope != wanted:
                assert (answer.status_code, slug_of(answer)) == (403, "missing-scope"), (method, path, scope)
            else:
                assert answer.status_code not in {401, 403}, (method, path, scope)


def test_each_scope_that_is_read_by_opens_some_call(app: Flask) -> None:
    assert {"listings:read", "changes:read"} <= {scope for _, _, scope in CALLS if scope}
    assert {scope for _, _, scope in CALLS if scope} <= set(SCOPES)


def test_a_wrong_an_ended_and_a_revoked_key_are_nobody_s(app: Flask, cast: Cast, client: FlaskClient) -> None:
    key, headers = key_of(app, cast.agency, *SCOPES, days=30)
    assert client.get("/api/v1/changes", headers=headers).status_code == 200
    for bad in ("fairkey_", "fairkey_x", f"{headers['Authorization'][7:]}x", headers["Authorization"][7:-1]):
        for path in ("/api/v1/changes", "/api/v1/listings", "/api/v1/fairs", "/api/v1/openapi.json"):
            answer = client.get(path, headers={"Authorization": f"Bearer {bad}"})
            assert (answer.status_code, slug_of(answer)) == (401, "not-signed-in")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert client.get("/api/v1/listings", headers=headers).status_code == 401
    db.of(app).write(actions.revoke_key, cast.agency, key, 1, NOW)
    assert client.get("/api/v1/listings", headers=headers).status_code == 401
    assert client.get("/api/v1/listings").status_code == 200


def test_a_key_is_no_account_and_an_account_no_key(app: Flask, cast: Cast, client: FlaskClient) -> None:
    _, headers = key_of(app, cast.agency, *SCOPES)
    for path in ("/api/v1/me", "/api/v1/bookings", "/api/v1/fairs/daegu/report"):
        assert client.get(path, headers=headers).status_code == 403
    assert client.get("/account", headers=headers).status_code == 303
    assert client.get(f"/agencies/{cast.agency}/keys", headers=headers).status_code == 303
    for who in ("organizer", "seeker"):
        assert client.get("/api/v1/changes", **by(who)).status_code == 401
    assert client.get("/api/v1/changes").status_code == 401


def test_existing_calls_answer_a_key_as_they_answer_anybody(app: Flask, cast: Cast, client: FlaskClient) -> None:
    _, headers = key_of(app, cast.agency, "listings:read")
    for path in ("/fairs", "/fairs/daegu", "/fairs/daegu/listings", "/fairs/daegu/booths", f"/booths/{cast.booth}"):
        assert client.get(f"/api/v1{path}", headers=headers).get_data() == client.get(f"/api/v1{path}").get_data()


def test_a_rotated_key_holds_for_a_week_beside_the_new_one(app: Flask, cast: Cast, client: FlaskClient) -> None:
    old, headers = key_of(app, cast.agency, "listings:read", days=90, per_minute=7)
    secret = rules.new_secret()
    new = db.of(app).write(
        actions.rotate_key, cast.agency, old, rules.hint_of(secret), secret_hash(secret), 1, NOW + timedelta(days=3)
    )
    both = [headers, {"Authorization": f"Bearer {secret}"}]
    assert [client.get("/api/v1/listings", headers=one).status_code for one in both] == [200, 200]
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert [client.get("/api/v1/listings", headers=one).status_code for one in both] == [401, 200]
    with db.of(app).read() as session:
        kept = session.get_one(ApiKey, new)
        assert (kept.scopes, kept.per_minute, kept.replaces_id) == (["listings:read"], 7, old)
        assert kept.expires_at == NOW + timedelta(days=93)
    with pytest.raises(rules.KeyEnded):
        db.of(app).write(actions.rotate_key, cast.agency, old, "x", "y", 1, NOW + timedelta(days=10))


def test_only_a_hash_is_kept_and_all_is_traced(app: Flask, cast: Cast) -> None:
    key, headers = key_of(app, cast.agency, "listings:read")
    secret = headers["Authorization"][7:]
    db.of(app).write(actions.revoke_key, cast.agency, key, 1, NOW)
    db.of(app).write(actions.revoke_key, cast.agency, key, 1, NOW)
    with db.of(app).read() as session:
        kept = session.get_one(ApiKey, key)
        assert secret not in str(vars(kept))
        assert kept.secret_hash == secret_hash(secret)
        rows = session.execute(select(trace.Trace.what, trace.Trace.about_id).where(trace.Trace.kind == "key")).all()
    assert [tuple(row) for row in rows] == [("key.made", key), ("key.revoked", key)]


def test_another_agency_s_key_is_not_found(app: Flask, cast: Cast) -> None:
    key, _ = key_of(app, cast.agency, "listings:read")
    from fairapp.errors import NotFound

    for action in (actions.revoke_key,):
        with pytest.raises(NotFound):
            db.of(app).write(action, cast.agency + 1, key, 1, NOW)


def test_an_agency_has_twenty_keys_at_most(app: Flask, cast: Cast) -> None:
    made = [key_of(app, cast.agency, "listings:read")[0] for _ in range(rules.MOST_KEYS)]
    with pytest.raises(rules.TooManyKeys):
        key_of(app, cast.agency, "listings:read")
    db.of(app).write(actions.revoke_key, cast.agency, made[0], 1, NOW)
    key_of(app, cast.agency, "listings:read")


def test_the_use_is_noted_now_and_then_and_costs_one_statement(app: Flask, cast: Cast, client: FlaskClient) -> None:
    key, headers = key_of(app, cast.agency, "listings:read")

    def used() -> object:
        with db.of(app).read() as session:
            return session.get_one(ApiKey, key).used_at

    assert used() is None
    client.get("/api/v1/listings", headers=headers)
    assert used() == NOW
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        with counted(app) as by_key:
            client.get("/api/v1/listings", headers=headers)
        with counted(app) as by_nobody:
            client.get("/api/v1/listings")
    assert int(by_key) == int(by_nobody) + 1
    assert used() == NOW
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        client.get("/api/v1/listings", headers=headers)
    assert used() == NOW + timedelta(minutes=10)


def test_a_key_calls_as_often_as_it_may_and_no_other_pays_for_it(sqlite_url: str) -> None:
    limited = create_app(settings_for(sqlite_url, RATE_LIMITS="on"))
    with limited.app_context():
        cast = db.of(limited).write(make_cast)
        _, headers = key_of(limited, cast.agency, "listings:read", per_minute=3)
        _, other = key_of(limited, cast.agency, "listings:read", per_minute=3)
    client = limited.test_client()
    answers = [client.get("/api/v1/listings", headers=headers) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert client.get("/api/v1/listings", headers=other).status_code == 200
    assert client.get("/api/v1/listings").status_code == 200
    db.of(limited).close()
