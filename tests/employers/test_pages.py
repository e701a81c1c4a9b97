"""Pages of employers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fairapp import db
from fairapp.employers import actions, queries
from fairapp.employers.rules import EmployerFields
from tests.casting import Cast, by, page_of
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("at_now")


def test_its_recruiter_changes_an_employer_and_a_stranger_does_not(app: Flask, client: FlaskClient, cast: Cast) -> None:
    path = f"/employers/{cast.employer}/edit"
    assert "(주)명성" in page_of(client, path, "recruiter")
    page_of(client, path, "other-recruiter", 404)
    page_of(client, path, "seeker", 404)
    data = {"rev": "1", "name": "(주)명성", "about": "볼트를 만들어요", "employees": "142", "region": "27290"}
    assert client.post(path, data=data, **by("recruiter")).status_code == 303
    with db.of(app).read() as session:
        kept = queries.get_employer(session, cast.employer)
    assert (kept.about, kept.employees, kept.region, kept.verified_at) == ("볼트를 만들어요", 142, "27290", NOW)
    stale = client.post(path, data=data | {"about": "늦었어요"}, **by("recruiter"))
    assert (stale.status_code, "늦었어요" in stale.text) == (422, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "기업 이름을 적어 주세요"),
        ({"name": "\x00"}, "쓸 수 없는 글자"),
        ({"registration_number": "123"}, "숫자 열 자리"),
        ({"employees": "많음"}, "employees-error"),
        ({"region": "00000"}, "지역을 목록에서"),
        ({"about": "x" * 5001}, "5000자까지"),
        ({"rev": "x"}, "그 사이에 내용이 바뀌었어요"),
    ],
)
def test_bad_input_comes_back_with_a_sentence(
    client: FlaskClient, cast: Cast, changes: dict[str, str], said: str
) -> None:
    data = {"rev": "1", "name": "명성", "industry": "볼트"} | changes
    answer = client.post(f"/employers/{cast.employer}/edit", data=data, **by("recruiter"))
    assert answer.status_code == 422
    assert said in answer.text
    assert "볼트" in answer.text


def test_organizers_verify_the_chosen_in_bulk(app: Flask, client: FlaskClient, cast: Cast) -> None:
    waiting = [db.of(app).write(actions.make_employer, EmployerFields(f"새 기업 {n}"), NOW) for n in range(3)]
    page = page_of(client, "/organize/employers", "organizer")
    assert all(f'value="{one}"' in page for one in waiting)
    assert f'value="{cast.employer}"' not in page
    assert "새 기업 1" in page_of(client, "/organize/employers?q=%EC%83%88%20%EA%B8%B0%EC%97%85%201", "organizer")
    data = {"employer": [str(one) for one in waiting[:2]]}
    assert client.post("/organize/employers/verifications", data=data, **by("organizer")).status_code == 303
    page = page_of(client, "/organize/employers", "organizer")
    assert [f'value="{one}"' in page for one in waiting] == [False, False, True]


@pytest.mark.parametrize("name", ["seeker", "recruiter"])
def test_nobody_else_verifies(client: FlaskClient, cast: Cast, name: str) -> None:
    page_of(client, "/organize/employers", name, 403)
    data = {"employer": str(cast.employer), "do": "unverify"}
    assert client.post("/organize/employers/verifications", data=data, **by(name)).status_code == 403


@pytest.mark.parametrize("query", ["q=%00", "q=" + "가" * 300, "cursor=xx", "state=%27"])
def test_a_strange_question_is_no_failure(client: FlaskClient, cast: Cast, query: str) -> None:
    assert client.get(f"/organize/employers?{query}", **by("organizer")).status_code in {200, 422}
