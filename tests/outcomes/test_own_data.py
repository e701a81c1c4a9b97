"""The file of one's own data, with everything in it that any domain keeps about a person."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from fairapp import db
from fairapp.accounts import actions, jobs, queries
from fairapp.accounts.rules import COLUMNS_TOLD, NOT_TOLD, SECTIONS, TOLD
from fairapp.db import Base
from fairapp.outcomes import queries as outcomes
from tests.canary import MAIL, NAME, PASSWORD, PDF, SAID, plant
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of


def about_people() -> set[str]:
    """Return the tables whose rows point to accounts, and the two that name them otherwise."""
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.target_fullname == "account.id" for column in table.c for key in column.foreign_keys)
    }
    return pointing | {"account", "remembered_answer", "sign_in_failure"}


def test_every_table_about_people_is_told_of_or_has_a_reason_why_not() -> None:
    via_bookings = {"appeal", "attendance", "booking_history", "export_log", "outcome_reply"}
    assert (about_people() | via_bookings) - set(TOLD) - set(NOT_TOLD) == set()
    assert set(TOLD) & set(NOT_TOLD) == set()
    assert set(TOLD) | set(NOT_TOLD) <= {table.name for table in Base.metadata.sorted_tables}


def test_each_section_that_is_promised_is_made_and_named(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    with db.of(app).read() as session:
        told = queries.everything_about(session, canary.id)
    assert set(told) == set(TOLD.values()) == set(SECTIONS)
    empty = {name for name, rows in told.items() if not rows}
    assert empty == {
        "after_fairs",
        "candidacies",
        "coach_cards",
        "disclosures",
        "draws",
        "files_taken",
        "merges",
        "own_files",
        "papers",
        "reports_by_mail",
        "roles",
        "tour_stops",
        "waiting",
        "waits",
    }
    named = {column for rows in told.values() for row in rows for column in row}
    assert {"email", "phone", "text", "status", "stage", "starts_at"} <= named & set(COLUMNS_TOLD)


def test_a_teller_that_is_left_out_is_missed(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    kept = list(queries.tellers)
    queries.tellers.remove(outcomes.told_of)
    try:
        with db.of(app).read() as session:
            told = queries.everything_about(session, canary.id)
    finally:
        queries.tellers[:] = kept
    assert set(TOLD.values()) - set(told) == {
        "appeals",
        "attendance",
        "check_ins",
        "disputes",
        "files_taken",
        "outcomes",
        "papers",
        "passes",
        "reports_by_mail",
    }


@pytest.mark.usefixtures("at_now")
def test_somebody_asks_for_her_data_and_downloads_it_within_a_week(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    browser = browser_of(app, canary.id)
    assert browser.get("/account/data").status_code == 200
    assert browser.post("/account/data", data={"password": "wrong"}).status_code == 422
    assert browser.post("/account/data", data={"password": ""}).status_code == 422
    assert jobs.make_person_files(NOW) == 0
    assert browser.post("/account/data", data={"password": PASSWORD}).status_code == 303
    assert browser.post("/account/data", data={"password": PASSWORD}).status_code == 303  # not made twice
    assert jobs.make_person_files(NOW) == 1
    assert jobs.make_person_files(NOW) == 0
    with db.of(app).read() as session:
        (order,) = queries.own_files(session, canary.id)
    assert f"/account/data/{order.id}" in browser.get("/account/data").text
    answer = browser.get(f"/account/data/{order.id}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert browser_of(app, cast.seeker).get(f"/account/data/{order.id}").status_code == 404
    assert browser_of(app, cast.organizer).get(f"/account/data/{order.id}").status_code == 404
    assert browser.get("/account/data/x").status_code == 404
    with zipfile.ZipFile(io.BytesIO(answer.data)) as made:
        told = json.loads(made.read("data.json"))
        page = made.read("data.html").decode()
        rows = list(csv.DictReader(io.StringIO(made.read("bookings.csv").decode("utf-8-sig"))))
        assert made.read("resume.pdf") == PDF
    assert told["sections"]["account"][0]["email"] == MAIL
    assert told["sections"]["profile"][0]["birth_date"] == "1991-02-03"
    assert [row["status"] for row in told["sections"]["bookings"]] == ["confirmed"] * 3
    assert all(word in page for word in ("코칭 메모", NAME, SAID))
    assert len(rows) == 3
    assert jobs.make_person_files(NOW + timedelta(days=8)) == 0
    assert not list(Path(app.config["EXPORTS"]).rglob("*.zip"))
    assert browser.get(f"/account/data/{order.id}").status_code == 404


@pytest.mark.usefixtures("at_now")
def test_private_notes_of_a_coach_are_not_the_seekers_to_read(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    with db.of(app).read() as session:
        notes = queries.everything_about(session, canary.id)["session_notes"]
        own = queries.everything_about(session, cast.coach_account)["session_notes"]
    assert [note["private"] for note in notes] == [False]
    assert [note["private"] for note in own] == [True]


@pytest.mark.usefixtures("at_now")
def test_the_file_is_gone_with_the_person(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    db.of(app).write(actions.order_person_file, canary.id, NOW)
    assert jobs.make_person_files(NOW) == 1
    db.of(app).write(actions.erase, canary.id, "asked", NOW)
    jobs.make_person_files(NOW)
    assert not list(Path(app.config["EXPORTS"]).rglob("*.zip"))


def test_an_english_reader_gets_english_words(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    db.of(app).write(actions.change_language, canary.id, "en")
    path = Path(app.config["EXPORTS"])
    path.mkdir()
    assert queries.save_person_file(db.of(app), path / "x.zip", canary.id, NOW) > 1000
    with zipfile.ZipFile(path / "x.zip") as made:
        page = made.read("data.html").decode()
    assert "Check-ins" in page
    assert "My data" in page
