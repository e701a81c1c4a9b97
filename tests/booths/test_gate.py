"""The gate in words and the gate in SQL are the same decision."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import queries
from fairapp.booths.models import Booth
from fairapp.booths.rules import HiringFacts, ListingFacts, why_not_hiring
from tests.factories import NOW, make_booth, make_employer, make_fair, make_listing

# Around the edges: the very moment, a microsecond to either side, and far away.
STEPS = [timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(hours=3), timedelta(hours=-3)]
near = st.sampled_from([NOW + step for step in STEPS])
intents = st.sampled_from([NOW - timedelta(days=days) + step for days in (1, 7, 30) for step in STEPS])
listings = st.builds(
    ListingFacts,
    opens_at=st.sampled_from([NOW - timedelta(days=9) + step for step in STEPS] + [NOW + step for step in STEPS]),
    closes_at=st.sampled_from([NOW + timedelta(days=9)] + [NOW + timedelta(microseconds=n) for n in (0, 1)]),
    closed_at=st.sampled_from([None, None, None, NOW]),
    headcount=st.integers(1, 2),
    filled=st.integers(0, 3),
    legal_wage=st.booleans(),
).filter(lambda facts: facts.opens_at < facts.closes_at)
facts = st.builds(
    HiringFacts,
    verified_at=st.sampled_from([None, NOW, NOW, NOW]),
    status=st.sampled_from(["approved"] * 6 + ["applied", "rejected", "withdrawn"]),
    intent_confirmed_at=st.one_of(st.none(), intents),
    intent_days=st.sampled_from([1, 7, 30]),
    announced_at=st.one_of(st.none(), near),
    listings=st.lists(listings, max_size=3),
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
        rows = session.execute(select(Booth.id, queries.hiring(NOW)).where(Booth.id.in_(ids)))
        said = {booth_id: bool(hiring) for booth_id, hiring in rows}
    event(f"{sum(said.values())} of {len(said)} are hiring")
    assert [said[booth_id] for booth_id in ids] == [not why_not_hiring(one, NOW) for one in wanted]


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
