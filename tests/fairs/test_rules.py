"""The phase of a fair, in words and in SQL, and what a fair must be."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.errors import Forbidden, Invalid, NotFound
from fairapp.fairs import queries, rules
from fairapp.fairs.models import Fair
from tests.factories import NOW, make_fair

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
TIMES = rules.Times(NOW, NOW + DAY, NOW + 3 * DAY, NOW + 5 * DAY, NOW + 9 * DAY)


@pytest.mark.parametrize(
    ("now", "phase", "bookable"),
    [
        (NOW - TICK, "draft", False),
        (NOW, "announced", False),
        (NOW + DAY - TICK, "announced", False),
        (NOW + DAY, "booking", True),
        (NOW + 3 * DAY - TICK, "booking", True),
        (NOW + 3 * DAY, "open", True),
        (NOW + 5 * DAY - TICK, "open", True),
        (NOW + 5 * DAY, "closed", False),
        (NOW + 9 * DAY - TICK, "closed", False),
        (NOW + 9 * DAY, "archived", False),
    ],
)
def test_a_phase_begins_at_its_time(now: datetime, phase: str, bookable: bool) -> None:
    assert (rules.phase(TIMES, now), rules.bookable(TIMES, now)) == (phase, bookable)


def test_without_an_announcement_it_stays_a_draft() -> None:
    assert rules.phase(replace(TIMES, announced_at=None), NOW + 4 * DAY) == "draft"
    assert rules.phase(replace(TIMES, archived_at=None), NOW + 99 * DAY) == "closed"


edges = st.sampled_from([NOW + step for step in (-2 * DAY, -TICK, timedelta(0), TICK, 2 * DAY)])


@st.composite
def times(draw: st.DrawFn) -> dict[str, Any]:
    """Draw times that a fair may have, around NOW."""
    starts_at, ends_at = sorted([draw(edges), draw(edges)])
    ends_at = ends_at if ends_at > starts_at else starts_at + TICK
    opens = min(draw(edges), ends_at)
    optional = st.none() | edges
    announced_at, archived_at = draw(optional), draw(optional)
    return {
        "announced_at": announced_at,
        "booking_opens_at": opens,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "archived_at": archived_at,
    }


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(times(), min_size=8, max_size=12))
def test_the_phase_in_sql_is_the_phase_of_the_rule(app_on_both: Flask, given_times: list[dict[str, Any]]) -> None:
    database = db.of(app_on_both)

    def keep(session: Session) -> list[int]:
        return [make_fair(session, **one).id for one in given_times]

    ids = database.write(keep)
    with database.read() as session:
        rows = session.execute(select(Fair.id, queries.phase_is(NOW)).where(Fair.id.in_(ids)))
        said = {row[0]: row[1] for row in rows}
    assert [said[one] for one in ids] == [rules.phase(rules.Times(**one), NOW) for one in given_times]


GOOD = rules.FairFields("daegu-2026", "대구", "hybrid", NOW, NOW + DAY, NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"slug": "Daegu"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "2026"}, "slug"),
        ({"slug": "employers"}, "slug"),
        ({"slug": "a" * 61}, "slug"),
        ({"slug": "a/b"}, "slug"),
        ({"name": " "}, "name"),
        ({"name": "가" * 121}, "name"),
        ({"mode": "moon"}, "mode"),
        ({"ends_at": NOW + DAY}, "ends_at"),
        ({"ends_at": NOW + 500 * DAY}, "ends_at"),
        ({"booking_opens_at": NOW + 3 * DAY}, "booking_opens_at"),
        ({"announced_at": NOW + 2 * DAY}, "announced_at"),
        ({"archived_at": NOW}, "archived_at"),
        ({"intent_days": 0}, "intent_days"),
        ({"cancel_minutes": -1}, "cancel_minutes"),
        ({"hold_minutes": 61}, "hold_minutes"),
        ({"change_minutes": 20161}, "change_minutes"),
        ({"book_minutes": -1}, "book_minutes"),
        ({"ahead_days": 366}, "ahead_days"),
        ({"quota": 0}, "quota"),
        ({"quota_relaxes_minutes": -1}, "quota_relaxes_minutes"),
        ({"grace_minutes": 121}, "grace_minutes"),
        ({"hire_target": -1}, "hire_target"),
    ],
)
def test_a_bad_fair_is_refused_with_its_field(changes: dict[str, Any], named: str) -> None:
    rules.check_fair(GOOD)
    with pytest.raises(Invalid) as refused:
        rules.check_fair(replace(GOOD, **changes))
    assert [error.field for error in refused.value.errors] == [named]


class Nobody:
    """Somebody who runs no fair."""

    def may_organize(self, agency_id: int) -> bool:
        """Never."""
        return False


def test_a_draft_is_unknown_and_a_known_fair_forbidden_to_who_does_not_run_it() -> None:
    with pytest.raises(NotFound):
        rules.check_organizes(Nobody(), TIMES, 1, NOW - TICK)
    with pytest.raises(Forbidden):
        rules.check_organizes(Nobody(), TIMES, 1, NOW)
    with pytest.raises(NotFound):
        rules.check_sees(None, TIMES, 1, NOW - TICK)
    rules.check_sees(None, TIMES, 1, NOW)
