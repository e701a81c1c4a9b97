"""Making and changing fairs, their sites and rooms, and telling their phase."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.errors import Invalid, NotFound, Stale
from fairapp.fairs import actions, jobs, queries, rules
from fairapp.fairs.models import Fair
from fairapp.live.models import News
from tests.factories import NOW, make_agency

DAY = timedelta(days=1)
FIELDS = rules.FairFields("daegu", "대구", "onsite", NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY, announced_at=NOW)


def make(database: db.Database, **changes: Any) -> int:
    """Make a fair of a new agency."""
    agency_id = database.write(lambda session: make_agency(session).id)
    return int(database.write(actions.make_fair, agency_id, replace(FIELDS, **changes), NOW))


def told(database: db.Database, fair_id: int) -> list[str]:
    """Return the phases that were announced."""
    with database.read() as session:
        rows = session.execute(select(News.kind, News.data).where(News.fair_id == fair_id).order_by(News.seq))
        return [row.data["phase"] for row in rows if row.kind == "fair.phase"]


def test_a_fair_is_made_with_its_news_and_its_address_is_taken_then(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    made = make(database)
    with database.read() as session:
        fair = queries.get_fair(session, "daegu")
        assert (fair.id, fair.rev, queries.news_number(session, made)) == (made, 1, 0)
        assert queries.get_fair(session, str(made)).id == made
    with pytest.raises(rules.SlugTaken) as refused:
        make(database)
    assert refused.value.errors[0].field == "slug"
    other = make(database, slug="busan")
    with pytest.raises(rules.SlugTaken):
        database.write(actions.edit_fair, other, 1, FIELDS, NOW)


@pytest.mark.parametrize("ref", ["nowhere", "0", "9" * 40, "٣", ""])
def test_a_fair_that_is_not_there_is_not_found(app: Flask, ref: str) -> None:
    with db.of(app).read() as session, pytest.raises(NotFound):
        queries.get_fair(session, ref)


def test_a_change_is_compared_with_the_version_that_was_seen(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    made = make(database)
    database.write(actions.edit_fair, made, 1, replace(FIELDS, name="대구 둘"), NOW)
    with pytest.raises(Stale):
        database.write(actions.edit_fair, made, 1, replace(FIELDS, name="대구 셋"), NOW)
    with database.read() as session:
        assert session.get_one(Fair, made).name == "대구 둘"


def test_a_change_that_would_leave_bookings_outside_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    database = db.of(app)
    made = make(database)
    asked: list[tuple[datetime, datetime]] = []

    def three_outside(session: Session, fair_id: int, starts_at: datetime, ends_at: datetime) -> int:
        asked.append((starts_at, ends_at))
        return 3 if ends_at < FIELDS.ends_at or starts_at == ends_at else 0

    monkeypatch.setattr(actions.fairs, "bookings_outside", [three_outside])
    with pytest.raises(rules.BookingsOutside) as refused:
        database.write(actions.edit_fair, made, 1, replace(FIELDS, ends_at=FIELDS.ends_at - timedelta(hours=1)), NOW)
    assert "3건" in str(refused.value.detail)
    with pytest.raises(rules.BookingsOutside) as hidden:
        database.write(actions.edit_fair, made, 1, replace(FIELDS, announced_at=None), NOW)
    assert hidden.value.errors[0].field == "announced_at"
    database.write(actions.edit_fair, made, 1, replace(FIELDS, ends_at=FIELDS.ends_at + DAY), NOW)
    assert len(asked) == 4


def test_each_phase_is_told_once_by_tick_or_change(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    made = make(database)
    assert jobs.tell_phases(NOW) == 0
    assert (jobs.tell_phases(NOW + DAY), jobs.tell_phases(NOW + DAY)) == (1, 0)
    database.write(actions.edit_fair, made, 1, replace(FIELDS, starts_at=NOW + DAY), NOW + DAY)
    assert jobs.tell_phases(NOW + 3 * DAY) == 1
    assert told(database, made) == ["booking", "open", "closed"]


def test_a_draft_is_no_news(app: Flask) -> None:
    database = db.of(app)
    made = make(database, announced_at=None)
    assert jobs.tell_phases(NOW + 5 * DAY) == 0
    database.write(actions.edit_fair, made, 1, FIELDS, NOW)
    database.write(actions.edit_fair, made, 2, replace(FIELDS, announced_at=None), NOW)
    assert told(database, made) == ["announced"]


def test_rooms_are_made_at_a_site_and_told(app_on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    database = db.of(app_on_both)
    made = make(database)
    heard: list[int] = []
    monkeypatch.setattr(actions.places, "after_room", [lambda _session, room_id: heard.append(room_id)])
    site_id = database.write(actions.make_site, "hall", "A홀")
    database.write(actions.link_site, made, site_id)
    database.write(actions.link_site, made, site_id)
    first = database.write(actions.make_rooms, site_id, "A-", 2)
    more = database.write(actions.make_rooms, site_id, "A-", 2)
    assert heard == [*first, *more]
    with pytest.raises(Invalid):
        database.write(actions.make_room, site_id, "A-1")
    with database.read() as session:
        (one,) = queries.sites_of(session, made)
        assert [room.name for room in one.rooms] == ["A-1", "A-2", "A-3", "A-4"]
        assert queries.sites_not_of(session, made) == []
    database.write(actions.unlink_site, made, site_id)
    with database.read() as session:
        assert [site.id for site in queries.sites_not_of(session, made)] == [site_id]


@pytest.mark.parametrize(("kind", "name"), [("moon", "A"), ("hall", " "), ("hall", "가" * 121)])
def test_a_bad_site_is_refused(app: Flask, kind: str, name: str) -> None:
    with pytest.raises(Invalid):
        db.of(app).write(actions.make_site, kind, name)


def test_a_site_that_is_not_there_has_no_rooms(app: Flask) -> None:
    database = db.of(app)
    made = make(database)
    with pytest.raises(NotFound):
        database.write(actions.make_room, 999, "A-1")
    with pytest.raises(NotFound):
        database.write(actions.link_site, made, 999)
