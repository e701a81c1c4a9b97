"""Claims: taken together or not at all, moved by their difference, given back by their owner alone."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.claims import Owner
from fairapp.scheduling.models import Block, Resource, TimeClaim
from tests import factories
from tests.factories import NOW

ONE, TWO = Owner("block_id", 1), Owner("block_id", 2)


@pytest.fixture
def act(app_on_both: Flask) -> Callable[..., Any]:
    """Return a function that writes; there are two people, and two blocks of time to own claims."""
    database = db.of(app_on_both)

    def build(session: Session) -> None:
        for n in (1, 2):
            factories.make_seeker(session)
            session.execute(insert(Block).values(id=n, resource_id=1, starts_at=NOW, ends_at=NOW.replace(hour=9)))

    database.write(build)
    return database.write


def held(session: Session) -> set[tuple[int, int, int | None]]:
    """Return who holds which grain of which resource."""
    return {tuple(row) for row in session.execute(select(TimeClaim.resource_id, TimeClaim.grain, TimeClaim.block_id))}


def these(resources: Iterable[int], grains: Iterable[int]) -> list[tuple[int, int]]:
    """Return the claims of each resource at each grain."""
    return list(product(resources, grains))


def test_claims_are_taken_on_every_resource_and_given_back(act: Callable[..., Any]) -> None:
    assert act(claims.take, ONE, these([2, 1, 2], range(10, 13)))
    assert act(held) == {(r, g, 1) for r in (1, 2) for g in (10, 11, 12)}
    act(claims.release, TWO, these([1, 2], range(0, 99)))  # they are another's
    assert len(act(held)) == 6
    act(claims.release, ONE, these([1], range(11, 99)))
    assert act(held) == {(1, 10, 1), (2, 10, 1), (2, 11, 1), (2, 12, 1)}


@pytest.mark.parametrize("wanted", [range(12, 15), range(8, 11), range(11, 12), range(5, 20)])
def test_one_grain_that_is_taken_refuses_them_all(act: Callable[..., Any], wanted: range) -> None:
    act(claims.take, ONE, these([1], range(10, 13)))

    def take(session: Session) -> None:
        assert not claims.take(session, TWO, these([1, 2], wanted))
        raise LookupError  # as every caller does: the savepoint takes back what was made

    with pytest.raises(LookupError):
        act(take)
    assert act(held) == {(1, g, 1) for g in (10, 11, 12)}
    assert act(claims.take, TWO, these([2], wanted))  # another's time is free


def test_nothing_wanted_is_taken(act: Callable[..., Any]) -> None:
    assert act(claims.take, ONE, these([], range(1, 3)))
    assert act(claims.take, ONE, these([1], range(3, 3)))
    assert act(held) == set()


def test_a_claim_has_exactly_one_owner(act: Callable[..., Any]) -> None:
    for owners in ({}, {"block_id": 1, "slot_id": 1}):
        with pytest.raises(IntegrityError):
            act(
                lambda session, owners=owners: session.execute(
                    insert(TimeClaim).values(resource_id=1, grain=1, **owners)
                )
            )


spans = st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda pair: range(pair[0], pair[0] + pair[1]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=spans, new=spans, theirs=st.sets(st.integers(0, 20), max_size=3))
def test_a_move_ends_with_exactly_the_new_time_or_the_old(
    act: Callable[..., Any], old: range, new: range, theirs: set[int]
) -> None:
    theirs -= set(old)

    def start(session: Session) -> None:
        session.execute(delete(TimeClaim))
        assert claims.take(session, ONE, these([1], old))
        assert claims.take(session, TWO, these([1], sorted(theirs)))

    def move(session: Session) -> None:
        if not claims.exchange(session, ONE, these([1], old), these([1], new)):
            raise LookupError

    act(start)
    others = {(1, g, 2) for g in theirs}
    if theirs & set(new):
        with pytest.raises(LookupError):
            act(move)
        assert act(held) == {(1, g, 1) for g in old} | others
    else:
        act(move)
        assert act(held) == {(1, g, 1) for g in new} | others


def test_everybody_has_one_resource(act: Callable[..., Any]) -> None:
    for twice in ({"account_id": 1}, {}, {"account_id": 1, "room_id": 1}):
        with pytest.raises(IntegrityError):
            act(lambda session, twice=twice: session.execute(insert(Resource).values(**twice)))
