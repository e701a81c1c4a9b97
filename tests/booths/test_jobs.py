"""What the passing of time tells: listings and booths that open and close by themselves, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, jobs
from tests.booths.told import empty_booth, fields, kinds, news
from tests.factories import NOW, make_booth

SOON, LATE = NOW + timedelta(hours=1), NOW + timedelta(hours=5)


def a_hiring_booth(session: Session) -> tuple[int, int]:
    """Make a booth that hires all the time; return its fair and itself."""
    fair_id, booth_id = empty_booth(session)
    actions.open_listing(session, booth_id, fields(closes_at=NOW + timedelta(days=1)), None, NOW)
    return fair_id, booth_id


def test_a_listing_that_opens_and_closes_by_itself_is_told_once_each(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(a_hiring_booth)
    coming = fields(title="영업", opens_at=SOON, closes_at=LATE)
    listing_id = database.write(actions.open_listing, booth_id, coming, None, NOW)
    before = len(news(database, fair_id))
    just = timedelta(microseconds=1)
    with app_on_both.app_context():
        ticks = [jobs.tell_lapsed(at) for at in (SOON - just, SOON, SOON, LATE - just, LATE, LATE)]
    assert ticks == [0, 1, 0, 0, 1, 0]
    told = news(database, fair_id)[before:]
    assert [(kind, data["listing"], data.get("openings_left")) for kind, data in told] == [
        ("listing.opened", str(listing_id), 2),
        ("listing.closed", str(listing_id), None),
    ]


def test_the_first_and_the_last_listing_turn_the_booth_in_the_same_tick(app: Flask) -> None:
    database = db.of(app)
    fair_id, booth_id = database.write(empty_booth)
    database.write(actions.open_listing, booth_id, fields(opens_at=SOON, closes_at=LATE), None, NOW)
    assert (jobs.tell_lapsed(SOON), jobs.tell_lapsed(LATE), jobs.tell_lapsed(LATE)) == (2, 1, 0)
    assert kinds(database, fair_id) == ["listing.opened", "booth.opened", "booth.closed"]


def test_a_wage_that_new_year_makes_illegal_is_told_as_closed(app: Flask) -> None:
    database = db.of(app)
    new_year = datetime(2026, 12, 31, 15, tzinfo=UTC)

    def two(session: Session) -> int:
        booth = make_booth(session, intent_confirmed_at=new_year)
        for wage in (10_320, 10_700):
            wanted = fields(salary_min=wage, salary_period="hour", closes_at=new_year + timedelta(days=9))
            actions.open_listing(session, booth.id, wanted, None, NOW)
        return booth.fair_id

    fair_id = database.write(two)
    before = len(news(database, fair_id))
    assert (jobs.tell_lapsed(new_year - timedelta(seconds=1)), jobs.tell_lapsed(new_year)) == (0, 1)
    assert kinds(database, fair_id)[before:] == ["listing.closed"]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda session, one: actions.close_listing(session, one, None, SOON), []),  # nobody had heard that it opened
        (lambda session, one: actions.edit_listing(session, one, 1, fields(), None, SOON), ["listing.opened"]),
    ],
)
def test_what_people_do_before_the_tick_is_not_told_again(app: Flask, act: Any, told: list[str]) -> None:
    database = db.of(app)
    fair_id, booth_id = database.write(a_hiring_booth)
    wanted = fields(title="영업", opens_at=SOON, closes_at=LATE)
    listing_id = database.write(actions.open_listing, booth_id, wanted, None, NOW)
    before = len(news(database, fair_id))
    database.write(act, listing_id)
    assert jobs.tell_lapsed(SOON) == 0
    assert kinds(database, fair_id)[before:] == told


def test_a_turn_of_a_hidden_booth_is_no_news_and_is_settled(app: Flask) -> None:
    database = db.of(app)

    def hidden(session: Session) -> tuple[int, int]:
        booth = make_booth(session, status="applied")
        actions.open_listing(session, booth.id, fields(opens_at=SOON, closes_at=LATE), None, NOW)
        return booth.fair_id, booth.id

    fair_id, booth_id = database.write(hidden)
    assert [jobs.tell_lapsed(at) for at in (SOON, LATE)] == [0, 0]
    database.write(actions.approve_booths, fair_id, [booth_id], None, LATE)
    assert kinds(database, fair_id) == []


def test_a_tick_tells_no_more_than_its_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    database = db.of(app)
    _, booth_id = database.write(a_hiring_booth)
    for n in range(3):
        wanted = fields(title=f"영업 {n}", opens_at=SOON, closes_at=LATE)
        database.write(actions.open_listing, booth_id, wanted, None, NOW)
    assert [jobs.tell_lapsed(SOON) for _ in range(3)] == [2, 1, 0]
