"""A seeker whom nobody met says so: a mark of the host's side that staff can correct, and that counts nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from fairapp import db
from fairapp.errors import NotFound
from fairapp.outcomes import actions, rules
from fairapp.outcomes.models import Attendance
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_actions import mark
from tests.signing_in import browser_of

LATE = NOW + timedelta(minutes=5)  # the meeting starts at NOW


def rows(app: Flask) -> list[tuple[Any, ...]]:
    """Return the marks in order."""
    with db.of(app).read() as session:
        return [(r.side, r.state, r.recorded_by) for r in session.scalars(select(Attendance).order_by(Attendance.id))]


def report(app: Flask, cast: Cast, now: Any = LATE, who: int | None = None) -> None:
    """Say that nobody came."""
    db.of(app).write(actions.report_host, cast.booking, who or cast.seeker, now)


def test_it_marks_the_host_and_staff_can_correct_it(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    report(app, cast)
    report(app, cast)
    assert rows(app) == [("host", "absent", cast.seeker)]
    assert mark(app, cast, now=LATE, host="present") == (None, "present")
    with pytest.raises(rules.WrongState):
        report(app, cast)
    assert rows(app)[1:] == [("host", "present", cast.recruiter)]


@pytest.mark.parametrize(
    ("minutes", "error"),
    [(4, rules.NotYet), (20 + 7 * 24 * 60 + 1, rules.WrongState)],
)
def test_not_before_five_minutes_nor_after_a_week(app: Flask, cast: Cast, minutes: int, error: Any):
    with pytest.raises(error):
        report(app, cast, NOW + timedelta(minutes=minutes))
    assert rows(app) == []
    report(app, cast, NOW + timedelta(days=7))


def test_only_the_one_who_waited_says_it(app: Flask, cast: Cast):
    for who in (cast.stranger, cast.recruiter, cast.organizer):
        with pytest.raises(NotFound):
            report(app, cast, who=who)
        browser = browser_of(app, who)
        assert browser.get(f"/bookings/{cast.booking}/host-absence").status_code == 404
        assert browser.post(f"/bookings/{cast.booking}/host-absence").status_code == 404
    assert app.test_client().get(f"/bookings/{cast.booking}/host-absence").status_code == 303
    for ref in ("0", "x", "9" * 30, "77777"):
        assert browser_of(app, cast.seeker).get(f"/bookings/{ref}/host-absence").status_code == 404
    assert rows(app) == []


def test_the_booking_leads_there_once_it_is_late(app: Flask, cast: Cast):
    path = f"/bookings/{cast.booking}/host-absence"
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        browser = browser_of(app, cast.seeker)
        assert path not in browser.get(f"/bookings/{cast.booking}").text
        early = browser.post(path)
        assert early.status_code == 409
        assert "시작하고 5분이 지나면" in early.text
    with time_machine.travel(LATE, tick=False):
        browser = browser_of(app, cast.seeker)
        assert path in browser.get(f"/bookings/{cast.booking}").text
        assert "상대가 오지 않았어요" in browser.get(path).text
        done = browser.post(path)
        assert (done.status_code, done.location) == (303, f"/bookings/{cast.booking}")
    assert rows(app) == [("host", "absent", cast.seeker)]
