"""The cast, at a moment that stands still."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.factories import NOW
from tests.visits.cast import Cast


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """Return the cast, on SQLite; the pages see NOW."""
    with time_machine.travel(NOW, tick=False):
        yield Cast(app)


@pytest.fixture
def cast_on_both(app_on_both: Flask) -> Iterator[Cast]:
    """Return the cast; the test runs on SQLite and on PostgreSQL."""
    with time_machine.travel(NOW, tick=False):
        yield Cast(app_on_both)
