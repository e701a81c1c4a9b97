"""The trace as people read it: searched, in pages, each fair's for its organizer, the rest for admins."""

from datetime import timedelta

import pytest
from flask import Flask

from fairapp import db, trace
from fairapp.accounts import actions as accounts
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_actions import append, mark
from tests.outcomes.test_pages import words
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")
PATH = "/organize/daegu/trace"


def test_the_trace_is_searched_by_deed_person_thing_and_day(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    mark(app, cast, seeker="present")
    row = append(app, cast, "interviewed")
    organizer = browser_of(app, cast.organizer)

    def found(**asked: object) -> tuple[bool, bool]:
        page = organizer.get(PATH, query_string=asked)
        assert page.status_code == 200
        table = page.text.partition("<table")[2]
        return "출석을 적음" in table, "결과를 적음" in table

    assert found() == (True, True)
    assert found(what="attendance.") == (True, False)
    assert found(what="outcome.") == (False, True)
    assert found(about=row) == (row == cast.booking, True)
    assert found(day="2026-11-24") == (True, False)
    assert found(day="2026-11-25") == (False, True)
    assert found(actor="아무도") == (False, False)
    assert "찾는 기록이 없어요" in organizer.get(PATH, query_string={"actor": "%"}).text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"day": "24/11"}, 422),
        ({"day": "0001-01-01"}, 422),
        ({"about": "x"}, 422),
        ({"about": "9" * 30}, 422),
        ({"actor": "\x00" * 200}, 200),
        ({"cursor": "nonsense"}, 422),
    ],
)
def test_a_bad_search_is_told(app: Flask, cast: Cast, asked: dict[str, str], status: int):
    assert browser_of(app, cast.organizer).get(PATH, query_string=asked).status_code == status


def test_a_long_trace_comes_in_pages_with_as_many_queries(app: Flask, cast: Cast):
    organizer = browser_of(app, cast.organizer)
    db.of(app).write(lambda s: trace.record(s, "fair.changed", "fair", 1, NOW, by=cast.organizer, fair_id=cast.fair))
    organizer.get(PATH)
    with counted(app) as one:
        organizer.get(PATH)

    def many(session: object) -> None:
        for n in range(60):
            about = {"by": cast.organizer, "fair_id": cast.fair}
            trace.record(session, "fair.changed", "fair", n, NOW + timedelta(minutes=n), **about)  # type: ignore[arg-type]

    db.of(app).write(many)
    with counted(app) as after:
        page = organizer.get(PATH)
    assert int(after) == int(one)
    following = page.text.split('href="/organize/daegu/trace?cursor=')[1].split('"')[0]
    assert organizer.get(PATH, query_string={"cursor": following}).status_code == 200


def test_each_sees_the_trace_that_is_theirs(app: Flask, cast: Cast):
    assert browser_of(app, cast.recruiter).get(PATH).status_code == 403
    assert browser_of(app, cast.organizer).get("/admin/trace").status_code == 403
    db.of(app).write(accounts.make_admin, cast.stranger)
    page = browser_of(app, cast.stranger).get("/admin/trace")
    assert (page.status_code, "관리자로 정함" in words(page)) == (200, True)
