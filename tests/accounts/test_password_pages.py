"""A forgotten password by the pages, and what the letters say."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp import clock, db
from fairapp.accounts import pushes
from fairapp.accounts.models import Account
from fairapp.live.models import Outbox
from tests.accounts.steps import PASSWORD, letters, link, rendered, sign_in, with_password

NEW = {"name": "홍길동", "email": "홍길동@한국.kr", "password": PASSWORD}


def test_a_forgotten_password_is_set_anew(app: Flask, client: FlaskClient, person: Account) -> None:
    other = app.test_client()
    sign_in(other, person.email)
    assert client.post("/reset", data={"email": person.email}).location == "/reset/sent"
    path = link(app)
    assert "새 비밀번호" in client.get(path).text
    assert client.post(path, data={"password": "짧아요"}).status_code == 422
    assert client.post(path, data={"password": person.email}).status_code == 422
    assert client.post(path, data={"password": "바람 부는 언덕 위"}).location == "/reset/done"
    assert client.get("/reset/done").status_code == 200
    assert client.get(path).status_code == client.post(path, data={"password": "또 다른 비밀번호"}).status_code == 404
    assert other.get("/account").status_code == 303
    assert sign_in(client, person.email).status_code == 422
    assert sign_in(client, person.email, "바람 부는 언덕 위").status_code == 303


def test_a_link_that_is_of_no_use_says_what_to_do(client: FlaskClient, app: Flask) -> None:
    for path in ("/confirm/x", "/reset/x.y", f"/reset/{pushes.link_secret('never made')}", "/confirm/%00", "/reset/가"):
        answer = client.get(path)
        assert (answer.status_code, "/reset" in answer.text) == (404, True)


def test_a_letter_without_use_is_dropped(app: Flask, client: FlaskClient, person: Account) -> None:
    client.post("/reset", data={"email": person.email})
    assert rendered(app) is not None
    client.post(link(app), data={"password": "바람 부는 언덕 위"})
    with db.of(app).read() as session:
        rows = list(session.scalars(select(Outbox).order_by(Outbox.id)))
        asked, changed = (
            pushes.RENDERERS[row.kind](session, row, "ko", clock.now())  # type: ignore[arg-type]
            for row in rows
        )
    assert asked is None
    assert changed is not None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("account.confirm", "사흘 동안 한 번만 쓸 수 있어요"),
        ("account.known", "이미 계정이 있어서 새로 만들지 않았어요"),
        ("account.reset", "두 시간 동안 한 번만 쓸 수 있어요"),
    ],
)
def test_each_letter_says_what_it_is_about(app: Flask, client: FlaskClient, kind: str, words: str) -> None:
    if kind != "account.confirm":
        with_password(app, email="홍길동@한국.kr", name="홍길동")
    client.post("/reset" if kind == "account.reset" else "/register", data=NEW)
    assert [one for _, one in letters(app)] == [kind]
    letter = rendered(app)
    assert letter is not None
    assert letter.text.startswith("홍길동 님, 안녕하세요.\n")
    assert words in letter.text
    assert "http://127.0.0.1:5000/" in letter.text
    assert "\n\n\n" not in letter.text
