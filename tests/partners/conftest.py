"""The cast, for the tests of partners."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Account, secret_hash
from fairapp.booths.models import Booth
from fairapp.partners import actions, jobs, queries, rules
from tests.casting import Cast, at_now, make_cast
from tests.factories import NOW
from tests.partners.contesting import Scene, make_scene
from tests.partners.network import make_network

__all__ = ["at_now"]

Keys = Callable[..., dict[str, str]]


def _told_cast(session: Session) -> Cast:
    """Make the cast; that its booth is hiring has been told."""
    made = make_cast(session)
    session.get_one(Booth, made.booth).shown = True
    return made


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Return the cast, on SQLite."""
    return db.of(app).write(_told_cast)


@pytest.fixture
def cast_on_both(app_on_both: Flask) -> Cast:
    """Return the cast; the test runs on SQLite and on PostgreSQL."""
    return db.of(app_on_both).write(_told_cast)


def key_of(app: Flask, agency_id: int, *scopes: str, **changes: Any) -> tuple[int, dict[str, str]]:
    """Make a key of the agency; return its id and the headers of a call by it."""
    secret = rules.new_secret()
    fields = rules.KeyFields(**{"name": "포털", "scopes": list(scopes)} | changes)
    by = db.of(app).write(lambda session: session.scalars(select(Account.id).order_by(Account.id)).first())
    kept = (rules.hint_of(secret), secret_hash(secret))
    made = db.of(app).write(actions.make_key, agency_id, fields, *kept, by, NOW)
    return made, {"Authorization": f"Bearer {secret}"}


def published(now: Any = NOW) -> int:
    """Number all that has happened; return how many changes."""
    return jobs.publish(now) + jobs.compare(now) + jobs.publish(now)


@pytest.fixture
def network(app: Flask) -> dict[str, Any]:
    """Return a training institute and a city centre that agreed on sharing, on SQLite."""
    return make_network(app)


@pytest.fixture
def scene_on_both(app_on_both: Flask) -> Iterator[Scene]:
    """Return who contests a value, at NOW, on SQLite and on PostgreSQL; the audit finds nothing wrong in it afterwards."""
    with time_machine.travel(NOW, tick=False):
        made = make_scene(app_on_both)
        yield made
        assert made.read(lambda session: list(queries.breaches(session))) == []
