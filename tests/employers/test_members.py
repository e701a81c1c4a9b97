"""Entering one employer by hand, and the people who recruit for it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account
from fairapp.employers import actions, queries
from fairapp.employers.models import Employer
from fairapp.errors import Forbidden
from tests.casting import Cast, by, page_of, person
from tests.counting import counted
from tests.factories import NOW, make_account, make_employer, make_membership

pytestmark = pytest.mark.usefixtures("at_now")

NEW = "/organize/employers/new"
TYPED = {
    "name": "(주)한빛전자",
    "name_en": "Hanbit",
    "registration_number": "124-81-00998",
    "industry": "회로 기판",
    "employees": "42",
    "region": "27290",
}


@pytest.fixture
def path(app: Flask, cast: Cast) -> str:
    """Return the members page of the cast's employer; there is a colleague without a role, and an admin."""

    def people(session: Session) -> None:
        make_account(session, email="colleague@example.kr", name="김동료")
        make_account(session, email="unconfirmed@example.kr", confirmed_at=None)
        make_account(session, email="shut@example.kr", disabled_at=NOW)
        session.get_one(Account, person(session, "admin")).is_admin = True

    db.of(app).write(people)
    return f"/employers/{cast.employer}/members"


def entered(app: Flask) -> list[Employer]:
    """Return the employers with the name that is typed here."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Employer).where(Employer.name_key == "한빛전자")))


def people_of(app: Flask, employer_id: int) -> list[str]:
    """Return the names of an employer's recruiters."""
    with db.of(app).read() as session:
        return [one.name for one in accounts.members(session, employer_id=employer_id)]


def ending_of(page: str, name: str) -> tuple[str, str]:
    """Return where the button beside a person sends, and the page it comes back to."""
    form = page.split(f"<b>{name}</b>")[-1].split("</form>")[0]  # the menu of one's own stands before
    return form.split('action="')[1].split('"')[0], form.split('name="next" value="')[1].split('"')[0]


def test_an_organizer_enters_an_employer_and_goes_on_to_its_recruiters(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    assert f'href="{NEW}"' in page_of(client, "/organize/employers", "organizer")
    assert "다시 확인해요" not in page_of(client, NEW, "organizer")
    made = client.post(NEW, data=TYPED, **by("organizer"))
    (kept,) = entered(app)
    assert (made.status_code, made.location) == (303, f"/employers/{kept.id}/members")
    assert (kept.name_en, kept.registration_number, kept.industry) == ("Hanbit", "1248100998", "회로 기판")
    assert (kept.employees, kept.region, kept.verified_at) == (42, "27290", None)
    listed = page_of(client, "/organize/employers", "organizer")
    assert f'href="{made.location}"' in listed
    assert "아직 아무도 없어요" in page_of(client, made.location, "organizer")
    assert f'href="{made.location}"' in page_of(client, f"/employers/{kept.id}/edit", "organizer")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "가\x00"}, "name"),
        ({"name": "가" * 121}, "name"),
        ({"registration_number": "123"}, "registration_number"),
        ({"registration_number": "124-81-00999"}, "registration_number"),
        ({"employees": "많음"}, "employees"),
        ({"employees": "-1"}, "employees"),
        ({"region": "00000"}, "region"),
        ({"about": "x" * 5001}, "about"),
    ],
)
def test_what_is_wrong_with_an_employer_is_said_beside_it(
    app: Flask, client: FlaskClient, cast: Cast, changes: dict[str, str], field: str
) -> None:
    answer = client.post(NEW, data=TYPED | changes, **by("organizer"))
    assert (answer.status_code, f'id="{field}-error"' in answer.text, "회로 기판" in answer.text) == (422, True, True)
    assert entered(app) == []


def test_a_number_that_another_employer_has_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    db.of(app).write(lambda session: make_employer(session, registration_number="1248100998").id)
    answer = client.post(NEW, data=TYPED, **by("organizer"))
    assert (answer.status_code, "이미 등록된 사업자등록번호예요" in answer.text) == (422, True)
    assert entered(app) == []


@pytest.mark.parametrize(("name", "status"), [("", 303), ("seeker", 403), ("recruiter", 403)])
def test_nobody_else_enters_employers(app: Flask, client: FlaskClient, cast: Cast, name: str, status: int) -> None:
    page_of(client, NEW, name, status)
    assert client.post(NEW, data=TYPED, **by(name)).status_code == status
    assert entered(app) == []


@pytest.mark.parametrize("name", ["organizer", "other-organizer", "admin", "recruiter"])
def test_organizers_admins_and_colleagues_add_a_recruiter(
    app: Flask, client: FlaskClient, cast: Cast, path: str, name: str
) -> None:
    for _again in range(2):
        given = client.post(path, data={"email": "Colleague@example.kr"}, **by(name))
        assert (given.status_code, given.location) == (303, path)
    assert people_of(app, cast.employer) == ["recruiter", "김동료"]
    assert "김동료" in page_of(client, path, name)


@pytest.mark.parametrize("name", ["organizer", "recruiter"])
@pytest.mark.parametrize(
    "email", ["nobody@example.kr", "unconfirmed@example.kr", "shut@example.kr", "x", "", "\x00", "a" * 999]
)
def test_an_address_that_cannot_recruit_is_refused_beside_the_field(
    app: Flask, client: FlaskClient, cast: Cast, path: str, name: str, email: str
) -> None:
    answer = client.post(path, data={"email": email}, **by(name))
    assert (answer.status_code, 'id="email-error"' in answer.text) == (422, True)
    assert people_of(app, cast.employer) == ["recruiter"]


def test_strangers_neither_see_nor_add_recruiters(app: Flask, client: FlaskClient, cast: Cast, path: str) -> None:
    for name, status in (("", 303), ("seeker", 404), ("other-recruiter", 404)):
        page_of(client, path, name, status)
        assert client.post(path, data={"email": "colleague@example.kr"}, **by(name)).status_code == status
    for wrong in ("0", "x", "99999"):
        page_of(client, f"/employers/{wrong}/members", "organizer", 404)
    assert people_of(app, cast.employer) == ["recruiter"]


def test_an_organizer_ends_a_role_and_it_opens_nothing_any_more(
    app: Flask, client: FlaskClient, cast: Cast, path: str
) -> None:
    action, back = ending_of(page_of(client, path, "organizer"), "recruiter")
    assert client.post(action, data={"next": back}, **by("organizer")).location == path
    assert people_of(app, cast.employer) == []
    page_of(client, path, "recruiter", 404)
    former = _account_of(app, "recruiter")
    with pytest.raises(Forbidden):
        db.of(app).write(actions.add_recruiter, former, cast.employer, "colleague@example.kr", NOW)


def test_a_recruiter_ends_the_own_role_alone(app: Flask, client: FlaskClient, cast: Cast, path: str) -> None:
    client.post(path, data={"email": "colleague@example.kr"}, **by("recruiter"))
    page = page_of(client, path, "recruiter")
    assert page.count('/end"') == 1
    action, back = ending_of(page, "recruiter")
    colleagues, _ = ending_of(page_of(client, path, "organizer"), "김동료")
    assert client.post(colleagues, **by("recruiter")).status_code == 403
    assert client.post(action, data={"next": back}, **by("recruiter")).location == "/"
    assert people_of(app, cast.employer) == ["김동료"]


def _account_of(app: Flask, name: str) -> int:
    with db.of(app).read() as session:
        return session.scalars(select(Account.id).where(Account.name == name)).one()


def test_recruiting_for_one_employer_is_not_recruiting_for_another(app_on_both: Flask) -> None:
    def made(session: Session) -> list[bool]:
        employer, other = make_employer(session), make_employer(session)
        role: dict[str, Any] = {"role": "recruiter", "employer_id": employer.id}
        now, former = make_membership(session, **role), make_membership(session, **role, ended_at=NOW)
        return [
            queries.recruits(session, now.account_id, employer.id),
            queries.recruits(session, now.account_id, other.id),
            queries.recruits(session, former.account_id, employer.id),
        ]

    assert db.of(app_on_both).write(made) == [True, False, False]


def test_many_recruiters_need_no_more_queries(app: Flask, client: FlaskClient, cast: Cast, path: str) -> None:
    counts = []
    for times in (0, 2, 27):

        def more(session: Session, times: int = times) -> None:
            for _ in range(times):
                make_membership(session, role="recruiter", employer_id=cast.employer)

        db.of(app).write(more)
        with counted(app) as count:
            page_of(client, path, "organizer")
        counts.append(int(count))
    assert counts[0] == counts[1] == counts[2]


def test_an_admin_finds_the_way_from_an_account(app: Flask, client: FlaskClient, cast: Cast, path: str) -> None:
    page = page_of(client, f"/admin/accounts/{_account_of(app, 'seeker')}", "admin")
    assert 'href="/organize/employers?state=all"' in page
    assert 'href="/admin/agencies"' in page
