"""Documents of who was not hired: out of sight after thirty days, destroyed within fourteen more, and both can see it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from fairapp import db
from fairapp.accounts import actions as accounts
from fairapp.accounts import queries as account_queries
from fairapp.errors import NotFound
from fairapp.outcomes import actions, jobs, queries, rules
from fairapp.outcomes.rules.papers import LONGEST, SHORTEST
from tests.canary import NAME, clock_day, plant
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of

DAY = timedelta(days=1)
DECIDED = NOW.replace(hour=15)  # the end of the day in Seoul


def state(app: Flask, seeker: int, at: object = NOW) -> list[str]:
    """Return the states of the person's documents, by employer."""
    with db.of(app).read() as session:
        return [one.state for one in queries.papers_of(session, seeker, at)]  # type: ignore[arg-type]


def reject(app: Flask, cast: Cast) -> None:
    """Write that the cast's seeker was rejected today."""
    write = db.of(app).write
    write(actions.mark_attendance, cast.booking, by=cast.recruiter, now=NOW, seeker="present", host="present")
    write(
        actions.append_outcome, cast.booking, actions.Found("rejected", clock_day()), cast.recruiter, NOW, "recruiter"
    )


def test_the_time_that_is_kept_lies_within_what_the_decree_allows() -> None:
    assert SHORTEST <= rules.KEPT_AFTER <= LONGEST
    assert timedelta(days=14) == rules.DESTROYED_WITHIN


@pytest.mark.parametrize(
    ("until", "expected"),
    [(NOW + 90 * DAY, NOW + 30 * DAY), (NOW + 10 * DAY, NOW + 10 * DAY)],
)
def test_sight_ends_thirty_days_after_a_rejection_and_never_later_than_allowed(until: object, expected: object) -> None:
    assert rules.ends_at(NOW, until, NOW) == expected  # type: ignore[arg-type]


def test_a_rejection_written_late_ends_sight_at_once() -> None:
    assert rules.ends_at(NOW - 90 * DAY, NOW + 5 * DAY, NOW) == NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "rejected", "asked", "opened", "done", "expected"),
    [
        (NOW, False, None, False, None, "shown"),
        (NOW, True, None, False, None, "keeping"),
        (None, True, None, False, None, "ended"),
        (None, True, None, True, None, "due"),
        (None, True, NOW, True, None, "asked"),
        (None, True, NOW, True, NOW, "destroyed"),
    ],
)
def test_each_state_has_its_word(
    until: object, rejected: bool, asked: object, opened: bool, done: object, expected: str
) -> None:
    assert rules.state_of_papers(until, rejected, asked, opened, done) == expected  # type: ignore[arg-type]


def test_a_rejected_applicant_is_out_of_sight_after_thirty_days(cast_on_both: Cast, app_on_both: Flask) -> None:
    app, cast = app_on_both, cast_on_both
    assert state(app, cast.seeker) == ["shown"]
    reject(app, cast)
    assert state(app, cast.seeker) == ["keeping"]
    look: Any = (accounts.disclose, cast.seeker, cast.recruiter, [cast.employer], [], "resume")
    db.of(app).write(*look, DECIDED + 30 * DAY - timedelta(seconds=1))
    with pytest.raises(NotFound):
        db.of(app).write(*look, DECIDED + 30 * DAY)
    assert jobs.open_paper_duties(DECIDED + 29 * DAY) == 0
    assert jobs.open_paper_duties(DECIDED + 31 * DAY) == 1
    assert jobs.open_paper_duties(DECIDED + 31 * DAY) == 0
    assert state(app, cast.seeker, DECIDED + 31 * DAY) == ["due"]
    with db.of(app).read() as session:
        (duty,) = queries.paper_duties(session, cast.employer)
    assert duty.due_at == DECIDED + 44 * DAY
    db.of(app).write(actions.confirm_papers_gone, duty.id, cast.employer, cast.recruiter, DECIDED + 32 * DAY)
    assert state(app, cast.seeker, DECIDED + 33 * DAY) == ["destroyed"]


def test_documents_nobody_looked_at_leave_no_duty(cast: Cast, app: Flask) -> None:
    reject(app, cast)
    assert jobs.open_paper_duties(DECIDED + 200 * DAY) == 0
    assert state(app, cast.seeker, DECIDED + 200 * DAY) == ["ended"]


@pytest.mark.usefixtures("at_now")
def test_an_applicant_asks_and_the_employer_answers_on_the_pages(cast: Cast, app: Flask) -> None:
    canary = plant(app, cast)
    seeker, recruiter = browser_of(app, canary.id), browser_of(app, cast.recruiter)
    assert "파기 요청" in seeker.get("/me/papers").text
    assert "파기할 서류가 없어요" in recruiter.get(f"/employers/{cast.employer}/papers").text
    assert seeker.post("/me/papers/999").status_code == 404
    assert seeker.post(f"/me/papers/{cast.employer}").status_code == 303
    assert seeker.post(f"/me/papers/{cast.employer}").status_code == 303
    with db.of(app).read() as session:
        assert account_queries.valid_consent(session, canary.id, NOW, employer_id=cast.employer) is None
        (duty,) = queries.paper_duties(session, cast.employer)
    page = recruiter.get(f"/employers/{cast.employer}/papers").text
    assert "구직자가 요청함" in page
    assert NAME not in page
    for other in (cast.organizer, cast.coach_account, canary.id):
        assert browser_of(app, other).get(f"/employers/{cast.employer}/papers").status_code == 404
        assert browser_of(app, other).post(f"/employers/{cast.employer}/papers/{duty.id}").status_code == 404
    assert recruiter.post(f"/employers/{cast.employer}/papers/999").status_code == 404
    assert recruiter.post(f"/employers/{cast.employer}/papers/{duty.id}").status_code == 303
    assert state(app, canary.id) == ["destroyed"]
    assert "파기됨" in seeker.get("/me/papers").text
