"""Rows that a partner's program sends, and lists that are fetched from a partner's address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp import clock, db
from fairapp.accounts.models import secret_hash
from fairapp.live.models import Outbox
from fairapp.mail import OutboxRow
from fairapp.partners import actions, jobs, rules
from fairapp.partners.jobs import posting
from fairapp.partners.models import DataSource, ImportRun
from fairapp.partners.pushes import LETTERS
from tests.partners.network import LIST, brought_in, make_source, records

ROWS = [
    {"관리번호": "T-1", "훈련생명": "김하늘", "휴대폰번호": 1012345678, "생년월일": "1998-03-02", "훈련과정명": "용접",
     "시작일자": "2026-09-01", "종료일자": "2027-01-31", "개인정보동의": True},
    {"관리번호": "T-3", "훈련생명": "박구름", "휴대폰번호": "123", "생년월일": None, "훈련과정명": "용접",
     "시작일자": "2026-09-01", "종료일자": "2027-01-31", "개인정보동의": "예"},
]  # fmt: skip


def key(app: Flask, agency: int, by: int, *scopes: str) -> dict[str, str]:
    """Make a key of the agency; return the headers of a call by it."""
    secret = rules.new_secret()
    fields = rules.KeyFields("훈련 시스템", list(scopes))
    kept = (rules.hint_of(secret), secret_hash(secret))
    db.of(app).write(actions.make_key, agency, fields, *kept, by, clock.now())
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def mapped(app: Flask, network: dict[str, Any]) -> int:
    """Return a source whose columns somebody has said."""
    source = make_source(app, network, consent="column")
    brought_in(network["teacher"], source, LIST.replace("T-", "X-"))
    return source


def test_a_program_sends_rows_in_its_own_columns(
    app: Flask, client: FlaskClient, network: dict[str, Any], mapped: int
) -> None:
    headers = key(app, network["school"], network["ids"][0], "trainees:write")
    sent: dict[str, Any] = {"json": {"rows": ROWS}, "headers": headers}
    first = client.post(f"/api/v1/sources/{mapped}/trainees", **sent)
    assert first.status_code == 200
    body = first.get_json()
    assert {name: body[name] for name in ("added", "changed", "unchanged", "refused")} == {
        "added": 1, "changed": 0, "unchanged": 0, "refused": 1,
    }  # fmt: skip
    assert [(one["row"], one["column"]) for one in body["rejected"]] == [(2, "휴대폰번호")]
    again = client.post(f"/api/v1/sources/{mapped}/trainees", **sent).get_json()
    assert (again["added"], again["unchanged"], again["refused"]) == (0, 1, 1)
    assert {row.own_id for row in records(app)} == {"X-1", "X-2", "T-1"}


def test_columns_that_nobody_has_said_wait_for_the_page(
    app: Flask, client: FlaskClient, network: dict[str, Any], mapped: int
) -> None:
    headers = key(app, network["school"], network["ids"][0], "trainees:write")
    odd = {"rows": [{"성함": "김하늘", "H.P": "010-1234-5678"}]}
    answer = client.post(f"/api/v1/sources/{mapped}/trainees", json=odd, headers=headers)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-mapped")
    with db.of(app).read() as session:
        runs = session.execute(select(ImportRun.state, ImportRun.way).order_by(ImportRun.id.desc())).first()
    assert tuple(runs or ()) == ("unmapped", "api")


def test_a_key_sends_to_its_own_sources_within_its_scopes(
    app: Flask, client: FlaskClient, network: dict[str, Any], mapped: int
) -> None:
    own = key(app, network["school"], network["ids"][0], "trainees:write")
    others = key(app, network["city"], network["ids"][1], "trainees:write")
    narrow = key(app, network["school"], network["ids"][0], "listings:read")
    path, body = f"/api/v1/sources/{mapped}/trainees", {"rows": ROWS}
    assert client.post(path, json=body).status_code == 401
    assert client.post(path, json=body, headers=others).status_code == 404
    assert client.post(path, json=body, headers=narrow).status_code == 403
    assert client.post(f"/api/v1/sources/{mapped}/seekers", json=body, headers=own).status_code == 403
    for wrong in ("0", "x", "999"):
        assert client.post(f"/api/v1/sources/{wrong}/trainees", json=body, headers=own).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rows": []},
        {"rows": "all"},
        {"rows": [1]},
        {"rows": [{"훈련생명": {"a": 1}}]},
        {"rows": [{"훈련생명": "\x00"}]},
        {"rows": [{}]},
        {"rows": ROWS * 501},
        {"rows": [{"훈련생명": "가" * 8001}]},
    ],
)
def test_a_bad_body_is_refused_and_changes_nothing(
    app: Flask, client: FlaskClient, network: dict[str, Any], mapped: int, body: Any
) -> None:
    headers = key(app, network["school"], network["ids"][0], "trainees:write")
    answer = client.post(f"/api/v1/sources/{mapped}/trainees", json=body, headers=headers)
    assert answer.status_code in (409, 422)
    assert len(records(app)) == 2


class _Partner(BaseHTTPRequestHandler):
    """A partner's own server: it gives what it is told to give."""

    content, tag, status, asked = LIST.encode(), '"one"', 200, 0

    def do_GET(self) -> None:
        """Answer with the list, or say that it is as it was."""
        type(self).asked += 1
        same = self.headers.get("If-None-Match") == self.tag
        self.send_response(304 if same else self.status)
        body = b"" if same else self.content
        self.send_header("ETag", self.tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[tuple[type[_Partner], str]]:
    """Run a partner's server; give its handler, which can be told what to answer, and its address."""
    handler = type("Handler", (_Partner,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield handler, f"http://127.0.0.1:{server.server_address[1]}/list.csv"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fetched(app: Flask, now: Any) -> list[tuple[str, int]]:
    """Let a tick fetch and read; return state and added rows of every fetched import."""
    jobs.fetch_sources(now)
    jobs.bring_in(now)
    with db.of(app).read() as session:
        rows = session.execute(
            select(ImportRun.state, ImportRun.added).where(ImportRun.way == "fetch").order_by(ImportRun.id)
        )
        return [tuple(row) for row in rows]


def told_of_columns(app: Flask) -> list[int | None]:
    """Return who was written to that a file waits, of letters that still have something to say."""
    with db.of(app).read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "columns.unknown").order_by(Outbox.account_id)).all()
        drafts = [OutboxRow(**{name: getattr(row, name) for name in OutboxRow.__annotations__}) for row in rows]
        said = [(one.account_id, LETTERS[one.kind](session, one, "ko", clock.now())) for one in drafts]
        return [account for account, letter in said if letter is not None and "/imports/" in letter.text]


def test_a_list_is_fetched_on_a_schedule_and_read_once(app: Flask, network: dict[str, Any]) -> None:
    now = clock.now()
    with serving() as (partner, address):
        source = db.of(app).write(
            actions.make_source,
            rules.SourceFields(
                "훈련생",
                "trainees",
                network["school"],
                network["city"],
                consent="column",
                address=address,
                every_hours=24,
            ),
            network["ids"][1],
            now,
            insecure=True,
        )
        assert fetched(app, now) == [("unmapped", 0)]  # nobody has said what its columns are
        assert told_of_columns(app) == [network["ids"][0]]  # the organizer of the agency whose rows they are
        network["teacher"].post("/imports/1/drop")
        brought_in(network["teacher"], source, LIST.replace("T-", "X-"))
        assert fetched(app, now + timedelta(hours=1)) == [("dropped", 0)]  # not due
        assert told_of_columns(app) == []
        day = timedelta(hours=25)
        partner.tag = '"two"'
        assert fetched(app, now + day) == [("dropped", 0), ("done", 2)]
        assert partner.asked == 2
        assert fetched(app, now + 2 * day) == [("dropped", 0), ("done", 2)]  # as it was, by its tag
        partner.tag = '"three"'
        assert fetched(app, now + 3 * day) == [("dropped", 0), ("done", 2)]  # another tag, the same list
        partner.status, partner.tag = 500, '"four"'
        assert fetched(app, now + 4 * day) == [("dropped", 0), ("done", 2)]
        partner.status, partner.content = 200, b"<html>sign in</html>"
        assert fetched(app, now + 5 * day) == [("dropped", 0), ("done", 2)]
        partner.content = LIST.replace("T-", "Y-").encode()
        assert fetched(app, now + 6 * day) == [("dropped", 0), ("done", 2), ("done", 2)]
        with db.of(app).read() as session:
            assert session.get_one(DataSource, source).next_at == now + 6 * day + timedelta(hours=24)


def test_an_address_within_one_s_own_network_is_not_asked() -> None:
    with serving() as (partner, address), pytest.raises(posting.CannotDeliver):
        posting.fetch(address, "", anywhere=False)
    assert partner.asked == 0
