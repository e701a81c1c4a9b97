"""Listings: what is written, kept and told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, queries, rules
from fairapp.booths.models import Booth, Listing, ListingHistory
from fairapp.errors import Invalid, NotFound, Stale
from tests.booths.told import empty_booth, fields, kinds, news
from tests.factories import NOW, make_booth

LATER = NOW + timedelta(hours=1)


def listing_row(database: db.Database, listing_id: int) -> Listing:
    """Return the listing as it is kept."""
    with database.read() as session:
        return queries.get_listing(session, listing_id)


def test_the_first_open_listing_opens_the_booth(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    with database.read() as session:
        assert queries.is_hiring(session, booth_id, NOW)
        employer_id = str(session.get_one(Booth, booth_id).employer_id)
    names = {"booth": str(booth_id), "employer": employer_id}
    told = {"listing": str(listing_id), **names, "title": "재무 담당", "openings_left": 2}
    assert news(database, fair_id) == [("listing.opened", told), ("booth.opened", names)]


def test_a_listing_of_a_booth_that_is_not_visible_is_no_news(app: Flask) -> None:
    database = db.of(app)

    def unapproved(session: Session) -> tuple[int, int]:
        booth = make_booth(session, status="applied")
        return booth.fair_id, booth.id

    fair_id, booth_id = database.write(unapproved)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.close_listing, listing_id, None, NOW)
    assert news(database, fair_id) == []


def test_every_change_of_a_listing_is_kept_and_told(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.edit_listing, listing_id, 1, fields(title="재무 팀장"), None, NOW + timedelta(minutes=1))
    database.write(actions.fill, listing_id, None, NOW + timedelta(minutes=2))
    database.write(actions.fill, listing_id, None, NOW + timedelta(minutes=3))
    database.write(actions.unfill, listing_id, None, NOW + timedelta(minutes=4))
    database.write(actions.close_listing, listing_id, None, NOW + timedelta(minutes=5))
    database.write(actions.close_listing, listing_id, None, NOW + timedelta(minutes=6))
    with database.read() as session:
        rows = session.scalars(select(ListingHistory).order_by(ListingHistory.rev)).all()
    assert [(row.rev, row.what, row.state["title"], row.state["filled"]) for row in rows] == [
        (1, "opened", "재무 담당", 0),
        (2, "changed", "재무 팀장", 0),
        (3, "filled", "재무 팀장", 1),
        (4, "filled", "재무 팀장", 2),
        (5, "changed", "재무 팀장", 1),
        (6, "closed", "재무 팀장", 1),
    ]
    assert kinds(database, fair_id) == [
        *("listing.opened", "booth.opened"),
        *("listing.changed", "listing.changed"),
        *("listing.closed", "booth.closed"),
        *("listing.opened", "booth.opened"),
        *("listing.closed", "booth.closed"),
    ]


def test_an_edit_of_an_older_copy_is_stale_and_changes_nothing(app: Flask) -> None:
    database = db.of(app)
    _, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.edit_listing, listing_id, 1, fields(title="첫째"), None, NOW)
    with pytest.raises(Stale):
        database.write(actions.edit_listing, listing_id, 1, fields(title="둘째"), None, NOW)
    assert (listing_row(database, listing_id).title, listing_row(database, listing_id).rev) == ("첫째", 2)


def test_a_closed_listing_is_not_edited(app: Flask) -> None:
    database = db.of(app)
    _, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.close_listing, listing_id, None, NOW)
    with pytest.raises(rules.ListingClosed):
        database.write(actions.edit_listing, listing_id, 2, fields(), None, NOW)


def test_a_wage_below_the_minimum_is_kept_but_not_shown(app: Flask) -> None:
    database = db.of(app)
    fair_id, booth_id = database.write(empty_booth)
    low = fields(salary_min=10_319, salary_period="hour")
    listing_id = database.write(actions.open_listing, booth_id, low, None, NOW)
    assert listing_row(database, listing_id).legal_until == datetime(2025, 12, 31, 15, tzinfo=UTC)
    assert kinds(database, fair_id) == []
    fair = fields(salary_min=10_320, salary_period="hour")
    database.write(actions.edit_listing, listing_id, 1, fair, None, NOW)
    assert kinds(database, fair_id) == ["listing.opened", "booth.opened"]


def test_a_headcount_is_not_lowered_below_those_who_are_hired(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(empty_booth)
    listing_id = database.write(actions.open_listing, booth_id, fields(headcount=3), None, NOW)
    for _ in range(2):
        database.write(actions.fill, listing_id, None, NOW)
    told = kinds(database, fair_id)
    with pytest.raises(Invalid) as refused:
        database.write(actions.edit_listing, listing_id, 3, fields(title="재무 팀장", headcount=1), None, NOW)
    assert [(error.field, str(error.message)) for error in refused.value.errors] == [
        ("headcount", "이미 2명을 뽑았어요. 그보다 적게 줄일 수 없어요")
    ]
    kept = listing_row(database, listing_id)
    assert (kept.title, kept.headcount, kept.rev, kinds(database, fair_id)) == ("재무 담당", 3, 3, told)
    database.write(actions.edit_listing, listing_id, 3, fields(headcount=2), None, NOW)
    assert listing_row(database, listing_id).headcount == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"title": " "}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"occupation": "9999"}, "occupation"),
        ({"region": "99999"}, "region"),
        ({"employment_type": "slave"}, "employment_type"),
        ({"salary_min": -1}, "salary_min"),
        ({"salary_min": 5, "salary_max": 4}, "salary_max"),
        ({"salary_period": None}, "salary_period"),
        ({"headcount": 0}, "headcount"),
        ({"hours_per_week": 0}, "hours_per_week"),
        ({"closes_at": NOW}, "closes_at"),
        ({"closes_at": NOW - timedelta(days=1)}, "closes_at"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://["}, "url"),
        ({"skills": ["x" * 41]}, "skills"),
    ],
)
def test_a_bad_listing_is_refused_with_its_field_and_changes_nothing(
    app: Flask, changes: dict[str, Any], named: str
) -> None:
    database = db.of(app)
    _, booth_id = database.write(empty_booth)
    with pytest.raises(Invalid) as refused:
        database.write(actions.open_listing, booth_id, fields(**changes), None, NOW)
    assert named in [error.field for error in refused.value.errors]
    with database.read() as session:
        assert session.scalars(select(Listing.id)).all() == []


def test_a_listing_needs_a_booth_and_a_fair_that_is_not_over(app: Flask) -> None:
    database = db.of(app)
    _, booth_id = database.write(empty_booth)
    with pytest.raises(NotFound):
        database.write(actions.open_listing, booth_id + 1, fields(), None, NOW)
    after = NOW + timedelta(days=3)
    with pytest.raises(rules.FairOver):
        database.write(actions.open_listing, booth_id, fields(closes_at=after + timedelta(days=1)), None, after)


def test_listings_as_of_a_moment_are_those_of_that_moment(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, booth_id = database.write(empty_booth)
    first = database.write(actions.open_listing, booth_id, fields(), None, NOW)
    database.write(actions.edit_listing, first, 1, fields(title="재무 팀장"), None, LATER)
    second = database.write(actions.open_listing, booth_id, fields(title="영업"), None, LATER)

    def at(moment: Any) -> list[tuple[int, str, str]]:
        with database.snapshot() as session:
            rows = queries.listings_as_of(session, fair_id, moment)
            return [(row.listing_id, row.state["title"], row.state["salary_period"]) for row in rows]

    assert at(NOW - timedelta(seconds=1)) == []
    assert at(NOW) == [(first, "재무 담당", "year")]
    assert at(LATER) == [(first, "재무 팀장", "year"), (second, "영업", "year")]
