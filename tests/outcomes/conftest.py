"""The cast of these tests, in the database of the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from fairapp import db
from tests.factories import NOW
from tests.outcomes.cast import Cast, make_cast


@pytest.fixture
def cast(app: Flask, tmp_path: Path) -> Cast:
    """Return the cast, on SQLite."""
    app.config["EXPORTS"] = str(tmp_path / "exports")
    return db.of(app).write(make_cast)


@pytest.fixture
def cast_on_both(app_on_both: Flask, tmp_path: Path) -> Cast:
    """Return the cast; the test runs on SQLite and on PostgreSQL."""
    app_on_both.config["EXPORTS"] = str(tmp_path / "exports")
    return db.of(app_on_both).write(make_cast)


@pytest.fixture
def at_now() -> Iterator[None]:
    """Let the pages and calls see NOW, when the interview begins."""
    with time_machine.travel(NOW, tick=False):
        yield
