"""Coming in by the pages: register, confirm, sign in and out, a forgotten password."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from fairapp import clock, db
from fairapp.accounts import queries
from fairapp.accounts.models import Account, AccountSession, MailedLink
from fairapp.accounts.rules import passwords
from fairapp.live.models import Outbox
from tests.accounts.steps import PASSWORD, letters, link, sign_in, with_password

NEW = {"name": "홍길동", "email": "홍길동@한국.kr", "password": PASSWORD}


def account_of(app: Flask, email: str) -> queries.Credentials | None:
    """Return the account of an address."""
    with db.of(app).read() as session:
        return queries.credentials(session, email)


def test_a_seeker_registers_confirms_and_signs_in(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/register", data=NEW)
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert "홍길동@한국.kr" in client.get("/register/sent").text
    path = link(app)
    page = client.get(path)
    assert (page.status_code, page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == (
        200,
        "no-referrer",
        "no-store",
    )
    assert account_of(app, "홍길동@한국.kr").confirmed_at is None  # type: ignore[union-attr]  # a GET confirms nothing
    assert client.post(path).location == "/confirmed"
    assert client.get("/confirmed").status_code == 200
    assert client.post(path).status_code == client.get(path).status_code == 404
    answer = sign_in(client, "홍길동@한국.kr", data={"next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "홍길동@한국.kr" in client.get("/account").text


def test_the_outbox_and_the_links_hold_no_secret(app: Flask, client: FlaskClient) -> None:
    client.post("/register", data=NEW)
    secret = link(app).rsplit("/", 1)[1]
    with db.of(app).read() as session:
        row, kept = session.scalars(select(Outbox)).one(), session.scalars(select(MailedLink)).one()
        assert secret not in str(row.data)
        assert row.data["key"] not in (kept.key_hash, kept.name, kept.password_hash)
    assert client.post(f"/confirm/{row.data['key']}").status_code == 404
    other = "x" if secret[-9] != "x" else "y"  # not the last: some of its bits say nothing in base64
    assert client.post(f"/confirm/{secret[:-9]}{other}{secret[-8:]}").status_code == 404
    assert client.post(f"/confirm/{secret}").status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "hong"}, "메일 주소를 확인해 주세요"),
        ({"email": ""}, "적어 주세요"),
        ({"name": "가" * 81}, "이름은 80자까지 쓸 수 있어요"),
        ({"name": "가\x00"}, "이름에 쓸 수 없는 글자가 있어요"),
        ({"password": "짧아요"}, "비밀번호는 10자 이상이어야 해요"),
        ({"password": "x" * 201}, "비밀번호는 200자까지 쓸 수 있어요"),
        (
            {"email": "gildong@example.kr", "password": "Gildong@example.kr"},
            "메일 주소나 이름과 다른 비밀번호를 정해 주세요",
        ),
        ({"email": "a" * 2000}, "글이 너무 길어요"),
    ],
)
def test_what_cannot_be_registered_is_said_beside_it(
    app: Flask, client: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post("/register", data=NEW | changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert letters(app) == []


def test_everything_that_is_wrong_is_said_at_once(client: FlaskClient) -> None:
    page = client.post("/register", data={"name": "...", "email": "x", "password": "짧아요"}).text
    assert [f'id="{name}-error"' in page for name in ("name", "email", "password")] == [True] * 3
    assert 'value="x"' in page  # what was typed is still there
    assert "짧아요" not in page  # but for the password


def without_csrf(text: str) -> str:
    """Return a page without the tokens that differ each time."""
    return re.sub(r'(csrf-token" content|name="csrf_token"[^>]*value)="[^"]*"', "", text)


def seen(app: Flask, path: str, data: dict[str, str]) -> list[Any]:
    """Return all that somebody new sees of the answer and of the page it leads to."""
    client = app.test_client()
    answer = client.post(path, data=data)
    following = [without_csrf(client.get(answer.location).text)] if answer.location else []
    headers = {name: value for name, value in answer.headers if name not in {"Set-Cookie", "Date"}}
    cookies = sorted(one.split("=")[0] for one in answer.headers.getlist("Set-Cookie"))
    return [answer.status_code, headers, cookies, without_csrf(answer.text), *following]


KNOWN = ("full@example.kr", "open@example.kr", "shut@example.kr", "none@example.kr")


@pytest.fixture
def four(app: Flask) -> Flask:
    """Return the app with a confirmed, an unconfirmed and a disabled account; the fourth address has none."""
    with_password(app, email=KNOWN[0])
    with_password(app, email=KNOWN[1], confirmed_at=None)
    with_password(app, email=KNOWN[2], disabled_at=clock.now())
    return app


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/register", {"name": "가", "password": PASSWORD}),
        ("/reset", {}),
        ("/sign-in", {"password": "not the password"}),
    ],
)
def test_no_answer_tells_whether_there_is_an_account(four: Flask, path: str, data: dict[str, str]) -> None:
    # The addresses are of one length, and taken out where a page repeats what was typed.
    answers = []
    for email in KNOWN:
        text = str(seen(four, path, data | {"email": email}))
        answers.append(text.replace(email, "somebody"))
    assert len(set(answers)) == 1


def test_the_right_password_of_an_unconfirmed_account_is_answered_as_a_wrong_one(four: Flask) -> None:
    client = four.test_client()
    right = seen(four, "/sign-in", {"email": KNOWN[1], "password": PASSWORD})
    disabled = seen(four, "/sign-in", {"email": KNOWN[2], "password": PASSWORD})
    wrong = seen(four, "/sign-in", {"email": KNOWN[3], "password": PASSWORD})
    assert str(right).replace(KNOWN[1], "") == str(wrong).replace(KNOWN[3], "") == str(disabled).replace(KNOWN[2], "")
    assert [kind for _, kind in letters(four)] == ["account.confirm"]
    assert client.post(link(four)).status_code == 303
    assert sign_in(client, KNOWN[1]).status_code == 303


def test_a_password_is_checked_even_where_there_is_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person = with_password(app)
    checked = []
    verify = passwords.hasher.verify

    def counting(kept: str, password: str) -> bool:
        checked.append(kept == person.password_hash)
        return verify(kept, password)

    monkeypatch.setattr(type(passwords.hasher), "verify", lambda _self, kept, password: counting(kept, password))
    for email in (person.email, "nobody@example.kr", "no address"):
        assert sign_in(app.test_client(), email, "not the password").status_code == 422
    assert checked == [True, False, False]


def test_signing_in_starts_a_new_session(app: Flask, client: FlaskClient, person: Account) -> None:
    with client.session_transaction() as session:
        session["secret"], session["planted"] = "planted", "x"
    sign_in(client, person.email)
    with client.session_transaction() as session:
        first = session["secret"]
        assert first != "planted"
        assert "planted" not in session
        assert session.permanent
    sign_in(client, person.email)
    with client.session_transaction() as session:
        assert session["secret"] != first
    with db.of(app).read() as reading:
        assert len(queries.open_sessions(reading, person.id, clock.now())) == 1


def test_a_session_that_ended_is_refused_at_once(app: Flask, person: Account) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here, person.email)
    sign_in(there, person.email)
    assert there.get("/account").status_code == 200
    assert here.post("/account/sessions/end").status_code == 303
    for client in (here, there):
        assert client.get("/account").location == "/sign-in?next=/account"
        assert client.get("/api/v1/me").status_code == 401


def test_signing_out_ends_this_browser_alone(app: Flask, person: Account) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here, person.email)
    sign_in(there, person.email)
    with here.session_transaction() as session:
        secret = session["secret"]
    assert here.post("/sign-out").status_code == 303
    assert here.get("/account").status_code == 303
    assert there.get("/account").status_code == 200
    with here.session_transaction() as session:
        session["secret"] = secret  # a cookie that was kept
    assert here.get("/account").status_code == 303


def test_a_session_in_use_is_noted_once_an_hour(app: Flask, client: FlaskClient, person: Account) -> None:
    sign_in(client, person.email)
    client.get("/account")  # keeps its CSRF token
    assert "Set-Cookie" not in client.get("/account").headers
    long_ago = clock.now() - timedelta(hours=2)
    db.of(app).write(lambda s: s.execute(update(AccountSession).values(seen_at=long_ago)))
    assert "fairapp=" in client.get("/account").headers["Set-Cookie"]
    assert "Set-Cookie" not in client.get("/account").headers


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, person: Account, wanted: str) -> None:
    assert sign_in(client, person.email, data={"next": wanted}).location == "/"
    assert client.get("/sign-in", query_string={"next": wanted}).location == "/"


def test_who_sends_a_form_signed_out_comes_back_to_its_page(client: FlaskClient) -> None:
    answer = client.post("/profile", headers={"Referer": "http://localhost/profile?x=1"})
    assert answer.location == "/sign-in?next=/profile?x%3D1"
    assert client.post("/profile", headers={"Referer": "http://evil.example/"}).location == "/sign-in?next=/"


def test_an_outdated_hash_is_renewed_at_signing_in(app: Flask, client: FlaskClient, person: Account) -> None:
    heavier = passwords.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.of(app).write(lambda s: s.execute(update(Account).values(password_hash=heavier)))
    assert sign_in(client, person.email).status_code == 303
    kept = account_of(app, person.email)
    assert kept is not None
    assert kept.password_hash not in (None, heavier)
    assert sign_in(client, person.email).status_code == 303


def test_a_language_is_chosen_for_browser_and_account(app: Flask, client: FlaskClient, person: Account) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/sign-in"})
    assert (answer.location, answer.headers.getlist("Set-Cookie")[0].split(";")[0]) == ("/sign-in", "language=en")
    assert '<html lang="en"' in client.get("/sign-in").text
    sign_in(client, person.email)
    assert '<html lang="ko"' in client.get("/account").text  # the account's goes before the browser's
    client.post("/language", data={"language": "en"})
    assert account_of(app, person.email).language == "en"  # type: ignore[union-attr]
    assert '<html lang="en"' in client.get("/account").text
    client.post("/language", data={"language": "xx", "next": "//evil.example"})
    assert account_of(app, person.email).language == "en"  # type: ignore[union-attr]


def test_a_strange_token_on_a_page_is_a_page_that_says_so(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code in {303, 401}
    assert client.get("/sign-in", headers={"Authorization": "Basic x"}).status_code < 500
