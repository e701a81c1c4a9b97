"""The figures of a fair: the funnel counts people, the indicators count hires, and unknowns are counted apart."""

from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert

from fairapp import codes, db
from fairapp.accounts.models import Profile
from fairapp.outcomes import actions, queries, rules
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview, open_listing
from tests.outcomes.test_actions import append
from tests.outcomes.test_as_of import figures

LATER = NOW + timedelta(days=2)
PROFESSIONAL = next(o.code for o in codes.occupations().values() if o.professional)
OTHER = next(o.code for o in codes.occupations().values() if not o.professional)


def born(app: Flask, booking: int, day: date | None) -> None:
    """Give the seeker of a booking a birth date."""

    def write(session: Any) -> None:
        seeker = queries.meeting(session, booking).seeker_id
        session.execute(insert(Profile).values(account_id=seeker, birth_date=day, updated_at=NOW))

    db.of(app).write(write)


def test_an_empty_fair_has_no_figures_and_no_rates(app_on_both: Flask, cast_on_both: Cast):
    with db.of(app_on_both).snapshot() as session:
        found = queries.report(session, cast_on_both.other_fair, LATER)
    assert [(s.stage, s.people, s.rate) for s in found.funnel] == [
        (stage, 0, None)
        for stage in (
            *("registered", "came", "booked", "interviewed", "passed"),
            *("offered", "hired", "started", "retained"),
        )
    ]
    assert (found.hires, found.hire_target, found.target_share) == (0, None, None)
    assert [(one.name, one.share) for one in found.indicators] == [(name, None) for name in rules.SHARES]
    assert {one.value for one in found.measures} == {None}


def hire_three(app: Flask, cast: Cast) -> None:
    """Let six book, four come, three be hired: one young, one older, one of unknown age."""
    write = db.of(app).write
    wide = write(lambda s: open_listing(s, cast.booth, headcount=9))
    people = [book_interview(app, cast, NOW) for _ in range(5)]
    for booking in people[:4]:  # the fifth does not come; the cast's seeker only books
        write(actions.mark_attendance, booking, seeker="present", host="present", by=cast.recruiter, now=NOW)
    write(actions.mark_attendance, people[4], seeker="absent", host="present", by=cast.recruiter, now=NOW)
    ages = [date(2000, 5, 5), date(1980, 5, 5), None]
    kinds = ["regular", "contract", "regular"]
    work = [PROFESSIONAL, OTHER, PROFESSIONAL]
    for booking, day, kind, occupation in zip(people, ages, kinds, work, strict=False):
        if day:
            born(app, booking, day)
        append(app, cast, "passed", booking=booking)
        hire = {"booking": booking, "listing_id": wide, "employment_type": kind, "occupation": occupation}
        append(app, cast, "hired", **hire)
    append(app, cast, "rejected", booking=people[3])


def test_the_funnel_and_the_shares(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    hire_three(app, cast)
    found = figures(app, cast, LATER)
    assert [(s.stage, s.people, s.rate) for s in found.funnel] == [
        ("registered", 6, None),
        ("came", 4, 66.7),
        ("booked", 6, None),  # more booked than came: that is no share
        ("interviewed", 4, 66.7),
        ("passed", 3, 75.0),
        ("offered", 3, 100.0),  # who is hired was offered it
        ("hired", 3, 100.0),
        ("started", 0, 0.0),
        ("retained", 0, None),
    ]
    assert (found.hires, found.hire_target, found.target_share) == (3, 150, 2.0)
    assert [(i.name, i.hires, i.known, i.unknown, i.share) for i in found.indicators] == [
        ("youth", 1, 2, 1, 50.0),
        ("regular", 2, 3, 0, 66.7),
        ("professional", 2, 3, 0, 66.7),
        ("career_break", 0, 3, 0, 0.0),
        ("age_50_plus", 0, 2, 1, 0.0),
        ("returnee", 0, 3, 0, 0.0),
    ]
    assert {m.name: m.value for m in found.measures} == {
        "placement": 50.0,
        "success": 75.0,
        "interviews_per_seeker": 1.0,
        "interviews_per_booth": 4.0,
        "seeker_absence": 20.0,
        "host_absence": 0.0,
        "days_to_result": 1.0,
        "cost_per_hire": None,
    }
    before = figures(app, cast, NOW)
    assert [s.people for s in before.funnel] == [6, 4, 6, 4, 0, 0, 0, 0, 0]


def test_a_hire_that_was_withdrawn_is_not_counted(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    append(app, cast, "interviewed")
    append(app, cast, "hired")
    assert [s.people for s in figures(app, cast, LATER).funnel] == [1, 1, 1, 1, 1, 1, 1, 0, 0]
    append(app, cast, "withdrawn", now=NOW + timedelta(days=1, hours=1))
    assert [s.people for s in figures(app, cast, LATER).funnel] == [1, 1, 1, 1, 1, 1, 0, 0, 0]
    assert [s.people for s in figures(app, cast, NOW + timedelta(days=1)).funnel] == [1, 1, 1, 1, 1, 1, 1, 0, 0]


def test_a_listing_without_occupation_is_counted_apart(app: Flask, cast: Cast):
    bare = db.of(app).write(lambda s: open_listing(s, cast.booth, occupation=None, employment_type=None))
    append(app, cast, "interviewed")
    append(app, cast, "hired", listing_id=bare)
    shares = {i.name: (i.known, i.unknown, i.share) for i in figures(app, cast, LATER).indicators}
    assert {name: shares[name] for name in ("youth", "regular", "professional")} == {
        "youth": (0, 1, None),
        "regular": (0, 1, None),
        "professional": (0, 1, None),
    }


def test_the_report_takes_five_statements_however_many_hires(app: Flask, cast: Cast):
    wide = db.of(app).write(lambda s: open_listing(s, cast.booth, headcount=20))
    counts = []
    for _ in range(3):
        for _ in range(3):
            booking = book_interview(app, cast, NOW)
            append(app, cast, "interviewed", booking=booking)
            append(app, cast, "hired", booking=booking, listing_id=wide)
        with counted(app) as count:
            figures(app, cast, LATER)
        counts.append(int(count))
    assert counts == [5, 5, 5]
