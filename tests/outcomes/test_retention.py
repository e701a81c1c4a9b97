"""The clocks: each rule destroys what is due and nothing else, leaves a record, and the public page tells of it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from fairapp import config, db, idempotency
from fairapp.accounts import actions, jobs, queries, rules
from fairapp.accounts.models import Account, Consent, Destruction, Disclosure, Resume
from fairapp.accounts.rules import CLOCKS, OTHERS, clock_of
from fairapp.booths.models import BoothReport
from fairapp.coaching.models import SessionNote
from fairapp.live.models import Outbox
from fairapp.outcomes.models import Appeal
from fairapp.scheduling.models import Booking
from fairapp.trace import Trace
from tests.canary import plant
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of

DAY = timedelta(days=1)
FILES = {"exports", "own_data", "quiet"}  # kept by jobs of their own


def count(app: Flask, *where: object) -> int:
    """Count rows."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).where(*where)) or 0  # type: ignore[arg-type]


def test_every_clock_has_somebody_who_destroys_by_it(app: Flask) -> None:
    assert set(actions.clocks) | FILES == {clock.code for clock in CLOCKS}
    assert not set(OTHERS) & set(actions.clocks)


def test_the_times_are_those_that_the_code_keeps_elsewhere() -> None:
    from fairapp.live.rules import KEPT as NEWS
    from fairapp.outcomes.queries import KEPT as EXPORTS

    assert clock_of("answers").kept == idempotency.KEPT
    assert clock_of("news").kept == NEWS
    assert clock_of("exports").kept == EXPORTS
    assert clock_of("own_data").kept == rules.FILE_KEPT
    assert clock_of("booking_words").kept <= timedelta(days=180)  # Fair Hiring Procedure Act, decree art. 4


def test_the_document_says_what_the_code_does() -> None:
    text = (config.ROOT / "docs" / "privacy.md").read_text()
    for clock in CLOCKS:
        days = clock.kept // DAY
        assert f"| `{clock.code}` | {days} |" in text


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("booking_words", Booking.note != ""),
        ("session_notes", SessionNote.text != ""),
        ("disputes", Appeal.text != ""),
        ("resumes", Resume.size > 0),
        ("addresses", Trace.address.is_not(None)),
    ],
)
def test_each_is_destroyed_when_its_time_is_over_and_not_before(
    cast_on_both: Cast, app_on_both: Flask, code: str, left: object
) -> None:
    app = app_on_both
    plant(app, cast_on_both)
    late = {"appeal": update(Appeal).values(decided_at=NOW, accepted=False, decided_by=cast_on_both.organizer)}
    db.of(app).write(lambda session: session.execute(late["appeal"]) and None)
    db.of(app).write(lambda session: session.execute(update(Trace).values(address="203.0.113.9", salt="s")) and None)
    kept = clock_of(code).kept
    before = count(app, left)
    assert before
    while db.of(app).write(actions.destroy, code, NOW + kept - 4 * timedelta(hours=1)):
        pass
    assert count(app, left) == before
    gone = 0
    end = NOW + kept + 100 * DAY
    while done := db.of(app).write(actions.destroy, code, end):
        gone += done
    assert count(app, left) == 0
    assert db.of(app).write(actions.destroy, code, end) == 0
    with db.of(app).read() as session:
        records = session.execute(select(Destruction.rule, Destruction.rows).where(Destruction.rule == code)).all()
    assert [tuple(row) for row in records] == [(code, gone)]


def test_receipts_go_after_the_log_of_what_was_seen_by_them(cast: Cast, app: Flask) -> None:
    write = db.of(app).write
    write(actions.disclose, cast.seeker, cast.recruiter, [cast.employer], [], "profile", NOW)
    jobs.keep_clocks(NOW + 3 * 365 * DAY)
    assert (count(app, Disclosure.id > 0), count(app, Consent.id > 0)) == (1, 2)
    jobs.keep_clocks(NOW + 3 * 365 * DAY + 200 * DAY)
    assert (count(app, Disclosure.id > 0), count(app, Consent.id > 0)) == (0, 0)


def test_reports_and_letters_are_emptied_and_their_rows_stay(cast: Cast, app: Flask) -> None:
    plant(app, cast)
    handled = {"handled_at": NOW, "result": "asked", "handled_by": cast.organizer}
    db.of(app).write(lambda session: session.execute(update(BoothReport).values(handled)) and None)
    db.of(app).write(lambda session: session.execute(update(Outbox).values(state="sent")) and None)
    letters = count(app, Outbox.id > 0)
    jobs.keep_clocks(NOW + 400 * DAY)
    assert count(app, BoothReport.text != "") == 0
    assert count(app, Outbox.id > 0) == letters
    with db.of(app).read() as session:
        assert {str(data) for data in session.scalars(select(Outbox.data))} == {"{}"}


def test_a_run_is_bounded(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = {"news": lambda _session, _before: 1}
    monkeypatch.setattr(actions, "clocks", endless)
    monkeypatch.setattr("fairapp.accounts.actions.retention.clocks", endless)
    assert jobs.keep_clocks(NOW) == jobs.MOST_BATCHES


def erased_at(app: Flask, account: int) -> datetime | None:
    """Return when the account was erased."""
    with db.of(app).read() as session:
        return session.scalar(select(Account.erased_at).where(Account.id == account))


def test_who_has_not_come_for_three_years_is_warned_and_then_erased(cast_on_both: Cast, app_on_both: Flask) -> None:
    app, seeker = app_on_both, cast_on_both.seeker
    last = NOW + rules.QUIET - rules.WARNED_BEFORE
    assert jobs.erase_quiet(last - DAY) == 0
    assert count(app, Account.warned_at.is_not(None)) == 0
    jobs.erase_quiet(last + DAY)
    assert count(app, Outbox.kind == "account.quiet", Outbox.account_id == seeker) == 1
    jobs.erase_quiet(last + 2 * DAY)
    assert count(app, Outbox.kind == "account.quiet", Outbox.account_id == seeker) == 1
    assert erased_at(app, seeker) is None
    jobs.erase_quiet(last + 32 * DAY)
    assert erased_at(app, seeker) == last + 32 * DAY
    assert count(app, Destruction.rule == "quiet", Destruction.account_id == seeker) == 1
    assert erased_at(app, cast_on_both.organizer) is None  # the only one of its agency


def test_who_comes_after_the_warning_stays(cast: Cast, app: Flask) -> None:
    last = NOW + rules.QUIET - rules.WARNED_BEFORE
    jobs.erase_quiet(last + DAY)
    db.of(app).write(actions.sign_in, cast.seeker, "", "a" * 64, last + 5 * DAY)
    jobs.erase_quiet(last + 32 * DAY)
    assert erased_at(app, cast.seeker) is None
    assert erased_at(app, cast.stranger) is not None


@pytest.mark.usefixtures("at_now")
def test_everybody_can_read_how_long_what_is_kept_and_admins_what_was_destroyed(cast: Cast, app: Flask) -> None:
    page = app.test_client().get("/privacy").text
    assert all(str(clock.what) in page for clock in CLOCKS)

    def old(session: Session) -> None:
        actions.record_destruction(session, "sessions", 7, NOW)
        actions.record_destruction(session, "sessions", 5, NOW)
        actions.make_admin(session, cast.stranger)

    db.of(app).write(old)
    with db.of(app).read() as session:
        assert [row.rows for row in queries.destructions(session, None, 10)] == [12]
    assert "로그인 기록" in browser_of(app, cast.stranger).get("/admin/destructions").text
    assert browser_of(app, cast.organizer).get("/admin/destructions").status_code == 403
