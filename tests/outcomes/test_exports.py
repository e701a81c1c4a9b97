"""Exports: what is in them, as of when, and that no cell harms and no file fills the memory."""

import csv
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from fairapp import codes, config, db
from fairapp.accounts.models import Account
from fairapp.outcomes import actions, jobs, queries, rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries.files import csv_parts, write_workbook
from fairapp.scheduling import actions as scheduling
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_actions import DAY, append, mark

ZONE = "Asia/Seoul"
LATER = NOW + timedelta(days=2)


def csv_of(app: Flask, cast: Cast, kind: str, as_of: datetime = LATER) -> bytes:
    """Return the bytes of an export."""
    return b"".join(part for part, _ in queries.stream(db.of(app), kind, "csv", cast.fair, ZONE, as_of))


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file by heading."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def workbook_of(app: Flask, cast: Cast, kind: str, folder: Path, as_of: datetime = LATER) -> list[list[Any]]:
    """Return the cells of a workbook, the heading first."""
    path = folder / f"{kind}.xlsx"
    queries.save_workbook(db.of(app), path, kind, cast.fair, ZONE, as_of)
    sheet = openpyxl.load_workbook(path).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def history(app: Flask, cast: Cast) -> None:
    """Let the seeker come, be interviewed and hired."""
    write = db.of(app).write
    code = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    write(actions.check_in, cast.fair, code, cast.organizer, NOW - timedelta(minutes=10))
    mark(app, cast, seeker="present", host="present")
    append(app, cast, "hired", salary=45_000_000)


def test_attendance_has_a_row_for_each_person_who_came(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    rows = rows_of(csv_of(app, cast, "attendance"))
    assert [(r["what"], r["side"], r["name"], r["state"], r["at"], r["local_at"]) for r in rows] == [
        ("fair", "seeker", "최정한별", "present", "2026-11-24T00:50:00Z", "2026-11-24 09:50"),
        ("meeting", "host", "김면접", "present", "2026-11-24T01:00:00Z", "2026-11-24 10:00"),
        ("meeting", "seeker", "최정한별", "present", "2026-11-24T01:00:00Z", "2026-11-24 10:00"),
    ]
    assert [r["booking"] for r in rows] == ["", str(cast.booking), str(cast.booking)]


def test_a_mark_taken_back_leaves_no_row(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    mark(app, cast, seeker="absent")
    mark(app, cast, NOW + timedelta(minutes=1), seeker=None)
    assert rows_of(csv_of(app, cast, "attendance")) == []
    as_it_was = rows_of(csv_of(app, cast, "attendance", NOW))
    assert [r["state"] for r in as_it_was] == ["absent"]


def test_bookings_show_the_state_of_that_moment(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    db.of(app).write(
        scheduling.cancel, cast.coaching, cast.organizer, NOW + timedelta(hours=1), by_staff=True, reason="=아파요"
    )
    interview, coaching = rows_of(csv_of(app, cast, "bookings"))
    assert interview["interviewed"] == "yes"
    assert (interview["seeker_attendance"], interview["host_attendance"]) == ("present", "present")
    assert (interview["starts_at"], interview["local_start"]) == ("2026-11-24T01:00:00Z", "2026-11-24 10:00")
    assert (coaching["status"], coaching["rev"], coaching["reason"], coaching["booth"]) == (
        "cancelled",
        "2",
        "'=아파요",
        "",
    )
    before = rows_of(csv_of(app, cast, "bookings", NOW - timedelta(hours=1)))
    assert [(r["status"], r["interviewed"], r["seeker_attendance"]) for r in before] == [("confirmed", "no", "")] * 2
    assert rows_of(csv_of(app, cast, "bookings", NOW - timedelta(days=1))) == []


def test_outcomes_keep_what_was_corrected(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    append(app, cast, "offered", corrects=1, now=NOW + timedelta(days=1, hours=1))
    hired, offered = rows_of(csv_of(app, cast, "outcomes"))
    assert (hired["stage"], hired["stands"], hired["salary"], hired["on"]) == ("hired", "no", "45000000", "2026-11-24")
    assert (offered["stage"], offered["stands"], offered["corrects"]) == ("offered", "yes", "1")
    assert (hired["occupation"], hired["occupation_name"]) == ("0231", codes.occupations()["0231"].name_ko)
    (before,) = rows_of(csv_of(app, cast, "outcomes", NOW + timedelta(days=1)))
    assert before["stands"] == "yes"


def test_listings_are_those_of_that_moment(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    (after,) = rows_of(csv_of(app, cast, "listings"))
    assert (after["headcount"], after["filled"], after["openings_left"]) == ("2", "1", "1")
    assert after["opens_at"] == "2026-11-21T01:00:00Z"
    (before,) = rows_of(csv_of(app, cast, "listings", NOW))
    assert (before["filled"], before["openings_left"]) == ("0", "2")
    assert before["title"] == after["title"]


def test_a_csv_file_is_what_spreadsheets_read(app: Flask, cast: Cast):
    content = csv_of(app, cast, "bookings")
    assert content.startswith("\ufeffbooking,status,".encode())
    assert content.count(b"\r\n") == 3
    assert b"\n" not in content.replace(b"\r\n", b"")


HARMFUL = '=HYPERLINK("http://evil.example","보기")\n둘째 줄, "따옴표"'


def test_harmful_and_odd_text_survives_in_both_formats(app: Flask, cast: Cast, tmp_path: Path):
    mark(app, cast, seeker="present")
    db.of(app).write(lambda s: s.execute(update(Account).where(Account.id == cast.seeker).values(name=HARMFUL)))
    (row,) = rows_of(csv_of(app, cast, "attendance"))
    assert row["name"] == f"'{HARMFUL}"
    sheet = workbook_of(app, cast, "attendance", tmp_path)
    cell = sheet[1][sheet[0].index("name")]
    assert cell == HARMFUL


def test_workbooks_hold_text_as_text_and_numbers_as_numbers(tmp_path: Path):
    width = len(queries.COLUMNS["outcomes"])
    given = ["+82 10-1234-5678", "=1+1", "-5", "@x", "https://example.kr", "007", -5, 0, "가" * 40_000, "\x07bell"]
    row = given + [""] * (width - len(given))
    path = tmp_path / "x.xlsx"
    write_workbook(path, iter([row]), "outcomes", NOW)
    sheet = openpyxl.load_workbook(path).active
    cells = next(iter(sheet.iter_rows(min_row=2, max_row=2)))
    assert [c.value for c in cells[:8]] == ["+82 10-1234-5678", "=1+1", "-5", "@x", "https://example.kr", "007", -5, 0]
    assert {c.data_type for c in cells[:6]} <= {"s", "inlineStr"}
    assert {c.data_type for c in cells[6:8]} == {"n"}
    assert all(c.hyperlink is None for c in cells)
    assert len(cells[8].value) == rules.MOST_CELL
    guarded = [[rules.harmless(cell) if isinstance(cell, str) else cell for cell in row]]
    text = b"".join(csv_parts(iter(guarded), "outcomes")).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert read[:8] == ["'+82 10-1234-5678", "'=1+1", "'-5", "'@x", "https://example.kr", "007", "-5", "0"]


def test_every_column_that_people_write_is_guarded():
    written = {"name", "email", "seeker_name", "seeker_email", "employer_name", "host_name", "room", "reason", "title"}
    written |= {"workplace", "source", "source_id", "reference"}
    texts = {column.name for columns in queries.COLUMNS.values() for column in columns if column.kind == "text"}
    assert texts == written


def test_a_workbook_says_the_same_as_the_csv_file(app_on_both: Flask, cast_on_both: Cast, tmp_path: Path):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    for kind in queries.KINDS:
        text = rows_of(csv_of(app, cast, kind))
        heading, *rows = workbook_of(app, cast, kind, tmp_path)
        assert [{k: "" if v is None else str(v) for k, v in zip(heading, row, strict=True)} for row in rows] == text
        assert text, kind


def test_a_workbook_is_the_same_bytes_again(app: Flask, cast: Cast, tmp_path: Path):
    history(app, cast)
    files = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in files:
        queries.save_workbook(db.of(app), path, "outcomes", cast.fair, ZONE, LATER)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_sheet_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fairapp.outcomes.queries.files.MOST_ROWS", 4)
    path = tmp_path / "x.xlsx"
    width = len(queries.COLUMNS["bookings"])
    write_workbook(path, iter([[n] * width for n in range(7)]), "bookings", NOW)
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("bookings", 4), ("bookings 2", 4), ("bookings 3", 2)]


def test_a_long_file_does_not_fill_the_memory(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    row = {
        "fair_id": cast.fair,
        "booking_id": cast.booking,
        "seeker_id": cast.seeker,
        "booth_id": cast.booth,
        "listing_id": cast.listing,
        "stage": "retained",
        "on": DAY,
        "recorded_at": NOW,
        "recorded_by": cast.recruiter,
    }

    def fill(session: Any) -> None:
        session.execute(insert(Outcome).values(row))
        copy = insert(Outcome).from_select(list(row), select(*(getattr(Outcome, name) for name in row)))
        for _ in range(16):
            session.execute(copy)

    db.of(app).write(fill)
    url = db.of(app).url.render_as_string(hide_password=False)
    measure = [sys.executable, "-m", "tests.outcomes.gathering", url, str(cast.fair), ZONE, LATER.isoformat()]
    printed = subprocess.run(measure, cwd=config.ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines, streamed, gathered, grown = map(float, printed.split())
    assert (lines, gathered) == (2**16 + 1, 2**16)
    assert streamed < 8
    assert grown > 15  # the measure notices rows that are gathered


def test_rows_are_counted_no_further_than_needed(app: Flask, cast: Cast):
    history(app, cast)
    with db.of(app).read() as session:
        assert queries.count_rows(session, "attendance", cast.fair, LATER, 50) == 3
        assert queries.count_rows(session, "attendance", cast.fair, LATER, 1) == 2
        assert queries.count_rows(session, "listings", cast.fair, LATER, 50) == 1


def test_json_says_the_same_as_the_csv_file(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    history(app, cast)
    for kind in queries.KINDS:
        text = rows_of(csv_of(app, cast, kind))
        parts = queries.stream(db.of(app), kind, "json", cast.fair, ZONE, LATER)
        rows = json.loads(b"".join(part for part, _ in parts))
        said = [
            {
                k: {None: "", True: "yes", False: "no"}.get(v, str(v))
                if not isinstance(v, int) or isinstance(v, bool)
                else str(v)
                for k, v in row.items()
            }
            for row in rows
        ]
        assert said == [{k: v.removeprefix("'") for k, v in row.items()} for row in text]
    empty = queries.stream(db.of(app), "outcomes", "json", cast.other_fair, ZONE, LATER)
    assert json.loads(b"".join(part for part, _ in empty)) == []


def test_an_ordered_workbook_tells_how_far_it_is(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    history(app, cast)
    monkeypatch.setattr("fairapp.outcomes.queries.files.TOLD_EVERY", 1)
    order = ("bookings", "xlsx", LATER, cast.organizer, LATER)
    job = db.of(app).write(actions.order_export, cast.fair, *order, exact=True)
    seen: list[tuple[int, int | None]] = []
    write = db.write

    def spy(action, *given, **more):
        done = write(action, *given, **more)
        if action is actions.tell_progress:
            with db.of(app).read() as session:
                row = queries.export_job(session, job)
                seen.append((row.done, row.expected))
        return done

    monkeypatch.setattr(db, "write", spy)
    with app.app_context():
        assert jobs.make_exports(LATER) == 1
    count = len(rows_of(csv_of(app, cast, "bookings")))
    assert seen == [(n, count) for n in range(count + 1)]
