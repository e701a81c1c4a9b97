"""Health, readiness and figures."""

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import settings_for


def test_the_process_is_up(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_ready_when_the_database_answers(app_on_both: Flask) -> None:
    answer = app_on_both.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": True})


def test_ready_only_with_redis_where_it_is_configured(app: Flask, client: FlaskClient, redis_url: str) -> None:
    url = f"sqlite:///{app.config['SETTINGS'].database_url.removeprefix('sqlite:///')}"
    app.config["SETTINGS"] = settings_for(url, REDIS_URL=redis_url)
    assert client.get("/readyz").json == {"database": True, "redis": True}
    app.config["SETTINGS"] = settings_for(url, REDIS_URL="redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": True, "redis": False})


def test_figures_are_for_this_machine_only(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "fairapp_live_sockets" in answer.text
    for far in ({"environ_base": {"REMOTE_ADDR": "10.0.0.7"}}, {"headers": {"X-Forwarded-For": "10.0.0.7"}}):
        assert client.get("/metrics", **far).status_code == 404
