"""Passes, check-ins, attendance and the ledger, in the database: rows, news and refusals."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import db
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.models import PersonalNews
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.actions import Found
from fairapp.outcomes.models import Attendance, CheckIn, FairPass, Outcome
from fairapp.scheduling import actions as scheduling
from tests import factories
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview, listing_state, open_listing

DAY = date(2026, 11, 24)


def count(app: Flask, table: Any) -> int:
    """Return how many rows a table has."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def found_breaches(app: Flask) -> list[str]:
    """Return what the audit finds."""
    with db.of(app).read() as session:
        return queries.breaches(session)


def append(app: Flask, cast: Cast, stage: str, on: date = DAY, **more: Any) -> int:
    """Append a row to the interview's ledger, a day after it."""
    booking = more.pop("booking", cast.booking)
    now = more.pop("now", NOW + timedelta(days=1))
    return db.of(app).write(actions.append_outcome, booking, Found(stage, on, **more), cast.recruiter, now)


def mark(app: Flask, cast: Cast, now: Any = NOW, **sides: Any) -> Any:
    """Mark the interview's attendance."""
    return db.of(app).write(actions.mark_attendance, cast.booking, by=cast.recruiter, now=now, **sides)


def test_a_pass_is_made_once(app_on_both: Flask, cast_on_both: Cast):
    cast, write = cast_on_both, db.of(app_on_both).write
    first = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    assert write(actions.ensure_pass, cast.fair, cast.seeker, NOW) == first
    assert write(actions.ensure_pass, cast.other_fair, cast.seeker, NOW) != first
    assert count(app_on_both, FairPass) == 2


def test_the_first_check_in_is_kept(app_on_both: Flask, cast_on_both: Cast):
    cast, write = cast_on_both, db.of(app_on_both).write
    code = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    first, arrival = write(actions.check_in, cast.fair, code, cast.organizer, NOW)
    assert (first, arrival.name, arrival.at) == (True, "최정한별", NOW)
    again, arrival = write(actions.check_in, cast.fair, code.lower(), cast.organizer, NOW + timedelta(hours=1))
    assert (again, arrival.at) == (False, NOW)
    assert count(app_on_both, CheckIn) == 1
    assert found_breaches(app_on_both) == []


def test_many_scans_at_once_are_one_check_in(app_on_both: Flask, cast_on_both: Cast):
    cast, write = cast_on_both, db.of(app_on_both).write
    code = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(write, actions.check_in, cast.fair, code, cast.organizer, NOW) for _ in range(16)]
        assert sorted(call.result()[0] for call in calls) == [False] * 15 + [True]


def test_an_unknown_code_and_one_of_another_fair_are_refused(app: Flask, cast: Cast):
    write = db.of(app).write
    code = write(actions.ensure_pass, cast.other_fair, cast.seeker, NOW)
    with pytest.raises(rules.OtherFair):
        write(actions.check_in, cast.fair, code, cast.organizer, NOW)
    with pytest.raises(NotFound):
        write(actions.check_in, cast.fair, "ABCDEFGHJK", cast.organizer, NOW)
    assert count(app, CheckIn) == 0


def test_the_desk_is_closed_before_the_day_and_after_the_fair(app: Flask, cast: Cast):
    write = db.of(app).write
    code = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    with pytest.raises(rules.NotYet):
        write(actions.check_in, cast.fair, code, cast.organizer, NOW - timedelta(days=1))
    with pytest.raises(rules.WrongState):
        write(actions.check_in, cast.fair, code, cast.organizer, NOW + timedelta(days=2))


def test_attendance_is_added_and_taken_back_never_changed(app_on_both: Flask, cast_on_both: Cast):
    cast = cast_on_both
    assert mark(app_on_both, cast, seeker="present") == ("present", None)
    assert mark(app_on_both, cast, host="present") == ("present", "present")
    assert mark(app_on_both, cast, seeker="present", host="present") == ("present", "present")  # nothing new
    assert mark(app_on_both, cast, seeker=None, host="absent") == (None, "absent")
    with db.of(app_on_both).read() as session:
        rows = session.execute(select(Attendance.side, Attendance.state).order_by(Attendance.id)).all()
    assert [tuple(row) for row in rows] == [
        ("seeker", "present"),
        ("host", "present"),
        ("seeker", None),
        ("host", "absent"),
    ]


def test_attendance_before_the_time_or_of_a_cancelled_booking_is_refused(app: Flask, cast: Cast):
    with pytest.raises(rules.NotYet):
        mark(app, cast, NOW - timedelta(minutes=31), seeker="present")
    db.of(app).write(scheduling.cancel, cast.booking, cast.organizer, NOW, by_staff=True)
    with pytest.raises(rules.WrongState):
        mark(app, cast, seeker="present")
    with pytest.raises(NotFound):
        db.of(app).write(actions.mark_attendance, 99999, seeker="present", by=cast.recruiter, now=NOW)
    assert count(app, Attendance) == 0


def test_nobody_is_absent_from_an_interview_with_an_outcome(app: Flask, cast: Cast):
    append(app, cast, "interviewed")
    with pytest.raises(rules.WrongState):
        mark(app, cast, host="absent")
    mark(app, cast, host="present")


def test_a_hire_takes_an_opening_and_tells_the_seeker_no_more_than_needed(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    mark(app, cast, seeker="present", host="present")
    outcome = append(app, cast, "hired", salary=45_000_000)
    assert listing_state(app, cast.listing) == (2, 1)
    with db.of(app).read() as session:
        row = session.get_one(Outcome, outcome)
        news = session.execute(
            select(PersonalNews.kind, PersonalNews.data).where(
                PersonalNews.account_id == cast.seeker, PersonalNews.kind == "booking.outcome"
            )
        ).all()
    assert (row.listing_id, row.employment_type, row.occupation, row.salary) == (
        cast.listing,
        "regular",
        "0231",
        45_000_000,
    )
    assert [tuple(one) for one in news] == [("booking.outcome", {"booking": str(cast.booking), "fair": str(cast.fair)})]
    assert found_breaches(app) == []


def test_a_withdrawn_hire_gives_its_opening_back_and_a_correction_takes_it_again(app: Flask, cast: Cast):
    append(app, cast, "interviewed")
    append(app, cast, "hired")
    end = append(app, cast, "withdrawn")
    assert listing_state(app, cast.listing) == (2, 0)
    append(app, cast, "started", corrects=end)
    assert listing_state(app, cast.listing) == (2, 1)
    assert found_breaches(app) == []


def test_correcting_the_listing_of_a_hire_moves_the_opening(app: Flask, cast: Cast):
    other = db.of(app).write(open_listing, cast.booth)
    append(app, cast, "interviewed")
    hire = append(app, cast, "hired")
    append(app, cast, "hired", corrects=hire, listing_id=other)
    assert listing_state(app, cast.listing) == (2, 0)
    assert listing_state(app, other) == (2, 1)
    with pytest.raises(Invalid):
        append(app, cast, "started", listing_id=cast.listing)  # that is not where she was hired
    append(app, cast, "started")
    assert found_breaches(app) == []


def test_no_more_are_hired_than_the_headcount_even_at_once(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    bookings = [book_interview(app, cast, NOW) for _ in range(6)]

    def hire(booking: int) -> bool:
        try:
            append(app, cast, "interviewed", booking=booking)
            append(app, cast, "hired", booking=booking)
        except rules.NoOpening:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(hire, bookings)) == 2
    assert listing_state(app, cast.listing) == (2, 2)
    assert found_breaches(app) == []


def test_the_same_row_sent_twice_at_once_is_written_once(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both

    def say(_: int) -> bool:
        try:
            append(app, cast, "interviewed")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(say, range(8))) == 1


# Stage, what is told, the field that the refusal names.
REFUSED = [
    ("hired", {"listing_id": 99999}, "listing"),
    ("hired", {"salary": 0}, "salary"),
    ("hired", {"salary": -1}, "salary"),
    ("hired", {"salary": 10**15}, "salary"),
    ("hired", {"occupation": "9999"}, "occupation"),
    ("hired", {"employment_type": "forever"}, "employment_type"),
    ("dancing", {}, "stage"),
    ("passed", {"on": DAY - timedelta(days=1)}, "on"),
    ("passed", {"on": DAY + timedelta(days=2)}, "on"),
]


@pytest.mark.parametrize(("stage", "told", "field"), REFUSED)
def test_a_row_that_says_something_impossible_is_refused(app: Flask, cast: Cast, stage, told, field):
    append(app, cast, "interviewed")
    with pytest.raises(Invalid) as refused:
        append(app, cast, stage, **told)
    assert refused.value.errors[0].field == field
    assert count(app, Outcome) == 1
    assert listing_state(app, cast.listing) == (2, 0)


def test_the_day_is_that_of_the_fairs_zone(app: Flask, cast: Cast):
    late = NOW.replace(hour=16)  # 01:00 of the 25th in Seoul, still the 24th in UTC
    append(app, cast, "interviewed", on=date(2026, 11, 25), now=late)


def test_a_listing_of_another_booth_is_refused(app: Flask, cast: Cast):
    def elsewhere(session: Any) -> int:
        return open_listing(session, factories.make_booth(session, fair_id=cast.fair).id)

    other = db.of(app).write(elsewhere)
    with pytest.raises(Invalid):
        append(app, cast, "interviewed", listing_id=other)


def test_coaching_and_unbooked_interviews_have_no_outcome(app: Flask, cast: Cast):
    with pytest.raises(rules.WrongState):
        append(app, cast, "interviewed", booking=cast.coaching)
    db.of(app).write(scheduling.cancel, cast.booking, cast.organizer, NOW, by_staff=True)
    with pytest.raises(rules.WrongState):
        append(app, cast, "rejected")


def test_the_audit_notices_what_is_wrong(app: Flask, cast: Cast):
    append(app, cast, "interviewed")

    def spoil(session: Any) -> None:
        session.execute(Outcome.__table__.insert().values(_row(cast, "hired")))
        session.execute(Outcome.__table__.insert().values(_row(cast, "interviewed")))
        session.execute(
            CheckIn.__table__.insert().values(
                fair_id=cast.fair, account_id=cast.seeker, at=NOW, received_at=NOW, recorded_by=None
            )
        )

    db.of(app).write(spoil)
    assert found_breaches(app) == [
        f"listing {cast.listing}: filled says 0 of 2, the ledger holds 1 standing hires",
        "outcome 3: interviewed stands after interviewed",
        "outcome 3: interviewed stands after hired",
        f"check-in of account {cast.seeker} at fair {cast.fair}: there is no pass",
        "outcome 2: no seal says that it was written",
        "outcome 3: no seal says that it was written",
    ]


def _row(cast: Cast, stage: str) -> dict[str, Any]:
    return {
        "fair_id": cast.fair,
        "booking_id": cast.booking,
        "seeker_id": cast.seeker,
        "booth_id": cast.booth,
        "listing_id": cast.listing,
        "stage": stage,
        "on": DAY,
        "recorded_at": NOW,
        "recorded_by": cast.recruiter,
    }
