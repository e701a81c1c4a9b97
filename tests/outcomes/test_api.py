"""The calls: one happy path, each refusal, and bad input of every kind."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from fairapp import db
from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Consent
from fairapp.outcomes import actions
from fairapp.outcomes.models import Outcome
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import bearer_of

pytestmark = pytest.mark.usefixtures("at_now")
API = "/api/v1"


def call(app: Flask, who: int | None, method: str, path: str, **more: Any) -> Any:
    """Send a call as this account."""
    headers = bearer_of(app, who) if who else {}
    return app.test_client().open(API + path, method=method, headers=headers, **more)


def code_of(app: Flask, cast: Cast) -> str:
    """Return the code of the seeker's pass."""
    return db.of(app).write(actions.ensure_pass, cast.fair, cast.seeker, NOW)


def test_a_seeker_gets_a_pass_and_is_checked_in_once(app: Flask, cast: Cast):
    code = call(app, cast.seeker, "POST", "/fairs/daegu/passes").json["code"]
    first = call(app, cast.organizer, "POST", "/fairs/daegu/check-ins", json={"code": code})
    assert (first.status_code, first.json["at"], first.json["seeker"]) == (
        201,
        "2026-11-24T01:00:00Z",
        str(cast.seeker),
    )
    with time_machine.travel(NOW + timedelta(minutes=7), tick=False):
        again = call(app, cast.organizer, "POST", f"/fairs/{cast.fair}/check-ins", json={"code": code})
    assert (again.status_code, again.json) == (200, first.json)


@pytest.mark.parametrize("who", ["seeker", "recruiter", "coach_account", "stranger"])
def test_only_the_organizer_checks_in_reports_and_exports(app: Flask, cast: Cast, who: str):
    account = getattr(cast, who)
    assert call(app, account, "POST", "/fairs/daegu/check-ins", json={"code": code_of(app, cast)}).status_code == 403
    assert call(app, account, "GET", "/fairs/daegu/report").status_code == 403
    assert call(app, account, "GET", "/fairs/daegu/exports/bookings.csv").status_code == 403
    assert call(app, cast.organizer, "GET", "/fairs/seoul/exports/bookings.csv").status_code == 403
    assert call(app, None, "GET", "/fairs/daegu/report").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "ABCDEFGHJK"}, 404),
        ({"code": ""}, 404),
        ({"code": "x" * 201}, 422),
        ({"code": 5}, 422),
        ({"code": None}, 422),
        ({"code": "A\x00B"}, 422),
        ({}, 422),
        ([], 422),
        ({"code": "ABCDEFGHJK", "more": 1}, 422),
    ],
)
def test_a_bad_code_is_refused_with_a_problem(app: Flask, cast: Cast, body, status):
    answer = call(app, cast.organizer, "POST", "/fairs/daegu/check-ins", json=body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_attendance_is_put_for_both_sides_and_taken_back(app: Flask, cast: Cast):
    path = f"/bookings/{cast.booking}/attendance"
    both = call(app, cast.recruiter, "PUT", path, json={"seeker": "present", "host": "present"})
    assert both.json == {"booking": str(cast.booking), "seeker": "present", "host": "present", "interviewed": True}
    back = call(app, cast.organizer, "PUT", path, json={"host": None})
    assert (back.json["seeker"], back.json["host"], back.json["interviewed"]) == ("present", None, False)
    coach = call(app, cast.coach_account, "PUT", f"/bookings/{cast.coaching}/attendance", json={"seeker": "present"})
    assert coach.status_code == 409  # it begins in an hour
    assert coach.json["type"] == "/problems/not-yet"


def withdraw(app: Flask, cast: Cast) -> None:
    """Let the seeker withdraw every consent."""
    with db.of(app).read() as session:
        consents = session.scalars(select(Consent.id).where(Consent.seeker_id == cast.seeker)).all()
    for one in consents:
        db.of(app).write(accounts.withdraw_consent, cast.seeker, one, NOW)


def test_a_coach_writes_of_whom_she_coaches_by_consent_alone(app: Flask, cast: Cast):
    path, outcome = f"/bookings/{cast.booking}/outcomes", {"stage": "interviewed", "on": "2026-11-24"}
    told = call(app, cast.coach_account, "POST", path, json=outcome | {"evidence": "call", "reference": "24-7"})
    assert (told.status_code, told.json["stage"]) == (201, "interviewed")
    with db.of(app).read() as session:
        row = session.scalars(select(Outcome)).one()
        assert (row.role, row.evidence, row.reference, row.recorded_by) == ("coach", "call", "24-7", cast.coach_account)
    withdraw(app, cast)
    assert call(app, cast.coach_account, "POST", path, json=outcome | {"stage": "passed"}).status_code == 404


def test_who_has_no_part_in_a_meeting_does_not_find_it(app: Flask, cast: Cast):
    withdraw(app, cast)
    for who, status in ((cast.stranger, 404), (cast.coach_account, 404), (cast.seeker, 403)):
        path = f"/bookings/{cast.booking}"
        assert call(app, who, "PUT", f"{path}/attendance", json={"seeker": "present"}).status_code == status
        outcome = {"stage": "interviewed", "on": "2026-11-24"}
        assert call(app, who, "POST", f"{path}/outcomes", json=outcome).status_code == status
    assert call(app, cast.recruiter, "PUT", "/bookings/0/attendance", json={}).status_code == 404
    assert call(app, cast.recruiter, "PUT", f"/bookings/{2**70}/attendance", json={}).status_code == 404
    assert call(app, cast.recruiter, "PUT", f"/bookings/{cast.coaching}/attendance", json={}).status_code == 404


@pytest.mark.parametrize("body", [{"seeker": "late"}, {"seeker": 1}, {"guest": "present"}, [1], "x"])
def test_bad_attendance_is_refused(app: Flask, cast: Cast, body):
    answer = call(app, cast.recruiter, "PUT", f"/bookings/{cast.booking}/attendance", json=body)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_an_outcome_is_appended_and_told_in_order(app: Flask, cast: Cast):
    path = f"/bookings/{cast.booking}/outcomes"
    early = call(app, cast.recruiter, "POST", path, json={"stage": "hired", "on": "2026-11-24"})
    assert (early.status_code, early.json["type"]) == (409, "/problems/wrong-state")
    call(
        app,
        cast.recruiter,
        "PUT",
        f"/bookings/{cast.booking}/attendance",
        json={"seeker": "present", "host": "present"},
    )
    body = {"stage": "hired", "on": "2026-11-24", "listing": str(cast.listing), "salary": 45_000_000}
    made = call(app, cast.recruiter, "POST", path, json=body)
    assert (made.status_code, made.json["stage"], made.json["booking"]) == (201, "hired", str(cast.booking))
    fixed = call(
        app, cast.organizer, "POST", path, json={"stage": "offered", "on": "2026-11-24", "corrects": made.json["id"]}
    )
    assert fixed.status_code == 201


@pytest.mark.parametrize(
    ("salary", "a_year"),
    [
        (45_000_000, 45_000_000),
        ({"min": 3_000_000, "max": None, "period": "month"}, 36_000_000),
        ({"min": 45_000_000, "max": 50_000_000, "period": "year"}, 45_000_000),
        ({"min": None, "max": None, "period": None}, None),
    ],
)
def test_a_salary_is_kept_as_a_year_s(app: Flask, cast: Cast, salary: Any, a_year: int | None):
    db.of(app).write(actions.mark_attendance, cast.booking, seeker="present", host="present", by=1, now=NOW)
    body = {"stage": "passed", "on": "2026-11-24", "listing": str(cast.listing), "salary": salary}
    made = call(app, cast.recruiter, "POST", f"/bookings/{cast.booking}/outcomes", json=body)
    assert made.status_code == 201
    with db.of(app).read() as session:
        assert session.get_one(Outcome, int(made.json["id"])).salary == a_year


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "dancing"},
        {"stage": None},
        {"on": "tomorrow"},
        {"on": "2026-11-23"},
        {"on": "2026-11-25"},
        {"on": "9999-12-31"},
        {"on": "0001-01-01"},
        {"listing": 7},
        {"listing": "999999"},
        {"salary": 0},
        {"salary": 2**80},
        {"salary": "lots"},
        {"salary": {"min": 3_000_000, "period": "day"}},
        {"salary": {"min": 0, "period": "month"}},
        {"salary": {"period": "month"}},
        {"on": 1_700_000_000},
        {"occupation": "00000"},
        {"occupation": "9999"},
        {"employment_type": "forever"},
        {"corrects": "0"},
        {"extra": 1},
    ],
)
def test_a_bad_outcome_is_refused(app: Flask, cast: Cast, changes):
    body = {"stage": "interviewed", "on": "2026-11-24"} | changes
    answer = call(app, cast.recruiter, "POST", f"/bookings/{cast.booking}/outcomes", json=body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["errors"]


def test_correcting_what_is_not_there_is_not_found(app: Flask, cast: Cast):
    body = {"stage": "interviewed", "on": "2026-11-24", "corrects": "77"}
    assert call(app, cast.recruiter, "POST", f"/bookings/{cast.booking}/outcomes", json=body).status_code == 404


def test_the_report_says_what_the_query_says(app: Flask, cast: Cast):
    history_at(app, cast)
    told = call(app, cast.organizer, "GET", "/fairs/daegu/report").json
    assert [(s["stage"], s["people"]) for s in told["funnel"]] == [
        *((stage, 1) for stage in ("registered", "came", "booked", "interviewed", "passed", "offered", "hired")),
        ("started", 0),
        ("retained", 0),
    ]
    assert {m["name"]: m["value"] for m in told["measures"]}["placement"] == 100.0
    assert (told["hires"], told["hire_target"], told["target_share"]) == (1, 150, 0.7)
    assert {i["name"]: i["share"] for i in told["indicators"]} == {
        "youth": None,
        "regular": 100.0,
        "professional": 100.0,
        "career_break": 0.0,
        "age_50_plus": None,
        "returnee": 0.0,
    }
    before = call(app, cast.organizer, "GET", "/fairs/daegu/report?as_of=2026-11-24T09:30:00%2B09:00").json
    assert before["as_of"] == "2026-11-24T00:30:00Z"
    assert [s["people"] for s in before["funnel"]] == [1, 0, 1, 0, 0, 0, 0, 0, 0]


def history_at(app: Flask, cast: Cast) -> None:
    """Let the seeker come and be hired, all by NOW."""
    write = db.of(app).write
    write(actions.check_in, cast.fair, code_of(app, cast), cast.organizer, NOW - timedelta(minutes=10))
    write(actions.mark_attendance, cast.booking, seeker="present", host="present", by=cast.recruiter, now=NOW)
    found = actions.Found("hired", NOW.date())
    write(actions.append_outcome, cast.booking, found, cast.recruiter, NOW)
