"""The cast of these tests, in the database of the app."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from fairapp import db
from tests.factories import NOW
from tests.programmes.cast import Cast, make_cast


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Return the cast, on SQLite."""
    return Cast(app, **db.of(app).write(make_cast))


@pytest.fixture
def cast_on_both(app_on_both: Flask) -> Cast:
    """Return the cast; the test runs on SQLite and on PostgreSQL."""
    return Cast(app_on_both, **db.of(app_on_both).write(make_cast))


@pytest.fixture
def at_now() -> Iterator[None]:
    """Let the pages see NOW."""
    with time_machine.travel(NOW, tick=False):
        yield
