"""The cast of these tests, in the database of the app."""

from typing import Any

import pytest
from flask import Flask

from tests.partners.cast import make_cast


@pytest.fixture
def cast(app: Flask) -> dict[str, Any]:
    """Return the cast, on SQLite."""
    return make_cast(app)


@pytest.fixture
def cast_on_both(app_on_both: Flask) -> dict[str, Any]:
    """Return the cast; the test runs on SQLite and on PostgreSQL."""
    return make_cast(app_on_both)
