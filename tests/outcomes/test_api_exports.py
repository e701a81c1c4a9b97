"""The calls of exports: sent at once, ordered, refused, logged; and the command that gives the same bytes."""

from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import clock, db
from fairapp.outcomes import actions, jobs, queries
from fairapp.outcomes.models import ExportJob, ExportLog
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_api import API, call, history_at
from tests.outcomes.test_exports import csv_of, history

pytestmark = pytest.mark.usefixtures("at_now")


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
    monkeypatch.setattr(queries, "save_workbook", lambda *_, **__: 1 / 0)
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
