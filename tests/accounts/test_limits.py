"""Limits: strict for an account, generous for an address, silent about who exists."""

import pytest
from flask import Flask

from fairapp import create_app, db, limits
from fairapp.accounts.rules import passwords
from tests.accounts.steps import PASSWORD, kinds, sign_in, with_password
from tests.conftest import settings_for
from tests.factories import make_account


@pytest.mark.slow
def test_a_campus_of_500_signs_in_behind_one_address(limited_app: Flask) -> None:
    kept = passwords.hash_password(PASSWORD)
    emails = db.of(limited_app).write(
        lambda s: [make_account(s, email=f"s{n}@campus.example", password_hash=kept).email for n in range(500)]
    )
    statuses = set()
    for email in emails:
        client = limited_app.test_client()
        statuses.add(sign_in(client, email).status_code)
    assert statuses == {303}


def test_an_attacked_account_is_limited_from_wherever_the_attack_comes(limited_app: Flask) -> None:
    person = with_password(limited_app, email="a@example.kr")
    other = with_password(limited_app, email="b@example.kr")
    owner = limited_app.test_client()
    assert sign_in(owner, person.email).status_code == 303  # this browser is known from now on

    def attack(n: int) -> int:
        where = {"REMOTE_ADDR": f"198.51.100.{n}"}
        return int(sign_in(limited_app.test_client(), person.email, f"wrong {n}", environ_base=where).status_code)

    assert [attack(n) for n in range(12)] == [422] * 10 + [429] * 2
    stranger = limited_app.test_client()
    refused = sign_in(stranger, person.email)
    assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 901) == (429, True)
    assert sign_in(stranger, other.email).status_code == 303
    owner.post("/sign-out")
    assert sign_in(owner, person.email).status_code == 303


def test_a_limit_tells_nothing_about_the_account(limited_app: Flask) -> None:
    with_password(limited_app, email="a@example.kr")
    for email in ("a@example.kr", "nobody@example.kr"):
        seen = [sign_in(limited_app.test_client(), email, f"wrong {n}").status_code for n in range(11)]
        assert seen == [422] * 10 + [429]


def test_tokens_count_with_the_same_limit(limited_app: Flask) -> None:
    with_password(limited_app, email="a@example.kr")
    client = limited_app.test_client()
    statuses = [
        client.post("/api/v1/tokens", json={"email": "a@example.kr", "password": f"wrong {n}"}).status_code
        for n in range(11)
    ]
    assert statuses == [401] * 10 + [429]
    answer = client.post("/api/v1/tokens", json={"email": "a@example.kr", "password": PASSWORD})
    assert (answer.status_code, answer.json["type"]) == (429, "/problems/too-many-requests")  # type: ignore[index]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/reset", "/register"])
def test_nobody_fills_a_strangers_mailbox(limited_app: Flask, path: str) -> None:
    client = limited_app.test_client()
    data = {"email": "a@example.kr", "name": "가", "password": PASSWORD}
    answers = [client.post(path, data=data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert client.post(path, data=data | {"email": "b@example.kr"}).status_code == 303


def test_signing_in_to_an_unconfirmed_account_fills_no_mailbox(limited_app: Flask) -> None:
    with_password(limited_app, email="a@example.kr", confirmed_at=None)
    answers = [sign_in(limited_app.test_client(), "a@example.kr") for _ in range(8)]
    nobody = sign_in(limited_app.test_client(), "nobody@example.kr")
    assert {(one.status_code, "Retry-After" in one.headers) for one in [*answers, nobody]} == {(422, False)}
    assert kinds(limited_app) == ["account.confirm"] * 5
    reset = limited_app.test_client().post("/reset", data={"email": "a@example.kr"})
    assert reset.status_code == 429  # the letters of an hour are counted together, whatever they say


def test_calls_are_limited_by_caller(limited_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairapp.limits.CALLS_BY_ADDRESS", limits.Limit("public-calls", 3, 60))
    client = limited_app.test_client()
    statuses = [client.get("/api/v1/openapi.json").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    elsewhere = client.get("/api/v1/openapi.json", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 200


def test_redis_counts_across_processes(sqlite_url: str, redis_url: str) -> None:
    apps = [create_app(settings_for(sqlite_url, RATE_LIMITS="on", REDIS_URL=redis_url)) for _ in range(2)]
    for one in apps:
        one.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    data = {"email": "redis@example.kr"}
    statuses = [apps[n % 2].test_client().post("/reset", data=data).status_code for n in range(6)]
    for one in apps:
        db.of(one).close()
    assert statuses == [303] * 5 + [429]


def test_people_get_in_when_redis_does_not_answer(sqlite_url: str) -> None:
    settings = settings_for(sqlite_url, RATE_LIMITS="on", REDIS_URL="redis://127.0.0.1:1/0")
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    person = with_password(app)
    assert sign_in(app.test_client(), person.email).status_code == 303
    db.of(app).close()


def test_without_limits_nothing_is_counted(app: Flask) -> None:
    person = with_password(app)
    assert {sign_in(app.test_client(), person.email, "wrong one").status_code for _ in range(12)} == {422}
