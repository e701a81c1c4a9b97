"""What docs/partners.md tells a partner is so."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fairapp import db, openapi
from fairapp.config import ROOT
from fairapp.partners import actions, jobs, rules
from fairapp.partners.models import SCOPES
from tests.casting import Cast
from tests.conftest import settings_for
from tests.factories import NOW
from tests.partners.conftest import key_of, published
from tests.partners.receiver import receiver

pytestmark = pytest.mark.usefixtures("at_now")
TEXT = (ROOT / "docs" / "partners.md").read_text("utf-8")
CALLS = re.findall(r"```\nGET (\S+)\n```\n\n```json\n(.*?)```", TEXT, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def alike(told: Any, found: Any) -> bool:
    """Whether an answer is as told, value by value; an object that is cut short (…) has at least what stands there."""
    if isinstance(told, dict) and "…" in told:
        return all(alike(value, found[name]) for name, value in told.items() if name != "…")
    if isinstance(told, dict):
        return told.keys() == found.keys() and all(alike(value, found[name]) for name, value in told.items())
    if isinstance(told, list):
        return len(told) == len(found) and all(map(alike, told, found))
    return bool(told == found)


def test_the_calls_answer_as_they_are_told_to(app: Flask, client: FlaskClient, cast: Cast) -> None:
    _, headers = key_of(app, cast.agency, "listings:read", "changes:read")
    published()
    assert len(CALLS) == 2
    for path, answer in CALLS:
        told, found = json.loads(answer), client.get(path, headers=headers).get_json()
        told = json.loads(json.dumps(told).replace(told.get("changes") or told["cursor"], "CURSOR"))
        found = json.loads(json.dumps(found).replace(found.get("changes") or found["cursor"], "CURSOR"))
        assert alike(told, found), json.dumps(found, ensure_ascii=False)


def test_the_check_of_a_signature_is_right(app: Flask, cast: Cast) -> None:
    app.config["SETTINGS"] = settings_for(app.config["SETTINGS"].database_url, FAIRAPP_WEBHOOKS="anywhere")
    with receiver() as partner:
        fields = rules.HookFields(partner.url, ["listing"])
        made = db.of(app).write(actions.make_hook, cast.agency, fields, 1, NOW, plain=True, anywhere=True)
        db.of(app).write(actions.send_test, cast.agency, made, NOW)
        jobs.deliver(NOW)
        (message,) = partner.messages
    names: dict[str, Any] = {}
    exec(PYTHON[0], names)  # noqa: S102 (it is the document's example)
    headers = {"webhook-id": message.id, "webhook-timestamp": str(message.timestamp)}
    headers["webhook-signature"] = " ".join(message.signatures)
    secret = rules.said(rules.secret_of("a key for tests only", made, 1))
    assert names["is_ours"](headers, message.body, secret)
    assert not names["is_ours"](headers, message.body + b" ", secret)
    assert not names["is_ours"](headers | {"webhook-timestamp": "1"}, message.body, secret)
    assert not names["is_ours"](headers, message.body, rules.said(b"x" * 32))


def test_every_scope_and_each_call_that_takes_it_is_told(app: Flask) -> None:
    assert [one for one in SCOPES if f"`{one}`" not in TEXT] == []
    reading = {(one.scope, one.path) for one in openapi.CALLS if one.scope and one.method == "GET"}
    rows = dict(re.findall(r"^\| `(\w+:read)` \| (.+) \|$", TEXT, re.MULTILINE))
    told = {(scope, path) for scope, row in rows.items() for path in re.findall(r"(/[\w/{}]+)`", row)}
    assert told == reading


def test_addresses_without_a_key_are_there(client: FlaskClient, cast: Cast) -> None:
    published()
    paths = re.findall(r"`(/[a-z/A-Z]+\.(?:json|atom|xml))`", TEXT)
    assert len(set(paths)) >= 5
    for path in set(paths) - {"/api/v1/openapi.json"}:
        assert client.get(path.replace("SLUG", "daegu")).status_code == 200, path
