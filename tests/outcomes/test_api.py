"""The calls: one happy path, each refusal, and bad input of every kind."""

from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from fairapp import clock, db
from fairapp.outcomes import actions, jobs, queries
from fairapp.outcomes.models import ExportJob, ExportLog
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_exports import csv_of, history
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


def test_who_has_no_part_in_a_meeting_does_not_find_it(app: Flask, cast: Cast):
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
        ("came", 1),
        ("booked", 1),
        ("interviewed", 1),
        ("passed", 1),
        ("hired", 1),
    ]
    assert (told["hires"], told["hire_target"], told["target_share"]) == (1, 150, 0.7)
    assert {i["name"]: i["share"] for i in told["indicators"]} == {
        "youth": None,
        "regular": 100.0,
        "professional": 100.0,
    }
    before = call(app, cast.organizer, "GET", "/fairs/daegu/report?as_of=2026-11-24T09:30:00%2B09:00").json
    assert before["as_of"] == "2026-11-24T00:30:00Z"
    assert [s["people"] for s in before["funnel"]] == [0, 1, 0, 0, 0]


def history_at(app: Flask, cast: Cast) -> None:
    """Let the seeker come and be hired, all by NOW."""
    write = db.of(app).write
    write(actions.check_in, cast.fair, code_of(app, cast), cast.organizer, NOW - timedelta(minutes=10))
    write(actions.mark_attendance, cast.booking, seeker="present", host="present", by=cast.recruiter, now=NOW)
    found = actions.Found("hired", NOW.date())
    write(actions.append_outcome, cast.booking, found, cast.recruiter, NOW)


def test_a_csv_file_is_streamed_and_logged(app: Flask, cast: Cast):
    history_at(app, cast)
    answer = call(app, cast.organizer, "GET", "/fairs/daegu/exports/outcomes.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="daegu-outcomes-20261124T010000Z.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == csv_of(app, cast, "outcomes", NOW)
    assert answer.data.count(b"\r\n") == 2
    with db.of(app).read() as session:
        row = session.scalars(select(ExportLog)).one()
    assert (row.taken_by, row.kind, row.format, row.as_of, row.at, row.rows) == (
        cast.organizer,
        "outcomes",
        "csv",
        NOW,
        NOW,
        1,
    )


def test_a_file_that_is_not_sent_to_its_end_is_logged_without_rows(app: Flask, cast: Cast):
    history_at(app, cast)
    answer = call(app, cast.organizer, "GET", "/fairs/daegu/exports/outcomes.csv", buffered=False)
    answer.close()
    with db.of(app).read() as session:
        assert session.scalars(select(ExportLog.rows)).one() is None


def test_a_workbook_is_sent_at_once(app: Flask, cast: Cast, tmp_path):
    history_at(app, cast)
    answer = call(app, cast.organizer, "GET", f"/fairs/{cast.fair}/exports/attendance.xlsx")
    assert answer.status_code == 200
    (tmp_path / "x.xlsx").write_bytes(answer.data)
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").active.max_row == 4
    assert list(queries.exports_folder().iterdir()) == []
    with db.of(app).read() as session:
        assert session.scalars(select(ExportLog.rows)).one() == 3


@pytest.mark.parametrize(
    ("file", "status"),
    [
        ("seekers.csv", 404),
        ("bookings.pdf", 404),
        ("bookings", 404),
        (".csv", 404),
        ("bookings.csv?as_of=yesterday", 422),
        ("bookings.csv?as_of=2026-11-24T10:00:00", 422),
        ("bookings.csv?as_of=2026-11-25T00:00:00Z", 422),
        ("bookings.csv?as_of=0001-01-01T00:00:00%2B23:59", 422),
        ("bookings.csv?as_of=9999-12-31T23:59:59-23:59", 422),
        ("bookings.csv?as_of=%00", 422),
        ("bookings.csv?as_of=" + "9" * 400, 422),
    ],
)
def test_a_file_that_cannot_be_is_refused(app: Flask, cast: Cast, file, status):
    answer = call(app, cast.organizer, "GET", f"/fairs/daegu/exports/{file}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_long_workbook_is_ordered_made_and_deleted(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    history_at(app, cast)
    monkeypatch.setattr("fairapp.outcomes.queries.MOST_WAITED_FOR", 2)
    path = "/fairs/daegu/exports/attendance.xlsx"
    ordered = call(app, cast.organizer, "GET", path)
    assert (ordered.status_code, ordered.json["state"], ordered.json["file"]) == (202, "waiting", None)
    job = ordered.headers["Location"].removeprefix(API)
    assert call(app, cast.organizer, "GET", path).headers["Location"].endswith(job)  # not ordered twice
    assert call(app, cast.organizer, "GET", f"{job}/file").status_code == 409
    assert jobs.make_exports(clock.now()) == 1
    assert jobs.make_exports(clock.now()) == 0
    done = call(app, cast.organizer, "GET", job).json
    assert (done["state"], done["rows"], done["file"]) == ("ready", 3, f"{API}{job}/file")
    file = call(app, cast.organizer, "GET", f"{job}/file")
    assert file.status_code == 200
    assert file.data[:2] == b"PK"
    for stranger in (cast.seeker, cast.recruiter):
        assert call(app, stranger, "GET", job).status_code == 404
        assert call(app, stranger, "GET", f"{job}/file").status_code == 404
    assert jobs.make_exports(NOW + timedelta(days=1, seconds=1)) == 0
    assert list(queries.exports_folder().iterdir()) == []
    assert call(app, cast.organizer, "GET", f"{job}/file").status_code == 404


def test_a_maker_that_died_is_followed_by_another_and_a_failure_is_said(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    write = db.of(app).write
    order = ("attendance", "xlsx", NOW, cast.organizer, NOW)
    job = write(actions.order_export, cast.fair, *order, exact=True)
    assert write(actions.order_export, cast.fair, *order, exact=True) == job
    assert write(actions.claim_export, NOW) == job
    assert write(actions.claim_export, NOW) is None
    assert jobs.make_exports(NOW + timedelta(minutes=31)) == 1
    second = write(actions.order_export, cast.fair, "bookings", "xlsx", NOW, cast.organizer, NOW, exact=True)
    monkeypatch.setattr(queries, "save_workbook", lambda *_: 1 / 0)
    assert jobs.make_exports(NOW) == 0
    with db.of(app).read() as session:
        assert session.get_one(ExportJob, second).state == "failed"
        assert session.scalar(select(func.count()).select_from(ExportLog)) == 0


def test_the_command_gives_the_same_bytes(app: Flask, cast: Cast, tmp_path):
    history(app, cast)
    runner = app.test_cli_runner()
    as_of = ["--as-of", "2026-11-24T10:00:00"]  # the fair's own time
    for form in queries.FORMATS:
        path = str(tmp_path / f"x.{form}")
        made = runner.invoke(
            args=["export", "attendance", "--fair", "daegu", "--format", form, *as_of, "--output", path]
        )
        assert made.exit_code == 0, made.output
        sent = call(app, cast.organizer, "GET", f"/fairs/daegu/exports/attendance.{form}?as_of=2026-11-24T01:00:00Z")
        assert (tmp_path / f"x.{form}").read_bytes() == sent.data
    printed = runner.invoke(args=["export", "attendance", "--fair", "daegu", *as_of])
    assert printed.stdout_bytes == (tmp_path / "x.csv").read_bytes()
    wrong = runner.invoke(args=["export", "attendance", "--fair", "nowhere"])
    assert wrong.exit_code == 1
    assert "Error:" in wrong.output
