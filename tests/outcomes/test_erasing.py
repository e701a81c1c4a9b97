"""Erasing a person who left traces everywhere: nothing of her is in any table, file, log or export afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from fairapp import audit, db
from fairapp.accounts import actions as accounts
from fairapp.accounts import jobs as account_jobs
from fairapp.accounts.models import Account, Consent, Destruction
from fairapp.accounts.rules import HandOver
from fairapp.booths import actions as booths
from fairapp.coaching import actions as coaching
from fairapp.db import Base
from fairapp.live import jobs as live_jobs
from fairapp.outcomes import actions, jobs, queries
from fairapp.outcomes.models import Outcome
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.models import Booking
from tests.canary import PASSWORD, SAID, SIGNS, Canary, plant
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import bearer_of, browser_of

ZONE = "Asia/Seoul"
LATER = NOW + timedelta(minutes=1)


def tables(app: Flask) -> Iterator[tuple[str, str]]:
    """Give every row of every table as text, files in it as their bytes."""
    with db.of(app).read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                parts = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in row]
                yield table.name, " ".join(parts)


def where_she_stands(app: Flask) -> set[str]:
    """Return the tables in which one of her signs stands."""
    return {table for table, row in tables(app) if any(sign in row for sign in SIGNS)}


def in_files(app: Flask) -> list[str]:
    """Return the files in which a sign of hers stands: the database's own, its log, and finished exports."""
    database, exports = db.of(app).url.database or "", Path(app.config["EXPORTS"])
    paths = [Path(database), Path(f"{database}-wal")] if db.of(app).sqlite else []
    paths += [one for one in exports.rglob("*") if one.is_file()] if exports.exists() else []
    found = [one for one in paths if one.exists()]
    return [one.name for one in found if any(sign.encode() in one.read_bytes() for sign in SIGNS)]


def exports(app: Flask, cast: Cast) -> str:
    """Return every export of the fair as it is made now."""
    made = []
    for kind in queries.KINDS:
        for form in ("csv", "json"):
            out = BytesIO()
            queries.write_file(db.of(app), out, kind, form, cast.fair, ZONE, LATER)
            made.append(out.getvalue().decode())
    return "".join(made)


def erase(app: Flask, canary: Canary) -> None:
    """Erase her, and let the jobs do their part."""
    db.of(app).write(accounts.erase, canary.id, "asked", LATER)
    jobs.make_exports(LATER)
    live_jobs.send_due(LATER)
    db.of(app).scrub()


def breaches(app: Flask) -> list[str]:
    """Return what the audit finds, but that the staff of this cast were made without a resource."""
    with db.of(app).read() as session:
        return [one for one in audit.breaches(session) if not one.endswith("is no resource")]


def test_nothing_of_an_erased_person_is_left_in_tables_files_logs_or_exports(
    cast_on_both: Cast, app_on_both: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    app, cast = app_on_both, cast_on_both
    canary = plant(app, cast)
    ordered = db.of(app).write(
        actions.order_export, cast.fair, "bookings", "xlsx", NOW, cast.organizer, NOW, exact=False
    )
    assert jobs.make_exports(NOW) == 1
    expected = {"account", "appeal", "block", "booking", "booth_report", "outcome", "outcome_reply"}
    expected |= {"profile", "resume", "session_note", "sign_in_failure", "token", "account_session"}
    assert where_she_stands(app) >= expected
    before = exports(app, cast)
    assert all(sign in before for sign in SIGNS[:2])
    assert breaches(app) == []
    erase(app, canary)
    assert where_she_stands(app) == set()
    assert in_files(app) == []
    assert not any(sign in exports(app, cast) for sign in SIGNS)
    assert not list(Path(app.config["EXPORTS"]).glob("*.xlsx"))
    with db.of(app).read() as session:
        assert queries.export_job(session, ordered).state == "deleted"
        assert session.scalars(select(Destruction.rule).where(Destruction.account_id == canary.id)).all() == ["asked"]
        shell = session.get_one(Account, canary.id)
        assert (shell.name, shell.email, shell.erased_at) == ("—", None, LATER)
    assert breaches(app) == []
    said = capfd.readouterr()
    assert not any(sign in said.out + said.err for sign in SIGNS)


def test_the_ledger_and_the_figures_stay(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    with db.of(app).read() as session:
        row = session.get_one(Outcome, canary.outcome)
        before = (row.stage, row.on, row.age, row.listing_id)
    erase(app, canary)
    with db.of(app).read() as session:
        row = session.get_one(Outcome, canary.outcome)
        assert (row.stage, row.on, row.age, row.listing_id) == before
        assert row.reference == ""


def test_a_ledger_row_changed_by_hand_is_still_found_after_an_erasure(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    erase(app, canary)
    db.of(app).write(lambda s: s.execute(update(Outcome).where(Outcome.id == canary.outcome).values(salary=1)))
    assert breaches(app) == [f"outcome {canary.outcome}: is not what was written"]


def test_bookings_to_come_are_cancelled_first_and_go_to_who_waits(cast_on_both: Cast, app_on_both: Flask) -> None:
    canary = plant(app_on_both, cast_on_both)
    erase(app_on_both, canary)
    with db.of(app_on_both).read() as session:
        coming = session.get_one(Booking, canary.coming)
        assert coming.status == "cancelled"
        given = select(Booking.seeker_id).where(Booking.slot_id == coming.slot_id, Booking.status == "held")
        assert session.scalars(given).all() == [canary.waiter]
        assert session.get_one(Booking, canary.met).status == "confirmed"
        open_still = select(Consent.id).where(Consent.seeker_id == canary.id, Consent.withdrawn_at.is_(None))
        assert session.scalars(open_still).all() == []


ERASERS: list[tuple[Callable[..., None], str]] = [
    (booths.erase_person, "booth_report"),
    (scheduling.erase_person, "booking"),
    (coaching.erase_person, "session_note"),
    (actions.erase_person, "appeal"),
]


@pytest.mark.parametrize(("left_out", "table"), ERASERS, ids=[table for _, table in ERASERS])
def test_an_eraser_that_is_left_out_is_found_by_the_audit_and_by_looking(
    cast: Cast, app: Flask, left_out: Any, table: str
) -> None:
    canary = plant(app, cast)
    kept = list(accounts.erasers)
    accounts.erasers.remove(left_out)
    try:
        erase(app, canary)
    finally:
        accounts.erasers[:] = kept
    assert table in where_she_stands(app)
    assert any(sentence.startswith(f"{table} ") for sentence in breaches(app))
    assert in_files(app) != []


def test_erasing_twice_changes_nothing(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    erase(app, canary)
    once = sorted(tables(app))
    db.of(app).write(accounts.erase, canary.id, "asked", LATER + timedelta(hours=1))
    assert sorted(tables(app)) == once


def test_who_gives_time_to_others_must_hand_it_over_first(cast: Cast, app: Flask) -> None:
    with pytest.raises(HandOver) as refused:
        db.of(app).write(accounts.erase, cast.coach_account, "asked", NOW)
    assert len(refused.value.duties) == 1
    with pytest.raises(HandOver):
        db.of(app).write(accounts.ask_erasure, cast.organizer, True, NOW)


@pytest.mark.usefixtures("at_now")
def test_somebody_erases_herself_on_the_page_after_a_week_or_takes_it_back(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    browser = browser_of(app, canary.id)
    assert "모두 지우기" in browser.get("/account/erasure").text
    assert browser.post("/account/erasure", data={"password": "wrong"}).status_code == 422
    assert browser.post("/account/erasure", data={}).status_code == 422
    asked = browser.post("/account/erasure", data={"password": PASSWORD})
    assert (asked.status_code, asked.location) == (303, "/account/erasure")
    assert "지우지 않기" in browser.get("/account/erasure").text
    assert account_jobs.erase_due(NOW + timedelta(days=6)) == 0
    assert browser.post("/account/erasure/withdrawal").status_code == 303
    assert account_jobs.erase_due(NOW + timedelta(days=8)) == 0
    browser.post("/account/erasure", data={"password": PASSWORD})
    assert account_jobs.erase_due(NOW + timedelta(days=7)) == 1
    assert account_jobs.erase_due(NOW + timedelta(days=9)) == 0
    assert where_she_stands(app) == set()


@pytest.mark.usefixtures("at_now")
def test_somebody_erases_herself_at_once(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    browser = browser_of(app, canary.id)
    gone = browser.post("/account/erasure", data={"password": PASSWORD, "at_once": "y"})
    assert (gone.status_code, gone.location) == (303, "/erased")
    assert browser.get("/erased").status_code == 200
    assert browser.get("/account").status_code == 303
    assert where_she_stands(app) == set()


@pytest.mark.usefixtures("at_now")
def test_a_host_is_shown_what_to_hand_over_and_cannot_pass_over_it(cast: Cast, app: Flask) -> None:
    browser = browser_of(app, cast.organizer)
    page = browser.get("/account/erasure").text
    assert "하나뿐인 운영자" in page
    assert 'name="password"' not in page


@pytest.mark.usefixtures("at_now")
def test_an_admin_erases_who_has_no_address(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    admin = cast.stranger
    db.of(app).write(accounts.make_admin, admin)
    browser = browser_of(app, admin)
    assert browser_of(app, cast.organizer).post(f"/admin/accounts/{canary.id}/erasure").status_code == 403
    assert browser.post(f"/admin/accounts/{admin}/erasure").status_code == 422
    assert browser.post("/admin/accounts/999999/erasure").status_code == 404
    assert browser.post(f"/admin/accounts/{canary.id}/erasure").status_code == 303
    assert browser.get(f"/admin/accounts/{canary.id}").status_code == 200
    assert where_she_stands(app) == set()


@pytest.mark.usefixtures("at_now")
def test_answers_kept_for_others_that_name_her_are_forgotten(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    with db.of(app).read() as session:
        code = queries.pass_code(session, cast.fair, canary.id)
    headers = bearer_of(app, cast.organizer) | {"Idempotency-Key": "one"}
    path = f"/api/v1/fairs/{cast.fair}/check-ins"
    assert app.test_client().post(path, json={"code": code}, headers=headers).status_code == 200
    assert "remembered_answer" in where_she_stands(app)
    erase(app, canary)
    assert where_she_stands(app) == set()
    assert SAID not in exports(app, cast)
