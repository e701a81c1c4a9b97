"""The gate in words and the gate in SQL are the same decision."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, queries
from fairapp.booths.models import Booth
from fairapp.booths.pages.base import reasons
from fairapp.booths.rules import HiringFacts, ListingFacts, why_not_hiring
from tests.booths.told import fields
from tests.factories import NOW, make_booth, make_employer, make_fair, make_listing

# Around the edges: the very moment, a microsecond to either side, and far away.
STEPS = [timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(hours=3), timedelta(hours=-3)]
edges = st.sampled_from([NOW + step for step in STEPS])
fresh = [NOW - timedelta(days=1)] * 4  # passes whatever the interval: without it hardly any booth would be hiring
intents = [NOW - timedelta(days=days) + step for days in (2, 7, 30) for step in STEPS]
often_true = st.sampled_from([True] * 5 + [False])


@st.composite
def listing_facts(draw: st.DrawFn) -> ListingFacts:
    """Draw a listing that mostly is open, or nearly."""
    return ListingFacts(
        opens_at=draw(st.one_of(st.just(NOW - timedelta(days=9)), edges)),
        closes_at=draw(st.one_of(st.just(NOW + timedelta(days=9)), st.just(NOW + timedelta(hours=5)))),
        closed_at=None if draw(often_true) else NOW,
        headcount=draw(st.integers(1, 3)),
        filled=draw(st.sampled_from([0, 0, 1, 2, 3, 4])),
        legal_until=draw(st.one_of(st.none(), st.just(NOW + timedelta(days=37)), edges)),
    )


@st.composite
def closing_facts(draw: st.DrawFn) -> ListingFacts:
    """Draw a listing that closes at this moment, or a microsecond to either side."""
    closes_at = NOW + timedelta(microseconds=draw(st.integers(-1, 1)))
    return ListingFacts(NOW - timedelta(days=9), closes_at, None, 1, 0, None)


facts = st.builds(
    HiringFacts,
    verified_at=st.sampled_from([NOW] * 5 + [None]),
    status=st.sampled_from(["approved"] * 9 + ["applied"] * 3 + ["rejected", "withdrawn"]),
    intent_confirmed_at=st.one_of(st.sampled_from(fresh), st.sampled_from([*fresh, None, *intents])),
    intent_days=st.sampled_from([2, 7, 30]),
    announced_at=st.one_of(st.just(NOW - timedelta(days=3)), st.none() | edges),
    listings=st.lists(listing_facts() | closing_facts(), max_size=3),
)


def keep(session: Session, wanted: list[HiringFacts]) -> list[int]:
    """Write booths with these facts and return their ids."""
    ids = []
    for one in wanted:
        fair = make_fair(session, announced_at=one.announced_at, intent_days=one.intent_days)
        employer = make_employer(session, verified_at=one.verified_at)
        changes: dict[str, Any] = {"status": one.status, "intent_confirmed_at": one.intent_confirmed_at}
        booth = make_booth(session, fair_id=fair.id, employer_id=employer.id, **changes)
        for listing in one.listings:
            names = ListingFacts.__slots__
            make_listing(session, booth_id=booth.id, **{name: getattr(listing, name) for name in names})
        ids.append(booth.id)
    return ids


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(facts, min_size=6, max_size=12))
def test_the_rule_and_the_query_agree(app_on_both: Flask, wanted: list[HiringFacts]) -> None:
    database = db.of(app_on_both)
    ids = database.write(keep, wanted)
    with database.read() as session:
        asked = select(Booth.id, queries.hiring(NOW), queries.lacks_approval(NOW)).where(Booth.id.in_(ids))
        rows = session.execute(asked).all()
    said = {booth_id: bool(hiring) for booth_id, hiring, _ in rows}
    ready = {booth_id: bool(lacks) for booth_id, _, lacks in rows}
    event("some are hiring and some are not" if 0 < sum(said.values()) < len(said) else "all alike")
    assert [said[booth_id] for booth_id in ids] == [not why_not_hiring(one, NOW) for one in wanted]
    assert [ready[booth_id] for booth_id in ids] == [
        one.status == "applied"
        and not why_not_hiring(replace(one, status="approved", announced_at=NOW - timedelta(days=3)), NOW)
        for one in wanted
    ]


def one_booth(session: Session) -> int:
    """Make a booth that passes the gate."""
    return make_listing(session).booth_id


def test_a_booth_that_passes_disappears_when_its_intent_lapses(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    booth_id = database.write(one_booth)

    def shown(at: datetime) -> bool:
        with database.read() as session:
            return queries.is_hiring(session, booth_id, at)

    # The listing closes after two days, the intent lapses after seven.
    assert shown(NOW)
    assert shown(NOW + timedelta(days=2) - timedelta(microseconds=1))
    assert not shown(NOW + timedelta(days=2))


def test_a_booth_with_this_years_minimum_wage_disappears_at_new_year_in_korea(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    eve = datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC)
    new_year = eve + timedelta(seconds=1)

    def two(session: Session) -> list[int]:
        booths = [make_booth(session, intent_confirmed_at=eve - timedelta(days=1)) for _ in range(2)]
        for booth, wage in zip(booths, (10_320, 10_700), strict=True):
            wanted = fields(salary_min=wage, salary_period="hour", closes_at=eve + timedelta(days=9))
            actions.open_listing(session, booth.id, wanted, None, NOW)
        return [booth.id for booth in booths]

    def shown(at: datetime) -> list[tuple[bool, int, list[str]]]:
        with database.read() as session:
            rows = [queries.get_booth(session, one, at) for one in ids]
            why = reasons(session, rows, at)
            seen = queries.visible_of_booths(session, ids, at)
            return [(row.hiring, len(seen.get(row.id, [])), [str(one) for one in why[row.id]]) for row in rows]

    ids = database.write(two)
    assert shown(eve) == [(True, 1, []), (True, 1, [])]
    assert shown(new_year) == [(False, 0, ["공고의 급여가 최저임금보다 낮아요"]), (True, 1, [])]
