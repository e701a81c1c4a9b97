"""Agencies by the pages: admins make them, organizers look after their people."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.agencies import queries
from fairapp.agencies.pages import agencies as agency_pages
from tests.counting import counted
from tests.factories import make_account, make_agency, make_membership
from tests.signing_in import browser_of

NEW = {"name": "달서구 일자리센터", "name_en": "", "slug": "dalseo", "kind": "district", "parent_id": ""}


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    """Return a browser in which an admin is signed in."""
    return browser_of(app, db.of(app).write(lambda s: make_account(s, is_admin=True).id))


@pytest.fixture
def cast(app: Flask) -> dict[str, Any]:
    """Return an agency with its organizer's browser, another agency, and somebody without a role."""

    def people(session: Session) -> tuple[int, int, int]:
        agency, other = make_agency(session), make_agency(session)
        make_account(session, email="coach@example.kr", name="김코치")
        return agency.id, other.id, make_membership(session, role="organizer", agency_id=agency.id).account_id

    agency, other, organizer = db.of(app).write(people)
    return {"agency": agency, "other": other, "browser": browser_of(app, organizer)}


def test_an_admin_makes_and_changes_an_agency(app: Flask, admins: FlaskClient) -> None:
    assert "아직 기관이 없어요" in admins.get("/admin/agencies").text
    assert admins.get("/admin/agencies/new").status_code == 200
    made = admins.post("/admin/agencies/new", data=NEW)
    assert made.status_code == 303
    with db.of(app).read() as session:
        found = queries.agency_by_slug(session, "dalseo")
    assert found is not None
    assert made.location == f"/agencies/{found.id}/members"
    assert 'value="dalseo"' in admins.get(f"/admin/agencies/{found.id}").text
    changed = admins.post(f"/admin/agencies/{found.id}", data=NEW | {"name": "달서구청"})
    assert (changed.status_code, changed.location) == (303, "/admin/agencies")
    assert "달서구청" in admins.get("/admin/agencies").text


@pytest.mark.parametrize("most", [500, 0])
def test_the_agency_it_belongs_to_is_offered_and_stays(
    app: Flask, admins: FlaskClient, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(agency_pages, "MOST_OFFERED", most)  # though it be beyond the first ones
    above = db.of(app).write(lambda session: make_agency(session, name="대구시").id)
    below = db.of(app).write(lambda session: make_agency(session, parent_id=above).id)
    page = admins.get(f"/admin/agencies/{below}").text
    assert f'<option selected value="{above}">대구시</option>' in page
    assert f'value="{below}"' not in page


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("slug", "대구"), ("slug", ""), ("name", ""), ("name", "가\x00"), ("name", "가" * 121), ("kind", "planet"),
        ("parent_id", "x"), ("parent_id", "99999"), ("parent_id", "9" * 40), ("name_en", "a" * 2000),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_agency_is_said_beside_it(admins: FlaskClient, name: str, wrong: str) -> None:
    answer = admins.post("/admin/agencies/new", data=NEW | {name: wrong})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text


def test_an_organizer_gives_roles_in_the_own_agency_alone(cast: dict[str, Any]) -> None:
    browser, path = cast["browser"], f"/agencies/{cast['agency']}/members"
    assert browser.get("/agencies").text.count("/members") == 1
    given = browser.post(path, data={"email": "Coach@example.kr", "role": "coach"})
    assert (given.status_code, given.location) == (303, path)
    page = browser.get(path).text
    assert "김코치" in page
    theirs = f"/agencies/{cast['other']}/members"
    assert browser.get(theirs).status_code == 404
    assert browser.post(theirs, data={"email": "coach@example.kr", "role": "coach"}).status_code == 404
    ending = page.split("김코치")[1].split('action="')[1].split('"')[0]
    assert browser.post(ending, data={"next": path}).location == path
    assert "김코치" not in browser.get(path).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.kr"},
        {"email": "x"},
        {"email": ""},
        {"role": "recruiter"},
        {"role": "admin"},
        {"email": "\x00"},
    ],
)
def test_a_role_that_cannot_be_given_is_refused(cast: dict[str, Any], wrong: dict[str, str]) -> None:
    data = {"email": "coach@example.kr", "role": "coach"} | wrong
    answer = cast["browser"].post(f"/agencies/{cast['agency']}/members", data=data)
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)


def test_others_see_no_members(app: Flask, client: FlaskClient, cast: dict[str, Any]) -> None:
    path = f"/agencies/{cast['agency']}/members"
    somebody = browser_of(app, db.of(app).write(lambda s: make_account(s).id))
    assert client.get(path).status_code == 303
    assert somebody.get(path).status_code == 403
    for wrong in ("0", "x", "99999"):
        assert cast["browser"].get(f"/agencies/{wrong}/members").status_code == 404


def test_lists_need_the_same_queries_for_many_rows(app: Flask, admins: FlaskClient, cast: dict[str, Any]) -> None:
    for path in ("/admin/agencies", f"/agencies/{cast['agency']}/members"):
        counts = []
        for times in (1, 2, 27):

            def more(session: Session, times: int = times) -> None:
                for _ in range(times):
                    make_agency(session)
                    make_membership(session, role="coach", agency_id=cast["agency"])

            db.of(app).write(more)
            with counted(app) as count:
                assert admins.get(path).status_code == 200
            counts.append(int(count))
        assert counts[0] == counts[1] == counts[2]


def test_a_long_list_of_agencies_goes_on(app: Flask, admins: FlaskClient) -> None:
    db.of(app).write(lambda s: [make_agency(s).id for _ in range(53)])
    page = admins.get("/admin/agencies").text
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert admins.get(following).text.count('role="rowheader"') == 3
