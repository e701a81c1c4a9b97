"""The pages of an agency's keys and webhooks: for its organizers alone, secrets shown once."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fairapp import db
from fairapp.partners import actions, jobs, rules
from fairapp.partners.models import ApiKey, Delivery, Webhook
from tests.casting import Cast, by, page_of
from tests.conftest import settings_for
from tests.counting import counted
from tests.factories import NOW
from tests.partners.conftest import key_of, published

pytestmark = pytest.mark.usefixtures("at_now")

KEY = {"name": "포털", "scopes": ["listings:read", "changes:read"], "per_minute": "60", "days": "90"}
HOOK = {"url": "https://partner.example/hook", "topics": ["listing", "fair"]}


def count(app: Flask, table: Any) -> int:
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def post(client: FlaskClient, path: str, data: Any = None, who: str = "organizer") -> Any:
    return client.post(path, data=data or {}, **by(who))


def test_an_organizer_makes_a_key_that_is_shown_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    path = f"/agencies/{cast.agency}/keys"
    assert "아직 키가 없어요" in page_of(client, path, "organizer")
    made = post(client, path, KEY)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    secret = re.search(r"fairkey_[\w-]{43}", made.text)
    assert secret is not None
    answer = client.get("/api/v1/changes", headers={"Authorization": f"Bearer {secret[0]}"})
    assert answer.status_code == 200
    again = page_of(client, path, "organizer")
    assert secret[0] not in again
    assert secret[0][:14] in again


def test_a_key_is_replaced_and_revoked_on_the_page(app: Flask, client: FlaskClient, cast: Cast) -> None:
    key, headers = key_of(app, cast.agency, "listings:read")
    path = f"/agencies/{cast.agency}/keys"
    rotated = post(client, f"{path}/{key}/rotation")
    secret = re.search(r"fairkey_[\w-]{43}", rotated.text)
    assert secret is not None
    for one in (headers, {"Authorization": f"Bearer {secret[0]}"}):
        assert client.get("/api/v1/listings", headers=one).status_code == 200
    assert post(client, f"{path}/{key}/revocation").status_code == 303
    assert client.get("/api/v1/listings", headers=headers).status_code == 401
    assert "없앤 키" in page_of(client, path, "organizer")
    assert post(client, f"{path}/{key}/rotation").status_code == 303
    assert count(app, ApiKey) == 2


BAD_KEYS = [
    {"name": ""},
    {"name": "x" * 81},
    {"name": "\x00"},
    {"scopes": []},
    {"scopes": ["admin"]},
    {"per_minute": "0"},
    {"per_minute": "6001"},
    {"per_minute": "x"},
    {"per_minute": "9" * 30},
    {"days": "7"},
    {"days": "x"},
]


@pytest.mark.parametrize("change", BAD_KEYS)
def test_a_key_that_cannot_be_is_refused_beside_its_field(
    app: Flask, client: FlaskClient, cast: Cast, change: dict[str, Any]
) -> None:
    refused = post(client, f"/agencies/{cast.agency}/keys", KEY | change)
    assert refused.status_code == 422
    assert "field-error" in refused.text
    assert count(app, ApiKey) == 0


BAD_HOOKS = [
    {"url": ""},
    {"url": "x"},
    {"url": "https://10.0.0.1/"},
    {"url": "https://localhost/"},
    {"url": "ftp://a.example"},
    {"url": "https://a.example/" + "x" * 500},
    {"url": "https://a.example/\x00"},
    {"url": "https://u:p@a.example/"},
    {"topics": []},
    {"topics": ["slot"]},
]


@pytest.mark.parametrize("change", BAD_HOOKS)
def test_a_webhook_that_cannot_be_is_refused_beside_its_field(
    app: Flask, client: FlaskClient, cast: Cast, change: dict[str, Any]
) -> None:
    refused = post(client, f"/agencies/{cast.agency}/webhooks", HOOK | change)
    assert refused.status_code == 422
    assert "field-error" in refused.text
    assert count(app, Webhook) == 0


def test_http_is_for_one_s_own_machine_alone(app: Flask, client: FlaskClient, cast: Cast) -> None:
    url = app.config["SETTINGS"].database_url
    app.config["SETTINGS"] = settings_for(url, FAIRAPP_ENV="production")
    path = f"/agencies/{cast.agency}/webhooks"
    assert post(client, path, HOOK | {"url": "http://partner.example/"}).status_code == 422
    app.config["SETTINGS"] = settings_for(url)
    assert post(client, path, HOOK | {"url": "http://partner.example/"}).status_code == 200


def test_a_webhook_is_made_tried_renewed_and_removed(app: Flask, client: FlaskClient, cast: Cast) -> None:
    published()
    path = f"/agencies/{cast.agency}/webhooks"
    assert "아직 웹훅이 없어요" in page_of(client, path, "organizer")
    made = post(client, path, HOOK)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    secret = rules.said(rules.secret_of("a key for tests only", 1, 1))
    assert secret in made.text
    assert secret not in page_of(client, f"{path}/1", "organizer")
    assert post(client, f"{path}/1/test").status_code == 303
    jobs.deliver(NOW)
    shown = page_of(client, f"{path}/1", "organizer")
    assert "partner.example" in shown
    assert "받지 않았어요" in shown
    assert post(client, f"{path}/1/deliveries/1").status_code == 303
    assert count(app, Delivery) == 2
    renewed = post(client, f"{path}/1/secret")
    assert rules.said(rules.secret_of("a key for tests only", 1, 2)) in renewed.text
    assert "지난 비밀값으로도" in renewed.text
    assert post(client, f"{path}/1/removal").status_code == 303
    assert client.get(f"{path}/1", **by("organizer")).status_code == 404
    assert "partner.example/hook" not in page_of(client, path, "organizer")


def test_nobody_else_finds_them(app: Flask, client: FlaskClient, cast: Cast) -> None:
    key, _ = key_of(app, cast.agency, "listings:read")
    fields = rules.HookFields("https://partner.example", ["listing"])
    db.of(app).write(actions.make_hook, cast.agency, fields, 1, NOW, plain=True, anywhere=True)
    own = f"/agencies/{cast.agency}"
    pages = (f"{own}/keys", f"{own}/webhooks", f"{own}/webhooks/1")
    deeds = (f"{own}/keys", f"{own}/keys/{key}/rotation", f"{own}/keys/{key}/revocation", f"{own}/webhooks")
    deeds += tuple(f"{own}/webhooks/1/{what}" for what in ("secret", "test", "deliveries/1", "removal"))
    for who, status in (("", 303), ("seeker", 403), ("recruiter", 403), ("other-organizer", 404)):
        assert {client.get(path, **by(who)).status_code for path in pages} == {status}
        assert {post(client, path, KEY | HOOK, who).status_code for path in deeds} == {status}
    for bad in ("0", "x", "99", "9" * 30):
        assert client.get(f"/agencies/{bad}/keys", **by("organizer")).status_code == 404
        assert post(client, f"{own}/keys/{bad}/revocation").status_code == 404
        assert post(client, f"{own}/webhooks/{bad}/test").status_code == 404
        assert post(client, f"{own}/webhooks/1/deliveries/{bad}").status_code == 404
    assert (count(app, ApiKey), count(app, Webhook), count(app, Delivery)) == (1, 1, 0)


def test_as_many_statements_for_one_as_for_many(app: Flask, client: FlaskClient, cast: Cast) -> None:
    fields = rules.HookFields("https://partner.example", ["listing"])
    pages = [f"/agencies/{cast.agency}/{path}" for path in ("keys", "webhooks", "webhooks/1")]

    def one_more() -> None:
        key_of(app, cast.agency, "listings:read")
        db.of(app).write(actions.make_hook, cast.agency, fields, 1, NOW, plain=True, anywhere=True)

    def statements() -> list[int]:
        seen = []
        for path in pages:
            with counted(app) as found:
                page_of(client, path, "organizer")
            seen.append(int(found))
        return seen

    one_more()
    db.of(app).write(actions.send_test, cast.agency, 1, NOW)
    few = statements()
    for _ in range(9):
        one_more()
    for _ in range(29):
        db.of(app).write(actions.send_test, cast.agency, 1, NOW)
    assert statements() == few
