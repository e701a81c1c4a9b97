"""What was exported can be exported again, whatever happened since; and the report counts what the exports hold."""

import random
from datetime import datetime, timedelta

import pytest
from flask import Flask

from fairapp import db
from fairapp.booths import actions as booths
from fairapp.errors import Conflict, Invalid
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.actions import Found
from fairapp.scheduling import actions as scheduling
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview
from tests.outcomes.test_actions import DAY
from tests.outcomes.test_exports import csv_of, rows_of


def random_event(app: Flask, cast: Cast, bookings: list[int], dice: random.Random, now: datetime) -> None:
    """Let something happen that may happen; what is refused changes nothing."""
    write, booking = db.of(app).write, dice.choice(bookings)
    state = dice.choice(["present", "absent", None])
    stage = dice.choice(["interviewed", "passed", "offered", "hired", "started", "rejected", "withdrawn"])
    corrects = None
    if dice.random() < 0.3:
        with db.of(app).read() as session:
            corrects = next((row.id for row in reversed(queries.standing(session, booking))), None)
    what = dice.randrange(7)
    try:
        if what == 0:
            write(actions.mark_attendance, booking, seeker=state, by=cast.recruiter, now=now)
        elif what == 1:
            write(actions.mark_attendance, booking, host=state, by=cast.recruiter, now=now)
        elif what == 2:
            write(scheduling.cancel, booking, cast.organizer, now, by_staff=True, reason="사정")
        elif what == 3:
            code = write(actions.ensure_pass, cast.fair, dice.choice([cast.seeker, cast.stranger]), now)
            write(actions.check_in, cast.fair, code, cast.organizer, now)
        elif what == 4:
            write(booths.close_listing, cast.listing, cast.recruiter, now)
        else:
            found = Found(stage, DAY, corrects=corrects)
            write(actions.append_outcome, booking, found, cast.recruiter, now)
    except (Conflict, Invalid):
        return


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_what_was_exported_can_be_exported_again(app_on_both: Flask, cast_on_both: Cast, seed: int):
    app, cast, dice = app_on_both, cast_on_both, random.Random(seed)
    bookings = [cast.booking, *(book_interview(app, cast, NOW) for _ in range(4))]
    now, taken = NOW, []
    for _ in range(100):
        now += timedelta(seconds=dice.randrange(1, 90), microseconds=dice.randrange(10**6))
        random_event(app, cast, bookings, dice, now)
        if dice.random() < 0.2:
            taken.append((now, [csv_of(app, cast, kind, now) for kind in queries.KINDS], figures(app, cast, now)))
    assert len(taken) > 8
    assert len({tuple(files) for _, files, _ in taken}) > 4  # the moments differ, so equality says something
    for moment, files, report in taken:
        assert [csv_of(app, cast, kind, moment) for kind in queries.KINDS] == files
        assert figures(app, cast, moment) == report
    with db.of(app).read() as session:
        assert queries.breaches(session) == []
    check_figures(app, cast, now)


def figures(app: Flask, cast: Cast, as_of: datetime) -> queries.Report:
    """Return the report."""
    with db.of(app).snapshot() as session:
        return queries.report(session, cast.fair, as_of)


def check_figures(app: Flask, cast: Cast, now: datetime) -> None:
    """Count the funnel again, from the exports and by the rules in Python: the two must say the same."""
    attendance, bookings, outcomes = (
        rows_of(csv_of(app, cast, kind, now)) for kind in ("attendance", "bookings", "outcomes")
    )
    standing: dict[str, list[dict[str, str]]] = {}
    for row in outcomes:
        if row["stands"] == "yes":
            standing.setdefault(row["booking"], []).append(row)
    stages = {booking: [row["stage"] for row in rows] for booking, rows in standing.items()}
    who = {row["booking"]: row["seeker"] for row in bookings}
    interviews = [row for row in bookings if row["kind"] == "interview"]
    marks = {row["booking"]: (row["seeker_attendance"], row["host_attendance"]) for row in interviews}
    interviewed = {who[b] for b, (s, h) in marks.items() if rules.interviewed(s, h, stages.get(b, []))}
    assert interviewed == {row["seeker"] for row in interviews if row["interviewed"] == "yes"}
    came = {row["person"] for row in attendance if row["side"] == "seeker" and row["state"] == "present"} | interviewed
    booked = {row["seeker"] for row in interviews if row["status"] in ("confirmed", "completed")}
    passed = {who[b] for b, some in stages.items() if any(s in rules.PASSED_STAGES for s in some)}
    hired = {who[b] for b, some in stages.items() if rules.hire_stands(some)}
    offered = {who[b] for b, some in stages.items() if any(s in rules.OFFERED_STAGES for s in some)}
    started = {who[b] for b, some in stages.items() if "started" in some}
    counted = [len(people) for people in (came, booked, interviewed, passed, offered, hired, started)]
    assert [stage.people for stage in figures(app, cast, now).funnel][1:-1] == counted
