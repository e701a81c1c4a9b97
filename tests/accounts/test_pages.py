"""One's account, profile, résumé and disclosures by the pages, and the admin's list."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import actions, queries
from fairapp.accounts.models import Account
from tests.accounts.steps import PASSWORD, letters, sign_in
from tests.counting import counted
from tests.factories import make_account, make_agency, make_employer, make_membership
from tests.signing_in import browser_of

PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n"
PRIVATE = ["/account", "/profile", "/resume", "/disclosures", "/admin/accounts", "/seekers/1/resume", "/admin/agencies"]


@pytest.fixture
def mine(app: Flask, person: Account) -> FlaskClient:
    """Return a browser in which the person is signed in."""
    return browser_of(app, person.id)


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    """Return a browser in which an admin is signed in."""
    return browser_of(app, db.of(app).write(lambda s: make_account(s, is_admin=True, email="admin@example.kr").id))


@pytest.mark.parametrize("path", PRIVATE)
def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", ["/admin/accounts", "/admin/accounts/1", "/admin/agencies", "/agencies"])
def test_the_admins_pages_are_for_admins(mine: FlaskClient, path: str) -> None:
    assert mine.get(path).status_code == 403


def test_a_name_is_changed(app: Flask, mine: FlaskClient, person: Account) -> None:
    assert mine.post("/account/name", data={"name": " 박  하늘 "}).status_code == 303
    assert "이름을 바꿨어요" in mine.get("/account").text
    for wrong in ("", "가" * 81, "가\x00", "가\n나"):
        answer = mine.post("/account/name", data={"name": wrong})
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    with db.of(app).read() as session:
        assert queries.account_names(session, [person.id]) == {person.id: "박 하늘"}


def test_a_password_is_changed_by_who_knows_the_old_one(app: Flask, mine: FlaskClient, person: Account) -> None:
    other = browser_of(app, person.id)
    new = "바람 부는 언덕 위"
    wrong = mine.post("/account/password", data={"current": "not the one", "password": new})
    assert (wrong.status_code, "지금 비밀번호와 달라요" in wrong.text) == (422, True)
    assert mine.post("/account/password", data={"current": PASSWORD, "password": "짧아요"}).status_code == 422
    assert mine.post("/account/password", data={}).status_code == 422
    assert other.get("/account").status_code == 200
    assert mine.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert mine.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert letters(app) == [(person.id, "account.changed")]
    assert sign_in(app.test_client(), person.email, new).status_code == 303


def test_the_browsers_of_an_account_are_listed_and_ended(app: Flask, person: Account) -> None:
    here, phone = app.test_client(), app.test_client()
    sign_in(here, person.email)
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    sign_in(phone, person.email, headers={"User-Agent": agent})
    page = here.get("/account").text
    assert "Chrome · Android" in page
    with db.of(app).read() as session:
        newest = queries.open_sessions(session, person.id, clock.now())[0].id
    assert f'action="/account/sessions/{newest}/end"' in page
    assert here.post(f"/account/sessions/{newest}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    for wrong in ("0", "x", "999999", "9" * 30):
        assert here.post(f"/account/sessions/{wrong}/end").status_code == 404


def test_a_token_is_shown_once_and_works_until_it_is_deleted(app: Flask, mine: FlaskClient, person: Account) -> None:
    made = mine.post("/account/tokens", data={"use": "학교 안내판"})
    secret = made.text.split('<code class="secret">')[1].split("<")[0]
    assert f'data-words="{secret}"' in made.text  # what the button copies: the words, not an address made of them
    assert "data-url=" not in made.text
    assert made.headers["Cache-Control"] == "no-store"
    assert secret not in mine.get("/account").text
    program = app.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/me", headers=headers).json["id"] == str(person.id)  # type: ignore[index]
    with db.of(app).read() as session:
        token = queries.open_tokens(session, person.id, clock.now())[0].id
    assert mine.post(f"/account/tokens/{token}/revocation").status_code == 303
    assert program.get("/api/v1/me", headers=headers).status_code == 401
    assert mine.post("/account/tokens", data={"use": "x" * 81}).status_code == 422


PROFILE = {
    "intro": "안녕하세요", "experience": "가게", "experience_years": "2", "education": "bachelor", "skills": "엑셀, 지게차",
    "region": "27110", "phone": "010-1234-5678", "birth_date": "1999-02-03", "wish_occupation": "0111",
    "wish_region": "27000", "wish_employment_type": "regular", "wish_salary": "3200", "segment": "youth",
}  # fmt: skip


def test_a_profile_is_kept_and_shown_again(app: Flask, mine: FlaskClient, person: Account) -> None:
    assert mine.get("/profile").status_code == 200
    assert mine.post("/profile", data=PROFILE).status_code == 303
    with db.of(app).read() as session:
        kept = queries.profile_fields(session, person.id)
    assert (kept.skills, kept.phone, kept.wish_salary, kept.segment) == (
        ("엑셀", "지게차"),
        "+821012345678",
        32_000_000,
        "youth",
    )
    page = mine.get("/profile").text
    for words in ('value="엑셀, 지게차"', 'value="3200"', 'value="1999-02-03"', '<option selected value="27110">'):
        assert words in page
    assert mine.post("/profile", data=dict.fromkeys(PROFILE, "")).status_code == 303  # nothing in it is required
    with db.of(app).read() as session:
        assert queries.profile_fields(session, person.id).segment is None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("phone", "12"), ("birth_date", "2026-02-30"), ("birth_date", "2999-01-01"), ("region", "99999"), ("skills", "x" * 41),
        ("intro", "x" * 2001), ("experience", "가\x00"), ("experience_years", "-1"), ("experience_years", "많이"),
        ("wish_salary", "9" * 40), ("wish_salary", "-3"), ("segment", "rich"), ("wish_employment_type", ["x", "regular"]),
        ("education", "any"), ("skills", ",".join(f"s{n}" for n in range(31))), ("phone", "0" * 3000),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_profile_is_said_beside_it(mine: FlaskClient, name: str, wrong: Any) -> None:
    answer = mine.post("/profile", data=PROFILE | {name: wrong})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert "지게차" in answer.text or name == "skills"  # what was typed is still there


def upload(client: FlaskClient, content: bytes, name: str = "이력서.pdf") -> Any:
    """Send a file."""
    return client.post("/resume", data={"resume": (BytesIO(content), name)})


def test_a_resume_is_a_download_and_nothing_else(mine: FlaskClient) -> None:
    assert mine.get("/resume").status_code == 404
    assert upload(mine, PDF).status_code == 303
    assert "이력서.pdf" in mine.get("/profile").text
    answer = mine.get("/resume")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert mine.post("/resume/removal").status_code == 303
    assert mine.get("/resume").status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"<script>alert(1)</script>", b"PK\x03\x04", PDF[:-6], PDF + b"x" * (5 * 1024 * 1024)]
)
def test_what_is_no_pdf_is_refused(mine: FlaskClient, content: bytes) -> None:
    answer = upload(mine, content)
    assert (answer.status_code, 'id="resume-error"' in answer.text) == (422, True)
    assert mine.post("/resume", data={"resume": "text"}).status_code == 422
    assert mine.post("/resume").status_code == 422
    assert mine.get("/resume").status_code == 404


def test_a_resume_goes_to_whom_its_owner_allowed(app: Flask, mine: FlaskClient, person: Account) -> None:
    def people(session: Session) -> tuple[int, int, int]:
        employer = make_employer(session, name="(주)명성").id
        recruiter = make_membership(session, role="recruiter", employer_id=employer).account_id
        other = make_membership(session, role="recruiter", employer_id=make_employer(session).id).account_id
        return employer, recruiter, other

    employer, recruiter, other = db.of(app).write(people)
    upload(mine, PDF)
    theirs, strangers = browser_of(app, recruiter), browser_of(app, other)
    path = f"/seekers/{person.id}/resume"
    assert theirs.get(path).status_code == 404
    until = clock.now() + timedelta(days=3)
    consent = db.of(app).write(actions.give_consent, person.id, employer, None, "interview", until, clock.now())
    assert (theirs.get(path).data, strangers.get(path).status_code) == (PDF, 404)
    page = mine.get("/disclosures").text
    assert page.count("(주)명성") == 2  # the consent and the look
    assert strangers.post(f"/consents/{consent}/withdrawal").status_code == 404
    assert mine.post(f"/consents/{consent}/withdrawal").status_code == 303
    assert theirs.get(path).status_code == 404
    for wrong in ("0", "x", "9" * 40, "12345678"):
        assert theirs.get(f"/seekers/{wrong}/resume").status_code == 404


def _disclosed(app: Flask, seeker: int) -> Callable[[int], None]:
    def more(times: int) -> None:
        def look(session: Session) -> None:
            for _ in range(times):
                employer = make_employer(session).id
                viewer = make_membership(session, role="recruiter", employer_id=employer).account_id
                until = clock.now() + timedelta(days=3)
                actions.give_consent(session, seeker, employer, None, "interview", until, clock.now())
                actions.disclose(session, seeker, viewer, {employer}, set(), "profile", clock.now())

        db.of(app).write(look)

    return more


def test_the_log_needs_the_same_queries_for_many_rows(app: Flask, mine: FlaskClient, person: Account) -> None:
    more, seen = _disclosed(app, person.id), []
    for times in (1, 2, 27):
        more(times)
        with counted(app) as count:
            assert mine.get("/disclosures").status_code == 200
        seen.append(int(count))
    assert seen[0] == seen[1] == seen[2]


def test_a_long_log_is_read_in_parts(app: Flask, mine: FlaskClient, person: Account) -> None:
    _disclosed(app, person.id)(55)
    page = mine.get("/disclosures").text
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert mine.get(following).text.count('<li class="card">') == 5
    for wrong in ("x", "WzFd!", "bnVsbA", "W251bGxd"):
        assert mine.get("/disclosures", query_string={"cursor": wrong}).status_code in {200, 422}


def test_an_admin_finds_accounts_by_the_beginning_of_their_address(app: Flask, admins: FlaskClient) -> None:
    db.of(app).write(
        lambda s: [make_account(s, email=e).id for e in ("hong@a.kr", "hong@b.kr", "hon@a.kr", "홍길동@한국.kr")]
    )

    def found(q: str) -> list[str]:
        page = admins.get("/admin/accounts", query_string={"q": q}).text
        return [e for e in ("hon@a.kr", "hong@a.kr", "hong@b.kr", "홍길동@한국.kr") if f">{e}<" in page]

    assert found("hong@") == ["hong@a.kr", "hong@b.kr"]
    assert found("HONG@A") == ["hong@a.kr"]
    assert found("홍") == ["홍길동@한국.kr"]
    assert found("%") == found("hong_") == []
    assert admins.get("/admin/accounts", query_string={"q": "\x00"}).status_code == 422


def test_the_list_of_accounts_goes_on_and_needs_the_same_queries(app: Flask, admins: FlaskClient) -> None:
    counts = []
    for times in (1, 2, 57):
        db.of(app).write(lambda s, n=times: [make_account(s).id for _ in range(n)])
        with counted(app) as count:
            page = admins.get("/admin/accounts").text
        counts.append(int(count))
    assert counts[0] == counts[1] == counts[2]
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert admins.get(following).text.count('role="rowheader"') == 11


def test_an_admin_shuts_an_account_out_and_lets_it_in(app: Flask, admins: FlaskClient, person: Account) -> None:
    theirs = browser_of(app, person.id)
    assert admins.get(f"/admin/accounts/{person.id}").status_code == 200
    assert theirs.post(f"/admin/accounts/{person.id}/disabling").status_code == 403
    assert admins.post(f"/admin/accounts/{person.id}/disabling").status_code == 303
    assert theirs.get("/account").status_code == 303
    assert sign_in(app.test_client(), person.email).status_code == 422
    assert "막힌 계정" in admins.get(f"/admin/accounts/{person.id}").text
    assert admins.post(f"/admin/accounts/{person.id}/enabling").status_code == 303
    assert sign_in(app.test_client(), person.email).status_code == 303
    for path in ("/admin/accounts/999999", "/admin/accounts/x", "/admin/accounts/0"):
        assert admins.get(path).status_code == 404
        assert admins.post(f"{path}/disabling").status_code == 404


def test_a_role_is_ended_by_who_may(app: Flask, admins: FlaskClient, person: Account) -> None:
    agency = db.of(app).write(lambda s: make_agency(s, name="대구일자리센터").id)
    role = db.of(app).write(lambda s: make_membership(s, role="coach", agency_id=agency))
    assert "대구일자리센터" in admins.get(f"/admin/accounts/{role.account_id}").text
    assert browser_of(app, person.id).post(f"/memberships/{role.id}/end").status_code == 403
    answer = admins.post(f"/memberships/{role.id}/end", data={"next": f"/admin/accounts/{role.account_id}"})
    assert (answer.status_code, answer.location) == (303, f"/admin/accounts/{role.account_id}")
    assert "대구일자리센터" not in admins.get(f"/admin/accounts/{role.account_id}").text
    assert admins.post("/memberships/999999/end").status_code == 404


def test_forms_need_their_csrf_token(app: Flask, person: Account) -> None:
    client = browser_of(app, person.id)
    app.config["WTF_CSRF_ENABLED"] = True
    for path in ("/account/name", "/sign-out", "/account/sessions/end", "/profile", "/language"):
        assert client.post(path, data={"name": "나"}).status_code == 400
    assert client.get("/account").status_code == 200
