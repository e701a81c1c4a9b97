"""The next free slots of a fair for one person: in order, none at which she is elsewhere or too far away."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from fairapp import db
from fairapp.booths.models import Booth
from fairapp.scheduling import actions, queries
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.floors import Hall, at


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return a hall on each database."""
    return Hall(db.of(app_on_both))


def found(hall: Hall, seeker: int | None = None, limit: int = 50, after: int | None = None) -> list[int]:
    """Return the ids of the next free slots, after a slot."""
    with hall.database.read() as session:
        key = None if after is None else (queries.slots_by_id(session, [after])[after].starts_at, after)
        who = None if seeker is None else hall.seekers[seeker]
        return [row.id for row in queries.free_for(session, hall.fair, NOW, seeker_id=who, after=key, limit=limit)]


def test_free_slots_come_in_order_page_by_page(hall: Hall) -> None:
    late, early, coaching = hall.open(200), hall.open(60), hall.session(60)
    hall.open(100, for_line=True)
    hall.open(120, opens_at=at(30))
    taken, past = hall.open(140), hall.open(5)
    hall.book(taken, 3)
    assert found(hall) == [past, early, coaching, late]
    assert found(hall, limit=2) == [past, early]
    assert found(hall, limit=2, after=early) == [coaching, late]
    hall.write(lambda s: s.execute(update(Booth).values(intent_confirmed_at=NOW - timedelta(days=30))))
    assert found(hall) == [coaching]  # the booth is not hiring any more


def test_nothing_is_found_at_which_the_seeker_is_elsewhere_or_too_far_away(hall: Hall) -> None:
    booked = hall.open(60, room_id=hall.rooms[0])
    overlapping, near, far = hall.session(70), hall.session(100), hall.session(130)
    across = hall.open(85, host=1, room_id=hall.rooms[1])
    beside = hall.open(80, host=2, room_id=hall.rooms[2])
    assert hall.book(booked)
    assert found(hall, 0) == [beside, near, far]
    assert found(hall, 1) == [overlapping, beside, across, near, far]
    with hall.database.read() as session:
        mine = queries.resources_by_account(session, [hall.seekers[1]])
    hall.write(actions.add_block, mine[hall.seekers[1]], at(125), at(135), "", NOW)
    assert found(hall, 1) == [overlapping, beside, across]


def test_a_person_with_a_full_morning_finds_the_afternoon(hall: Hall) -> None:
    slots = hall.open(*range(60, 60 + 60 * 20, 20), length=20)
    with hall.database.read() as session:
        mine = queries.resources_by_account(session, [hall.seekers[0]])
    hall.write(actions.add_block, mine[hall.seekers[0]], at(0), at(60 + 50 * 20), "", NOW)
    assert found(hall, 0, limit=3) == slots[50:53]


@pytest.mark.parametrize("many", [3, 30])
def test_how_many_there_are_costs_no_further_query(hall: Hall, app_on_both: Flask, many: int) -> None:
    hall.open(*range(60, 60 + many * 20, 20))
    hall.book(hall.session(1000), 0)
    with counted(app_on_both) as statements:
        assert len(found(hall, 0)) == many
    assert int(statements) == 6, str(statements)
