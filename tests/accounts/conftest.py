"""What the tests of accounts share: quick passwords, and a person who has one."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask

from fairapp import create_app, db
from fairapp.accounts.models import Account
from fairapp.accounts.rules import passwords
from tests.accounts.steps import with_password
from tests.conftest import settings_for


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least effort: what is tested is not how long argon2 takes."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def person(app: Flask) -> Account:
    """Return a confirmed account with the password."""
    return with_password(app)


@pytest.fixture
def limited_app(sqlite_url: str) -> Iterator[Flask]:
    """Return the app with limits on."""
    made = create_app(settings_for(sqlite_url, RATE_LIMITS="on"))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield made
    db.of(made).close()
